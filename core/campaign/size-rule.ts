// Which rule judges the size of an image: MP230's "larger than 750 kB" is said of SMETS1 alone; for SMETS2 there is what a
// request of DUIS can carry. Source: MP230 Modification Report; DUIS schema V5.4 (FirmwareImage, DeviceIDList).

import { type KbReading, largeImageLimit } from '../image/size-class.ts'
import type { Generation } from './portfolio.ts'

/** Most octets of an image in an SRV 11.1 or 11.4, and most device ids. */
export const DUIS_IMAGE_LIMIT = 10_240_000
export const DUIS_MOST_IDS = 50_000

/** What rules the size of an image. */
export interface SizeRule {
  readonly rule: 'MP230' | 'DUIS'
  /** The most octets that are still right by it. */
  readonly limit: number
}

/** The rule for images of a generation. */
export function sizeRuleOf(generation: Generation, kb: KbReading): SizeRule {
  return generation === 'smets1'
    ? { rule: 'MP230', limit: largeImageLimit(kb) }
    : { rule: 'DUIS', limit: DUIS_IMAGE_LIMIT }
}
