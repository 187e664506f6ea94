// What Intel HEX and S-record files have in common: lines of hex digits, and records scattered over
// a 32-bit address space that make one contiguous image. No string is made per line.

import { MAX_IMAGE_SIZE } from '../block/geometry.ts'
import { Bytes } from '../bytes/bytes.ts'
import { HanrigError } from '../errors.ts'

/** End of the address space: the first address that 32 bits cannot hold. */
export const ADDRESS_END = 2 ** 32

export interface FlatImage {
  /** From the lowest address written to the highest, 1..MAX_IMAGE_SIZE octets; gaps are 0xFF. */
  readonly octets: Bytes
  /** Address of the first octet, 0..2^32-1. */
  readonly base: number
  /** Octets that no record wrote. */
  readonly gaps: number
  /** Where execution starts, as the file states it (some tools state 0 for want of one). */
  readonly start: number | undefined
  /** Data records, empty ones included. */
  readonly records: number
}

// Octets are kept in pages made when first written, so records may come in any order. The span is
// checked first, hence the pages take at most twice 16 MiB and one page.
const PAGE_BITS = 12
const PAGE_SIZE = 1 << PAGE_BITS
// A written cell is its octet with this bit set, an untouched one is 0.
const WRITTEN = 0x100

export class MemoryMap {
  readonly #pages = new Map<number, Uint16Array>()
  #low = Number.POSITIVE_INFINITY
  #high = Number.NEGATIVE_INFINITY

  /** True until an octet is written. */
  get isEmpty(): boolean {
    return this.#pages.size === 0
  }

  /**
   * Writes `length` octets of `src` from `from` on at `address`; address + length is 0..2^32.
   * @param line where the record stands in its file, for the sentence of an error.
   * @throws HanrigError HANRIG_ADDRESS_SPAN, HANRIG_ADDRESS_OVERLAP.
   */
  write(address: number, src: Bytes, from: number, length: number, line: number): void {
    if (length === 0) return
    this.#widen(address, address + length, line)
    let cells = this.#page(address >>> PAGE_BITS)
    for (const end = from + length; from < end; from++, address++) {
      const at = address & (PAGE_SIZE - 1)
      if (at === 0) cells = this.#page(address >>> PAGE_BITS)
      const cell = WRITTEN | src.u8[from]!
      const old = cells[at]!
      if (old !== 0 && old !== cell) throw overlap(address, old, cell, line)
      cells[at] = cell
    }
  }

  /**
   * The image of everything written.
   * @throws HanrigError HANRIG_IMAGE_EMPTY.
   */
  flatten(records: number, start: number | undefined): FlatImage {
    if (this.isEmpty) {
      throw new HanrigError(
        'HANRIG_IMAGE_EMPTY',
        'The file has no data records with octets in them.',
      )
    }
    const octets = Bytes.alloc(this.#high - this.#low)
    const u8 = octets.u8.fill(0xff)
    let gaps = u8.length
    for (const [number, cells] of this.#pages) {
      const origin = number * PAGE_SIZE - this.#low
      for (let i = 0; i < PAGE_SIZE; i++) {
        const cell = cells[i]!
        if (cell === 0) continue
        u8[origin + i] = cell & 0xff
        gaps--
      }
    }
    return { octets, base: this.#low, gaps, start, records }
  }

  #widen(low: number, high: number, line: number): void {
    this.#low = Math.min(this.#low, low)
    this.#high = Math.max(this.#high, high)
    if (this.#high - this.#low <= MAX_IMAGE_SIZE) return
    const span = `from ${hex(this.#low, 8)} to ${hex(this.#high - 1, 8)}`
    throw new HanrigError(
      'HANRIG_ADDRESS_SPAN',
      `With line ${line} the records span more than 16 MiB, ${span}.`,
    )
  }

  #page(number: number): Uint16Array {
    let cells = this.#pages.get(number)
    if (cells === undefined) {
      cells = new Uint16Array(PAGE_SIZE)
      this.#pages.set(number, cells)
    }
    return cells
  }
}

function overlap(address: number, old: number, cell: number, line: number): HanrigError {
  const [place, now, then] = [hex(address, 8), hex(cell & 0xff, 2), hex(old & 0xff, 2)]
  return new HanrigError(
    'HANRIG_ADDRESS_OVERLAP',
    `Line ${line} writes ${now} to ${place}, where an earlier record wrote ${then}.`,
  )
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}

const LF = 0x0a
const CR = 0x0d
/** Octets of the longest record: an Intel HEX one of 255 data octets. */
const MAX_RECORD = 260

// Value of each character code as a hex digit of either case, -1 for other characters. With a table
// a 16 MiB image is read in 0.6 s, with comparisons in 0.9 s.
const NIBBLES = new Int8Array(256).fill(-1)
for (const digits of ['0123456789abcdef', '0123456789ABCDEF']) {
  for (let i = 0; i < 16; i++) NIBBLES[digits.charCodeAt(i)] = i
}

/** Walks the lines of a file that are not blank. A line ends with LF, CR or CR LF. */
export class RecordLines {
  /** Number of the current line, from 1; after the last, the number of lines. */
  line = 0
  /** What decode() read, until its next call; octets behind that are stale. */
  readonly octets = Bytes.alloc(MAX_RECORD)
  /** Sum of what decode() read, modulo 256. */
  sum = 0
  readonly #file: Uint8Array
  #next = 0
  #from = 0
  #to = 0

  constructor(file: Bytes) {
    this.#file = file.u8
  }

  /** Goes to the next line that is not blank; false when there is none. */
  next(): boolean {
    const file = this.#file
    while (this.#next < file.length) {
      const from = this.#next
      let to = from
      while (to < file.length && file[to] !== LF && file[to] !== CR) to++
      this.#next = to + (file[to] === CR && file[to + 1] === LF ? 2 : 1)
      this.line++
      while (to > from && isBlank(file[to - 1]!)) to--
      this.#from = from
      this.#to = to
      if (to > from) return true
    }
    return false
  }

  /** Character code at `index` of the line; undefined past its end. */
  charAt(index: number): number | undefined {
    return this.#from + index < this.#to ? this.#file[this.#from + index] : undefined
  }

  /** Number of characters of the line from `skip` on, when all are hex digits; else -1. */
  digits(skip: number): number {
    const from = this.#from + skip
    for (let i = from; i < this.#to; i++) if (NIBBLES[this.#file[i]!]! < 0) return -1
    return Math.max(this.#to - from, 0)
  }

  /** Reads the hex digit pairs from `skip` on into `octets`; -1 when they are not 0..260 pairs. */
  decode(skip: number): number {
    const count = this.digits(skip) / 2
    if (!Number.isInteger(count) || count > MAX_RECORD) return -1
    const { u8 } = this.octets
    const file = this.#file
    let at = this.#from + skip
    let sum = 0
    for (let i = 0; i < count; i++, at += 2) {
      const octet = (NIBBLES[file[at]!]! << 4) | NIBBLES[file[at + 1]!]!
      u8[i] = octet
      sum += octet
    }
    this.sum = sum & 0xff
    return count
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
