// Boxes that are wrong on purpose: a link that rewrites what one side of an OTA download says, for the other side to
// cope with. It reads the frames of the OTA cluster and of no other; the box behind it stays as it is.

import type { Bytes } from '#core/bytes/bytes'
import {
  BLOCK_PERIOD_PRESENT,
  DEFAULT_RESPONSE,
  HARDWARE_VERSION_PRESENT,
  IEEE_PRESENT,
  IMAGE_BLOCK_REQUEST,
  IMAGE_BLOCK_RESPONSE,
  IMAGE_PAGE_REQUEST,
  INVALID_IMAGE,
  MALFORMED_COMMAND,
  OTA_CLUSTER,
  QUERY_NEXT_IMAGE_REQUEST,
  QUERY_NEXT_IMAGE_RESPONSE,
  SUCCESS,
  UPGRADE_END_REQUEST,
} from '#core/ota/codes'
import { DECODED, decodeOta, encodeOta, OtaFrame, ZCL_HEADER } from '#core/ota/ota-frame'
import type { Archive } from '#core/state/archive'
import type { Random } from '#core/time/random'
import type { Trace } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'
import { CLUSTER_HEADER, hanFrame, isOta } from './han.ts'
import type { Link } from './link.ts'

/** What a device may do wrong in a home that is drawn at random. */
export const DRAWN_CLIENT_WRONGS = [
  /** Asks for offset 0 again; this and the others that ask do so by block or by page. */
  'restart-at-zero',
  /** Asks for octets far beyond the image. */
  'past-the-end',
  /** Asks for blocks of 0 octets. */
  'ask-zero',
  /** Asks for blocks of 255 octets. */
  'ask-255',
  /** Ends the download of another version than the one it downloaded. */
  'wrong-end-version',
  /** Never says that it is done. */
  'never-ends',
  /** Says that it is done in place of asking for a block. */
  'ends-early',
] as const

/** What a device may do wrong; its link to the hub, or to a ZigBee host, is the one to wrap. */
export const CLIENT_WRONGS = [
  ...DRAWN_CLIENT_WRONGS,
  /** Ends with another status, in place of the right one. */
  'ends-with',
  /** Answers a block with a default response, MALFORMED_COMMAND, and goes on all the same. */
  'answers-malformed',
  /** Puts a node address into block requests; only says that it does. */
  'with-address',
  'with-address-bit',
  /** Puts a block period into them; only says that it does. */
  'with-period',
  'with-period-bit',
  /** Asks for an image without its hardware version. */
  'no-hardware',
  /** Reports 0, or the low octet only, as the version that runs. */
  'reports-zero',
  'reports-low-octet',
  /** Reports the version that it first reported, whatever runs. */
  'reports-first',
] as const

/** What a hub may do wrong; its link to the device is the one to wrap. */
export const SERVER_WRONGS = [
  /** States another size of the image than it has: smaller or larger, by draw. */
  'lies-on-size',
  /** Sells the octets of one place as those of the next. */
  'other-offsets',
  /** Falls silent in the middle of a download. */
  'dies-midway',
] as const

export type ClientWrong = (typeof CLIENT_WRONGS)[number]
export type ServerWrong = (typeof SERVER_WRONGS)[number]
export type WrongKind = ClientWrong | ServerWrong

export interface WrongRule {
  readonly what: WrongKind
  /** Probability that a matching frame is rewritten, 0..1. */
  readonly chance: number
  /** Matching frames that pass first; with dies-midway those that pass before each silence. */
  readonly after: number
  /** Most frames that are rewritten, or silences; Infinity for no limit. */
  readonly times: number
  /** Milliseconds that the silence of dies-midway lasts; Infinity for good. No other kind reads it. */
  readonly for: number
  /** What ends-with ends with, 0..255. No other kind reads it. */
  readonly status?: number
}

