// A lease on what one process at a time may have, a board or a directory: one file, there while it is held, whatever
// becomes of the holder. Taken by link(), which is there whole or not at all; of a holder that died it passes to exactly
// one successor: whoever links the name that belongs to the dead one's token. A successor that dies has a token of its
// own, and is succeeded in the same way. So files lead from the lease to who has it, and whoever has linked a name looks
// once more whether they lead to it: a name that was cleared away and linked again leads nowhere.

import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import {
  BEAT,
  isGone,
  MOST_OCTETS,
  nobody,
  numberedOwner,
  type Owner,
  ownerOf,
  thisOwner,
} from './owner.ts'

export class Lease {
  readonly owner: Owner
  /** The lease, and the name under which it is held. */
  readonly #lease: string
  readonly #file: string
  readonly #beat: NodeJS.Timeout
  #shown = performance.now()

  constructor(lease: string, file: string, owner: Owner) {
    this.#lease = lease
    this.#file = file
    this.owner = owner
    this.#beat = setInterval(() => this.#show(), BEAT)
    this.#beat.unref()
  }

  /** False when somebody took it for dead and has it now: this machine slept, or was cut off from the directory. */
  get isHeld(): boolean {
    try {
      if (readHolder(this.#file)?.owner.token !== this.owner.token) return false
      return !existsSync(claimOn(this.#lease, this.owner.token))
    } catch (error) {
      if (error instanceof HanrigError) return false
      throw error
    }
  }

  /** Shows that the holder lives, when it is time to; for work that never lets a timer run. */
  beat(): void {
    if (performance.now() - this.#shown >= BEAT) this.#show()
  }

  /** Gives it back; a second time does nothing. */
  release(): void {
    clearInterval(this.#beat)
    if (this.isHeld) rmSync(this.#file, { force: true })
  }

  #show(): void {
    this.#shown = performance.now()
    const now = new Date()
    try {
      if (this.isHeld) utimesSync(this.#file, now, now)
    } catch {
      // Gone between the two calls, or the directory is away: the next beat tries again.
    }
  }
}

/** Who holds it; undefined when nobody alive does. @throws HanrigError LEASE_DAMAGED. */
export function holderOf(lease: string): Owner | undefined {
  const last = wayTo(lease).at(-1)
  return last?.isGone === false ? last.owner : undefined
}

/**
 * Takes a lease, or says who has it.
 * @param lease a file in a directory that everybody who takes such leases can write to.
 * @param of what it stands for, and `what` it is taken for: for people.
 * @throws HanrigError LEASE_DAMAGED, or the file system's own error.
 */
export function takeLease(lease: string, of: string, what: string): Lease | Owner {
  const owner = thisOwner(of, what)
  const own = temporaryOf(lease, owner.token)
  writeFileSync(own, JSON.stringify(owner), { flag: 'wx', mode: 0o644 })
  try {
    for (;;) {
      const way = wayTo(lease)
      const last = way.at(-1)
      if (last?.isGone === false) return last.owner
      const place = last ? claimOn(lease, last.owner.token) : lease
      if (!linked(own, place)) continue
      if (!last) return new Lease(lease, lease, owner)
      if (wayTo(lease).at(-1)?.owner.token === owner.token) {
        const dead = way.map(each => each.owner.token)
        return new Lease(lease, shorten(lease, own, dead) ? lease : place, owner)
      }
      rmSync(place, { force: true })
    }
  } finally {
    rmSync(own, { force: true })
  }
}

/**
 * Puts the successor's file in the place of the first dead one and clears away what led to it. In a directory where
 * everybody may only remove what is his own (sticky) that may fail: then the successor's name is the lease.
 */
function shorten(lease: string, own: string, dead: readonly string[]): boolean {
  try {
    renameSync(own, lease)
  } catch (error) {
    if (!isRefused(error)) throw error
    return false
  }
  for (const token of dead) {
    for (const left of [claimOn(lease, token), temporaryOf(lease, token)]) {
      try {
        rmSync(left, { force: true })
      } catch (error) {
        // Another user's, which leads nowhere any more.
        if (!isRefused(error)) throw error
      }
    }
  }
  return true
}

const isRefused = (error: unknown): boolean =>
  ['EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')

const claimOn = (lease: string, token: string): string => `${lease}.${token}.next`
const temporaryOf = (lease: string, token: string): string => `${lease}.${token}.tmp`

/** Gives the file another name, unless that one is taken. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

interface Holder {
  readonly owner: Owner
  readonly isGone: boolean
}

/** Those who had it, each succeeded by the next; the last one has it unless it is gone. Empty when it is free. */
function wayTo(lease: string): Holder[] {
  const way: Holder[] = []
  const seen = new Set<string>()
  for (let file = lease; ; ) {
    const holder = readHolder(file)
    if (!holder) return way
    way.push(holder)
    if (!holder.isGone) return way
    const { token } = holder.owner
    if (seen.has(token)) throw damaged(file, 'it leads back to itself')
    seen.add(token)
    file = claimOn(lease, token)
  }
}

/** Opening neither follows a link nor waits for the other end of a pipe. Windows has no names for that. */
const PLAINLY = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0)

/** Who a file names; undefined when it is gone. */
function readHolder(file: string): Holder | undefined {
  let fd: number
  try {
    fd = openSync(file, PLAINLY)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw damaged(file, message)
  }
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) throw damaged(file, 'it is no file')
    if (stat.size > MOST_OCTETS) throw damaged(file, `it has ${stat.size} octets`)
    const octets = Buffer.alloc(stat.size)
    const text = octets.subarray(0, readSync(fd, octets, 0, octets.length, 0)).toString('utf8')
    const { ino, mtimeMs } = stat
    // Of what names no token, the file's own.
    const owner = named(text, `${ino}-${Math.floor(mtimeMs)}`, mtimeMs)
    if (!owner) throw damaged(file, 'it names no process')
    return { owner, isGone: isGone(owner, Date.now() - mtimeMs) }
  } finally {
    closeSync(fd)
  }
}

/** How a lease begins, and what a crash of the machine leaves of it: nothing, zeros, or a beginning. */
const BEGINNING = '{"token":"'
const NOTHING = /^\0*$/

function named(text: string, own: string, written: number): Owner | undefined {
  if (NOTHING.test(text)) return nobody(`torn-${own}`)
  if (/^\d{1,10}$/.test(text)) return numberedOwner(`lock-${own}`, Number(text), written)
  try {
    return ownerOf(JSON.parse(text))
  } catch {
    return text.startsWith(BEGINNING) ? nobody(`torn-${own}`) : undefined
  }
}

function damaged(file: string, why: string): HanrigError {
  return hanrigError('HANRIG_LEASE_DAMAGED', `${file} is no lease: ${why}.`)
}
