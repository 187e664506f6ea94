// The medium itself: frames leave one after another at the bit rate and arrive after latency and jitter, in order
// unless one was held back. Allocation-free: frames in flight lie in slots made once, each with its own timer.

import { Bytes, copyBytes } from '../../core/bytes/bytes.ts'
import type { Random } from '../../core/time/random.ts'
import type { VirtualClock } from '../../core/time/virtual-clock.ts'
import type { LinkValues } from '../profile/profiles.ts'
import type { Trace } from '../trace.ts'
import type { Link, Receiver } from './link.ts'

export interface DelayLineSize {
  /** Octets of the longest frame. */
  readonly maxFrame: number
  /** Most frames in flight; one more is lost, as in a full modem queue. */
  readonly slots: number
}

export class DelayLine implements Link {
  readonly name: string
  /** Frames and octets delivered. */
  frames = 0
  octets = 0
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #values: LinkValues
  readonly #jitter: Random
  readonly #size: DelayLineSize
  readonly #receiver: Receiver
  readonly #memory: Bytes
  readonly #lengths: Int32Array
  readonly #free: Int32Array
  readonly #timers: Int32Array
  #freeCount: number
  #idleAt = 0
  #lastArrival = 0

  constructor(
    name: string,
    clock: VirtualClock,
    trace: Trace,
    values: LinkValues,
    jitter: Random,
    size: DelayLineSize,
    receiver: Receiver,
  ) {
    this.name = name
    this.#clock = clock
    this.#trace = trace
    this.#values = values
    this.#jitter = jitter
    this.#size = size
    this.#receiver = receiver
    this.#memory = Bytes.alloc(size.maxFrame * size.slots)
    this.#lengths = new Int32Array(size.slots)
    this.#free = Int32Array.from({ length: size.slots }, (_, slot) => slot)
    this.#freeCount = size.slots
    this.#timers = Int32Array.from({ length: size.slots }, (_, slot) =>
      clock.timer(this.#arrive, slot),
    )
  }

  send(src: Bytes, at: number, length: number, extraDelay: number): void {
    if (length > this.#size.maxFrame || this.#freeCount === 0) {
      this.#trace.emit(this.name, 'frame-overflow', { length })
      return
    }
    const slot = this.#free[--this.#freeCount]!
    copyBytes(this.#memory, slot * this.#size.maxFrame, src, at, length)
    this.#lengths[slot] = length

    const { latency, jitter, bitRate } = this.#values
    const start = Math.max(this.#clock.now, this.#idleAt)
    this.#idleAt = start + (length * 8000) / bitRate
    let arrival = Math.ceil(this.#idleAt) + latency
    if (jitter > 0) arrival += this.#jitter.between(0, jitter)
    if (extraDelay > 0) arrival += extraDelay
    else arrival = this.#lastArrival = Math.max(arrival, this.#lastArrival)
    this.#clock.at(this.#timers[slot]!, arrival)
  }

  readonly #arrive = (slot: number): void => {
    const length = this.#lengths[slot]!
    this.frames++
    this.octets += length
    this.#receiver(this.#memory, slot * this.#size.maxFrame, length)
    this.#free[this.#freeCount++] = slot
  }
}
