// The device's side of an OTA download: one image into the caller's memory, octet by octet in order.
// Sans-I/O: receive() and tick() take what happened and the time, transmit() gives what to send, deadline says
// when tick() wants to be called. What is done when is in the table below and nowhere else.
// Invariant: octets 0..offset of `memory` are the image's; offset never moves back but for another image.
// It asks block by block, or page by page: then blocks may come ahead of offset, and PageMap knows which did.

import { type Bytes, copyBytes } from '../bytes/bytes.ts'
import type { Archive } from '../state/archive.ts'
import { NO_ACTION, type Row, StateTable } from '../state/table.ts'
import {
  ABORT,
  ANY_FILE_VERSION,
  ANY_IMAGE_TYPE,
  ANY_MANUFACTURER,
  BLOCK_PERIOD_PRESENT,
  DEFAULT_RESPONSE,
  HARDWARE_VERSION_PRESENT,
  IMAGE_BLOCK_REQUEST,
  IMAGE_BLOCK_RESPONSE,
  IMAGE_NOTIFY,
  IMAGE_PAGE_REQUEST,
  INVALID_IMAGE,
  QUERY_NEXT_IMAGE_REQUEST,
  QUERY_NEXT_IMAGE_RESPONSE,
  SUCCESS,
  UNSUP_CLUSTER_COMMAND,
  UPGRADE_END_REQUEST,
  UPGRADE_END_RESPONSE,
  WAIT_FOR_COMMAND,
  WAIT_FOR_DATA,
} from './codes.ts'
import { DECODED, decodeOta, encodeBlockRequest, encodeOta, OtaFrame } from './ota-frame.ts'
import { CLOSED, COMING, FILLING, PageMap } from './page-map.ts'

/** States. */
export const IDLE = 0
export const QUERYING = 1
export const DOWNLOADING = 2
/** The server asked for patience. */
export const WAITING = 3
export const VERIFYING = 4
export const ENDING = 5
/** Upgrade End for an image that did not verify. */
export const REJECTING = 6
/** Image held until a command or, for COUNTDOWN, a time. */
export const HELD = 7
export const COUNTDOWN = 8
/** Asking for another image while one is held; it stays held until the other is offered. */
export const REQUERYING = 9

/** Names of the states of an OTA client, by number. */
export const CLIENT_STATES = [
  'idle',
  'querying',
  'downloading',
  'waiting',
  'verifying',
  'ending',
  'rejecting',
  'held',
  'countdown',
  'requerying',
] as const
/** The name of an OTA client's state. */
export type ClientState = (typeof CLIENT_STATES)[number]

/** Events. */
export const START = 0
export const OFFER = 1
export const REFUSAL = 2
export const BLOCK = 3
export const LAST_BLOCK = 4
export const PATIENCE = 5
export const SERVER_ABORT = 6
export const SILENCE = 7
export const GIVE_UP = 8
export const PROVED = 9
export const DISPROVED = 10
export const END_WAIT = 11
export const END_AT = 12
export const END_NOTED = 13
export const ACTIVATED = 14
/** A block of a page that goes on: nothing is asked for. */
export const PAGE_BLOCK = 15
/** The server said, or showed by its silence, that it has no pages. */
export const PAGES_REFUSED = 16
/** The radio is on again. */
export const RESUME = 17

/** Actions. */
const ASK = 1
const REQUEST = 2
const PAUSE = 3
const VERIFY = 4
const SEND_END = 5
const HOLD = 6
const COUNT_DOWN = 7
const UPGRADE = 8
const STOP = 9
const LISTEN = 10
const FALL_BACK = 11