/** Added to an offset to be past the end of any image (2^30; the largest is 2^24). */
const BEYOND = 0x4000_0000
/** A node address and a block period: no host is known to do anything about either. */
const ADDRESS = [0x0102_0304, 0x0015_8d00] as const
const PERIOD = 250
/** Where the field control of a request lies behind the ZCL header. */
const AT_FIELD_CONTROL = CLUSTER_HEADER + ZCL_HEADER
/** The command that each kind rewrites; a page request counts as a block request. */
const COMMANDS: Readonly<Record<WrongKind, number>> = {
  'restart-at-zero': IMAGE_BLOCK_REQUEST,
  'past-the-end': IMAGE_BLOCK_REQUEST,
  'ask-zero': IMAGE_BLOCK_REQUEST,
  'ask-255': IMAGE_BLOCK_REQUEST,
  'wrong-end-version': UPGRADE_END_REQUEST,
  'never-ends': UPGRADE_END_REQUEST,
  'ends-early': IMAGE_BLOCK_REQUEST,
  'ends-with': UPGRADE_END_REQUEST,
  'answers-malformed': IMAGE_BLOCK_REQUEST,
  'with-address': IMAGE_BLOCK_REQUEST,
  'with-address-bit': IMAGE_BLOCK_REQUEST,
  'with-period': IMAGE_BLOCK_REQUEST,
  'with-period-bit': IMAGE_BLOCK_REQUEST,
  'no-hardware': QUERY_NEXT_IMAGE_REQUEST,
  'reports-zero': QUERY_NEXT_IMAGE_REQUEST,
  'reports-low-octet': QUERY_NEXT_IMAGE_REQUEST,
  'reports-first': QUERY_NEXT_IMAGE_REQUEST,
  'lies-on-size': QUERY_NEXT_IMAGE_RESPONSE,
  'other-offsets': IMAGE_BLOCK_RESPONSE,
  'dies-midway': IMAGE_BLOCK_RESPONSE,
}

/** No version was reported yet. */
const NONE = -1
/** Kinds that say something besides what they should. */
const GOES_ON: readonly WrongKind[] = ['answers-malformed']

export interface WrongLinkSetup {
  /** Name in the trace. */
  readonly name: string
  readonly inner: Link
  readonly rule: WrongRule
  /** Decides by rule.chance, and what a lie is; it is part of the link's archive. */
  readonly random: Random
}

export class WrongLink implements Link {
  readonly name: string
  /** Frames rewritten or kept back. */
  rewritten = 0
  readonly #inner: Link
  readonly #trace: Trace
  readonly #random: Random
  readonly #rule: WrongRule
  readonly #clock: { readonly now: number }
  readonly #command: number
  readonly #fromServer: boolean
  readonly #f = new OtaFrame()
  readonly #out = hanFrame(OTA_CLUSTER)
  #matched = 0
  #times = 0
  #silentUntil = Number.NEGATIVE_INFINITY
  /** The version that was reported first. */
  #first = NONE

  constructor({ clock, trace }: World, { name, inner, rule, random }: WrongLinkSetup) {
    this.name = name
    this.#inner = inner
    this.#trace = trace
    this.#random = random
    this.#rule = rule
    this.#clock = clock
    this.#command = COMMANDS[rule.what]
    this.#fromServer = (SERVER_WRONGS as readonly WrongKind[]).includes(rule.what)
  }

