// A link that misbehaves: a wrapper around any link, driven by seeded generators, one per kind of fault, so that
// switching one on moves nothing in the others. Corruption flips one bit, the damage that is hardest to notice.

import { Bytes, copyBytes } from '../../core/bytes/bytes.ts'
import { Random } from '../../core/time/random.ts'
import type { Trace } from '../trace.ts'
import type { Link } from './link.ts'

/** Probabilities per frame, 0..1. */
export interface FaultRates {
  readonly loss: number
  readonly corruption: number
  readonly duplication: number
  /** A frame is held back so that others overtake it. */
  readonly reordering: number
}

export interface FaultOptions {
  readonly rates: FaultRates
  /** Milliseconds for which a reordered or duplicated frame is held back, at most. */
  readonly holdBack: number
  /** True when the medium checks frames itself, as IEEE 802.15.4 does: a damaged one is then as good as lost. */
  readonly checked: boolean
}

export class FaultyLink implements Link {
  readonly name: string
  lost = 0
  corrupted = 0
  duplicated = 0
  reordered = 0
  readonly #inner: Link
  readonly #trace: Trace
  readonly #options: FaultOptions
  readonly #loss: Random
  readonly #corruption: Random
  readonly #duplication: Random
  readonly #reordering: Random
  readonly #scratch: Bytes

  /** @param maxFrame octets of the longest frame that `inner` takes. */
  constructor(
    name: string,
    inner: Link,
    trace: Trace,
    seed: number,
    options: FaultOptions,
    maxFrame: number,
  ) {
    this.name = name
    this.#inner = inner
    this.#trace = trace
    this.#options = options
    this.#loss = new Random(seed, `${name}.loss`)
    this.#corruption = new Random(seed, `${name}.corruption`)
    this.#duplication = new Random(seed, `${name}.duplication`)
    this.#reordering = new Random(seed, `${name}.reordering`)
    this.#scratch = Bytes.alloc(maxFrame)
  }

  send(src: Bytes, at: number, length: number, extraDelay: number): void {
    const { rates, holdBack, checked } = this.#options
    if (this.#loss.chance(rates.loss)) {
      this.lost++
      this.#trace.emit(this.name, 'frame-lost', { length })
      return
    }
    if (this.#corruption.chance(rates.corruption)) {
      this.corrupted++
      const bit = this.#corruption.between(0, length * 8 - 1)
      this.#trace.emit(this.name, 'frame-corrupted', { length, bit, dropped: checked })
      if (checked) return
      copyBytes(this.#scratch, 0, src, at, length)
      this.#scratch.u8[bit >>> 3]! ^= 1 << (bit & 7)
      src = this.#scratch
      at = 0
    }
    if (this.#duplication.chance(rates.duplication)) {
      this.duplicated++
      this.#trace.emit(this.name, 'frame-duplicated', { length })
      this.#inner.send(src, at, length, this.#duplication.between(1, holdBack))
    }
    if (this.#reordering.chance(rates.reordering)) {
      this.reordered++
      this.#trace.emit(this.name, 'frame-reordered', { length })
      extraDelay += this.#reordering.between(1, holdBack)
    }
    this.#inner.send(src, at, length, extraDelay)
  }
}
