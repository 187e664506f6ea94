// Progress of a simulation that takes longer than a second of wall time: one line on stderr, rewritten on a terminal,
// repeated every few seconds elsewhere. Devices, blocks, rate, time left; never on stdout.

import type { Task } from '../../../emulators/estate/simulation.ts'
import { count, duration } from '../../format.ts'
import type { Board } from './board.ts'

const FIRST_AFTER = 1_000
const TERMINAL_EVERY = 200
const ELSEWHERE_EVERY = 5_000

/** How many times longer a device takes event by event than by exact totals: measured, and good enough to guess by. */
export const EVENTS_WEIGH = 120

/** How much work there is, in devices of the exact totals. */
export function weightOf(tasks: readonly Task[]): number {
  return tasks.reduce(
    (sum, task) => sum + task.devices * (task.engine === 'events' ? EVENTS_WEIGH : 1),
    0,
  )
}

export class SimulationProgress {
  readonly #live = process.stderr.isTTY && process.env.CI === undefined
  #board: Board | undefined
  #began = 0
  #devices = 0
  #weight = 0
  #next = FIRST_AFTER
  #shown = false

  begin(tasks: readonly Task[], board: Board): void {
    this.#board = board
    this.#began = performance.now()
    this.#devices = tasks.reduce((sum, { devices }) => sum + devices, 0)
    this.#weight = weightOf(tasks)
  }

  tick(): void {
    const elapsed = performance.now() - this.#began
    if (elapsed >= this.#next) this.#show(elapsed)
  }

  end(): void {
    if (this.#shown && this.#live) process.stderr.write('\r\x1b[K')
  }

  #show(elapsed: number): void {
    this.#next = elapsed + (this.#live ? TERMINAL_EVERY : ELSEWHERE_EVERY)
    this.#shown = true
    const { totals, events, blocks } = this.#board!.done
    const weight = totals + events * EVENTS_WEIGH
    const left = weight > 0 ? duration((elapsed * (this.#weight - weight)) / weight) : 'unknown'
    const line =
      `${count(totals + events)} of ${count(this.#devices)} devices, ${count(blocks)} blocks, ` +
      `${count(blocks / elapsed / 1000)} M blocks/s, ${left} left`
    process.stderr.write(this.#live ? `\r\x1b[K${line}` : `${line}\n`)
  }
}
