// Exact totals: what a download adds up to, drawn without playing its blocks. Of n blocks whose attempts are independent,
// the number that lose a first attempt is binomial, of these those that lose a second one, and so on: a chain of a few
// draws gives every level of the backoff its count, with the distribution that playing all attempts has.

import { Binomial } from './binomial.ts'
import type { Stream } from './draws.ts'
import { OVERDUE, type Rules, type Transfers } from './transfer.ts'

export class ExactTotals {
  readonly #rules: Rules
  readonly #stream: Stream
  /** Whether a go at a block ends in a rest: all its tries are lost. */
  readonly #rest: Binomial
  /** Whether a go that ends well loses one more attempt, by the number lost already. */
  readonly #levels: readonly Binomial[]
  readonly #half = new Binomial(0.5)
  /** What all tries of a go take that ends in a rest, and the rest, ms. */
  readonly #restTime: number

  /** @param stream the concern 'transfer' of the run. */
  constructor(rules: Rules, stream: Stream) {
    const { loss, backoff } = rules
    const { maxTries, rest } = rules.config
    this.#rules = rules
    this.#stream = stream
    this.#rest = new Binomial(loss ** maxTries)
    // P(one more | level lost, fewer than maxTries in all) = p (1 - p^(K-level-1)) / (1 - p^(K-level)).
    this.#levels = Array.from({ length: maxTries }, (_, level) => {
      const left = maxTries - level
      return new Binomial((loss * (1 - loss ** (left - 1))) / (1 - loss ** left))
    })
    this.#restTime = backoff.reduce((sum, wait) => sum + wait, 0) - backoff.at(-1)! + rest
  }

  /** Draws the download of `blocks` blocks by device `device` and keeps it at `at`. */
  play(device: number, blocks: number, out: Transfers, at: number): void {
    const { backoff, jitterBits, config } = this.#rules
    const stream = this.#stream
    stream.begin(device)
    let retries = 0
    let duration = blocks * config.roundTrip
    let stops = 0
    for (let failed = blocks; ; stops += failed) {
      failed = this.#rest.draw(failed, stream)
      if (failed === 0) break
    }
    if (stops > 0) {
      retries = stops * config.maxTries
      duration += stops * this.#restTime
    }
    let lost = blocks
    for (let level = 0; ; level++) {
      lost = this.#levels[level]!.draw(lost, stream)
      if (lost === 0) break
      retries += lost
      duration += lost * backoff[level]!
    }
    // A sum of n numbers of j even bits is, bit by bit, how often each is set.
    for (let bit = 0; bit < jitterBits; bit++) {
      duration += this.#half.draw(blocks, stream) * 2 ** bit
    }
    const inTime = duration <= config.lifetime
    out.retries[at] = retries
    out.stops[at] = stops
    out.duration[at] = inTime ? duration : OVERDUE
  }
}
