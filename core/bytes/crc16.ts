// CRC-16 as IEEE 802.15.4 computes its FCS (7.2.1.9 of the 2006 edition): ITU-T polynomial x^16 + x^12 + x^5 + 1, least
// significant bit first, register 0 at the start, nothing inverted. Elsewhere it is called CRC-16/KERMIT.
// Eight bits a step without a table: what the polynomial's three terms do to an octet are three shifts of it.

import type { Bytes } from './bytes.ts'

/** The CRC-16 of `length` octets of `src` at `at`, 0..0xffff; a frame carries it low octet first. */
export function crc16(src: Bytes, at: number, length: number): number {
  const { dv } = src
  let crc = 0
  for (const end = at + length; at < end; at++) {
    let x = (crc ^ dv.getUint8(at)) & 0xff
    x = (x ^ (x << 4)) & 0xff
    crc = (crc >>> 8) ^ (x << 8) ^ (x << 3) ^ (x >>> 4)
  }
  return crc
}

/**
 * The CRC-16 of XMODEM: the same polynomial, most significant bit first, register 0 at the start. A packet carries it high
 * octet first.
 */
export function crc16Xmodem(src: Bytes, at: number, length: number): number {
  const { dv } = src
  let crc = 0
  for (const end = at + length; at < end; at++) {
    let x = (crc >>> 8) ^ dv.getUint8(at)
    x ^= x >>> 4
    crc = ((crc << 8) ^ (x << 12) ^ (x << 5) ^ x) & 0xffff
  }
  return crc
}
