// What a sender says of an image before its first block: enough to receive it, to check it, and to offer it in the
// HAN, whatever its format. Payload of the OPEN control frame and first record of the DCO's block log.
// Layout (little-endian, 80 octets and 8 for each target): size u32, block size u32, SHA-256 of the file (32), file
// version u32, manufacturer u16, image type u16, offset and length of the hashed octets u32 each, minimum and maximum
// hardware version u16 each, flags u32, targets u16, destination EUI-64, 6 octets of zero, then the targets' EUI-64s.
// Flags: bit 0 hardware versions are given, bit 1 force-replace, bit 2 one step (SRV 11.4), bit 3 the destination is given.

import { Geometry, MAX_BLOCK_SIZE, MAX_IMAGE_SIZE } from '#core/block/geometry'
import { Bytes } from '#core/bytes/bytes'
import { crc32 } from '#core/bytes/crc32'
import { decodeEui64, EUI64_LENGTH, encodeEui64 } from '#core/eui64/octets'
import { eui64From } from '#core/eui64/text'
import type { OpenedImage } from '#core/image/open'
import { ANY_MANUFACTURER } from '#core/ota/codes'
import type { Archive } from '#core/state/archive'
import { sha256 } from '../crypto/crypto.ts'
import { archiveLength } from '../storage/archive.ts'

export const DESCRIPTOR_LENGTH = 80
const HAS_HARDWARE = 1
const FORCE_REPLACE = 2
const ONE_STEP = 4
const HAS_DESTINATION = 8
const AT_TARGETS = 64
const AT_DESTINATION = 66
/** Most devices in one description: one home's, with the hub. */
export const MAX_TARGETS = 64

export interface Descriptor {
  readonly geometry: Geometry
  /** SHA-256 of the whole file. */
  readonly sha256: Uint8Array
  readonly fileVersion: number
  readonly manufacturerCode: number
  readonly imageType: number
  /** The octets that the activation hash covers. */
  readonly hashed: { readonly at: number; readonly length: number }
  readonly hardware: { readonly min: number; readonly max: number } | undefined
  /** EUI-64 of the only device that the image is for, as its header says; undefined for one that is for many. */
  readonly destination: string | undefined
  /** Whether it may push an image of its type out of a hub's slot. */
  readonly forceReplace: boolean
  /** True for SRV 11.4: distribution and activation in one step. */
  readonly oneStep: boolean
  /** EUI-64s of the devices it is for. */
  readonly targets: readonly string[]
}

/** File version given to an image whose format has none. */
export const UNKNOWN_FILE_VERSION = 0x00000002

/** Describes an opened image, to be sent to `targets` in blocks of `blockSize` octets. */
export function describe(
  image: OpenedImage,
  blockSize: number,
  targets: readonly string[],
  oneStep = false,
): Descriptor {
  const header = image.ota?.header
  return {
    forceReplace: image.ota?.forceReplace === 1,
    oneStep,
    targets,
    geometry: new Geometry(image.octets.length, blockSize),
    sha256: sha256(image.octets.u8),
    fileVersion: header?.fileVersion ?? UNKNOWN_FILE_VERSION,
    manufacturerCode: header?.manufacturerCode ?? ANY_MANUFACTURER,
    imageType: header?.imageType ?? 0,
    hashed: image.ota?.hashed ?? { at: 0, length: image.octets.length },
    hardware:
      header?.minHardware === undefined
        ? undefined
        : { min: header.minHardware, max: header.maxHardware! },
    destination: header?.destination && eui64From(header.destination),
  }
}

/** Whether a device may have the image: one that names a device is for that one alone. */
export function isFor({ destination }: Pick<Descriptor, 'destination'>, id: string): boolean {
  return destination === undefined || destination === id
}

/** The image id of its block frames: one file on its way to other targets is another transfer. */
export function imageIdOf(descriptor: Descriptor): number {
  const octets = encodeDescriptor(descriptor)
  return crc32(octets, 0, octets.length) | 0
}

