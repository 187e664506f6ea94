// A stick's serial line as a TCP port: one host at a time, a second is told why it is turned away. Listens where it is
// told and nowhere else.

import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'

export interface Wire {
  /** A host has the stick; what it is sent goes to `send`. */
  opened(from: string, send: (octets: Uint8Array) => void): void
  received(octets: Uint8Array): void
  closed(): void
  refused(from: string): void
}

/** Told to a host that comes second, in case a person reads it: no protocol takes text for a frame. */
const IN_USE = 'hanrig stick: another host has this stick; close it first\r\n'
/** A host that is gone without a word is noticed after this, ms. */
const KEEP_ALIVE = 30_000

export class StickServer {
  readonly #server: Server
  readonly #wire: Wire
  #host: Socket | undefined
  /** All that are connected: the host's, and those that were turned away and are not gone yet. */
  readonly #sockets = new Set<Socket>()

  constructor(wire: Wire) {
    this.#wire = wire
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

  async close(): Promise<void> {
    const closed = new Promise<void>(done => this.#server.close(() => done()))
    // Each is told of before this ends.
    const gone = [...this.#sockets].map(socket => once(socket, 'close'))
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all([closed, ...gone])
  }

  #connected(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    const from = `${socket.remoteAddress}:${socket.remotePort}`
    // A host that resets the connection is gone like one that ends it.
    socket.on('error', () => {})
    if (this.#host) {
      this.#wire.refused(from)
      socket.end(IN_USE)
      return
    }
    this.#host = socket
    socket.on('data', octets => {
      if (this.#host === socket) this.#wire.received(octets)
    })
    socket.on('close', () => {
      if (this.#host !== socket) return
      this.#host = undefined
      this.#wire.closed()
    })
    this.#wire.opened(from, octets => {
      if (!socket.destroyed) socket.write(octets)
    })
  }
}

function unusable(host: string, port: number, error: unknown): HanrigError {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') {
    return hanrigError('HANRIG_STICK_PORT_IN_USE', `Something else listens on ${host}:${port}.`)
  }
  return hanrigError('HANRIG_STICK_PORT_UNUSABLE', `${host}:${port}: ${message}.`)
}
