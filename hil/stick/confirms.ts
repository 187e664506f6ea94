// Confirms that are not due yet: a frame on a slow medium is confirmed when it has left it. In the order of their times;
// as many may wait as a stick has buffers.

import type { VirtualClock } from '#core/time/virtual-clock'

/** Frames under way at most: one more is refused, and hosts try again. */
const BUFFERS = 64

export interface Confirm {
  readonly due: number
  readonly status: number
  readonly source: number
  readonly transaction: number
}

export class Confirms {
  readonly #clock: VirtualClock
  readonly #timer: number
  readonly #waiting: Confirm[] = []
  readonly #tell: (confirm: Confirm) => void

  constructor(clock: VirtualClock, tell: (confirm: Confirm) => void) {
    this.#clock = clock
    this.#tell = tell
    this.#timer = clock.timer(() => this.#due())
  }

  get isFull(): boolean {
    return this.#waiting.length >= BUFFERS
  }

  add(confirm: Confirm): void {
    const at = this.#waiting.findLastIndex(each => each.due <= confirm.due) + 1
    this.#waiting.splice(at, 0, confirm)
    this.#arm()
  }

  clear(): void {
    this.#waiting.length = 0
    this.#arm()
  }

  #due(): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.due <= this.#clock.now) {
      this.#tell(this.#waiting.shift()!)
    }
    this.#arm()
  }

  #arm(): void {
    this.#clock.at(this.#timer, this.#waiting[0]?.due ?? Number.POSITIVE_INFINITY)
  }
}
