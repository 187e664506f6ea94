// Which blocks are on their way, which arrived, which are next: selective repeat under a credit in octets. It relies on
// the line keeping the order (docs/SPEC.md 8.3): what was sent before a block that arrived, and did not arrive, is lost.
// Invariants: a block is held, on its way, or to be sent, never two of these; `inFlight` is the sum of the frames on their way
// and never above a limit that was not lowered. Nothing is allocated after construction.

import type { Geometry } from '#core/block/geometry'
import { ReceivedMap } from '#core/block/received-map'

/** Blocks past the first missing one that the board takes: as many as an ACK has bits. */
export const REACH = 256

/** No block can be sent now: all are held or on their way, or the credit is used up. */
export const NONE = -1

export class SendWindow {
  readonly held: ReceivedMap
  /** Octets of the frames that are on their way. */
  inFlight = 0
  /** Times that a block was found lost. */
  lost = 0
  /** Octets that may be on their way: the board's credit, or less when the line is slow. */
  limit: number
  /** Frames sent so far: a mark of what was before what. */
  sequence = 0

  readonly #geometry: Geometry
  /** Octets of the longest frame of a block, by its length. */
  readonly #frameLength: (payload: number) => number
  /** Bit per block: on its way. */
  readonly #flying: Int32Array
  /** A ring of the frames on their way, oldest first: block and sequence number. */
  readonly #block: Int32Array
  readonly #number: Int32Array
  #head = 0
  #count = 0

  constructor(geometry: Geometry, limit: number, frameLength: (payload: number) => number) {
    this.#geometry = geometry
    this.limit = limit
    this.#frameLength = frameLength
    this.held = new ReceivedMap(geometry.count)
    this.#flying = new Int32Array(this.held.words.length)
    const frames = Math.min(REACH + 1, geometry.count)
    this.#block = new Int32Array(frames)
    this.#number = new Int32Array(frames)
  }

  /** Blocks on their way. */
  get flying(): number {
    return this.#count
  }

  /** The first block that is to be sent now, or NONE. */
  next(): number {
    const { count } = this.#geometry
    const base = this.held.firstMissing()
    if (base < 0) return NONE
    const end = Math.min(count, base + REACH + 1)
    for (let i = base; i < end; i++) {
      if (!this.held.has(i) && !this.#flies(i)) return this.#fits(i) ? i : NONE
    }
    return NONE
  }

  /** Block `index` goes out now. */
  sent(index: number): void {
    this.#flying[index >>> 5]! |= 1 << (index & 31)
    const at = (this.#head + this.#count++) % this.#block.length
    this.#block[at] = index
    this.#number[at] = ++this.sequence
    this.inFlight += this.#frameLength(this.#geometry.lengthOf(index))
  }

  /**
   * Takes an ACK: every block below `base` is held, and of those after it the ones whose bits are set in `above`.
   * False when it contradicts the image's geometry; nothing changes then.
   */
  acknowledged(base: number, above: Uint8Array): boolean {
    if (base > this.#geometry.count || base < 0) return false
    for (let i = this.held.firstMissing(); i >= 0 && i < base; i = this.held.firstMissing(i + 1)) {
      this.held.add(i)
    }
    this.addBits(base + 1, above)
    let newest = 0
    for (let k = 0; k < this.#count; k++) {
      const at = (this.#head + k) % this.#block.length
      if (this.held.has(this.#block[at]!)) newest = this.#number[at]!
    }
    this.settle(newest)
    return true
  }

  /** Marks held what the bits say of the blocks from `first` on; a bit past the image means nothing. */
  addBits(first: number, bits: Uint8Array): void {
    const { count } = this.#geometry
    for (let k = 0; k < bits.length; k++) {
      for (let octet = bits[k]!, i = first + 8 * k; octet !== 0 && i < count; octet >>>= 1, i++) {
        if (octet & 1) this.held.add(i)
      }
    }
  }

  /** Everything sent up to frame number `sequence` has arrived or is lost. */
  settle(sequence: number): void {
    while (this.#count > 0 && this.#number[this.#head]! <= sequence) {
      const index = this.#block[this.#head]!
      this.#head = (this.#head + 1) % this.#block.length
      this.#count--
      this.#flying[index >>> 5]! &= ~(1 << (index & 31))
      this.inFlight -= this.#frameLength(this.#geometry.lengthOf(index))
      if (!this.held.has(index)) this.lost++
    }
  }

  #flies(index: number): boolean {
    return ((this.#flying[index >>> 5]! >>> (index & 31)) & 1) !== 0
  }

  #fits(index: number): boolean {
    const frame = this.#frameLength(this.#geometry.lengthOf(index))
    return this.inFlight + frame <= this.limit && this.#count < this.#block.length
  }
}
