// The OTA server's side of one client: what it is offered, what it was given, how it ended.
// Sans-I/O and never deaf: answer() takes a frame and writes the reply in the same call, and an answer depends
// on the request's offset alone, so a repeated, late or reordered request gets the right octets again.
// A page request is answered with its first block; the others follow from tick(), which `deadline` asks for.

import type { Bytes } from '../bytes/bytes.ts'
import type { Archive } from '../state/archive.ts'
import { NO_ACTION, type Row, StateTable } from '../state/table.ts'
import {
  ABORT,
  ANY_FILE_VERSION,
  ANY_IMAGE_TYPE,
  ANY_MANUFACTURER,
  DEFAULT_RESPONSE,
  HARDWARE_VERSION_PRESENT,
  IMAGE_BLOCK_REQUEST,
  IMAGE_BLOCK_RESPONSE,
  IMAGE_NOTIFY,
  IMAGE_PAGE_REQUEST,
  MALFORMED_COMMAND,
  NO_IMAGE_AVAILABLE,
  NOT_AUTHORIZED,
  QUERY_NEXT_IMAGE_REQUEST,
  QUERY_NEXT_IMAGE_RESPONSE,
  SUCCESS,
  UNSUP_CLUSTER_COMMAND,
  UPGRADE_END_REQUEST,
  UPGRADE_END_RESPONSE,
  WAIT_FOR_COMMAND,
  WAIT_FOR_DATA,
} from './codes.ts'
import {
  BLOCK_RESPONSE_HEADER,
  DECODED,
  decodeOta,
  encodeBlockResponse,
  encodeOta,
  NOT_OTA,
  OtaFrame,
  TRUNCATED,
  UNKNOWN_COMMAND,
  ZCL_HEADER,
} from './ota-frame.ts'
import { PageFeed } from './page-feed.ts'

/** States. A client starts as not authorised (GB hubs answer 0x7E until an image is loaded for it). */
export const NOT_AUTHORISED = 0
export const ON_OFFER = 1
export const SERVING = 2
export const DELIVERED = 3
export const FAILED = 4
export const DISCARDED = 5
export const HARDWARE_MISMATCH = 6

export const SERVER_STATES = [
  'not-authorised',
  'on-offer',
  'serving',
  'delivered',
  'failed',
  'discarded',
  'hardware-mismatch',
] as const

/** Events. */
export const LOAD = 0
export const QUERY = 1
export const QUERY_MISFIT = 2
export const BLOCK_REQUEST = 3
export const END_OK = 4
export const END_BAD = 5
export const DISCARD = 6
/** A query for another manufacturer's image or another image type. */
export const QUERY_OTHER = 7
/** An end of another image than the one on offer: of one that was replaced meanwhile. */
export const END_OTHER = 8
export const PAGE_REQUEST = 9
/** A query by a client that runs the very image on offer. */
export const QUERY_RUNNING = 10

/** Actions. */
const SAY_NOT_AUTHORISED = 1
const SAY_NO_IMAGE = 2
const SAY_OFFER = 3
const SERVE = 4
const SAY_ABORT = 5
const SAY_END = 6
const ACKNOWLEDGE = 7
const SERVE_PAGE = 8

