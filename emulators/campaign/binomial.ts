// How many of n trials succeed, drawn in constant time: Hörmann's BTRS (transformed rejection with squeeze, 1993) where
// n·p is at least 10, inversion below. Exact but for the 32 bits of a uniform draw and the rounding of doubles.

import { type Stream, unitOf } from './draws.ts'

const INVERSION_BELOW = 10

export class Binomial {
  readonly p: number
  /** Of the half that is drawn: p, or 1 - p when that is less. */
  readonly #p: number
  readonly #odds: number
  readonly #logQ: number
  /** What BTRS needs for the n of the last draw; the same n comes often. */
  #n = -1
  #m = 0
  #a = 0
  #b = 0
  #c = 0
  #vr = 0
  #alpha = 0
  #h = 0

  /** @param p probability of a success, 0..1. */
  constructor(p: number) {
    this.p = p
    this.#p = p > 0.5 ? 1 - p : p
    this.#odds = this.#p / (1 - this.#p)
    this.#logQ = Math.log1p(-this.#p)
  }

  /** Successes among `n` trials, a whole number 0..2^31-1. */
  draw(n: number, stream: Stream): number {
    const mean = n * this.#p
    // Not one of the 2^32 draws would give a success.
    if (mean < 2 ** -33) return this.p > 0.5 ? n : 0
    const k = mean < INVERSION_BELOW ? this.#invert(n, stream) : this.#btrs(n, stream)
    return this.p > 0.5 ? n - k : k
  }

  #invert(n: number, stream: Stream): number {
    const none = Math.exp(n * this.#logQ)
    for (;;) {
      let u = unitOf(stream.bits())
      let r = none
      let k = 0
      while (u > r) {
        u -= r
        k++
        if (k > n) break
        r *= ((n - k + 1) / k) * this.#odds
      }
      // What rounding left over in the far tail is drawn again.
      if (k <= n) return k
    }
  }

  #btrs(n: number, stream: Stream): number {
    if (n !== this.#n) this.#prepare(n)
    for (;;) {
      const u = unitOf(stream.bits()) - 0.5
      let v = unitOf(stream.bits())
      const us = 0.5 - Math.abs(u)
      // Truncating: what lies below 0 is drawn again in either case.
      const at = ((2 * this.#a) / us + this.#b) * u + this.#c
      if (!(at >= 0 && at < n + 1)) continue
      const k = at | 0
      if (us >= 0.07 && v <= this.#vr) return k
      v = Math.log((v * this.#alpha) / (this.#a / (us * us) + this.#b))
      if (v <= this.#logRatio(n, k)) return k
    }
  }

  #prepare(n: number): void {
    const p = this.#p
    const spread = Math.sqrt(n * p * (1 - p))
    this.#n = n
    this.#m = Math.floor((n + 1) * p)
    this.#b = 1.15 + 2.53 * spread
    this.#a = -0.0873 + 0.0248 * this.#b + 0.01 * p
    this.#c = n * p + 0.5
    this.#vr = 0.92 - 4.2 / this.#b
    this.#alpha = (2.83 + 5.1 / this.#b) * spread
    this.#h =
      (this.#m + 0.5) * Math.log((this.#m + 1) / (this.#odds * (n - this.#m + 1))) +
      correction(this.#m) +
      correction(n - this.#m)
  }

  /** Logarithm of the probability of k over that of the most likely number. */
  #logRatio(n: number, k: number): number {
    return (
      this.#h +
      (n + 1) * Math.log((n - this.#m + 1) / (n - k + 1)) +
      (k + 0.5) * Math.log((this.#odds * (n - k + 1)) / (k + 1)) -
      correction(k) -
      correction(n - k)
    )
  }
}

/** ln k! less Stirling's formula of it, in the form that #logRatio uses: k! = √2π (k+1)^(k+½) e^-(k+1) e^correction. */
function correction(k: number): number {
  if (k < 10) return SMALL[k]!
  const x = k + 1
  const square = 1 / (x * x)
  return (1 / 12 - (1 / 360 - square / 1260) * square) / x
}

const SMALL = Array.from({ length: 10 }, (_, k) => {
  let logFactorial = 0
  for (let i = 2; i <= k; i++) logFactorial += Math.log(i)
  return logFactorial - 0.5 * Math.log(2 * Math.PI) - (k + 0.5) * Math.log(k + 1) + k + 1
})
