// Progress of a simulation that takes longer than a second of wall time: one line on stderr, rewritten on a terminal,
// repeated every few seconds elsewhere. Devices, blocks, rate, time left; never on stdout.

import type { SharedCount } from '#emulators/campaign/shared-count'
import type { Simulation, Task } from '#emulators/campaign/simulation'
import { count, duration } from '../../output/format.ts'

const FIRST_AFTER = 1_000
const TERMINAL_EVERY = 200
const ELSEWHERE_EVERY = 5_000

/** What the exact totals of a device cost, in attempts event by event: measured, and good enough to guess by. */
const TOTALS_WEIGH = 80

/** How much work tasks are, in attempts event by event. */
export function workOf({ batches, fields }: Simulation, tasks: readonly Task[]): number {
  let work = 0
  for (const { engine, pieces } of tasks) {
    for (const { batch, from, to } of pieces) {
      const attempts = batches[batch]!.blocks / (1 - fields.loss)
      work += (to - from) * (engine === 'events' ? attempts : TOTALS_WEIGH)
    }
  }
  return work
}

export class SimulationProgress {
  readonly #live = process.stderr.isTTY && process.env.CI === undefined
  #count: SharedCount | undefined
  #began = 0
  #devices = 0
  #work = 0
  #next = FIRST_AFTER
  #shown = false

  begin(simulation: Simulation, tasks: readonly Task[], done: SharedCount): void {
    this.#count = done
    this.#began = performance.now()
    this.#devices = simulation.devices
    this.#work = workOf(simulation, tasks)
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
    const { totals, events, blocks, eventBlocks } = this.#count!.done
    const work = totals * TOTALS_WEIGH + eventBlocks
    const rest = Math.max(0, this.#work - work)
    const left = work > 0 ? duration((elapsed * rest) / work) : 'unknown'
    const line =
      `${count(totals + events)} of ${count(this.#devices)} devices, ${count(blocks)} blocks, ` +
      `${count(blocks / elapsed / 1000)} M blocks/s, ${left} left`
    process.stderr.write(this.#live ? `\r\x1b[K${line}` : `${line}\n`)
  }
}