export const SERVER_ROWS: readonly Row[] = [
  [NOT_AUTHORISED, LOAD, ON_OFFER, NO_ACTION],
  [NOT_AUTHORISED, QUERY, NOT_AUTHORISED, SAY_NOT_AUTHORISED],
  [NOT_AUTHORISED, BLOCK_REQUEST, NOT_AUTHORISED, SAY_ABORT],
  [NOT_AUTHORISED, PAGE_REQUEST, NOT_AUTHORISED, SAY_ABORT],
  [ON_OFFER, LOAD, ON_OFFER, NO_ACTION],
  [ON_OFFER, QUERY, ON_OFFER, SAY_OFFER],
  [ON_OFFER, QUERY_MISFIT, HARDWARE_MISMATCH, SAY_NO_IMAGE],
  [ON_OFFER, QUERY_OTHER, ON_OFFER, SAY_NO_IMAGE],
  [ON_OFFER, BLOCK_REQUEST, SERVING, SERVE],
  [ON_OFFER, PAGE_REQUEST, SERVING, SERVE_PAGE],
  [ON_OFFER, END_OK, DELIVERED, SAY_END],
  [ON_OFFER, END_BAD, FAILED, ACKNOWLEDGE],
  [ON_OFFER, DISCARD, DISCARDED, NO_ACTION],
  [SERVING, LOAD, ON_OFFER, NO_ACTION],
  [SERVING, QUERY, SERVING, SAY_OFFER],
  [SERVING, QUERY_MISFIT, HARDWARE_MISMATCH, SAY_NO_IMAGE],
  [SERVING, QUERY_OTHER, SERVING, SAY_NO_IMAGE],
  [SERVING, BLOCK_REQUEST, SERVING, SERVE],
  [SERVING, PAGE_REQUEST, SERVING, SERVE_PAGE],
  [SERVING, END_OK, DELIVERED, SAY_END],
  [SERVING, END_BAD, FAILED, ACKNOWLEDGE],
  [SERVING, DISCARD, DISCARDED, NO_ACTION],
  [DELIVERED, LOAD, ON_OFFER, NO_ACTION],
  [DELIVERED, QUERY, DELIVERED, SAY_NO_IMAGE],
  [DELIVERED, QUERY_MISFIT, DELIVERED, SAY_NO_IMAGE],
  [DELIVERED, QUERY_OTHER, DELIVERED, SAY_NO_IMAGE],
  // Late copies of what was answered before the end, and an end whose answer was lost.
  [DELIVERED, BLOCK_REQUEST, DELIVERED, SERVE],
  [DELIVERED, PAGE_REQUEST, DELIVERED, SERVE_PAGE],
  [DELIVERED, END_OK, DELIVERED, SAY_END],
  [DELIVERED, END_BAD, DELIVERED, ACKNOWLEDGE],
  [DELIVERED, DISCARD, DISCARDED, NO_ACTION],
  [FAILED, LOAD, ON_OFFER, NO_ACTION],
  [FAILED, QUERY, FAILED, SAY_NO_IMAGE],
  [FAILED, QUERY_MISFIT, FAILED, SAY_NO_IMAGE],
  [FAILED, QUERY_OTHER, FAILED, SAY_NO_IMAGE],
  [FAILED, BLOCK_REQUEST, FAILED, SAY_ABORT],
  [FAILED, PAGE_REQUEST, FAILED, SAY_ABORT],
  [FAILED, END_OK, FAILED, ACKNOWLEDGE],
  [FAILED, END_BAD, FAILED, ACKNOWLEDGE],
  [FAILED, DISCARD, DISCARDED, NO_ACTION],
  [DISCARDED, LOAD, ON_OFFER, NO_ACTION],
  [DISCARDED, QUERY, DISCARDED, SAY_NO_IMAGE],
  [DISCARDED, QUERY_MISFIT, DISCARDED, SAY_NO_IMAGE],
  [DISCARDED, QUERY_OTHER, DISCARDED, SAY_NO_IMAGE],
  [DISCARDED, BLOCK_REQUEST, DISCARDED, SAY_ABORT],
  [DISCARDED, PAGE_REQUEST, DISCARDED, SAY_ABORT],
  [DISCARDED, END_OK, DISCARDED, ACKNOWLEDGE],
  [DISCARDED, END_BAD, DISCARDED, ACKNOWLEDGE],
  [HARDWARE_MISMATCH, LOAD, ON_OFFER, NO_ACTION],
  // The hardware was changed, or a replacement device took the place: it fits now.
  [HARDWARE_MISMATCH, QUERY, ON_OFFER, SAY_OFFER],
  [HARDWARE_MISMATCH, QUERY_MISFIT, HARDWARE_MISMATCH, SAY_NO_IMAGE],
  [HARDWARE_MISMATCH, QUERY_OTHER, HARDWARE_MISMATCH, SAY_NO_IMAGE],
  [HARDWARE_MISMATCH, BLOCK_REQUEST, HARDWARE_MISMATCH, SAY_ABORT],
  [HARDWARE_MISMATCH, PAGE_REQUEST, HARDWARE_MISMATCH, SAY_ABORT],
  [HARDWARE_MISMATCH, END_OK, HARDWARE_MISMATCH, ACKNOWLEDGE],
  [HARDWARE_MISMATCH, END_BAD, HARDWARE_MISMATCH, ACKNOWLEDGE],
  [HARDWARE_MISMATCH, DISCARD, DISCARDED, NO_ACTION],
  // It does not need what it runs; if it had begun, it got it all and its end was lost.
  [ON_OFFER, QUERY_RUNNING, DISCARDED, SAY_NO_IMAGE],
  [SERVING, QUERY_RUNNING, DELIVERED, SAY_NO_IMAGE],
  [DELIVERED, QUERY_RUNNING, DELIVERED, SAY_NO_IMAGE],
  [FAILED, QUERY_RUNNING, FAILED, SAY_NO_IMAGE],
  [DISCARDED, QUERY_RUNNING, DISCARDED, SAY_NO_IMAGE],
  [HARDWARE_MISMATCH, QUERY_RUNNING, HARDWARE_MISMATCH, SAY_NO_IMAGE],
  // Whatever the state, what was said of another image changes nothing.
  [NOT_AUTHORISED, END_OTHER, NOT_AUTHORISED, ACKNOWLEDGE],
  [ON_OFFER, END_OTHER, ON_OFFER, ACKNOWLEDGE],
  [SERVING, END_OTHER, SERVING, ACKNOWLEDGE],
  [DELIVERED, END_OTHER, DELIVERED, ACKNOWLEDGE],
  [FAILED, END_OTHER, FAILED, ACKNOWLEDGE],
  [DISCARDED, END_OTHER, DISCARDED, ACKNOWLEDGE],
  [HARDWARE_MISMATCH, END_OTHER, HARDWARE_MISMATCH, ACKNOWLEDGE],
]

