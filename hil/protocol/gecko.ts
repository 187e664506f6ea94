// Silicon Labs' Gecko bootloader (UG489, UART XMODEM): a menu around an XMODEM-CRC receiver. 1 asks it to take an image, 2
// runs the application. It checks the GBL file itself and says at the end whether it took it.

import type { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import { type Row, StateTable } from '#core/state/table'
import { hanrigError } from '../errors/errors.ts'
import { Heard, unanswered } from '../line/heard.ts'
import { ASK_CRC } from './controls.ts'
import { type ModemSender, DONE as SENT_ALL } from './modem.ts'
import type { Talk } from './talk.ts'

/** The end of its menu. */
export const GECKO_PROMPT = /BL > ?\0?$/
const COMPLETE = /Serial upload complete/
const ABORTED = /Serial upload aborted\s*([^\r\n]*)/
/** Its ask for the image: a letter alone on the last line. */
const ASKS = /(?:^|[\r\n]|BL > ?)\0?C+$/

/** States. */
const CALLING = 0
const CHOOSING = 1
const UPLOADING = 2
const REPORTING = 3
const DONE = 4
const FAILED = 5

/** Events. */
const PROMPT = 0
const ASKED = 1
const SENT = 2
const TAKEN = 3
const SILENT = 4
const FAULT = 5

/** Actions. */
const UPLOAD = 1
const START = 2
const LISTEN = 3
const RUN = 4
const FAIL = 5

export const GECKO_ROWS: readonly Row[] = [
  [CALLING, PROMPT, CHOOSING, UPLOAD],
  [CALLING, SILENT, FAILED, FAIL],
  [CHOOSING, ASKED, UPLOADING, START],
  [CHOOSING, SILENT, FAILED, FAIL],
  [UPLOADING, SENT, REPORTING, LISTEN],
  [UPLOADING, FAULT, FAILED, FAIL],
  [REPORTING, TAKEN, DONE, RUN],
  [REPORTING, FAULT, FAILED, FAIL],
  [REPORTING, SILENT, FAILED, FAIL],
]

export interface GeckoTimes {
  /** Milliseconds between two calls for the menu, and how long it is called for. */
  readonly callEvery: number
  readonly callFor: number
  /** Milliseconds that an answer of the menu may take; the last one comes when the image was checked. */
  readonly answerWithin: number
}

export const GECKO_TIMES: GeckoTimes = { callEvery: 500, callFor: 10_000, answerWithin: 10_000 }

/** Text kept to look for answers in. */
const TAIL = 256

export class GeckoTalk implements Talk {
  failure: HanrigError | undefined
  readonly heard = new Heard()
  /** The bootloader's own words at the end. */
  report = ''
  readonly #table = new StateTable(6, 6, GECKO_ROWS)
  readonly #sender: (now: number) => ModemSender
  readonly #run: boolean
  readonly #times: GeckoTimes
  #state = CALLING
  #modem: ModemSender | undefined
  #text = ''
  #say = '\n'
  #sayAt: number
  #until: number

  /**
   * @param sender makes the XMODEM sender when the bootloader asks for the image.
   * @param run run the application when the image was taken.
   */
  constructor(
    sender: (now: number) => ModemSender,
    run: boolean,
    now: number,
    times: GeckoTimes = GECKO_TIMES,
  ) {
    this.#sender = sender
    this.#run = run
    this.#times = times
    this.#sayAt = now
    this.#until = now + times.callFor
  }

  get over(): boolean {
    return (this.#state === DONE || this.#state === FAILED) && this.#say === '' && this.#quiet
  }

  get deadline(): number {
    if (this.#state === UPLOADING) return this.#modem!.deadline
    return this.#say === '' ? this.#until : Math.min(this.#sayAt, this.#until)
  }

  /** True when the sender inside has nothing left to say. */
  get #quiet(): boolean {
    return this.#modem === undefined || this.#modem.over || this.#modem.state === SENT_ALL
  }

  receive(chunk: Uint8Array, now: number): void {
    this.heard.take(chunk)
    this.#text = (this.#text + Buffer.from(chunk).toString('latin1')).slice(-TAIL)
    if (this.#state === UPLOADING) {
      this.#modem!.receive(chunk, now)
      this.#follow(now)
    } else if (this.#state === CALLING && GECKO_PROMPT.test(this.#text)) this.#step(PROMPT, now)
    else if (this.#state === CHOOSING && ASKS.test(this.#text)) this.#step(ASKED, now)
    // Its words may come in one piece with its last ACK.
    if (this.#state === REPORTING) this.#judge(now)
  }

  tick(now: number): void {
    if (this.#state === UPLOADING) {
      this.#modem!.tick(now)
      this.#follow(now)
    } else if (now >= this.#until) this.#step(SILENT, now)
  }

  transmit(out: Bytes, now: number): number {
    if (this.#modem && !this.#quiet) {
      const length = this.#modem.transmit(out, now)
      this.#follow(now)
      return length
    }
    if (this.#say === '' || now < this.#sayAt) return 0
    out.u8[0] = this.#say.charCodeAt(0)
    if (this.#state === CALLING) this.#sayAt = now + this.#times.callEvery
    else this.#say = ''
    return 1
  }

  interrupt(now: number): void {
    if (this.#state === UPLOADING) this.#modem!.interrupt(now)
  }

  #follow(now: number): void {
    const modem = this.#modem!
    if (this.#state !== UPLOADING || !this.#quiet) return
    const reason = ABORTED.exec(this.#text)?.[1]
    this.failure = modem.failure && reason !== undefined ? this.#refused(reason) : modem.failure
    this.#step(modem.failure ? FAULT : SENT, now)
  }

  #judge(now: number): void {
    const aborted = ABORTED.exec(this.#text)
    if (COMPLETE.test(this.#text)) this.#step(TAKEN, now)
    else if (aborted && GECKO_PROMPT.test(this.#text)) {
      this.failure = this.#refused(aborted[1] ?? '')
      this.#step(FAULT, now)
    }
  }

  #refused(reason: string): HanrigError {
    this.report = reason
    return hanrigError(
      'HANRIG_BOARD_FAILED',
      `The bootloader did not take the image${reason ? ` (${reason})` : ''}.`,
    )
  }

  #step(event: number, now: number): void {
    const before = this.#state
    const action = this.#table.action(before, event)
    this.#state = this.#table.next(before, event)
    this.#until = now + this.#times.answerWithin
    if (event !== SILENT) this.heard.mark()
    switch (action) {
      case UPLOAD:
        this.#say = '1'
        this.#sayAt = now
        break
      case START:
        this.#text = ''
        this.#modem = this.#sender(now)
        this.#modem.receive(Uint8Array.of(ASK_CRC), now)
        break
      case LISTEN:
        break
      case RUN:
        this.report = 'Serial upload complete'
        this.#say = this.#run ? '2' : ''
        this.#sayAt = now
        break
      case FAIL:
        this.#say = ''
        this.failure ??= this.#unanswered(before)
        break
    }
  }

  #unanswered(state: number): HanrigError {
    const { callFor, answerWithin } = this.#times
    const within = `${answerWithin / 1000} s`
    if (state === CALLING) {
      // Nothing but the calls, or so many of them as lines.
      this.heard.echoes = this.#text.length > 1 && /^[\r\n]+$/.test(this.#text)
      return unanswered(
        `No Gecko bootloader showed its menu within ${callFor / 1000} s`,
        this.heard,
      )
    }
    return unanswered(
      state === CHOOSING
        ? `The bootloader showed its menu and did not ask for the image within ${within}`
        : `The bootloader took every block and did not say within ${within} whether it took the image`,
      this.heard,
    )
  }
}
