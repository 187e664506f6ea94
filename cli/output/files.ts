// Files in and out. Reading names what is wrong with a path; writing goes to a temporary name in the same directory
// and is renamed when it is whole and durable, so that no reader ever sees half a file.

import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import { readInput } from '#emulators/storage/input'
import { hanrigError } from '../errors/errors.ts'

/** Octets that a growing file gathers before it writes them. */
const CHUNK = 65_536
/** No format of a 16 MiB image is larger: S-records take 2.8 characters an octet at their usual line length. */
export const MAX_FILE = { most: 256 * 1024 * 1024, code: 'HANRIG_IMAGE_TOO_LARGE' } as const

/**
 * Reads a whole file.
 * @throws HanrigError FILE_NOT_FOUND, FILE_IS_DIRECTORY, FILE_IS_PIPE, FILE_UNREADABLE or IMAGE_TOO_LARGE.
 */
export function readWhole(path: string): Bytes {
  return new Bytes(readInput(path, MAX_FILE))
}

/** Writes a file so that it is there whole or not at all. @throws HanrigError FILE_UNWRITABLE. */
export function writeWhole(path: string, data: Uint8Array | string): void {
  const directory = dirname(path)
  const temporary = join(directory, `.${basename(path)}.${process.pid}.tmp`)
  try {
    const fd = openSync(temporary, 'w')
    try {
      writeFileSync(fd, data)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw unwritable(path, error)
  }
}

/** Makes a directory and those above it. @throws HanrigError FILE_UNWRITABLE. */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw unwritable(path, error)
  }
}

function unwritable(path: string, error: unknown): HanrigError {
  return hanrigError('HANRIG_FILE_UNWRITABLE', `${path}: ${(error as Error).message}.`)
}

/** A file that grows while a run goes on: written in large pieces to a temporary name, renamed when it is whole. */
export class FileSink {
  readonly #path: string
  readonly #temporary: string
  readonly #fd: number
  #chunks: Uint8Array[] = []
  #waiting = 0

  /** @throws HanrigError FILE_UNWRITABLE. */
  constructor(path: string) {
    this.#path = path
    this.#temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
    try {
      this.#fd = openSync(this.#temporary, 'w')
    } catch (error) {
      throw unwritable(path, error)
    }
  }

  write(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#waiting += chunk.length
    if (this.#waiting >= CHUNK) this.#flush()
  }

  /** The file is whole: it gets its name. */
  close(): void {
    this.#flush()
    try {
      fsyncSync(this.#fd)
      closeSync(this.#fd)
      renameSync(this.#temporary, this.#path)
    } catch (error) {
      throw unwritable(this.#path, error)
    }
  }

  /** The run broke down: nothing is left behind. */
  drop(): void {
    closeSync(this.#fd)
    rmSync(this.#temporary, { force: true })
  }

  #flush(): void {
    try {
      writeFileSync(this.#fd, Buffer.concat(this.#chunks))
    } catch (error) {
      throw unwritable(this.#path, error)
    }
    this.#chunks = []
    this.#waiting = 0
  }
}
