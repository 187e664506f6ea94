// Originator counters. Key and IV of a MAC depend on ids, direction and counter alone, so a counter that is issued twice gives
// two messages under one key: it is committed to memory that survives before it is used. A receiver takes from each
// originator only what is above the last that it took.

import type { Archive } from '../state/archive.ts'

/** Counters are u64; hanrig issues those that a number holds exactly (Unix ms reach it in 285,000 years). */
export const MAX_COUNTER = Number.MAX_SAFE_INTEGER

const TWO_32 = 0x1_0000_0000

/** The words of a counter 0..MAX_COUNTER, as a message has them. */
export function counterHigh(counter: number): number {
  return Math.floor(counter / TWO_32) | 0
}

export function counterLow(counter: number): number {
  return counter | 0
}

/** A counter's words as a number; Infinity when it is above MAX_COUNTER. */
export function counterOf(high: number, low: number): number {
  const counter = (high >>> 0) * TWO_32 + (low >>> 0)
  return counter > MAX_COUNTER ? Number.POSITIVE_INFINITY : counter
}

/** What issues a party's counters. */
export class OriginatorCounter {
  #last: number
  #mark: number
  readonly #ahead: number
  readonly #commit: (mark: number) => void

  /**
   * @param mark what was last committed, 0 at the very first: everything up to it may have been issued.
   * @param commit makes a mark survive power cuts before it returns; when it throws no counter was issued.
   * @param ahead counters that one commit covers, 1 or more: after a loss of power those not yet issued are left out.
   */
  constructor(mark: number, commit: (mark: number) => void, ahead = 1) {
    if (!(Number.isSafeInteger(mark) && mark >= 0)) throw new RangeError(`${mark} is no counter`)
    if (!(Number.isSafeInteger(ahead) && ahead >= 1)) throw new RangeError('ahead is at least 1')
    this.#last = mark
    this.#mark = mark
    this.#commit = commit
    this.#ahead = ahead
  }

  /** The last counter that was issued or may have been. */
  get last(): number {
    return this.#last
  }

  /**
   * A counter above all that went before.
   * @param least the lowest that is wanted; a party that counts in Unix ms gives the time.
   * @throws RangeError when there is none left.
   */
  next(least = 0): number {
    const counter = Math.max(this.#last + 1, Math.floor(least))
    if (!(counter <= MAX_COUNTER)) throw new RangeError('no counter is left')
    if (counter > this.#mark) {
      const mark = Math.min(counter + this.#ahead - 1, MAX_COUNTER)
      this.#commit(mark)
      this.#mark = mark
    }
    this.#last = counter
    return counter
  }

  /** A snapshot holds what was issued and what was committed, so that a run that is resumed goes on as it would have. */
  archive(a: Archive): void {
    this.#last = a.number(this.#last)
    this.#mark = a.number(this.#mark)
  }
}

export const TAKEN = 0
/** The counter is not above the last one of this originator. */
export const NOT_ABOVE = 1
/** No room for one more originator. */
export const NO_ROOM = 2

/** Words of a row: an originator's id and its last counter, two words each. An id of zero marks a free row. */
const ROW = 4

/** What a receiver remembers: for a few originators the last counter of one class of messages. */
export class CounterGate {
  /** All that must survive: the rows. */
  readonly words: Int32Array
  readonly #commit: (words: Int32Array) => void

  /**
   * @param words the rows, 4 words for each originator that there is room for; zeros at first, later what was committed.
   * @param commit makes the words survive power cuts before it returns; when it throws nothing was taken.
   */
  constructor(words: Int32Array, commit: (words: Int32Array) => void) {
    if (words.length === 0 || words.length % ROW !== 0) throw new RangeError('rows have 4 words')
    this.words = words
    this.#commit = commit
  }

  /**
   * Takes the counter of a message that was found genuine, which must be done before it is acted upon.
   * @returns TAKEN, NOT_ABOVE or NO_ROOM.
   */
  take(idHigh: number, idLow: number, high: number, low: number): 0 | 1 | 2 {
    const { words } = this
    // Nobody has the id zero, and a row with it would be free again.
    const row = (idHigh | idLow) === 0 ? -1 : this.#rowOf(idHigh | 0, idLow | 0)
    if (row < 0) return NO_ROOM
    const oldHigh = words[row + 2]!
    const oldLow = words[row + 3]!
    if (!isAbove(high, low, oldHigh, oldLow)) return NOT_ABOVE
    const isNew = (words[row]! | words[row + 1]!) === 0
    words[row] = idHigh
    words[row + 1] = idLow
    words[row + 2] = high
    words[row + 3] = low
    try {
      this.#commit(words)
    } catch (error) {
      if (isNew) words.fill(0, row, row + 2)
      words[row + 2] = oldHigh
      words[row + 3] = oldLow
      throw error
    }
    return TAKEN
  }

  archive(a: Archive): void {
    a.numbers(this.words)
  }

  /** The originator's row, or the first free one; -1 when there is none. */
  #rowOf(high: number, low: number): number {
    const { words } = this
    let free = -1
    for (let row = 0; row < words.length; row += ROW) {
      if (words[row] === high && words[row + 1] === low) return row
      if (free < 0 && (words[row]! | words[row + 1]!) === 0) free = row
    }
    return free
  }
}

function isAbove(high: number, low: number, oldHigh: number, oldLow: number): boolean {
  const by = (high >>> 0) - (oldHigh >>> 0)
  return by > 0 || (by === 0 && low >>> 0 > oldLow >>> 0)
}
