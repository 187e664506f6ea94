// Which blocks are held: one bit a block. The bit is the commit record; it is set after the bytes verified,
// never before, and nothing but restart() clears it.
// Invariants: held === number of set bits; bits at and past `count` are 0.

import type { Archive } from '../state/archive.ts'

/** Which blocks of an image are held: a bit a block. */
export class ReceivedMap {
  /** Blocks of the image. */
  readonly count: number
  /** Bit `i & 31` of word `i >> 5` is block i. */
  readonly words: Int32Array
  /** Blocks held, 0..count. */
  held = 0

  /** @param count blocks of the image, at least 1; none is held. */
  constructor(count: number) {
    this.count = count
    this.words = new Int32Array((count + 31) >>> 5)
  }

  /** True when block `index` is held. The caller has checked that 0 <= index < count. */
  has(index: number): boolean {
    return ((this.words[index >>> 5]! >>> (index & 31)) & 1) !== 0
  }

  /** Marks block `index` held; true when it was not before. The caller has checked the range. */
  add(index: number): boolean {
    const word = index >>> 5
    const bit = 1 << (index & 31)
    const before = this.words[word]!
    if (before & bit) return false
    this.words[word] = before | bit
    this.held++
    return true
  }

  /** True when every block is held. */
  get complete(): boolean {
    return this.held === this.count
  }

  /** The first block at or after `from` that is not held, or -1. A word of 32 blocks a step. */
  firstMissing(from = 0): number {
    if (from >= this.count) return -1
    let word = from >>> 5
    let open = ~this.words[word]! & (-1 << (from & 31))
    while (open === 0) {
      if (++word === this.words.length) return -1
      open = ~this.words[word]!
    }
    const index = (word << 5) + 31 - Math.clz32(open & -open)
    return index < this.count ? index : -1
  }

  /** Forgets every block. */
  restart(): void {
    this.words.fill(0)
    this.held = 0
  }

  /** @internal Walks the state on its way into a snapshot or back. */
  archive(a: Archive): void {
    this.held = a.number(this.held)
    a.numbers(this.words)
  }
}
