// Records scattered over a 32-bit address space become one contiguous image: what Intel HEX and S-record files mean.

import { MAX_IMAGE_SIZE } from '../block/geometry.ts'
import { Bytes } from '../bytes/bytes.ts'
import { hanrigError } from '../errors/codes.ts'
import type { HanrigError } from '../errors/errors.ts'

/** End of the address space: the first address that 32 bits cannot hold. */
export const ADDRESS_END = 2 ** 32

/** Addresses, the end not included. */
export interface Extent {
  readonly from: number
  readonly to: number
}

export interface FlatImage {
  /** From the lowest address written to the highest, 1..MAX_IMAGE_SIZE octets; gaps are 0xFF. */
  readonly octets: Bytes
  /** Address of the first octet, 0..2^32-1. */
  readonly base: number
  /** Octets that no record wrote. */
  readonly gaps: number
  /** What records wrote, in order; what touches is one. */
  readonly extents: readonly Extent[]
  /** What they would have written and was to be left out. */
  readonly leftOut: readonly Extent[]
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
  readonly #leaveOut: readonly Extent[]
  readonly #leftOut: Extent[] = []
  readonly #pages = new Map<number, Uint16Array>()
  #low = Number.POSITIVE_INFINITY
  #high = Number.NEGATIVE_INFINITY

  /** @param leaveOut what is written there is dropped. */
  constructor(leaveOut: readonly Extent[] = []) {
    this.#leaveOut = leaveOut
  }

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
    const out = this.#leaveOut.find(({ from, to }) => address < to && address + length > from)
    if (out) {
      this.#around(address, src, from, length, line, out)
      return
    }
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

  /** Writes what lies before and behind what is left out. */
  #around(
    address: number,
    src: Bytes,
    from: number,
    length: number,
    line: number,
    out: Extent,
  ): void {
    const before = Math.max(0, out.from - address)
    const behind = Math.max(0, address + length - out.to)
    this.#leftOut.push({ from: address + before, to: address + length - behind })
    this.write(address, src, from, before, line)
    this.write(address + length - behind, src, from + length - behind, behind, line)
  }

  /**
   * The image of everything written.
   * @throws HanrigError HANRIG_IMAGE_EMPTY.
   */
  flatten(records: number, start: number | undefined): FlatImage {
    if (this.isEmpty) {
      throw hanrigError('HANRIG_IMAGE_EMPTY', 'The file has no data records with octets in them.')
    }
    const octets = Bytes.alloc(this.#high - this.#low)
    const u8 = octets.u8.fill(0xff)
    let gaps = u8.length
    const extents: { from: number; to: number }[] = []
    for (const [number, cells] of [...this.#pages].sort(([a], [b]) => a - b)) {
      const origin = number * PAGE_SIZE - this.#low
      for (let i = 0; i < PAGE_SIZE; i++) {
        const cell = cells[i]!
        if (cell === 0) continue
        u8[origin + i] = cell & 0xff
        gaps--
        extend(extents, number * PAGE_SIZE + i, number * PAGE_SIZE + i + 1)
      }
    }
    const leftOut: { from: number; to: number }[] = []
    for (const { from, to } of this.#leftOut.toSorted((a, b) => a.from - b.from)) {
      extend(leftOut, from, to)
    }
    return { octets, base: this.#low, gaps, extents, leftOut, start, records }
  }

  #widen(low: number, high: number, line: number): void {
    this.#low = Math.min(this.#low, low)
    this.#high = Math.max(this.#high, high)
    if (this.#high - this.#low <= MAX_IMAGE_SIZE) return
    const span = `from ${hex(this.#low, 8)} to ${hex(this.#high - 1, 8)}`
    throw hanrigError(
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

/** Adds what begins at or after the beginning of the last. */
function extend(extents: { from: number; to: number }[], from: number, to: number): void {
  const last = extents.at(-1)
  if (last && from <= last.to) last.to = Math.max(last.to, to)
  else extents.push({ from, to })
}

function overlap(address: number, old: number, cell: number, line: number): HanrigError {
  const [place, now, then] = [hex(address, 8), hex(cell & 0xff, 2), hex(old & 0xff, 2)]
  return hanrigError(
    'HANRIG_ADDRESS_OVERLAP',
    `Line ${line} writes ${now} to ${place}, where an earlier record wrote ${then}.`,
  )
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`
}
