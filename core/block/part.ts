// A part file: one piece of a split image, which says of itself where it belongs, so that the parts
// can be joined in any order and under any name. Layout (little-endian, 64 octets, then the payload):
//   0  8 octets  "HANRIGP1", the digit is the version
//   8  u32  part index     0..count-1          12  u32  part count
//  16  u32  payload length                     20  u32  size of the whole file
//  24  u32  payload length of every part but the last
//  28  u32  CRC-32 over octets 0..27, 32..63 and the payload
//  32  32 octets  SHA-256 of the whole file

import type { Bytes } from '../bytes/bytes.ts'
import { CRC_START, crcCopy, crcUpdate } from '../bytes/crc32.ts'
import { MAX_IMAGE_SIZE } from './geometry.ts'

export const PART_HEADER = 64
export const SHA256_LENGTH = 32
const MAGIC_LOW = 0x524e4148 // "HANR"
const MAGIC_HIGH = 0x31504749 // "IGP1"
const AT_CRC = 28
const AT_SHA = 32

export interface PartHeader {
  index: number
  count: number
  /** Payload octets of this part. */
  length: number
  /** Octets of the whole file, 1..MAX_IMAGE_SIZE. */
  size: number
  /** Payload octets of every part but the last. */
  partSize: number
  /** SHA-256 of the whole file: a view into the part. */
  sha256: Uint8Array
}

/** Writes part `index` of the file `image` to `out` at 0; returns its length. */
export function encodePart(
  out: Bytes,
  index: number,
  image: Bytes,
  partSize: number,
  sha256: Uint8Array,
): number {
  const from = index * partSize
  const length = Math.min(partSize, image.length - from)
  const dv = out.dv
  const words = [
    MAGIC_LOW,
    MAGIC_HIGH,
    index,
    Math.ceil(image.length / partSize),
    length,
    image.length,
    partSize,
  ]
  for (let i = 0; i < words.length; i++) dv.setInt32(4 * i, words[i]!, true)
  out.u8.set(sha256, AT_SHA)
  let crc = crcUpdate(CRC_START, out, 0, AT_CRC)
  crc = crcUpdate(crc, out, AT_SHA, SHA256_LENGTH)
  crc = crcCopy(crc, out, PART_HEADER, image, from, length)
  dv.setInt32(AT_CRC, ~crc, true)
  return PART_HEADER + length
}

/** True when the octets start as a part file does. */
export function isPart(file: Bytes): boolean {
  return (
    file.length >= 8 &&
    file.dv.getInt32(0, true) === MAGIC_LOW &&
    file.dv.getInt32(4, true) === MAGIC_HIGH
  )
}

/** Reads a part file; undefined when it is cut off, damaged or contradicts itself. */
export function decodePart(file: Bytes): PartHeader | undefined {
  if (!isPart(file) || file.length < PART_HEADER) return undefined
  const dv = file.dv
  const part: PartHeader = {
    index: dv.getUint32(8, true),
    count: dv.getUint32(12, true),
    length: dv.getUint32(16, true),
    size: dv.getUint32(20, true),
    partSize: dv.getUint32(24, true),
    sha256: file.u8.subarray(AT_SHA, PART_HEADER),
  }
  if (part.length !== file.length - PART_HEADER || part.size < 1 || part.size > MAX_IMAGE_SIZE) {
    return undefined
  }
  if (part.partSize < 1 || part.count !== Math.ceil(part.size / part.partSize)) return undefined
  if (part.index >= part.count) return undefined
  const expected =
    part.index === part.count - 1 ? part.size - part.index * part.partSize : part.partSize
  if (part.length !== expected) return undefined
  let crc = crcUpdate(CRC_START, file, 0, AT_CRC)
  crc = crcUpdate(crc, file, AT_SHA, SHA256_LENGTH + part.length)
  return ~crc === dv.getInt32(AT_CRC, true) ? part : undefined
}
