// A plan in words: what bound a batch, what a User is told, which constraint would have to move. The same for a terminal
// and for a page.

import { weekdayOf } from '#core/campaign/calendar'
import type { Lever, LeverKind } from '#core/campaign/levers'
import type { Binding, CampaignPlan, Notice, Refusal, RequestOutcome } from '#core/campaign/plan'
import { count } from '../../output/format.ts'

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

export const BINDING_NAMES: Readonly<Record<Binding, string>> = {
  none: 'nothing: the last of its request',
  wish: 'the User’s own wish',
  unscheduled: 'no agreed schedule',
  capacity: 'capacity of the day',
  share: 'shared with other Users',
  precedence: 'a request with precedence',
  'day-boundary': 'how a day is counted',
}

/** A day of a plan: '2026-01-05'. */
export function dateOf({ settings }: CampaignPlan, day: number): string {
  return new Date((settings.startDay + day) * 86_400_000).toISOString().slice(0, 10)
}

/** 'Mon 2026-01-05'. */
export function weekdayAndDate(plan: CampaignPlan, day: number): string {
  return `${WEEKDAYS[weekdayOf(plan.settings.startDay + day)]} ${dateOf(plan, day)}`
}

/** 'Supplier A: ESME'. */
export function requestName({ portfolio }: CampaignPlan, index: number): string {
  const { supplier, name } = portfolio.requests[index]!
  return `${portfolio.suppliers[supplier]}: ${name}`
}

/** What its User, or whoever plans, has to know: a sentence. */
export function noticeText(plan: CampaignPlan, notice: Notice): string {
  const on = (day: number) => weekdayAndDate(plan, day)
  switch (notice.kind) {
    case 'service-desk': {
      const { contact, perDay } = plan.portfolio.requests[notice.request]!
      const many = Number.isFinite(perDay) ? count(notice.perDay) : 'as many as fit'
      const wanted = `${many} a day are wanted`
      const limit = count(plan.settings.unscheduled)
      return contact === 'no'
        ? `${wanted}; without a schedule agreed through the Service Desk they go ${limit} a day.`
        : `${wanted}; for more than ${limit} a schedule must be agreed through the Service Desk first.`
    }
    case 'altered': {
      const by = notice.by.map(supplier => plan.portfolio.suppliers[supplier]!)
      const { lastDay, lastDayBefore } = notice
      const instead =
        lastDayBefore === undefined || lastDayBefore === lastDay
          ? ''
          : ` instead of ${on(lastDayBefore)}`
      return `must be told that its schedule is altered from ${on(notice.from)} on for ${listed(by)}: it ends on ${on(lastDay)}${instead}.`
    }
    case 'srv-11.1-expires':
      return `the DCO takes ${plan.settings.dcoDays} days with an SRV 11.1, which may be open for ${plan.settings.lifetime}: it fails from ${on(notice.day)} on, for ${count(notice.devices)} devices: raise it when the schedule is agreed.`
    case 'deadline-missed':
      return `${count(notice.devices)} devices are due after the deadline of ${on(notice.deadline)}, the last on ${on(notice.dueDay)}.`
    case 'unscheduled-waits':
      return `without a schedule its batches wait up to ${count(notice.days)} days for capacity, longer than their target response time: agree a schedule, or see --reserve.`
    case 'trt-missed':
      return `${count(notice.devices)} devices are released after the target response time of the request.`
  }
}

export function refusalText(plan: CampaignPlan, { kind, request, devices }: Refusal): string {
  const { perDay } = plan.portfolio.requests[request]!
  const { unscheduled, horizon } = plan.settings
  switch (kind) {
    case 'unscheduled':
      return `${count(perDay)} a day are not accepted without an agreed schedule; planned at ${count(unscheduled)} a day.`
    case 'declined':
      return `declined: ${count(devices)} devices would miss the deadline.`
    case 'horizon':
      return `${count(devices)} devices find no place in the ${count(horizon)} days that are planned.`
    case 'too-large':
      return 'one image counts as more than a day takes; no device finds a place.'
  }
}

/** Lists names: 'A, B and C'. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

const LEVER_NAMES: Readonly<Record<LeverKind, (plan: CampaignPlan) => string>> = {
  capacity: ({ settings }) => `with a capacity of ${count(settings.capacity * 2)} a day`,
  schedule: () => 'if every User agreed a schedule',
  wish: () => 'if no User wished for fewer a day',
  from: () => 'if no User wished for a later first day',
  'day-boundary': () => 'if a day were the UTC date',
}

/** Which constraint would have to move for the plan to end earlier: a sentence. */
export function leverText(plan: CampaignPlan, levers: readonly Lever[]): string {
  if (plan.lastDay < 0) return 'There is nothing to send.'
  if (levers.length === 0) {
    return plan.lastDay === 0
      ? 'Everything goes on the first day.'
      : 'No single constraint makes it end earlier: more than one would have to move.'
  }
  const placed = plan.outcomes.reduce((sum, each) => sum + each.placed, 0)
  const each = levers.map(({ kind, lastDay, placed: then }) => {
    const more = then > placed ? `, with ${count(then - placed)} more devices` : ''
    return `on ${weekdayAndDate(plan, lastDay)} ${LEVER_NAMES[kind](plan)}${more}`
  })
  return `It would end ${listed(each)}.`
}

/** Which Suppliers need an agreed schedule. */
export function serviceDeskText({ outcomes, portfolio }: CampaignPlan): string {
  const { requests, suppliers } = portfolio
  const needing = outcomes.filter(({ needsServiceDesk }) => needsServiceDesk)
  const names = [...new Set(needing.map(({ request }) => suppliers[requests[request]!.supplier]!))]
  if (names.length === 0) return 'nobody needs an agreed schedule'
  const shown = names.length > 8 ? [...names.slice(0, 7), `${names.length - 7} more`] : names
  return `${listed(shown)} must agree ${names.length === 1 ? 'a schedule' : 'schedules'}`
}

/** What a request has to do with the Service Desk. */
export function deskText({ needsServiceDesk, scheduled }: RequestOutcome): string {
  if (needsServiceDesk) return scheduled ? 'needed' : 'not sought'
  return scheduled ? 'agreed' : 'not needed'
}

/** How long the target response time is: '5 days', or '5 working days'. */
export function trtText({ settings: { trtDays, trt } }: CampaignPlan): string {
  return `${trtDays} ${trt === 'working' ? 'working days' : 'days'}`
}

/** What the capacity counts: Devices' images, or their pieces; never both in one figure. */
export function countedText({
  splitCounts,
}: Pick<CampaignPlan['settings'], 'splitCounts'>): string {
  return splitCounts === 'pieces' ? 'pieces of large images' : 'large images'
}
