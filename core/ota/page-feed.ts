// The page that the server is sending: which block comes next and when. One at a time; the next request replaces it.

import type { Archive } from '../state/archive.ts'

export class PageFeed {
  /** When the next block is due, ms; Infinity when no page is under way. */
  due = Number.POSITIVE_INFINITY
  /** Offset of the next block in the image. */
  offset = 0
  /** Sequence number of the request, which all its responses carry. */
  sequence = 0
  #end = 0
  #blockSize = 0
  #spacing = 0

  /**
   * Sends on from `offset` to `end` in blocks of at most `blockSize` octets, one each `spacing` ms, the first
   * of them that long after `now`.
   */
  open(
    sequence: number,
    offset: number,
    end: number,
    blockSize: number,
    spacing: number,
    now: number,
  ): void {
    this.sequence = sequence
    this.offset = offset
    this.#end = end
    this.#blockSize = blockSize
    this.#spacing = spacing
    this.due = offset < end ? now + spacing : Number.POSITIVE_INFINITY
  }

  close(): void {
    this.due = Number.POSITIVE_INFINITY
  }

  /** Octets of the next block. */
  get size(): number {
    return Math.min(this.#blockSize, this.#end - this.offset)
  }

  /** The block that was due went at `now`. */
  sent(now: number): void {
    this.offset += this.size
    this.due = this.offset < this.#end ? now + this.#spacing : Number.POSITIVE_INFINITY
  }

  archive(a: Archive): void {
    this.due = a.number(this.due)
    this.offset = a.number(this.offset)
    this.sequence = a.number(this.sequence)
    this.#end = a.number(this.#end)
    this.#blockSize = a.number(this.#blockSize)
    this.#spacing = a.number(this.#spacing)
  }
}
