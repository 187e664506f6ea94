// A received map on its way to and from non-volatile memory, so that a transfer resumes after a restart.
// The octets of the image are not in it: whoever saves a map has made the held blocks durable before.
// Layout (little-endian): magic u32, image id u32, image size u32, block size u32, held u32,
// bitmap ceil(count / 32) words (bit i & 31 of word i >> 5), CRC-32 u32 over everything before it.

import type { Bytes } from '../bytes/bytes.ts'
import { crc32 } from '../bytes/crc32.ts'
import type { Reassembler } from './reassembler.ts'

/** "HRM1" read as a little-endian word; the digit is the version. */
const MAGIC = 0x314d5248
const AT_BITMAP = 20

/** The map was sound and of this image, and is taken. */
export const MAP_LOADED = 0
/** Not a saved map, cut off, or damaged: start from nothing. */
export const MAP_DAMAGED = 1
/** A sound map of another image or another block size. */
export const MAP_OF_ANOTHER = 2

/** Octets that the saved map of `count` blocks takes. */
export function savedMapLength(count: number): number {
  return AT_BITMAP + 4 * ((count + 31) >>> 5) + 4
}

/** Writes the map of `from` to `out` at `at`; returns the octets written. */
export function saveMap(from: Reassembler, out: Bytes, at: number): number {
  const { geometry, map } = from
  const dv = out.dv
  dv.setInt32(at, MAGIC, true)
  dv.setInt32(at + 4, from.imageId, true)
  dv.setInt32(at + 8, geometry.size, true)
  dv.setInt32(at + 12, geometry.blockSize, true)
  dv.setInt32(at + 16, map.held, true)
  let end = at + AT_BITMAP
  for (let w = 0; w < map.words.length; w++, end += 4) dv.setInt32(end, map.words[w]!, true)
  dv.setInt32(end, crc32(out, at, end - at), true)
  return end + 4 - at
}

/** Takes a saved map of `length` octets at `at` into `to`; on any code but MAP_LOADED nothing changes. */
export function loadMap(to: Reassembler, saved: Bytes, at: number, length: number): 0 | 1 | 2 {
  const dv = saved.dv
  if (length < AT_BITMAP + 4 || dv.getInt32(at, true) !== MAGIC) return MAP_DAMAGED
  const end = at + length - 4
  if (crc32(saved, at, length - 4) !== dv.getInt32(end, true)) return MAP_DAMAGED

  const { geometry, map } = to
  const same =
    dv.getInt32(at + 4, true) === to.imageId &&
    dv.getInt32(at + 8, true) === geometry.size &&
    dv.getInt32(at + 12, true) === geometry.blockSize &&
    length === savedMapLength(geometry.count)
  if (!same) return MAP_OF_ANOTHER

  // A sound CRC with a wrong count or bits past the end was written by a defect, not by saveMap.
  let held = 0
  for (let p = at + AT_BITMAP; p < end; p += 4) held += bitCount(dv.getInt32(p, true))
  const spare = geometry.count & 31
  const past = spare === 0 ? 0 : dv.getInt32(end - 4, true) & (-1 << spare)
  if (held !== dv.getInt32(at + 16, true) || past !== 0) return MAP_DAMAGED

  for (let w = 0; w < map.words.length; w++) {
    map.words[w] = dv.getInt32(at + AT_BITMAP + 4 * w, true)
  }
  map.held = held
  return MAP_LOADED
}

function bitCount(word: number): number {
  let count = 0
  for (; word !== 0; word &= word - 1) count++
  return count
}
