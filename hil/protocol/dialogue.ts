// A talk with a board that answers what it is asked and is silent otherwise, written as a play: a generator that yields a
// question and gets its answer, in the order of the protocol's document. Octets and time in, octets and an outcome out.

import type { Bytes } from '#core/bytes/bytes'
import { HanrigError } from '#core/errors/errors'
import type { Heard } from '../line/heard.ts'
import type { Talk } from './talk.ts'

export interface Question {
  /** What is sent; nothing where it is only listened. */
  readonly octets: Uint8Array
  /** Milliseconds from when it was handed over until it counts as unanswered. */
  readonly within: number
  /** How many of the octets that have come since are the answer; undefined while it is not whole. */
  readonly whole: (got: Uint8Array) => number | undefined
}

/** What came until it was whole or the time was up. */
export interface Answer {
  readonly got: Uint8Array
  readonly isWhole: boolean
}

/** A part of a talk; what it returns is for the part that it belongs to. */
export type Play<T> = Generator<Question, T, Answer>

const NOTHING = new Uint8Array(0)
/** The driver's buffer. */
const LONGEST_WRITE = 16_384

/** Asks and returns the answer. */
export function* ask(
  octets: Uint8Array,
  within: number,
  whole: (got: Uint8Array) => number | undefined,
): Play<Answer> {
  return yield { octets, within, whole }
}

/** Lets time pass, and returns what came meanwhile. */
export function* listen(ms: number): Play<Uint8Array> {
  const { got } = yield { octets: NOTHING, within: ms, whole: () => undefined }
  return got
}

export class Dialogue implements Talk {
  over = false
  failure: HanrigError | undefined
  rest = NOTHING
  readonly heard: Heard
  readonly #play: Play<void>
  #question: Question | undefined
  /** Octets of the question that were handed over. */
  #said = 0
  #until = Number.POSITIVE_INFINITY
  #got: number[] = []

  /**
   * @param play throws a HanrigError when the talk has failed.
   * @param heard gets what came; the play marks in it what was an answer.
   */
  constructor(play: Play<void>, heard: Heard, now: number) {
    this.heard = heard
    this.#play = play
    this.#go(() => play.next(), now)
  }

  get deadline(): number {
    return this.#until
  }

  receive(chunk: Uint8Array, now: number): void {
    this.heard.take(chunk)
    const question = this.#question
    // What comes before the question was put is no answer to it.
    if (this.over || !question || this.#said < question.octets.length) return
    this.#got.push(...chunk)
    const length = question.whole(Uint8Array.from(this.#got))
    if (length !== undefined) this.#answer(length, now)
  }

  tick(now: number): void {
    if (!this.over && now >= this.#until) this.#answer(undefined, now)
  }

  transmit(out: Bytes, now: number): number {
    const question = this.#question
    if (this.over || !question || this.#said === question.octets.length) return 0
    const part = question.octets.subarray(this.#said, this.#said + LONGEST_WRITE)
    out.u8.set(part)
    this.#said += part.length
    this.#until = now + question.within
    return part.length
  }

  interrupt(): void {}

  #answer(length: number | undefined, now: number): void {
    const got = Uint8Array.from(this.#got.slice(0, length))
    // Nothing of an answer is for people.
    if (length !== undefined) this.heard.forget()
    // Behind the last answer somebody else has begun to speak.
    this.rest = Uint8Array.from(this.#got.slice(got.length))
    this.#go(() => this.#play.next({ got, isWhole: length !== undefined }), now)
  }

  #go(next: () => IteratorResult<Question, void>, now: number): void {
    try {
      const { value, done } = next()
      this.over = done === true
      this.#question = value === undefined ? undefined : value
      this.#said = 0
      this.#got = []
      this.#until = now + (this.#question?.within ?? 0)
    } catch (error) {
      if (!(error instanceof HanrigError)) throw error
      this.over = true
      this.failure = error
    }
  }
}
