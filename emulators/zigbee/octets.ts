// Reading and writing the small frames of network management one field after another, with bounds kept: reading past
// the end gives zeros and says so, writing past the end is cut off. Not for what comes with every block.

import type { Bytes } from '#core/bytes/bytes'

export class OctetReader {
  #src: Bytes
  #at: number
  #end: number
  /** True when more was read than there is. */
  short = false

  constructor(src: Bytes, at: number, length: number) {
    this.#src = src
    this.#at = at
    this.#end = at + length
  }

  /** Begins anew with another frame. */
  read(src: Bytes, at: number, length: number): this {
    this.#src = src
    this.#at = at
    this.#end = at + length
    this.short = false
    return this
  }

  /** Where the next octet lies in the memory that is read. */
  get at(): number {
    return this.#at
  }

  /** Octets that are left. */
  get left(): number {
    return this.#end - this.#at
  }

  u8(): number {
    return this.#has(1) ? this.#src.u8[this.#at++]! : 0
  }

  u16(): number {
    return this.u8() | (this.u8() << 8)
  }

  u32(): number {
    return (this.u16() | (this.u16() << 16)) >>> 0
  }

  /** The next `length` octets: a copy, shorter when the frame ends before. */
  octets(length: number): Uint8Array {
    this.#has(length)
    const from = this.#at
    this.#at = Math.min(from + length, this.#end)
    return this.#src.u8.slice(from, this.#at)
  }

  /** Whatever is left: a copy. */
  rest(): Uint8Array {
    return this.octets(this.left)
  }

  #has(count: number): boolean {
    if (this.#at + count <= this.#end) return true
    this.short = true
    return false
  }
}

export class OctetWriter {
  readonly out: Bytes
  readonly #from: number
  #at: number

  constructor(out: Bytes, at: number) {
    this.out = out
    this.#from = at
    this.#at = at
  }

  /** Octets written. */
  get length(): number {
    return this.#at - this.#from
  }

  /** Octets that still fit. */
  get room(): number {
    return this.out.length - this.#at
  }

  u8(value: number): this {
    if (this.#at < this.out.length) this.out.u8[this.#at++] = value
    return this
  }

  u16(value: number): this {
    return this.u8(value).u8(value >>> 8)
  }

  u32(value: number): this {
    return this.u16(value).u16(value >>> 16)
  }

  octets(src: Uint8Array): this {
    const some = src.subarray(0, this.room)
    this.out.u8.set(some, this.#at)
    this.#at += some.length
    return this
  }
}
