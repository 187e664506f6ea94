// Files that are read: what is wrong with a path is named.

import { statSync } from 'node:fs'
import { Bytes } from '#core/bytes/bytes'
import { readInput } from '#emulators/storage/input'
import { blocking } from './interrupt.ts'

/** No format of a 16 MiB image is larger: S-records take 2.8 characters an octet at their usual line length. */
export const MAX_FILE = { most: 256 * 1024 * 1024, code: 'HANRIG_IMAGE_TOO_LARGE' } as const

/**
 * Reads a whole file.
 * @throws HanrigError FILE_NOT_FOUND, FILE_IS_DIRECTORY, FILE_IS_PIPE, FILE_UNREADABLE or IMAGE_TOO_LARGE.
 */
export function readWhole(path: string): Bytes {
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
  const read = () => new Bytes(readInput(path, MAX_FILE))
  return isFile ? read() : blocking(read)
}
