// A lease on a board: one file, there while the board is held, whatever becomes of the holder. Taken by link(), which is
// there whole or not at all; of a holder that died it passes to exactly one successor: whoever links the name that
// belongs to the dead one's token may put its own file in the place, and nobody else. A successor that dies in between
// has a token of its own, and is succeeded in the same way. Tokens are never used twice, so a name that was cleared away
// and linked once more is found out by looking at the lease again.

import {
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { reasonOf } from '#emulators/storage/reason'
import { hanrigError } from '../errors/errors.ts'
import { BEAT, isGone, type Owner, thisOwner } from './owner.ts'

export class Lease {
  readonly file: string
  readonly owner: Owner
  readonly #beat: NodeJS.Timeout

  constructor(file: string, owner: Owner) {
    this.file = file
    this.owner = owner
    this.#beat = setInterval(() => this.#show(), BEAT)
    this.#beat.unref()
  }

  /** False when somebody took it for dead and has it now: this machine slept, or was cut off from the directory. */
  get isHeld(): boolean {
    return readOwner(this.file)?.token === this.owner.token
  }

  /** Gives the board back; a second time does nothing. */
  release(): void {
    clearInterval(this.#beat)
    if (this.isHeld) rmSync(this.file, { force: true })
  }

  #show(): void {
    const now = new Date()
    try {
      if (this.isHeld) utimesSync(this.file, now, now)
    } catch {
      // Gone between the two calls, or the directory is away: the next beat tries again.
    }
  }
}

/** Who holds it; undefined when nobody alive does. */
export function holderOf(file: string): Owner | undefined {
  const owner = readOwner(file)
  return owner && !isGone(owner, silenceOf(file)) ? owner : undefined
}

/**
 * Takes a lease, or says who has it.
 * @param file in a directory that everybody who takes boards can write to.
 * @throws HanrigError FILE_UNWRITABLE when it cannot be written.
 */
export function takeLease(file: string, board: string, what: string): Lease | Owner {
  const owner = thisOwner(board, what)
  const own = `${file}.${owner.token}.tmp`
  try {
    writeFileSync(own, JSON.stringify(owner), { flag: 'wx', mode: 0o644 })
  } catch (error) {
    rmSync(own, { force: true })
    throw hanrigError('HANRIG_FILE_UNWRITABLE', `${dirname(file)}: ${reasonOf(error)}.`)
  }
  try {
    for (;;) {
      if (linked(own, file)) return new Lease(file, owner)
      const holder = readOwner(file)
      if (!holder) continue
      if (!isGone(holder, silenceOf(file))) return holder
      const next = succeed(file, holder.token, own, owner)
      if (next === owner) return new Lease(file, owner)
      if (next) return next
    }
  } finally {
    rmSync(own, { force: true })
  }
}

/** Takes the place of the dead holder with this token; returns who does, undefined when somebody has. */
function succeed(file: string, token: string, own: string, owner: Owner): Owner | undefined {
  const dead = [token]
  for (;;) {
    const claim = claimOn(file, dead.at(-1)!)
    if (linked(own, claim)) {
      const isDue = readOwner(file)?.token === token
      if (isDue) renameSync(own, file)
      else rmSync(claim, { force: true })
      if (isDue) clearAfter(file, dead)
      return isDue ? owner : undefined
    }
    const rival = readOwner(claim)
    // Cleared away: the rival has the lease by now. Alive: it is about to.
    if (!rival || !isGone(rival, silenceOf(claim))) return rival
    dead.push(rival.token)
  }
}

function clearAfter(file: string, dead: readonly string[]): void {
  for (const token of dead) {
    rmSync(claimOn(file, token), { force: true })
    rmSync(`${file}.${token}.tmp`, { force: true })
  }
}

const claimOn = (file: string, token: string) => `${file}.${token}.next`

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

/** The owner that a file names; undefined when it is gone. One that a crash of the machine left empty is nobody's. */
function readOwner(file: string): Owner | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    return text === '' ? nobody(file) : JSON.parse(text)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    if (error instanceof SyntaxError) return nobody(file)
    throw error
  }
}

/** Of a boot that is over, so it is gone; its token is the file's own. */
function nobody(file: string): Owner {
  const { ino, mtimeMs } = statSync(file)
  const { host, space } = thisOwner('', '')
  const token = `torn-${ino}-${Math.floor(mtimeMs)}`
  return { token, pid: 0, started: '', host, space, boot: 'torn', since: 0, what: '', board: '' }
}

/** ms since the last heartbeat; 0 for a file that is gone. */
function silenceOf(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat ? Date.now() - stat.mtimeMs : 0
}
