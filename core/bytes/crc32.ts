// CRC-32 (IEEE 802.3, reflected 0xEDB88320), 16 octets a step, and the same fused with a copy.
// The register is passed in and out as a raw int32: start with CRC_START, finish with crcFinish().
// Fused, the copy is free: 64 B cost what the bare CRC costs, because the loads are shared.

import type { Bytes } from './bytes.ts'

export const CRC_START = -1

// Table k (the CRC of a byte followed by k zero bytes) lies at k * 256. One array, not sixteen: with
// sixteen the base pointers spill, and a 64 B block took 54 ns instead of 45.
const T = makeTables()

function makeTables(): Int32Array {
  const tables = new Int32Array(16 * 256)
  for (let n = 0; n < 256; n++) {
    let c = n
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
    tables[n] = c
  }
  for (let i = 256; i < tables.length; i++) {
    const c = tables[i - 256]!
    tables[i] = (c >>> 8) ^ tables[c & 255]!
  }
  return tables
}

/** The register over `length` octets of `src` at `at`, continued from `crc`. */
export function crcUpdate(crc: number, src: Bytes, at: number, length: number): number {
  const dv = src.dv
  const end = at + length
  for (const stop = end - 15; at < stop; at += 16) {
    const a = crc ^ dv.getInt32(at, true)
    const b = dv.getInt32(at + 4, true)
    const c = dv.getInt32(at + 8, true)
    const d = dv.getInt32(at + 12, true)
    crc =
      T[3840 + (a & 255)]! ^
      T[3584 + ((a >>> 8) & 255)]! ^
      T[3328 + ((a >>> 16) & 255)]! ^
      T[3072 + (a >>> 24)]! ^
      T[2816 + (b & 255)]! ^
      T[2560 + ((b >>> 8) & 255)]! ^
      T[2304 + ((b >>> 16) & 255)]! ^
      T[2048 + (b >>> 24)]! ^
      T[1792 + (c & 255)]! ^
      T[1536 + ((c >>> 8) & 255)]! ^
      T[1280 + ((c >>> 16) & 255)]! ^
      T[1024 + (c >>> 24)]! ^
      T[768 + (d & 255)]! ^
      T[512 + ((d >>> 8) & 255)]! ^
      T[256 + ((d >>> 16) & 255)]! ^
      T[d >>> 24]!
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ T[(crc ^ dv.getUint8(at)) & 255]!
  return crc
}

/** Copies `length` octets from `src[from]` to `dst[to]` and returns the register over them. */
export function crcCopy(
  crc: number,
  dst: Bytes,
  to: number,
  src: Bytes,
  from: number,
  length: number,
): number {
  const d = dst.dv
  const s = src.dv
  const end = from + length
  for (const stop = end - 15; from < stop; from += 16, to += 16) {
    const w = s.getInt32(from, true)
    const x = s.getInt32(from + 4, true)
    const y = s.getInt32(from + 8, true)
    const z = s.getInt32(from + 12, true)
    d.setInt32(to, w, true)
    d.setInt32(to + 4, x, true)
    d.setInt32(to + 8, y, true)
    d.setInt32(to + 12, z, true)
    const a = crc ^ w
    crc =
      T[3840 + (a & 255)]! ^
      T[3584 + ((a >>> 8) & 255)]! ^
      T[3328 + ((a >>> 16) & 255)]! ^
      T[3072 + (a >>> 24)]! ^
      T[2816 + (x & 255)]! ^
      T[2560 + ((x >>> 8) & 255)]! ^
      T[2304 + ((x >>> 16) & 255)]! ^
      T[2048 + (x >>> 24)]! ^
      T[1792 + (y & 255)]! ^
      T[1536 + ((y >>> 8) & 255)]! ^
      T[1280 + ((y >>> 16) & 255)]! ^
      T[1024 + (y >>> 24)]! ^
      T[768 + (z & 255)]! ^
      T[512 + ((z >>> 8) & 255)]! ^
      T[256 + ((z >>> 16) & 255)]! ^
      T[z >>> 24]!
  }
  for (; from < end; from++, to++) {
    const b = s.getUint8(from)
    d.setUint8(to, b)
    crc = (crc >>> 8) ^ T[(crc ^ b) & 255]!
  }
  return crc
}

/**
 * The register over three little-endian words, from CRC_START: a frame header's CRC without
 * writing the header first and reading it back.
 */
export function crcThreeWords(a: number, b: number, c: number): number {
  a ^= CRC_START
  return (
    T[2816 + (a & 255)]! ^
    T[2560 + ((a >>> 8) & 255)]! ^
    T[2304 + ((a >>> 16) & 255)]! ^
    T[2048 + (a >>> 24)]! ^
    T[1792 + (b & 255)]! ^
    T[1536 + ((b >>> 8) & 255)]! ^
    T[1280 + ((b >>> 16) & 255)]! ^
    T[1024 + (b >>> 24)]! ^
    T[768 + (c & 255)]! ^
    T[512 + ((c >>> 8) & 255)]! ^
    T[256 + ((c >>> 16) & 255)]! ^
    T[c >>> 24]!
  )
}

/** The CRC-32 of `length` octets of `src` at `at`, as an int32 (compare it with getInt32). */
export function crc32(src: Bytes, at: number, length: number): number {
  return ~crcUpdate(CRC_START, src, at, length)
}
