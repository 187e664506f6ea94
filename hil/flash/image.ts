// A file becomes what is flashed: its octets, their SHA-256, and what its header says about who may run it.

import type { Bytes } from '#core/bytes/bytes'
import { Bytes as Memory } from '#core/bytes/bytes'
import type { OpenedImage } from '#core/image/open'
import { sha256 } from '#emulators/crypto/crypto'
import { hanrigError } from '../errors/errors.ts'
import type { FileFacts } from '../protocol/modem-packet.ts'

/** What is flashed: octets, and what they are for. */
export interface FlashImage extends FileFacts {
  /** What is sent. */
  readonly octets: Bytes
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
}

/** Which octets of an OTA file are sent. */
export const CARRIED = ['file', 'upgrade-image'] as const
/** Which octets of an OTA file are sent: all of them, or the upgrade image inside. */
export type Carried = (typeof CARRIED)[number]

/**
 * What of an opened file is flashed: the file, or of an OTA file the upgrade image inside it.
 * @param file its name, for people and for YMODEM, and where they are known its date and mode.
 * @param carried 'file' for the board agent, XMODEM and YMODEM; a Gecko boot loader wants 'upgrade-image'.
 * @param fileVersion u32, takes the place of the header's.
 * @throws HanrigError USAGE when the upgrade image of a file is wanted that is no OTA file.
 */
export function flashImage(
  opened: OpenedImage,
  file: FileFacts,
  carried: Carried = 'file',
  fileVersion?: number,
): FlashImage {
  const { ota } = opened
  if (carried === 'upgrade-image' && !ota) {
    throw hanrigError('HANRIG_USAGE', 'Only an OTA file has an upgrade image inside.')
  }
  const octets =
    carried === 'upgrade-image' ? partOf(opened.octets, ota!.upgradeImage) : opened.octets
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
  }
}

function partOf(octets: Bytes, { at, length }: { at: number; length: number }): Bytes {
  return new Memory(octets.u8.subarray(at, at + length))
}
