// What came of a simulation, read from its tally: the figures that text, JSON, tables and the page all tell.

import type { CampaignPlan } from '#core/campaign/plan'
import type { Simulation } from './simulation.ts'
import { type ByBatch, DURATION_BIN, quantile, type Tally } from './tally.ts'

/** What was played, and what was counted. */
export interface Played {
  /** Of the portfolio. */
  readonly name: string
  readonly plan: CampaignPlan
  readonly simulation: Simulation
  readonly tally: Tally
}

/** AD1s: all of them, what the DSP did with them, and what it did wrong. */
export interface Ad1 {
  readonly raised: number
  readonly suppressed: number
  readonly forwarded: number
  /** For outages that were no activation's. */
  readonly genuine: number
  /** Suppressed though genuine: the risk that MP102B takes. */
  readonly hiddenGenuine: number
  /** Forwarded though an activation's. */
  readonly falseForwarded: number
}

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

/** One line that sums up. */
export function summaryOf({ plan, simulation, tally }: Played) {
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
  readonly devices: number
  readonly inTime: number
  readonly late: number
  readonly expired: number
}

/** By Supplier and day of release; undefined where nothing was released. */
export function fates({ plan, simulation, tally }: Played): (Fate | undefined)[][] {
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
