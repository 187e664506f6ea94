// A file becomes what is flashed: its octets, their SHA-256, and what its header says about who may run it.

import type { Bytes } from '#core/bytes/bytes'
import { Bytes as Memory } from '#core/bytes/bytes'
import type { Content } from '#core/image/content/found'
import { findLoaderImage } from '#core/image/content/loader-images'
import type { AddressRange, FlatImage } from '#core/image/memory-map'
import type { OpenedImage } from '#core/image/open'
import type { OtaImage } from '#core/image/ota-image'
import { sha256 } from '#emulators/crypto/crypto'
import { hanrigError } from '../errors/errors.ts'
import type { FileFacts } from '../protocol/modem-packet.ts'

/** What is flashed: octets, and what they are for. */
export interface FlashImage extends FileFacts {
  /** What is sent. */
  readonly octets: Bytes
  /** Where the first octet belongs in the board's memory, as a HEX or S-record file or the user says. */
  readonly address?: number | undefined
  /** Addresses that the file wrote, in order; all from the first to the last where it has no gaps. */
  readonly areas?: readonly AddressRange[] | undefined
  /** SHA-256 of the octets, 32 of them. */
  readonly sha256: Uint8Array
  /** File version; undefined when the file tells none. */
  readonly fileVersion: number | undefined
  /** Hardware version words that it is for, both included; undefined when the file tells none. */
  readonly hardware: { readonly min: number; readonly max: number } | undefined
  /** Manufacturer code that it is for, u16; undefined when the file tells none. */
  readonly manufacturerCode: number | undefined
  /** Image type, u16; undefined when the file tells none. */
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
/** Which octets of an OTA file are sent: all of them, or the upgrade image inside. */
export type Carried = (typeof CARRIED)[number]

/**
 * What of an opened file is flashed: the file, or of an OTA file the upgrade image inside it.
 * @param file its name, for people and for YMODEM, and where they are known its date and mode.
 * @param carried 'file' for the board agent, XMODEM and YMODEM; a Gecko boot loader wants 'upgrade-image'.
 * @param fileVersion u32, takes the place of the header's.
 * @param address u32, takes the place of the file's.
 * @throws HanrigError USAGE when the upgrade image of a file is wanted that is no OTA file.
 */
export function flashImage(
  opened: OpenedImage,
  file: FileFacts,
  carried: Carried = 'file',
  fileVersion?: number,
  address = opened.flat?.base,
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
    address,
    areas: moved(opened.flat, address),
    sha256: sha256(octets.u8),
    fileVersion: fileVersion ?? header?.fileVersion,
    hardware: min !== undefined && max !== undefined ? { min, max } : undefined,
    manufacturerCode: header?.manufacturerCode,
    imageType: header?.imageType,
    contains: opened.contains ?? (ota && findLoaderImage(octets)),
  }
}

/** What the file wrote, where the user moves it to. */
function moved(
  flat: FlatImage | undefined,
  address: number | undefined,
): AddressRange[] | undefined {
  if (!flat || address === undefined) return undefined
  const by = address - flat.base
  return flat.areas.map(({ from, to }) => ({ from: from + by, to: to + by }))
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
