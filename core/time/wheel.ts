// Timers for many alike: a wheel of one-millisecond slots, each the head of an intrusive list of timers. Arming and
// taking are a few words of memory each whatever the number of timers; nothing is allocated and nothing compared.
// A timer is the place of its link in the caller's memory, so that one cache line has a timer and what it is about.
// Invariant: a delay is shorter than the wheel, so whatever lies in a slot is due when the slot's time comes.

/** No timer: an empty slot, or the end of a list. */
export const NONE = -1

/** Longest delay that a wheel is made for, ms: 64 M slots are 256 MB. */
const LONGEST = 2 ** 26 - 1

export class TimerWheel {
  /** Slots less one: a time's slot is `time & mask`. Delays are 1..mask ms. */
  readonly mask: number
  /** The first timer of each slot. */
  readonly head: Int32Array
  /** At each timer the next one of its slot. */
  readonly links: Int32Array

  /**
   * @param longest longest delay that will be armed, ms, 1..2^26-1.
   * @param links the memory in which every timer has one word for its link.
   */
  constructor(longest: number, links: Int32Array) {
    if (!(longest >= 1 && longest <= LONGEST)) {
      throw new RangeError(`a wheel for delays of ${longest} ms cannot be made`)
    }
    const slots = 2 ** Math.ceil(Math.log2(longest + 1))
    this.mask = slots - 1
    this.head = new Int32Array(slots).fill(NONE)
    this.links = links
  }

  /**
   * Arms timer `at`, which must not be armed, for `due`: 1..mask ms later than now. Times may wrap around as int32.
   * Of timers due in one millisecond the one that was armed last comes first.
   */
  arm(at: number, due: number): void {
    const slot = due & this.mask
    this.links[at] = this.head[slot]!
    this.head[slot] = at
  }

  /** Takes all timers due at `now`: returns the first of their list, which the links continue to NONE. */
  take(now: number): number {
    const slot = now & this.mask
    const first = this.head[slot]!
    this.head[slot] = NONE
    return first
  }
}
