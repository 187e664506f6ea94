// Intel HEX files (Hexadecimal Object File Format, Revision A, 1988) to a flat image. A record:
//   ':'  count  offset (2 octets)  type  data (count octets)  checksum (octets sum to 0 mod 256)

import type { Bytes } from '../bytes/bytes.ts'
import { hanrigError } from '../errors/codes.ts'
import type { HanrigError } from '../errors/errors.ts'
import { ADDRESS_END, type AddressRange, type FlatImage, MemoryMap } from './memory-map.ts'
import { endNotes, RecordLines } from './record-lines.ts'

const COLON = 0x3a
/** Octets of a record that are not data: count, offset, type and checksum. */
const OVERHEAD = 5
const AT_OFFSET = 1
const AT_TYPE = 3
const AT_DATA = 4

const DATA = 0
const END = 1
const EXTENDED_SEGMENT = 2
const START_SEGMENT = 3
const EXTENDED_LINEAR = 4
const START_LINEAR = 5
/** Data octets that a record of each type has; undefined: any number. */
const DATA_LENGTHS = [undefined, 0, 2, 4, 2, 4]

const SEGMENT_SIZE = 0x10000

/** True when the first line that is neither blank nor a comment starts with a colon and 10 or more hex digits. */
export function looksLikeIntelHex(bytes: Bytes): boolean {
  const lines = new RecordLines(bytes)
  return lines.next() && isHexRecord(lines)
}

/**
 * The image that an Intel HEX file describes. What comes after its end record is read only when `range` picks from it.
 * @param range the addresses to take; left out, all.
 * @throws HanrigError HANRIG_HEX_BAD_RECORD, HANRIG_HEX_BAD_CHECKSUM, HANRIG_HEX_NO_END,
 * HANRIG_ADDRESS_SPAN, HANRIG_ADDRESS_OVERLAP, HANRIG_IMAGE_EMPTY.
 */
export function parseIntelHex(bytes: Bytes, range?: AddressRange): FlatImage {
  const lines = new RecordLines(bytes)
  const map = new MemoryMap()
  const { octets } = lines
  const { u8, dv } = octets
  // Offsets count from `base`; an octet that would lie at `top` lies at `bottom` instead.
  let base = 0
  let bottom = 0
  let top = ADDRESS_END
  let start: number | undefined
  let records = 0
  const ends: number[] = []

  while (lines.next()) {
    if (ends.length > 0 && !isHexRecord(lines)) throw badRecord(lines, 'comes after the end record')
    const length = readRecord(lines)
    if (ends.length > 0 && u8[AT_TYPE] !== END && !range) {
      throw badRecord(
        lines,
        `comes after the end record of line ${ends[0]}, as in two files joined to one`,
      )
    }
    const offset = dv.getUint16(AT_OFFSET)
    switch (u8[AT_TYPE]) {
      case DATA: {
        const address = base + offset
        const room = Math.min(length, top - address)
        map.write(address, octets, AT_DATA, room, lines.line)
        map.write(bottom, octets, AT_DATA + room, length - room, lines.line)
        records++
        break
      }
      case END:
        // 8-bit tools older than the start records state the start address here.
        if (offset !== 0) start ??= offset
        ends.push(lines.line)
        // Whatever follows is a file of its own.
        base = 0
        bottom = 0
        top = ADDRESS_END
        break
      case EXTENDED_SEGMENT:
        base = dv.getUint16(AT_DATA) * 16
        bottom = base
        top = base + SEGMENT_SIZE
        break
      case START_SEGMENT:
        start = dv.getUint16(AT_DATA) * 16 + dv.getUint16(AT_DATA + 2)
        break
      case EXTENDED_LINEAR:
        base = dv.getUint16(AT_DATA) * SEGMENT_SIZE
        bottom = 0
        top = ADDRESS_END
        break
      case START_LINEAR:
        start = dv.getUint32(AT_DATA)
        break
    }
  }
  const image = map.flatten(records, start, [...lines.notes, ...endNotes(ends)], range)
  if (ends.length === 0) {
    const sentence = `The file ends at line ${lines.line} without an end record.`
    throw hanrigError('HANRIG_HEX_NO_END', sentence)
  }
  return image
}

export function isHexRecord(lines: RecordLines): boolean {
  return lines.charAt(0) === COLON && lines.digits(1) >= 2 * OVERHEAD
}

/** Reads the line into `lines.octets` and checks it; returns its number of data octets. */
function readRecord(lines: RecordLines): number {
  const count = lines.charAt(0) === COLON ? lines.decode(1) : -1
  if (count < OVERHEAD) {
    const skip = lines.charAt(0) === COLON ? 1 : 0
    const place = lines.fault(skip)
    throw badRecord(lines, `is not a colon and 5 to 260 pairs of hex digits${place}`)
  }
  const { u8 } = lines.octets
  const length = count - OVERHEAD
  if (length !== u8[0]) throw badRecord(lines, `has ${length} data octets but states ${u8[0]}`)
  if (lines.sum !== 0) {
    const sentence = `The octets of line ${lines.line} sum to ${lines.sum} modulo 256, not to 0.`
    throw hanrigError('HANRIG_HEX_BAD_CHECKSUM', sentence)
  }
  const type = u8[AT_TYPE]!
  if (type >= DATA_LENGTHS.length) throw badRecord(lines, `has the unknown record type ${type}`)
  const wanted = DATA_LENGTHS[type] ?? length
  if (length !== wanted) {
    throw badRecord(lines, `of record type ${type} has ${length} data octets, not ${wanted}`)
  }
  return length
}

function badRecord(lines: RecordLines, what: string): HanrigError {
  return hanrigError('HANRIG_HEX_BAD_RECORD', `Line ${lines.line} ${what}.`)
}
