// UUCP lock files, LCK..ttyUSB0 with a process number inside: how minicom, picocom and others say that a port is
// theirs. hanrig reads them and writes none: its own lock is the kernel's and ends with the process.

import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isAlive } from './holder.ts'

/** Where lock files lie: FHS 5.9 says /var/lock, which is a link to /run/lock today. */
export const LOCK_DIRECTORY = '/var/lock'

export interface LockFile {
  readonly path: string
  readonly device: string
  /** The process that made it; NaN when the file holds no number. */
  readonly pid: number
  /** True when that process still runs. */
  readonly live: boolean
}

/** Every lock file of a serial port. */
export function lockFiles(directory = LOCK_DIRECTORY): LockFile[] {
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch {
    return []
  }
  return names.filter(name => name.startsWith('LCK..')).map(name => readLock(directory, name))
}

/** The lock of another, living process on the device at `path`, if there is one. */
export function lockOn(path: string, directory = LOCK_DIRECTORY): LockFile | undefined {
  let names = [basename(path)]
  try {
    names = [...names, basename(realpathSync(path))]
  } catch {
    // A path that leads nowhere has no second name.
  }
  return lockFiles(directory).find(
    lock => names.includes(lock.device) && lock.live && lock.pid !== process.pid,
  )
}

function readLock(directory: string, name: string): LockFile {
  const path = join(directory, name)
  let pid = Number.NaN
  try {
    const content = readFileSync(path)
    // HDB locks are ten characters of text; the older form is the number itself, four octets.
    pid = content.length === 4 ? content.readInt32LE() : Number.parseInt(content.toString(), 10)
  } catch {
    // Unreadable: whose it is cannot be said.
  }
  return { path, device: name.slice('LCK..'.length), pid, live: pid > 0 && isAlive(pid) }
}
