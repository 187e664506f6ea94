// Portfolios for tests: requests in a few words, and what a plan of them is when it is read back.

import { DEFAULTS } from '#core/campaign/defaults'
import type { CampaignPlan } from '#core/campaign/plan'
import { planCampaign } from '#core/campaign/planner'
import type { CampaignRequest, Portfolio } from '#core/campaign/portfolio'
import type { Settings } from '#core/campaign/settings'

export const LARGE = 900_000
export const SMALL = 500_000

/** A request for large SMETS1 images of Supplier 0, filed on day 0, as fast as it goes, unless told otherwise. */
export function request(over: Partial<CampaignRequest> = {}): CampaignRequest {
  return {
    name: 'request',
    supplier: 0,
    generation: 'smets1',
    devices: 1_000,
    octets: LARGE,
    from: 0,
    perDay: Number.POSITIVE_INFINITY,
    deadline: undefined,
    contact: 'as-needed',
    filed: 0,
    priority: 0,
    minute: 0,
    ...over,
  }
}

export function portfolio(...requests: readonly Partial<CampaignRequest>[]): Portfolio {
  const most = Math.max(0, ...requests.map(({ supplier = 0 }) => supplier))
  const suppliers = Array.from({ length: most + 1 }, (_, i) => `S${i}`)
  return { suppliers, requests: requests.map(request) }
}

export function plan(
  requests: readonly Partial<CampaignRequest>[],
  settings: Partial<Settings> = {},
): CampaignPlan {
  return planCampaign(portfolio(...requests), { ...DEFAULTS, ...settings })
}

/** `[day, devices]` of the batches of a request. */
export function batchesOf({ batches }: CampaignPlan, request: number): number[][] {
  return batches
    .filter(batch => batch.request === request)
    .map(({ day, devices }) => [day, devices])
}
