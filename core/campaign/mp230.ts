// MP230's numbers and the one question they answer for a single image: what a batch of it needs.
// Source: MP230 Modification Report and second Refinement Consultation. The planner builds on this file.

import { isLarge, type KbReading } from '../image/size-class.ts'

/** Large images that one User may send in a day without an agreed schedule. */
export const UNSCHEDULED_PER_DAY = 500
/** Large images that the DCC System takes in a day from all Users together. */
export const CAPACITY_PER_DAY = 12_000
/** Target response time of a batch from its release, days (calendar days: inferred). */
export const TRT_DAYS = 5
/** Days after which an open SRV 11.1 fails: one Large Supplier's statement in the report. */
export const SRV_11_1_LIFETIME_DAYS = 7

/** What sending one image to many SMETS1 Devices asks of the User. */
export interface BatchConsequence {
  /** True when a batch of more than UNSCHEDULED_PER_DAY a day needs a schedule from the Service Desk. */
  readonly scheduleNeeded: boolean
  /** Most devices a day without a schedule; Infinity when the rule does not apply. */
  readonly perDay: number
}

/** The consequence of an image of `octets` measured octets. */
export function batchConsequence(octets: number, kb: KbReading): BatchConsequence {
  const large = isLarge(octets, kb)
  return {
    scheduleNeeded: large,
    perDay: large ? UNSCHEDULED_PER_DAY : Number.POSITIVE_INFINITY,
  }
}
