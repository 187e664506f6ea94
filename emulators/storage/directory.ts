// Directories made with those above them. Node's own recursive mkdir goes round for ever where a directory is there and takes
// no new one, as /proc does.

import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a directory and those above it that are missing; one that is there stays as it is.
 * @param mode of those that are made.
 * @returns whether it was made.
 * @throws the file system's own error.
 */
export function makeDirectories(path: string, mode?: number): boolean {
  try {
    mkdirSync(path, { mode })
    return true
  } catch (error) {
    if (isDirectory(path)) return false
    const above = dirname(path)
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' && above !== path
    if (!isMissing || isDirectory(above)) throw error
    makeDirectories(above, mode)
  }
  return makeDirectories(path, mode)
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
