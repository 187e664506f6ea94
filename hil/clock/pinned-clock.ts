// A virtual clock pinned to wall time, for runs in which something real takes part: what is due fires when its time has
// come, and whatever comes from outside happens at the moment at which it came. The only place that knows both times.
// Wall time is handed in, so that tests hold it in their hands.

/** A virtual clock, or what stands before one. */
export interface Pinnable {
  readonly now: number
  readonly next: number
  advance(time: number): void
}

/** Time as the world has it. */
export interface WallTime {
  /** Milliseconds, of any origin, never going back. */
  now(): number
  /** Calls `wake` once, `delay` ms from now or later; returns what takes that back. */
  after(delay: number, wake: () => void): () => void
}

/** This machine's own. */
export const WALL_TIME: WallTime = {
  now: () => performance.now(),
  after(delay, wake) {
    const timer = setTimeout(wake, delay)
    return () => clearTimeout(timer)
  },
}

/** setTimeout takes no more; one that fires too early only looks at the time and sleeps on. */
const LONGEST_SLEEP = 2 ** 31 - 1

export class PinnedClock {
  readonly #clock: Pinnable
  readonly #wall: WallTime
  readonly #speed: number
  /** Wall time of virtual time 0. */
  #origin = 0
  #running = false
  #sleep: (() => void) | undefined

  /** @param speed virtual milliseconds for each one of wall time, above 0; 1 where real boards take part. */
  constructor(clock: Pinnable, wall: WallTime = WALL_TIME, speed = 1) {
    this.#clock = clock
    this.#wall = wall
    this.#speed = speed
  }

  /** Lets the clock run, from where it stands. */
  start(): void {
    this.#origin = this.#wall.now() - this.#clock.now / this.#speed
    this.#running = true
    this.#goOn()
  }

  /** Holds the clock; whatever enters after that finds it standing still. */
  stop(): void {
    this.#running = false
    this.#wake()
  }

  /**
   * Does `work`, which came from outside, at the present; all that was due before it has fired then. What it makes due
   * at once fires before this returns.
   */
  enter(work: () => void): void {
    this.#catchUp()
    work()
    this.#goOn()
  }

  /** The same, but what `work` makes due at once waits for WallTime.after(0): it is no part of the answer. */
  enterApart(work: () => void): void {
    this.#catchUp()
    work()
    this.#sleepOn()
  }

  #catchUp(): void {
    if (!this.#running) return
    const passed = (this.#wall.now() - this.#origin) * this.#speed
    this.#clock.advance(Math.max(this.#clock.now, Math.floor(passed)))
  }

  /** Fires what is due, and sleeps until the next timer. */
  #goOn(): void {
    this.#wake()
    this.#catchUp()
    this.#sleepOn()
  }

  #sleepOn(): void {
    this.#wake()
    const { next } = this.#clock
    if (!this.#running || next === Number.POSITIVE_INFINITY) return
    const due = this.#origin + next / this.#speed
    const delay = Math.min(Math.max(Math.ceil(due - this.#wall.now()), 0), LONGEST_SLEEP)
    this.#sleep = this.#wall.after(delay, () => this.#goOn())
  }

  #wake(): void {
    this.#sleep?.()
    this.#sleep = undefined
  }
}
