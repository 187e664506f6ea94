// A list of ESMEs as a file: an EUI-64 a line, or the first column of a CSV file. Empty lines, lines that begin with #,
// and a first line that is a header are left out.

import { parseEui64 } from '#core/eui64/eui64'
import { hanrigError } from '../errors/errors.ts'
import { shown } from './event-fields.ts'
import { GrowingList } from './growing.ts'
import { LineSplitter } from './line-splitter.ts'

const COMMA = 44
const QUOTE = 34
const HASH = 35
/** A line of the shortest form, with its end. */
const SHORTEST = 17

export class ListReader {
  readonly list: GrowingList
  readonly #lines = new LineSplitter((src, from, to) => this.#take(src, from, to))
  readonly #id = new Int32Array(2)
  #file = ''
  #line = 0

  /** @param octets of the file, from which its devices are reckoned; 0 when it is not known. */
  constructor(octets: number, firstLine = SHORTEST) {
    this.list = new GrowingList(octets > 0 ? Math.ceil(octets / firstLine) : undefined)
  }

  get events(): number {
    return this.list.list.size
  }

  begin(name: string): void {
    this.#file = name
  }

  /** @throws HanrigError EVENTS_INVALID. */
  feed(octets: Uint8Array): void {
    this.#lines.feed(octets)
  }

  end(): void {
    this.#lines.end()
  }

  #take(src: Uint8Array, from: number, to: number): void {
    this.#line++
    if (from === to || src[from] === HASH) return
    let end = from
    while (end < to && src[end] !== COMMA) end++
    if (src[from] === QUOTE && src[end - 1] === QUOTE) {
      from++
      end--
    }
    if (parseEui64(src, from, end - from, this.#id)) this.list.add(this.#id[0]!, this.#id[1]!)
    else if (this.#line > 1) {
      throw hanrigError(
        'HANRIG_EVENTS_INVALID',
        `${this.#file}:${this.#line}:1: ${shown(src, from, end)} is no EUI-64.`,
      )
    }
  }
}
