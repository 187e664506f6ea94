// A regular file that is replaced whole: written to a temporary name beside it, which it takes the place of when it is whole
// and durable, so that no reader ever sees half a file. It keeps the mode and the owner of the one that was there.

import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { makeDirectories } from '#emulators/storage/directory'
import { hanrigError } from '../errors/errors.ts'
import { placeOf, STDOUT } from './place.ts'
import { unwritable } from './unwritable.ts'

/** Octets that are gathered before they are written. */
const CHUNK = 65_536
const NEW_FILE = 0o666
const PERMISSIONS = 0o7777

export class WholeFile {
  /** Those that are being written: a process that ends leaves none of them. */
  static readonly #open = new Set<WholeFile>()
  readonly #name: string
  readonly #path: string
  readonly #before: Stats | undefined
  #fd: number | undefined
  #temporary = ''
  #chunks: Uint8Array[] = []
  #waiting = 0

  /**
   * Looks whether the file could be written; changes nothing.
   * @param name as whoever is told of errors gave it.
   * @param path where that leads to: links are followed.
   * @param before the file that is there.
   * @throws HanrigError FILE_UNWRITABLE.
   */
  constructor(name: string, path: string, before: Stats | undefined) {
    this.#name = name
    this.#path = path
    this.#before = before
    try {
      if (before) accessSync(path, constants.W_OK)
      this.#begin()
    } catch (error) {
      throw unwritable(name, error)
    } finally {
      this.drop()
    }
  }

  /** @param chunk is kept until it is written. @throws HanrigError FILE_UNWRITABLE. */
  write(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#waiting += chunk.length
    if (this.#waiting >= CHUNK) this.#flush()
  }

  /** The file is whole: it gets its name. @throws HanrigError FILE_UNWRITABLE; nothing is left then. */
  close(): void {
    try {
      this.#flush()
      this.#finish(this.#fd!)
    } catch (error) {
      throw unwritable(this.#name, error)
    } finally {
      this.drop()
    }
  }

  /** The work broke down: nothing is left of it. */
  drop(): void {
    WholeFile.#open.delete(this)
    if (this.#fd === undefined) return
    closeSync(this.#fd)
    this.#fd = undefined
    rmSync(this.#temporary, { force: true })
  }

  #flush(): void {
    try {
      this.#fd ??= this.#begin()
      writeAll(this.#fd, Buffer.concat(this.#chunks))
    } catch (error) {
      throw unwritable(this.#name, error)
    }
    this.#chunks = []
    this.#waiting = 0
  }

  #begin(): number {
    for (let n = 0; ; n++) {
      // Short, for the file's own name may be as long as a name can be.
      const temporary = join(dirname(this.#path), `.hanrig-${process.pid}-${threadId}-${n}.tmp`)
      try {
        this.#fd = openSync(temporary, 'wx+', this.#before ? 0o600 : NEW_FILE)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
        throw error
      }
      this.#temporary = temporary
      if (WholeFile.#open.size === 0) {
        process.off('exit', WholeFile.#dropAll)
        process.on('exit', WholeFile.#dropAll)
      }
      WholeFile.#open.add(this)
      return this.#fd
    }
  }

  #finish(fd: number): void {
    const before = this.#before
    if (before && !takesOver(fd, before)) {
      // Another's file, which this user may write and not give away: its content is replaced where it is.
      copyInto(this.#path, fd)
      return
    }
    fsyncSync(fd)
    renameSync(this.#temporary, this.#path)
  }

  static readonly #dropAll = (): void => {
    for (const file of WholeFile.#open) file.drop()
  }
}

/** Gives a file the owner and the mode of the one that it replaces; false when that is not for this user to do. */
function takesOver(fd: number, { uid, gid, mode }: Stats): boolean {
  const own = fstatSync(fd)
  if (own.uid !== uid || own.gid !== gid) {
    try {
      fchownSync(fd, uid, gid)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
      return false
    }
  }
  fchmodSync(fd, mode & PERMISSIONS)
  return true
}

/** Replaces the content of the file at `path` by that of `from`. */
function copyInto(path: string, from: number): void {
  const fd = openSync(path, 'r+')
  try {
    ftruncateSync(fd)
    const piece = new Uint8Array(CHUNK)
    for (let at = 0; ; ) {
      const got = readSync(from, piece, 0, CHUNK, at)
      if (got === 0) break
      writeAll(fd, piece.subarray(0, got))
      at += got
    }
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function writeAll(fd: number, octets: Uint8Array): void {
  for (let at = 0; at < octets.length; ) at += writeSync(fd, octets, at)
}

/**
 * Writes a regular file so that it is there whole or not at all.
 * @throws HanrigError FILE_UNWRITABLE or FILE_IS_DIRECTORY.
 */
export function writeWhole(name: string, data: Uint8Array | string): void {
  const file = wholeFile(name)
  file.write(typeof data === 'string' ? Buffer.from(data) : data)
  file.close()
}

/** The regular file of a name, to be replaced; looks whether it could be. @throws HanrigError. */
export function wholeFile(name: string): WholeFile {
  const place = placeOf(name)
  if (place.kind === 'file') return new WholeFile(name, place.path, place.stat)
  throw hanrigError('HANRIG_FILE_UNWRITABLE', `${name} is no regular file.`)
}

/** Makes a directory and those above it. @throws HanrigError FILE_UNWRITABLE. */
export function makeDirectory(name: string): void {
  if (name === STDOUT) {
    throw hanrigError('HANRIG_USAGE', 'A directory is wanted where - was given: stdout is none.')
  }
  try {
    makeDirectories(name)
  } catch (error) {
    throw unwritable(name, error)
  }
}
