// What a plan is: batches by day, what each day carries against what it can, and what has to be said to whom. All of it
// is data; the words are the caller's.

import type { Portfolio } from './portfolio.ts'
import type { Settings } from './settings.ts'

/**
 * What kept a batch from being larger, or a last one from being earlier: nothing; the User's own wish; the limit without
 * a schedule; the capacity of the day; the shares of other Users; a request with precedence; the way that days are counted.
 */
export type Binding =
  | 'none'
  | 'wish'
  | 'unscheduled'
  | 'capacity'
  | 'share'
  | 'precedence'
  | 'day-boundary'

export const BINDINGS: readonly Binding[] = [
  'none',
  'wish',
  'unscheduled',
  'capacity',
  'share',
  'precedence',
  'day-boundary',
]

/** Devices of one request that are released together. */
export interface Batch {
  /** Index of the Supplier in the portfolio. */
  readonly supplier: number
  /** Index of the request in the portfolio. */
  readonly request: number
  /** Day of its release, which is that of SRV 11.3. */
  readonly day: number
  /** Minute of the UTC day of its release. */
  readonly minute: number
  /** Devices in it, at least 1. */
  readonly devices: number
  /** Octets of the image. */
  readonly octets: number
  /** Large and for SMETS1: it counts against the limits. */
  readonly large: boolean
  /** Released under a schedule that was agreed through the Service Desk. */
  readonly scheduled: boolean
  /** Day of its SRV 11.1. */
  readonly loggedDay: number
  /** Day until which its target response time runs. */
  readonly dueDay: number
  /** What kept it from being larger, or from being earlier. */
  readonly binding: Binding
  /** Days on which it could not be released though its User wanted it. */
  readonly waited: number
  /** What it waited for; 'none' without a wait. */
  readonly heldBy: Binding
}

/** What a day of the plan carries, and what it can. */
export interface DayTotal {
  /** The day, from 0. */
  readonly day: number
  /** Devices released by each Supplier. */
  readonly devices: readonly number[]
  /** Large images that count on this day; pieces where pieces count. */
  readonly counted: number
  /** Large images, or pieces, that the day can carry. */
  readonly capacity: number
  /** Images that count against no limit. */
  readonly other: number
}

/** How a request fares. */
export interface RequestOutcome {
  /** Index of the request in the portfolio. */
  readonly request: number
  /** Large, for SMETS1. */
  readonly large: boolean
  /** More than a User may send without an agreed schedule is wanted (R4). */
  readonly needsServiceDesk: boolean
  /** It has an agreed schedule. */
  readonly scheduled: boolean
  /** Devices in batches; fewer than asked for only after a refusal. */
  readonly placed: number
  /** Day of the first batch; -1 without one. */
  readonly firstDay: number
  /** Day of the last batch; -1 without one. */
  readonly lastDay: number
  /** Day until which the last batch is due; -1 without one. */
  readonly dueDay: number
  /** Most days that one batch waited. */
  readonly longestWait: number
}

/**
 * What somebody has to be told of a request; `kind` says what, `request` is its index in the portfolio, days are of the
 * plan.
 */
export type Notice =
  /** The User must agree a schedule through the Service Desk (R4). */
  | { readonly kind: 'service-desk'; readonly request: number; readonly perDay: number }
  /**
   * The User is told that its schedule was altered for others (R11, R20). `lastDayBefore` is the last day that it was
   * promised when it came; undefined for those beyond the first MOST_RECALLED.
   */
  | {
      readonly kind: 'altered'
      readonly request: number
      readonly from: number
      readonly lastDayBefore: number | undefined
      readonly lastDay: number
      /** Suppliers for whom. */
      readonly by: readonly number[]
    }
  /** The DCO takes longer with SRV 11.1 than it may be open: it fails from that day on (R12). */
  | {
      readonly kind: 'srv-11.1-expires'
      readonly request: number
      readonly day: number
      readonly devices: number
    }
  /** The last batch is due after the deadline. */
  | {
      readonly kind: 'deadline-missed'
      readonly request: number
      readonly deadline: number
      readonly dueDay: number
      /** Devices in batches that are due after it. */
      readonly devices: number
    }
  /** Without a schedule a batch waits for capacity for longer than its target response time (R5). */
  | { readonly kind: 'unscheduled-waits'; readonly request: number; readonly days: number }
  /** Batches are released after their target response time: before MP230 only (R7). */
  | { readonly kind: 'trt-missed'; readonly request: number; readonly devices: number }

/** What is not accepted, and how many Devices of it are in no batch. */
export interface Refusal {
  /**
   * 'unscheduled': more a day than goes without a schedule was wished and no schedule is sought (R4); it is spread.
   * 'declined': it would have missed its deadline (R15). 'horizon': the plan ended before it. 'too-large': one image of
   * it counts as more than a day can carry.
   */
  readonly kind: 'unscheduled' | 'declined' | 'horizon' | 'too-large'
  /** Index of the request in the portfolio. */
  readonly request: number
  /** Devices of it that are in no batch. */
  readonly devices: number
}

/** What planCampaign makes of a portfolio. Days count from day 0 of the plan. */
export interface CampaignPlan {
  /** What was planned. */
  readonly portfolio: Portfolio
  /** How it was planned. */
  readonly settings: Settings
  /** By day, minute and order of arrival. */
  readonly batches: readonly Batch[]
  /** Every day from 0 to the last with a batch. */
  readonly days: readonly DayTotal[]
  /** One for each request, in the order of the portfolio. */
  readonly outcomes: readonly RequestOutcome[]
  /** What has to be said to whom, what is more than to agree a schedule first. */
  readonly notices: readonly Notice[]
  /** What is not accepted, or not in full. */
  readonly refusals: readonly Refusal[]
  /** Day of the last release; -1 without a batch. */
  readonly lastDay: number
  /** Day until which the last target response time runs; -1 without a batch. */
  readonly dueDay: number
}

/** False when something is refused, a deadline is missed or an SRV 11.1 would fail. */
export function isAccepted({ refusals, notices }: CampaignPlan): boolean {
  return refusals.length === 0 && !notices.some(({ kind }) => BREACHES.has(kind))
}

/** What makes a plan one that is not accepted. */
export const BREACHES: ReadonlySet<Notice['kind']> = new Set([
  'srv-11.1-expires',
  'deadline-missed',
  'trt-missed',
])
