// Regions of the WAN, as DUIS spells them, and how devices are divided among them.

import type { Generation } from './generation.ts'

/** CSPRegion of the DUIS schema, V5.4. */
export const REGIONS = [
  'North',
  'Central',
  'South',
  '4G North',
  '4G Central',
  '4G South',
  'SMETS1',
  'Unknown',
] as const
/** A region of the WAN. */
export type Region = (typeof REGIONS)[number]

/** Shares of one by region; together they are one. */
export type RegionShares = Readonly<Partial<Record<Region, number>>>

/**
 * Where devices are unless a portfolio says so. For SMETS2 inferred from the licence areas' customers (9.1 of 29.9 million in
 * those that are served by the North); the official division was not found.
 */
export function usualShares(generation: Generation): RegionShares {
  return generation === 'smets1' ? { SMETS1: 1 } : { North: 0.3, Central: 0.35, South: 0.35 }
}

/** Divides a whole number by shares: whole numbers, in the order of REGIONS, whose sum it is. */
export function divide(amount: number, shares: RegionShares): Map<Region, number> {
  const parts = new Map<Region, number>()
  let before = 0
  let given = 0
  for (const region of REGIONS) {
    const share = shares[region]
    if (share === undefined) continue
    before += share
    const upTo = Math.round(amount * Math.min(1, before))
    parts.set(region, upTo - given)
    given = upTo
  }
  return parts
}
