// What is other than the rules say in a scenario, and must be seen wherever its result is: a report that passed on a
// bench is not to be taken for one that passed as the rules have it.

import { AD1_THRESHOLD } from '#core/power/supply-monitor'
import { writeDuration } from '../language/units.ts'
import type { Scenario } from './schema/schema.ts'

/** Sentences, for every report. */
export function noticesOf({ hub }: Scenario): string[] {
  const { ad1Threshold } = hub.values
  if (ad1Threshold === AD1_THRESHOLD) return []
  const how = ad1Threshold < AD1_THRESHOLD ? 'shortened' : 'lengthened'
  const set = writeDuration(ad1Threshold)
  return [`AD1 threshold ${how} to ${set}; MP102B: ${writeDuration(AD1_THRESHOLD)}.`]
}
