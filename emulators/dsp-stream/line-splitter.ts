// Lines from chunks of octets. A line is handed over where it lies; only one that two chunks share is copied.

const LF = 10
const CR = 13
/** No event is as long. */
export const LONGEST_LINE = 65_536

export class LineSplitter {
  readonly #take: (src: Uint8Array, from: number, to: number) => void
  readonly #carry = new Uint8Array(LONGEST_LINE)
  #carried = 0

  /** @param take takes the line src[from..to), without its end; of one that is too long, what there is room for. */
  constructor(take: (src: Uint8Array, from: number, to: number) => void) {
    this.#take = take
  }

  feed(octets: Uint8Array): void {
    let from = 0
    for (let end = octets.indexOf(LF); end >= 0; end = octets.indexOf(LF, from)) {
      if (this.#carried === 0) this.#line(octets, from, end)
      else {
        this.#keep(octets, from, end)
        this.end()
      }
      from = end + 1
    }
    this.#keep(octets, from, octets.length)
  }

  /** The last line has no end. */
  end(): void {
    const length = this.#carried
    this.#carried = 0
    if (length > 0) this.#line(this.#carry, 0, length)
  }

  #line(src: Uint8Array, from: number, to: number): void {
    this.#take(src, from, to > from && src[to - 1] === CR ? to - 1 : to)
  }

  #keep(octets: Uint8Array, from: number, to: number): void {
    const room = Math.min(to - from, LONGEST_LINE - this.#carried)
    this.#carry.set(octets.subarray(from, from + room), this.#carried)
    this.#carried += room
  }
}
