// A plan played from end to end: a portfolio that was read and planned goes in, what became of its devices comes out.

import { availableParallelism } from 'node:os'
import type { CampaignPlan } from '#core/campaign/plan'
import type { Portfolio } from '#core/campaign/portfolio'
import { defaults } from '../profile/fields.ts'
import type { Engine } from './engines.ts'
import { ESTATE_FIELDS, type EstateFields } from './estate-fields.ts'
import type { Played } from './result.ts'
import { simulationOf, tasksOf } from './simulation.ts'
import { playSimulation, type Watcher } from './threads.ts'
import { usefulThreads, workOf } from './work.ts'

/** What is played, and how. */
export interface SimulateOptions {
  /** What the portfolio is called. */
  readonly name: string
  /** What planCampaign made. */
  readonly plan: CampaignPlan
  /** Numbers of the estate that are other than their defaults. */
  readonly fields?: Partial<EstateFields> | undefined
  /** 0 to 2^32 - 1; the same one gives the same result, whatever the number of threads. */
  readonly seed: number
  /**
   * How downloads are played: 'events' block by block, 'totals' by exact totals with the same distribution, 'auto' (the
   * default) each where it is wanted.
   */
  readonly engine?: Engine | undefined
  /** By default as many as the work is worth and the machine has. */
  readonly threads?: number | undefined
  /** @internal Told how far it is. */
  readonly watcher?: Watcher | undefined
  /** Ends it. */
  readonly signal?: AbortSignal | undefined
}

const NOBODY: Watcher = { begin() {}, tick() {}, end() {} }

/**
 * Plays a plan over its estate in virtual time: losses, retries, absent devices, activations, outages, and what the DSP does
 * with their AD1s. The same plan, fields and seed give the same result, whatever the number of threads.
 * @throws HanrigError USAGE for an image that could not be delivered in the time there is; or the signal's reason.
 * @example
 * const played = await simulate({ name, plan, seed: 1, fields: { loss: 0.05 } })
 * console.log(summaryOf(played).ad1.hiddenGenuine)
 */
export async function simulate(options: SimulateOptions): Promise<Played> {
  const { name, plan, fields = {}, seed, engine = 'auto', watcher = NOBODY, signal } = options
  const simulation = simulationOf(plan, { ...defaults(ESTATE_FIELDS), ...fields }, seed, engine)
  const work = workOf(simulation, tasksOf(simulation))
  const threads = options.threads ?? usefulThreads(work, availableParallelism())
  const tally = await playSimulation(simulation, threads, watcher, signal)
  return { name, plan, simulation, tally }
}

/** The portfolio with `devices` devices in all, in the shares that its requests have. */
export function scaled(portfolio: Portfolio, devices: number): Portfolio {
  const total = portfolio.requests.reduce((sum, each) => sum + each.devices, 0)
  let before = 0
  let given = 0
  const requests = portfolio.requests.map(request => {
    before += request.devices
    const upTo = Math.round((before * devices) / total)
    const own = upTo - given
    given = upTo
    return { ...request, devices: own }
  })
  return { ...portfolio, requests: requests.filter(request => request.devices > 0) }
}
