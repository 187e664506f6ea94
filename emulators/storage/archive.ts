// The two walkers of core/archive.ts: a Saver writes what it is shown, a Loader gives it back in the same order.
// Every value has a tag, so that a walk that went astray fails at once and not somewhere later.

import type { HanrigError } from '#core/errors/errors'
import type { Archive, Numbers } from '#core/state/archive'
import { hanrigError } from '../errors/errors.ts'

const NUMBER = 1
const FLAG = 2
const TEXT = 3
const NUMBERS = 4

export class Saver implements Archive {
  readonly loading = false
  #memory = Buffer.alloc(65_536)
  #length = 0

  /** Everything saved so far: a view. */
  get octets(): Uint8Array {
    return this.#memory.subarray(0, this.#length)
  }

  number(value: number): number {
    const at = this.#grow(NUMBER, 8)
    this.#memory.writeDoubleLE(value, at)
    return value
  }

  flag(value: boolean): boolean {
    const at = this.#grow(FLAG, 1)
    this.#memory[at] = value ? 1 : 0
    return value
  }

  text(value: string): string {
    const octets = Buffer.from(value, 'utf8')
    this.#put(TEXT, octets)
    return value
  }

  numbers(memory: Numbers): void {
    this.#put(NUMBERS, new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength))
  }

  #put(tag: number, octets: Uint8Array): void {
    const at = this.#grow(tag, 4 + octets.length)
    this.#memory.writeUInt32LE(octets.length, at)
    this.#memory.set(octets, at + 4)
  }

  /** Makes room for a tag and `length` octets; returns where the octets begin. */
  #grow(tag: number, length: number): number {
    const end = this.#length + 1 + length
    if (end > this.#memory.length) {
      const larger = Buffer.alloc(2 * end)
      larger.set(this.octets)
      this.#memory = larger
    }
    this.#memory[this.#length] = tag
    const at = this.#length + 1
    this.#length = end
    return at
  }
}

export class Loader implements Archive {
  readonly loading = true
  readonly #memory: Buffer
  #at = 0

  constructor(octets: Uint8Array) {
    this.#memory = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
  }

  /** True when everything saved was loaded. */
  get ended(): boolean {
    return this.#at === this.#memory.length
  }

  number(_value: number): number {
    const value = this.#memory.readDoubleLE(this.#take(NUMBER, 8))
    if (Number.isNaN(value)) throw astray()
    return value
  }

  flag(_value: boolean): boolean {
    return this.#memory[this.#take(FLAG, 1)] !== 0
  }

  text(_value: string): string {
    return this.#octets(TEXT).toString('utf8')
  }

  numbers(memory: Numbers): void {
    const octets = this.#octets(NUMBERS)
    if (octets.length !== memory.byteLength) throw astray()
    new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength).set(octets)
  }

  #octets(tag: number): Buffer {
    const at = this.#take(tag, 4)
    const length = this.#memory.readUInt32LE(at)
    if (length > this.#memory.length - this.#at) throw astray()
    this.#at += length
    return this.#memory.subarray(at + 4, at + 4 + length)
  }

  #take(tag: number, length: number): number {
    const at = this.#at + 1
    if (at + length > this.#memory.length || this.#memory[this.#at] !== tag) throw astray()
    this.#at = at + length
    return at
  }
}

/**
 * Walks the length of memory that is made when it is loaded.
 * @param most octets that there can be.
 */
export function archiveLength(a: Archive, length: number, most: number): number {
  const walked = a.number(length)
  if (!Number.isInteger(walked) || walked < 0 || walked > most) throw astray()
  return walked
}

function astray(): HanrigError {
  return hanrigError(
    'HANRIG_SNAPSHOT_DAMAGED',
    'The snapshot does not fit the scenario that it names, or is damaged.',
  )
}
