// Lines of text as octets, for streams of millions: events, and verdicts on them. Nothing becomes a string on the way.

import { writeEui64 } from '#core/eui64/eui64'
import { CANCEL_TIME } from '#core/power/activation'
import { CAUSE_NAMES, EVENT_NAMES, type EventBatch } from './event-batch.ts'
import { FIELDS } from './event-fields.ts'
import { writeTime } from './time-text.ts'

const COMMA = 44
const LF = 10
const QUOTE = 34
const SIZE = 1024 * 1024
/** No line is longer. */
const LONGEST_LINE = 1_024

/** Gathers lines and hands them over by the megabyte; what it hands over is its own memory, used again afterwards. */
export class TextWriter {
  readonly #octets = new Uint8Array(SIZE)
  readonly #take: (octets: Uint8Array) => void
  #length = 0

  constructor(take: (octets: Uint8Array) => void) {
    this.#take = take
  }

  text(ascii: string): this {
    for (let i = 0; i < ascii.length; i++) this.#octets[this.#length++] = ascii.charCodeAt(i)
    return this
  }

  comma(): this {
    this.#octets[this.#length++] = COMMA
    return this
  }

  quote(): this {
    this.#octets[this.#length++] = QUOTE
    return this
  }

  time(ms: number): this {
    this.#length = writeTime(this.#octets, this.#length, ms)
    return this
  }

  /** Nothing when it is zero. */
  id(ids: Int32Array, i: number): this {
    const [hi, lo] = [ids[2 * i]!, ids[2 * i + 1]!]
    if ((hi | lo) !== 0) this.#length = writeEui64(this.#octets, this.#length, hi, lo)
    return this
  }

  endLine(): void {
    this.#octets[this.#length++] = LF
    if (this.#length > SIZE - LONGEST_LINE) this.flush()
  }

  flush(): void {
    if (this.#length > 0) this.#take(this.#octets.subarray(0, this.#length))
    this.#length = 0
  }
}

export const EVENT_HEADER = FIELDS.join(',')

/** Writes the events of a batch as CSV rows. */
export function writeEvents(out: TextWriter, batch: EventBatch): void {
  for (let i = 0; i < batch.length; i++) {
    out.time(batch.time[i]!).comma().text(EVENT_NAMES[batch.kind[i]!]!)
    out.comma().id(batch.device, i).comma().id(batch.hub, i)
    moment(out.comma(), batch.requestTime[i]!)
    moment(out.comma(), batch.executionTime[i]!)
    moment(out.comma(), batch.outageStart[i]!)
    moment(out.comma(), batch.outageEnd[i]!)
    out.comma().text(CAUSE_NAMES[batch.cause[i]!]!).endLine()
  }
}

/** Writes the same as JSON Lines, without the fields that are empty. */
export function writeJsonEvents(out: TextWriter, batch: EventBatch): void {
  for (let i = 0; i < batch.length; i++) {
    out.text('{"time":"').time(batch.time[i]!).text('","event":"')
    out.text(EVENT_NAMES[batch.kind[i]!]!).quote()
    jsonId(out, 'device', batch.device, i)
    jsonId(out, 'hub', batch.hub, i)
    jsonMoment(out, 'requestTime', batch.requestTime[i]!)
    jsonMoment(out, 'executionTime', batch.executionTime[i]!)
    jsonMoment(out, 'outageStart', batch.outageStart[i]!)
    jsonMoment(out, 'outageEnd', batch.outageEnd[i]!)
    const cause = CAUSE_NAMES[batch.cause[i]!]!
    if (cause !== '') out.text(',"cause":"').text(cause).quote()
    out.text('}').endLine()
  }
}

function moment(out: TextWriter, ms: number): void {
  if (ms === CANCEL_TIME) out.text('cancel')
  else if (!Number.isNaN(ms)) out.time(ms)
}

function jsonMoment(out: TextWriter, name: string, ms: number): void {
  if (Number.isNaN(ms)) return
  moment(out.text(`,"${name}":"`), ms)
  out.quote()
}

function jsonId(out: TextWriter, name: string, ids: Int32Array, i: number): void {
  if ((ids[2 * i]! | ids[2 * i + 1]!) === 0) return
  out.text(`,"${name}":"`).id(ids, i).quote()
}
