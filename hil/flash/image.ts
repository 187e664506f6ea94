// A file becomes what is flashed: its octets, their SHA-256, and what its header says about who may run it.

import type { Bytes } from '#core/bytes/bytes'
import { Bytes as Memory } from '#core/bytes/bytes'
import type { Extent, FlatImage } from '#core/image/memory-map'
import type { OpenedImage } from '#core/image/open'
import { sha256 } from '#emulators/crypto/crypto'
import { hanrigError } from '../errors/errors.ts'
import type { FileFacts } from '../protocol/modem-packet.ts'

export interface FlashImage extends FileFacts {
  readonly octets: Bytes
  /** Where the first octet belongs in the board's memory, as a HEX or S-record file or the user says. */
  readonly address?: number | undefined
  /** Addresses that the file wrote, in order; all from the first to the last where it has no gaps. */
  readonly extents?: readonly Extent[] | undefined
  readonly sha256: Uint8Array
  /** File version; undefined when the file tells none. */
  readonly fileVersion: number | undefined
  readonly hardware: { readonly min: number; readonly max: number } | undefined
  readonly manufacturerCode: number | undefined
  readonly imageType: number | undefined
}

/** Which octets of an OTA file are sent. */
export const CARRIED = ['file', 'upgrade-image'] as const
export type Carried = (typeof CARRIED)[number]

/**
 * What of an opened file is flashed: the file, or of an OTA file the upgrade image inside it.
 * @param fileVersion takes the place of the header's.
 * @param address takes the place of the file's.
 * @throws HanrigError USAGE when the upgrade image of another file is wanted.
 */
export function flashImage(
  opened: OpenedImage,
  file: FileFacts,
  carried: Carried,
  fileVersion?: number,
  address = opened.flat?.base,
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
    address,
    extents: shifted(opened.flat, address),
    sha256: sha256(octets.u8),
    fileVersion: fileVersion ?? header?.fileVersion,
    hardware: min !== undefined && max !== undefined ? { min, max } : undefined,
    manufacturerCode: header?.manufacturerCode,
    imageType: header?.imageType,
  }
}

/** What the file wrote, where the user moves it to. */
function shifted(flat: FlatImage | undefined, address: number | undefined): Extent[] | undefined {
  if (!flat || address === undefined) return undefined
  const by = address - flat.base
  return flat.extents.map(({ from, to }) => ({ from: from + by, to: to + by }))
}

function partOf(octets: Bytes, { at, length }: { at: number; length: number }): Bytes {
  return new Memory(octets.u8.subarray(at, at + length))
}
