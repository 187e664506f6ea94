// Who holds a lease, told so that any process can see whether that one still lives. A process is its number and its
// start together, for numbers are used again; one of another machine or container is judged by its heartbeat alone.

import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** How often a holder shows that it lives, ms. */
export const BEAT = 5_000
/** How long a holder that cannot be looked at may be silent, ms: six beats. */
export const SILENT_FOR = 30_000

/** Who holds a board. */
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
  /** The board's name, for people. */
  readonly board: string
}

export function thisOwner(board: string, what: string): Owner {
  return {
    token: randomUUID(),
    pid: process.pid,
    started: startOf(process.pid),
    ...PLACE,
    since: Date.now(),
    what,
    board,
  }
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
  const where = host === PLACE.host ? '' : ` on ${host}`
  return `process ${pid}${where} (${what}), since ${new Date(since).toISOString().replace(/\.\d+/, '')}`
}

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
