// Lines of hex digits, as Intel HEX and S-record files have them, one after another. No string is made per line.
// What people and tools put around records is passed over and noted: a byte order mark, blanks before a record, comment
// lines, text after a record that a blank or the mark of a comment parts from it. What could be a record with one octet
// damaged is none of these, lest it be lost without a word.

import { Bytes } from '../bytes/bytes.ts'
import { markLength } from './content/octets.ts'
import type { ImageNote } from './note.ts'

const LF = 0x0a
const CR = 0x0d
const SLASH = 0x2f
/** What a comment starts with: a semicolon or a hash; two slashes, too. */
const COMMENT_MARKS = [0x3b, 0x23]
/** Octets of the longest record: an Intel HEX one of 255 data octets. */
const MAX_RECORD = 260
/** Digits of the shortest record, an S9 one. */
const SHORTEST = 8

// Value of each character code as a hex digit of either case, -1 for other characters. With a table
// a 16 MiB image is read in 0.6 s, with comparisons in 0.9 s.
const NIBBLES = new Int8Array(256).fill(-1)
for (const digits of ['0123456789abcdef', '0123456789ABCDEF']) {
  for (let i = 0; i < 16; i++) NIBBLES[digits.charCodeAt(i)] = i
}

/** Walks the lines of a file that are neither blank nor a comment. A line ends with LF, CR or CR LF. */
export class RecordLines {
  /** Number of the current line, from 1; after the last, the number of lines. */
  line = 0
  /** What decode() read, until its next call; octets behind that are stale. */
  readonly octets = Bytes.alloc(MAX_RECORD)
  /** Sum of what decode() read, modulo 256. */
  sum = 0
  readonly #file: Uint8Array
  readonly #mark: number
  #next: number
  #begin = 0
  #from = 0
  #to = 0
  readonly #indented = new Seen()
  readonly #comments = new Seen()
  readonly #trailing = new Seen()

  constructor(file: Bytes) {
    this.#file = file.u8
    this.#mark = markLength(file)
    this.#next = this.#mark
  }

  /** What was passed over so far. */
  get notes(): ImageNote[] {
    const notes: ImageNote[] = []
    if (this.#mark > 0) {
      notes.push({
        code: 'byte-order-mark',
        message: 'A byte order mark before the first record is passed over.',
        at: 0,
      })
    }
    const told: readonly [ImageNote['code'], Seen, string][] = [
      ['leading-blanks', this.#indented, 'Blanks before records are passed over'],
      ['comment-lines', this.#comments, 'Comment lines are passed over'],
      ['text-after-record', this.#trailing, 'Text after records is passed over'],
    ]
    for (const [code, { lines, first }, what] of told) {
      if (lines === 0) continue
      const where = lines === 1 ? `in line ${first}` : `in ${lines} lines, first in line ${first}`
      notes.push({ code, message: `${what}, ${where}.`, line: first })
    }
    return notes
  }

  /** Goes to the next line that is neither blank nor a comment; false when there is none. */
  next(): boolean {
    while (this.nextWithComments()) {
      if (!this.#isComment(this.#from) || this.#hidesRecord(this.#from)) return true
      this.#comments.note(this.line)
    }
    return false
  }

  /** Goes to the next line that is not blank; false when there is none. */
  nextWithComments(): boolean {
    const file = this.#file
    while (this.#next < file.length) {
      const from = this.#next
      let to = from
      while (to < file.length && file[to] !== LF && file[to] !== CR) to++
      this.#next = to + (file[to] === CR && file[to + 1] === LF ? 2 : 1)
      this.line++
      while (to > from && isBlank(file[to - 1]!)) to--
      this.#begin = from
      this.#from = from
      while (this.#from < to && isBlank(file[this.#from]!)) this.#from++
      this.#to = to
      if (to > this.#from) return true
    }
    return false
  }

  /** Character code at `index` of the line, blanks before it left out; undefined past its end. */
  charAt(index: number): number | undefined {
    return this.#from + index < this.#to ? this.#file[this.#from + index] : undefined
  }

  /** Number of hex digits from `skip` on, when nothing or a parted text comes after them; else -1. */
  digits(skip: number): number {
    const from = this.#from + skip
    const end = this.#digitsEnd(from)
    return end >= this.#to || this.#isParted(end) ? Math.max(end - from, 0) : -1
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
    if (this.#from > this.#begin) this.#indented.note(this.line)
    if (at < this.#to) this.#trailing.note(this.line)
    return count
  }

  /**
   * Where the line stops being a record, for a sentence: the first character from `skip` on that is no hex digit, and its
   * column, from 1. Empty when there is none.
   */
  fault(skip: number): string {
    const at = Math.max(this.#from, this.#digitsEnd(this.#from + skip))
    if (at >= this.#to) return ''
    const code = this.#file[at]!
    const shown =
      code > 0x20 && code < 0x7f
        ? String.fromCharCode(code)
        : `0x${code.toString(16).padStart(2, '0')}`
    return `, for column ${at - this.#begin + 1} has ${shown}`
  }

  #digitsEnd(from: number): number {
    const file = this.#file
    let end = from
    while (end < this.#to && NIBBLES[file[end]!]! >= 0) end++
    return end
  }

  #isParted(at: number): boolean {
    return (isBlank(this.#file[at]!) || this.#isComment(at)) && !this.#hidesRecord(at)
  }

  /** True when some hex digits from `at` on are as many as the count that they start with says; a type digit may precede. */
  #hidesRecord(at: number): boolean {
    const file = this.#file
    while (at < this.#to) {
      const end = this.#digitsEnd(at)
      for (const skip of [0, 1]) {
        const digits = end - at - skip
        if (digits < SHORTEST) continue
        const count = (NIBBLES[file[at + skip]!]! << 4) | NIBBLES[file[at + skip + 1]!]!
        if (digits === 2 * count + 10 || digits === 2 * count + 2) return true
      }
      at = end + 1
    }
    return false
  }

  #isComment(at: number): boolean {
    const file = this.#file
    return COMMENT_MARKS.includes(file[at]!) || (file[at] === SLASH && file[at + 1] === SLASH)
  }
}

/** What is to be said of end records when there are several. */
export function endNotes(ends: readonly number[]): ImageNote[] {
  if (ends.length < 2) return []
  return [
    {
      code: 'several-ends',
      message: `The file has ${ends.length} end records; the first is in line ${ends[0]}.`,
      line: ends[0]!,
    },
  ]
}

/** How many lines have something, and which is the first. */
class Seen {
  lines = 0
  first = 0

  note(line: number): void {
    if (this.lines++ === 0) this.first = line
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
