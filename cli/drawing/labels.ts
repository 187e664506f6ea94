// Room for labels on one line of a drawing: a stretch is given away once, so that nothing is written over anything.

import { textWidth } from './axis.ts'

export type Anchor = 'start' | 'middle' | 'end'

export interface Placed {
  readonly text: string
  readonly x: number
  readonly anchor: Anchor
}

export class LabelRow {
  readonly #from: number
  readonly #to: number
  readonly #fontSize: number
  readonly #taken: [number, number][] = []

  constructor(from: number, to: number, fontSize: number) {
    this.#from = from
    this.#to = to
    this.#fontSize = fontSize
  }

  /** Marks a stretch as used, whatever is there. */
  take(from: number, to: number): void {
    this.#taken.push([from, to])
  }

  /** Text around `x`, moved in from the drawing's ends if need be; undefined when there is no room. */
  around(x: number, text: string): Placed | undefined {
    const half = textWidth(text, this.#fontSize) / 2
    const middle = Math.min(Math.max(x, this.#from + half), this.#to - half)
    return this.#claim(middle - half, middle + half)
      ? { text, x: middle, anchor: 'middle' }
      : undefined
  }

  /** Text that begins at `x`. */
  after(x: number, text: string): Placed | undefined {
    const isFree = this.#claim(x, x + textWidth(text, this.#fontSize))
    return isFree ? { text, x, anchor: 'start' } : undefined
  }

  /** Text that ends at `x`. */
  before(x: number, text: string): Placed | undefined {
    const isFree = this.#claim(x - textWidth(text, this.#fontSize), x)
    return isFree ? { text, x, anchor: 'end' } : undefined
  }

  #claim(from: number, to: number): boolean {
    if (from < this.#from - 0.5 || to > this.#to + 0.5) return false
    if (this.#taken.some(([start, end]) => from < end && to > start)) return false
    this.#taken.push([from - 4, to + 4])
    return true
  }
}
