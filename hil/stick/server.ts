// A stick's serial line as a TCP port: one host at a time, a second is told why it is turned away. A host has the stick from
// its first octet on. Whoever speaks text (a browser, a person), never says a sound frame, or never reads is let go, so
// that no stranger commands the devices or keeps the stick. Listens where it is told and nowhere else.

import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { HanrigError } from '#core/errors/errors'
import type { FieldsOf } from '#emulators/trace/trace'
import { hanrigError } from '../errors/errors.ts'

/** Why a connection was turned away, or a host let go. */
export type Refusal = FieldsOf<'host-refused'>['why']

export interface Wire {
  /** Sound frames of the host since it came. */
  readonly frames: number
  /** A host has the stick; what it is sent goes to `send`. */
  opened(from: string, send: (octets: Uint8Array) => void): void
  received(octets: Uint8Array): void
  closed(): void
  refused(from: string, why: Refusal): void
}

/** Told to whoever is turned away, in case a person reads it: no protocol takes text for a frame. */
const TOLD: Readonly<Record<Refusal, string>> = {
  'in-use': 'another host has this stick; close it first',
  text: 'this is the serial line of a ZigBee stick, and that was text',
  silent: 'nothing was heard that a host says; connect again to use the stick',
  unread: 'what the stick says is not read',
  crowded: 'others came later and are first',
}

/** A host that is gone without a word is noticed after this, ms. */
const KEEP_ALIVE = 30_000
/** Time from the connection to the first sound frame, ms: hosts need seconds for it (chosen). */
const FIRST_FRAME = 60_000
/** Octets that wait for a host at most: more than a minute of a real stick's line of 115,200 baud. */
const UNREAD = 1_048_576
/** Connections that have said nothing yet at most (chosen): one more, and the one that waits longest goes. */
const WAITING = 64
/** A host that goes is waited for so long before the next one is turned away, ms. */
const HANDOVER = 100
/** Whoever is turned away has this long to read why, ms. */
const LAST_WORD = 500

export interface ServerLimits {
  /** As FIRST_FRAME; for tests. */
  readonly firstFrame: number
}

export class StickServer {
  readonly #server: Server
  readonly #wire: Wire
  readonly #firstFrame: number
  readonly #sockets = new Set<Socket>()
  /** Those that have said nothing yet, and where they come from. */
  readonly #waiting = new Map<Socket, string>()
  #host: Socket | undefined
  #isUnread = false

  constructor(wire: Wire, { firstFrame }: ServerLimits = { firstFrame: FIRST_FRAME }) {
    this.#wire = wire
    this.#firstFrame = firstFrame
    this.#server = createServer({
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE,
    })
    this.#server.on('connection', socket => this.#connected(socket))
  }

  /** Listens; port 0 is any that is free. Returns the port. @throws HanrigError STICK_PORT_UNUSABLE or STICK_PORT_IN_USE. */
  async listen(host: string, port: number): Promise<number> {
    const server = this.#server
    await new Promise<void>((done, fail) => {
      server.once('error', error => fail(unusable(host, port, error)))
      server.listen(port, host, done)
    })
    const address = server.address()
    return typeof address === 'object' && address ? address.port : port
  }

  /** Drops the host, as when the stick is pulled out. */
  drop(): void {
    this.#host?.destroy()
  }

  /** Closes the port and every connection, at once. */
  async close(): Promise<void> {
    const closed = new Promise<void>(done => this.#server.close(() => done()))
    // Each is told of before this ends.
    const gone = [...this.#sockets].map(socket => once(socket, 'close'))
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all([closed, ...gone])
  }

  #connected(socket: Socket): void {
    const from = `${socket.remoteAddress}:${socket.remotePort}`
    this.#sockets.add(socket)
    // A host that resets the connection is gone like one that ends it.
    socket.on('error', () => {})
    const timer = setTimeout(() => this.#overdue(socket, from), this.#firstFrame)
    socket.on('close', () => {
      clearTimeout(timer)
      this.#sockets.delete(socket)
      this.#waiting.delete(socket)
      if (this.#host !== socket) return
      this.#host = undefined
      if (this.#isUnread) this.#wire.refused(from, 'unread')
      this.#wire.closed()
    })
    // One host may be going while the next one comes, or the same one comes again.
    const handover = setTimeout(() => this.#admit(socket, from), this.#host ? HANDOVER : 0)
    socket.on('close', () => clearTimeout(handover))
  }

  #admit(socket: Socket, from: string): void {
    if (this.#host) {
      this.#refuse(socket, from, 'in-use')
      return
    }
    this.#waiting.set(socket, from)
    socket.on('data', octets => this.#heard(socket, from, octets))
    if (this.#waiting.size > WAITING) this.#makeRoom()
  }

  #makeRoom(): void {
    const [[oldest, from] = []] = this.#waiting
    if (!oldest || from === undefined) return
    this.#waiting.delete(oldest)
    this.#refuse(oldest, from, 'crowded')
  }

  #heard(socket: Socket, from: string, octets: Uint8Array): void {
    if (this.#waiting.delete(socket)) {
      if (this.#host) this.#refuse(socket, from, 'in-use')
      else if (isText(octets[0]!)) this.#refuse(socket, from, 'text')
      else this.#take(socket, from)
    }
    if (this.#host === socket) this.#wire.received(octets)
  }

  #take(socket: Socket, from: string): void {
    this.#host = socket
    this.#isUnread = false
    this.#wire.opened(from, octets => {
      if (socket.destroyed || socket.writableEnded) return
      socket.write(octets)
      if (socket.writableLength <= UNREAD) return
      // It is told when the socket is closed: the stick is speaking just now.
      this.#isUnread = true
      socket.destroy()
    })
  }

  /** The time for a first frame is over. */
  #overdue(socket: Socket, from: string): void {
    const isHost = this.#host === socket
    if (isHost && this.#wire.frames > 0) return
    if (isHost || this.#waiting.delete(socket)) this.#refuse(socket, from, 'silent')
  }

  /** Tells why and closes; what the other end does about it is waited for a moment only. */
  #refuse(socket: Socket, from: string, why: Refusal): void {
    this.#wire.refused(from, why)
    socket.removeAllListeners('data')
    // What is still coming is read and thrown away: unread octets would take the last word with them.
    socket.resume()
    socket.end(`hanrig stick: ${TOLD[why]}\r\n`)
    const timer = setTimeout(() => socket.destroy(), LAST_WORD)
    socket.on('close', () => clearTimeout(timer))
  }
}

/**
 * Whether a first octet is that of a line of text, as every request of a browser begins, or of a TLS greeting. What
 * hosts begin with is a frame's start or what leaves a boot loader: none of these.
 */
function isText(octet: number): boolean {
  const TLS = 0x16
  return (octet >= 0x20 && octet < 0x7f) || octet === 0x0d || octet === 0x0a || octet === TLS
}

function unusable(host: string, port: number, error: unknown): HanrigError {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') {
    return hanrigError('HANRIG_STICK_PORT_IN_USE', `Something else listens on ${host}:${port}.`)
  }
  return hanrigError('HANRIG_STICK_PORT_UNUSABLE', `${host}:${port}: ${message}.`)
}
