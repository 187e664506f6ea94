// Records scattered over a 32-bit address space become one contiguous image: what Intel HEX and S-record files mean.

import { MAX_IMAGE_SIZE } from '../block/geometry.ts'
import { Bytes } from '../bytes/bytes.ts'
import { hanrigError } from '../errors/codes.ts'
import type { HanrigError } from '../errors/errors.ts'
import type { ImageNote } from './note.ts'

/** End of the address space: the first address that 32 bits cannot hold. */
export const ADDRESS_END = 2 ** 32

/** Addresses from..to, both included. */
export interface AddressRange {
  /** The first address. */
  readonly from: number
  /** The last one. */
  readonly to: number
}

/** What the records of an Intel HEX or S-record file come to. */
export interface FlatImage {
  /** From the lowest address written to the highest, 1..MAX_IMAGE_SIZE octets; gaps are 0xFF. */
  readonly octets: Bytes
  /** Address of the first octet, 0..2^32-1. */
  readonly base: number
  /** Octets that no record wrote. */
  readonly gaps: number
  /** What records wrote, in order, without the gaps. */
  readonly areas: readonly AddressRange[]
  /** Where execution starts, as the file states it (some tools state 0 for want of one). */
  readonly start: number | undefined
  /** Data records, empty ones included. */
  readonly records: number
  /** What was passed over, filled or left out. */
  readonly notes: readonly ImageNote[]
}

/**
 * A gap is filled with 0xFF when it is shorter than this, or shorter than all that was written (chosen): the pages of one
 * flash memory lie nearer, configuration words and option bytes farther (PIC18: 0x300000, STM32: 0x1FFFF800).
 */
const FAR = 0x10_0000

// Octets are kept in pages made when first written, so records may come in any order.
const PAGE_BITS = 12
const PAGE_SIZE = 1 << PAGE_BITS
// A written cell is its octet with this bit set, an untouched one is 0.
const WRITTEN = 0x100
/** Twice what an image may have: pages of records that lie far apart would be without end else. */
const MAX_PAGES = (2 * MAX_IMAGE_SIZE) / PAGE_SIZE
/** Most gaps and areas that a sentence names. */
const NAMED = 4

/** Octets written one after another but for gaps that are filled. */
interface Area extends AddressRange {
  readonly written: number
}

