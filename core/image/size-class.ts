// Whether an image is large: MP230's rule. Source: MP230 Modification Report, "larger than 750 kB", so an image of
// exactly the limit is not large. What a kB is and which octets count is in no source found: both are options.

/** The limit, kB (MP230). */
export const LARGE_IMAGE_KB = 750

/** Octets of a kB: 1000 by default (inferred); 1024 is hinted at by DUIS's 10,240,000-octet limit. */
export type KbReading = 1000 | 1024

/** Which octets are measured: the OTA file (default, inferred), what follows its header, or what is signed. */
export type Measured = 'file' | 'upgrade-image' | 'manufacturer-image'
export const MEASURES: readonly Measured[] = ['file', 'upgrade-image', 'manufacturer-image']

/** The most octets of an image that is not large. */
export function largeImageLimit(kb: KbReading): number {
  return LARGE_IMAGE_KB * kb
}

/** True when `octets` is strictly more than the limit. */
export function isLarge(octets: number, kb: KbReading): boolean {
  return octets > largeImageLimit(kb)
}
