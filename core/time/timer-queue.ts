// Timers without allocation: a binary heap of timer numbers over typed arrays made once.
// Invariants: heap[place[id]] === id for every armed id, place[id] === -1 for the rest; a parent is never
// due after its children; timers due together fire in the order in which they were armed.

export class TimerQueue {
  readonly capacity: number
  #armed = 0
  #order = 0
  readonly #due: Float64Array
  readonly #turn: Float64Array
  readonly #heap: Int32Array
  readonly #place: Int32Array

  /** @param capacity number of timers; their numbers are 0..capacity-1. */
  constructor(capacity: number) {
    this.capacity = capacity
    this.#due = new Float64Array(capacity)
    this.#turn = new Float64Array(capacity)
    this.#heap = new Int32Array(capacity)
    this.#place = new Int32Array(capacity).fill(-1)
  }

  /** Number of armed timers. */
  get armed(): number {
    return this.#armed
  }

  /** The number of the timer due first, or -1. */
  get first(): number {
    return this.#armed === 0 ? -1 : this.#heap[0]!
  }

  /** When timer `id` is due, ms; meaningful while it is armed. */
  dueOf(id: number): number {
    return this.#due[id]!
  }

  isArmed(id: number): boolean {
    return this.#place[id]! >= 0
  }

  /** Arms timer `id` for the time `due`, ms; an armed one is moved. */
  arm(id: number, due: number): void {
    this.disarm(id)
    this.#due[id] = due
    this.#turn[id] = this.#order++
    this.#heap[this.#armed] = id
    this.#place[id] = this.#armed
    this.#rise(this.#armed++)
  }

  /** Disarms timer `id`, if it is armed. */
  disarm(id: number): void {
    const at = this.#place[id]!
    if (at < 0) return
    this.#place[id] = -1
    const last = --this.#armed
    if (at === last) return
    const moved = this.#heap[last]!
    this.#heap[at] = moved
    this.#place[moved] = at
    this.#rise(at)
    this.#sink(this.#place[moved]!)
  }

  #before(a: number, b: number): boolean {
    const d = this.#due[a]! - this.#due[b]!
    return d !== 0 ? d < 0 : this.#turn[a]! < this.#turn[b]!
  }

  #rise(at: number): void {
    const heap = this.#heap
    const place = this.#place
    const id = heap[at]!
    while (at > 0) {
      const up = (at - 1) >>> 1
      const other = heap[up]!
      if (!this.#before(id, other)) break
      heap[at] = other
      place[other] = at
      at = up
    }
    heap[at] = id
    place[id] = at
  }

  #sink(at: number): void {
    const heap = this.#heap
    const place = this.#place
    const id = heap[at]!
    for (;;) {
      let down = 2 * at + 1
      if (down >= this.#armed) break
      if (down + 1 < this.#armed && this.#before(heap[down + 1]!, heap[down]!)) down++
      const other = heap[down]!
      if (!this.#before(other, id)) break
      heap[at] = other
      place[other] = at
      at = down
    }
    heap[at] = id
    place[id] = at
  }
}
