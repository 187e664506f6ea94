// Two questions that MP102B leaves open about times, and their answers by name; docs/SPEC.md says which are inferred.

/** Which time is the recorded one of an immediate activation: when the DSP saw it, when it was asked for, or answered. */
export const RECORDED_TIMES = ['processed', 'requested', 'answered'] as const
/** The recorded time of an immediate activation. */
export type RecordedTime = (typeof RECORDED_TIMES)[number]

/** By which time an AD1 is judged: when the DSP received it, or when the outage began. */
export const JUDGED_TIMES = ['received', 'outage-start'] as const
/** The time by which an AD1 is judged. */
export type JudgedTime = (typeof JUDGED_TIMES)[number]

/** Both answers; a home's DSP has no answer to wait for. */
export interface TimeRules {
  readonly recorded: Exclude<RecordedTime, 'answered'>
  readonly judgedBy: JudgedTime
}

/** As they are answered unless somebody says otherwise. */
export const USUAL_TIMES: TimeRules = { recorded: 'processed', judgedBy: 'received' }
