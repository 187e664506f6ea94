// What may become of an image for one Device, said once for every command. For SMETS1 the Response to SRV 11.1 comes when
// the DCO holds every block, and touches no Device; so a Device that is away can only fail SRV 11.3, and the lifetime of an
// SRV 11.1 is about the DCO's work alone (MP230 Modification Report). For SMETS2 the hub holds the image before SRV 11.3 is
// sent, and a Device that is away makes the hub discard it (CCS08 code 1).

import type { Generation } from './portfolio.ts'

/** In the order of the way: what is open, what failed at which point, and what was reached. */
export const ENDINGS = [
  'open',
  'srv-11.1-failed',
  'srv-11.1-answered',
  'srv-11.3-failed',
  'discarded',
  'delivered',
  'activation-failed',
  'activated',
] as const
/** What became of an image for one Device. */
export type Ending = (typeof ENDINGS)[number]

/** How far an image came; undefined for what is not decided. */
export interface Journey {
  readonly generation: Generation
  /** SRV 11.1 (or 11.4) was answered with success. */
  readonly answered: boolean | undefined
  /** The Device has the whole image, and found it right. */
  readonly delivered: boolean | undefined
  /** The Device runs it. */
  readonly activated: boolean | undefined
}

/** What became of it. */
export function endingOf({ generation, answered, delivered, activated }: Journey): Ending {
  if (activated === true) return 'activated'
  if (answered === false) return 'srv-11.1-failed'
  if (delivered === false) return generation === 'smets1' ? 'srv-11.3-failed' : 'discarded'
  if (activated === false) return 'activation-failed'
  if (delivered === true) return 'delivered'
  return answered === true ? 'srv-11.1-answered' : 'open'
}

/**
 * Whether an SRV 11.1 fails for its age (one Large Supplier's statement): it concerns the DCO alone, so SMETS1.
 * @param dcoDays days that the DCO takes to hold every block.
 * @param lifetime days that an SRV 11.1 may be open.
 */
export function outlives(generation: Generation, dcoDays: number, lifetime: number): boolean {
  return generation === 'smets1' && dcoDays > lifetime
}
