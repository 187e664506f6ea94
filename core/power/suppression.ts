// Whether the DSP keeps an AD1 to itself: MP102B's rules, one alert against one recorded activation.
// Source: MP102B Modification Report (rules B1-B9); what it leaves open is a field of a config, marked inferred.
// Pure: who is listed and what was recorded is activation-tracker.ts; this file only judges.

/** Milliseconds after a recorded activation in which an AD1 is suppressed (MP102B). */
export const SUPPRESSION_WINDOW = 30 * 60_000

/** How long after a recorded activation AD1s are kept back. */
export interface SuppressionConfig {
  /** Length of the window, ms. */
  window: number
  /** Whether an alert at exactly the window's end is suppressed. Not in the source: inferred, true. */
  endIncluded: boolean
  /** Milliseconds before the recorded time that still count, for meters whose clock is fast. Inferred, 0. */
  early: number
}

export const DEFAULT_SUPPRESSION: SuppressionConfig = {
  window: SUPPRESSION_WINDOW,
  endIncluded: true,
  early: 0,
}

/** What becomes of the record of an activation. The source says that it is made, and nothing about its end. */
export interface TrackingConfig extends SuppressionConfig {
  /** Whether a later activation of an ESME replaces its record; else any of them can explain an AD1. Inferred, true. */
  lastWins: boolean
  /** Whether the AD1 that a record explains uses it up: no outage after it is hidden. Inferred, false. */
  clearOnSuppressed: boolean
  /** Whether an activation that is reported as failed loses its record. Inferred, false. */
  clearOnFailure: boolean
  /** Whether a cancellation also deletes a record whose time has come already. Inferred, true. */
  cancelStarted: boolean
  /** Whether the record of an ESME that leaves the list is kept to its end. Inferred, false. */
  keepUnlisted: boolean
  /** Milliseconds after its recorded time at which a record is forgotten; at least the window. Inferred, a day. */
  retention: number
}

export const DEFAULT_TRACKING: TrackingConfig = {
  ...DEFAULT_SUPPRESSION,
  lastWins: true,
  clearOnSuppressed: false,
  clearOnFailure: false,
  cancelStarted: true,
  keepUnlisted: false,
  retention: 24 * 60 * 60_000,
}

/** Verdicts; the reason is the verdict. */
export const SUPPRESSED = 0
/** No ESME of this HAN is on the list of devices known to cut the hub's supply. */
export const FORWARD_NOT_LISTED = 1
/** Listed, but no activation was recorded. */
export const FORWARD_NO_ACTIVATION = 2
/** The alert came before the recorded activation time. */
export const FORWARD_TOO_EARLY = 3
/** The alert came after the window. */
export const FORWARD_TOO_LATE = 4

/**
 * SUPPRESSED 0, FORWARD_NOT_LISTED 1, FORWARD_NO_ACTIVATION 2, FORWARD_TOO_EARLY 3 or FORWARD_TOO_LATE 4;
 * SUPPRESSION_REASONS has a text for each.
 */
export type SuppressionVerdict = 0 | 1 | 2 | 3 | 4

/** Reasons by verdict, for reports. */
export const SUPPRESSION_REASONS = [
  'within the window of a recorded activation',
  'no ESME of this HAN is listed',
  'no activation is recorded',
  'before the recorded activation',
  'after the window',
] as const

/** recordedAt of an ESME without a recorded activation. */
export const NOT_RECORDED = -1

/**
 * Judges an AD1.
 * @param alertAt when the DSP received the alert, ms.
 * @param listed whether the ESME on the alerting hub's HAN is on the list.
 * @param recordedAt the activation's recorded time, ms (for a future-dated SRV 11.3 its ExecutionDateTime),
 *   or NOT_RECORDED.
 */
export function judgeAd1(
  alertAt: number,
  listed: boolean,
  recordedAt: number,
  config: SuppressionConfig,
): SuppressionVerdict {
  if (!listed) return FORWARD_NOT_LISTED
  if (recordedAt === NOT_RECORDED) return FORWARD_NO_ACTIVATION
  return judgeDelay(alertAt - recordedAt, config)
}

/** Judges an AD1 that came `after` ms after the recorded activation of a listed ESME; before it when negative. */
export function judgeDelay(after: number, config: SuppressionConfig): SuppressionVerdict {
  if (after < -config.early) return FORWARD_TOO_EARLY
  if (after > config.window) return FORWARD_TOO_LATE
  return after === config.window && !config.endIncluded ? FORWARD_TOO_LATE : SUPPRESSED
}