export const CLIENT_ROWS: readonly Row[] = [
  [IDLE, START, QUERYING, ASK],
  [HELD, START, REQUERYING, ASK],
  [QUERYING, OFFER, DOWNLOADING, REQUEST],
  [QUERYING, REFUSAL, IDLE, STOP],
  [QUERYING, SILENCE, QUERYING, ASK],
  [QUERYING, GIVE_UP, IDLE, STOP],
  [QUERYING, RESUME, QUERYING, ASK],
  [REQUERYING, OFFER, DOWNLOADING, REQUEST],
  [REQUERYING, REFUSAL, HELD, STOP],
  [REQUERYING, SILENCE, REQUERYING, ASK],
  [REQUERYING, GIVE_UP, HELD, STOP],
  [REQUERYING, ACTIVATED, IDLE, NO_ACTION],
  [REQUERYING, RESUME, REQUERYING, ASK],
  [DOWNLOADING, BLOCK, DOWNLOADING, REQUEST],
  [DOWNLOADING, LAST_BLOCK, VERIFYING, VERIFY],
  [DOWNLOADING, PATIENCE, WAITING, PAUSE],
  [DOWNLOADING, SERVER_ABORT, IDLE, STOP],
  [DOWNLOADING, SILENCE, DOWNLOADING, REQUEST],
  [DOWNLOADING, GIVE_UP, IDLE, STOP],
  [DOWNLOADING, PAGE_BLOCK, DOWNLOADING, LISTEN],
  [DOWNLOADING, PAGES_REFUSED, DOWNLOADING, FALL_BACK],
  [DOWNLOADING, RESUME, DOWNLOADING, REQUEST],
  [WAITING, SILENCE, DOWNLOADING, REQUEST],
  [WAITING, SERVER_ABORT, IDLE, STOP],
  [VERIFYING, PROVED, ENDING, SEND_END],
  [VERIFYING, DISPROVED, REJECTING, SEND_END],
  [ENDING, END_WAIT, HELD, HOLD],
  [ENDING, END_AT, COUNTDOWN, COUNT_DOWN],
  [ENDING, SILENCE, ENDING, SEND_END],
  // The image is whole and verified; a server that has gone deaf does not make it less so.
  [ENDING, GIVE_UP, HELD, HOLD],
  [ENDING, RESUME, ENDING, SEND_END],
  [REJECTING, END_NOTED, IDLE, STOP],
  [REJECTING, SILENCE, REJECTING, SEND_END],
  [REJECTING, GIVE_UP, IDLE, STOP],
  [REJECTING, RESUME, REJECTING, SEND_END],
  [COUNTDOWN, SILENCE, HELD, UPGRADE],
  [COUNTDOWN, END_WAIT, HELD, HOLD],
  [COUNTDOWN, ACTIVATED, IDLE, NO_ACTION],
  [HELD, ACTIVATED, IDLE, NO_ACTION],
]

const TABLE = new StateTable(10, 18, CLIENT_ROWS)

/** States in which a verified image is in memory. */
const HOLDS: readonly number[] = [ENDING, HELD, COUNTDOWN, REQUERYING]

/** What receive() and tick() report. */
export const NOTHING = 0
export const OFFERED = 1
export const REFUSED = 2
export const PROGRESS = 3
/** A block that was not asked for now: late, repeated, or beyond. */
export const STRAY = 4
/** All octets are there: verify them and call verified(). */
export const WHOLE = 5
export const ABORTED = 6
export const GAVE_UP = 7
export const NOW_HELD = 8
export const NOW_COUNTING = 9
/** The finite upgrade time has come: activate now. */
export const UPGRADE_NOW = 10
export const TOLD_TO_WAIT = 11
export const NOTIFIED = 12
export const REJECTED = 13
/** Damaged, foreign or contradictory frame; nothing changed. */
export const IGNORED = 14
/** No answer came in time; asked again. */
export const RETRYING = 15
/** The server has no pages: blocks are asked for from now on. */
export const FELL_BACK = 16

