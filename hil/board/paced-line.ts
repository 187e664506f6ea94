// One way of a serial line: octets go out one after another at the line's rate, are on their way for the latency, and may
// be damaged or lost. Times are computed, not waited for one by one, so the rate is exact over any stretch; a timer of
// a millisecond's grain only decides in what portions octets arrive, as a USB adapter's does.

import { performance } from 'node:perf_hooks'
import { Random } from '#core/time/random'
import type { Parity } from '../line/port.ts'
import type { Settings } from './settings.ts'

/** Bits on the line for one octet: start, eight, stop; and one of parity where there is one. */
const BITS = 10

interface Portion {
  octets: Uint8Array
  /** How many have arrived. */
  arrived: number
  /** When the first began to go out. */
  start: number
}

interface Waiter {
  /** Woken when at most so many octets are still to go out. */
  most: number
  wake: () => void
}

export class PacedLine {
  readonly #deliver: (octets: Uint8Array) => void
  readonly #concern: string
  readonly #portions: Portion[] = []
  readonly #waiters: Waiter[] = []
  #octetMs = 0
  #latency = 0
  #flip = 0
  #loss = 0
  #random = new Random(1, '')
  /** Octets until the next that is damaged, or lost. */
  #toFlip = Number.POSITIVE_INFINITY
  #toLoss = Number.POSITIVE_INFINITY
  /** When the last octet so far has gone out. */
  #free = 0
  #timer: NodeJS.Timeout | undefined

  /** @param concern names the direction, for its random draws. */
  constructor(concern: string, deliver: (octets: Uint8Array) => void) {
    this.#concern = concern
    this.#deliver = deliver
  }

  configure({ baud, latency, ber, loss, seed }: Settings, parity: Parity = 'none'): void {
    const bits = parity === 'none' ? BITS : BITS + 1
    this.#octetMs = baud === 0 ? 0 : (1000 * bits) / baud
    this.#latency = latency
    this.#flip = 1 - (1 - ber) ** 8
    this.#loss = loss
    this.#random = new Random(seed, this.#concern)
    this.#toFlip = this.#gap(this.#flip)
    this.#toLoss = this.#gap(this.#loss)
  }

  /** Takes octets; they are copied where they are not delivered at once. */
  send(octets: Uint8Array): void {
    if (this.#octetMs === 0 && this.#latency === 0 && this.#portions.length === 0) {
      this.#arrive(octets)
      return
    }
    const start = Math.max(performance.now(), this.#free)
    this.#free = start + octets.length * this.#octetMs
    this.#portions.push({ octets: Uint8Array.from(octets), arrived: 0, start })
    this.#arm()
  }

  /** Resolves when at most `most` octets are still to go out. */
  below(most: number): Promise<void> {
    if (this.#waiting() <= most) return Promise.resolve()
    return new Promise(wake => this.#waiters.push({ most, wake }))
  }

  /** What is on the line is gone. */
  clear(): void {
    this.#portions.length = 0
    this.#free = 0
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const { wake } of this.#waiters.splice(0)) wake()
  }

  /** Octets that have not gone out yet. */
  #waiting(): number {
    const left = this.#free - performance.now()
    return left <= 0 || this.#octetMs === 0 ? 0 : Math.ceil(left / this.#octetMs)
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#portions.length === 0) return
    const { start, arrived } = this.#portions[0]!
    const due = start + (arrived + 1) * this.#octetMs + this.#latency
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, due - performance.now()))
  }

  #tick(): void {
    this.#timer = undefined
    const now = performance.now()
    for (;;) {
      const portion = this.#portions[0]
      if (portion === undefined) break
      const { octets, arrived, start } = portion
      const due =
        this.#octetMs === 0
          ? now >= start + this.#latency
            ? octets.length
            : 0
          : Math.floor((now - this.#latency - start) / this.#octetMs)
      const until = Math.min(octets.length, due)
      if (until <= arrived) break
      portion.arrived = until
      if (until === octets.length) this.#portions.shift()
      this.#arrive(octets.subarray(arrived, until))
    }
    const waiting = this.#waiting()
    for (let i = this.#waiters.length - 1; i >= 0; i--) {
      if (this.#waiters[i]!.most >= waiting) this.#waiters.splice(i, 1)[0]!.wake()
    }
    this.#arm()
  }

  #arrive(octets: Uint8Array): void {
    if (octets.length < this.#toFlip && octets.length < this.#toLoss) {
      this.#toFlip -= octets.length
      this.#toLoss -= octets.length
      this.#deliver(octets)
      return
    }
    const kept = new Uint8Array(octets.length)
    let length = 0
    for (const octet of octets) {
      let carried = octet
      if (this.#toFlip-- <= 0) {
        carried ^= 1 << (this.#random.bits() & 7)
        this.#toFlip = this.#gap(this.#flip)
      }
      if (this.#toLoss-- <= 0) this.#toLoss = this.#gap(this.#loss)
      else kept[length++] = carried
    }
    if (length > 0) this.#deliver(kept.subarray(0, length))
  }

  /** Octets before the next one that something of probability `p` befalls. */
  #gap(p: number): number {
    if (p <= 0) return Number.POSITIVE_INFINITY
    if (p >= 1) return 0
    const uniform = ((this.#random.bits() >>> 0) + 0.5) / 0x1_0000_0000
    return Math.floor(Math.log(uniform) / Math.log1p(-p))
  }
}
