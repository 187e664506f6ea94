// A file becomes what is flashed: its octets, their SHA-256, and what its header says about who may run it.

import type { Bytes } from '#core/bytes/bytes'
import { Bytes as Memory } from '#core/bytes/bytes'
import type { Content } from '#core/image/content/found'
import { findLoaderImage } from '#core/image/content/loader-images'
import type { OpenedImage } from '#core/image/open'
import type { OtaImage } from '#core/image/ota-image'
import { sha256 } from '#emulators/crypto/crypto'
import { hanrigError } from '../errors/errors.ts'
import type { FileFacts } from '../protocol/modem-packet.ts'

export interface FlashImage extends FileFacts {
  readonly octets: Bytes
  readonly sha256: Uint8Array
  /** File version; undefined when the file tells none. */
  readonly fileVersion: number | undefined
  readonly hardware: { readonly min: number; readonly max: number } | undefined
  readonly manufacturerCode: number | undefined
  readonly imageType: number | undefined
  /** What it is for a boot loader, where its octets tell. */
  readonly contains?: Content | undefined
}

/** What no loader takes over a serial line: drives and USB have them. */
const NOT_BY_LINE: readonly string[] = ['uf2', 'dfu', 'dfuse']
/** What a Gecko Bootloader takes: GBL, and EBL before (Silicon Labs UG489). */
const OTHERS_THAN_GECKO: readonly string[] = [...NOT_BY_LINE, 'mcuboot', 'esp']

/** Which octets of an OTA file are sent. */
export const CARRIED = ['file', 'upgrade-image'] as const
export type Carried = (typeof CARRIED)[number]

/**
 * What of an opened file is flashed: the file, or of an OTA file the upgrade image inside it.
 * @param fileVersion takes the place of the header's.
 * @throws HanrigError USAGE when the upgrade image of another file is wanted.
 */
export function flashImage(
  opened: OpenedImage,
  file: FileFacts,
  carried: Carried,
  fileVersion?: number,
): FlashImage {
  const { ota } = opened
  if (carried === 'upgrade-image' && !ota) {
    throw hanrigError('HANRIG_USAGE', 'Only an OTA file has an upgrade image inside.')
  }
  const octets = carried === 'upgrade-image' ? upgradeOf(ota!) : opened.octets
  const header = ota?.header
  const { minHardware: min, maxHardware: max } = header ?? {}
  return {
    ...file,
    octets,
    sha256: sha256(octets.u8),
    fileVersion: fileVersion ?? header?.fileVersion,
    hardware: min !== undefined && max !== undefined ? { min, max } : undefined,
    manufacturerCode: header?.manufacturerCode,
    imageType: header?.imageType,
    contains: opened.contains ?? (ota && findLoaderImage(octets)),
  }
}

/**
 * Refuses what the loader at the other end cannot take, before an octet of it is sent.
 * @param protocol what is spoken with it; `auto` while that is not known.
 * @throws HanrigError IMAGE_OTHER_LOADER.
 */
export function refuseForLoader({ contains }: FlashImage, protocol: string): void {
  const refused = protocol === 'gecko' ? OTHERS_THAN_GECKO : NOT_BY_LINE
  if (!contains || !refused.includes(contains.code)) return
  const loader = protocol === 'gecko' ? 'a Gecko Bootloader' : 'a loader on a serial line'
  throw hanrigError(
    'HANRIG_IMAGE_OTHER_LOADER',
    `The image is ${contains.name}, which ${loader} does not take: ${contains.advice}.`,
  )
}

/** The upgrade image; of a standard file whose sub-element is a Gecko Bootloader's, that file without the element's head. */
function upgradeOf(ota: OtaImage): Bytes {
  for (const element of ota.elements) {
    const data = partOf(ota.file, element)
    if (findLoaderImage(data)?.code === 'gbl' || findLoaderImage(data)?.code === 'ebl') return data
  }
  return partOf(ota.file, ota.upgradeImage)
}

function partOf(octets: Bytes, { at, length }: { at: number; length: number }): Bytes {
  return new Memory(octets.u8.subarray(at, at + length))
}
