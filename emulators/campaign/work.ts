// How much work a simulation is, and how many threads that is worth.

import { attemptLoss } from '../profile/han-profile.ts'
import type { Done } from './shared-count.ts'
import type { Simulation, Task } from './simulation.ts'

/** What the exact totals of a device cost, in attempts event by event: measured, and good enough to guess by. */
const TOTALS_WEIGH = 80
/** Attempts that are worth a thread: a thread needs some 50 ms to begin. */
const WORTH_A_THREAD = 12_000_000

/** How much work tasks are, in attempts event by event. */
export function workOf({ batches, fields }: Simulation, tasks: readonly Task[]): number {
  let work = 0
  for (const { engine, pieces } of tasks) {
    for (const { batch, from, to } of pieces) {
      const attempts = batches[batch]!.blocks / (1 - attemptLoss(fields.loss))
      work += (to - from) * (engine === 'events' ? attempts : TOTALS_WEIGH)
    }
  }
  return work
}

/** How much of it is done. */
export function workDone({ totals, eventBlocks }: Done): number {
  return totals * TOTALS_WEIGH + eventBlocks
}

/** Threads that so much work is worth, of those that there are. */
export function usefulThreads(work: number, available: number): number {
  return Math.max(1, Math.min(available, Math.ceil(work / WORTH_A_THREAD)))
}
