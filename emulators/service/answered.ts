// Which activation commands were answered, for whoever passes them on: a command whose acknowledgements were all lost was
// taken all the same when its answer came, and is not answered a second time as one that was never taken.

import type { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import { decodeActivate, decodeOutcome } from './messages.ts'

export class Answered {
  /** Counter of the last command that each device answered, by EUI-64: they answer in the order of their counters. */
  readonly #counters = new Map<string, number>()

  /** An answer passes. */
  note(outcome: Bytes): void {
    const { device, counter } = decodeOutcome(outcome)
    this.#counters.set(device, Math.max(counter, this.#counters.get(device) ?? 0))
  }

  /** Whether a command, or a later one of its device, was answered. */
  has(command: Bytes): boolean {
    const { device, counter } = decodeActivate(command)
    return counter <= (this.#counters.get(device) ?? 0)
  }

  archive(a: Archive): void {
    const known = [...this.#counters]
    const count = a.number(known.length)
    for (let i = 0; i < count; i++) {
      const device = a.text(known[i]?.[0] ?? '')
      this.#counters.set(device, a.number(known[i]?.[1] ?? 0))
    }
  }
}
