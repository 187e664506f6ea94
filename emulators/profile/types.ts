// What kinds of box take firmware in a home, and what an image for each looks like unless a file says otherwise.

import type { ImageKind } from '#core/image/ota-image'

/** The devices of a home that hanrig knows. */
export const DEVICE_TYPES = ['esme', 'gsme', 'hcalcs', 'ppmid', 'ihd'] as const
/** What device it is: a meter, a load switch or a display. */
export type DeviceType = (typeof DEVICE_TYPES)[number]
/** A device, or the Communications Hub itself. */
export type BoxType = DeviceType | 'hub'

export interface BoxImage {
  readonly imageType: number
  readonly kind: ImageKind
  /** Last octet of the id that the public GBCS test vectors give to such a box. */
  readonly id: number
  /** How the DCC updates it; undefined where it does not (SECMP0007). */
  readonly service: '11.1' | '11.4' | undefined
}

/** The GFI sample images' manufacturer. */
export const SAMPLE_MANUFACTURER = 0x121d

/**
 * ESME 0x0000 and PPMID 0x0084 are the GFI samples' image types; no registry of them was found, the others are chosen.
 * Ids: RTDS 4.5.0 vectors (00-DB-12-34-56-78-90 and A0 ESME, A1 GSME, A2 CHF, A4 PPMID, A5 HCALCS); the IHD's is chosen.
 */
export const BOX_IMAGES: Readonly<Record<BoxType, BoxImage>> = {
  esme: { imageType: 0x0000, kind: 'gb-signed', id: 0xa0, service: '11.1' },
  gsme: { imageType: 0x0001, kind: 'gb-signed', id: 0xa1, service: '11.1' },
  hub: { imageType: 0x0002, kind: 'gb-signed', id: 0xa2, service: '11.1' },
  ppmid: { imageType: 0x0084, kind: 'gb-unsigned', id: 0xa4, service: '11.4' },
  hcalcs: { imageType: 0x0085, kind: 'gb-signed', id: 0xa5, service: '11.1' },
  ihd: { imageType: 0x0086, kind: 'gb-unsigned', id: 0xa6, service: undefined },
}
