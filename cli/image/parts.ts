// The part files of a directory; whatever else lies there is left alone and named.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { decodePart, isPart, type PartHeader } from '#core/block/part'
import type { Bytes } from '#core/bytes/bytes'
import { hanrigError } from '../errors/errors.ts'
import { readWhole } from '../output/files.ts'

export interface FoundPart {
  readonly name: string
  readonly file: Bytes
  /** Undefined when the file starts as a part and is damaged. */
  readonly part: PartHeader | undefined
}

/** @throws HanrigError FILE_NOT_FOUND or FILE_UNREADABLE. */
export function findParts(directory: string): { parts: FoundPart[]; others: string[] } {
  const parts: FoundPart[] = []
  const others: string[] = []
  for (const entry of list(directory)) {
    if (!entry.isFile()) continue
    const file = readWhole(join(directory, entry.name))
    if (isPart(file)) parts.push({ name: entry.name, file, part: decodePart(file) })
    else others.push(entry.name)
  }
  return { parts, others }
}

function list(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') {
      throw hanrigError('HANRIG_FILE_NOT_FOUND', `${directory} does not exist.`)
    }
    throw hanrigError('HANRIG_FILE_UNREADABLE', `${directory}: ${message}.`)
  }
}
