// How many activations were held at most at a time: each from its command until its window is over, told by the minute, so
// that a stream of any length takes memory by its days alone.

const MINUTE = 60_000
/** Minutes that are counted: two years. What begins or ends beyond them counts at their ends. */
const MOST_MINUTES = 2 * 366 * 1_440

export class Peak {
  #first = Number.NaN
  #changes = new Int32Array(1_024)

  /** Held from `from` until `until`, Unix ms. */
  add(from: number, until: number): void {
    if (Number.isNaN(this.#first)) this.#first = Math.floor(from / MINUTE)
    const begins = this.#minute(from)
    const ends = this.#minute(until) + 1
    if (ends >= this.#changes.length) {
      const larger = new Int32Array(Math.max(ends + 1, 2 * this.#changes.length))
      larger.set(this.#changes)
      this.#changes = larger
    }
    this.#changes[begins]!++
    this.#changes[ends]!--
  }

  /** The most that were held in one minute. */
  get most(): number {
    let now = 0
    let most = 0
    for (const change of this.#changes) {
      now += change
      most = Math.max(most, now)
    }
    return most
  }

  #minute(at: number): number {
    return Math.min(MOST_MINUTES, Math.max(0, Math.floor(at / MINUTE) - this.#first))
  }
}
