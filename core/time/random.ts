// Seeded generators: xoshiro128**, one per concern, each derived from the run's seed and the concern's name,
// so that one more draw in one place moves nothing elsewhere. Same seed and name, same draws, on every machine.

import type { Archive } from '../state/archive.ts'

/**
 * A seeded generator (xoshiro128**): the same seed and concern give the same draws on every machine.
 * @example
 * const random = new Random(1, 'loss')
 * if (random.chance(0.02)) drop(frame)
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #d: number

  /**
   * @param seed the run's seed, any integer (32 bits of it count).
   * @param concern what the draws decide, e.g. 'wan.loss'.
   */
  constructor(seed: number, concern: string) {
    let h = 0x811c9dc5 ^ seed
    for (let i = 0; i < concern.length; i++) h = Math.imul(h ^ concern.charCodeAt(i), 0x01000193)
    // Four mixed words of a counter: never all zero, the one state xoshiro cannot leave.
    this.#a = mix(h + 0x9e3779b9)
    this.#b = mix(h + 0x3c6ef372)
    this.#c = mix(h + 0xdaa66d2b)
    this.#d = mix(h + 0x78dde6e4)
  }

  /** The next 32 bits, as an int32. */
  bits(): number {
    const times5 = Math.imul(this.#b, 5)
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9)
    const t = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= t
    this.#d = (this.#d << 11) | (this.#d >>> 21)
    return result
  }

  /** True with probability `p`, 0..1, to the nearest 2^-32. */
  chance(p: number): boolean {
    return (this.bits() >>> 0) / 0x1_0000_0000 < p
  }

  /** A whole number in from..to, both ends included; at most 2^32 values. */
  between(from: number, to: number): number {
    return from + Math.floor(((this.bits() >>> 0) / 0x1_0000_0000) * (to - from + 1))
  }

  /** Fills `out` with random octets. */
  fill(out: Uint8Array): void {
    let word = 0
    for (let i = 0; i < out.length; i++, word >>>= 8) {
      if ((i & 3) === 0) word = this.bits()
      out[i] = word
    }
  }

  /** @internal Walks the state on its way into a snapshot or back. */
  archive(a: Archive): void {
    this.#a = a.number(this.#a)
    this.#b = a.number(this.#b)
    this.#c = a.number(this.#c)
    this.#d = a.number(this.#d)
  }
}

/** MurmurHash3's finaliser: every input bit reaches every output bit. */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
