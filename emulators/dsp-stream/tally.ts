// What became of the AD1s, counted: under each window and each supply threshold that is asked about, by cause and verdict.
// Where the stream tells causes, errors are counted; where it does not, they are estimated and kept apart.

import {
  FORWARD_NO_ACTIVATION,
  FORWARD_NOT_LISTED,
  judgeDelay,
  SUPPRESSED,
  SUPPRESSION_REASONS,
  type SuppressionConfig,
  type SuppressionVerdict,
} from '#core/power/suppression'
import { BY_ACTIVATION, CAUSES, GENUINE, UNKNOWN_CAUSE } from './event-batch.ts'

const VERDICTS = SUPPRESSION_REASONS.length
const MINUTE = 60_000

/** The histogram: AD1s by minutes after the activation that they are held against. */
export const FIRST_MINUTE = -15
export const LAST_MINUTE = 75
export const MINUTES = LAST_MINUTE - FIRST_MINUTE
/** Its kinds: by cause, and those of HANs whose activated ESME is not listed. */
export const NOT_LISTED_KIND = CAUSES
export const KINDS = CAUSES + 1
/** An AD1 that late after an activation may still be an outlier of it; where the cause is unknown. */
export const OUTLIER_HORIZON = 60 * MINUTE

/** One AD1, as it is counted. NaN where nothing is known. */
export interface Judged {
  /** 0 unknown, 1 an activation, 2 genuine. */
  cause: number
  /** ms after the recorded activation of a listed ESME. */
  after: number
  /** ms after the activation of an ESME on this HAN that is not listed. */
  afterUnlisted: number
  /** How long the supply was away, ms. */
  outage: number
  /** Whether it came when the supply was back: a threshold does not delay it. */
  isLate: boolean
  /** Whether the same activation explained an AD1 before. */
  isRepeated: boolean
}

/** The verdict on an AD1 under some window. */
export function verdictOn(judged: Judged, config: SuppressionConfig): SuppressionVerdict {
  if (!Number.isNaN(judged.after)) return judgeDelay(judged.after, config)
  const isUnlisted = judgeDelay(judged.afterUnlisted, config) === SUPPRESSED
  return !Number.isNaN(judged.afterUnlisted) && isUnlisted
    ? FORWARD_NOT_LISTED
    : FORWARD_NO_ACTIVATION
}

/** Counts under one set of rules. */
export class Count {
  /** The rules that it counts under. */
  readonly config: SuppressionConfig
  readonly #counts = new Float64Array(CAUSES * VERDICTS)
  /** Of unknown cause: suppressed although the activation explained another one, so probably genuine. */
  probablyHidden = 0
  /** Of unknown cause: forwarded within the horizon of an activation, so probably false. */
  probablyFalse = 0

  constructor(config: SuppressionConfig) {
    this.config = config
  }

  /** Counts an AD1. */
  add(judged: Judged): void {
    const verdict = verdictOn(judged, this.config)
    const { cause, after, afterUnlisted, isRepeated } = judged
    this.#counts[cause * VERDICTS + verdict]!++
    if (cause !== UNKNOWN_CAUSE) return
    if (verdict === SUPPRESSED && isRepeated) this.probablyHidden++
    if (verdict !== SUPPRESSED && (isNear(after) || isNear(afterUnlisted))) this.probablyFalse++
  }

  /** AD1s with that verdict; of one cause when it is told. */
  of(verdict: number, cause?: number): number {
    if (cause !== undefined) return this.#counts[cause * VERDICTS + verdict]!
    let sum = 0
    for (let each = 0; each < CAUSES; each++) sum += this.of(verdict, each)
    return sum
  }

  /** AD1s passed on; of one cause when it is told. */
  forwarded(cause?: number): number {
    let sum = 0
    for (let verdict = 0; verdict < VERDICTS; verdict++) {
      if (verdict !== SUPPRESSED) sum += this.of(verdict, cause)
    }
    return sum
  }

  /** All AD1s. */
  get alerts(): number {
    return this.of(SUPPRESSED) + this.forwarded()
  }

  /** AD1s that an activation caused and that were forwarded: known ones. */
  get falseThrough(): number {
    return this.forwarded(BY_ACTIVATION)
  }

  /** AD1s of genuine outages that were suppressed: known ones. */
  get genuineHidden(): number {
    return this.of(SUPPRESSED, GENUINE)
  }
}

function isNear(after: number): boolean {
  return after >= FIRST_MINUTE * MINUTE && after <= OUTLIER_HORIZON
}

/** Counts under a supply threshold other than the recorded one: shorter outages raise nothing, longer ones later. */
export interface ThresholdCount {
  /** The threshold, ms. */
  readonly threshold: number
  /** What it would have come to. */
  readonly count: Count
}

export interface TallyOptions {
  readonly config: SuppressionConfig
  /** ms, each asked about. */
  readonly windows: readonly number[]
  /** ms, each asked about; none shorter than `recorded`. */
  readonly thresholds: readonly number[]
  /** Threshold under which the stream was recorded, ms. */
  readonly recordedThreshold: number
}

/** What became of the AD1s of a stream, counted under each window and each supply threshold that was asked about. */
export class Tally {
  /** Under the rules of the stream. */
  readonly main: Count
  /** Under each other window, in the order in which they were asked about. */
  readonly windows: readonly Count[]
  /** Under each other supply threshold, in the order in which they were asked about. */
  readonly thresholds: readonly ThresholdCount[]
  /** AD1s that tell how long the supply was away. */
  withOutage = 0
  /** Of these, those that were at the recorded threshold exactly. */
  atThreshold = 0
  /**
   * AD1s by kind, then by minute after the activation from -15 on: 90 minutes a kind. Kinds are 0 cause unknown, 1 by an
   * activation, 2 genuine, 3 of an activated ESME that is not listed.
   */
  readonly histogram = new Float64Array(KINDS * MINUTES)
  readonly #recorded: number
  /** The AD1 as another threshold would have it. */
  readonly #shifted: Judged = {
    cause: 0,
    after: Number.NaN,
    afterUnlisted: Number.NaN,
    outage: Number.NaN,
    isLate: false,
    isRepeated: false,
  }

  /** @internal */
  constructor({ config, windows, thresholds, recordedThreshold }: TallyOptions) {
    this.main = new Count(config)
    this.windows = windows.map(window => new Count({ ...config, window }))
    this.thresholds = thresholds.map(threshold => ({ threshold, count: new Count(config) }))
    this.#recorded = recordedThreshold
  }

  /** Counts an AD1. */
  add(judged: Judged): void {
    const { outage, after, afterUnlisted, cause } = judged
    this.main.add(judged)
    for (const count of this.windows) count.add(judged)
    const isListed = !Number.isNaN(after)
    const minute = Math.floor((isListed ? after : afterUnlisted) / MINUTE) - FIRST_MINUTE
    if (minute >= 0 && minute < MINUTES) {
      this.histogram[(isListed ? cause : NOT_LISTED_KIND) * MINUTES + minute]!++
    }
    if (!Number.isNaN(outage)) this.withOutage++
    if (outage === this.#recorded) this.atThreshold++
    const shifted = this.#shifted
    for (const { threshold, count } of this.thresholds) {
      // One whose length nobody knows is taken to be long enough.
      if (outage <= threshold) continue
      const later = judged.isLate ? 0 : threshold - this.#recorded
      shifted.cause = cause
      shifted.after = after + later
      shifted.afterUnlisted = afterUnlisted + later
      shifted.isRepeated = judged.isRepeated
      count.add(shifted)
    }
  }
}
