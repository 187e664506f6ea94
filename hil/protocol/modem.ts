// XMODEM and YMODEM, the sender's side: one block, one answer. What is done when is in the tables of xmodem.ts and
// ymodem.ts; this is the machinery both share: octets become events, actions become packets, every state has a time limit.
// The receiver leads, as the protocols say: it asks again when a block is damaged or late. Source: C. Forsberg, XMODEM/YMODEM
// Protocol Reference (1988).

import type { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import { NO_ACTION, type Row, StateTable } from '#core/state/table'
import { hanrigError } from '../errors/errors.ts'
import { CHECKSUM, CRC, encodePacket, LONG, SHORT, writeHeaderBlock } from './modem-packet.ts'
import type { Counts, Talk } from './talk.ts'

/** Control octets. */
export const SOH = 0x01
export const STX = 0x02
export const EOT = 0x04
export const ACK = 0x06
export const NAK = 0x15
export const CAN = 0x18
/** The receiver's start: blocks with CRC-16, please. */
export const ASK_CRC = 0x43

/** States. */
export const STARTING = 0
export const HEADER = 1
export const HEADER_HELD = 2
export const SENDING = 3
export const ENDING = 4
export const CLOSING = 5
export const CLOSED = 6
export const DONE = 7
export const FAILED = 8

export const MODEM_STATES = [
  'starting',
  'header',
  'header-held',
  'sending',
  'ending',
  'closing',
  'closed',
  'done',
  'failed',
] as const

/** Events. */
export const ASKED_CRC = 0
export const ASKED_AGAIN = 1
export const TAKEN = 2
export const LAST_TAKEN = 3
export const CANCELLED = 4
export const SILENCE = 5
export const GIVE_UP = 6

/** Actions. */
export const FIRST_BY_CRC = 1
export const FIRST_BY_SUM = 2
export const HEADER_BLOCK = 3
export const FIRST = 4
export const NEXT = 5
export const REPEAT = 6
export const END = 7
export const EMPTY_HEADER = 8
export const FINISH = 9
export const QUIT = 10

export interface ModemTimes {
  /** Milliseconds that the receiver has to ask for the first block: a person may have to start it. */
  readonly startWithin: number
  /** Milliseconds that an answer may take before a block is repeated unasked; above the receivers' own 10 to 12 s. */
  readonly answerWithin: number
  /** Blocks sent in vain before it fails. */
  readonly maxTries: number
  /** Milliseconds from an answer to the next block: lrzsz's rx drops what comes right after its own ACK. */
  readonly turnaround: number
  /**
   * The same before the first packet, for a receiver may still set its line up, and after a repeat: a second answer to the
   * same block may be on its way and must not be taken for the next one's.
   */
  readonly settle: number
}

export const MODEM_TIMES: ModemTimes = {
  startWithin: 60_000,
  answerWithin: 15_000,
  maxTries: 10,
  turnaround: 2,
  settle: 100,
}

/** An ask later than this after a block was sent is a time-out of the receiver's: what was sent got lost on its side. */
const LATE_ASK = 500
/** Milliseconds after an early ask in which an answer to the block must come if the block did not get lost. */
const KNOWN_AFTER = 2_000
const MAX_TURNAROUND = 50
/** Times that silence is answered by a repeat. */
const MAX_SILENCES = 3
/** As many as Forsberg's reference and lrzsz send. */
const CANCEL_OCTETS = 8

export interface ModemImage {
  readonly octets: Bytes
  /** YMODEM only: the name in the header block. */
  readonly name: string
}

export class ModemSender implements Talk {
  readonly counts: Counts
  readonly times: ModemTimes
  state = STARTING
  failure: HanrigError | undefined

  readonly #table: StateTable
  readonly #image: ModemImage
  /** Most octets a block carries: 128 or 1024. */
  readonly #blockSize: number
  #check = CRC
  #number = 0
  #at = 0
  #length = 0
  /** What transmit() is to give, and from when on. */
  #due = NO_ACTION
  #dueAt = 0
  /** What a repeat gives again. */
  #last = NO_ACTION
  #sentAt = 0
  #tries = 0
  #silences = 0
  #cans = 0
  #turnaround: number
  #deadline: number

  constructor(
    rows: readonly Row[],
    image: ModemImage,
    blockSize: number,
    counts: Counts,
    times: ModemTimes,
    now: number,
  ) {
    this.#table = new StateTable(MODEM_STATES.length, GIVE_UP + 1, rows)
    this.#image = image
    this.#blockSize = blockSize
    this.counts = counts
    this.times = times
    this.#turnaround = times.turnaround
    this.#deadline = now + times.startWithin
    counts.size = image.octets.length
    counts.blocks = blocksFrom(0, image.octets.length, blockSize)
    counts.doneOctets = 0
    counts.doneBlocks = 0
  }

  get over(): boolean {
    return (this.state === DONE || this.state === FAILED) && this.#due === NO_ACTION
  }

  get deadline(): number {
    return this.#due === NO_ACTION ? this.#deadline : this.#dueAt
  }

  receive(chunk: Uint8Array, now: number): void {
    let asked = false
    for (const octet of chunk) {
      this.#cans = octet === CAN ? this.#cans + 1 : 0
      // One CAN may be noise, two are meant.
      if (this.#cans === 2) this.#step(CANCELLED, now)
      // Between an answer and what it brings, nothing that is said can be about it.
      else if (this.#due !== NO_ACTION) continue
      else if (octet === ACK) this.#step(this.#isLast() ? LAST_TAKEN : TAKEN, now)
      else if (octet === NAK || octet === ASK_CRC) {
        // A receiver that has waited has asked more than once: one answer is enough.
        if (!asked) this.#asked(octet, now)
        asked = true
      }
    }
  }

  tick(now: number): void {
    if (this.#due !== NO_ACTION || now < this.#deadline) return
    if (++this.#silences > MAX_SILENCES || this.state === STARTING) this.#step(GIVE_UP, now)
    else this.#step(SILENCE, now)
  }

  transmit(out: Bytes, now: number): number {
    if (this.#due === NO_ACTION || now < this.#dueAt) return 0
    const action = this.#due
    this.#due = NO_ACTION
    this.#sentAt = now
    this.#deadline = now + this.times.answerWithin
    const length = this.#write(action, out)
    this.counts.octets += length
    return length
  }

  interrupt(now: number): void {
    this.#fail('HANRIG_INTERRUPTED', 'Stopped by the user.', now)
  }

  #asked(octet: number, now: number): void {
    const begins = this.state === STARTING || this.state === HEADER_HELD || this.state === CLOSING
    if (octet === ASK_CRC && begins) {
      this.#step(ASKED_CRC, now)
      return
    }
    if (octet === ASK_CRC && now - this.#sentAt < LATE_ASK) {
      // It may have been under way when the block was sent, or the block was flushed: soon one knows.
      this.#silences = 0
      this.#deadline = Math.min(this.#deadline, now + KNOWN_AFTER)
      return
    }
    if (!begins && now - this.#sentAt >= LATE_ASK) {
      // Most likely it came too early and was flushed: later ones leave more time.
      this.#turnaround = Math.min(MAX_TURNAROUND, Math.max(1, 4 * this.#turnaround))
    }
    this.#step(ASKED_AGAIN, now)
  }

  #isLast(): boolean {
    return this.#at + this.#length >= this.#image.octets.length
  }

  #step(event: number, now: number): void {
    const action = this.#table.action(this.state, event)
    if (action === NO_ACTION) return
    const before = this.state
    this.state = this.#table.next(before, event)
    if (event !== SILENCE && event !== GIVE_UP) this.#silences = 0
    this.#act(action, event, now)
  }

  #act(action: number, event: number, now: number): void {
    switch (action) {
      case FIRST_BY_SUM:
        this.#check = CHECKSUM
        this.#block(0, now)
        break
      case FIRST_BY_CRC:
      case FIRST:
        this.#block(0, now)
        break
      case NEXT:
        this.#taken()
        this.#block(this.#at + this.#length, now)
        break
      case END:
        this.#taken()
        this.#queue(END, now)
        break
      case REPEAT:
        this.#repeat(now)
        break
      case FINISH:
        this.#deadline = now + this.times.answerWithin
        break
      case QUIT:
        this.#quit(event, now)
        break
      default:
        this.#queue(action, now)
    }
  }

  #block(at: number, now: number): void {
    this.#at = at
    this.#number++
    this.#length = Math.min(
      blockAt(at, this.#image.octets.length, this.#blockSize),
      this.#image.octets.length - at,
    )
    this.#queue(NEXT, now)
  }

  #taken(): void {
    this.counts.doneOctets = this.#at + this.#length
    this.counts.doneBlocks++
  }

  /** Sends something new: what is awaited from now on is the answer to it. */
  #queue(action: number, now: number): void {
    const pause = this.#tries === 1 ? this.#turnaround : this.times.settle
    this.#tries = 1
    this.#due = action
    this.#last = action
    this.#dueAt = now + pause
  }

  #repeat(now: number): void {
    this.counts.retries++
    if (++this.#tries > this.times.maxTries) {
      this.#fail(
        'HANRIG_TRANSFER_FAILED',
        `The receiver asked ${this.times.maxTries} times for the same block, at ${this.#at} B.`,
        now,
      )
      return
    }
    if (this.#last === NEXT) this.counts.resent++
    this.#due = this.#last
    this.#dueAt = now + (this.counts.doneBlocks === 0 ? this.times.settle : this.#turnaround)
  }

  #quit(event: number, now: number): void {
    if (event === CANCELLED) {
      this.state = FAILED
      this.failure = hanrigError(
        'HANRIG_TRANSFER_CANCELLED',
        `The receiver cancelled the transfer at ${this.counts.doneOctets} of ${this.counts.size} B.`,
      )
      return
    }
    const { sent, blocks, doneBlocks } = this.counts
    const silence = `${((MAX_SILENCES + 1) * this.times.answerWithin) / 1000} s`
    if (sent === 0) {
      const waited = `${this.times.startWithin / 1000} s`
      this.#fail('HANRIG_BOARD_SILENT', `No receiver asked for the image within ${waited}.`, now)
    } else if (doneBlocks < blocks) {
      this.#fail('HANRIG_BOARD_SILENT', `The receiver has been silent for ${silence}.`, now)
    } else {
      // The last answer got lost and its sender has left, or it never was: from here the two look the same.
      const sentence = `The receiver acknowledged all ${blocks} blocks, then did not answer the end of the file for ${silence}.`
      this.#fail('HANRIG_END_UNANSWERED', sentence, now)
    }
  }

  /** Fails and tells the receiver, who would wait a minute otherwise. */
  #fail(
    code:
      | 'HANRIG_INTERRUPTED'
      | 'HANRIG_TRANSFER_FAILED'
      | 'HANRIG_BOARD_SILENT'
      | 'HANRIG_END_UNANSWERED',
    sentence: string,
    now: number,
  ): void {
    this.state = FAILED
    this.failure = hanrigError(code, sentence)
    this.#due = QUIT
    this.#dueAt = now
  }

  #write(action: number, out: Bytes): number {
    switch (action) {
      case END:
        out.u8[0] = EOT
        return 1
      case QUIT:
        out.u8.fill(CAN, 0, CANCEL_OCTETS)
        return CANCEL_OCTETS
      case HEADER_BLOCK:
        return writeHeaderBlock(out, this.#image.name, this.#image.octets.length)
      case EMPTY_HEADER:
        return writeHeaderBlock(out, '', 0)
      default: {
        this.counts.sent++
        const size = blockAt(this.#at, this.#image.octets.length, this.#blockSize)
        return encodePacket(
          out,
          this.#number,
          this.#image.octets,
          this.#at,
          this.#length,
          size,
          this.#check,
        )
      }
    }
  }
}

/** Octets of the block at `at`: long ones while they are filled for the most part, short ones for the rest. */
export function blockAt(at: number, size: number, blockSize: number): number {
  return blockSize === LONG && size - at > LONG - SHORT ? LONG : SHORT
}

function blocksFrom(at: number, size: number, blockSize: number): number {
  let blocks = 0
  for (; at < size; at += blockAt(at, size, blockSize)) blocks++
  return blocks
}
