// An open-addressed hash table keyed by EUI-64, in memory of a fixed size: keys first, then what else the rows hold, so
// that a search stays in one cache line. Linear probing; a row that goes is filled from behind it, so there are no
// tombstones and the table never ages.
// Invariant: between a row and the row where its search begins none is empty. A key of zero marks an empty row.

import type { Archive } from '../state/archive.ts'
import { hashEui64 } from './eui64.ts'

/** Share of the rows in use when the table is full. At 0.7 a search looks at 2.2 rows, one in vain at 6. */
const FULLEST = 0.7
const TWO_TO_MINUS_32 = 2 ** -32

/** No such row, or no room for one. */
export const NOWHERE = -1

/** Words of memory that a table of `capacity` rows takes, with `payload` words in a row besides its key. */
export function tableWords(capacity: number, payload: number): number {
  return rowsFor(capacity) * (2 + payload)
}

/** Some row is always empty, so that every search ends; and an even number, so that payloads can be doubles. */
function rowsFor(capacity: number): number {
  return 2 * (Math.ceil(capacity / FULLEST / 2) + 1)
}

/** Rows are numbers from 0. They move when another one is removed, and at no other time. */
export class Eui64Table {
  readonly capacity: number
  /** Rows there are, in use or not. */
  readonly rows: number
  /** First the keys, two words each; then the rows' other words, `payload` each. */
  readonly words: Int32Array
  /** Rows in use. */
  size = 0
  readonly #payload: number

  /**
   * @param capacity most rows in use.
   * @param payload words in a row besides its key.
   * @param words the caller's memory, zeroed, of tableWords(capacity, payload) words.
   */
  constructor(capacity: number, payload: number, words: Int32Array) {
    if (words.length !== tableWords(capacity, payload)) {
      throw new RangeError(`such a table takes ${tableWords(capacity, payload)} words`)
    }
    this.capacity = capacity
    this.rows = rowsFor(capacity)
    this.words = words
    this.#payload = payload
  }

  /** The first row of a key, or NOWHERE. */
  first(hi: number, lo: number): number {
    return this.#search(this.#home(hi | 0, lo | 0), hi | 0, lo | 0)
  }

  /** The next row of the same key after `row`, or NOWHERE. */
  next(row: number, hi: number, lo: number): number {
    return this.#search(this.#behind(row), hi | 0, lo | 0)
  }

  /**
   * Reads the row where a search for a key begins, so that it is in the cache when the search comes. Of some ten of these
   * the processor waits for all at once, of ten searches for each in turn.
   * @returns something of the row; to be used for something, lest the compiler leave it all out.
   */
  touch(hi: number, lo: number): number {
    const row = this.#home(hi | 0, lo | 0)
    const key = this.words[2 * row]!
    return this.#payload === 0 ? key : key ^ this.words[this.payloadOf(row)]!
  }

  /** Where in `words` the other words of a row begin. */
  payloadOf(row: number): number {
    return 2 * this.rows + row * this.#payload
  }

  /** Whether a row is in use. */
  uses(row: number): boolean {
    return (this.words[2 * row]! | this.words[2 * row + 1]!) !== 0
  }

  /**
   * A new row with that key, its other words zero. A key may have several rows; it must not be zero.
   * @returns NOWHERE when the table is full.
   */
  insert(hi: number, lo: number): number {
    if (this.size === this.capacity) return NOWHERE
    let row = this.#home(hi | 0, lo | 0)
    while (this.uses(row)) row = this.#behind(row)
    this.words[2 * row] = hi
    this.words[2 * row + 1] = lo
    this.size++
    return row
  }

  /** Removes a row; another one may be in its place then, which a walk has to look at. */
  remove(row: number): void {
    const { words } = this
    let hole = row
    for (;;) {
      row = this.#behind(row)
      if (!this.uses(row)) break
      const home = this.#home(words[2 * row]!, words[2 * row + 1]!)
      // A row may move to the hole unless its search begins behind it, going round at the end.
      const isBehind = hole < row ? home > hole && home <= row : home > hole || home <= row
      if (isBehind) continue
      this.#copy(row, hole)
      hole = row
    }
    words[2 * hole] = 0
    words[2 * hole + 1] = 0
    words.fill(0, this.payloadOf(hole), this.payloadOf(hole + 1))
    this.size--
  }

  clear(): void {
    this.words.fill(0)
    this.size = 0
  }

  archive(a: Archive): void {
    this.size = a.number(this.size)
    a.numbers(this.words)
  }

  #search(row: number, hi: number, lo: number): number {
    const { words } = this
    for (;;) {
      const high = words[2 * row]!
      const low = words[2 * row + 1]!
      if (low === lo && high === hi) return (high | low) === 0 ? NOWHERE : row
      if ((high | low) === 0) return NOWHERE
      row = this.#behind(row)
    }
  }

  /** The row where the search for a key begins: its hash as a share of the rows, whose number may be any. */
  #home(hi: number, lo: number): number {
    return ((hashEui64(hi, lo) >>> 0) * TWO_TO_MINUS_32 * this.rows) | 0
  }

  #behind(row: number): number {
    return row + 1 === this.rows ? 0 : row + 1
  }

  #copy(from: number, to: number): void {
    const { words } = this
    words[2 * to] = words[2 * from]!
    words[2 * to + 1] = words[2 * from + 1]!
    const source = this.payloadOf(from)
    const target = this.payloadOf(to)
    for (let word = 0; word < this.#payload; word++) words[target + word] = words[source + word]!
  }
}
