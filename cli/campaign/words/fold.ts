// Batches that are alike, folded: those of one request that follow each other day by day with the same number of devices
// and the same reason are one line.

import type { Batch } from '#core/campaign/plan'

export interface FoldedBatches {
  readonly first: Batch
  readonly last: Batch
  /** Batches in it. */
  readonly times: number
}

/** In the order of their first days. */
export function foldBatches(batches: readonly Batch[]): FoldedBatches[] {
  const folded: FoldedBatches[] = []
  const open = new Map<number, number>()
  for (const batch of batches) {
    const at = open.get(batch.request)
    const before = at === undefined ? undefined : folded[at]!
    if (before && isAlike(before.last, batch)) {
      folded[at!] = { ...before, last: batch, times: before.times + 1 }
    } else {
      open.set(batch.request, folded.length)
      folded.push({ first: batch, last: batch, times: 1 })
    }
  }
  return folded
}

function isAlike(a: Batch, b: Batch): boolean {
  const isNext = b.day - a.day === 1 && b.dueDay - a.dueDay === 1
  return isNext && a.devices === b.devices && a.binding === b.binding && b.waited === 0
}
