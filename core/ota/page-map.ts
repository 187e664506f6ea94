// Which blocks of one page the client holds, for they need not come in order: a bit per block, on the grid of the
// block size from the page's start. A block off that grid, or shorter than its cell, counts only at the frontier.

import type { Archive } from '../state/archive.ts'

/** Phases: no page; its responses are awaited; they ended and its holes are asked for one by one. */
export const CLOSED = 0
export const COMING = 1
export const FILLING = 2

export class PageMap {
  /** Octets asked for in one page, 0..65535; 0: pages are never asked for. */
  readonly pageSize: number
  /** Octets of one cell, 1..255. */
  readonly blockSize: number
  phase = CLOSED
  /** The page's first octet, and the first one after it. */
  start = 0
  end = 0
  /** Blocks of it that came, in whatever order. */
  count = 0
  readonly #held: Int32Array

  constructor(pageSize: number, blockSize: number) {
    this.pageSize = pageSize
    this.blockSize = blockSize
    this.#held = new Int32Array(Math.ceil(pageSize / blockSize / 32))
  }

  /** Begins the page at `start` of an image of `size` octets; returns its length, clipped at the image's end. */
  open(start: number, size: number): number {
    this.phase = COMING
    this.start = start
    this.end = Math.min(start + this.pageSize, size)
    this.count = 0
    this.#held.fill(0)
    return this.end - start
  }

  close(): void {
    this.phase = CLOSED
  }

  /** True when the block at `offset` fills a cell of the page that is still empty. */
  lacks(offset: number, length: number): boolean {
    if (this.phase === CLOSED || offset < this.start || offset >= this.end) return false
    const cell = this.#cellOf(offset)
    return (
      this.#fills(cell, offset, offset + length) && (this.#held[cell >> 5]! & (1 << cell)) === 0
    )
  }

  /** Notes a block that was taken, octets `offset`..`end` of the image; it begins in the page. */
  take(offset: number, end: number): void {
    this.count++
    const cell = this.#cellOf(offset)
    if (this.#fills(cell, offset, end)) this.#held[cell >> 5]! |= 1 << cell
  }

  /** The first octet from `offset` on that is not held, at most the page's end or `offset` itself. */
  frontier(offset: number): number {
    while (offset < this.end) {
      const cell = this.#cellOf(offset)
      if ((this.#held[cell >> 5]! & (1 << cell)) === 0) return offset
      offset = this.#endOf(cell)
    }
    return offset
  }

  archive(a: Archive): void {
    this.phase = a.number(this.phase)
    this.start = a.number(this.start)
    this.end = a.number(this.end)
    this.count = a.number(this.count)
    a.numbers(this.#held)
  }

  #cellOf(offset: number): number {
    // A page has less than 2^16 octets; floor() would hand over a float64, which may have to be boxed.
    return ((offset - this.start) / this.blockSize) | 0
  }

  #endOf(cell: number): number {
    return Math.min(this.start + (cell + 1) * this.blockSize, this.end)
  }

  #fills(cell: number, offset: number, end: number): boolean {
    return offset === this.start + cell * this.blockSize && end >= this.#endOf(cell)
  }
}
