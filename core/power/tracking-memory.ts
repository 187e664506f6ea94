// What tracking activations for MP102B takes in memory: with a list of the ESMEs that matter, or of all of them.

import { SUPPRESSION_WINDOW } from './suppression.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Octets of a tracked activation: two EUI-64s, its time and the time of the command. Inferred. */
export const RECORD = 32
/** Octets of a listed ESME: its EUI-64. */
export const LISTED = 8

/**
 * Activations that are held at a time, when they come evenly: each from its command until its window is over.
 * @param perDay activations a day.
 * @param lead from the command to the recorded time, ms; 0 is at once.
 */
export function held(perDay: number, lead: number, window = SUPPRESSION_WINDOW): number {
  return (perDay * (lead + window)) / DAY
}

/** Octets with a list and without. */
export interface TrackingMemory {
  readonly withList: number
  readonly withoutList: number
}

/**
 * @param entries held at a time, of all ESMEs.
 * @param share of these that are listed.
 * @param listed ESMEs on the list.
 */
export function memoryOf(entries: number, share: number, listed: number): TrackingMemory {
  return {
    withList: Math.ceil(entries * share) * RECORD + listed * LISTED,
    withoutList: Math.ceil(entries) * RECORD,
  }
}

/** Activations held at which both are equal: from there on the list spares memory. Infinity where it never does. */
export function breakEven(share: number, listed: number): number {
  return share >= 1 ? Number.POSITIVE_INFINITY : (listed * LISTED) / ((1 - share) * RECORD)
}
