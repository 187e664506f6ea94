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

/** What YMODEM tells of a file. */
export interface FileFacts {
  /** What it is called. */
  readonly name: string
  /** When it was changed last, seconds since 1970. */
  readonly modified?: number | undefined
  /** Its kind and permissions, as Unix has them. */
  readonly mode?: number | undefined
}

/**
 * YMODEM's block 0: name in UTF-8, zero, size in decimal, then date and mode in octal, zeros. No file ends the batch.
 * A date of 0 says that none is known.
 */
export function writeHeaderBlock(
  out: Bytes,
  file: FileFacts | undefined,
  fileSize: number,
): number {
  const { modified = 0, mode = 0 } = file ?? {}
  const facts = `\0${fileSize} ${modified.toString(8)} ${mode.toString(8)}`
  const name = file ? nameOctets(file.name, LONG - 1 - facts.length) : Buffer.alloc(0)
  const octets = file ? Buffer.concat([name, Buffer.from(facts)]) : name
  const size = octets.length < SHORT ? SHORT : LONG
  out.u8.fill(0, 3, 3 + size)
  out.u8.set(octets, 3)
  return seal(out, 0, size, CRC)
}

/** A name that a receiver can take: something, without control octets, and cut between two letters. */
function nameOctets(name: string, most: number): Buffer {
  const letters = [...name.replace(/\p{Cc}/gu, '_')]
  while (Buffer.byteLength(letters.join('')) > most) letters.pop()
  return Buffer.from(letters.join('') || 'image')
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