export interface ClientConfig {
  readonly manufacturerCode: number
  readonly imageType: number
  /** File version that runs at first, u32. */
  readonly currentFileVersion: number
  /** Hardware version word, or undefined to leave it out of the query. */
  readonly hardwareVersion: number | undefined
  /** Octets asked for at a time, 1..255. */
  readonly maxDataSize: number
  /** Octets asked for in one Image Page Request, 0..65535; 0: block requests only. */
  readonly pageSize: number
  /** Milliseconds that the server is asked to leave between the responses to a page request, 0..65535. */
  readonly responseSpacing: number
  /** False to ask for a whole page even where the image ends before it: what hosts make of that is worth a test. */
  readonly clipsPages: boolean
  /** Milliseconds from one block or page request to the next, at least. */
  readonly blockPeriod: number
  /** True to state the period now kept in every block request. */
  readonly announcesBlockPeriod: boolean
  /** Milliseconds after which an unanswered request is sent again. */
  readonly answerTimeout: number
  /** Requests sent for one answer before the download stops; it resumes at the next start(). */
  readonly maxTries: number
  /** True to take no block that is shorter than was asked for, but the last one. */
  readonly insistsOnSize?: boolean
  /** True to read an upgrade time against its own clock, the seconds of now, whatever the server's current time is. */
  readonly trustsOwnClock?: boolean
}

export class OtaClient {
  readonly config: ClientConfig
  state = IDLE
  /** Octets held from the start of the image. */
  offset = 0
  /** Octets of the image on offer; 0 when none was. */
  size = 0
  /** Its file version. */
  fileVersion = ANY_FILE_VERSION
  /** Status of the last refusal or abort. */
  status = SUCCESS
  /** Times that a block or page request was not answered, or a page not to its end, and was asked for again. */
  retries = 0
  /** Block responses that were not asked for at that moment. */
  strays = 0
  /** Image blocks taken. */
  blocks = 0
  /** Block responses without a single octet: a server that goes on with a page past the image's end sends them. */
  empties = 0
  /** True between suspend() and resume(). */
  suspended = false

  readonly #in = new OtaFrame()
  readonly #out = new OtaFrame()
  readonly #page: PageMap
  #memory: Bytes
  #currentFileVersion: number
  #deadline = Number.POSITIVE_INFINITY
  #toSend = 0
  #sendAt = 0
  #lastRequest = Number.NEGATIVE_INFINITY
  #tries = 0
  #period: number
  #wait = 0
  /** Whether pages are asked for, and whether one ever was answered. */
  #byPages: boolean
  #pagesWork = false

  /** @param memory the pending slot; an image larger than it is refused. */
  constructor(config: ClientConfig, memory: Bytes) {
    this.config = config
    this.#memory = memory
    this.#currentFileVersion = config.currentFileVersion
    this.#period = config.blockPeriod
    this.#page = new PageMap(config.pageSize, config.maxDataSize)
    this.#byPages = config.pageSize > 0
  }

  /** File version now running, u32. */
  get currentFileVersion(): number {
    return this.#currentFileVersion
  }

  /** The pending slot. */
  get memory(): Bytes {
    return this.#memory
  }

  /** When tick() wants to be called, ms; Infinity when only a frame can change anything, and when suspended. */
  get deadline(): number {
    return this.suspended ? Number.POSITIVE_INFINITY : this.#deadline
  }

  /** Asks the server for an image: after an Image Notify, at a query interval, or on a whim. */
  start(now: number): void {
    this.#step(START, now)
  }

  /** Tells whether the image, whole in memory, verified. */
  verified(ok: boolean, now: number): void {
    this.status = ok ? SUCCESS : INVALID_IMAGE
    this.#step(ok ? PROVED : DISPROVED, now)
  }

  /** The held image runs now, as `fileVersion`; the pending slot is free. */
  activated(): void {
    if (TABLE.next(this.state, ACTIVATED) === this.state) return
    this.#currentFileVersion = this.fileVersion
    this.forget()
  }

  /**
   * Another slot of the box runs: `fileVersion` is what it runs from now on, `memory` the slot that the next image goes
   * to. What is held or under way stays as it is.
   */
  nowRuns(fileVersion: number, memory: Bytes): void {
    this.#currentFileVersion = fileVersion
    this.#memory = memory
  }

