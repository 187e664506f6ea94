// A directory is for one process at a time: a file in it names the process that holds it, so that a lock which a
// killed process left behind does not hold for ever.

import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export class DirectoryLock {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
  }

  /**
   * Takes the lock of an existing directory.
   * @param inUse makes the error for a directory that process `holder` holds; undefined when it was taken just now.
   * @throws what `inUse` makes, or the file system's own error.
   */
  static take(directory: string, inUse: (holder: number | undefined) => Error): DirectoryLock {
    const path = join(directory, 'lock')
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        const fd = openSync(path, 'wx')
        writeSync(fd, String(process.pid))
        closeSync(fd)
        return new DirectoryLock(path)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        const holder = Number(readFileSync(path, 'utf8'))
        if (isAlive(holder)) throw inUse(holder)
        rmSync(path, { force: true })
      }
    }
    throw inUse(undefined)
  }

  release(): void {
    rmSync(this.#path, { force: true })
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
