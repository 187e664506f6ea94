// What the threads of a simulation share: the number of the next task, and for each thread how far it is.

import type { Task } from './simulation.ts'

/** Numbers of a thread: devices done by totals and by events, in the task under way; blocks before it and in it. */
const ROW = 7
const TOTALS = 0
const EVENTS = 1
const HERE = 2
const BLOCKS = 3
const BLOCKS_HERE = 4
/** Of these, the ones that were asked for event by event. */
const EVENT_BLOCKS = 5
const EVENT_BLOCKS_HERE = 6

export interface Done {
  readonly totals: number
  readonly events: number
  readonly blocks: number
  readonly eventBlocks: number
}

export class SharedCount {
  readonly #next: Int32Array
  readonly #rows: Float64Array

  /** Octets of shared memory for `threads` threads. */
  static octets(threads: number): number {
    return 8 + threads * ROW * 8
  }

  constructor(memory: SharedArrayBuffer) {
    this.#next = new Int32Array(memory, 0, 1)
    this.#rows = new Float64Array(memory, 8)
  }

  /** Takes the next task: its number, which may be beyond the last. */
  take(): number {
    return Atomics.add(this.#next, 0, 1)
  }

  /** A thread's task under way has `devices` devices done and asked for `blocks` blocks. */
  show(thread: number, engine: Task['engine'], devices: number, blocks: number): void {
    const row = thread * ROW
    this.#rows[row + HERE] = engine === 'events' ? -devices : devices
    this.#rows[row + BLOCKS_HERE] = blocks
    this.#rows[row + EVENT_BLOCKS_HERE] = engine === 'events' ? blocks : 0
  }

  /** A thread's task is done. */
  close(thread: number, engine: Task['engine'], devices: number): void {
    const row = thread * ROW
    this.#rows[row + (engine === 'events' ? EVENTS : TOTALS)]! += devices
    this.#rows[row + BLOCKS]! += this.#rows[row + BLOCKS_HERE]!
    this.#rows[row + EVENT_BLOCKS]! += this.#rows[row + EVENT_BLOCKS_HERE]!
    this.#rows[row + HERE] = 0
    this.#rows[row + BLOCKS_HERE] = 0
    this.#rows[row + EVENT_BLOCKS_HERE] = 0
  }

  /** How far all are together, a little behind at times. */
  get done(): Done {
    const sum = { totals: 0, events: 0, blocks: 0, eventBlocks: 0 }
    const rows = this.#rows
    for (let row = 0; row < rows.length; row += ROW) {
      sum.totals += rows[row + TOTALS]! + Math.max(0, rows[row + HERE]!)
      sum.events += rows[row + EVENTS]! + Math.max(0, -rows[row + HERE]!)
      sum.blocks += rows[row + BLOCKS]! + rows[row + BLOCKS_HERE]!
      sum.eventBlocks += rows[row + EVENT_BLOCKS]! + rows[row + EVENT_BLOCKS_HERE]!
    }
    return sum
  }
}
