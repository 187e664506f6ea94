// COBS (Cheshire and Baker, 1999): octets without a zero among them, so that a zero can end a frame on a serial line.
// It costs one octet and one more for each full 254. Both ways work over the caller's memory; a code, never an exception.

import type { Bytes } from './bytes.ts'

/** A zero where none can be. */
export const COBS_ZERO = -1
/** The octets end inside a run. */
export const COBS_TRUNCATED = -2

/** Most octets in a run: code 255 is 254 octets and no zero after them. */
const RUN = 254

/** The most octets that `length` octets become; the delimiter is not counted. */
export function cobsLength(length: number): number {
  return length + 1 + Math.floor(length / RUN)
}

/**
 * Encodes `length` octets of `src` at `from` into `dst` at `to`; the two must not overlap.
 * Writes no delimiter. Returns the octets written, 1..cobsLength(length).
 */
export function cobsEncode(
  dst: Bytes,
  to: number,
  src: Bytes,
  from: number,
  length: number,
): number {
  const d = dst.u8
  const s = src.u8
  const start = to
  const end = from + length
  let code = to++
  while (from < end) {
    // The inner loop looks for a zero only; the end of a run is where it stops.
    const stop = Math.min(end, from + RUN)
    let octet = 1
    while (from < stop) {
      octet = s[from++]!
      if (octet === 0) break
      d[to++] = octet
    }
    if (octet === 0) {
      d[code] = to - code
      code = to++
    } else if (to - code === RUN + 1) {
      d[code] = RUN + 1
      if (from === end) return to - start
      code = to++
    } else {
      break
    }
  }
  d[code] = to - code
  return to - start
}

/**
 * Decodes `length` octets of `src` at `from`, without the delimiter, into `dst` at `to`. The result is shorter, so
 * it may be the same memory with to <= from.
 * Returns the octets written, or COBS_ZERO or COBS_TRUNCATED; then what was written means nothing.
 */
export function cobsDecode(
  dst: Bytes,
  to: number,
  src: Bytes,
  from: number,
  length: number,
): number {
  const d = dst.u8
  const s = src.u8
  const start = to
  const end = from + length
  if (length === 0) return COBS_TRUNCATED
  while (from < end) {
    const code = s[from++]!
    if (code === 0) return COBS_ZERO
    const stop = from + code - 1
    if (stop > end) return COBS_TRUNCATED
    while (from < stop) {
      const octet = s[from++]!
      if (octet === 0) return COBS_ZERO
      d[to++] = octet
    }
    if (code <= RUN && from < end) d[to++] = 0
  }
  return to - start
}
