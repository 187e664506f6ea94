// The open questions of MP230: what may be answered to each. Days are whole numbers from day 0, the first of the plan.

import type { KbReading } from '../image/size-class.ts'

/** What a day of 500 or 12,000 is: the UTC date, the London date, or any 24 hours. */
export type DayBoundary = 'utc' | 'local' | 'rolling'
export const DAY_BOUNDARIES: readonly DayBoundary[] = ['utc', 'local', 'rolling']

/** What happens when a second User comes (R11): it gets the next free window, or the first User's schedule is altered. */
export type SecondUser = 'next-window' | 'alter-first'
export const SECOND_USER: readonly SecondUser[] = ['next-window', 'alter-first']

/** How a plan is made: an answer to each question that MP230 leaves open. DEFAULTS has the usual ones. */
export interface Settings {
  /** Day 0 as days since 1970-01-01: what weekdays and summer time are told by. */
  readonly startDay: number
  /** Whether MP230 applies; before it no User had to agree a schedule and every TRT ran from the request (R7). */
  readonly rules: 'mp230' | 'before'
  /** Octets in a kB, for the limit of 750 kB. */
  readonly kb: KbReading
  /** Large images a day of all Users together (R8). */
  readonly capacity: number
  /** Share of the capacity that is spare beside scheduled traffic, Monday to Sunday, each 0..1 (R16). */
  readonly spare: readonly number[]
  /** Large images a day that no schedule may use, so that Users without one find room (R5). */
  readonly reserve: number
  /** Large images that need no agreed schedule (R3). */
  readonly unscheduled: number
  /** Of what the unscheduled limit is one: of a User's day, or of every batch. */
  readonly unscheduledPer: 'user-day' | 'batch'
  /** What a large image counts as: one for its Device, or one for each piece of at most 750 kB. */
  readonly splitCounts: 'device' | 'pieces'
  /** In a day with large and other images of a User: whether the others count against its unscheduled limit. */
  readonly mixed: 'large-only' | 'all'
  /** What a day of the limits is. */
  readonly dayBoundary: DayBoundary
  /** Days of a target response time. */
  readonly trtDays: number
  /** Whether these are calendar days or working days. */
  readonly trt: 'calendar' | 'working'
  /** Days since 1970-01-01 that are no working days beside Saturdays and Sundays. */
  readonly holidays: ReadonlySet<number>
  /** Days that the DCO takes with an SRV 11.1 until it holds every block and answers. */
  readonly dcoDays: number
  /** Days that an SRV 11.1 may be open (R12). */
  readonly lifetime: number
  /** When the SRV 11.1 of a batch is sent: with the batch, or all of a request on its first day. */
  readonly srv111: 'per-batch' | 'at-once'
  /** Days from a batch's SRV 11.1 to its SRV 11.3; at least those that the DCO takes. */
  readonly lead: number
  /** Which of the two counts against the limits (R17). */
  readonly countAt: '11.3' | '11.1'
  /** What happens when a second User comes. */
  readonly secondUser: SecondUser
  /** Whether a request's priority gives it precedence (R20). */
  readonly precedence: boolean
  /** Whether the DCC declines what would miss its deadline (R15). */
  readonly declineLate: boolean
  /** Days after which nothing is planned any more. */
  readonly horizon: number
}
