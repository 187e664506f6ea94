// Tables whose number of devices nobody told beforehand: when one is full, one of twice the size takes its place.
// What grows is what a stream brings along; where the number is known, nothing is copied.

import { Eui64Table, NOWHERE, tableWords } from '#core/eui64/table'
import { GuidList, LIST_FULL } from '#core/power/guid-list'

const FIRST_CAPACITY = 1_024

/** A list of devices without an end. */
export class GrowingList {
  /** The list as it is now. */
  list: GuidList

  /** @param expected devices, where it is known. */
  constructor(expected = FIRST_CAPACITY) {
    this.list = new GuidList(Math.max(1, expected))
  }

  /** Lists a device by the halves of its EUI-64; one that is listed already stays. */
  add(hi: number, lo: number): void {
    if (this.list.add(hi, lo) !== LIST_FULL) return
    const larger = new GuidList(2 * this.list.capacity)
    this.list.addTo(larger)
    larger.add(hi, lo)
    this.list = larger
  }
}

/** Words of a row besides the ESME, which is its key: the hub. */
const HUB = 2

/** Which hub's HAN each ESME is on. */
export class HanDirectory {
  #table = tableFor(FIRST_CAPACITY)
  /** The hub that find() found. */
  readonly hub = new Int32Array(2)

  /** Looks for an ESME's hub and leaves it in `hub`. */
  find(hi: number, lo: number): boolean {
    const row = this.#table.first(hi, lo)
    if (row === NOWHERE) return false
    const at = this.#table.payloadOf(row)
    this.hub[0] = this.#table.words[at]!
    this.hub[1] = this.#table.words[at + 1]!
    return true
  }

  /** The ESME is on that hub's HAN from now on. */
  join(hi: number, lo: number, hubHi: number, hubLo: number): void {
    let row = this.#table.first(hi, lo)
    if (row === NOWHERE) {
      if (this.#table.size === this.#table.capacity) this.#grow()
      row = this.#table.insert(hi, lo)
    }
    const at = this.#table.payloadOf(row)
    this.#table.words[at] = hubHi
    this.#table.words[at + 1] = hubLo
  }

  #grow(): void {
    const { words, rows, capacity } = this.#table
    const old = this.#table
    this.#table = tableFor(2 * capacity)
    for (let row = 0; row < rows; row++) {
      if (!old.uses(row)) continue
      const at = old.payloadOf(row)
      this.join(words[2 * row]!, words[2 * row + 1]!, words[at]!, words[at + 1]!)
    }
  }
}

function tableFor(capacity: number): Eui64Table {
  return new Eui64Table(capacity, HUB, new Int32Array(tableWords(capacity, HUB)))
}
