// A serialport binding, a real device's or a virtual board's, becomes a Port. @serialport/stream is opened with a lock
// and a time limit; its 'error' events, which a cancelled write raises too, always have a listener; close() is forced.

import type { BindingInterface } from '@serialport/bindings-cpp'
import { SerialPortStream } from '@serialport/stream'
import { hanrigError } from '../errors/errors.ts'
import {
  CLOSE_WITHIN,
  endedWithin,
  type ModemLines,
  OPEN_WITHIN,
  type Parity,
  type Port,
} from './port.ts'

export interface SerialOptions {
  readonly path: string
  readonly baudRate: number
  /** RTS/CTS flow control. */
  readonly rtscts?: boolean
  /** Default: none. */
  readonly parity?: Parity
}

/**
 * Opens `path` through `binding`.
 * @throws what the binding throws, or HanrigError PORT_STALLED when it does not answer.
 */
export async function openStream(
  address: string,
  binding: BindingInterface,
  { path, baudRate, rtscts = false, parity = 'none' }: SerialOptions,
): Promise<Port> {
  const stream = new SerialPortStream({ binding, path, baudRate, rtscts, parity, autoOpen: false })
  stream.on('error', () => {})
  const opened = new Promise<void>((resolve, reject) => {
    stream.open(error => (error ? reject(error) : resolve()))
  })
  if (!(await endedWithin(opened, OPEN_WITHIN))) {
    // Whenever it does open, nobody wants it any more.
    opened.then(() => stream.close(() => {})).catch(() => {})
    throw hanrigError(
      'HANRIG_PORT_STALLED',
      `${address} could not be opened within ${OPEN_WITHIN / 1000} s.`,
    )
  }
  await opened
  return new SerialPort(address, stream)
}

class SerialPort implements Port {
  readonly address: string
  readonly stream: SerialPortStream
  /** The binding sets every line on each call, so what was set before is said again. */
  readonly #lines = { dtr: true, rts: true }

  constructor(address: string, stream: SerialPortStream) {
    this.address = address
    this.stream = stream
  }

  async setLines(lines: ModemLines): Promise<boolean> {
    Object.assign(this.#lines, lines)
    return await this.#told(done => this.stream.set(this.#lines, done))
  }

  async setBaudRate(baudRate: number): Promise<boolean> {
    return await this.#told(done => this.stream.update({ baudRate }, done))
  }

  async close(): Promise<void> {
    if (!this.stream.isOpen) return
    const closed = new Promise<void>(resolve => this.stream.close(() => resolve()))
    await endedWithin(closed, CLOSE_WITHIN)
  }

  /** A pty refuses modem lines ("Inappropriate ioctl"), and some drivers the speed: that is an answer, not a fault. */
  #told(ask: (done: (error: Error | null) => void) => void): Promise<boolean> {
    return new Promise(resolve => ask(error => resolve(!error)))
  }
}
