// What a plan is made from: who wants what sent to how many Devices, and how the open questions of MP230 are answered.
// Days are whole numbers from the first day of the plan, which is day 0.

import type { KbReading } from '../image/size-class.ts'
import { CAPACITY_PER_DAY, SRV_11_1_LIFETIME_DAYS, TRT_DAYS, UNSCHEDULED_PER_DAY } from './mp230.ts'

export type Generation = 'smets1' | 'smets2'

/** Whether a User speaks to the Service Desk about a request: it has, it will when it must, or it does not. */
export type Contact = 'yes' | 'as-needed' | 'no'

/** One image for many Devices of one Supplier. */
export interface CampaignRequest {
  readonly name: string
  /** Index of the Supplier. */
  readonly supplier: number
  readonly generation: Generation
  /** Devices that the image is for, at least 1. */
  readonly devices: number
  /** Octets of the image that count for its size. */
  readonly octets: number
  /** First day on which the User wants a batch released. */
  readonly from: number
  /** Most Devices a day that the User wants; Infinity when it does not say. */
  readonly perDay: number
  /** Day on which the last batch must be due at the latest; undefined without a deadline. */
  readonly deadline: number | undefined
  readonly contact: Contact
  /** Day on which it was asked for, negative before day 0; of one day the order of the list decides. */
  readonly filed: number
  /** A higher one goes first where precedence is on; 0 is usual. */
  readonly priority: number
  /** Minute of the UTC day at which its batches are released. */
  readonly minute: number
}

export interface Portfolio {
  /** Suppliers by name; a request and a batch name them by their index. */
  readonly suppliers: readonly string[]
  readonly requests: readonly CampaignRequest[]
}

/** What a day of 500 or 12,000 is: the UTC date, the London date, or any 24 hours. */
export type DayBoundary = 'utc' | 'local' | 'rolling'
export const DAY_BOUNDARIES: readonly DayBoundary[] = ['utc', 'local', 'rolling']

/** What happens when a second User comes (R11): it gets the next free window, or the first User's schedule is altered. */
export type SecondUser = 'next-window' | 'alter-first'
export const SECOND_USER: readonly SecondUser[] = ['next-window', 'alter-first']

export interface Settings {
  /** Day 0 as days since 1970-01-01: what weekdays and summer time are told by. */
  readonly startDay: number
  /** Whether MP230 applies; before it no User had to agree a schedule and every TRT ran from the request (R7). */
  readonly rules: 'mp230' | 'before'
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
  readonly dayBoundary: DayBoundary
  readonly trtDays: number
  readonly trt: 'calendar' | 'working'
  /** Days since 1970-01-01 that are no working days beside Saturdays and Sundays. */
  readonly holidays: ReadonlySet<number>
  /** Days that an SRV 11.1 may be open (R12). */
  readonly lifetime: number
  /** When the SRV 11.1 of a batch is sent: with the batch, or all of a request on its first day. */
  readonly srv111: 'per-batch' | 'at-once'
  /** Days from a batch's SRV 11.1 to its SRV 11.3. */
  readonly lead: number
  /** Which of the two counts against the limits (R17). */
  readonly countAt: '11.3' | '11.1'
  readonly secondUser: SecondUser
  /** Whether a request's priority gives it precedence (R20). */
  readonly precedence: boolean
  /** Whether the DCC declines what would miss its deadline (R15). */
  readonly declineLate: boolean
  /** Days after which nothing is planned any more. */
  readonly horizon: number
}

/** Ten years: the least that a SMETS1 Device lives, by the report. */
const HORIZON = 3_653

/** Every open question answered; only the numbers are MP230's, the other answers are chosen (docs/SPEC.md). */
export const DEFAULTS: Settings = {
  startDay: Date.UTC(2026, 0, 5) / 86_400_000,
  rules: 'mp230',
  kb: 1000,
  capacity: CAPACITY_PER_DAY,
  spare: [1, 1, 1, 1, 1, 1, 1],
  reserve: 0,
  unscheduled: UNSCHEDULED_PER_DAY,
  unscheduledPer: 'user-day',
  splitCounts: 'device',
  mixed: 'large-only',
  dayBoundary: 'utc',
  trtDays: TRT_DAYS,
  trt: 'calendar',
  holidays: new Set(),
  lifetime: SRV_11_1_LIFETIME_DAYS,
  srv111: 'per-batch',
  lead: 0,
  countAt: '11.3',
  secondUser: 'next-window',
  precedence: false,
  declineLate: false,
  horizon: HORIZON,
}

/** Devices with large images, and Suppliers that have more than 500 of them (MP230 Modification Report). */
export const ESTATE_DEVICES = 670_000
export const ESTATE_SUPPLIERS = 5
/** Any size above 768,000 B is large by both readings of a kB. */
const ESTATE_IMAGE = 900_000

/** The estate of the report in equal shares: the report does not say who has how many. */
export function estate(): Portfolio {
  const suppliers = Array.from(
    { length: ESTATE_SUPPLIERS },
    (_, i) => `Supplier ${String.fromCharCode(65 + i)}`,
  )
  const requests = suppliers.map((_, supplier) => ({
    name: 'ESME',
    supplier,
    generation: 'smets1' as const,
    devices: ESTATE_DEVICES / ESTATE_SUPPLIERS,
    octets: ESTATE_IMAGE,
    from: 0,
    perDay: Number.POSITIVE_INFINITY,
    deadline: undefined,
    contact: 'as-needed' as const,
    filed: 0,
    priority: 0,
    minute: 0,
  }))
  return { suppliers, requests }
}
