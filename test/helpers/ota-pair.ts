// An OTA client and an OTA server wired by hand: no emulator, no clock, a list of frames under way and a seed.
// After every step the client's promise is checked: octets 0..offset of its memory are the image's.

import { Bytes } from '#core/bytes/bytes'
import { type ClientConfig, OtaClient, WHOLE } from '#core/ota/client'
import {
  IMAGE_BLOCK_REQUEST,
  IMAGE_PAGE_REQUEST,
  QUERY_NEXT_IMAGE_REQUEST,
  WAIT_FOR_COMMAND,
} from '#core/ota/codes'
import { DECODED, decodeOta, encodeOta, MAX_OTA_FRAME, OtaFrame } from '#core/ota/ota-frame'
import { OtaServer, type ServedImage, type ServerConfig } from '#core/ota/server'
import { Random } from '#core/time/random'
import { sameStart, seeded } from './octets.ts'

export const CLIENT: ClientConfig = {
  manufacturerCode: 0x121d,
  imageType: 0x0000,
  currentFileVersion: 1,
  hardwareVersion: 0x1111,
  maxDataSize: 48,
  pageSize: 0,
  responseSpacing: 0,
  blockPeriod: 0,
  announcesBlockPeriod: false,
  clipsPages: true,
  answerTimeout: 5000,
  maxTries: 4,
}
export const SERVER: ServerConfig = {
  maxDataSize: 255,
  minBlockPeriod: 0,
  pages: true,
  minPageSpacing: 0,
}
/** ZigBee UTC at time 0 of the pair. */
export const UTC = 700_000_000

/** The image of a file version: always the same octets, whatever part of them is wanted. */
export function imageOf(fileVersion: number, size: number): Uint8Array {
  return seeded(size, fileVersion)
}

export function served(fileVersion: number, size: number, other: Partial<ServedImage> = {}) {
  return {
    memory: new Bytes(imageOf(fileVersion, size)),
    size,
    manufacturerCode: CLIENT.manufacturerCode,
    imageType: CLIENT.imageType,
    fileVersion,
    minHardware: 0x1111,
    maxHardware: 0x1211,
    upgradeTime: WAIT_FOR_COMMAND,
    ...other,
  } satisfies ServedImage
}

/** The octets of a frame with these fields; unnamed ones are 0. */
export function frameOf(fields: Partial<OtaFrame>, data?: Uint8Array): Bytes {
  const out = Bytes.alloc(MAX_OTA_FRAME)
  const frame = Object.assign(new OtaFrame(), fields)
  const length = encodeOta(out, 0, frame, data && new Bytes(data))
  return new Bytes(out.u8.slice(0, length))
}

/** A frame of the client under test, with its own identity unless told otherwise. */
export function fromClient(fields: Partial<OtaFrame>): Bytes {
  const { manufacturerCode, imageType, currentFileVersion } = CLIENT
  const fileVersion = fields.command === QUERY_NEXT_IMAGE_REQUEST ? currentFileVersion : 2
  return frameOf({ manufacturerCode, imageType, fileVersion, ...fields })
}

/** A frame of its server. */
export function fromServer(fields: Partial<OtaFrame>, data?: Uint8Array): Bytes {
  const { manufacturerCode, imageType } = CLIENT
  const identity = { manufacturerCode, imageType, fileVersion: 2, fromServer: true }
  return frameOf({ ...identity, ...fields }, data)
}

/** The fields of a frame that must be one. */
export function read(octets: Bytes): OtaFrame {
  const frame = new OtaFrame()
  if (decodeOta(octets, 0, octets.length, frame) !== DECODED) throw new Error('not a frame')
  return frame
}

/** The server's answer, or undefined when it has none. */
export function ask(server: OtaServer, octets: Bytes, now = 0): Bytes | undefined {
  return written((out, to) => server.answer(octets, 0, octets.length, now, out, to))
}

/** What the server sends of a page at `now`, or undefined when nothing is due. */
export function due(server: OtaServer, now: number): Bytes | undefined {
  return written((out, to) => server.tick(now, out, to))
}

/** What the client sends at `now`, or undefined when nothing is due. */
export function said(client: OtaClient, now: number): Bytes | undefined {
  return written((out, to) => client.transmit(out, to, now))
}

const BLANK = 0xee
const MARGIN = 2

/**
 * The frame that `write` wrote.
 * @throws Error when it wrote an octet outside of it.
 */
function written(write: (out: Bytes, to: number) => number): Bytes | undefined {
  const out = new Bytes(new Uint8Array(MAX_OTA_FRAME + 2 * MARGIN).fill(BLANK))
  const end = MARGIN + write(out, MARGIN)
  const outside = [...out.u8.subarray(0, MARGIN), ...out.u8.subarray(end)]
  if (outside.some(octet => octet !== BLANK)) throw new Error('written outside of the frame')
  return end === MARGIN ? undefined : new Bytes(out.u8.slice(MARGIN, end))
}

export function loaded(...args: Parameters<typeof served>): OtaServer {
  const server = new OtaServer(SERVER, UTC)
  server.load(served(...args))
  return server
}

export function blockRequest(fileOffset: number, maxDataSize = 48): Bytes {
  return fromClient({ command: IMAGE_BLOCK_REQUEST, fileOffset, maxDataSize })
}

export function pageRequest(
  fileOffset: number,
  pageSize: number,
  fields: Partial<OtaFrame> = {},
): Bytes {
  const page = { command: IMAGE_PAGE_REQUEST, fileOffset, pageSize, maxDataSize: 48 }
  return fromClient({ ...page, ...fields })
}

