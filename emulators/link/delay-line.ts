// The medium itself: frames leave one after another at the bit rate and arrive after latency and jitter, in order
// unless one was held back. Allocation-free: frames in flight lie in slots made once, each with its own timer.

import { Bytes, copyBytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import { Random } from '#core/time/random'
import type { VirtualClock } from '#core/time/virtual-clock'
import type { LinkValues } from '../profile/profiles.ts'
import type { Trace } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'
import { Channel } from './channel.ts'
import { type Link, LOST, type Receiver } from './link.ts'

export interface DelayLineSize {
  /** Octets of the longest frame. */
  readonly maxFrame: number
  /** Most frames in flight; one more is lost, as in a full modem queue. */
  readonly slots: number
}

export interface DelayLineSetup {
  /** Name in the trace; the generator of its jitter is named after it. */
  readonly name: string
  readonly values: LinkValues
  readonly size: DelayLineSize
  /** Whoever gets the frames. */
  readonly receiver: Receiver
  /** What the frames travel on, its own when left out; lines that share one take turns. */
  readonly channel?: Channel | undefined
}

export class DelayLine implements Link {
  readonly name: string
  /** Frames and octets delivered. */
  frames = 0
  octets = 0
  /** Frames dropped because they were too long or too many in flight. */
  overflows = 0
  /** Whoever gets the frames. */
  receiver: Receiver
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #latency: number
  readonly #spread: number
  readonly #bitRate: number
  readonly #overhead: number
  readonly #jitter: Random
  readonly #maxFrame: number
  readonly #channel: Channel
  readonly #memory: Bytes
  readonly #lengths: Int32Array
  readonly #free: Int32Array
  readonly #timers: Int32Array
  #freeCount: number
  #lastArrival = 0

  constructor({ clock, trace, seed }: World, setup: DelayLineSetup) {
    const { name, values, size, receiver, channel = new Channel() } = setup
    this.name = name
    this.#clock = clock
    this.#trace = trace
    this.#latency = values.latency
    this.#spread = values.jitter
    this.#bitRate = values.bitRate
    this.#overhead = values.overhead
    this.#jitter = new Random(seed, `${name}.jitter`)
    this.#maxFrame = size.maxFrame
    this.receiver = receiver
    this.#channel = channel
    this.#memory = Bytes.alloc(size.maxFrame * size.slots)
    this.#lengths = new Int32Array(size.slots)
    this.#free = Int32Array.from({ length: size.slots }, (_, slot) => slot)
    this.#freeCount = size.slots
    this.#timers = Int32Array.from({ length: size.slots }, (_, slot) =>
      clock.timer(this.#arrive, slot),
    )
  }

  send(src: Bytes, at: number, length: number, extraDelay: number): void {
    const maxFrame = this.#maxFrame
    const lost = extraDelay === LOST
    if (length > maxFrame || (this.#freeCount === 0 && !lost)) {
      this.overflows++
      if (this.#trace.frames) this.#trace.emit(this.name, 'frame-overflow', { length })
      return
    }
    const channel = this.#channel
    const start = Math.max(this.#clock.now, channel.idleAt)
    const end = start + ((length + this.#overhead) * 8000) / this.#bitRate
    channel.idleAt = end
    if (lost) return

    const slot = this.#free[--this.#freeCount]!
    copyBytes(this.#memory, slot * maxFrame, src, at, length)
    this.#lengths[slot] = length
    let arrival = Math.ceil(end) + this.#latency
    if (this.#spread > 0) arrival += this.#jitter.between(0, this.#spread)
    if (extraDelay > 0) arrival += extraDelay
    else arrival = this.#lastArrival = Math.max(arrival, this.#lastArrival)
    this.#clock.at(this.#timers[slot]!, arrival)
  }

  /**
   * Walks the frames in flight and the line's own generator and channel; when each arrives is in the clock's
   * archive. A channel that is shared may be walked with every line.
   */
  archive(a: Archive): void {
    this.frames = a.number(this.frames)
    this.octets = a.number(this.octets)
    this.overflows = a.number(this.overflows)
    this.#lastArrival = a.number(this.#lastArrival)
    this.#channel.archive(a)
    this.#jitter.archive(a)
    this.#freeCount = a.number(this.#freeCount)
    a.numbers(this.#free)
    a.numbers(this.#lengths)
    const idle = new Set(this.#free.subarray(0, this.#freeCount))
    for (const [slot, length] of this.#lengths.entries()) {
      if (idle.has(slot)) continue
      const from = slot * this.#maxFrame
      a.numbers(this.#memory.u8.subarray(from, from + length))
    }
  }

  readonly #arrive = (slot: number): void => {
    const length = this.#lengths[slot]!
    this.frames++
    this.octets += length
    this.receiver(this.#memory, slot * this.#maxFrame, length)
    this.#free[this.#freeCount++] = slot
  }
}
