// The one source of time: integer milliseconds since the run began, moved on only by run().
// Whatever wants to be woken owns a timer, made once; arming, firing and cancelling allocate nothing.

import { TimerQueue } from './timer-queue.ts'

export class VirtualClock {
  /** Milliseconds since the run began. */
  now = 0
  readonly #queue: TimerQueue
  readonly #wake: ((argument: number) => void)[] = []
  readonly #argument: Int32Array

  /** @param capacity the most timers that will be made. */
  constructor(capacity: number) {
    this.#queue = new TimerQueue(capacity)
    this.#argument = new Int32Array(capacity)
  }

  /**
   * Makes a timer that calls `wake(argument)` when it is due. Returns its number.
   * @throws RangeError when the capacity is used up.
   */
  timer(wake: (argument: number) => void, argument = 0): number {
    const id = this.#wake.length
    if (id === this.#queue.capacity) throw new RangeError(`all ${id} timers are in use`)
    this.#wake.push(wake)
    this.#argument[id] = argument
    return id
  }

  /** Arms timer `id` for the time `due`, ms; a time that has passed means now, Infinity never. */
  at(id: number, due: number): void {
    if (due === Number.POSITIVE_INFINITY) this.#queue.disarm(id)
    else this.#queue.arm(id, Math.max(due, this.now))
  }

  /** Arms timer `id` to fire `delay` ms from now. */
  after(id: number, delay: number): void {
    this.at(id, this.now + delay)
  }

  cancel(id: number): void {
    this.#queue.disarm(id)
  }

  isArmed(id: number): boolean {
    return this.#queue.isArmed(id)
  }

  /**
   * Fires timers in order of time until none is left, one is due after `until`, or stop() was called.
   * Returns true when it ended because nothing is left to do; `now` is then when the last timer fired.
   */
  run(until = Number.POSITIVE_INFINITY): boolean {
    this.#stopped = false
    const queue = this.#queue
    for (let id = queue.first; id >= 0; id = queue.first) {
      const due = queue.dueOf(id)
      if (due > until) {
        this.now = Math.max(this.now, until)
        return false
      }
      queue.disarm(id)
      this.now = due
      this.#wake[id]!(this.#argument[id]!)
      if (this.#stopped) return false
    }
    return true
  }

  /** Ends run() after the timer that is firing. */
  stop(): void {
    this.#stopped = true
  }

  #stopped = false
}
