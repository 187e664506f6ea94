// The host's side of the agent's protocol (docs/SPEC.md 8): greet, begin, send what the board does not have, end, verify,
// activate, greet again. agent-table.ts says what follows what; here is how each thing is asked and how long it is waited for.
// Trusted is only what the board says it holds: after a restart, an unplugging or a new start of hanrig all begins with HELLO.

import { Geometry } from '#core/block/geometry'
import type { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import { NO_ACTION, StateTable } from '#core/state/table'
import { hanrigError } from '../errors/errors.ts'
import { Heard, saying, unanswered } from '../line/heard.ts'
import {
  ACTIVATIONS,
  type Ack,
  type Begun,
  type Board,
  CODES,
  decodeToHost,
  encodeToBoard,
  nameOf,
  PROTOCOL_VERSION,
  STATES,
  type ToBoard,
  type ToHost,
} from './agent-messages.ts'
import {
  ACTIVATES,
  ACTIVATING,
  AGENT_ROWS,
  AGENT_STATES,
  ALL_HELD,
  ASK,
  AWAIT,
  BEGINNING,
  BEGUN,
  BUSY,
  DONE,
  ENDED,
  ENOUGH,
  FAIL,
  FAILED,
  FINISH,
  FINISHING,
  FORGOTTEN,
  GREETING,
  PAUSE,
  REFUSED,
  RESTARTED,
  RESTARTING,
  RUNS,
  SEND,
  SENDING,
  SILENT,
  VERIFIED,
  VERIFYING,
  WELCOME,
} from './agent-table.ts'
import { DataFrames, dataFrameLength } from './data-frame.ts'
import { blockSizeFor, type Errand, errorOf, FRAMES_IN_CREDIT, refusalOf } from './errand.ts'
import { NONE, SendWindow } from './send-window.ts'
import { FrameReader, frameOf } from './serial-frame.ts'
import type { Counts, Talk } from './talk.ts'

/** How long the agent's host waits, and how often it asks. */
export interface AgentTimes {
  /** Milliseconds between two HELLOs: what comes before the board's UART works is lost (0 of 20 after 150 ms, hil facts). */
  readonly helloEvery: number
  /** Milliseconds in which a HELLO must be answered: a board may have to start first. */
  readonly helloWithin: number
  /** Milliseconds after which any other request is repeated, besides the time that the line needs for the credit. */
  readonly repeatAfter: number
  /** Milliseconds without a sound frame after which a board that was asked is given up. */
  readonly silentAfter: number
  /** Milliseconds that a board may be at another job. */
  readonly busyWithin: number
  /** Milliseconds from the end of an activation to the board's next HELLO. */
  readonly restartWithin: number
}

export const AGENT_TIMES: AgentTimes = {
  helloEvery: 150,
  helloWithin: 5_000,
  repeatAfter: 200,
  silentAfter: 5_000,
  busyWithin: 60_000,
  restartWithin: 30_000,
}

/** Octets of the longest frame from a board: BEGUN with the map of 65,536 blocks, and room for text. */
const LONGEST_REPLY = 16_384
/** Starts of the board without a new block in between before it is given up: a supply that does not carry it. */
const MAX_RESTARTS = 10
/** Milliseconds of line that are on their way at most. */
const WINDOW_TIME = 300
/** ACKs that come in one piece are not a line of infinite speed. */
const MIN_INTERVAL = 0.05
/** Milliseconds between two BEGINs to a board that is busy. */
const BUSY_PAUSE = 500
/** The request that each state makes. */
const REQUESTS: Readonly<Record<number, keyof ToBoard>> = {
  [GREETING]: 'hello',
  [BEGINNING]: 'begin',
  [SENDING]: 'status',
  [FINISHING]: 'end',
  [VERIFYING]: 'verify',
  [ACTIVATING]: 'activate',
  [RESTARTING]: 'hello',
}

const TABLE = new StateTable(AGENT_STATES.length, REFUSED + 1, AGENT_ROWS)

/** How one talk with the agent is held. */
export interface AgentOptions {
  /** Milliseconds, over the usual ones: those left out stay as they are. */
  readonly times?: Partial<AgentTimes>
  /** Bits a second of the line, as far as it is known: what is waited for at first and how large blocks are. */
  readonly baudRate: number
  /** Gets the board's own log lines. */
  readonly onLog?: ((uptimeMs: number, text: string) => void) | undefined
  /** The number of the first request; another one in each talk, so that late replies to an earlier one are not taken. */
  readonly firstRequest?: number
}

export class AgentTalk implements Talk {
  readonly counts: Counts
  state = GREETING
  failure: HanrigError | undefined
  /** What came since the last sound frame. */
  readonly heard = new Heard()
  /** What the board said of itself last. */
  board: Board | undefined
  /** True when the board ran the image before anything was done. */
  already = false
  /** File version that the board ran when it was greeted first. */
  versionBefore: number | undefined
  /** True from the board's promise to activate on. */
  activated = false
  /** SHA-256 as the board read it back. */
  verified: Uint8Array | undefined
  /** What the board is at, as it says while a job is long: its state, and how far it is. */
  job: { state: string; done: number; total: number } | undefined

  /** Milliseconds spent in each state. */
  readonly spent = new Float64Array(AGENT_STATES.length)

  readonly #errand: Errand
  readonly #options: AgentOptions
  readonly #times: AgentTimes
  readonly #reader: FrameReader
  #window: SendWindow | undefined
  #frames: DataFrames | undefined
  #geometry: Geometry | undefined
  #transfer = 0
  /** The request that is asked or awaited; when it is asked (again); the last sequence sent before a STATUS. */
  #request: number
  #askAt: number
  #asked = false
  /** The last request as it went out. */
  #said: Uint8Array = new Uint8Array(0)
  #mark = 0
  #silentAt: number
  #busySince = 0
  #restarts = 0
  #burst = true
  #now: number
  #since: number
  /** What the line carries, octets a millisecond: as told at first, then as ACKs come in. */
  #rate: number
  #ackedAt = 0

  constructor(errand: Errand, counts: Counts, options: AgentOptions, now: number) {
    this.#errand = errand
    this.counts = counts
    this.#options = options
    this.#times = { ...AGENT_TIMES, ...options.times }
    this.#reader = new FrameReader(LONGEST_REPLY, message => this.#onMessage(message))
    this.#request = options.firstRequest ?? 1
    this.#askAt = now
    this.#silentAt = now + this.#times.helloWithin
    this.#now = now
    this.#since = now
    this.#rate = options.baudRate / 10_000
    counts.size = errand.image.length
  }

  get over(): boolean {
    return this.state === DONE || this.state === FAILED
  }

  get deadline(): number {
    return Math.min(this.#askAt, this.#silentAt)
  }

  receive(chunk: Uint8Array, now: number): void {
    this.#now = now
    this.heard.take(chunk)
    this.#reader.push(chunk)
  }

  tick(now: number): void {
    this.#now = now
    if (!this.over && now >= this.#silentAt) this.#step(SILENT)
  }

  transmit(out: Bytes, now: number): number {
    if (this.over) return 0
    this.#now = now
    let length = now >= this.#askAt ? this.#ask(out) : 0
    if (this.state === SENDING) length = this.#fill(out, length)
    this.counts.octets += length
    this.#burst = length === 0
    return length
  }

  /** The board keeps what it has; no last word is needed. */
  interrupt(): void {}

  /** Writes the request that is due. */
  #ask(out: Bytes): number {
    if (this.#asked) this.counts.retries++
    else this.#request++
    this.#asked = true
    this.#mark = this.#window?.sequence ?? 0
    const greets = this.state === GREETING || this.state === RESTARTING
    this.#askAt = this.#now + (greets ? this.#times.helloEvery : this.#patience())
    const kind = REQUESTS[this.state]!
    this.#said = encodeToBoard({ request: this.#request, [kind]: this.#body(kind) })
    const frame = frameOf(this.#said, true)
    out.u8.set(frame)
    return frame.length
  }

  #body(kind: keyof ToBoard): object {
    const { sha256, activationMs, keepSupply } = this.#errand
    switch (kind) {
      case 'hello':
        return { protocolMin: PROTOCOL_VERSION, protocolMax: PROTOCOL_VERSION }
      case 'begin':
        return this.#begin()
      case 'end':
        return { transfer: this.#transfer }
      case 'activate':
        return { sha256, durationMs: activationMs, keepSupply }
      default:
        return {}
    }
  }

  #begin(): object {
    const errand = this.#errand
    const { hardware, manufacturerCode, imageType } = errand
    const blockSize = this.#geometry!.blockSize
    return {
      size: errand.image.length,
      sha256: errand.sha256,
      fileVersion: this.#fileVersion(),
      blockSize,
      ...(hardware && { hardwareMin: hardware.min, hardwareMax: hardware.max }),
      ...(manufacturerCode !== undefined && { manufacturerCode }),
      ...(imageType !== undefined && { imageType }),
      ackEvery: 1,
      allowDowngrade: errand.allowDowngrade,
    }
  }

  #fileVersion(): number {
    return this.#errand.fileVersion ?? this.board!.runningVersion
  }

  /** Writes as many blocks as credit and `out` have room for, from `at`; returns the end. */
  #fill(out: Bytes, at: number): number {
    const window = this.#window!
    const geometry = this.#geometry!
    const room = out.length - dataFrameLength(geometry.blockSize)
    let index = at <= room ? window.next() : NONE
    while (index !== NONE) {
      window.sent(index)
      this.counts.sent++
      const next = window.next()
      // What follows the last block is silence: it is to be acknowledged without waiting for more.
      const last = next === NONE && window.held.held + window.flying === geometry.count
      at += this.#frames!.encode(
        out,
        at,
        this.#transfer,
        index,
        this.#errand.image,
        index * geometry.blockSize,
        geometry.lengthOf(index),
        last,
        this.#burst && at === 0,
      )
      index = at <= room ? next : NONE
      this.#asked = false
      this.#askAt = this.#now + this.#patience()
    }
    return at
  }

  /** How long an answer is waited for: everything on its way has to cross the line first. */
  #patience(): number {
    return this.#times.repeatAfter + 2 * this.#lineTime()
  }

  /** Milliseconds that the line takes for what is on its way, and a frame more. */
  #lineTime(): number {
    const frame = this.#geometry ? dataFrameLength(this.#geometry.blockSize) : 0
    return ((this.#window?.inFlight ?? 0) + frame) / this.#rate
  }

  #onMessage(octets: Uint8Array): void {
    if (!this.over && same(octets, this.#said)) {
      this.heard.echoes = true
      this.#fail(unanswered('A question to the agent came back as it was sent', this.heard))
      return
    }
    const message = decodeToHost(octets)
    if (!message || this.over) return
    this.heard.forget()
    if (this.state !== GREETING && this.state !== RESTARTING) {
      this.#silentAt = this.#now + this.#times.silentAfter + this.#lineTime()
    }
    if (message.log) this.#options.onLog?.(message.log.uptimeMs, message.log.text)
    else if (message.ack) this.#onAck(message.ack)
    else if (message.progress) this.#onProgress(message.progress)
    else if (message.error) this.#onError(message)
    else if (message.request === this.#request && this.#asked) this.#onReply(message)
  }

  #onReply(message: ToHost): void {
    const { board, begun, ended, verified, activating, status } = message
    if (board) this.#onBoard(board)
    else if (begun && this.state === BEGINNING) this.#onBegun(begun)
    else if (ended && this.state === FINISHING) this.#step(ENDED)
    else if (verified && this.state === VERIFYING) this.#onVerified(verified.sha256)
    else if (activating && this.state === ACTIVATING) this.#step(ACTIVATES)
    else if (status && this.state === SENDING) {
      if (status.boot !== this.board!.boot) this.#onRestarted()
      else if (!status.ack) this.#step(FORGOTTEN)
      else {
        this.#asked = false
        this.#onAck(status.ack, this.#mark)
      }
    }
  }

  #onBoard(board: Board): void {
    const before = this.board
    this.board = board
    const runs = same(board.runningSha256, this.#errand.sha256)
    const activates = nameOf(STATES, board.state) === 'activating'
    if (this.state === RESTARTING) {
      if (runs) this.#step(RUNS)
      else if (!activates && board.boot !== before?.boot) this.#fail(notRunning(board))
      return
    }
    if (this.state !== GREETING) return
    this.versionBefore ??= board.runningVersion
    if (runs && !(this.#errand.force && this.counts.sent === 0)) {
      this.already = this.counts.sent === 0
      this.#step(RUNS)
    } else if (activates && board.pending && same(board.pending.sha256, this.#errand.sha256)) {
      this.#step(ACTIVATES)
    } else this.#welcome(board)
  }

  #welcome(board: Board): void {
    const refusal = refusalOf(board, this.#errand)
    const { image, sha256, blockSize } = this.#errand
    const { pending } = board
    const resumes =
      pending &&
      same(pending.sha256, sha256) &&
      pending.size === image.length &&
      pending.fileVersion === this.#fileVersion()
    const size = resumes
      ? pending.blockSize
      : (blockSize ?? blockSizeFor(board, image.length, this.#options.baudRate))
    if (refusal) this.#fail(refusal)
    else if (size === 0) this.#fail(errorOf('block-size', 'no size of a block fits its credit'))
    else {
      this.#geometry = new Geometry(image.length, size)
      this.#step(WELCOME)
    }
  }

  #onBegun(begun: Begun): void {
    const { image } = this.#errand
    if (begun.blockSize !== this.#geometry!.blockSize) {
      this.#fail(errorOf('block-size', `it takes ${begun.blockSize} B`))
      return
    }
    const geometry = this.#geometry!
    const window = new SendWindow(geometry, this.board!.credit, dataFrameLength)
    window.addBits(0, begun.map)
    this.#window = window
    this.#frames = new DataFrames(geometry.blockSize)
    this.#transfer = begun.transfer
    const { counts } = this
    const { held } = window.held
    counts.beginnings.push({ sent: counts.sent, known: counts.doneBlocks, held })
    if (counts.sent === 0) counts.heldBefore = held
    counts.blocks = geometry.count
    counts.size = image.length
    this.#ackedAt = this.#now
    this.#pace(window)
    this.#told(window)
    this.#step(BEGUN)
    if (window.held.complete) this.#step(ALL_HELD)
  }

  /** @param mark everything sent up to this frame has been before the board: what is not in the ACK is lost. */
  #onAck(ack: Ack, mark = 0): void {
    const window = this.#window
    if (this.state !== SENDING || !window || ack.transfer !== this.#transfer) return
    const { lost } = window
    const before = window.held.held
    if (!window.acknowledged(ack.base, ack.above)) return
    window.settle(mark)
    this.counts.resent += window.lost - lost
    if (window.held.held > before) {
      this.#restarts = 0
      this.#measure((window.held.held - before) * this.#geometry!.blockSize)
      this.#pace(window)
    }
    this.#told(window)
    if (window.held.complete) this.#step(ALL_HELD)
    else if (!this.#asked) this.#askAt = this.#now + this.#patience()
  }

  #measure(octets: number): void {
    const ms = Math.max(MIN_INTERVAL, this.#now - this.#ackedAt)
    this.#ackedAt = this.#now
    this.#rate += (octets / ms - this.#rate) / 4
  }

  /**
   * On a slow line no more is on its way than it carries in WINDOW_TIME: what waits in drivers and adapters makes every
   * answer late and is not known to be lost for long.
   */
  #pace(window: SendWindow): void {
    const frame = dataFrameLength(this.#geometry!.blockSize)
    const wanted = Math.max(FRAMES_IN_CREDIT * frame, WINDOW_TIME * this.#rate)
    window.limit = Math.min(this.board!.credit, wanted)
  }

  #told(window: SendWindow): void {
    const { counts } = this
    counts.doneBlocks = window.held.held
    const geometry = this.#geometry!
    const last = window.held.has(geometry.count - 1) ? geometry.blockSize - geometry.lastLength : 0
    counts.doneOctets = window.held.held * geometry.blockSize - last
  }

  #onVerified(sha256: Uint8Array): void {
    this.verified = sha256.slice()
    if (!same(sha256, this.#errand.sha256)) {
      this.#fail(
        hanrigError(
          'HANRIG_BOARD_HASH',
          `The board read back an image of SHA-256 ${Buffer.from(sha256).toString('hex')}.`,
        ),
      )
    } else this.#step(this.#errand.activate ? VERIFIED : ENOUGH)
  }

  #onProgress({ state, done, total }: { state: number; done: number; total: number }): void {
    this.job = { state: nameOf(STATES, state), done, total }
    // It is at it: no need to ask again yet.
    if (this.#asked && this.state !== GREETING) this.#askAt = this.#now + this.#patience()
  }

  #onError({ request, error }: ToHost): void {
    const code = nameOf(CODES, error!.code)
    const answers = request === this.#request && this.#asked
    const forgotten = code === 'no-transfer' || code === 'incomplete' || code === 'nothing-held'
    // DATA has no number, so what is said of it has none either.
    if (forgotten && (answers || (request === 0 && this.state === SENDING))) this.#onForgotten()
    else if (!answers) return
    else if (code === 'busy' && this.state === BEGINNING) this.#onBusy()
    else this.#fail(errorOf(code, error!.text))
  }

  #onBusy(): void {
    if (this.#busySince === 0) this.#busySince = this.#now
    if (this.#now - this.#busySince > this.#times.busyWithin) this.#fail(errorOf('busy', ''))
    else this.#step(BUSY)
  }

  #onForgotten(): void {
    if (++this.#restarts > MAX_RESTARTS) this.#fail(unstable())
    else this.#step(FORGOTTEN)
  }

  #onRestarted(): void {
    if (++this.#restarts > MAX_RESTARTS) this.#fail(unstable())
    else this.#step(RESTARTED)
  }

  #fail(failure: HanrigError): void {
    this.failure = failure
    this.#step(REFUSED)
  }

  #step(event: number): void {
    const before = this.state
    const action = TABLE.action(before, event)
    if (action === NO_ACTION) return
    this.state = TABLE.next(before, event)
    this.spent[before]! += this.#now - this.#since
    this.#since = this.#now
    const { silentAfter, helloWithin, restartWithin } = this.#times
    switch (action) {
      case ASK:
        this.#asked = false
        this.#askAt = this.#now
        this.#silentAt = this.#now + (this.state === GREETING ? helloWithin : silentAfter)
        break
      case PAUSE:
        this.#asked = false
        this.#askAt = this.#now + BUSY_PAUSE
        break
      case SEND:
        this.#asked = false
        this.#busySince = 0
        this.#askAt = this.#now + this.#patience()
        break
      case AWAIT:
        this.activated = true
        this.#asked = false
        this.#askAt = this.#now + this.#times.helloEvery
        this.#silentAt = this.#now + this.#errand.activationMs + restartWithin
        break
      case FINISH:
        break
      case FAIL:
        this.failure ??= this.#silent(before)
        break
    }
  }

  #silent(state: number): HanrigError {
    const { restartWithin, silentAfter, helloWithin } = this.#times
    if (state === RESTARTING) {
      return hanrigError(
        'HANRIG_BOARD_NOT_RUNNING',
        `The board did not come back within ${restartWithin / 1000} s of its activation${saying(this.heard)}.`,
      )
    }
    if (!this.board) {
      return unanswered(`No board agent answered within ${helloWithin / 1000} s`, this.heard)
    }
    // It is the agent, and may be again: what it said meanwhile is told beside.
    const stopped = `The board stopped answering while ${AGENT_STATES[state]}`
    return hanrigError(
      'HANRIG_BOARD_SILENT',
      `${stopped}; ${silentAfter / 1000} s without a word${saying(this.heard)}.`,
    )
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}

function notRunning(board: Board): HanrigError {
  const reverted = nameOf(ACTIVATIONS, board.lastActivation) === 'reverted'
  const version = `0x${(board.runningVersion >>> 0).toString(16).padStart(8, '0')}`
  return hanrigError(
    'HANRIG_BOARD_NOT_RUNNING',
    reverted
      ? `The new image did not pass the board's test at its start; ${version} runs again.`
      : `The board restarted and runs ${version}, not the image.`,
  )
}

function unstable(): HanrigError {
  return hanrigError(
    'HANRIG_BOARD_FAILED',
    `The board lost the transfer ${MAX_RESTARTS} times without a new block in between.`,
  )
}
