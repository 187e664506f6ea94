// A state machine is a table: rows of [state, event, next state, action]. A pair without a row is ignored:
// the machine stays where it is and does nothing. Tests enumerate the rows; docs/DESIGN.md draws them.

/** The action of every pair without a row. */
export const NO_ACTION = 0

export type Row = readonly [state: number, event: number, next: number, action: number]

export class StateTable {
  readonly rows: readonly Row[]
  readonly #events: number
  readonly #next: Uint8Array
  readonly #action: Uint8Array

  /** @throws RangeError when two rows answer one pair: the machine would not be deterministic. */
  constructor(states: number, events: number, rows: readonly Row[]) {
    this.rows = rows
    this.#events = events
    this.#action = new Uint8Array(states * events)
    this.#next = new Uint8Array(states * events)
    const taken = new Uint8Array(states * events)
    for (let cell = 0; cell < this.#next.length; cell++) this.#next[cell] = cell / events
    for (const [state, event, next, action] of rows) {
      const cell = state * events + event
      if (state >= states || next >= states || event >= events || taken[cell]) {
        throw new RangeError(
          `row for state ${state}, event ${event} is out of range or given twice`,
        )
      }
      taken[cell] = 1
      this.#next[cell] = next
      this.#action[cell] = action
    }
  }

  next(state: number, event: number): number {
    return this.#next[state * this.#events + event]!
  }

  action(state: number, event: number): number {
    return this.#action[state * this.#events + event]!
  }
}
