// Timers without allocation: a binary heap of timer numbers over typed arrays made once. Timers due together fire in
// the order in which they were armed. Two shortcuts keep the usual moves cheap: a timer moved to a later time stays
// where it lies until it comes to the top, and the place of one that was taken is kept open for the next to be armed.
// Invariants: heap[place[id]] === id for every armed id, place[id] === -1 for the rest; no timer lies below one
// whose key is larger; a timer's key, the time and turn that it lies by, is never later than what it is armed for.

import { hanrigError } from '../errors/codes.ts'
import type { HanrigError } from '../errors/errors.ts'
import type { Archive } from '../state/archive.ts'

export class TimerQueue {
  readonly capacity: number
  #armed = 0
  #order = 0
  /** True while heap[0] is a timer that was taken and none came to fill its place. */
  #open = false
  /** What each timer is armed for, by its number. */
  readonly #due: Float64Array
  readonly #turn: Float64Array
  readonly #place: Int32Array
  /** The heap and its keys, by place. */
  readonly #heap: Int32Array
  readonly #dueAt: Float64Array
  readonly #turnAt: Float64Array

  /** @param capacity number of timers; their numbers are 0..capacity-1. */
  constructor(capacity: number) {
    this.capacity = capacity
    this.#due = new Float64Array(capacity)
    this.#turn = new Float64Array(capacity)
    this.#place = new Int32Array(capacity).fill(-1)
    // One more: while a place is kept open, every timer may be armed.
    this.#heap = new Int32Array(capacity + 1)
    this.#dueAt = new Float64Array(capacity + 1)
    this.#turnAt = new Float64Array(capacity + 1)
  }

  /** Number of armed timers. */
  get armed(): number {
    return this.#armed
  }

  /** The number of the timer due first, or -1. */
  get first(): number {
    if (this.#open) this.#close()
    if (this.#armed === 0) return -1
    let id = this.#heap[0]!
    while (this.#turnAt[0] !== this.#turn[id]) {
      this.#sink(0, id)
      id = this.#heap[0]!
    }
    return id
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
    this.#due[id] = due
    this.#turn[id] = this.#order++
    const at = this.#place[id]!
    if (at >= 0) {
      if (due >= this.#dueAt[at]!) return
      if (this.#open) this.#close()
      this.#rise(this.#place[id]!, id)
    } else if (this.#open) {
      this.#open = false
      this.#armed++
      this.#sink(0, id)
    } else this.#rise(this.#armed++, id)
  }

  /** Disarms timer `id`, if it is armed. */
  disarm(id: number): void {
    if (this.#place[id]! < 0) return
    if (this.#open) this.#close()
    const at = this.#place[id]!
    this.#place[id] = -1
    const last = --this.#armed
    if (at === last) return
    const moved = this.#heap[last]!
    this.#rise(at, moved)
    if (this.#place[moved] === at) this.#sink(at, moved)
  }

  /** Disarms timer `id`, which `first` has just named: cheaper than disarm(), for one that fires. */
  take(id: number): void {
    this.#place[id] = -1
    this.#armed--
    this.#open = true
  }

  /** Walks the armed timers in the order of their numbers: the heap may lie otherwise and fires the same. */
  archive(a: Archive): void {
    this.#order = a.number(this.#order)
    if (!Number.isSafeInteger(this.#order)) throw impossible()
    const armed = a.number(this.#armed)
    if (a.loading) {
      this.#place.fill(-1)
      this.#armed = 0
      this.#open = false
    }
    let id = -1
    for (let n = 0; n < armed; n++) {
      id = a.number(a.loading ? 0 : this.#nextArmed(id))
      const due = a.number(this.#due[id] ?? 0)
      const turn = a.number(this.#turn[id] ?? 0)
      if (!a.loading) continue
      // A turn that no timer can have had would be looked for without end.
      const isTurn = Number.isSafeInteger(turn) && turn >= 0 && turn < this.#order
      if (this.#place[id] !== -1 || !Number.isFinite(due) || !isTurn) throw impossible()
      this.#due[id] = due
      this.#turn[id] = turn
      this.#rise(this.#armed++, id)
    }
  }

  /** The armed timer with the lowest number above `id`. */
  #nextArmed(id: number): number {
    do id++
    while (this.#place[id]! < 0)
    return id
  }

  /** Fills the place that was kept open with the last timer of the heap. */
  #close(): void {
    this.#open = false
    if (this.#armed > 0) this.#sink(0, this.#heap[this.#armed]!)
  }

  /** Puts timer `id`, by what it is armed for, at place `at` or above. */
  #rise(at: number, id: number): void {
    const heap = this.#heap
    const dueAt = this.#dueAt
    const turnAt = this.#turnAt
    const place = this.#place
    const due = this.#due[id]!
    const turn = this.#turn[id]!
    while (at > 0) {
      const up = (at - 1) >>> 1
      const upDue = dueAt[up]!
      if (upDue < due || (upDue === due && turnAt[up]! < turn)) break
      const other = heap[up]!
      heap[at] = other
      dueAt[at] = upDue
      turnAt[at] = turnAt[up]!
      place[other] = at
      at = up
    }
    heap[at] = id
    dueAt[at] = due
    turnAt[at] = turn
    place[id] = at
  }

  /** Puts timer `id`, by what it is armed for, at place `at` or below. */
  #sink(at: number, id: number): void {
    const heap = this.#heap
    const dueAt = this.#dueAt
    const turnAt = this.#turnAt
    const place = this.#place
    const armed = this.#armed
    const due = this.#due[id]!
    const turn = this.#turn[id]!
    for (;;) {
      let down = 2 * at + 1
      if (down >= armed) break
      let downDue = dueAt[down]!
      if (down + 1 < armed) {
        const nextDue = dueAt[down + 1]!
        if (nextDue < downDue || (nextDue === downDue && turnAt[down + 1]! < turnAt[down]!)) {
          down++
          downDue = nextDue
        }
      }
      if (due < downDue || (due === downDue && turn < turnAt[down]!)) break
      const other = heap[down]!
      heap[at] = other
      dueAt[at] = downDue
      turnAt[at] = turnAt[down]!
      place[other] = at
      at = down
    }
    heap[at] = id
    dueAt[at] = due
    turnAt[at] = turn
    place[id] = at
  }
}

function impossible(): HanrigError {
  return hanrigError('HANRIG_SNAPSHOT_DAMAGED', 'The snapshot names an impossible timer.')
}
