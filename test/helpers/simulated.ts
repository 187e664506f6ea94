// Simulations for tests: a small estate, the fields that a test is about, played in this thread.

import type { CampaignPlan } from '#core/campaign/plan'
import type { Engine } from '#emulators/campaign/engines'
import { ESTATE_FIELDS, type EstateFields } from '#emulators/campaign/estate-fields'
import { Player } from '#emulators/campaign/player'
import type { Played } from '#emulators/campaign/result'
import { type Simulation, simulationOf, tasksOf } from '#emulators/campaign/simulation'
import { Tally } from '#emulators/campaign/tally'
import { defaults } from '#emulators/profile/fields'

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
