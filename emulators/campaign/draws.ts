// Random streams of an estate: one xoshiro128** for each device and concern, begun from the run's seed, the concern's name
// and the device's number alone. So what a device draws depends neither on the others nor on who plays it.

import { Random } from '#core/time/random'

const TWO_TO_MINUS_32 = 2 ** -32

/**
 * The number above 0 and below 1 that 32 bits stand for. Loops that draw much take bits() and call this: an integer comes
 * out of a call for nothing, while a fraction costs 16 octets unless the call is inlined.
 */
export function unitOf(bits: number): number {
  return ((bits >>> 0) + 0.5) * TWO_TO_MINUS_32
}

export class Stream {
  /** The generator's state, for loops that keep it in variables of their own. */
  a = 0
  b = 0
  c = 0
  d = 0
  readonly #keys = new Int32Array(4)

  /**
   * @param seed the run's seed, any integer (32 bits of it count).
   * @param concern what the draws decide, e.g. 'estate.transfer'.
   */
  constructor(seed: number, concern: string) {
    const random = new Random(seed, concern)
    for (let i = 0; i < 4; i++) this.#keys[i] = random.bits()
    this.begin(0)
  }

  /**
   * Goes to the start of the stream of device `device`, 0..2^32-1. All four words are 0, the one state that xoshiro cannot
   * leave, only where the four keys are equal.
   */
  begin(device: number): void {
    const keys = this.#keys
    this.a = mix(device ^ keys[0]!)
    this.b = mix(device ^ keys[1]!)
    this.c = mix(device ^ keys[2]!)
    this.d = mix(device ^ keys[3]!)
  }

  /** The next 32 bits, as an int32. */
  bits(): number {
    const { a, b, c, d } = this
    const times5 = Math.imul(b, 5)
    const c1 = c ^ a
    const d1 = d ^ b
    this.b = b ^ c1
    this.a = a ^ d1
    this.c = c1 ^ (b << 9)
    this.d = (d1 << 11) | (d1 >>> 21)
    return Math.imul((times5 << 7) | (times5 >>> 25), 9)
  }

  /** A number above 0 and below 1, one of 2^32 evenly spaced ones. */
  unit(): number {
    return unitOf(this.bits())
  }

  /** A whole number from 0 to `n` - 1; `n` is 1..2^31-1. */
  below(n: number): number {
    return ((this.bits() >>> 0) * TWO_TO_MINUS_32 * n) | 0
  }
}

/** MurmurHash3's finaliser: a bijection, so that devices differ in every word of their states. */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
