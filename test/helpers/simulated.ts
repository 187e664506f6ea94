// Simulations for tests: a small estate, the fields that a test is about, played in this thread.

import type { Played } from '../../cli/campaign/simulate/result.ts'
import type { CampaignPlan } from '../../core/campaign/plan.ts'
import type { Engine } from '../../emulators/estate/engines.ts'
import { ESTATE_FIELDS, type EstateFields } from '../../emulators/estate/fields.ts'
import { Player } from '../../emulators/estate/player.ts'
import { type Simulation, simulationOf, tasksOf } from '../../emulators/estate/simulation.ts'
import { Tally } from '../../emulators/estate/tally.ts'
import { defaults } from '../../emulators/profile/fields.ts'

export const USUAL: EstateFields = defaults(ESTATE_FIELDS)

/** Nothing goes wrong, nobody is away, no supply is cut, no home has an outage. */
export const CALM: EstateFields = {
  ...USUAL,
  loss: 0,
  absentShare: 0,
  sharedShare: 0,
  skewShare: 0,
  lateShare: 0,
  failShare: 0,
  cutsShare: 0,
  outagesPerYear: 0,
}

export function simulated(
  plan: CampaignPlan,
  fields: Partial<EstateFields> = {},
  engine: Engine = 'auto',
  seed = 1,
): Played {
  const simulation = simulationOf(plan, { ...USUAL, ...fields }, seed, engine)
  return { name: 'test', plan, simulation, tally: playAll(simulation) }
}

export function playAll(simulation: Simulation): Tally {
  const player = new Player(simulation)
  for (const task of tasksOf(simulation)) player.play(task)
  return player.tally
}

/** The same by many players, each of which has every n-th task, added up last to first. */
export function playApart(simulation: Simulation, players: number): Tally {
  const all = Array.from({ length: players }, () => new Player(simulation))
  for (const [i, task] of tasksOf(simulation).entries()) all[i % players]!.play(task)
  const sum = new Tally(simulation.size)
  for (const { tally } of all.reverse()) sum.add(tally)
  return sum
}
