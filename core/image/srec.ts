// Motorola S-record files to a flat image. A record:
//   'S'  type digit  count  address (2 to 4 octets)  data  checksum (all octets sum to 255 mod 256)
// The count is that of the octets after it, so it covers the address and the checksum too. The type
// digit is outside the checksum: only an S5 or S6 record notices a data record that became an S0.
// Symbols may stand between lines that start with $$, as binutils' symbolsrec has them.

import type { Bytes } from '../bytes/bytes.ts'
import { hanrigError } from '../errors/codes.ts'
import type { HanrigError } from '../errors/errors.ts'
import { ADDRESS_END, type AddressRange, type FlatImage, MemoryMap } from './memory-map.ts'
import type { ImageNote } from './note.ts'
import { endNotes, RecordLines } from './record-lines.ts'

const LETTER_S = 0x53
const SMALL_S = 0x73
const DOLLAR = 0x24
const DIGIT_0 = 0x30
/** Octets of the address in a record of each type; S4 is reserved. */
const ADDRESS_LENGTHS = [2, 2, 3, 4, undefined, 2, 3, 4, 3, 2]
const AT_ADDRESS = 1
/** Octets of the shortest record: count, a 16-bit address and checksum. */
const MIN_RECORD = 4

/** True when the first line that is neither blank nor a comment nor of symbols starts with S, a digit and 8 or more hex digits. */
export function looksLikeSrec(bytes: Bytes): boolean {
  const lines = new SrecLines(bytes)
  return lines.next() && isSrecRecord(lines)
}

/**
 * The image that an S-record file describes. The text of header records (S0) is not kept. What comes after its end record
 * is read only when `range` picks from it.
 * @param range the addresses to take; left out, all.
 * @throws HanrigError HANRIG_SREC_BAD_RECORD, HANRIG_SREC_BAD_CHECKSUM, HANRIG_SREC_BAD_COUNT,
 * HANRIG_SREC_NO_END, HANRIG_ADDRESS_SPAN, HANRIG_ADDRESS_OVERLAP, HANRIG_IMAGE_EMPTY.
 */
export function parseSrec(bytes: Bytes, range?: AddressRange): FlatImage {
  const lines = new SrecLines(bytes)
  const map = new MemoryMap()
  let start: number | undefined
  let records = 0
  let counted = 0
  let small = 0
  const ends: number[] = []

  while (lines.next()) {
    if (ends.length > 0 && !isSrecRecord(lines))
      throw badRecord(lines, 'comes after the end record')
    const { type, address, at, length } = readRecord(lines)
    if (small === 0 && lines.charAt(0) === SMALL_S) small = lines.line
    if (ends.length > 0 && type < 7 && !range) {
      throw badRecord(
        lines,
        `comes after the end record of line ${ends[0]}, as in two files joined to one`,
      )
    }
    switch (type) {
      case 1:
      case 2:
      case 3:
        if (address + length > ADDRESS_END) {
          throw badRecord(lines, 'runs past the last address, 0xffffffff')
        }
        map.write(address, lines.octets, at, length, lines.line)
        records++
        break
      case 5:
      case 6:
        if (address !== records - counted) {
          const sentence = `Line ${lines.line} counts ${address} data records, not ${records - counted}.`
          throw hanrigError('HANRIG_SREC_BAD_COUNT', sentence)
        }
        break
      case 7:
      case 8:
      case 9:
        start = address
        ends.push(lines.line)
        counted = records
        break
    }
  }
  if (lines.opened > 0) {
    throw hanrigError(
      'HANRIG_SREC_BAD_RECORD',
      `Line ${lines.opened} opens a block of symbols with $$ that no other $$ ends.`,
    )
  }
  const notes = [...lines.notes, ...noteSymbols(lines), ...endNotes(ends)]
  if (small > 0) {
    notes.push({
      code: 'lower-case-s',
      message: `Records start with a small s, first in line ${small}.`,
      line: small,
    })
  }
  const image = map.flatten(records, start, notes, range)
  if (ends.length === 0) {
    const sentence = `The file ends at line ${lines.line} without an end record.`
    throw hanrigError('HANRIG_SREC_NO_END', sentence)
  }
  return image
}

/** The lines without the blocks of symbols. */
class SrecLines extends RecordLines {
  /** Line that opened the block that is not ended yet, 0 when there is none. */
  opened = 0
  /** Line of the first block, 0 when there is none. */
  symbols = 0

  override next(): boolean {
    while (this.opened > 0 ? super.nextWithComments() : super.next()) {
      const isMark = this.charAt(0) === DOLLAR && this.charAt(1) === DOLLAR
      if (!isMark && this.opened === 0) return true
      if (!isMark) continue
      this.opened = this.opened > 0 ? 0 : this.line
      if (this.symbols === 0) this.symbols = this.line
    }
    return false
  }
}

function noteSymbols({ symbols }: SrecLines): ImageNote[] {
  if (symbols === 0) return []
  const message = `Symbols between $$ are passed over, first in line ${symbols}.`
  return [{ code: 'symbol-block', message, line: symbols }]
}

export function isSrecRecord(lines: RecordLines): boolean {
  return typeOf(lines) >= 0 && lines.digits(2) >= 2 * MIN_RECORD
}

interface SRecord {
  type: number
  address: number
  /** Where the data octets are in `lines.octets`, and how many they are. */
  at: number
  length: number
}

/** Reads the line into `lines.octets` and checks it. */
function readRecord(lines: RecordLines): SRecord {
  const type = typeOf(lines)
  const count = type >= 0 ? lines.decode(2) : -1
  if (count < MIN_RECORD) {
    const place = lines.fault(type >= 0 ? 2 : 0)
    throw badRecord(lines, `is not S, a digit and 4 to 256 pairs of hex digits${place}`)
  }
  const { u8, dv } = lines.octets
  if (count - 1 !== u8[0]) {
    throw badRecord(lines, `has ${count - 1} octets after the count but states ${u8[0]}`)
  }
  if (lines.sum !== 255) {
    const sentence = `The octets of line ${lines.line} sum to ${lines.sum} modulo 256, not to 255.`
    throw hanrigError('HANRIG_SREC_BAD_CHECKSUM', sentence)
  }
  const width = ADDRESS_LENGTHS[type]
  if (width === undefined) throw badRecord(lines, `has the reserved record type S${type}`)
  const at = AT_ADDRESS + width
  const length = count - 1 - at
  if (length < 0) throw badRecord(lines, `is too short for the address of an S${type} record`)
  if (type > 3 && length > 0) throw badRecord(lines, `has data, which S${type} records have not`)
  const address = dv.getUint32(AT_ADDRESS) >>> (32 - 8 * width)
  return { type, address, at, length }
}

/** The digit after the S of either case; -1 when the line does not start so. */
function typeOf(lines: RecordLines): number {
  const digit = (lines.charAt(1) ?? 0) - DIGIT_0
  const first = lines.charAt(0)
  return (first === LETTER_S || first === SMALL_S) && digit >= 0 && digit <= 9 ? digit : -1
}

function badRecord(lines: RecordLines, what: string): HanrigError {
  return hanrigError('HANRIG_SREC_BAD_RECORD', `Line ${lines.line} ${what}.`)
}
