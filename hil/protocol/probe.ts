// Finds out what a board speaks: the agent answers HELLO; a bootloader that waits for XMODEM says C, or NAK, again and again;
// Silicon Labs' Gecko bootloader shows a menu. It listens before it speaks: octets of a HELLO could be taken for a choice
// in a menu or the end of a file.

import type { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import { type Board, decodeToHost, encodeToBoard, PROTOCOL_VERSION } from './agent-messages.ts'
import { GECKO_PROMPT } from './gecko.ts'
import { ASK_CRC, NAK } from './modem.ts'
import { FrameReader, frameOf } from './serial-frame.ts'
import type { Talk } from './talk.ts'

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

export class ProbeTalk implements Talk {
  over = false
  failure: HanrigError | undefined
  found: Found | undefined
  /** What the agent said of itself, when it was the agent. */
  board: Board | undefined

  readonly #times: ProbeTimes
  readonly #reader = new FrameReader(LONGEST_REPLY, message => this.#onMessage(message))
  #text = ''
  #helloAt: number
  #helloUntil: number
  #until: number

  constructor(now: number, times: Partial<ProbeTimes> = {}) {
    this.#times = { ...PROBE_TIMES, ...times }
    this.#helloAt = now + this.#times.listenFirst
    this.#helloUntil = this.#helloAt + this.#times.helloFor
    this.#until = this.#helloUntil + this.#times.listenFor
  }

  get deadline(): number {
    return this.#helloAt < this.#helloUntil ? this.#helloAt : this.#until
  }

  receive(chunk: Uint8Array): void {
    this.#reader.push(chunk)
    if (this.over) return
    this.#text = (this.#text + Buffer.from(chunk).toString('latin1')).slice(-TAIL)
    if (GECKO_PROMPT.test(this.#text)) this.#find('gecko')
    // An ask stands alone: a C or NAK inside other octets is part of a log or a frame.
    else if (chunk.every(octet => octet === ASK_CRC || octet === NAK)) this.#find('xmodem')
  }

  tick(now: number): void {
    if (now < this.#until || this.over) return
    this.over = true
    this.failure = hanrigError(
      'HANRIG_BOARD_SILENT',
      'Neither a board agent nor a bootloader that waits for XMODEM answered.',
    )
  }

  transmit(out: Bytes, now: number): number {
    if (this.over || now < this.#helloAt || now >= this.#helloUntil) return 0
    this.#helloAt = now + this.#times.helloEvery
    const hello = { protocolMin: PROTOCOL_VERSION, protocolMax: PROTOCOL_VERSION }
    const frame = frameOf(encodeToBoard({ request: REQUEST, hello }), true)
    out.u8.set(frame)
    return frame.length
  }

  interrupt(): void {}

  #onMessage(octets: Uint8Array): void {
    const message = decodeToHost(octets)
    if (!message) return
    this.board = message.board
    // Whatever is a sound frame is the agent's, a log line too; only BOARD says more.
    if (message.board || message.error) this.#find('agent')
  }

  #find(found: Found): void {
    this.found = found
    this.over = true
  }
}
