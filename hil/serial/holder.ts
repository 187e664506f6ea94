// Who has a port open, and which group may: asked of /proc and /etc/group, where the system has them. Processes of other users show their names only to
// root, so an empty answer means that nobody is known, not that nobody is there.

import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'

export interface Holder {
  readonly pid: number
  readonly name: string
}

/** Processes other than this one that have the device at `path` open; empty where the system does not tell. */
export function holdersOf(path: string, proc = '/proc'): Holder[] {
  const device = real(path)
  const holders: Holder[] = []
  for (const entry of list(proc)) {
    const pid = Number(entry)
    if (!Number.isInteger(pid) || pid === process.pid) continue
    const fds = `${proc}/${entry}/fd`
    if (list(fds).some(fd => target(`${fds}/${fd}`) === device)) {
      holders.push({ pid, name: nameOf(pid, proc) })
    }
  }
  return holders
}

/** 'minicom (process 4711)', or several. */
export function holderText(holders: readonly Holder[]): string {
  return holders.map(({ pid, name }) => `${name} (process ${pid})`).join(', ')
}

/** Processes of that name. */
export function processesNamed(name: string, proc = '/proc'): number[] {
  return list(proc)
    .map(Number)
    .filter(pid => Number.isInteger(pid) && nameOf(pid, proc) === name)
}

/** True when there is such a process, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The name of a process, or 'a process' where it is not told. */
export function nameOf(pid: number, proc = '/proc'): string {
  try {
    return readFileSync(`${proc}/${pid}/comm`, 'utf8').trim()
  } catch {
    return 'a process'
  }
}

function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

// A process may end, or not be ours to look into, between any two of these calls: then it holds nothing for us.
function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function target(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return ''
  }
}

/** Name of a group; its number where it has none. */
export function groupName(gid: number, file = '/etc/group'): string {
  return readGroups(file).get(gid) ?? String(gid)
}

/** Group names by number; empty where the system keeps them elsewhere. */
function readGroups(file: string): Map<number, string> {
  try {
    const lines = readFileSync(file, 'utf8').split('\n')
    return new Map(
      lines.map(line => line.split(':')).map(([name = '', , gid]) => [Number(gid), name]),
    )
  } catch {
    return new Map()
  }
}
