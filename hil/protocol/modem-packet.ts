// A packet of XMODEM and YMODEM: start octet, number, its complement, 128 or 1024 octets, then CRC-16 (high octet first)
// or the sum. A short block is filled with 0x1A, CP/M's end of file; only YMODEM says how long the file really is.

import { type Bytes, copyBytes } from '#core/bytes/bytes'
import { crc16Xmodem } from '#core/bytes/crc16'

export const SHORT = 128
export const LONG = 1024
export const CRC = 0
export const CHECKSUM = 1
/** Octets of the largest packet. */
export const MAX_PACKET = 3 + LONG + 2

const SOH = 0x01
const STX = 0x02
const FILL = 0x1a

/** Writes a packet with `length` octets of `src` at `from`, filled up to `size`; returns its length. */
export function encodePacket(
  out: Bytes,
  number: number,
  src: Bytes,
  from: number,
  length: number,
  size: number,
  check: number,
): number {
  copyBytes(out, 3, src, from, length)
  out.u8.fill(FILL, 3 + length, 3 + size)
  return seal(out, number, size, check)
}

/** YMODEM's block 0: name, zero, size in decimal, zeros. An empty name ends the batch. */
export function writeHeaderBlock(out: Bytes, name: string, fileSize: number): number {
  const text = name === '' ? '' : `${name}\0${fileSize}`
  const octets = Buffer.from(text, 'latin1')
  const size = octets.length < SHORT ? SHORT : LONG
  out.u8.fill(0, 3, 3 + size)
  out.u8.set(octets.subarray(0, LONG - 1), 3)
  return seal(out, 0, size, CRC)
}

function seal(out: Bytes, number: number, size: number, check: number): number {
  const { dv } = out
  dv.setUint8(0, size === LONG ? STX : SOH)
  dv.setUint8(1, number & 255)
  dv.setUint8(2, ~number & 255)
  const at = 3 + size
  if (check === CRC) {
    dv.setUint16(at, crc16Xmodem(out, 3, size))
    return at + 2
  }
  let sum = 0
  for (let i = 3; i < at; i++) sum += dv.getUint8(i)
  dv.setUint8(at, sum & 255)
  return at + 1
}
