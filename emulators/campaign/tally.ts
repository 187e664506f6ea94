// What a simulation counts: whole numbers only, added up, so that the sum is the same in whatever order the parts come.
// A tally is plain typed arrays, which cross from thread to thread as they are.

import { SUPPRESSION_REASONS } from '#core/power/suppression'

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
export const DAY = 24 * 60 * MINUTE

/** What is counted on each day of the simulation. */
export const DAILY = [
  'released',
  'updated',
  'failed',
  'raised',
  'suppressed',
  'forwarded',
  'genuine',
  'hidden',
] as const
export type Daily = (typeof DAILY)[number]

/** What is counted of each batch. */
export const BY_BATCH = [
  'updated',
  'inTime',
  'late',
  'expired',
  'notActivated',
  'absent',
  'unreached',
] as const
export type ByBatch = (typeof BY_BATCH)[number]

/** What is counted once. */
export const TOTALS = [
  'devices',
  'blocks',
  'retries',
  'stops',
  'shared',
  'falseForwarded',
  'cuts',
  'outages',
  'tracked',
] as const
export type Total = (typeof TOTALS)[number]

/** Width of a bin of durations of downloads, ms, and of cuts of the hub's supply. */
export const DURATION_BIN = 10 * SECOND
export const CUT_BIN = 30 * SECOND
const CUT_BINS = 400

/** What the arrays of a tally are made for. */
export interface TallySize {
  readonly days: number
  readonly batches: number
  /** Retries in a bin, and bins. */
  readonly retriesBin: number
  readonly retriesBins: number
  /** Most that a download takes, ms. */
  readonly longest: number
}

export class Tally {
  readonly size: TallySize
  readonly totals: Float64Array
  /** By day and name. */
  readonly daily: Int32Array
  readonly byBatch: Int32Array
  readonly verdicts: Int32Array
  readonly retries: Int32Array
  readonly durations: Int32Array
  /** Of devices that share a bearer; the others are in `durations`. */
  readonly sharedDurations: Int32Array
  readonly cuts: Int32Array

  constructor(size: TallySize) {
    const bins = Math.ceil(size.longest / DURATION_BIN) + 1
    this.size = size
    this.totals = new Float64Array(TOTALS.length)
    this.daily = new Int32Array(size.days * DAILY.length)
    this.byBatch = new Int32Array(size.batches * BY_BATCH.length)
    this.verdicts = new Int32Array(SUPPRESSION_REASONS.length)
    this.retries = new Int32Array(size.retriesBins)
    this.durations = new Int32Array(bins)
    this.sharedDurations = new Int32Array(bins)
    this.cuts = new Int32Array(CUT_BINS)
  }

  /** Adds what another part of the same simulation counted. */
  add(other: TallyParts): void {
    for (const part of PARTS) {
      const own = this[part]
      const its = other[part]
      for (let i = 0; i < own.length; i++) own[i]! += its[i]!
    }
  }

  total(name: Total): number {
    return this.totals[TOTALS.indexOf(name)]!
  }

  onDay(day: number, name: Daily): number {
    return this.daily[day * DAILY.length + DAILY.indexOf(name)]!
  }

  ofBatch(batch: number, name: ByBatch): number {
    return this.byBatch[batch * BY_BATCH.length + BY_BATCH.indexOf(name)]!
  }

  /** Over all days. */
  sum(name: Daily): number {
    let sum = 0
    for (let day = 0; day < this.size.days; day++) sum += this.onDay(day, name)
    return sum
  }

  /** Over all batches. */
  sumOfBatches(name: ByBatch): number {
    let sum = 0
    for (let batch = 0; batch < this.size.batches; batch++) sum += this.ofBatch(batch, name)
    return sum
  }
}

const PARTS = [
  'totals',
  'daily',
  'byBatch',
  'verdicts',
  'retries',
  'durations',
  'sharedDurations',
  'cuts',
] as const

/** A tally as it comes from another thread: without its methods. */
export type TallyParts = Pick<Tally, (typeof PARTS)[number]>

/** The middle of the bin in which a share of what a histogram counts lies below; NaN of an empty one. */
export function quantile(bins: Int32Array, width: number, share: number): number {
  const total = bins.reduce((sum, n) => sum + n, 0)
  if (total === 0) return Number.NaN
  let below = 0
  let bin = 0
  while (bin < bins.length - 1 && below + bins[bin]! < share * total) below += bins[bin++]!
  return (bin + 0.5) * width
}
