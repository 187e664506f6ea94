// Where devices are, as a portfolio writes it: one region of the WAN, or several with their shares.

import { REGIONS, type Region, type RegionShares } from '#core/campaign/regions'

export const A_REGION = `one of ${REGIONS.join(', ')}, or several with shares that make 100 %, such as "North 30%, Central 35%, South 35%"`

const PART = /^(.+?)\s*[:=]?\s*(\d{1,3}(?:\.\d{1,6})?)\s*%$/
/** Shares are written with so many digits that their sum may miss one by that. */
const SLACK = 1e-6

/** The shares that a text stands for; undefined when it is none. */
export function regionsOf(text: string): RegionShares | undefined {
  const alone = regionOf(text)
  if (alone) return { [alone]: 1 }
  const shares: Partial<Record<Region, number>> = {}
  let sum = 0
  for (const part of text.split(/[,;/]/)) {
    const [, name = '', percent = ''] = PART.exec(part.trim()) ?? []
    const region = regionOf(name)
    if (!region || shares[region] !== undefined) return undefined
    shares[region] = Number(percent) / 100
    sum += shares[region]
  }
  return Math.abs(sum - 1) < SLACK ? shares : undefined
}

function regionOf(name: string): Region | undefined {
  return REGIONS.find(region => region.toLowerCase() === name.trim().toLowerCase())
}
