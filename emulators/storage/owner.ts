// Who holds a lease, told so that any process can see whether that one still lives. A process is its number and its
// start together, for numbers are used again; one of another machine or container is judged by its heartbeat alone.

import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** How often a holder shows that it lives, ms. */
export const BEAT = 5_000
/** How long a holder that cannot be looked at may be silent, ms: six beats. */
export const SILENT_FOR = 30_000

/** Who holds something. */
export interface Owner {
  /** Unique to one taking. */
  readonly token: string
  /** Number of its process. */
  readonly pid: number
  /** When the process started, in the kernel's own count; empty where the system does not tell. */
  readonly started: string
  /** Name of its machine. */
  readonly host: string
  /** Name of the boot in which the number means something; empty where not told. */
  readonly boot: string
  /** Name of the container in which the number means something; empty where not told. */
  readonly space: string
  /** Unix ms. */
  readonly since: number
  /** What it is doing, for people. */
  readonly what: string
  /** What is held, for people: a board's name, a directory. */
  readonly of?: string | undefined
}

/** Longest text in a lease, characters; most octets of a lease with all of them. */
const LONGEST = 1_000
export const MOST_OCTETS = 32_768
/** Names of files are made from tokens, so they hold no way to another directory. */
const TOKEN = /^[A-Za-z0-9-]{1,64}$/
const LAST_PID = 0x7fff_ffff
/** The last moment that a Date can be, Unix ms. */
const LAST_MOMENT = 8.64e15

export function thisOwner(of: string, what: string): Owner {
  return {
    token: randomUUID(),
    pid: process.pid,
    started: startOf(process.pid),
    ...PLACE,
    since: Date.now(),
    what: what.slice(0, LONGEST),
    of: of.slice(0, LONGEST),
  }
}

/** The owner that a value read from a file is; undefined for whatever is none. */
export function ownerOf(value: unknown): Owner | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { token, pid, started, host, boot, space, since, what, of } = value as Record<
    string,
    unknown
  >
  if (!isText(token) || !TOKEN.test(token)) return undefined
  if (!isWhole(pid, LAST_PID) || pid === 0 || !isWhole(since, LAST_MOMENT)) return undefined
  if (!isText(started) || !isText(host) || !isText(boot) || !isText(space)) return undefined
  if (!isText(what) || (of !== undefined && !isText(of))) return undefined
  return { token, pid, started, host, boot, space, since, what, of }
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LONGEST
const isWhole = (value: unknown, most: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most

/** Of a boot that is over, so it is gone. */
export function nobody(token: string): Owner {
  const { host, space } = PLACE
  return { token, pid: 0, started: '', host, space, boot: 'torn', since: 0, what: '' }
}

/**
 * The process that hanrig 0.3.0 names in a directory's lock by its number alone. One that began after the file was
 * written has its number from a holder that is dead.
 * @param written Unix ms.
 */
export function numberedOwner(token: string, pid: number, written: number): Owner {
  const started = startOf(pid)
  const began = beginningOf(started)
  const isOther = began !== undefined && began > written
  return { token, pid, started: isOther ? 'later' : started, ...PLACE, since: 0, what: '' }
}

/**
 * Whether a holder has ended without giving its lease back.
 * @param silence ms since its last heartbeat.
 */
export function isGone(owner: Owner, silence: number): boolean {
  const isHere = owner.host === PLACE.host && owner.space === PLACE.space
  if (!isHere) return silence > SILENT_FOR
  if (owner.boot !== PLACE.boot) return true
  if (!exists(owner.pid)) return true
  // Suspended, it beats no longer and is there all the same.
  if (owner.started !== '') return startOf(owner.pid) !== owner.started
  return silence > SILENT_FOR
}

/** 'process 4711 (hanrig run x.yaml), since 2026-01-05T09:00:00Z'. */
export function describeOwner({ pid, host, what, since }: Owner): string {
  const where = host === PLACE.host ? '' : ` on ${plain(host)}`
  const doing = what === '' ? '' : ` (${plain(what)})`
  const from = since === 0 ? '' : `, since ${new Date(since).toISOString().replace(/\.\d+/, '')}`
  return `process ${pid}${where}${doing}${from}`
}

/** Without what a terminal would obey: another user may have written it. */
const plain = (text: string): string => text.replace(/\p{C}/gu, '?')

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Field 22 of /proc/<pid>/stat; empty for a process that has ended, waited for or not. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`)
  // The name may hold blanks and brackets; what follows its last bracket may not.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const isOver = fields[0] === 'Z' || fields[0] === 'X'
  return isOver ? '' : (fields[19] ?? '')
}

/** Unix ms of a start, which counts hundredths of a second (USER_HZ) from the boot; undefined where that is not told. */
function beginningOf(started: string): number | undefined {
  const boot = /^btime (\d+)$/m.exec(read('/proc/stat'))?.[1]
  return boot === undefined || started === ''
    ? undefined
    : Number(boot) * 1000 + Number(started) * 10
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}

function spaceOf(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

const PLACE = {
  host: hostname(),
  boot: read('/proc/sys/kernel/random/boot_id'),
  space: spaceOf(),
}
