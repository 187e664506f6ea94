// The host's end of a virtual board's cable, as @serialport/stream wants it: what is read, written and refused is as the
// real bindings do it on Linux, the texts of the errors too.

import type { BindingPort, OpenOptions, SetOptions } from './binding.ts'
import type { VirtualBoard } from './virtual-board.ts'

/** Octets that write() takes ahead of the line, as the buffers of a driver do. */
const WRITE_AHEAD = 4096
/** Octets that wait to be read; what comes then is lost, as it is by a tty. */
const READ_BUFFER = 1024 * 1024

/** An error that the stream takes for a close it asked for (canceled) or for a hang-up. */
export function portError(text: string, canceled: boolean): Error {
  return Object.assign(new Error(text), { canceled })
}

interface PendingRead {
  buffer: Buffer
  offset: number
  length: number
  resolve: (read: { buffer: Buffer; bytesRead: number }) => void
  reject: (error: Error) => void
}

export class VirtualPort implements BindingPort {
  readonly openOptions: Required<OpenOptions>
  isOpen = true
  /** The cable was pulled: what is plugged in again is another device, and its lock is free. */
  gone = false
  readonly #board: VirtualBoard
  #baudRate: number
  #waiting: Uint8Array[] = []
  #waitingOctets = 0
  #pending: PendingRead | undefined

  constructor(board: VirtualBoard, options: OpenOptions) {
    this.#board = board
    this.#baudRate = options.baudRate
    this.openOptions = {
      dataBits: 8,
      lock: true,
      stopBits: 1,
      parity: 'none',
      rtscts: false,
      xon: false,
      xoff: false,
      xany: false,
      hupcl: true,
      ...options,
    }
    board.toHost = octets => this.#take(octets)
    board.onUnplug = () => this.#hangUp()
    board.attend(true)
  }

  async close(): Promise<void> {
    if (!this.isOpen) throw portError('Port is not open', false)
    this.isOpen = false
    if (!this.gone) this.#detach()
    this.#failRead(portError('Canceled', true))
  }

  read(
    buffer: Buffer,
    offset: number,
    length: number,
  ): Promise<{ buffer: Buffer; bytesRead: number }> {
    if (!this.isOpen) return Promise.reject(portError('Port is not open', true))
    if (this.gone) return Promise.reject(portError('bad file descriptor', false))
    return new Promise((resolve, reject) => {
      this.#pending = { buffer, offset, length, resolve, reject }
      this.#serve()
    })
  }

  async write(octets: Buffer): Promise<void> {
    this.#mustBeOpen()
    this.#board.down.send(octets)
    await this.#board.down.below(WRITE_AHEAD)
    this.#mustBeOpen()
  }

  async update({ baudRate }: { baudRate: number }): Promise<void> {
    this.#mustBeOpen()
    this.#baudRate = baudRate
  }

  /** The pins of the usual adapters: reset is low while RTS is set and DTR is not, the loader's while it is the other way. */
  async set({ dtr, rts }: SetOptions): Promise<void> {
    this.#mustBeOpen()
    this.#board.pullBootPin(dtr === true && rts === false)
    this.#board.holdReset(rts === true && dtr === false)
  }

  async get(): Promise<{ cts: boolean; dsr: boolean; dcd: boolean }> {
    this.#mustBeOpen()
    return { cts: this.#board.powered, dsr: this.#board.powered, dcd: false }
  }

  async getBaudRate(): Promise<{ baudRate: number }> {
    this.#mustBeOpen()
    return { baudRate: this.#baudRate }
  }

  async flush(): Promise<void> {
    this.#mustBeOpen()
    this.#waiting = []
    this.#waitingOctets = 0
    this.#board.down.clear()
  }

  async drain(): Promise<void> {
    this.#mustBeOpen()
    await this.#board.down.below(0)
    this.#mustBeOpen()
  }

  #mustBeOpen(): void {
    if (!this.isOpen) throw portError('Port is not open', true)
    if (this.gone) throw portError('Input/output error', false)
  }

  #take(octets: Uint8Array): void {
    if (this.#waitingOctets + octets.length > READ_BUFFER) return
    this.#waiting.push(Uint8Array.from(octets))
    this.#waitingOctets += octets.length
    this.#serve()
  }

  #serve(): void {
    const pending = this.#pending
    if (!pending || this.#waitingOctets === 0) return
    this.#pending = undefined
    const { buffer, offset, length } = pending
    let bytesRead = 0
    while (bytesRead < length && this.#waiting.length > 0) {
      const first = this.#waiting[0]!
      const part = first.subarray(0, length - bytesRead)
      buffer.set(part, offset + bytesRead)
      bytesRead += part.length
      if (part.length === first.length) this.#waiting.shift()
      else this.#waiting[0] = first.subarray(part.length)
    }
    this.#waitingOctets -= bytesRead
    pending.resolve({ buffer, bytesRead })
  }

  #failRead(error: Error): void {
    const pending = this.#pending
    this.#pending = undefined
    pending?.reject(error)
  }

  #hangUp(): void {
    this.gone = true
    this.#detach()
    this.#failRead(portError('bad file descriptor', false))
  }

  #detach(): void {
    this.#board.toHost = undefined
    this.#board.onUnplug = undefined
    this.#board.up.clear()
    this.#board.down.clear()
    this.#board.attend(false)
  }
}
