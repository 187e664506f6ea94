// XMODEM and YMODEM, the sender's side: one block, one answer. What is done when is in the tables of xmodem.ts and
// ymodem.ts; this is the machinery both share: octets become events, actions become packets, every state has a time limit.
// The receiver leads, as the protocols say: it asks again when a block is damaged or late. Source: C. Forsberg, XMODEM/YMODEM
// Protocol Reference (1988).

import type { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import { NO_ACTION, type Row, StateTable } from '#core/state/table'
import { hanrigError } from '../errors/errors.ts'
import { Heard, saying, unanswered } from '../line/heard.ts'
import { ACK, ASK_CRC, CAN, Controls, NAK } from './controls.ts'
import {
  CHECKSUM,
  CRC,
  encodePacket,
  type FileFacts,
  LONG,
  SHORT,
  writeHeaderBlock,
} from './modem-packet.ts'
import type { Counts, Talk } from './talk.ts'

const EOT = 0x04

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

/** How long a sender of XMODEM or YMODEM waits, and how often it repeats. */
export interface ModemTimes {
  /** Milliseconds that the receiver has to ask for the first block: a person may have to start it. */
  readonly startWithin: number
  /** Milliseconds that an answer may take before a block is repeated unasked; above the receivers' own 10 to 12 s. */
  readonly answerWithin: number
  /** Times that a block is sent and refused before it fails. */
  readonly maxTries: number
  /** Times that it is sent and not answered at all. */
  readonly maxUnanswered: number
  /** Milliseconds from a block to a NAK that is an answer to it and no time-out; above what the line takes for a block. */
  readonly refusedWithin: number
  /** Milliseconds from an answer to the next block: lrzsz's rx drops what comes right after its own ACK. */
  readonly turnaround: number
  /**
   * The same before the first packet, for a receiver may still set its line up, and after a repeat: a second answer to the
   * same block may be on its way and must not be taken for the next one's.
   */
  readonly settle: number
  /** Milliseconds of silence after the end that end the other side's last words. */
  readonly lastWords: number
}

export const MODEM_TIMES: ModemTimes = {
  startWithin: 60_000,
  answerWithin: 15_000,
  maxTries: 10,
  maxUnanswered: 4,
  refusedWithin: 600,
  turnaround: 2,
  settle: 100,
  lastWords: 500,
}

/** An ask later than this after a block was sent is a time-out of the receiver's: what was sent got lost on its side. */
const LATE_ASK = 500
/** Milliseconds after an early ask in which an answer to the block must come if the block did not get lost. */
const KNOWN_AFTER = 2_000
const MAX_TURNAROUND = 50
/** Milliseconds after which last words are no last words. */
const WORDS_WITHIN = 3_000
/** Times that a receiver refuses a block of a size that it has never taken before it gets the other size. */
const REFUSED_OFTEN = 3
/** Octets of a packet by which it is known when it comes back: start, number, complement and data. */
const OWN = 16
/** As many as Forsberg's reference and lrzsz send. */
const CANCEL_OCTETS = 8

/** 'mixed': long blocks while they are mostly filled, short ones for the rest. */
export type BlockSizes = 'short' | 'mixed' | 'long'

export interface ModemImage extends FileFacts {
  readonly octets: Bytes
}

export interface ModemSetup {
  /** The protocol, as rows of its table of states. */
  readonly rows: readonly Row[]
  readonly image: ModemImage
  readonly sizes: BlockSizes
  readonly counts: Counts
  readonly times: ModemTimes
  /** The present, ms. */
  readonly now: number
}

export class ModemSender implements Talk {
  readonly counts: Counts
  readonly times: ModemTimes
  readonly heard = new Heard()
  state = STARTING
  failure: HanrigError | undefined
  /** Sizes of the blocks as the receiver takes them. */
  sizes: BlockSizes
  /** When the transfer was over, ms; last words come after it. */
  endedAt: number | undefined
  readonly #words: Buffer[] = []
  /** What is worth a word, said once. */
  note: string | undefined

  readonly #controls = new Controls()
  readonly #table: StateTable
  readonly #image: ModemImage
  /** The first octets of the last packet, and what came since it was sent. */
  readonly #own = new Uint8Array(OWN)
  readonly #back = new Uint8Array(OWN)
  #backLength = OWN
  /** A packet was sent. */
  #hasBegun = false
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
  /** Refusals of the block under way, one after each time that it was sent; NaN when it may have been taken. */
  #refusals = 0
  /** The receiver has taken a long block. */
  #tookLong = false
  #turnaround: number
  readonly #startBy: number
  #deadline: number
  /** When a line that was silent all the time is told something, to see whether that comes back. */
  #callAt: number
  /** Last words are listened for until then, and at most until then. */
  #listenUntil = 0
  #listenAtMost = 0

  constructor({ rows, image, sizes, counts, times, now }: ModemSetup) {
    this.#table = new StateTable(MODEM_STATES.length, GIVE_UP + 1, rows)
    this.#image = image
    this.sizes = sizes
    this.counts = counts
    this.times = times
    this.#turnaround = times.turnaround
    this.#startBy = now + times.startWithin
    this.#deadline = this.#startBy
    this.#callAt = this.#startBy - times.lastWords
    counts.size = image.octets.length
    counts.blocks = this.#blocksFrom(0)
    counts.doneOctets = 0
    counts.doneBlocks = 0
  }

  get over(): boolean {
    return this.#isEnded && this.#listenUntil === 0
  }

  /** The last words: a prompt among them is for whoever types next. */
  get rest(): Uint8Array {
    return Buffer.concat(this.#words)
  }

  /** The transfer is over; what still comes are last words. */
  get leaving(): boolean {
    return this.#isEnded
  }

  get deadline(): number {
    if (this.#due !== NO_ACTION) return this.#dueAt
    if (this.#isEnded) return this.#listenUntil
    return this.#isCallable ? this.#callAt : this.#deadline
  }

  /** Nothing was heard yet, and nothing said. */
  get #isCallable(): boolean {
    return this.state === STARTING && this.heard.octets === 0 && this.#callAt < this.#startBy
  }

  get #isEnded(): boolean {
    return (this.state === DONE || this.state === FAILED) && this.#due === NO_ACTION
  }

  receive(chunk: Uint8Array, now: number): void {
    this.heard.take(chunk)
    if (this.state === DONE || this.state === FAILED) {
      this.#words.push(Buffer.from(chunk))
      this.#listen(now)
      return
    }
    this.#lookForOwn(chunk, now)
    const counting = this.#controls.take(chunk, now)
    if (counting.length > 0) this.heard.mark(chunk.length)
    // The first ask was the beginning of a text: nothing was sent for it yet.
    if (this.#controls.isOther && this.#isAboutToStart) this.#startAnew()
    let asked = false
    for (const octet of counting) {
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
    if (this.endedAt !== undefined) {
      this.#words.push(Buffer.from(chunk.subarray(chunk.lastIndexOf(ACK) + 1)))
    }
  }

  tick(now: number): void {
    if (this.#due !== NO_ACTION) return
    if (this.#isEnded) {
      if (now >= this.#listenUntil) this.#listenUntil = 0
    } else if (now >= this.#deadline) this.#silent(now)
    else if (this.#isCallable && now >= this.#callAt) {
      this.#callAt = Number.POSITIVE_INFINITY
      this.#due = QUIT
      this.#dueAt = now
    }
  }

  transmit(out: Bytes, now: number): number {
    if (this.#due === NO_ACTION || now < this.#dueAt) return 0
    const action = this.#due
    this.#due = NO_ACTION
    this.#sentAt = now
    this.#deadline = this.state === STARTING ? this.#startBy : now + this.times.answerWithin
    const length = this.#write(action, out)
    this.counts.octets += length
    const isPacket = length > OWN
    this.#hasBegun ||= isPacket
    this.#backLength = isPacket ? 0 : OWN
    if (isPacket) this.#own.set(out.u8.subarray(0, OWN))
    return length
  }

  interrupt(now: number): void {
    this.#fail(hanrigError('HANRIG_INTERRUPTED', 'Stopped by the user.'), now)
  }

  #silent(now: number): void {
    const isEnough = ++this.#silences >= this.times.maxUnanswered || this.state === STARTING
    this.#refusals = Number.NaN
    const mayGiveUp = this.#table.action(this.state, GIVE_UP) !== NO_ACTION
    this.#step(isEnough && mayGiveUp ? GIVE_UP : SILENCE, now)
  }

  /** The answer to the first ask is due and not sent. */
  get #isAboutToStart(): boolean {
    return this.#due !== NO_ACTION && this.state !== STARTING && !this.#hasBegun
  }

  #startAnew(): void {
    this.state = STARTING
    this.#due = NO_ACTION
    this.#number = 0
    this.#tries = 0
    this.#check = CRC
  }

  /** A packet that comes back is no answer: whatever else comes back is none either. */
  #lookForOwn(chunk: Uint8Array, now: number): void {
    if (this.#backLength === OWN) return
    const part = chunk.subarray(0, OWN - this.#backLength)
    this.#back.set(part, this.#backLength)
    this.#backLength += part.length
    if (this.#backLength < OWN || Buffer.compare(this.#back, this.#own) !== 0) return
    this.heard.echoes = true
    this.#fail(unanswered('A block came back as it was sent', this.heard), now)
  }

  /** Last words go on while they come. */
  #listen(now: number): void {
    if (this.#listenUntil === 0) return
    this.#listenUntil = Math.min(now + this.times.lastWords, this.#listenAtMost)
    if (this.failure?.code === 'HANRIG_TRANSFER_CANCELLED') this.failure = this.#cancelled()
  }

  #listenFrom(now: number): void {
    this.endedAt = now
    this.#listenUntil = now + this.times.lastWords
    this.#listenAtMost = now + WORDS_WITHIN
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
    // Whoever has taken a block does not ask for the beginning, nor for a block at once.
    const isRefusal = octet === ASK_CRC || now - this.#sentAt < this.times.refusedWithin
    this.#refusals += isRefusal ? 1 : Number.NaN
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
        this.#repeat(event, now)
        break
      case FINISH:
        this.#deadline = now + this.times.answerWithin
        if (this.state === DONE) this.#listenFrom(now)
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
    this.#length = Math.min(this.#sizeAt(at), this.#image.octets.length - at)
    this.#queue(NEXT, now)
  }

  #sizeAt(at: number): number {
    if (this.sizes === 'mixed') return blockAt(at, this.#image.octets.length, LONG)
    return this.sizes === 'long' ? LONG : SHORT
  }

  #blocksFrom(at: number): number {
    let blocks = 0
    for (; at < this.#image.octets.length; at += this.#sizeAt(at)) blocks++
    return blocks
  }

  #taken(): void {
    this.#tookLong ||= this.#sizeAt(this.#at) === LONG
    this.counts.doneOctets = this.#at + this.#length
    this.counts.doneBlocks++
  }

  /** Sends something new: what is awaited from now on is the answer to it. */
  #queue(action: number, now: number): void {
    const pause = this.#tries === 1 ? this.#turnaround : this.times.settle
    this.#tries = 1
    this.#refusals = 0
    this.#due = action
    this.#last = action
    this.#dueAt = now + pause
  }

  #repeat(event: number, now: number): void {
    this.counts.retries++
    this.#tries++
    if (event === ASKED_AGAIN && this.#last === NEXT) this.#tryOtherSize()
    if (this.#tries > this.times.maxTries) {
      const often = `The receiver asked ${this.times.maxTries} times for the same block`
      const sentence = `${often}, at ${this.#at} B${saying(this.heard)}.`
      this.#fail(hanrigError('HANRIG_TRANSFER_FAILED', sentence), now)
      return
    }
    if (this.#last === NEXT) this.counts.resent++
    this.#due = this.#last
    this.#dueAt = now + (this.counts.doneBlocks === 0 ? this.times.settle : this.#turnaround)
  }

  /**
   * A receiver may know blocks of one size only. Only a block that was refused each time that it was sent may change its
   * size: one that was taken, and whose answer was lost, would be acknowledged for what the receiver does not have.
   */
  #tryOtherSize(): void {
    const isRefused = this.#refusals >= Math.min(REFUSED_OFTEN, this.times.maxTries)
    if (this.sizes !== 'mixed' || !isRefused) return
    const isLong = this.#sizeAt(this.#at) === LONG
    if (isLong === this.#tookLong) return
    this.sizes = isLong ? 'short' : 'long'
    const [refused, instead] = isLong ? [LONG, SHORT] : [SHORT, LONG]
    this.note = `The receiver refuses blocks of ${refused} octets and gets ${instead}.`
    this.#tries = 1
    this.#length = Math.min(instead, this.#image.octets.length - this.#at)
    this.counts.blocks = this.counts.doneBlocks + this.#blocksFrom(this.#at)
  }

  #quit(event: number, now: number): void {
    if (event === CANCELLED) {
      this.state = FAILED
      this.#listenFrom(now)
      this.failure = this.#cancelled()
      return
    }
    const { blocks, doneBlocks } = this.counts
    const { startWithin, answerWithin, maxUnanswered } = this.times
    const silence = `${(maxUnanswered * answerWithin) / 1000} s`
    if (!this.#hasBegun) {
      const sentence = `No receiver asked for the image within ${startWithin / 1000} s`
      this.#fail(unanswered(sentence, this.heard), now)
    } else if (doneBlocks < blocks) {
      this.#fail(unanswered(`The receiver has not answered for ${silence}`, this.heard), now)
    } else {
      // The last answer got lost and its sender has left, or it never was: from here the two look the same.
      const sentence = `The receiver acknowledged all ${blocks} blocks, then did not answer the end of the file for ${silence}`
      const told = `${sentence}${saying(this.heard)}.`
      this.#fail(hanrigError('HANRIG_END_UNANSWERED', told), now)
    }
  }

  #cancelled(): HanrigError {
    const { doneOctets, size } = this.counts
    if (this.#callAt > this.#startBy && !this.#hasBegun) {
      // It was silent until it was told something, and says just that.
      this.heard.echoes = true
      return unanswered('The cancellation came back as it was sent', this.heard)
    }
    return hanrigError(
      'HANRIG_TRANSFER_CANCELLED',
      `The receiver cancelled the transfer at ${doneOctets} of ${size} B${saying(this.heard)}.`,
    )
  }

  /** Fails and tells the receiver, who would wait a minute otherwise. */
  #fail(failure: HanrigError, now: number): void {
    this.state = FAILED
    this.failure = failure
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
        return writeHeaderBlock(out, this.#image, this.#image.octets.length)
      case EMPTY_HEADER:
        return writeHeaderBlock(out, undefined, 0)
      default: {
        this.counts.sent++
        const size = this.#sizeAt(this.#at)
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