  /** Drops whatever is held or under way. */
  forget(): void {
    this.state = IDLE
    this.offset = 0
    this.size = 0
    this.fileVersion = ANY_FILE_VERSION
    this.#rest()
  }

  /**
   * Comes back after a loss of power: volatile state is gone, what the box kept (offset, size, version and
   * the octets) is not. A held image stays held; a download goes on where it was at the next start(),
   * and a verified image is held even if its end was never answered.
   */
  restart(): void {
    this.state = HOLDS.includes(this.state) ? HELD : IDLE
    this.#period = this.config.blockPeriod
    this.#byPages = this.config.pageSize > 0
    this.#pagesWork = false
    this.suspended = false
    this.#rest()
  }

  /**
   * restart() of a box whose memory says what it kept: `offset` of `size` octets of `fileVersion`, verified
   * when `held`. A download goes on there when the same version and size are offered, else from 0.
   * @throws RangeError when the memory cannot hold that, or a held image is not whole.
   */
  restore(offset: number, size: number, fileVersion: number, held: boolean): void {
    if (size > this.#memory.length || offset > size || (held && (size === 0 || offset < size))) {
      throw new RangeError(`${offset} of ${size} octets cannot be kept here, held: ${held}`)
    }
    this.offset = offset
    this.size = size
    this.fileVersion = fileVersion
    this.state = held ? HELD : IDLE
    this.restart()
  }

  /** The radio goes off: until resume() nothing is sent and nothing is due. What arrives is still taken. */
  suspend(): void {
    this.suspended = true
  }

  /** The radio is on again: what was waited for is asked for again at once, and a time that was set stays. */
  resume(now: number): void {
    if (!this.suspended) return
    this.suspended = false
    this.#step(RESUME, now)
  }

  /** Walks the state; the memory's octets are not in it. */
  archive(a: Archive): void {
    this.#currentFileVersion = a.number(this.#currentFileVersion)
    this.state = a.number(this.state)
    this.offset = a.number(this.offset)
    this.size = a.number(this.size)
    this.fileVersion = a.number(this.fileVersion)
    this.status = a.number(this.status)
    this.retries = a.number(this.retries)
    this.strays = a.number(this.strays)
    this.blocks = a.number(this.blocks)
    this.empties = a.number(this.empties)
    this.suspended = a.flag(this.suspended)
    this.#deadline = a.number(this.#deadline)
    this.#toSend = a.number(this.#toSend)
    this.#sendAt = a.number(this.#sendAt)
    this.#lastRequest = a.number(this.#lastRequest)
    this.#tries = a.number(this.#tries)
    this.#period = a.number(this.#period)
    this.#wait = a.number(this.#wait)
    this.#byPages = a.flag(this.#byPages)
    this.#pagesWork = a.flag(this.#pagesWork)
    this.#out.sequence = a.number(this.#out.sequence)
    this.#page.archive(a)
  }

