// MP230's numbers and the questions that they answer for one image, one batch and one day. The planner asks here.
// Source: MP230 Modification Report and second Refinement Consultation.

import { isLarge, type KbReading, largeImageLimit } from '../image/size-class.ts'
import { addWorkingDays } from './calendar.ts'
import type { Generation } from './portfolio.ts'
import type { Settings } from './settings.ts'

/** Large images that one User may send in a day without an agreed schedule. */
export const UNSCHEDULED_PER_DAY = 500
/** Large images that the DCC System takes in a day from all Users together. */
export const CAPACITY_PER_DAY = 12_000
/** Target response time of a batch from its release, days (calendar days: inferred). */
export const TRT_DAYS = 5
/** Days after which an SRV 11.1 that the DCO is still at fails: one Large Supplier's statement in the report. */
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

/** Whether an image counts at all: it is large (R1) and its Device is a SMETS1 one (R2). */
export function isCounted(generation: Generation, octets: number, kb: KbReading): boolean {
  return generation === 'smets1' && isLarge(octets, kb)
}

/** What one large image counts as: one for its Device, or one for each piece that is not large itself. */
export function weightOf(octets: number, { splitCounts, kb }: Settings): number {
  return splitCounts === 'device' ? 1 : Math.ceil(octets / largeImageLimit(kb))
}

/** Whether that many large images of a User in a day, or in a batch, need an agreed schedule (R3, R4). */
export function needsSchedule(images: number, { rules, unscheduled }: Settings): boolean {
  return rules === 'mp230' && images > unscheduled
}

/** Large images that all Users together may send on a day: what is spare beside other traffic (R8, R16). */
export function capacityOf(weekday: number, { capacity, spare }: Settings): number {
  return Math.floor(capacity * spare[weekday]!)
}

/** Until when the target response time of what was sent on a day runs (R6): a batch of day 3 is due on day 8. */
export function dueDayOf(day: number, { startDay, trt, trtDays, holidays }: Settings): number {
  if (trt === 'calendar') return day + trtDays
  return addWorkingDays(startDay + day, trtDays, holidays) - startDay
}

/** Days from SRV 11.1 to SRV 11.3: an image that the DCO does not hold yet cannot be activated. */
export function leadOf({ lead, dcoDays }: Settings): number {
  return Math.max(lead, dcoDays)
}