  send(src: Bytes, at: number, length: number, extraDelay: number): void {
    if (length < CLUSTER_HEADER || !isOta(src, at)) this.#inner.send(src, at, length, extraDelay)
    else if (this.#clock.now < this.#silentUntil) this.#tell()
    else if (!this.#strikes(src, at, length)) this.#inner.send(src, at, length, extraDelay)
    else {
      this.#tell()
      const size = this.#rewrite(src)
      if (size > 0) this.#inner.send(this.#out, 0, CLUSTER_HEADER + size, extraDelay)
      if (GOES_ON.includes(this.#rule.what)) this.#inner.send(src, at, length, extraDelay)
    }
  }

  get what(): WrongKind {
    return this.#rule.what
  }

  archive(a: Archive): void {
    this.rewritten = a.number(this.rewritten)
    this.#matched = a.number(this.#matched)
    this.#times = a.number(this.#times)
    this.#silentUntil = a.number(this.#silentUntil)
    this.#first = a.number(this.#first)
    this.#random.archive(a)
  }

  /** Reads the frame into #f; true when it is one to be rewritten. */
  #strikes(src: Bytes, at: number, length: number): boolean {
    const f = this.#f
    const body = length - CLUSTER_HEADER
    if (decodeOta(src, at + CLUSTER_HEADER, body, f) !== DECODED) return false
    const command = f.command === IMAGE_PAGE_REQUEST ? IMAGE_BLOCK_REQUEST : f.command
    if (command !== this.#command || f.fromServer !== this.#fromServer) return false
    if (f.command === QUERY_NEXT_IMAGE_REQUEST && this.#first === NONE) {
      this.#first = f.fileVersion
    }
    // A refusal states no size and no offset.
    if (this.#fromServer && f.status !== SUCCESS) return false
    const { after, times, chance } = this.#rule
    if (this.#matched++ < after || this.#times >= times) return false
    if (!this.#random.chance(chance)) return false
    this.#times++
    return true
  }

  /** Writes to #out what is sent instead of #f, read from `src`; returns the octets after the cluster id, or 0. */
  #rewrite(src: Bytes): number {
    const f = this.#f
    switch (this.#rule.what) {
      case 'restart-at-zero':
        f.fileOffset = 0
        break
      case 'past-the-end':
        f.fileOffset += BEYOND
        break
      case 'ask-zero':
        f.maxDataSize = 0
        break
      case 'ask-255':
        f.maxDataSize = 255
        break
      case 'wrong-end-version':
        f.fileVersion = (f.fileVersion + 1) >>> 0
        break
      case 'never-ends':
        return 0
      case 'ends-early':
        f.command = UPGRADE_END_REQUEST
        f.status = SUCCESS
        break
      case 'ends-with':
        f.status = this.#rule.status ?? INVALID_IMAGE
        break
      case 'answers-malformed':
        f.command = DEFAULT_RESPONSE
        f.answered = IMAGE_BLOCK_RESPONSE
        f.status = MALFORMED_COMMAND
        break
      case 'with-address':
        f.fieldControl |= IEEE_PRESENT
        ;[f.ieeeLow, f.ieeeHigh] = ADDRESS
        break
      case 'with-period':
        f.fieldControl |= BLOCK_PERIOD_PRESENT
        f.minBlockPeriod = PERIOD
        break
      case 'with-address-bit':
        return this.#lyingOf(IEEE_PRESENT, src)
      case 'with-period-bit':
        return this.#lyingOf(BLOCK_PERIOD_PRESENT, src)
      case 'no-hardware':
        f.fieldControl &= ~HARDWARE_VERSION_PRESENT
        break
      case 'reports-zero':
        f.fileVersion = 0
        break
      case 'reports-low-octet':
        f.fileVersion &= 0xff
        break
      case 'reports-first':
        f.fileVersion = this.#first
        break
      case 'lies-on-size':
        f.imageSize = this.#otherSize(f.imageSize)
        break
      case 'other-offsets':
        f.fileOffset += f.dataSize
        break
      case 'dies-midway':
        this.#silentUntil = this.#clock.now + this.#rule.for
        this.#matched = 0
        return 0
    }
    return encodeOta(this.#out, CLUSTER_HEADER, f, src)
  }

  /** A block request that says it has a field which it has not. */
  #lyingOf(bit: number, src: Bytes): number {
    const f = this.#f
    f.fieldControl = 0
    const size = encodeOta(this.#out, CLUSTER_HEADER, f, src)
    this.#out.u8[AT_FIELD_CONTROL] = bit
    return size
  }

  /** Less than `size`, down to 1, or more, up to its double. */
  #otherSize(size: number): number {
    const less = this.#random.chance(0.5) && size > 1
    return less ? this.#random.between(1, size - 1) : this.#random.between(size + 1, 2 * size)
  }

  #tell(): void {
    this.rewritten++
    if (this.#trace.frames) {
      this.#trace.emit(this.name, 'frame-rewritten', { what: this.#rule.what })
    }
  }
}
