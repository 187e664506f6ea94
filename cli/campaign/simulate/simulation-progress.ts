// Progress of a simulation: devices, blocks, rate, time left.

import type { SharedCount } from '#emulators/campaign/shared-count'
import type { Simulation, Task } from '#emulators/campaign/simulation'
import type { Watcher } from '#emulators/campaign/threads'
import { workDone, workOf } from '#emulators/campaign/work'
import { count, duration } from '../../output/format.ts'
import { StatusLine } from '../../output/status-line.ts'

export class SimulationProgress implements Watcher {
  readonly #line: StatusLine
  #count: SharedCount | undefined
  #devices = 0
  #work = 0

  constructor(line = new StatusLine()) {
    this.#line = line
  }

  begin(simulation: Simulation, tasks: readonly Task[], done: SharedCount): void {
    this.#count = done
    this.#devices = simulation.devices
    this.#work = workOf(simulation, tasks)
  }

  tick(): void {
    this.#line.offer(elapsed => this.#said(elapsed))
  }

  end(): void {
    this.#line.end()
  }

  #said(elapsed: number): string {
    const { done } = this.#count!
    const { totals, events, blocks } = done
    const work = workDone(done)
    const rest = Math.max(0, this.#work - work)
    const left = work > 0 ? duration((elapsed * rest) / work) : 'unknown'
    return (
      `${count(totals + events)} of ${count(this.#devices)} devices, ${count(blocks)} blocks, ` +
      `${count(blocks / elapsed / 1000)} M blocks/s, ${left} left`
    )
  }
}
