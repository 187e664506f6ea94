// Files in and out. Reading names what is wrong with a path; writing goes to a temporary name in the same directory
// and is renamed when it is whole and durable, so that no reader ever sees half a file.

import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Bytes } from '#core/bytes/bytes'
import { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'

/** Octets that a growing file gathers before it writes them. */
const CHUNK = 65_536
/** No format of a 16 MiB image is larger: S-records take 2.8 characters an octet at their usual line length. */
const MAX_FILE = 256 * 1024 * 1024

/**
 * Reads a whole file.
 * @throws HanrigError FILE_NOT_FOUND, FILE_IS_DIRECTORY, FILE_UNREADABLE or IMAGE_TOO_LARGE.
 */
export function readWhole(path: string): Bytes {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    throw unreadable(path, error)
  }
  try {
    const stat = fstatSync(fd)
    if (stat.isDirectory()) {
      throw hanrigError('HANRIG_FILE_IS_DIRECTORY', `${path} is a directory.`)
    }
    return stat.isFile() ? readKnown(fd, path, stat.size) : readPipe(fd, path)
  } catch (error) {
    throw error instanceof HanrigError ? error : unreadable(path, error)
  } finally {
    closeSync(fd)
  }
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

function readKnown(fd: number, path: string, size: number): Bytes {
  if (size > MAX_FILE) throw tooLarge(path)
  const octets = new Uint8Array(size)
  let at = 0
  while (at < size) {
    const got = readSync(fd, octets, at, size - at, at)
    if (got === 0) break
    at += got
  }
  return new Bytes(octets.subarray(0, at))
}

/** A pipe or device tells no size: read until it ends or is too long to be an image. */
function readPipe(fd: number, path: string): Bytes {
  const pieces: Uint8Array[] = []
  let total = 0
  for (;;) {
    const piece = new Uint8Array(1024 * 1024)
    const got = readSync(fd, piece)
    if (got === 0) return new Bytes(new Uint8Array(Buffer.concat(pieces, total)))
    total += got
    if (total > MAX_FILE) throw tooLarge(path)
    pieces.push(piece.subarray(0, got))
  }
}

function tooLarge(path: string): HanrigError {
  return hanrigError('HANRIG_IMAGE_TOO_LARGE', `${path} is longer than any image's file.`)
}

function unwritable(path: string, error: unknown): HanrigError {
  return hanrigError('HANRIG_FILE_UNWRITABLE', `${path}: ${(error as Error).message}.`)
}

/** The refusal that an error of reading `path` is. */
export function unreadable(path: string, error: unknown): HanrigError {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return hanrigError('HANRIG_FILE_NOT_FOUND', `${path} does not exist.`)
  if (code === 'EISDIR') {
    return hanrigError('HANRIG_FILE_IS_DIRECTORY', `${path} is a directory.`)
  }
  return hanrigError('HANRIG_FILE_UNREADABLE', `${path}: ${message}.`)
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
