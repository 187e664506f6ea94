// Finds out what a board speaks: the agent answers HELLO; a bootloader that waits for XMODEM says C, or NAK, again and again;
// Silicon Labs' Gecko bootloader shows a menu. It listens before it speaks: octets of a HELLO could be taken for a choice
// in a menu or the end of a file.

import type { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import { Heard, unanswered } from '../line/heard.ts'
import { type Board, decodeToHost, encodeToBoard, PROTOCOL_VERSION } from './agent-messages.ts'
import { ASK_CRC, Controls, NAK } from './controls.ts'
import { GECKO_PROMPT } from './gecko.ts'
import { FrameReader, frameOf } from './serial-frame.ts'
import type { Talk } from './talk.ts'

/** Who is at a port: hanrig's board agent, a boot loader that waits for XMODEM or YMODEM, or a Gecko boot loader. */
export type Found = 'agent' | 'xmodem' | 'gecko'

export interface ProbeTimes {
  /** Milliseconds to listen before the first HELLO. */
  readonly listenFirst: number
  /** Milliseconds between HELLOs, and how long they go on. */
  readonly helloEvery: number
  readonly helloFor: number
  /** Milliseconds to listen afterwards: lrzsz asks every ten seconds, U-Boot every two. */
  readonly listenFor: number
}

export const PROBE_TIMES: ProbeTimes = {
  listenFirst: 100,
  helloEvery: 150,
  helloFor: 3_000,
  listenFor: 12_000,
}

/** A number that no talk with the agent begins at. */
const REQUEST = 0x7ffffff0
const LONGEST_REPLY = 16_384
/** Text kept to look for a prompt in. */
const TAIL = 64
/** Milliseconds without text after an ask: what follows it at once makes it the beginning of a word. */
const ASK_STANDS = 100

export class ProbeTalk implements Talk {
  over = false
  failure: HanrigError | undefined
  readonly heard = new Heard()
  found: Found | undefined
  /** What the agent said of itself, when it was the agent. */
  board: Board | undefined

  readonly #times: ProbeTimes
  readonly #reader = new FrameReader(LONGEST_REPLY, message => this.#onMessage(message))
  readonly #controls = new Controls()
  readonly #hello = encodeToBoard({
    request: REQUEST,
    hello: { protocolMin: PROTOCOL_VERSION, protocolMax: PROTOCOL_VERSION },
  })
  #text = ''
  /** When an ask counts, unless it is the beginning of something else. */
  #askedBy = Number.POSITIVE_INFINITY
  #helloAt: number
  #helloUntil: number
  #until: number
  readonly #begun: number

  constructor(now: number, times: Partial<ProbeTimes> = {}) {
    this.#times = { ...PROBE_TIMES, ...times }
    this.#begun = now
    this.#helloAt = now + this.#times.listenFirst
    this.#helloUntil = this.#helloAt + this.#times.helloFor
    this.#until = this.#helloUntil + this.#times.listenFor
  }

  get deadline(): number {
    const next = this.#helloAt < this.#helloUntil ? this.#helloAt : this.#until
    return Math.min(next, this.#askedBy)
  }

  receive(chunk: Uint8Array, now: number): void {
    this.heard.take(chunk)
    this.#reader.push(chunk)
    if (this.over) return
    this.#text = (this.#text + Buffer.from(chunk).toString('latin1')).slice(-TAIL)
    if (GECKO_PROMPT.test(this.#text)) this.#find('gecko')
    const counting = this.#controls.take(chunk, now)
    const asked = counting.some(octet => octet === ASK_CRC || octet === NAK)
    if (asked) this.#askedBy = Math.min(this.#askedBy, now + ASK_STANDS)
    else if (this.#controls.isOther) this.#askedBy = Number.POSITIVE_INFINITY
  }

  tick(now: number): void {
    if (this.over) return
    if (now >= this.#askedBy) {
      this.#find('xmodem')
      return
    }
    if (now < this.#until) return
    const waited = `${(this.#until - this.#begun) / 1000} s`
    this.#fail(
      `Neither a board agent nor a bootloader that waits for XMODEM answered within ${waited}`,
    )
  }

  transmit(out: Bytes, now: number): number {
    if (this.over || now < this.#helloAt || now >= this.#helloUntil) return 0
    // Whoever has asked for XMODEM would take it for noise.
    if (this.#askedBy !== Number.POSITIVE_INFINITY) return 0
    this.#helloAt = now + this.#times.helloEvery
    const frame = frameOf(this.#hello, true)
    out.u8.set(frame)
    return frame.length
  }

  interrupt(): void {}

  #onMessage(octets: Uint8Array): void {
    if (Buffer.compare(octets, this.#hello) === 0) {
      this.heard.echoes = true
      this.#fail('A question to the agent came back as it was sent')
      return
    }
    const message = decodeToHost(octets)
    if (!message) return
    this.board = message.board
    // Whatever is a sound frame is the agent's, a log line too; only BOARD says more.
    if (message.board || message.error) this.#find('agent')
  }

  #fail(sentence: string): void {
    this.over = true
    this.failure = unanswered(sentence, this.heard)
  }

  #find(found: Found): void {
    this.found = found
    this.over = true
  }
}
