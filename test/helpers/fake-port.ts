// Ports for tests: a real one with a filter between, and one whose other end does nothing that a port should do.

import { Duplex } from 'node:stream'
import type { Port } from '#hil/line/port'
import { openPort } from '#hil/open/open'

/** An open() whose ports let octets through while the filter says so. */
export function filtered(
  there: (chunk: Uint8Array) => boolean,
  back: (chunk: Uint8Array) => boolean,
): (address: string) => Promise<Port> {
  return async address => {
    const port = await openPort(address)
    const inner = port.stream
    const stream = new Duplex({
      read: () => {},
      write: (chunk, _, done) => {
        if (there(chunk)) inner.write(chunk, done)
        else done()
      },
    })
    inner.on('data', chunk => {
      if (back(chunk)) stream.push(Buffer.from(chunk))
    })
    inner.on('close', () => stream.destroy())
    return { ...port, address, stream, close: () => port.close() } as Port
  }
}

/** A port that takes no octet to its end, says nothing, and counts how often it was closed. */
export class DeadPort implements Port {
  readonly address = 'dead'
  readonly stream: Duplex
  closed = 0

  constructor(write: (done: () => void) => void = () => {}) {
    this.stream = new Duplex({ read: () => {}, write: (_, __, done) => write(() => done()) })
  }

  async setLines(): Promise<boolean> {
    return false
  }

  async setBaudRate(): Promise<boolean> {
    return false
  }

  async close(): Promise<void> {
    this.closed++
  }
}
