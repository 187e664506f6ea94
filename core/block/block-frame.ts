// The network block frame: one block of one image on any medium, and one record of the DCO's block log.
// This file is the only one that knows its layout (little-endian, 16 octets, then the payload):
//   0  u32  image id          names the image within one sender and receiver
//   4  u32  block index       0..count-1
//   8  u32  payload length    1..65536
//  12  u32  CRC-32 (IEEE)     over octets 0..11, then the payload

import type { Bytes } from '../bytes/bytes.ts'
import { crcCopy, crcThreeWords, crcUpdate } from '../bytes/crc32.ts'

export const FRAME_HEADER = 16
export const AT_IMAGE = 0
export const AT_INDEX = 4
export const AT_LENGTH = 8
export const AT_CRC = 12

const HEADER = FRAME_HEADER
const IMAGE = AT_IMAGE
const INDEX = AT_INDEX
const LENGTH = AT_LENGTH
const CRC = AT_CRC

/**
 * Writes the frame of one block to `out` at `at`, copying `length` octets of `image` at `from`.
 * Returns the frame's length. The caller has checked that it fits.
 */
export function encodeFrame(
  out: Bytes,
  at: number,
  imageId: number,
  index: number,
  image: Bytes,
  from: number,
  length: number,
): number {
  const crc = crcCopy(crcThreeWords(imageId, index, length), out, at + HEADER, image, from, length)
  const dv = out.dv
  dv.setInt32(at + IMAGE, imageId, true)
  dv.setInt32(at + INDEX, index, true)
  dv.setInt32(at + LENGTH, length, true)
  dv.setInt32(at + CRC, ~crc, true)
  return HEADER + length
}

/** True when the `length` octets at `at` are one whole frame whose CRC is right. */
export function frameIsSound(frame: Bytes, at: number, length: number): boolean {
  if (length < FRAME_HEADER) return false
  const dv = frame.dv
  const payload = dv.getInt32(at + AT_LENGTH, true)
  if (payload !== length - FRAME_HEADER) return false
  const head = crcThreeWords(
    dv.getInt32(at + AT_IMAGE, true),
    dv.getInt32(at + AT_INDEX, true),
    payload,
  )
  return ~crcUpdate(head, frame, at + FRAME_HEADER, payload) === dv.getInt32(at + AT_CRC, true)
}
