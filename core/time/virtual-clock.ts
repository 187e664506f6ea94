// The one source of time: integer milliseconds since the run began, moved on only by run().
// Whatever wants to be woken owns a timer, made once; arming, firing and cancelling allocate nothing.

import { hanrigError } from '../errors/codes.ts'
import type { Archive } from '../state/archive.ts'
import { TimerQueue } from './timer-queue.ts'

/**
 * Timers that may fire within one millisecond when the clock was loaded: fifteen devices with images of 1.2 MB and blocks of
 * 64 B arm fewer over lines that take no time. What goes on after it goes on for ever, for what was loaded is not true.
 */
const MOST_AT_ONCE = 5_000_000

export class VirtualClock {
  /** Milliseconds since the run began. */
  now = 0
  readonly #queue: TimerQueue
  readonly #wake: ((argument: number) => void)[] = []
  readonly #argument: Int32Array
  /** What each timer counts for in `#foreground`: 0 when it is a background one. */
  readonly #weight: Uint8Array
  /** Armed timers that keep run() going. */
  #foreground = 0
  #stopped = false
  /** Timers that fired before `#until`, in the millisecond that ends there. */
  #fired = 0
  #until = 0
  #most = Number.POSITIVE_INFINITY

  /** @param capacity the most timers that will be made. */
  constructor(capacity: number) {
    this.#queue = new TimerQueue(capacity)
    this.#argument = new Int32Array(capacity)
    this.#weight = new Uint8Array(capacity)
  }

  /**
   * Makes a timer that calls `wake(argument)` when it is due. Returns its number.
   * @param background true for what goes on for ever, such as a beacon: it fires as the others do, but does not
   *   keep run() from ending.
   * @throws RangeError when the capacity is used up.
   */
  timer(wake: (argument: number) => void, argument = 0, background = false): number {
    const id = this.#wake.length
    if (id === this.#queue.capacity) throw new RangeError(`all ${id} timers are in use`)
    this.#wake.push(wake)
    this.#argument[id] = argument
    this.#weight[id] = background ? 0 : 1
    return id
  }

  /** Arms timer `id` for the time `due`, ms; a time that has passed means now, Infinity never. */
  at(id: number, due: number): void {
    if (due === Number.POSITIVE_INFINITY) this.cancel(id)
    else {
      if (!this.#queue.isArmed(id)) this.#foreground += this.#weight[id]!
      this.#queue.arm(id, Math.max(due, this.now))
    }
  }

  /** Arms timer `id` to fire `delay` ms from now. */
  after(id: number, delay: number): void {
    this.at(id, this.now + delay)
  }

  cancel(id: number): void {
    if (!this.#queue.isArmed(id)) return
    this.#foreground -= this.#weight[id]!
    this.#queue.disarm(id)
  }

  isArmed(id: number): boolean {
    return this.#queue.isArmed(id)
  }

  /**
   * Fires timers in order of time until only background ones are left, one is due after `until`, or stop() was
   * called. Returns true when it ended because nothing is left to do; `now` is then when the last timer fired.
   * @param most timers that are fired at most; it goes on with another call while `next` is not after `until`.
   */
  run(until = Number.POSITIVE_INFINITY, most = Number.POSITIVE_INFINITY): boolean {
    this.#stopped = false
    const queue = this.#queue
    for (let left = most; this.#foreground > 0; left--) {
      if (left === 0) return false
      const id = queue.first
      const due = queue.dueOf(id)
      if (due > until) {
        this.now = Math.max(this.now, until)
        return false
      }
      queue.take(id)
      this.#foreground -= this.#weight[id]!
      if (due >= this.#until) {
        this.#until = due + 1
        this.#fired = 0
      } else if (++this.#fired > this.#most) {
        throw new RangeError(`time stands still at ${this.now} ms`)
      }
      this.now = due
      this.#wake[id]!(this.#argument[id]!)
      if (this.#stopped) return false
    }
    return true
  }

  /** When the next timer fires, background ones too; Infinity when none is armed. */
  get next(): number {
    const id = this.#queue.first
    return id < 0 ? Number.POSITIVE_INFINITY : this.#queue.dueOf(id)
  }

  /**
   * Lets time pass until `time`: what is due by then fires, background timers too. For a clock that follows another,
   * which stands still for nobody; run() is for one that does not.
   */
  advance(time: number): void {
    this.#stopped = false
    const queue = this.#queue
    while (!this.#stopped && this.next <= time) {
      const id = queue.first
      this.now = queue.dueOf(id)
      queue.take(id)
      this.#foreground -= this.#weight[id]!
      this.#wake[id]!(this.#argument[id]!)
    }
    if (!this.#stopped) this.now = Math.max(this.now, time)
  }

  /** True while a timer is armed that keeps run() going. */
  get isAwaited(): boolean {
    return this.#foreground > 0
  }

  /** Ends run() or advance() after the timer that is firing. */
  stop(): void {
    this.#stopped = true
  }

  /**
   * Walks the time and the armed timers; to be called between runs.
   * @throws HanrigError HANRIG_SNAPSHOT_DAMAGED when what is loaded was saved of a clock with other timers.
   */
  archive(a: Archive): void {
    if (a.number(this.#wake.length) !== this.#wake.length) {
      throw hanrigError('HANRIG_SNAPSHOT_DAMAGED', 'The snapshot has other timers than this run.')
    }
    this.now = a.number(this.now)
    if (!(this.now >= 0 && this.now < Number.POSITIVE_INFINITY)) {
      throw hanrigError('HANRIG_SNAPSHOT_DAMAGED', 'The snapshot is of an impossible time.')
    }
    this.#queue.archive(a)
    if (!a.loading) return
    this.#most = MOST_AT_ONCE
    this.#foreground = 0
    for (let id = 0; id < this.#wake.length; id++) {
      if (this.#queue.isArmed(id)) this.#foreground += this.#weight[id]!
    }
  }
}