const TABLE = new StateTable(7, 11, SERVER_ROWS)

/** The image that a client is offered: the caller's memory and what the OTA header says of it. */
export interface ServedImage {
  readonly memory: Bytes
  /** Octets of the whole OTA file, from 0 of `memory`. */
  readonly size: number
  readonly manufacturerCode: number
  readonly imageType: number
  readonly fileVersion: number
  /** Hardware version words that it is for, both included; undefined when the header names none. */
  readonly minHardware: number | undefined
  readonly maxHardware: number | undefined
  /** upgradeTime for Upgrade End: WAIT_FOR_COMMAND, or ZigBee UTC seconds. */
  readonly upgradeTime: number
}

export interface ServerConfig {
  /** Most data octets in one block response, 1..255. */
  readonly maxDataSize: number
  /** Milliseconds that a client must leave between block requests; an earlier one is told to wait. 0: none. */
  readonly minBlockPeriod: number
  /** False answers page requests as a command that the server does not have. */
  readonly pages: boolean
  /** Milliseconds between the responses to a page request, at least, whatever the client asks for. */
  readonly minPageSpacing: number
}

export class OtaServer {
  readonly config: ServerConfig
  state = NOT_AUTHORISED
  image: ServedImage | undefined
  /** ZigBee UTC seconds at time 0 of the clock. */
  readonly utcAtZero: number
  /** Block responses with data. */
  served = 0
  /** Data octets in them. */
  octets = 0
  /** Requests told to wait. */
  waits = 0

  readonly #in = new OtaFrame()
  readonly #out = new OtaFrame()
  readonly #page = new PageFeed()
  #available = 0
  #lastServed = Number.NEGATIVE_INFINITY

  constructor(config: ServerConfig, utcAtZero: number) {
    this.config = config
    this.utcAtZero = utcAtZero
    this.#out.fromServer = true
  }

  /** Octets of the image that are here already; a request beyond is told to wait for data. */
  get available(): number {
    return this.#available
  }

  /** When tick() wants to be called, ms; Infinity when no page is under way. */
  get deadline(): number {
    return this.#page.due
  }

  /** Puts `image` on offer, replacing another. */
  load(image: ServedImage): void {
    this.#page.close()
    this.image = image
    this.#available = image.size
    this.#lastServed = Number.NEGATIVE_INFINITY
    this.state = TABLE.next(this.state, LOAD)
  }

  /** Of the image that is loaded only the first `octets` are here yet; load() says that all are. */
  nowHas(octets: number): void {
    this.#available = octets
  }

  /** Takes the image off offer; the client's next block or page request is answered with ABORT. */
  discard(): void {
    this.#page.close()
    this.state = TABLE.next(this.state, DISCARD)
  }

  /** Gives back the image that was loaded when the state was saved; changes nothing else. */
  attach(image: ServedImage): void {
    this.image = image
  }

  /** Walks the state; the image is not in it: attach() it before the next request. */
  archive(a: Archive): void {
    this.state = a.number(this.state)
    this.#available = a.number(this.#available)
    this.served = a.number(this.served)
    this.octets = a.number(this.octets)
    this.waits = a.number(this.waits)
    this.#lastServed = a.number(this.#lastServed)
    this.#out.sequence = a.number(this.#out.sequence)
    this.#page.archive(a)
  }

