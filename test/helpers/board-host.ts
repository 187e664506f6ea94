// A host of a few lines for tests of the board's side: asks, waits, and sends blocks in a window of its own choosing.
// It retries nothing that a test does not tell it to, so that what the board does is seen plainly.

import { createHash } from 'node:crypto'
import { SerialPortStream } from '@serialport/stream'
import { Bytes } from '#core/bytes/bytes'
import { virtualPorts } from '#hil/board/virtual-ports'
import {
  type Ack,
  type Begin,
  type Begun,
  CODES,
  decodeToHost,
  encodeToBoard,
  type ToBoard,
  type ToHost,
} from '#hil/protocol/agent-messages'
import { DataFrames, dataFrameLength } from '#hil/protocol/data-frame'
import { FrameReader, frameOf } from '#hil/protocol/serial-frame'
import { seeded } from './octets.ts'

export interface TestImage {
  bytes: Bytes
  sha256: Uint8Array
}

export function testImage(size: number, seed = 1): TestImage {
  const u8 = seeded(size, seed)
  return { bytes: new Bytes(u8), sha256: createHash('sha256').update(u8).digest() }
}

export function beginOf(image: TestImage, more: Partial<Begin> = {}): Begin {
  const { bytes, sha256 } = image
  return { size: bytes.length, sha256, fileVersion: 7, blockSize: 1024, ackEvery: 2, ...more }
}

export class BoardHost {
  readonly port: SerialPortStream
  /** Everything that the board said, in order. */
  readonly said: ToHost[] = []
  closed: Error | undefined
  #request = 0
  #waiters: ((message: ToHost | undefined) => boolean)[] = []
  readonly #reader = new FrameReader(8192, octets => {
    const message = decodeToHost(octets)!
    // A view into the reader's memory: what is kept is copied.
    const kept = structuredClone(message)
    this.said.push(kept)
    this.#waiters = this.#waiters.filter(wants => !wants(kept))
  })

  constructor(path: string, binding = virtualPorts) {
    this.port = new SerialPortStream({ binding, path, baudRate: 115_200, autoOpen: false })
    this.port.on('data', octets => this.#reader.push(octets))
    this.port.on('error', () => undefined)
    this.port.on('close', (error?: Error | null) => {
      this.closed = error ?? undefined
      this.abandon()
    })
  }

  /** Whoever waits for a message gets none: a test knows better than a time-out. */
  abandon(): void {
    this.#waiters = this.#waiters.filter(wants => !wants(undefined))
  }

  get badFrames(): number {
    return this.#reader.bad
  }

  open(): Promise<void> {
    this.closed = undefined
    return new Promise((resolve, reject) =>
      this.port.open((error: Error | null) => (error ? reject(error) : resolve())),
    )
  }

  close(): Promise<void> {
    return new Promise(resolve => this.port.close(() => resolve()))
  }

  write(octets: Uint8Array): void {
    this.port.write(Buffer.from(octets))
  }

  /** The next message for which `wanted` is true; undefined after `ms`, or when the port closes. */
  next(wanted: (message: ToHost) => boolean, ms = 2000): Promise<ToHost | undefined> {
    return new Promise(resolve => {
      const end = (message?: ToHost) => {
        clearTimeout(timer)
        resolve(message)
      }
      const timer = setTimeout(end, ms)
      this.#waiters.push(message => {
        if (message !== undefined && !wanted(message)) return false
        end(message)
        return true
      })
    })
  }

  /** The reply to a request; undefined when none comes within `ms`. */
  ask(message: ToBoard, ms = 2000): Promise<ToHost | undefined> {
    const request = ++this.#request
    const reply = this.next(said => said.request === request, ms)
    this.write(frameOf(encodeToBoard({ request, ...message }), true))
    return reply
  }

  /** As ask(), for ERROR: the name of its code, or what came instead. */
  async refusal(message: ToBoard): Promise<string> {
    const reply = await this.ask(message)
    return reply?.error ? CODES[reply.error.code]! : JSON.stringify(reply)
  }

  /** HELLO until it is answered. */
  async hello(): Promise<NonNullable<ToHost['board']>> {
    for (let i = 0; i < 20; i++) {
      const reply = await this.ask({ hello: { protocolMin: 1, protocolMax: 1 } }, 150)
      if (reply?.board) return reply.board
    }
    throw new Error('no answer to HELLO')
  }

  async begin(image: TestImage, more?: Partial<Begin>): Promise<Begun> {
    const reply = await this.ask({ begin: beginOf(image, more) }, 10_000)
    if (!reply?.begun) throw new Error(`BEGIN: ${JSON.stringify(reply)}`)
    return reply.begun
  }

  /** Sends the blocks that `begun` does not hold, `window` at a time; the last ACK, or undefined when nothing comes. */
  async send(image: TestImage, begun: Begun, window = 8, ms = 2000): Promise<Ack | undefined> {
    const { bytes } = image
    const { transfer, blockSize } = begun
    const count = Math.ceil(bytes.length / blockSize)
    const held = (i: number) => ((begun.map[i >> 3] ?? 0) >> (i & 7)) & 1
    const missing = Array.from({ length: count }, (_, i) => i).filter(i => !held(i))
    const frames = new DataFrames(blockSize)
    const out = Bytes.alloc(dataFrameLength(blockSize))
    let last: Ack | undefined
    for (let sent = 0; sent < missing.length; ) {
      const burst = missing.slice(sent, sent + window)
      const wanted = burst.at(-1)!
      const reply = this.next(said => said.error !== undefined || covers(said.ack, wanted), ms)
      for (const [i, index] of burst.entries()) {
        const from = index * blockSize
        const length = Math.min(blockSize, bytes.length - from)
        const octets = frames.encode(
          ...([out, 0, transfer, index, bytes, from, length] as const),
          i === burst.length - 1,
          i === 0,
        )
        this.write(out.u8.subarray(0, octets))
      }
      const said = await reply
      if (!said?.ack) return undefined
      last = said.ack
      sent += burst.length
    }
    return last
  }
}

/** Whether an ACK says that a block is held. */
export function covers(ack: Ack | undefined, block: number): boolean {
  if (!ack) return false
  const above = block - ack.base - 1
  return block < ack.base || (((ack.above[above >> 3] ?? 0) >> (above & 7)) & 1) === 1
}
