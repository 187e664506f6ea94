// Streams of events, CSV or JSON Lines, from chunks of octets to batches. Bad rows end the reading with their file, line
// and column, or are counted and left out.

import type { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import { EventBatch } from './event-batch.ts'
import { FIELDS, type Field, lackOf, REQUIRED, readField } from './event-fields.ts'
import { LineSplitter, LONGEST_LINE } from './line-splitter.ts'

const COMMA = 44
const QUOTE = 34
const BRACE = 123
const BYTE_ORDER_MARK = 0xef
/** Columns looked at in a CSV file. */
const MOST_COLUMNS = 256

export interface ReaderOptions {
  /** Bad rows are counted instead of refused. */
  readonly skipBad: boolean
  /** Takes a batch; it is used again afterwards. */
  readonly take: (batch: EventBatch) => void
}

/** Reads files one after another: time goes on from one to the next. */
export class EventReader {
  events = 0
  bad = 0
  /** Columns that mean nothing here. */
  readonly ignored = new Set<string>()
  readonly #options: ReaderOptions
  readonly #batch = new EventBatch()
  readonly #lines = new LineSplitter((src, from, to) => this.#take(src, from, to))
  #file = ''
  #line = 0
  #last = Number.NEGATIVE_INFINITY
  #isJson = false
  /** The field of each column of a CSV file, -1 for none; empty before its header. */
  #columns: number[] = []
  readonly #starts = new Int32Array(MOST_COLUMNS)
  readonly #ends = new Int32Array(MOST_COLUMNS)
  readonly #encoder = new TextEncoder()

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  /** A file begins. @param name for sentences. */
  begin(name: string): void {
    this.#file = name
    this.#line = 0
    this.#columns = []
    this.#isJson = false
  }

  /** @param octets of the file; may be written over afterwards. @throws HanrigError EVENTS_INVALID or EVENTS_UNORDERED. */
  feed(octets: Uint8Array): void {
    this.#lines.feed(octets)
  }

  /** The file is over; its last line may have no end. */
  end(): void {
    this.#lines.end()
    if (this.#line === 0) throw this.#invalid(1, 'the file is empty.', 0)
    this.flush()
  }

  /** Hands over what there is of a batch. */
  flush(): void {
    if (this.#batch.length > 0) this.#options.take(this.#batch)
    this.#batch.length = 0
  }

  #take(src: Uint8Array, from: number, to: number): void {
    this.#line++
    if (this.#line === 1) {
      if (src[from] === BYTE_ORDER_MARK) from += 3
      this.#isJson = src[from] === BRACE
    }
    if (from >= to) return
    if (to - from >= LONGEST_LINE) throw this.#invalid(1, 'the line is longer than any event.')
    if (!this.#isJson && this.#columns.length === 0) {
      this.#readHeader(src, from, to)
      return
    }
    const batch = this.#batch
    const i = batch.begin()
    const isGood = this.#isJson ? this.#readJson(i, src, from, to) : this.#readRow(i, src, from, to)
    if (!isGood || !this.#check(i)) return
    this.#last = batch.time[i]!
    batch.length++
    this.events++
    if (batch.isFull) this.flush()
  }

  #readHeader(src: Uint8Array, from: number, to: number): void {
    const names = new TextDecoder().decode(src.subarray(from, to)).split(',').map(unquoted)
    this.#columns = names.map(name => FIELDS.indexOf(name as Field))
    for (const field of REQUIRED) {
      if (names.includes(field)) continue
      throw this.#invalid(
        1,
        `the header names no column "${field}": columns are ${FIELDS.join(', ')}.`,
      )
    }
    if (names.length > MOST_COLUMNS) throw this.#invalid(1, 'there are too many columns.')
    for (const name of names) if (!FIELDS.includes(name as Field)) this.ignored.add(name)
  }

  #readRow(i: number, src: Uint8Array, from: number, to: number): boolean {
    const columns = this.#columns
    const starts = this.#starts
    const ends = this.#ends
    let column = 0
    starts[0] = from
    for (let at = from; at < to; at++) {
      if (src[at] !== COMMA) continue
      ends[column++] = at
      if (column === columns.length)
        return this.#refuse(at - from + 1, 'there are more fields than columns.')
      starts[column] = at + 1
    }
    ends[column++] = to
    for (let n = 0; n < column; n++) {
      const field = columns[n]!
      if (field < 0) continue
      let start = starts[n]!
      let end = ends[n]!
      if (src[start] === QUOTE && end - start > 1 && src[end - 1] === QUOTE) {
        start++
        end--
      }
      const problem = readField(this.#batch, i, field, src, start, end)
      if (problem !== undefined) return this.#refuse(start - from + 1, problem)
    }
    return this.#isTold(i, column, from)
  }

  /** Whether the fields that a row must have are there; `columns` is how many it has. */
  #isTold(i: number, columns: number, from: number): boolean {
    const event = this.#columns.indexOf(FIELDS.indexOf('event'))
    const isEmpty = event >= columns || this.#ends[event] === this.#starts[event]
    const lack = isEmpty
      ? { field: 'event', sentence: 'the event is missing.' }
      : lackOf(this.#batch, i)
    if (!lack) return true
    const at = this.#columns.indexOf(FIELDS.indexOf(lack.field as Field))
    const place = at >= 0 && at < columns ? this.#starts[at]! - from + 1 : 1
    return this.#refuse(place, lack.sentence)
  }

  #readJson(i: number, src: Uint8Array, from: number, to: number): boolean {
    const text = new TextDecoder().decode(src.subarray(from, to))
    let row: unknown
    try {
      row = JSON.parse(text)
    } catch {
      return this.#refuse(1, 'this line is not JSON.')
    }
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      return this.#refuse(1, 'this line is not an object.')
    }
    for (const [name, value] of Object.entries(row)) {
      const field = FIELDS.indexOf(name as Field)
      if (field < 0) this.ignored.add(name)
      if (field < 0 || value === null) continue
      const place = Math.max(0, text.indexOf(`"${name}"`)) + 1
      if (typeof value !== 'string' && typeof value !== 'number') {
        return this.#refuse(place, `"${name}" is neither text nor a number.`)
      }
      const octets = this.#encoder.encode(String(value))
      const problem = readField(this.#batch, i, field, octets, 0, octets.length)
      if (problem !== undefined) return this.#refuse(place, problem)
    }
    const lack = 'event' in row ? lackOf(this.#batch, i) : { sentence: 'the event is missing.' }
    return lack ? this.#refuse(1, lack.sentence) : true
  }

  /** Time must not run backwards: what is forgotten does not come back. */
  #check(i: number): boolean {
    if (this.#batch.time[i]! >= this.#last) return true
    this.bad++
    if (this.#options.skipBad) return false
    throw hanrigError(
      'HANRIG_EVENTS_UNORDERED',
      `${this.#file}:${this.#line}: this event is earlier than the one before it.`,
    )
  }

  #refuse(column: number, sentence: string): boolean {
    this.bad++
    if (this.#options.skipBad) return false
    throw this.#invalid(column, sentence)
  }

  #invalid(column: number, sentence: string, line = this.#line): HanrigError {
    return hanrigError(
      'HANRIG_EVENTS_INVALID',
      `${this.#file}:${Math.max(1, line)}:${column}: ${sentence}`,
    )
  }
}

function unquoted(name: string): string {
  return name.trim().replace(/^"(.*)"$/, '$1')
}
