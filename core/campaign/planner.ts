// A portfolio and settings become a plan: everything is placed, then told. Pure: the same input gives the same plan.

import { weekdayOf } from './calendar.ts'
import { type Job, jobsOf, type Release } from './job.ts'
import { bucketsOf } from './ledger.ts'
import { capacityOf, dueDayOf, leadOf } from './mp230.ts'
import { noticesOf, refusalsOf } from './notices.ts'
import { place } from './placement.ts'
import type { Batch, CampaignPlan, DayTotal, Notice, RequestOutcome } from './plan.ts'
import type { Portfolio } from './portfolio.ts'
import type { Settings } from './settings.ts'

/** Altered schedules of which it is told what was promised before: each takes a plan of its own. */
export const MOST_RECALLED = 32
/** Requests that are planned again for that at most: of thousands of requests few promises are recalled. */
const RECALLED_REQUESTS = 8_192

/**
 * Plans a portfolio under MP230: who gets which day, what has to be agreed with the Service Desk, what binds each batch. The
 * same input gives the same plan.
 * @throws HanrigError PLAN_TOO_LARGE for more than 500,000 batches.
 * @throws RangeError when every SRV 11.1 is sent at once and counts: all would count on one day.
 * @example
 * const plan = planCampaign(estate(), DEFAULTS)
 * console.log(plan.lastDay + 1, 'days', isAccepted(plan))
 */
export function planCampaign(portfolio: Portfolio, settings: Settings): CampaignPlan {
  if (settings.srv111 === 'at-once' && settings.countAt === '11.1') {
    throw new RangeError('SRV 11.1 sent at once cannot be what counts')
  }
  const jobs = placedJobs(portfolio, settings)
  let recalled = 0
  const own = jobs.map(job => batchesOf(job, settings))
  const batches = own.flat().sort((a, b) => a.day - b.day || a.minute - b.minute)
  const outcomes = jobs.map((job, i) => outcomeOf(job, own[i]!))
  return {
    portfolio,
    settings,
    batches,
    days: daysOf(jobs, batches, portfolio, settings),
    outcomes: outcomes.sort((a, b) => a.request - b.request),
    notices: jobs
      .flatMap((job, i) => noticesOf(job, own[i]!, settings, promised))
      .sort((a, b) => Number(isUsual(a)) - Number(isUsual(b))),
    refusals: jobs.flatMap(job => refusalsOf(job)),
    lastDay: batches.at(-1)?.day ?? -1,
    dueDay: batches.reduce((last, { dueDay }) => Math.max(last, dueDay), -1),
  }

  /** The last day of a request in the plan of what had come with and before it. */
  function promised(job: Job): number | undefined {
    const most = Math.min(MOST_RECALLED, Math.ceil(RECALLED_REQUESTS / jobs.length))
    if (recalled++ >= most) return undefined
    const known = jobs.slice(0, job.rank + 1).map(({ request }) => request)
    const then = placedJobs({ ...portfolio, requests: known }, settings)
    const last = then[job.rank]!.releases.at(-1)
    return last && last.day + lagOf(settings)
  }
}

/** To agree a schedule is the usual thing; what is more than that is told first. */
function isUsual({ kind }: Notice): boolean {
  return kind === 'service-desk'
}

/** Whether a request is declined is decided when it is filed, so in turn; only what is admitted is shared. */
function placedJobs(portfolio: Portfolio, settings: Settings): Job[] {
  if (settings.secondUser === 'next-window') return inTurn(portfolio, settings)
  const jobs = jobsOf(portfolio, settings)
  if (settings.declineLate) {
    const admitted = inTurn(portfolio, settings)
    for (const [i, job] of jobs.entries()) if (admitted[i]!.isDeclined) job.decline()
  }
  place(jobs, portfolio, { ...settings, declineLate: false })
  return jobs
}

function inTurn(portfolio: Portfolio, settings: Settings): Job[] {
  const jobs = jobsOf(portfolio, settings)
  place(jobs, portfolio, { ...settings, secondUser: 'next-window' })
  return jobs
}

/** Days from when a batch counts to its release. */
function lagOf(settings: Settings): number {
  return settings.countAt === '11.1' ? leadOf(settings) : 0
}

function batchesOf(job: Job, settings: Settings): Batch[] {
  const { request, index, large, scheduled, earliest } = job
  const { supplier, minute, octets } = request
  const { srv111, rules } = settings
  const lead = leadOf(settings)
  const lag = lagOf(settings)
  const opened = earliest + lag - lead
  return job.releases.flatMap(release => {
    const day = release.day + lag
    const { binding, waited, heldBy } = release
    const common = { supplier, request: index, day, minute, octets, large, scheduled }
    const loggedDay = srv111 === 'per-batch' ? day - lead : opened
    const dueDay = dueDayOf(rules === 'mp230' ? day : earliest + lag, settings)
    return portionsOf(job, release, settings).map(devices => {
      return { ...common, devices, loggedDay, dueDay, binding, waited, heldBy }
    })
  })
}

/** Where the limit without a schedule is one of each batch, a User sends as many batches as it likes. */
function portionsOf(job: Job, { devices }: Release, settings: Settings): number[] {
  const { rules, unscheduledPer, unscheduled } = settings
  const isBatched = job.large && !job.scheduled && rules === 'mp230' && unscheduledPer === 'batch'
  if (!isBatched) return [devices]
  const most = Math.floor(unscheduled / job.weight)
  const portions = Array.from({ length: Math.floor(devices / most) }, () => most)
  return devices % most > 0 ? [...portions, devices % most] : portions
}

function outcomeOf(job: Job, batches: readonly Batch[]): RequestOutcome {
  const { index, large, needsServiceDesk, scheduled, request, remaining } = job
  return {
    request: index,
    large,
    needsServiceDesk,
    scheduled,
    placed: request.devices - remaining,
    firstDay: batches[0]?.day ?? -1,
    lastDay: batches.at(-1)?.day ?? -1,
    dueDay: batches.at(-1)?.dueDay ?? -1,
    longestWait: batches.reduce((longest, { waited }) => Math.max(longest, waited), 0),
  }
}

function daysOf(
  jobs: readonly Job[],
  batches: readonly Batch[],
  { suppliers, requests }: Portfolio,
  settings: Settings,
): DayTotal[] {
  const { startDay, dayBoundary } = settings
  const minutes = requests.map(({ minute }) => minute)
  const buckets = bucketsOf(dayBoundary, startDay, minutes)
  const counted: number[] = []
  for (const { releases, request, weight } of jobs) {
    if (weight === 0) continue
    for (const { day, devices } of releases) {
      const on = buckets.dayOf(buckets.first(day, request.minute))
      counted[on] = (counted[on] ?? 0) + devices * weight
    }
  }
  const length = Math.max(counted.length, (batches.at(-1)?.day ?? -1) + 1)
  const days = Array.from({ length }, (_, day) => ({
    day,
    devices: suppliers.map(() => 0),
    counted: counted[day] ?? 0,
    capacity: capacityOf(weekdayOf(startDay + day), settings),
    other: 0,
  }))
  for (const { day, supplier, devices, large } of batches) {
    const total = days[day]!
    total.devices[supplier]! += devices
    if (!large) total.other += devices
  }
  return days
}