export class MemoryMap {
  readonly #pages = new Map<number, Uint16Array>()
  #low = Number.POSITIVE_INFINITY
  #high = Number.NEGATIVE_INFINITY
  /** Line with which the span became too large for one image, 0 when it did not. */
  #tooWide = 0

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
   * The image of everything written, or of what was written in a range.
   * @param notes what is to be said of the file already.
   * @throws HanrigError HANRIG_IMAGE_EMPTY; HANRIG_ADDRESS_SPAN for areas so far apart that one of them must be picked.
   */
  flatten(
    records: number,
    start: number | undefined,
    notes: readonly ImageNote[] = [],
    range?: AddressRange,
  ): FlatImage {
    if (this.isEmpty) {
      throw hanrigError('HANRIG_IMAGE_EMPTY', 'The file has no data records with octets in them.')
    }
    const all = this.#survey({ from: 0, to: ADDRESS_END - 1 }, FAR)
    if (!range && (this.#tooWide > 0 || all.areas.length > 1)) throw this.#scattered(all.areas)
    const { areas, gaps } = range ? this.#survey(range, ADDRESS_END) : all
    const [first] = areas
    if (!first) {
      throw hanrigError(
        'HANRIG_IMAGE_EMPTY',
        `No octet lies in ${textOf(range!)}: the file has ${listed(all.areas)}.`,
      )
    }
    const { from, to } = first
    if (to - from >= MAX_IMAGE_SIZE) throw this.#scattered(all.areas)
    const octets = Bytes.alloc(to - from + 1)
    const u8 = octets.u8.fill(0xff)
    let written = 0
    const runs: { from: number; to: number }[] = []
    for (const [number, cells] of [...this.#pages].sort(([a], [b]) => a - b)) {
      const origin = number * PAGE_SIZE - from
      for (let i = 0; i < PAGE_SIZE; i++) {
        const cell = cells[i]!
        const at = origin + i
        if (cell === 0 || at < 0 || at >= u8.length) continue
        u8[at] = cell & 0xff
        written++
        const run = runs.at(-1)
        if (run && run.to === from + at - 1) run.to++
        else runs.push({ from: from + at, to: from + at })
      }
    }
    const filled = u8.length - written
    return {
      octets,
      base: from,
      gaps: filled,
      areas: runs,
      start,
      records,
      notes: [...notes, ...gapNotes(gaps, filled), ...leftOut(all.areas, range, from, to)],
    }
  }

  /** The areas of what was written in a range, in order, parted by gaps of `far` and more, and the gaps in them. */
  #survey(range: AddressRange, far: number): { areas: Area[]; gaps: GapList } {
    const total = this.#count(range)
    const areas: Area[] = []
    const gaps = new GapList()
    let from = -1
    let last = -1
    let written = 0
    const numbers = [...this.#pages.keys()].sort((a, b) => a - b)
    for (const number of numbers) {
      const cells = this.#pages.get(number)!
      for (let i = 0; i < PAGE_SIZE; i++) {
        const address = number * PAGE_SIZE + i
        if (cells[i] === 0 || address < range.from || address > range.to) continue
        const gap = address - last - 1
        if (from < 0) from = address
        else if (gap >= far && gap > total) {
          areas.push({ from, to: last, written })
          from = address
          written = 0
        } else if (gap > 0) gaps.add({ from: last + 1, to: address - 1 })
        last = address
        written++
      }
    }
    if (from >= 0) areas.push({ from, to: last, written })
    return { areas, gaps }
  }

  #count(range: AddressRange): number {
    let count = 0
    for (const [number, cells] of this.#pages) {
      const origin = number * PAGE_SIZE
      if (origin > range.to || origin + PAGE_SIZE <= range.from) continue
      for (let i = 0; i < PAGE_SIZE; i++) if (cells[i] !== 0) count++
    }
    return count
  }

  #widen(low: number, high: number, line: number): void {
    this.#low = Math.min(this.#low, low)
    this.#high = Math.max(this.#high, high)
    if (this.#tooWide === 0 && this.#high - this.#low > MAX_IMAGE_SIZE) this.#tooWide = line
    if (this.#pages.size > MAX_PAGES) throw this.#scattered([])
  }

  #scattered(areas: readonly Area[]): HanrigError {
    const span = textOf({ from: this.#low, to: this.#high - 1 }, ' to ')
    const where =
      this.#tooWide > 0
        ? `With line ${this.#tooWide} the records span more than 16 MiB, from ${span}`
        : `The records span ${hex(this.#low, 8)} to ${hex(this.#high - 1, 8)}`
    const parts = areas.length > 1 ? `, in areas far apart: ${listedWithGaps(areas)}` : ''
    return hanrigError('HANRIG_ADDRESS_SPAN', `${where}${parts}.`)
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

/** The longest gaps of all that were met. */
class GapList {
  count = 0
  readonly longest: AddressRange[] = []

  add(gap: AddressRange): void {
    this.count++
    const { longest } = this
    if (longest.length === NAMED && lengthOf(gap) <= lengthOf(longest.at(-1)!)) return
    longest.push(gap)
    longest.sort((a, b) => lengthOf(b) - lengthOf(a))
    longest.length = Math.min(longest.length, NAMED)
  }
}

function gapNotes({ count, longest }: GapList, filled: number): ImageNote[] {
  if (filled === 0) return []
  const all = count === 1 ? 'A gap is' : `${count} gaps of ${filled} B are`
  const named = longest.map(gap => `${textOf(gap)} (${lengthOf(gap)} B)`).join(', ')
  const which = count > longest.length ? `the longest ${named}` : named
  return [{ code: 'gaps-filled', message: `${all} filled with 0xFF: ${which}.` }]
}

function leftOut(
  areas: readonly Area[],
  range: AddressRange | undefined,
  from: number,
  to: number,
): ImageNote[] {
  if (!range) return []
  const outside = areas.filter(area => area.from < from || area.to > to)
  if (outside.length === 0) return []
  const message = `Octets outside ${textOf(range)} are left out; the file has ${listed(areas)}.`
  return [{ code: 'left-out', message }]
}

function listed(areas: readonly Area[]): string {
  const named = areas.slice(0, NAMED).map(area => `${textOf(area)} (${area.written} B)`)
  const more = areas.length - named.length
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

function listedWithGaps(areas: readonly Area[]): string {
  const named = areas.slice(0, NAMED).map((area, i) => {
    const gap = i === 0 ? undefined : { from: areas[i - 1]!.to + 1, to: area.from - 1 }
    const before = gap ? `a gap ${textOf(gap)} (${lengthOf(gap)} B), ` : ''
    return `${before}${listed([area])}`
  })
  const more = areas.length - named.length
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

function lengthOf({ from, to }: AddressRange): number {
  return to - from + 1
}

/** As --range takes it. */
function textOf({ from, to }: AddressRange, between = '..'): string {
  return `${hex(from, 8)}${between}${hex(to, 8)}`
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
