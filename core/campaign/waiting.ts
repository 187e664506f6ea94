// Who waited for whom: a request waits on a day on which it wanted to go, and it waits for the Users that went instead.

import type { CampaignPlan } from './plan.ts'

/** What one User waited for another. */
export interface Wait {
  /** Index of the Supplier that waited, and of the one that went. */
  readonly supplier: number
  readonly other: number
  /** Days on which the first waited and the second went. */
  readonly days: number
  /** Large images that went on these days. */
  readonly images: number
}

/** What makes a batch wait for others: the capacity that they take. */
const BY_OTHERS: ReadonlySet<string> = new Set(['capacity', 'share', 'precedence', 'day-boundary'])

/** Every pair, the longest wait first. */
export function waitsOf({ batches, days }: CampaignPlan): Wait[] {
  const large = days.map(() => new Map<number, number>())
  for (const { day, supplier, devices, large: isLarge } of batches) {
    if (isLarge) large[day]!.set(supplier, (large[day]!.get(supplier) ?? 0) + devices)
  }
  const waited = new Map<number, Set<number>>()
  for (const batch of batches) {
    if (batch.waited === 0 || !BY_OTHERS.has(batch.heldBy)) continue
    const own = waited.get(batch.supplier) ?? new Set<number>()
    for (let day = batch.day - batch.waited; day < batch.day; day++) own.add(day)
    waited.set(batch.supplier, own)
  }
  const waits = new Map<string, Wait>()
  for (const [supplier, own] of waited) {
    for (const day of own) {
      for (const [other, images] of large[day] ?? []) {
        if (other === supplier) continue
        const key = `${supplier} ${other}`
        const before = waits.get(key) ?? { supplier, other, days: 0, images: 0 }
        waits.set(key, { ...before, days: before.days + 1, images: before.images + images })
      }
    }
  }
  return [...waits.values()].sort((a, b) => b.days - a.days || a.supplier - b.supplier)
}
