// What came of a simulation, read from its tally: the figures that text, JSON, tables and the page all tell.

import { ENDINGS, type Ending, endingOf, outlives } from '#core/campaign/endings'
import type { CampaignPlan } from '#core/campaign/plan'
import type { Engine } from './engines.ts'
import type { Simulation } from './simulation.ts'
import { type ByBatch, DURATION_BIN, quantile, type Tally } from './tally.ts'

/** What was played, and what was counted. */
export interface Played {
  /** Of the portfolio. */
  readonly name: string
  /** The plan that was played. */
  readonly plan: CampaignPlan
  /** @internal What the engines were given. */
  readonly simulation: Simulation
  /** @internal What they counted. */
  readonly tally: Tally
}

/** AD1s: all of them, what the DSP did with them, and what it did wrong. */
export interface Ad1 {
  /** AD1s that hubs raised. */
  readonly raised: number
  /** Kept back by the DSP. */
  readonly suppressed: number
  /** Passed on to the Supplier. */
  readonly forwarded: number
  /** For outages that were no activation's. */
  readonly genuine: number
  /** Suppressed though genuine: the risk that MP102B takes. */
  readonly hiddenGenuine: number
  /** Forwarded though an activation's. */
  readonly falseForwarded: number
}

/** The AD1s of a simulation. */
export function ad1Of(tally: Tally): Ad1 {
  return {
    raised: tally.sum('raised'),
    suppressed: tally.sum('suppressed'),
    forwarded: tally.sum('forwarded'),
    genuine: tally.sum('genuine'),
    hiddenGenuine: tally.sum('hidden'),
    falseForwarded: tally.total('falseForwarded'),
  }
}

/** Devices by what became of them. */
export function endingsOf(played: Played): Record<Ending, number> {
  const { plan, simulation, tally } = played
  const sums = Object.fromEntries(ENDINGS.map(ending => [ending, 0])) as Record<Ending, number>
  for (const i of simulation.batches.keys()) {
    const { generation } = plan.portfolio.requests[plan.batches[i]!.request]!
    const answered = !outlives(generation, plan.settings.dcoDays, plan.settings.lifetime)
    const count = (name: ByBatch, delivered: boolean, activated: boolean | undefined): void => {
      const journey = { generation, answered, delivered, activated }
      sums[endingOf(journey)] += tally.ofBatch(i, name)
    }
    count('expired', false, undefined)
    count('notActivated', true, false)
    count('updated', true, true)
  }
  return sums
}

/** What a campaign came to. */
export interface CampaignSummary {
  /** Devices of the plan. */
  readonly devices: number
  /** Days of the plan, from the first to the last with a release. */
  readonly days: number
  /** Devices that run the image in the end. */
  readonly updated: number
  /** Devices that the image never reached: `endings` says by which failure. */
  readonly expired: number
  /** Devices whose activation failed. */
  readonly activationFailed: number
  /** Devices by what became of them. */
  readonly endings: Readonly<Record<Ending, number>>
  /** Of `updated`, those within the target response time. */
  readonly inTime: number
  /** Of `updated`, those after it. */
  readonly late: number
  /** Devices that could not be reached for a while. */
  readonly absent: number
  /** Blocks that arrived. */
  readonly blocks: number
  /** Attempts at a block beyond its first. */
  readonly retries: number
  /** Times that a download stopped after too many attempts, and rested. */
  readonly rests: number
  /** Devices whose download shared its bearer with others. */
  readonly shared: number
  /** Median of the retries of a download. */
  readonly retriesMedian: number
  /** How long downloads took, s, to a bin of 10 s: of all, and the median of those that shared; undefined without any. */
  readonly downloadSeconds: {
    readonly median: number | undefined
    readonly p99: number | undefined
    readonly sharedMedian: number | undefined
  }
  /** Activations that cut a hub's supply. */
  readonly supplyCuts: number
  /** The AD1s. */
  readonly ad1: Ad1
  /** How the downloads were played. */
  readonly engine: Engine
  /** The seed that it was played with. */
  readonly seed: number
}

/** Sums up what was played. */
export function summaryOf(played: Played): CampaignSummary {
  const { plan, simulation, tally } = played
  const batches = (name: ByBatch) => tally.sumOfBatches(name)
  const seconds = (bins: Int32Array, share: number) => {
    const ms = quantile(bins, DURATION_BIN, share)
    return Number.isNaN(ms) ? undefined : ms / 1000
  }
  const { retriesBin } = tally.size
  return {
    devices: tally.total('devices'),
    days: plan.days.length,
    updated: batches('updated'),
    expired: batches('expired'),
    activationFailed: batches('notActivated'),
    endings: endingsOf(played),
    inTime: batches('inTime'),
    late: batches('late'),
    absent: batches('absent'),
    blocks: tally.total('blocks'),
    retries: tally.total('retries'),
    rests: tally.total('stops'),
    shared: tally.total('shared'),
    retriesMedian: Math.floor(quantile(tally.retries, retriesBin, 0.5)) || 0,
    downloadSeconds: {
      median: seconds(tally.durations, 0.5),
      p99: seconds(tally.durations, 0.99),
      sharedMedian: seconds(tally.sharedDurations, 0.5),
    },
    supplyCuts: tally.total('cuts'),
    ad1: ad1Of(tally),
    engine: simulation.engine,
    seed: simulation.seed,
  }
}

/** What a Supplier's devices of a release day came to. */
export interface Fate {
  /** Devices released. */
  readonly devices: number
  /** Updated within the target response time. */
  readonly inTime: number
  /** Updated after it. */
  readonly late: number
  /** Not updated before SRV 11.1 came to its end. */
  readonly expired: number
}

/**
 * What the devices of each release day came to: a row a Supplier, in the portfolio's order, a cell a day of the plan;
 * undefined where nothing was released.
 */
export function fates(played: Played): (Fate | undefined)[][] {
  const { plan, simulation, tally } = played
  const rows = plan.portfolio.suppliers.map(() => plan.days.map((): Fate | undefined => undefined))
  for (const [i, { supplier, day, devices }] of simulation.batches.entries()) {
    const before = rows[supplier]![day]
    rows[supplier]![day] = {
      devices: (before?.devices ?? 0) + devices,
      inTime: (before?.inTime ?? 0) + tally.ofBatch(i, 'inTime'),
      late: (before?.late ?? 0) + tally.ofBatch(i, 'late'),
      expired: (before?.expired ?? 0) + tally.ofBatch(i, 'expired'),
    }
  }
  return rows
}

/** Bins that count something, as [from, to, count]. */
export function binsOf(bins: Int32Array, width: number): [number, number, number][] {
  return [...bins].flatMap((n, i): [number, number, number][] =>
    n > 0 ? [[i * width, (i + 1) * width, n]] : [],
  )
}
