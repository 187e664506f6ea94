// An open-addressed hash table keyed by EUI-64, in memory of a fixed size: rows of 32-bit words, the first two the key.
// Linear probing, and a row that goes is filled from behind it, so there are no tombstones and the table never ages.
// Invariant: between a row and the place where its search begins no row is empty. A key of zero marks an empty row.

import type { Archive } from '../archive.ts'
import { hashEui64 } from './eui64.ts'

/** Share of the rows in use when the table is full. At 0.7 a search looks at 2.2 rows, one in vain at 6: one cache line. */
export const FULLEST = 0.7
const TWO_TO_MINUS_32 = 2 ** -32
/** Words of a key, and of a row that holds nothing else. */
export const KEY_WORDS = 2

/** No such row, or no room for one. */
export const NOWHERE = -1

/** Words of memory that a table of `capacity` rows of `width` words takes. */
export function tableWords(capacity: number, width: number): number {
  // One row more than that, so that one is always empty and every search ends.
  return (Math.ceil(capacity / FULLEST) + 1) * width
}

/** Rows are named by the offset of their first word. They move when another one is removed, and at no other time. */
export class Eui64Table {
  readonly capacity: number
  readonly width: number
  readonly words: Int32Array
  /** Rows in use. */
  size = 0
  readonly #rows: number

  /**
   * @param capacity most rows in use.
   * @param width words in a row, the key's two among them.
   * @param words the caller's memory, zeroed, of tableWords(capacity, width) words.
   */
  constructor(capacity: number, width: number, words: Int32Array) {
    this.capacity = capacity
    this.width = width
    this.words = words
    this.#rows = Math.ceil(capacity / FULLEST) + 1
    if (words.length !== tableWords(capacity, width)) {
      throw new RangeError(`a table of ${capacity} rows takes ${tableWords(capacity, width)} words`)
    }
  }

  /** The first row of a key, or NOWHERE. */
  first(hi: number, lo: number): number {
    return this.#search(this.#home(hi, lo), hi | 0, lo | 0)
  }

  /** The next row of the same key after row `at`, or NOWHERE. */
  next(at: number, hi: number, lo: number): number {
    return this.#search(this.#behind(at), hi | 0, lo | 0)
  }

  /**
   * A new row with that key, its other words as they were left: zero. A key may have several rows.
   * @returns NOWHERE when the table is full. The key must not be zero.
   */
  insert(hi: number, lo: number): number {
    if (this.size === this.capacity) return NOWHERE
    const { words } = this
    let at = this.#home(hi, lo)
    while ((words[at]! | words[at + 1]!) !== 0) at = this.#behind(at)
    words[at] = hi
    words[at + 1] = lo
    this.size++
    return at
  }

  /** Removes row `at`; afterwards another row may be there, which has to be looked at again in a walk. */
  remove(at: number): void {
    const { words, width } = this
    let hole = at
    for (;;) {
      at = this.#behind(at)
      const hi = words[at]!
      const lo = words[at + 1]!
      if ((hi | lo) === 0) break
      const home = this.#home(hi, lo)
      // A row may move to the hole unless its search begins behind the hole, going round at the end.
      const isBehind = hole < at ? home > hole && home <= at : home > hole || home <= at
      if (isBehind) continue
      for (let word = 0; word < width; word++) words[hole + word] = words[at + word]!
      hole = at
    }
    for (let word = 0; word < width; word++) words[hole + word] = 0
    this.size--
  }

  /** Whether row `at` is in use. */
  uses(at: number): boolean {
    return (this.words[at]! | this.words[at + 1]!) !== 0
  }

  clear(): void {
    this.words.fill(0)
    this.size = 0
  }

  archive(a: Archive): void {
    this.size = a.number(this.size)
    a.numbers(this.words)
  }

  #search(at: number, hi: number, lo: number): number {
    const { words } = this
    for (;;) {
      const high = words[at]!
      const low = words[at + 1]!
      if (low === lo && high === hi) return (high | low) === 0 ? NOWHERE : at
      if ((high | low) === 0) return NOWHERE
      at = this.#behind(at)
    }
  }

  /** Where the search for a key begins: its hash as a share of the rows, whose number need not be a power of two. */
  #home(hi: number, lo: number): number {
    const share = (hashEui64(hi, lo) >>> 0) * TWO_TO_MINUS_32
    return Math.floor(share * this.#rows) * this.width
  }

  #behind(at: number): number {
    const behind = at + this.width
    return behind === this.words.length ? 0 : behind
  }
}
