// Which octets of a receiver count. A letter counts only where it stands alone: nothing before it on its line or for a
// while, nothing but its like behind it. ACK, NAK and CAN are never part of a text, but are of noise: they count
// where no noise is.

import { isNoise, isPrintable } from '../line/heard.ts'

export const ACK = 0x06
export const NAK = 0x15
export const CAN = 0x18
/** The receiver's start: blocks with CRC-16, please. */
export const ASK_CRC = 0x43

/** Milliseconds without another octet after which one stands alone: adapters hand over what they have every 16 ms. */
const APART = 50
/** Milliseconds in which two octets of noise are a noisy line; one may be a spike. */
const NOISY_FOR = 1_000

export class Controls {
  /** True when the last piece had text or noise in it and nothing that counts. */
  isOther = false
  #textAt = Number.NEGATIVE_INFINITY
  /** The last octets of noise but one, and the last. */
  #noiseBefore = Number.NEGATIVE_INFINITY
  #noiseAt = Number.NEGATIVE_INFINITY
  #lineBegins = true

  /** Takes octets and returns those of them that count, in their order. */
  take(chunk: Uint8Array, now: number): number[] {
    const counting: number[] = []
    const noisy = this.#isNoisy(chunk, now)
    for (const octet of chunk) {
      if (octet === ASK_CRC) {
        if (this.#lineBegins || now - this.#textAt >= APART) counting.push(octet)
        else this.#textAt = now
      } else if (octet === ACK || octet === NAK || octet === CAN) {
        counting.push(octet)
        this.#lineBegins = true
      } else if (octet === 0x0a || octet === 0x0d) {
        this.#lineBegins = true
      } else if (isPrintable(octet)) {
        // The letters before it were the beginning of this text.
        while (counting.at(-1) === ASK_CRC) counting.pop()
        this.#lineBegins = false
        this.#textAt = now
      }
    }
    const counts = noisy ? [] : counting
    this.isOther = counts.length === 0 && chunk.some(octet => isPrintable(octet) || isNoise(octet))
    return counts
  }

  #isNoisy(chunk: Uint8Array, now: number): boolean {
    for (const octet of chunk) {
      if (!isNoise(octet)) continue
      this.#noiseBefore = this.#noiseAt
      this.#noiseAt = now
    }
    return now - this.#noiseAt < APART || now - this.#noiseBefore < NOISY_FOR
  }
}