  /** Writes an Image Notify for the loaded image; returns its length. `jitter` in percent, 1..100. */
  notify(out: Bytes, at: number, jitter: number): number {
    const f = this.#out
    f.sequence = (f.sequence + 1) & 255
    f.command = IMAGE_NOTIFY
    f.payloadType = 3
    f.queryJitter = jitter
    f.manufacturerCode = this.image?.manufacturerCode ?? ANY_MANUFACTURER
    f.imageType = this.image?.imageType ?? ANY_IMAGE_TYPE
    f.fileVersion = this.image?.fileVersion ?? ANY_FILE_VERSION
    return encodeOta(out, at, f)
  }

  /**
   * Takes a ZCL frame of `length` octets of `src` at `at` and writes the reply to `out` at `to`.
   * Returns the reply's length; 0 when none is due. `now` in ms of the clock.
   */
  answer(src: Bytes, at: number, length: number, now: number, out: Bytes, to: number): number {
    const f = this.#in
    const code = decodeOta(src, at, length, f)
    if (code === NOT_OTA || (code === DECODED && f.command === DEFAULT_RESPONSE)) return 0
    this.#out.sequence = f.sequence
    if (code === TRUNCATED) {
      // What cannot be named cannot be answered, and a default response is never answered by another.
      if (length < ZCL_HEADER || f.command === DEFAULT_RESPONSE) return 0
      return this.#say(out, to, MALFORMED_COMMAND)
    }
    if (code === UNKNOWN_COMMAND || f.fromServer) return this.#say(out, to, UNSUP_CLUSTER_COMMAND)
    switch (f.command) {
      case IMAGE_BLOCK_REQUEST:
        return this.#step(BLOCK_REQUEST, now, out, to)
      case QUERY_NEXT_IMAGE_REQUEST:
        return this.#step(this.#queryKind(f), now, out, to)
      case UPGRADE_END_REQUEST:
        return this.#step(
          !this.#isOnOffer(f) ? END_OTHER : f.status === SUCCESS ? END_OK : END_BAD,
          now,
          out,
          to,
        )
      case IMAGE_PAGE_REQUEST:
        if (!this.config.pages) return this.#say(out, to, UNSUP_CLUSTER_COMMAND)
        return this.#step(PAGE_REQUEST, now, out, to)
      default:
        // Device-specific files are in the codec, not in this server.
        return this.#say(out, to, UNSUP_CLUSTER_COMMAND)
    }
  }

  /**
   * Writes the next response of the page under way to `out` at `to` and returns its length; 0 when none is due.
   * To be called at `deadline`, harmless at any other time.
   */
  tick(now: number, out: Bytes, to: number): number {
    const page = this.#page
    if (now < page.due) return 0
    const { offset, size } = page
    if (offset + size > this.#available) {
      page.close()
      this.#out.sequence = page.sequence
      return this.#sayWait(now, 0, out, to)
    }
    page.sent(now)
    return this.#sayBlock(page.sequence, offset, size, out, to)
  }

  #step(event: number, now: number, out: Bytes, to: number): number {
    const action = TABLE.action(this.state, event)
    const next = TABLE.next(this.state, event)
    if (next !== this.state) {
      // What ends or refuses a download ends its page.
      this.#page.close()
      this.state = next
    }
    const f = this.#out
    switch (action) {
      case SERVE:
        return this.#serve(now, out, to)
      case SERVE_PAGE:
        return this.#servePage(now, out, to)
      case SAY_OFFER:
        return this.#offer(out, to)
      case SAY_NOT_AUTHORISED:
      case SAY_NO_IMAGE:
        f.command = QUERY_NEXT_IMAGE_RESPONSE
        f.status = action === SAY_NO_IMAGE ? NO_IMAGE_AVAILABLE : NOT_AUTHORIZED
        return encodeOta(out, to, f)
      case SAY_ABORT:
        return this.#sayBlockStatus(out, to, ABORT)
      case SAY_END:
        return this.#sayEnd(now, out, to)
      case ACKNOWLEDGE:
        return this.#say(out, to, SUCCESS)
      default:
        return 0
    }
  }

  #serve(now: number, out: Bytes, to: number): number {
    const f = this.#in
    const image = this.image!
    if (!this.#isOnOffer(f)) return this.#sayBlockStatus(out, to, NO_IMAGE_AVAILABLE)
    if (f.maxDataSize === 0 || f.fileOffset >= image.size) {
      return this.#say(out, to, MALFORMED_COMMAND)
    }
    const size = Math.min(f.maxDataSize, this.config.maxDataSize, image.size - f.fileOffset)
    const early = this.#lastServed + this.config.minBlockPeriod - now
    if (early > 0 || f.fileOffset + size > this.#available)
      return this.#sayWait(now, early, out, to)
    this.#lastServed = now
    return this.#sayBlock(f.sequence, f.fileOffset, size, out, to)
  }

  /** Answers as a block request is answered; if that is with a block, the rest of the page follows. */
  #servePage(now: number, out: Bytes, to: number): number {
    const f = this.#in
    const { config } = this
    const before = this.served
    const end = Math.min(f.fileOffset + f.pageSize, this.image!.size)
    this.#page.close()
    // A page shorter than a block is one short block, and an empty one asks for nothing.
    f.maxDataSize = Math.min(f.maxDataSize, f.pageSize)
    const length = this.#serve(now, out, to)
    if (this.served === before) return length
    this.#page.open(
      f.sequence,
      f.fileOffset + length - BLOCK_RESPONSE_HEADER,
      end,
      Math.min(f.maxDataSize, config.maxDataSize),
      Math.max(f.responseSpacing, config.minPageSpacing),
      now,
    )
    return length
  }

  #sayBlock(sequence: number, offset: number, size: number, out: Bytes, to: number): number {
    const image = this.image!
    this.served++
    this.octets += size
    return encodeBlockResponse(
      out,
      to,
      sequence,
      image.manufacturerCode,
      image.imageType,
      image.fileVersion,
      offset,
      image.memory,
      offset,
      size,
    )
  }

  #sayWait(now: number, early: number, out: Bytes, to: number): number {
    const f = this.#out
    this.waits++
    f.command = IMAGE_BLOCK_RESPONSE
    f.status = WAIT_FOR_DATA
    f.currentTime = this.#utc(now)
    f.requestTime = f.currentTime + Math.max(1, Math.ceil(early / 1000))
    f.minBlockPeriod = this.config.minBlockPeriod
    return encodeOta(out, to, f)
  }

  #sayBlockStatus(out: Bytes, to: number, status: number): number {
    this.#out.command = IMAGE_BLOCK_RESPONSE
    this.#out.status = status
    return encodeOta(out, to, this.#out)
  }

  #offer(out: Bytes, to: number): number {
    const f = this.#out
    const image = this.image!
    f.command = QUERY_NEXT_IMAGE_RESPONSE
    f.status = SUCCESS
    f.manufacturerCode = image.manufacturerCode
    f.imageType = image.imageType
    f.fileVersion = image.fileVersion
    f.imageSize = image.size
    return encodeOta(out, to, f)
  }

  #sayEnd(now: number, out: Bytes, to: number): number {
    const f = this.#out
    const image = this.image!
    const waits = image.upgradeTime === WAIT_FOR_COMMAND
    f.command = UPGRADE_END_RESPONSE
    // GB hubs answer all ones throughout when the device is to wait for its activation command.
    f.manufacturerCode = waits ? ANY_MANUFACTURER : image.manufacturerCode
    f.imageType = waits ? ANY_IMAGE_TYPE : image.imageType
    f.fileVersion = waits ? ANY_FILE_VERSION : image.fileVersion
    f.currentTime = waits ? WAIT_FOR_COMMAND : this.#utc(now)
    f.upgradeTime = image.upgradeTime
    return encodeOta(out, to, f)
  }

  /** A default response to the frame just read. */
  #say(out: Bytes, to: number, status: number): number {
    const f = this.#out
    f.command = DEFAULT_RESPONSE
    f.answered = this.#in.command
    f.status = status
    return encodeOta(out, to, f)
  }

  /** True when the frame names the very image that is loaded. */
  #isOnOffer(f: OtaFrame): boolean {
    const { image } = this
    return (
      image !== undefined &&
      f.manufacturerCode === image.manufacturerCode &&
      f.imageType === image.imageType &&
      f.fileVersion === image.fileVersion
    )
  }

  #queryKind(f: OtaFrame): number {
    const { image } = this
    if (!image) return QUERY
    if (f.manufacturerCode !== image.manufacturerCode || f.imageType !== image.imageType) {
      return QUERY_OTHER
    }
    if (f.fileVersion === image.fileVersion) return QUERY_RUNNING
    if (!(f.fieldControl & HARDWARE_VERSION_PRESENT)) return QUERY
    const fits =
      f.hardwareVersion >= (image.minHardware ?? 0) &&
      f.hardwareVersion <= (image.maxHardware ?? 0xffff)
    return fits ? QUERY : QUERY_MISFIT
  }

  #utc(now: number): number {
    return this.utcAtZero + Math.floor(now / 1000)
  }
}
