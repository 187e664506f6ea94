// What would have to move for a plan to end earlier: it is made again with one constraint out of the way at a time.

import type { CampaignPlan } from './plan.ts'
import { planCampaign } from './planner.ts'
import type { CampaignRequest } from './portfolio.ts'

/** 'capacity': twice of it; 'schedule': every User agrees one; 'wish': no wish for fewer a day; 'from': no later first day. */
export type LeverKind = 'capacity' | 'schedule' | 'wish' | 'from' | 'day-boundary'

export interface Lever {
  readonly kind: LeverKind
  /** Day of the last release with that moved. */
  readonly lastDay: number
  /** Devices in batches with that moved: more where the plan came to its horizon. */
  readonly placed: number
}

/** The levers that end a plan earlier, the strongest first. */
export function leversOf(plan: CampaignPlan): Lever[] {
  const { portfolio, settings } = plan
  const { capacity, dayBoundary } = settings
  const moved = (over: (request: CampaignRequest) => Partial<CampaignRequest>) =>
    planCampaign(
      {
        ...portfolio,
        requests: portfolio.requests.map(request => ({ ...request, ...over(request) })),
      },
      settings,
    )
  const plans: [LeverKind, () => CampaignPlan][] = [
    ['capacity', () => planCampaign(portfolio, { ...settings, capacity: capacity * 2 })],
    ['schedule', () => moved(() => ({ contact: 'yes' }))],
    ['wish', () => moved(() => ({ perDay: Number.POSITIVE_INFINITY }))],
    ['from', () => moved(({ filed }) => ({ from: Math.max(0, filed) }))],
  ]
  if (dayBoundary !== 'utc') {
    plans.push(['day-boundary', () => planCampaign(portfolio, { ...settings, dayBoundary: 'utc' })])
  }
  const levers = plans.map(([kind, make]) => {
    const { lastDay, outcomes } = make()
    return { kind, lastDay, placed: placedOf(outcomes) }
  })
  const placed = placedOf(plan.outcomes)
  const useful = levers.filter(
    each => each.placed > placed || (each.placed === placed && each.lastDay < plan.lastDay),
  )
  return useful.sort((a, b) => b.placed - a.placed || a.lastDay - b.lastDay)
}

function placedOf(outcomes: CampaignPlan['outcomes']): number {
  return outcomes.reduce((sum, { placed }) => sum + placed, 0)
}
