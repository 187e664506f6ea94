// Upgrades go in order (MP231): an image lists the versions that it may follow, and where the devices run another one the
// steps that are missing go before it, each with the devices of the request.

import { TRT_DAYS } from './mp230.ts'
import type { CampaignRequest } from './portfolio.ts'

/** What an image is, what it may follow, and what the devices run; what is not said is not looked at. */
export interface Upgrade {
  readonly version?: string | undefined
  readonly follows?: readonly string[] | undefined
  readonly base?: string | undefined
}

/** A request with what is said of its versions. */
export interface UpgradeRequest {
  readonly request: CampaignRequest
  readonly upgrade: Upgrade
}

/**
 * The requests that one becomes: the shortest chain of the same Supplier's images for the same type, each step wanted when the
 * target response time of the one before is over. Undefined when no chain leads there.
 */
export function stepsOf(
  { request, upgrade }: UpgradeRequest,
  all: readonly UpgradeRequest[],
): CampaignRequest[] | undefined {
  const { base, follows, version } = upgrade
  if (base === undefined || follows === undefined || follows.includes(base)) return [request]
  if (base === version) return undefined
  const images = all.filter(
    each =>
      each.request.supplier === request.supplier &&
      each.request.deviceType === request.deviceType &&
      each.upgrade.version !== undefined,
  )
  const chain = chainTo(base, follows, images)
  if (!chain) return undefined
  const steps = chain.map((step, i) => ({
    ...request,
    name: `${request.name}, first ${step.upgrade.version}`,
    octets: step.request.octets,
    from: request.from + i * TRT_DAYS,
    deadline: undefined,
  }))
  return [...steps, { ...request, from: request.from + chain.length * TRT_DAYS }]
}

/** The fewest images that lead from a version to one of those wanted; the list's order decides among equals. */
function chainTo(
  base: string,
  wanted: readonly string[],
  images: readonly UpgradeRequest[],
): UpgradeRequest[] | undefined {
  const seen = new Set([base])
  let open: { at: string; chain: UpgradeRequest[] }[] = [{ at: base, chain: [] }]
  while (open.length > 0) {
    const next: typeof open = []
    for (const { at, chain } of open) {
      for (const image of images) {
        const { version, follows = [] } = image.upgrade
        if (seen.has(version!) || !follows.includes(at)) continue
        if (wanted.includes(version!)) return [...chain, image]
        seen.add(version!)
        next.push({ at: version!, chain: [...chain, image] })
      }
    }
    open = next
  }
  return undefined
}
