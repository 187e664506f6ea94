// What a sender says of an image before its first block: enough to receive it, to check it, and to offer it in the
// HAN, whatever its format. Payload of the OPEN control frame and first record of the DCO's block log.
// Layout (little-endian, 80 octets): size u32, block size u32, SHA-256 of the file (32), file version u32,
// manufacturer u16, image type u16, offset and length of the hashed octets u32 each, minimum and maximum hardware
// version u16 each, flags u32 (bit 0: hardware versions are given), 16 octets of zero.

import { Geometry, MAX_BLOCK_SIZE, MAX_IMAGE_SIZE } from '../../core/block/geometry.ts'
import { Bytes } from '../../core/bytes/bytes.ts'
import type { OpenedImage } from '../../core/image/open.ts'
import { ANY_MANUFACTURER } from '../../core/ota/codes.ts'
import { sha256 } from '../crypto.ts'

export const DESCRIPTOR_LENGTH = 80
const HAS_HARDWARE = 1

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
}

/** File version given to an image whose format has none. */
export const UNKNOWN_FILE_VERSION = 0x00000002

/** Describes an opened image, to be sent in blocks of `blockSize` octets. */
export function describe(image: OpenedImage, blockSize: number): Descriptor {
  const header = image.ota?.header
  return {
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
  }
}

/** The image id of its block frames: the first four octets of its SHA-256. */
export function imageIdOf(descriptor: Descriptor): number {
  return new DataView(descriptor.sha256.buffer, descriptor.sha256.byteOffset).getInt32(0, true)
}

export function encodeDescriptor(descriptor: Descriptor): Bytes {
  const out = Bytes.alloc(DESCRIPTOR_LENGTH)
  const { dv } = out
  dv.setUint32(0, descriptor.geometry.size, true)
  dv.setUint32(4, descriptor.geometry.blockSize, true)
  out.u8.set(descriptor.sha256, 8)
  dv.setUint32(40, descriptor.fileVersion, true)
  dv.setUint16(44, descriptor.manufacturerCode, true)
  dv.setUint16(46, descriptor.imageType, true)
  dv.setUint32(48, descriptor.hashed.at, true)
  dv.setUint32(52, descriptor.hashed.length, true)
  if (descriptor.hardware) {
    dv.setUint16(56, descriptor.hardware.min, true)
    dv.setUint16(58, descriptor.hardware.max, true)
    dv.setUint32(60, HAS_HARDWARE, true)
  }
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
  return {
    geometry: new Geometry(size, blockSize),
    sha256: src.u8.slice(8, 40),
    fileVersion: dv.getUint32(40, true),
    manufacturerCode: dv.getUint16(44, true),
    imageType: dv.getUint16(46, true),
    hashed,
    hardware:
      dv.getUint32(60, true) & HAS_HARDWARE
        ? { min: dv.getUint16(56, true), max: dv.getUint16(58, true) }
        : undefined,
  }
}
