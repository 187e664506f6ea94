// When a device sleeps, and what it does when it wakes: it asks its hub for the functional notification flags, by which
// the hub learns that it listens. With work to do it stays awake for a while, else it listens for a moment. A device
// whose wake interval is 0 never sleeps, and nothing here happens.

import type { Archive } from '#core/state/archive'
import type { Random } from '#core/time/random'
import type { VirtualClock } from '#core/time/virtual-clock'
import { CLUSTER_HEADER, encodeFlagsRead, hanFrame, METERING_CLUSTER } from '../link/han.ts'
import type { Link } from '../link/link.ts'
import type { DeviceValues } from '../profile/profiles.ts'

/** The device that sleeps. */
export interface Dreamer {
  /** True while the radio is needed: a question is open or blocks are missing. */
  readonly isBusy: boolean
  /** True while messages wait to be sent. */
  readonly hasMessages: boolean
  /** It is about to wake, and may find work. */
  waking(): void
  /** The radio is on. */
  awake(): void
  /** The radio is off. */
  asleep(): void
  /** Runs `work`, in which the power may go. */
  guard(work: () => void): void
}

/** The flags are asked for this often while the device listens. */
const FLAG_TRIES = 3

export class Sleeper {
  asleep = false
  readonly #clock: VirtualClock
  readonly #values: DeviceValues
  readonly #han: Link
  readonly #dreamer: Dreamer
  readonly #wakeTimer: number
  readonly #wakeSoonTimer: number
  readonly #sleepTimer: number
  readonly #flagTimer: number
  readonly #frame = hanFrame(METERING_CLUSTER)
  #sequence = 0
  #flagTries = 0
  #awakeUntil = 0
  #wakeAt = 0

  constructor(clock: VirtualClock, values: DeviceValues, han: Link, dreamer: Dreamer) {
    this.#clock = clock
    this.#values = values
    this.#han = han
    this.#dreamer = dreamer
    const wake = (): void => dreamer.guard(this.#wake)
    this.#wakeTimer = clock.timer(wake, 0, true)
    this.#wakeSoonTimer = clock.timer(wake)
    this.#sleepTimer = clock.timer(() => dreamer.guard(this.#sleep))
    this.#flagTimer = clock.timer(() => dreamer.guard(this.#askFlags))
  }

  get isSleepy(): boolean {
    return this.#values.wakeInterval > 0
  }

  /** A device that has just come to life: a sleepy one sleeps, and wakes at some moment of its interval. */
  begin(random: Random): void {
    this.asleep = this.isSleepy
    if (!this.asleep) return
    this.#wakeAt = this.#clock.now + random.between(1, this.#values.wakeInterval)
    this.#clock.at(this.#wakeTimer, this.#wakeAt)
  }

  /** Something waits for the next wake: the run must not end before it. */
  wakeIsAwaited(): void {
    if (this.asleep) this.#clock.at(this.#wakeSoonTimer, this.#wakeAt)
  }

  /** A sleepy device wakes `delay` ms from now, whatever its interval. */
  wakeIn(delay: number): void {
    this.#clock.after(this.#wakeSoonTimer, delay)
  }

  /** The flags were answered: they need not be asked for again. */
  answered(): void {
    this.#clock.cancel(this.#flagTimer)
  }

  /** The power is gone: nothing is due. */
  powerOff(): void {
    const timers = [this.#wakeTimer, this.#wakeSoonTimer, this.#sleepTimer, this.#flagTimer]
    for (const timer of timers) this.#clock.cancel(timer)
  }

  archive(a: Archive): void {
    this.asleep = a.flag(this.asleep)
    this.#sequence = a.number(this.#sequence)
    this.#flagTries = a.number(this.#flagTries)
    this.#awakeUntil = a.number(this.#awakeUntil)
    this.#wakeAt = a.number(this.#wakeAt)
  }

  readonly #wake = (): void => {
    const clock = this.#clock
    const dreamer = this.#dreamer
    const { wakeInterval, awakeTime, listenTime } = this.#values
    clock.cancel(this.#wakeSoonTimer)
    this.#wakeAt = clock.now + wakeInterval
    clock.at(this.#wakeTimer, this.#wakeAt)
    this.asleep = false
    this.#awakeUntil = clock.now + awakeTime
    dreamer.waking()
    clock.after(this.#sleepTimer, dreamer.isBusy ? awakeTime : listenTime)
    this.#flagTries = 0
    this.#askFlags()
    dreamer.awake()
  }

  readonly #askFlags = (): void => {
    if (this.asleep || this.#flagTries++ === FLAG_TRIES) return
    this.#sequence = (this.#sequence + 1) & 255
    const size = encodeFlagsRead(this.#frame, CLUSTER_HEADER, this.#sequence)
    this.#han.send(this.#frame, 0, CLUSTER_HEADER + size, 0)
    const pause = Math.ceil(this.#values.listenTime / (FLAG_TRIES + 1))
    this.#clock.after(this.#flagTimer, pause)
  }

  readonly #sleep = (): void => {
    const { now } = this.#clock
    const { isBusy, hasMessages } = this.#dreamer
    if ((isBusy || hasMessages) && now < this.#awakeUntil) {
      const more = Math.min(this.#values.listenTime, this.#awakeUntil - now)
      this.#clock.after(this.#sleepTimer, more)
      return
    }
    this.asleep = true
    this.#clock.cancel(this.#flagTimer)
    this.#dreamer.asleep()
    if (isBusy || hasMessages) this.wakeIsAwaited()
  }
}
