// Where a store keeps its files: a directory of the machine, or memory. A store writes at positions, asks for
// durability by sync(), and believes nothing else durable.

import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { HanrigError } from '#core/errors/errors'
import type { Archive } from '#core/state/archive'
import { hanrigError } from '../errors/errors.ts'
import { archiveLength } from './archive.ts'
import { makeDirectories } from './directory.ts'
import { Lease, takeLease } from './lease.ts'
import { describeOwner, type Owner } from './owner.ts'
import { reasonOf } from './reason.ts'

export interface DiskFile {
  /** Octets of the file. */
  readonly size: number
  /** Reads up to into.length octets at `position`; returns how many. */
  read(into: Uint8Array, position: number): number
  /** Writes octets `from..from+length` of `data` at `position`. */
  write(data: Uint8Array, from: number, length: number, position: number): void
  /** Returns once everything written is durable. */
  sync(): void
  close(): void
}

export interface Disk {
  /** Opens a file, or makes it with `size` zero octets. */
  open(name: string, size: number): DiskFile
  /** Deletes a file, if it is there. */
  remove(name: string): void
  /** Tells other processes that this one still has it; for work that never lets a timer run, to be called all the time. */
  beat(): void
  close(): void
}

/** Larger files are left sparse: writing their zeros would take longer than it saves. */
const MOST_ZEROS = 64 * 1024 * 1024
/** No snapshot holds more. */
const MOST_IN_MEMORY = 512 * 1024 * 1024
const ZEROS = new Uint8Array(1024 * 1024)

/** A directory, for one process at a time. */
export class DirectoryDisk implements Disk {
  readonly #directory: string
  readonly #lease: Lease

  /** @throws HanrigError STORE_UNUSABLE, STORE_IN_USE or LEASE_DAMAGED. */
  constructor(directory: string) {
    this.#directory = directory
    try {
      makeDirectories(directory)
      const lease = takeLease(join(directory, 'lock'), directory, 'storing blocks')
      if (!(lease instanceof Lease)) throw storeInUse(directory, lease)
      this.#lease = lease
    } catch (error) {
      if (error instanceof HanrigError) throw error
      throw unusable(directory, error)
    }
  }

  open(name: string, size: number): DiskFile {
    const path = join(this.#directory, name)
    try {
      if (existsSync(path)) return new OpenFile(path, openSync(path, 'r+'))
      const fd = openSync(path, 'wx+')
      // Zeros on the disk now: later writes then change no metadata, which makes fdatasync twice as fast or more.
      if (size > MOST_ZEROS) ftruncateSync(fd, size)
      else
        for (let at = 0; at < size; )
          at += writeSync(fd, ZEROS, 0, Math.min(ZEROS.length, size - at), at)
      fsyncSync(fd)
      this.#syncDirectory()
      return new OpenFile(path, fd)
    } catch (error) {
      throw unusable(path, error)
    }
  }

  remove(name: string): void {
    rmSync(join(this.#directory, name), { force: true })
    this.#syncDirectory()
  }

  beat(): void {
    this.#lease.beat()
  }

  close(): void {
    this.#lease.release()
  }

  #syncDirectory(): void {
    // Windows cannot open a directory; there the rename journal has to do.
    if (process.platform === 'win32') return
    const fd = openSync(this.#directory, 'r')
    fsyncSync(fd)
    closeSync(fd)
  }
}

function storeInUse(directory: string, holder: Owner): HanrigError {
  const sentence = `The store ${directory} is in use by ${describeOwner(holder)}.`
  return hanrigError('HANRIG_STORE_IN_USE', sentence)
}

function unusable(path: string, error: unknown): HanrigError {
  return hanrigError('HANRIG_STORE_UNUSABLE', `${path}: ${reasonOf(error)}.`)
}

class OpenFile implements DiskFile {
  readonly size: number
  readonly #path: string
  readonly #fd: number

  constructor(path: string, fd: number) {
    this.#path = path
    this.#fd = fd
    this.size = fstatSync(fd).size
  }

  read(into: Uint8Array, position: number): number {
    let done = 0
    while (done < into.length) {
      const n = readSync(this.#fd, into, done, into.length - done, position + done)
      if (n === 0) break
      done += n
    }
    return done
  }

  write(data: Uint8Array, from: number, length: number, position: number): void {
    this.#named(() => {
      while (length > 0) {
        const n = writeSync(this.#fd, data, from, length, position)
        from += n
        position += n
        length -= n
      }
    })
  }

  sync(): void {
    this.#named(() => fdatasyncSync(this.#fd))
  }

  /** A disk may be full, or gone, at any write. @throws HanrigError STORE_UNUSABLE. */
  #named(work: () => void): void {
    try {
      work()
    } catch (error) {
      throw unusable(this.#path, error)
    }
  }

  close(): void {
    closeSync(this.#fd)
  }
}

/** Memory: for runs that are to leave nothing behind. */
export class MemoryDisk implements Disk {
  readonly files = new Map<string, Uint8Array>()

  open(name: string, size: number): DiskFile {
    let octets = this.files.get(name)
    if (!octets) {
      octets = new Uint8Array(size)
      this.files.set(name, octets)
    }
    return new MemoryFile(octets)
  }

  remove(name: string): void {
    this.files.delete(name)
  }

  beat(): void {}

  close(): void {}

  archive(a: Archive): void {
    const files = [...this.files]
    const count = a.number(files.length)
    for (let i = 0; i < count; i++) {
      const name = a.text(files[i]?.[0] ?? '')
      const size = archiveLength(a, files[i]?.[1].length ?? 0, MOST_IN_MEMORY)
      const octets = files[i]?.[1] ?? new Uint8Array(size)
      a.numbers(octets)
      if (a.loading) this.files.set(name, octets)
    }
  }
}

class MemoryFile implements DiskFile {
  readonly #octets: Uint8Array

  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  get size(): number {
    return this.#octets.length
  }

  read(into: Uint8Array, position: number): number {
    const found = this.#octets.subarray(position, position + into.length)
    into.set(found)
    return found.length
  }

  write(data: Uint8Array, from: number, length: number, position: number): void {
    this.#octets.set(data.subarray(from, from + length), position)
  }

  sync(): void {}

  close(): void {}
}