export function encodeDescriptor(descriptor: Descriptor): Bytes {
  const { targets } = descriptor
  const out = Bytes.alloc(DESCRIPTOR_LENGTH + EUI64_LENGTH * targets.length)
  const { dv } = out
  dv.setUint32(0, descriptor.geometry.size, true)
  dv.setUint32(4, descriptor.geometry.blockSize, true)
  out.u8.set(descriptor.sha256, 8)
  dv.setUint32(40, descriptor.fileVersion, true)
  dv.setUint16(44, descriptor.manufacturerCode, true)
  dv.setUint16(46, descriptor.imageType, true)
  dv.setUint32(48, descriptor.hashed.at, true)
  dv.setUint32(52, descriptor.hashed.length, true)
  let flags = (descriptor.forceReplace ? FORCE_REPLACE : 0) | (descriptor.oneStep ? ONE_STEP : 0)
  if (descriptor.hardware) {
    dv.setUint16(56, descriptor.hardware.min, true)
    dv.setUint16(58, descriptor.hardware.max, true)
    flags |= HAS_HARDWARE
  }
  if (descriptor.destination !== undefined) {
    encodeEui64(out, AT_DESTINATION, descriptor.destination)
    flags |= HAS_DESTINATION
  }
  dv.setUint32(60, flags, true)
  dv.setUint16(AT_TARGETS, targets.length, true)
  for (const [i, id] of targets.entries())
    encodeEui64(out, DESCRIPTOR_LENGTH + EUI64_LENGTH * i, id)
  return out
}

/** Reads a descriptor; undefined when it is not one that could be received. */
export function decodeDescriptor(src: Bytes): Descriptor | undefined {
  if (src.length < DESCRIPTOR_LENGTH) return undefined
  const { dv } = src
  const size = dv.getUint32(0, true)
  const blockSize = dv.getUint32(4, true)
  const hashed = { at: dv.getUint32(48, true), length: dv.getUint32(52, true) }
  if (size < 1 || size > MAX_IMAGE_SIZE || blockSize < 1 || blockSize > MAX_BLOCK_SIZE) {
    return undefined
  }
  if (hashed.at + hashed.length > size) return undefined
  const count = dv.getUint16(AT_TARGETS, true)
  if (count > MAX_TARGETS || src.length < DESCRIPTOR_LENGTH + EUI64_LENGTH * count) return undefined
  const flags = dv.getUint32(60, true)
  return {
    geometry: new Geometry(size, blockSize),
    sha256: src.u8.slice(8, 40),
    fileVersion: dv.getUint32(40, true),
    manufacturerCode: dv.getUint16(44, true),
    imageType: dv.getUint16(46, true),
    hashed,
    hardware:
      flags & HAS_HARDWARE
        ? { min: dv.getUint16(56, true), max: dv.getUint16(58, true) }
        : undefined,
    destination: flags & HAS_DESTINATION ? decodeEui64(src, AT_DESTINATION) : undefined,
    forceReplace: (flags & FORCE_REPLACE) !== 0,
    oneStep: (flags & ONE_STEP) !== 0,
    targets: Array.from({ length: count }, (_, i) =>
      decodeEui64(src, DESCRIPTOR_LENGTH + EUI64_LENGTH * i),
    ),
  }
}

/** Walks a descriptor that may be there or not; returns the one saved or loaded. */
export function archiveDescriptor(
  a: Archive,
  descriptor: Descriptor | undefined,
): Descriptor | undefined {
  const octets = descriptor ? encodeDescriptor(descriptor) : undefined
  const most = DESCRIPTOR_LENGTH + EUI64_LENGTH * MAX_TARGETS
  const length = archiveLength(a, octets?.length ?? 0, most)
  if (length === 0) return undefined
  const memory = octets ?? Bytes.alloc(length)
  a.numbers(memory.u8)
  return descriptor ?? decodeDescriptor(memory)
}
