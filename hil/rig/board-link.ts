// The line to a board's agent for the length of a run: opened by its address, greeted, asked, and opened again when it
// was lost. Every question has a limit; what the board says unasked goes to whoever listens. That a write was taken
// proves nothing: only answers count.

import { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import type { Port } from '../line/port.ts'
import {
  type Board,
  CODES,
  decodeToHost,
  encodeToBoard,
  nameOf,
  PROTOCOL_VERSION,
  type ToBoard,
  type ToHost,
} from '../protocol/agent-messages.ts'
import { FrameReader, frameOf } from '../protocol/serial-frame.ts'

/** Milliseconds of silence after which a board that was asked is given up. */
export const SILENT_WITHIN = 5_000
/** Milliseconds after which a question is asked again. */
const ASK_AGAIN = 200
/** Milliseconds between tries to open a port that is gone. */
const OPEN_AGAIN = 100
/** Numbers of one talk: it asks again with the same number. */
const RESERVED = 0x1_0000
/** Longest frame of a board without its delimiter: the agent's are below 2 KiB. */
const LONGEST_FRAME = 8_192

/** The board does not do what it was asked. */
export class BoardRefusal extends Error {
  /** Name of the code of board.proto. */
  readonly code: string

  constructor(code: number, text: string) {
    super(text)
    this.code = nameOf(CODES, code)
  }
}

interface Question {
  readonly request: number
  /** The message as it went out. */
  readonly said: Uint8Array
  readonly answered: (answer: ToHost) => void
  readonly failed: (error: Error) => void
  /** Shows that the board is at it. */
  readonly progressed: () => void
}

export class BoardLink {
  readonly address: string
  readonly #open: () => Promise<Port>
  readonly #hear: (message: ToHost) => void
  readonly #reader = new FrameReader(LONGEST_FRAME, octets => this.#take(octets))
  #port: Port | undefined
  #board: Board | undefined
  #question: Question | undefined
  #requests = 0

  /**
   * @param open opens the port.
   * @param hear is told what the board says unasked.
   */
  constructor(address: string, open: () => Promise<Port>, hear: (message: ToHost) => void) {
    this.address = address
    this.#open = open
    this.#hear = hear
  }

  /** The port, while it is open. */
  get port(): Port | undefined {
    return this.#port
  }

  /** What the board said at the last greeting. */
  get board(): Board {
    return this.#board!
  }

  /**
   * Opens the port and greets the board; one that was there before is waited for.
   * @param within ms that this may take in all.
   * @param signal ends it.
   * @throws HanrigError what opening the port throws, BOARD_SILENT; or the signal's reason.
   */
  async connect(within: number, signal?: AbortSignal): Promise<Board> {
    const end = performance.now() + within
    for (;;) {
      try {
        signal?.throwIfAborted()
        await this.close()
        this.#attach(await this.#open())
        return await this.greet(Math.max(end - performance.now(), 1), signal)
      } catch (error) {
        signal?.throwIfAborted()
        if (!this.#board || !isPassing(error)) throw error
        // A port that was there and is not found is gone, and not named wrongly.
        if (performance.now() + OPEN_AGAIN >= end)
          throw this.#port ? error : notBack(this.address, within)
        await new Promise(resolve => setTimeout(resolve, OPEN_AGAIN))
      }
    }
  }

  /** Asks the board who it is. */
  async greet(within: number, signal?: AbortSignal): Promise<Board> {
    const hello = { protocolMin: PROTOCOL_VERSION, protocolMax: PROTOCOL_VERSION }
    const { board } = await this.ask({ hello }, within, signal)
    if (!board) throw silent(this.address, within)
    this.#board = board
    return board
  }

  /**
   * Asks, repeats the question until it is answered, and returns the answer.
   * @param within ms of silence after which the board is given up; that it shows progress counts as an answer.
   * @throws HanrigError BOARD_SILENT, LINE_ECHO or PORT_GONE, BoardRefusal, or the signal's reason.
   */
  ask(message: Omit<ToBoard, 'request'>, within: number, signal?: AbortSignal): Promise<ToHost> {
    const request = ++this.#requests
    const said = encodeToBoard({ ...message, request })
    const frame = frameOf(said, true)
    return new Promise((resolve, reject) => {
      if (!this.#port) {
        reject(gone(this.address))
        return
      }
      const again = setInterval(() => this.#send(frame), ASK_AGAIN)
      let limit: NodeJS.Timeout
      const end = (): void => {
        clearInterval(again)
        clearTimeout(limit)
        signal?.removeEventListener('abort', abort)
        this.#question = undefined
      }
      const fail = (error: Error): void => {
        end()
        reject(error)
      }
      const abort = (): void => fail(signal!.reason as Error)
      const arm = (): void => {
        clearTimeout(limit)
        limit = setTimeout(() => fail(silent(this.address, within)), within)
      }
      arm()
      this.#question = {
        request,
        said,
        answered: answer => {
          end()
          if (answer.error) reject(new BoardRefusal(answer.error.code, answer.error.text))
          else resolve(answer)
        },
        failed: fail,
        progressed: arm,
      }
      if (signal?.aborted) abort()
      else {
        signal?.addEventListener('abort', abort)
        this.#send(frame)
      }
    })
  }

  /** The open port, for a talk of its own. @throws HanrigError PORT_GONE. */
  get openPort(): Port {
    if (!this.#port) throw gone(this.address)
    return this.#port
  }

  /** The first of many numbers that no question here will have: a late answer is taken for no other's. */
  reserve(): number {
    const first = this.#requests + 1
    this.#requests += RESERVED
    return first
  }

  /** Ends the port; the next connect() opens it anew. */
  async close(): Promise<void> {
    const port = this.#port
    this.#port = undefined
    this.#question?.failed(gone(this.address))
    if (!port) return
    port.stream.off('data', this.#heard)
    port.stream.off('close', this.#closed)
    await port.close()
  }

  #attach(port: Port): void {
    this.#port = port
    this.#reader.restart()
    port.stream.on('data', this.#heard)
    port.stream.on('close', this.#closed)
  }

  readonly #heard = (chunk: Uint8Array): void => this.#reader.push(chunk)

  readonly #closed = (): void => {
    this.#port = undefined
    this.#question?.failed(gone(this.address))
  }

  #send(frame: Uint8Array): void {
    if (this.#port && !this.#port.stream.destroyed) this.#port.stream.write(frame)
  }

  #take(octets: Uint8Array): void {
    const question = this.#question
    if (question && Buffer.compare(octets, question.said) === 0) {
      question.failed(echoing(this.address))
      return
    }
    const decoded = decodeToHost(octets)
    if (!decoded) return
    // Octets in it are views of the reader's memory; what is awaited is looked at later.
    const message = structuredClone(decoded)
    if (message.progress) question?.progressed()
    else if (message.request !== 0 && message.request === question?.request)
      question.answered(message)
    else this.#hear(message)
  }
}

/** Whether what is wrong may pass by itself: a port that is not there yet, a board that starts. */
function isPassing(error: unknown): boolean {
  const passing = ['HANRIG_PORT_NOT_FOUND', 'HANRIG_PORT_GONE', 'HANRIG_PORT_UNREACHABLE']
  return error instanceof HanrigError && passing.includes(error.code)
}

function silent(address: string, within: number): HanrigError {
  const time = within < 1_000 ? `${Math.round(within)} ms` : `${Math.round(within / 1_000)} s`
  return hanrigError('HANRIG_BOARD_SILENT', `The board at ${address} has not answered for ${time}.`)
}

function echoing(address: string): HanrigError {
  return hanrigError(
    'HANRIG_LINE_ECHO',
    `A question to the board at ${address} came back as it was sent.`,
  )
}

function gone(address: string): HanrigError {
  return hanrigError('HANRIG_PORT_GONE', `The port ${address} is gone.`)
}

function notBack(address: string, within: number): HanrigError {
  const time = Math.round(within / 100) / 10
  return hanrigError('HANRIG_PORT_GONE', `The port ${address} has not come back for ${time} s.`)
}