export interface Line {
  loss: number
  duplicates: number
  /** Share of the frames that come after the client's answer time-out. */
  late: number
}

interface Event {
  readonly at: number
  readonly to: 'client' | 'server' | 'verifier'
  readonly octets: Bytes
}

export interface PairOptions {
  readonly client?: Partial<ClientConfig>
  readonly server?: Partial<ServerConfig>
  readonly line?: Line
  readonly seed?: number
  readonly memory?: number
  /** What verification will find. */
  readonly sound?: boolean
}

const NO_OCTETS = Bytes.alloc(0)

export class Pair {
  now = 0
  readonly client: OtaClient
  /** Another one may take its place. */
  server: OtaServer
  /** What the client reported, NOTHING included. */
  readonly reports: number[] = []
  /** Times at which the client sent something, by command. */
  readonly sent = new Map<number, number[]>()
  /** Frames for which this returns true are lost. */
  drops: (toServer: boolean, octets: Bytes) => boolean = () => false
  readonly #queue: Event[] = []
  readonly #line: Line | undefined
  readonly #random: Random
  readonly #sound: boolean
  readonly #out = Bytes.alloc(MAX_OTA_FRAME)
  #truth: Uint8Array = new Uint8Array(0)
  #truthOf = -1

  constructor({ client, server, line, seed = 1, memory = 5000, sound = true }: PairOptions = {}) {
    this.client = new OtaClient({ ...CLIENT, ...client }, Bytes.alloc(memory))
    this.server = new OtaServer({ ...SERVER, ...server }, UTC)
    this.#line = line
    this.#random = new Random(seed, 'line')
    this.#sound = sound
  }

  start(): void {
    this.client.start(this.now)
    this.#flush()
  }

  /** Ends the client's sleep. */
  wake(): void {
    this.client.resume(this.now)
    this.#flush()
  }

  /** Hands the client a frame from nowhere. */
  tell(octets: Bytes): number {
    const report = this.client.receive(octets, 0, octets.length, this.now)
    this.#heed(report)
    return report
  }

  /** Goes on until `done`, or until nothing can happen any more; true when done. */
  run(done: () => boolean, most = 20_000): boolean {
    for (let n = 0; n < most; n++) {
      if (done()) return true
      if (!this.#step()) return done()
    }
    throw new Error(`no end after ${most} steps, state ${this.client.state}`)
  }

  /** As run(), until the client is in `state`. */
  runTo(state: number): boolean {
    return this.run(() => this.client.state === state)
  }

  /** How often the client sent `command`. */
  count(command: number): number {
    return this.sent.get(command)?.length ?? 0
  }

  #step(): boolean {
    const next = this.#queue[0]
    const own = Math.min(this.client.deadline, this.server.deadline)
    const at = Math.min(next?.at ?? Number.POSITIVE_INFINITY, own)
    if (at === Number.POSITIVE_INFINITY) return false
    this.now = Math.max(this.now, at)
    if (next?.at !== at) {
      if (this.server.deadline === at) this.#serve()
      else this.#heed(this.client.tick(this.now))
    } else {
      this.#queue.shift()
      this.#deliver(next)
    }
    return true
  }

  /** Sends what of a page is due. */
  #serve(): void {
    const length = this.server.tick(this.now, this.#out, 0)
    if (length > 0) this.#post('client', length)
  }

  #deliver({ to, octets }: Event): void {
    const { now } = this
    if (to === 'client') this.tell(octets)
    else if (to === 'server') {
      const length = this.server.answer(octets, 0, octets.length, now, this.#out, 0)
      if (length > 0) this.#post('client', length)
    } else {
      this.client.verified(this.#sound, now)
      this.#flush()
    }
  }

  #heed(report: number): void {
    this.reports.push(report)
    if (report === WHOLE) this.#enqueue({ at: this.now + 100, to: 'verifier', octets: NO_OCTETS })
    this.#flush()
    this.check()
  }

  #flush(): void {
    const length = this.client.transmit(this.#out, 0, this.now)
    if (length === 0) return
    const command = this.#out.u8[2]!
    this.sent.set(command, [...(this.sent.get(command) ?? []), this.now])
    this.#post('server', length)
  }

  #post(to: 'client' | 'server', length: number): void {
    const octets = new Bytes(this.#out.u8.slice(0, length))
    if (this.drops(to === 'server', octets)) return
    const random = this.#random
    const line = this.#line
    if (!line) {
      this.#enqueue({ at: this.now + 10, to, octets })
      return
    }
    if (random.chance(line.loss)) return
    for (let copies = random.chance(line.duplicates) ? 2 : 1; copies > 0; copies--) {
      const delay = random.chance(line.late)
        ? this.client.config.answerTimeout * random.between(1, 3) + random.between(0, 50)
        : random.between(1, 50)
      this.#enqueue({ at: this.now + delay, to, octets })
    }
  }

  #enqueue(event: Event): void {
    let i = this.#queue.length
    while (i > 0 && this.#queue[i - 1]!.at > event.at) i--
    this.#queue.splice(i, 0, event)
  }

  /** @throws Error when the client's octets are not the image's. */
  check(): void {
    const { client } = this
    const { offset, size, fileVersion, memory } = client
    if (offset > size || size > memory.length) throw new Error(`offset ${offset} of ${size}`)
    if (offset === 0) return
    if (this.#truthOf !== fileVersion || this.#truth.length < offset) {
      this.#truth = imageOf(fileVersion, memory.length)
      this.#truthOf = fileVersion
    }
    if (!sameStart(memory.u8, this.#truth, offset)) {
      throw new Error(`octets 0..${offset} are not those of version ${fileVersion}`)
    }
  }
}