  /** Takes a ZCL frame of `length` octets of `src` at `at`. */
  receive(src: Bytes, at: number, length: number, now: number): number {
    const f = this.#in
    if (decodeOta(src, at, length, f) !== DECODED || !f.fromServer) return IGNORED
    switch (f.command) {
      case IMAGE_BLOCK_RESPONSE:
        return this.#onBlock(src, f, now)
      case IMAGE_NOTIFY:
        return this.#isForMe(f) ? NOTIFIED : IGNORED
      case QUERY_NEXT_IMAGE_RESPONSE:
        return this.#onOffer(f, now)
      case UPGRADE_END_RESPONSE:
        if (!this.#isEndForMe(f)) return IGNORED
        if (f.upgradeTime === WAIT_FOR_COMMAND) return this.#step(END_WAIT, now)
        this.#wait = this.#untilUpgrade(f, now)
        return this.#step(END_AT, now)
      case DEFAULT_RESPONSE:
        if (f.answered === UPGRADE_END_REQUEST) return this.#step(END_NOTED, now)
        return f.status === SUCCESS ? IGNORED : this.#onRefusedRequest(f, now)
      default:
        return IGNORED
    }
  }

  /** Lets time pass; to be called at `deadline`, harmless at any other time. */
  tick(now: number): number {
    if (now < this.deadline || this.#toSend !== 0) return NOTHING
    const waiting = this.state === WAITING || this.state === COUNTDOWN
    if (!waiting && this.#tries >= this.config.maxTries) {
      // Some servers do not even refuse a page request; blocks are worth a try before giving up.
      const deafToPages = this.state === DOWNLOADING && this.#byPages && !this.#pagesWork
      return this.#step(deafToPages ? PAGES_REFUSED : GIVE_UP, now)
    }
    if (this.state === DOWNLOADING) this.retries++
    return this.#step(SILENCE, now)
  }

  /** Writes the frame that is due to `out` at `at`; returns its length, or 0 when none is due. */
  transmit(out: Bytes, at: number, now: number): number {
    if (this.#toSend === 0 || now < this.#sendAt || this.suspended) return 0
    const f = this.#out
    const { config } = this
    const command = this.#toSend
    this.#toSend = 0
    this.#tries++
    this.#deadline = now + config.answerTimeout
    f.sequence = (f.sequence + 1) & 255
    if (command === IMAGE_BLOCK_REQUEST && !config.announcesBlockPeriod) {
      // What goes once a block goes by no OtaFrame: a fifth of an exchange's time.
      this.#lastRequest = now
      return encodeBlockRequest(
        out,
        at,
        f.sequence,
        config.manufacturerCode,
        config.imageType,
        this.fileVersion,
        this.offset,
        config.maxDataSize,
      )
    }
    return this.#write(command, out, at, now)
  }

  /** Writes a frame other than a plain block request. */
  #write(command: number, out: Bytes, at: number, now: number): number {
    const f = this.#out
    const { config } = this
    f.command = command
    f.manufacturerCode = config.manufacturerCode
    f.imageType = config.imageType
    f.fileVersion = this.fileVersion
    f.fieldControl = 0
    switch (command) {
      case QUERY_NEXT_IMAGE_REQUEST:
        f.fileVersion = this.#currentFileVersion
        f.fieldControl = config.hardwareVersion === undefined ? 0 : HARDWARE_VERSION_PRESENT
        f.hardwareVersion = config.hardwareVersion ?? 0
        break
      case IMAGE_BLOCK_REQUEST:
        this.#lastRequest = now
        f.fieldControl = BLOCK_PERIOD_PRESENT
        f.minBlockPeriod = Math.min(this.#period, 0xffff)
        f.fileOffset = this.offset
        f.maxDataSize = config.maxDataSize
        break
      case IMAGE_PAGE_REQUEST:
        this.#lastRequest = now
        f.fileOffset = this.offset
        f.maxDataSize = this.#page.blockSize
        f.pageSize = this.#page.open(this.offset, this.size)
        if (!config.clipsPages) f.pageSize = config.pageSize
        f.responseSpacing = config.responseSpacing
        break
      default:
        f.status = this.status
    }
    return encodeOta(out, at, f)
  }

  #onBlock(src: Bytes, f: OtaFrame, now: number): number {
    if (f.status === WAIT_FOR_DATA) {
      if (TABLE.action(this.state, PATIENCE) === NO_ACTION) return IGNORED
      // Without a UTC clock only the difference means anything; a current time of 0 says so outright.
      this.#wait = Math.max(0, f.requestTime - f.currentTime) * 1000
      this.#period = Math.max(this.config.blockPeriod, f.minBlockPeriod)
      return this.#step(PATIENCE, now)
    }
    if (f.status !== SUCCESS) {
      this.status = f.status
      return this.#step(SERVER_ABORT, now)
    }
    if (!this.#isMine(f)) return IGNORED
    if (f.dataSize === 0) {
      this.empties++
      return IGNORED
    }
    const { offset } = this
    if (
      this.state !== DOWNLOADING ||
      (f.fileOffset !== offset && !this.#page.lacks(f.fileOffset, f.dataSize))
    ) {
      this.strays++
      return STRAY
    }
    const end = f.fileOffset + f.dataSize
    if (f.dataSize !== this.config.maxDataSize && this.#isOdd(f.dataSize, end)) return IGNORED
    if (end > this.size) return IGNORED
    copyBytes(this.#memory, f.fileOffset, src, f.dataAt, f.dataSize)
    this.blocks++
    this.#tries = 0
    if (this.#page.phase !== CLOSED) return this.#onPageBlock(f.fileOffset, end, now)
    this.offset = end
    return this.#step(end === this.size ? LAST_BLOCK : BLOCK, now)
  }

  /** Whether a block of another size than was asked for, up to `end`, is one that the box has no use for. */
  #isOdd(dataSize: number, end: number): boolean {
    const { maxDataSize, insistsOnSize } = this.config
    return dataSize > maxDataSize || (insistsOnSize === true && end < this.size)
  }

  /** Octets `from`..`end` of the page came, perhaps ahead of the frontier. */
  #onPageBlock(from: number, end: number, now: number): number {
    const page = this.#page
    const atFrontier = from === this.offset
    page.take(from, end)
    this.#pagesWork = true
    if (atFrontier) {
      this.offset = page.frontier(end)
      if (this.offset >= page.end) {
        page.close()
        return this.#step(this.offset === this.size ? LAST_BLOCK : BLOCK, now)
      }
    }
    // While holes are filled only the answer to the request under way asks for the next.
    if (page.phase === FILLING) return this.#step(atFrontier ? BLOCK : PAGE_BLOCK, now)
    if (end < page.end) return this.#step(PAGE_BLOCK, now)
    page.phase = FILLING
    return this.#step(BLOCK, now)
  }

  /** A default response says that a request was not taken. */
  #onRefusedRequest(f: OtaFrame, now: number): number {
    if (f.answered === IMAGE_PAGE_REQUEST) {
      if (!this.#byPages) return IGNORED
      if (f.status === UNSUP_CLUSTER_COMMAND) return this.#step(PAGES_REFUSED, now)
    } else if (f.answered !== IMAGE_BLOCK_REQUEST) return IGNORED
    this.status = f.status
    return this.#step(SERVER_ABORT, now)
  }

  #onOffer(f: OtaFrame, now: number): number {
    if (this.state !== QUERYING && this.state !== REQUERYING) return IGNORED
    this.status = f.status
    if (f.status !== SUCCESS) return this.#step(REFUSAL, now)
    const fits = f.imageSize > 0 && f.imageSize <= this.#memory.length
    if (!this.#isForMe(f) || !fits || f.fileVersion === this.#currentFileVersion) {
      this.status = INVALID_IMAGE
      return this.#step(REFUSAL, now)
    }
    if (f.fileVersion !== this.fileVersion || f.imageSize !== this.size) {
      this.fileVersion = f.fileVersion
      this.size = f.imageSize
      this.offset = 0
    }
    this.#tries = 0
    this.#page.close()
    return this.#step(OFFER, now)
  }

  /** Milliseconds. */
  #untilUpgrade({ upgradeTime, currentTime }: OtaFrame, now: number): number {
    const from = this.config.trustsOwnClock === true ? Math.floor(now / 1000) : currentTime
    return Math.max(0, upgradeTime - from) * 1000
  }

  #isForMe(f: OtaFrame): boolean {
    if (f.command === IMAGE_NOTIFY) {
      if (f.payloadType >= 1 && f.manufacturerCode !== this.config.manufacturerCode) return false
      return f.payloadType < 2 || f.imageType === this.config.imageType
    }
    return (
      f.manufacturerCode === this.config.manufacturerCode && f.imageType === this.config.imageType
    )
  }

  /** An Upgrade End Response names the image, or is all ones, as a GB hub sends it. */
  #isEndForMe(f: OtaFrame): boolean {
    const { manufacturerCode, imageType } = this.config
    return (
      (f.manufacturerCode === manufacturerCode || f.manufacturerCode === ANY_MANUFACTURER) &&
      (f.imageType === imageType || f.imageType === ANY_IMAGE_TYPE) &&
      (f.fileVersion === this.fileVersion || f.fileVersion === ANY_FILE_VERSION)
    )
  }

  #isMine(f: OtaFrame): boolean {
    return this.#isForMe(f) && f.fileVersion === this.fileVersion
  }

