// A UNIX socket as an output, or stdout, which Node may have as a socket, a pipe, a file or a terminal.

import { once } from 'node:events'
import { connect, Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel } from './channel.ts'
import { unwritable } from './unwritable.ts'

/** A reader that takes nothing for so long, when the work was told to stop, has lost it, ms. */
const PATIENCE = 500
const LOOK_EVERY = 5

export class SocketOutput implements Channel {
  readonly #name: string
  readonly #stream: Writable
  readonly #isOurs: boolean
  readonly #signal: AbortSignal | undefined
  #failure: unknown
  readonly #fail = (error: unknown): void => {
    this.#failure ??= error
  }

  private constructor(name: string, stream: Writable, isOurs: boolean, signal?: AbortSignal) {
    this.#name = name
    this.#stream = stream
    this.#isOurs = isOurs
    this.#signal = signal
    stream.on('error', this.#fail)
  }

  /** Connects to whoever listens at a path. @throws HanrigError FILE_UNWRITABLE. */
  static async connect(name: string, path: string, signal?: AbortSignal): Promise<SocketOutput> {
    const socket = connect({ path })
    try {
      await once(socket, 'connect')
    } catch (error) {
      throw unwritable(name, error)
    }
    return new SocketOutput(name, socket, true, signal)
  }

  /** A descriptor that is a socket. */
  static given(name: string, fd: number, signal?: AbortSignal): SocketOutput {
    return new SocketOutput(name, new Socket({ fd, readable: false, writable: true }), true, signal)
  }

  /** stdout or stderr as Node has it: it stays open. */
  static standard(name: string, stream: Writable, signal?: AbortSignal): SocketOutput {
    return new SocketOutput(name, stream, false, signal)
  }

  write(chunk: Uint8Array): void {
    if (this.#failure === undefined) this.#stream.write(chunk)
  }

  async ready(): Promise<void> {
    await this.#drained(() => this.#stream.writableNeedDrain)
  }

  async close(): Promise<void> {
    try {
      await this.#drained(() => this.#stream.writableLength > 0)
    } finally {
      if (this.#isOurs) this.#stream.end()
      else this.#stream.off('error', this.#fail)
    }
  }

  drop(): void {
    if (this.#isOurs) this.#stream.destroy()
    else this.#stream.off('error', this.#fail)
  }

  async #drained(isWaiting: () => boolean): Promise<void> {
    let last = this.#stream.writableLength
    let since = performance.now()
    while (this.#failure === undefined && !this.#stream.destroyed && isWaiting()) {
      await sleep(LOOK_EVERY)
      if (this.#stream.writableLength !== last) {
        last = this.#stream.writableLength
        since = performance.now()
      } else if (this.#signal?.aborted && performance.now() - since > PATIENCE) {
        this.#fail(new Error('nobody reads it'))
      }
    }
    if (this.#failure !== undefined) throw unwritable(this.#name, this.#failure)
  }
}
