// Drives a talk over a port. One write is under way at a time, from one buffer; one timer waits for whatever is due
// first. It ends when the talk is over, the port is gone, a write does not drain, or the user stops it: nothing else.
// That a write was taken proves nothing (a pty takes 13 kB for a board that is stopped); only the board's own answers do.

import { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import { saying, serverError } from '../line/heard.ts'
import type { Port } from '../line/port.ts'
import type { Talk } from './talk.ts'

/** Milliseconds that a write may take to be accepted. The largest, 16 KiB, takes 1.4 s at 115,200 and 17 s at 9,600 baud. */
export const DRAIN_WITHIN = 20_000
/** Milliseconds that a last word may take after an interrupt. */
const LAST_WORD_WITHIN = 250
/** Octets of one write at most; more does not make it faster. */
const WRITE_SIZE = 16_384

export interface ConverseOptions {
  readonly signal?: AbortSignal | undefined
  readonly drainWithin?: number
  readonly now?: () => number
  /** What comes afterwards is kept for the next talk, and so is what this one leaves over. */
  readonly keepRest?: boolean
}

/**
 * Talks until the talk is over.
 * @throws HanrigError the talk's own failure, PORT_GONE, PORT_BUSY or HEARD_HTTP by what a server says before it
 * closes, PORT_STALLED or INTERRUPTED.
 */
export function converse(port: Port, talk: Talk, options: ConverseOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const driver = new Driver(port, talk, options, fault => (fault ? reject(fault) : resolve()))
    driver.start()
  })
}

class Driver {
  readonly #port: Port
  readonly #talk: Talk
  readonly #now: () => number
  readonly #signal: AbortSignal | undefined
  readonly #drainWithin: number
  readonly #keepRest: boolean
  readonly #end: (fault: HanrigError | undefined) => void
  readonly #out = Bytes.alloc(WRITE_SIZE)
  #ended = false
  /** When the write under way has to be taken; Infinity when there is none. */
  #drainBy = Number.POSITIVE_INFINITY
  /** After an interrupt: when the port is left, said or not. */
  #leaveBy = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #timerAt = Number.POSITIVE_INFINITY
  #fault = ''

  constructor(
    port: Port,
    talk: Talk,
    {
      signal,
      drainWithin = DRAIN_WITHIN,
      now = () => performance.now(),
      keepRest = false,
    }: ConverseOptions,
    end: (fault: HanrigError | undefined) => void,
  ) {
    this.#port = port
    this.#talk = talk
    this.#now = now
    this.#signal = signal
    this.#drainWithin = drainWithin
    this.#keepRest = keepRest
    this.#end = end
  }

  start(): void {
    const { stream } = this.#port
    stream.on('data', this.#onData)
    stream.on('error', this.#onError)
    stream.on('close', this.#onClose)
    this.#signal?.addEventListener('abort', this.#onAbort)
    // It may have been held since the talk before.
    stream.resume()
    if (stream.destroyed) this.#onClose()
    else if (this.#signal?.aborted) this.#onAbort()
    else this.#onTimer()
  }

  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#leaveBy !== Number.POSITIVE_INFINITY) return
    this.#talk.receive(chunk, this.#now())
    this.#pump()
  }

  readonly #onError = (error: Error): void => {
    this.#fault = error.message
  }

  /** A serial stream says with 'close' why the port went away. */
  readonly #onClose = (why?: unknown): void => {
    const { heard, leaving, failure } = this.#talk
    if (leaving) {
      this.#finish(failure)
      return
    }
    const reason = why instanceof Error ? why.message : this.#fault
    const gone = `${this.#port.address} went away${reason ? ` (${reason.replace(/\.$/, '')})` : ''}`
    const sentence = `${gone}${saying(heard)}.`
    this.#finish(serverError(sentence, heard) ?? hanrigError('HANRIG_PORT_GONE', sentence))
  }

  readonly #onAbort = (): void => {
    const now = this.#now()
    this.#talk.interrupt(now)
    this.#leaveBy = now + LAST_WORD_WITHIN
    this.#pump()
  }

  readonly #onTimer = (): void => {
    this.#timerAt = Number.POSITIVE_INFINITY
    const now = this.#now()
    if (now >= this.#leaveBy) {
      this.#finish(interrupted())
      return
    }
    if (now >= this.#drainBy) {
      this.#finish(
        hanrigError(
          'HANRIG_PORT_STALLED',
          `${this.#port.address} took no octet for ${this.#drainWithin / 1000} s.`,
        ),
      )
      return
    }
    this.#talk.tick(now)
    this.#pump()
  }

  #pump(): void {
    if (this.#ended) return
    const leaving = this.#leaveBy !== Number.POSITIVE_INFINITY
    if (this.#drainBy === Number.POSITIVE_INFINITY) {
      const now = this.#now()
      const length = this.#talk.transmit(this.#out, now)
      if (length > 0) this.#write(length, now)
      else if (leaving) {
        this.#finish(interrupted())
        return
      } else if (this.#talk.over) {
        this.#finish(this.#talk.failure)
        return
      }
    }
    this.#arm()
  }

  #write(length: number, now: number): void {
    this.#drainBy = now + this.#drainWithin
    this.#port.stream.write(this.#out.u8.subarray(0, length), error => {
      this.#drainBy = Number.POSITIVE_INFINITY
      // An error is followed by 'close'; where it is not, the board's silence ends the talk.
      if (error) this.#fault ||= error.message
      this.#pump()
    })
  }

  /** A timer that is due too early looks again and costs less than one that is set anew for every chunk. */
  #arm(): void {
    const at = Math.min(this.#talk.deadline, this.#drainBy, this.#leaveBy)
    if (at >= this.#timerAt) return
    clearTimeout(this.#timer)
    this.#timerAt = at
    this.#timer = setTimeout(this.#onTimer, Math.max(0, Math.ceil(at - this.#now())))
  }

  #finish(fault: HanrigError | undefined): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#timer)
    const { stream } = this.#port
    stream.off('data', this.#onData)
    stream.off('error', this.#onError)
    stream.off('close', this.#onClose)
    if (this.#keepRest) {
      stream.pause()
      const { rest } = this.#talk
      if (rest && rest.length > 0 && !stream.destroyed) stream.unshift(rest)
    }
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#end(fault)
  }
}

function interrupted(): HanrigError {
  return hanrigError('HANRIG_INTERRUPTED', 'Stopped by the user.')
}
