// A FIFO, a device or a descriptor that was given open, written as its reader takes it and without ever blocking this thread:
// signals are heard while nobody reads.

import { closeSync, constants, fstatSync, openSync, statSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel } from './channel.ts'
import { note } from './output.ts'
import { unwritable } from './unwritable.ts'

const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants
const HOW = O_WRONLY | O_NONBLOCK | O_NOCTTY
/** Octets that are gathered, and how long they may wait for more, ms: whoever watches sees them come. */
const CHUNK = 65_536
const LIVE = 100
/** Until a reader that takes nothing is offered it again, ms. */
const AGAIN = 2
/** More than this does not wait here while work goes on. */
const MOST_WAITING = 4 * 1024 * 1024
/** How often it is looked whether somebody reads a FIFO, and after how long it is said that nobody does, ms. */
const LOOK_EVERY = 50
const SAY_AFTER = 1_000
/** A reader that takes nothing for so long, when the work was told to stop, has lost it, ms. */
const PATIENCE = 500

export class Pipe implements Channel {
  readonly #name: string
  readonly #fd: number
  readonly #isOurs: boolean
  readonly #signal: AbortSignal | undefined
  #chunks: Uint8Array[] = []
  #waiting = 0
  #timer: NodeJS.Timeout | undefined
  #failure: unknown

  private constructor(name: string, fd: number, isOurs: boolean, signal?: AbortSignal) {
    this.#name = name
    this.#fd = fd
    this.#isOurs = isOurs
    this.#signal = signal
  }

  /**
   * Opens a path for writing; waits until somebody reads a FIFO.
   * @param name as whoever is told of errors gave it.
   * @throws HanrigError FILE_UNWRITABLE; or the signal's reason.
   */
  static async open(name: string, path: string, signal?: AbortSignal): Promise<Pipe> {
    const began = performance.now()
    let isSaid = false
    for (;;) {
      signal?.throwIfAborted()
      const fd = openNow(name, path)
      if (fd !== undefined) return new Pipe(name, fd, true, signal)
      if (!isSaid && performance.now() - began > SAY_AFTER) {
        isSaid = true
        note(`waiting for a reader of ${name}`)
      }
      await sleep(LOOK_EVERY)
    }
  }

  /** Takes a descriptor that is open. @throws HanrigError FILE_UNWRITABLE. */
  static given(name: string, fd: number, signal?: AbortSignal): Pipe {
    try {
      // A file is written on where the descriptor is. A pipe is opened once more: it must not block here, and goes on blocking
      // for whoever else has it.
      if (fstatSync(fd).isFile()) return new Pipe(name, fd, false, signal)
      return new Pipe(name, openSync(`/dev/fd/${fd}`, HOW), true, signal)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // Another user's, it can be written and not opened once more.
      if (code === 'EACCES') return new Pipe(name, fd, false, signal)
      if (code === 'ENXIO') throw unwritable(name, Object.assign(new Error(), { code: 'EPIPE' }))
      throw unwritable(name, error)
    }
  }

  write(chunk: Uint8Array): void {
    if (this.#failure !== undefined) return
    this.#chunks.push(chunk)
    this.#waiting += chunk.length
    if (this.#waiting >= CHUNK && this.#timer === undefined) this.#pump()
    else this.#later(LIVE)
  }

  async ready(): Promise<void> {
    await this.#drained(MOST_WAITING)
  }

  async close(): Promise<void> {
    try {
      await this.#drained(0)
    } finally {
      this.drop()
    }
  }

  drop(): void {
    clearTimeout(this.#timer)
    this.#chunks = []
    this.#waiting = 0
    if (this.#isOurs) closeSync(this.#fd)
  }

  /** Waits until no more than `most` octets wait. */
  async #drained(most: number): Promise<void> {
    if (this.#waiting > most) this.#pump()
    let last = this.#waiting
    let since = performance.now()
    while (this.#waiting > most) {
      await sleep(AGAIN)
      if (this.#waiting !== last) {
        last = this.#waiting
        since = performance.now()
      } else if (this.#signal?.aborted && performance.now() - since > PATIENCE) {
        this.#fail(new Error('nobody reads it'))
      }
    }
    if (this.#failure !== undefined) throw unwritable(this.#name, this.#failure)
  }

  #later(ms: number): void {
    this.#timer ??= setTimeout(() => this.#pump(), ms)
  }

  /** Writes what is taken. */
  #pump(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    let octets: Uint8Array = Buffer.concat(this.#chunks)
    try {
      while (octets.length > 0) octets = octets.subarray(writeSync(this.#fd, octets))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') {
        this.#fail(error)
        return
      }
    }
    this.#chunks = octets.length > 0 ? [octets] : []
    this.#waiting = octets.length
    if (octets.length > 0) this.#later(AGAIN)
  }

  #fail(error: unknown): void {
    this.#failure = error
    this.#chunks = []
    this.#waiting = 0
  }
}

/** Opens it, if it is a FIFO that somebody reads, or no FIFO. */
function openNow(name: string, path: string): number | undefined {
  try {
    return openSync(path, HOW)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENXIO' && statSync(path, { throwIfNoEntry: false })?.isFIFO()) return undefined
    throw unwritable(name, error)
  }
}