  #step(event: number, now: number): number {
    const action = TABLE.action(this.state, event)
    const from = this.state
    this.state = TABLE.next(from, event)
    switch (action) {
      case ASK:
        this.#send(QUERY_NEXT_IMAGE_REQUEST, now, event !== SILENCE)
        return event === SILENCE ? RETRYING : NOTHING
      case REQUEST:
        // A whole image that was offered again (the device lost power while verifying) needs no block.
        if (this.offset === this.size) return this.#step(LAST_BLOCK, now)
        // Of a page that fell silent on its way the rest is asked for block by block.
        if (event === SILENCE && this.#page.phase === COMING && this.#page.count > 0) {
          this.#page.phase = FILLING
        }
        this.#request(now, event !== SILENCE)
        return event === OFFER ? OFFERED : event === BLOCK ? PROGRESS : RETRYING
      case LISTEN:
        if (this.#page.phase === COMING) {
          this.#toSend = 0
          this.#deadline = now + this.config.responseSpacing + this.config.answerTimeout
        }
        return PROGRESS
      case FALL_BACK:
        this.#byPages = false
        this.#page.close()
        this.#request(now, true)
        return FELL_BACK
      case SEND_END:
        // Not afresh at each wake: a server that has dropped the image never sends the answer that ends this.
        this.#send(UPGRADE_END_REQUEST, now, event !== SILENCE && event !== RESUME)
        return event === SILENCE ? RETRYING : NOTHING
      case PAUSE:
        // The server sends no more of a page when it says so; holes that are being filled stay known.
        if (this.#page.phase === COMING) this.#page.close()
        this.#rest()
        this.#deadline = now + this.#wait
        return TOLD_TO_WAIT
      case COUNT_DOWN:
        this.#rest()
        this.#deadline = now + this.#wait
        return NOW_COUNTING
      case VERIFY:
        this.#rest()
        return WHOLE
      case HOLD:
        this.#rest()
        return NOW_HELD
      case UPGRADE:
        this.#rest()
        return UPGRADE_NOW
      case STOP:
        this.#rest()
        return this.#stopped(event, from)
      default:
        return NOTHING
    }
  }

  #stopped(event: number, from: number): number {
    if (event === REFUSAL) return REFUSED
    if (event === SERVER_ABORT) return ABORTED
    if (from === REJECTING) {
      // A rejected image is not resumed: its octets were all there and wrong.
      this.forget()
      return REJECTED
    }
    this.status = ABORT
    return GAVE_UP
  }

  /** Asks for the next page, or for the block at the frontier, when the period allows. */
  #request(now: number, fresh: boolean): void {
    const byPage = this.#byPages && this.#page.phase !== FILLING
    this.#send(byPage ? IMAGE_PAGE_REQUEST : IMAGE_BLOCK_REQUEST, now, fresh)
    const allowed = this.#lastRequest + this.#period
    if (allowed <= now) return
    this.#sendAt = allowed
    this.#deadline = allowed
  }

  #send(command: number, now: number, fresh: boolean): void {
    if (fresh) this.#tries = 0
    this.#toSend = command
    this.#sendAt = now
    this.#deadline = now
  }

  #rest(): void {
    this.#toSend = 0
    this.#tries = 0
    this.#deadline = Number.POSITIVE_INFINITY
  }
}
