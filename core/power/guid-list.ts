// MP102B's list of ESMEs known to cut the hub's supply while they activate: a set of EUI-64s in memory of a fixed size.
// 11.4 octets a listed device when it is full, everything counted; a look-up allocates nothing.

import { Eui64Table, NOWHERE, tableWords } from '../eui64/table.ts'
import type { Archive } from '../state/archive.ts'

/** What add() says. */
export const ADDED = 0
export const PRESENT = 1
/** There is no room; the list is as it was. */
export const LIST_FULL = 2
/** Zero names no device. */
export const NO_DEVICE = 3

/** Words of memory that a list of `capacity` devices takes. */
export function listWords(capacity: number): number {
  return tableWords(capacity, 0)
}

/**
 * A set of EUI-64s in memory of a fixed size, 11.4 octets each when it is full. An EUI-64 is two 32-bit halves, the high one
 * first.
 */
export class GuidList {
  readonly #table: Eui64Table

  /**
   * @param capacity most devices listed at a time.
   * @param memory the caller's, zeroed, of listWords(capacity) words.
   */
  constructor(capacity: number, memory = new Int32Array(listWords(capacity))) {
    this.#table = new Eui64Table(capacity, 0, memory)
  }

  /** Most devices listed at a time. */
  get capacity(): number {
    return this.#table.capacity
  }

  /** Devices listed. */
  get size(): number {
    return this.#table.size
  }

  /** Octets of memory. */
  get octets(): number {
    return this.#table.words.byteLength
  }

  /** True when the device is listed. */
  has(hi: number, lo: number): boolean {
    return this.#table.first(hi, lo) !== NOWHERE
  }

  /** Fetches what has() will look at (Eui64Table.touch); for whoever has many devices to ask about. */
  touch(hi: number, lo: number): number {
    return this.#table.touch(hi, lo)
  }

  /** @returns ADDED, PRESENT, LIST_FULL or NO_DEVICE. */
  add(hi: number, lo: number): number {
    if ((hi | lo) === 0) return NO_DEVICE
    if (this.has(hi, lo)) return PRESENT
    return this.#table.insert(hi, lo) === NOWHERE ? LIST_FULL : ADDED
  }

  /** @returns whether it was listed. */
  remove(hi: number, lo: number): boolean {
    const row = this.#table.first(hi, lo)
    if (row !== NOWHERE) this.#table.remove(row)
    return row !== NOWHERE
  }

  /** Takes every device off the list. */
  clear(): void {
    this.#table.clear()
  }

  /** Adds every device of this list to another, which needs the room: how a list grows. */
  addTo(other: GuidList): void {
    const { words, rows } = this.#table
    // The key of an empty row is zero, which names no device and is not added.
    for (let row = 0; row < rows; row++) other.add(words[2 * row]!, words[2 * row + 1]!)
  }

  /** @internal Walks the state on its way into a snapshot or back. */
  archive(a: Archive): void {
    this.#table.archive(a)
  }
}
