// All that is wrong with the run of a seed, by every model.

import { breachesOfEnd } from './end-model.ts'
import { breachesOfLiveness } from './liveness-model.ts'
import { type Played, played } from './played.ts'
import { boxesOf } from './sent.ts'
import { breachesOfTrace } from './trace-model.ts'

/**
 * Each as `rule: what was seen`; a run that throws has one.
 * @param seen gets the names of all events, and the codes of all alerts.
 */
export function breachesOfSeed(seed: number, seen: Set<string>): string[] {
  try {
    const run = played(seed)
    for (const event of run.events) {
      seen.add(event.name === 'alert-raised' ? event.code : event.name)
    }
    return breachesOf(run)
  } catch (error) {
    return [`nothing throws: ${(error as Error).stack}`]
  }
}

export function breachesOf(run: Played): string[] {
  const boxes = boxesOf(run.scenario, run.cargo)
  return [
    ...breachesOfTrace(run, boxes),
    ...breachesOfLiveness(run, boxes),
    ...breachesOfEnd(run, boxes),
  ]
}
