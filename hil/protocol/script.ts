// What people type at a prompt, and what they wait for before they type: texts sent and expressions expected, in order.
// What came before a text was sent is no answer to it. A match at the very end counts when nothing follows at once: the
// `C$` of a receiver is no C of a banner that is still on its way.

import type { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import { Heard } from '../line/heard.ts'
import type { Talk } from './talk.ts'

/** One thing said or waited for. */
export type Word = { readonly send: Uint8Array } | { readonly expect: RegExp }

export interface ScriptTimes {
  /** Milliseconds until what is expected first, before anything was sent. */
  readonly startWithin: number
  /** Milliseconds until each other thing that is expected. */
  readonly answerWithin: number
}

export const SCRIPT_TIMES: ScriptTimes = { startWithin: 10_000, answerWithin: 10_000 }

/** Milliseconds without another octet after which a match at the end counts; adapters hand over every 16 ms. */
const QUIET = 50
/** Text kept to look in. */
const KEPT = 16_384
/** Octets of a text that is sent. */
const LONGEST = 4_096
const ESCAPES: Readonly<Record<string, string>> = {
  r: '\r',
  n: '\n',
  t: '\t',
  e: '\x1b',
  0: '\0',
  '\\': '\\',
}

/**
 * What a text says when it is sent: \r, \n, \t, \e, \0, \\ and \xHH stand for their octets, the rest for itself in UTF-8.
 * @throws HanrigError TYPED_TEXT.
 */
export function textToSend(written: string): Word {
  const parts = written.match(/\\x[0-9a-f]{2}|\\[^x]|[^\\]+|\\/gi) ?? []
  const octets = Buffer.concat(parts.map(part => octetsOf(written, part)))
  if (octets.length === 0 || octets.length > LONGEST) {
    throw wrong(`A text to send has 1 to ${LONGEST} octets, not ${octets.length}.`)
  }
  return { send: octets }
}

function octetsOf(written: string, part: string): Buffer {
  if (!part.startsWith('\\')) return Buffer.from(part)
  if (/^\\x../i.test(part)) return Buffer.from([Number.parseInt(part.slice(2), 16)])
  const octet = Object.hasOwn(ESCAPES, part[1] ?? '') ? ESCAPES[part[1]!] : undefined
  if (octet !== undefined) return Buffer.from(octet)
  throw wrong(`${JSON.stringify(part)} in ${JSON.stringify(written)} stands for nothing.`)
}

/**
 * What is expected: a regular expression, in whose `$` the text heard so far ends.
 * @throws HanrigError TYPED_TEXT.
 */
export function textToExpect(source: string): Word {
  try {
    return { expect: new RegExp(source, 's') }
  } catch (error) {
    throw wrong(`${JSON.stringify(source)} cannot be expected: ${(error as Error).message}.`)
  }
}

function wrong(sentence: string): HanrigError {
  return hanrigError('HANRIG_TYPED_TEXT', sentence)
}

export class ScriptTalk implements Talk {
  over = false
  failure: HanrigError | undefined
  readonly heard = new Heard()
  readonly #words: readonly Word[]
  readonly #times: ScriptTimes
  #at = 0
  #text = ''
  #until: number
  /** When a match at the end counts, unless more comes. */
  #countsAt = Number.POSITIVE_INFINITY

  constructor(words: readonly Word[], now: number, times: ScriptTimes = SCRIPT_TIMES) {
    this.#words = words
    this.#times = times
    this.#until = now + times.startWithin
    this.over = words.length === 0
  }

  get deadline(): number {
    return Math.min(this.#until, this.#countsAt)
  }

  /** What came after the last thing that was expected: it is for whoever talks next. */
  get rest(): Uint8Array {
    return Buffer.from(this.#text, 'latin1')
  }

  receive(chunk: Uint8Array, now: number): void {
    this.heard.take(chunk)
    this.#text = (this.#text + Buffer.from(chunk).toString('latin1')).slice(-KEPT)
    this.#look(now, false)
  }

  tick(now: number): void {
    if (this.over) return
    if (now >= this.#countsAt) this.#look(now, true)
    if (this.over || now < this.#until) return
    this.over = true
    const { expect } = this.#words[this.#at] as { expect: RegExp }
    const { startWithin, answerWithin } = this.#times
    const within = this.#at === 0 ? startWithin : answerWithin
    const said = this.heard.text === '' ? 'nothing was said' : `it said "${this.heard.text}"`
    this.failure = hanrigError(
      'HANRIG_EXPECTED_UNSEEN',
      `/${expect.source}/ did not come within ${within / 1000} s; ${said}.`,
    )
  }

  transmit(out: Bytes, now: number): number {
    const word = this.#words[this.#at]
    if (this.over || word === undefined || !('send' in word)) return 0
    out.u8.set(word.send)
    this.#text = ''
    this.#next(now)
    return word.send.length
  }

  interrupt(): void {}

  #look(now: number, isQuiet: boolean): void {
    this.#countsAt = Number.POSITIVE_INFINITY
    const word = this.#words[this.#at]
    if (this.over || word === undefined || !('expect' in word)) return
    const found = word.expect.exec(this.#text)
    if (!found) return
    const end = found.index + found[0].length
    if (end === this.#text.length && !isQuiet) {
      this.#countsAt = now + QUIET
      return
    }
    this.#text = this.#text.slice(end)
    this.#next(now)
    this.#look(now, false)
  }

  #next(now: number): void {
    this.#at++
    this.#until = now + this.#times.answerWithin
    this.over = this.#at === this.#words.length
  }
}
