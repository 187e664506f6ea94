// One board is flashed, from opening its port to its new image running. A port that goes away or a board that falls silent
// on the way is waited for, and then all begins with the question what the board has: nothing is sent twice that it holds.

import { setTimeout as sleep } from 'node:timers/promises'
import { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import type { Port } from '../line/port.ts'
import { DEFAULT_BAUD_RATE, openPort } from '../open/open.ts'
import { type AgentOptions, AgentTalk } from '../protocol/agent.ts'
import type { Board } from '../protocol/agent-messages.ts'
import { AGENT_STATES } from '../protocol/agent-table.ts'
import { converse } from '../protocol/converse.ts'
import type { Errand } from '../protocol/errand.ts'
import { GeckoTalk } from '../protocol/gecko.ts'
import { MODEM_TIMES, type ModemTimes } from '../protocol/modem.ts'
import { ProbeTalk } from '../protocol/probe.ts'
import { Counts, type Talk } from '../protocol/talk.ts'
import { xmodemSender } from '../protocol/xmodem.ts'
import { ymodemSender } from '../protocol/ymodem.ts'
import type { FlashImage } from './image.ts'

export const PROTOCOLS = ['auto', 'agent', 'xmodem', 'xmodem-1k', 'ymodem', 'gecko'] as const
export type Protocol = (typeof PROTOCOLS)[number]

export interface FlashOptions {
  readonly image: FlashImage
  readonly protocol: Protocol
  readonly baudRate?: number | undefined
  readonly rtscts?: boolean | undefined
  readonly activate: boolean
  readonly activationMs: number
  readonly keepSupply: boolean
  readonly allowDowngrade: boolean
  readonly force: boolean
  readonly blockSize?: number | undefined
  /** Milliseconds that a port that went away, or a board that fell silent, is waited for. */
  readonly wait: number
  /** Milliseconds between two looks for it. */
  readonly lookEvery?: number
  readonly times?: AgentOptions['times']
  readonly modemTimes?: ModemTimes
  readonly open?: typeof openPort
  /** Gets the board's own log lines. */
  readonly onLog?: AgentOptions['onLog']
}

/** Milliseconds between two looks for a port that went away. */
const LOOK_EVERY = 250

const stopped = () => hanrigError('HANRIG_INTERRUPTED', 'Stopped by the user.')

/** What ends a try and not the flash: the port or the board may come back. The first try is not given that chance. */
const COMES_BACK: readonly string[] = [
  'HANRIG_PORT_GONE',
  'HANRIG_PORT_STALLED',
  'HANRIG_PORT_NOT_FOUND',
  'HANRIG_PORT_UNREACHABLE',
  'HANRIG_PORT_UNUSABLE',
  // A device that was just plugged in belongs to root, or to whoever looks what it is, for a moment.
  'HANRIG_PORT_DENIED',
  'HANRIG_PORT_BUSY',
  'HANRIG_BOARD_SILENT',
]

export type Phase =
  | 'opening'
  | 'probing'
  | 'waiting'
  | 'done'
  | 'failed'
  | (typeof AGENT_STATES)[number]

export class Flash {
  readonly address: string
  readonly counts = new Counts()
  /** What is spoken, once it is known. */
  protocol: Protocol
  failure: HanrigError | undefined
  /** Why it waits, while it does. */
  waitsFor: HanrigError | undefined
  /** Times that it went on after the port or the board was away. */
  resumptions = 0
  /** Milliseconds of talking with the board, and of these the ones in which blocks were sent, verified, and so on. */
  transferMs = 0
  readonly spent = new Float64Array(AGENT_STATES.length)
  readonly #options: FlashOptions
  #stage: Phase = 'opening'
  #agent: AgentTalk | undefined
  #versionBefore: number | undefined
  /** A board answered once: from then on it is waited for, however many tries meet silence. */
  #greeted = false
  #ran = false
  #activated = false
  #talks = 0

  constructor(address: string, options: FlashOptions) {
    this.address = address
    this.#options = options
    this.protocol = options.protocol
    this.counts.size = options.image.octets.length
  }

  /** What is being done. */
  get phase(): Phase {
    if (this.#stage !== 'sending' || !this.#agent) return this.#stage
    return AGENT_STATES[this.#agent.state]!
  }

  /** What the agent said of its board last. */
  get board(): Board | undefined {
    return this.#agent?.board
  }

  /** What the board is at while a job is long. */
  get job(): AgentTalk['job'] {
    return this.#agent?.job
  }

  /** File version that ran before. */
  get versionBefore(): number | undefined {
    return this.#versionBefore
  }

  /** True when the board ran the image already and nothing was done. */
  get already(): boolean {
    return this.#ran && this.#stage === 'done'
  }

  /** True when the board read the image back and its SHA-256 was right. */
  get verified(): boolean {
    return this.#agent?.verified !== undefined && this.failure?.code !== 'HANRIG_BOARD_HASH'
  }

  /** True when the board says that the image runs. */
  get running(): boolean {
    return this.#stage === 'done' && this.#agent !== undefined && (this.#ran || this.#activated)
  }

  /** Does it all; never throws: `failure` tells. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#tries(signal)
      this.#stage = 'done'
    } catch (error) {
      if (!(error instanceof HanrigError)) throw error
      this.failure = error
      this.#stage = 'failed'
    }
  }

  async #tries(signal: AbortSignal): Promise<void> {
    let lastGood = performance.now()
    let reached = this.#reached()
    for (;;) {
      if (signal.aborted) throw stopped()
      try {
        await this.#try(signal)
        return
      } catch (error) {
        const again = error instanceof HanrigError && COMES_BACK.includes(error.code)
        const now = performance.now()
        // Whoever gets further is not lost: the wait counts from the last thing that was reached.
        if (this.#reached() !== reached) lastGood = now
        reached = this.#reached()
        if (!again || !this.#mayResume() || now - lastGood >= this.#options.wait) throw error
        if (signal.aborted) throw error
        this.waitsFor = error as HanrigError
        this.#stage = 'waiting'
        await sleep(this.#options.lookEvery ?? LOOK_EVERY, undefined, { signal }).catch(() => {})
        if (signal.aborted) throw stopped()
      }
    }
  }

  /** Only the agent keeps what it has; a board that never answered is not waited for. */
  #mayResume(): boolean {
    return this.protocol === 'agent' && this.#greeted
  }

  #reached(): string {
    return `${this.counts.doneBlocks} ${this.#agent?.state} ${this.#agent?.board?.boot}`
  }

  async #try(signal: AbortSignal): Promise<void> {
    const { open = openPort, baudRate, rtscts = false } = this.#options
    const again = this.#talks > 0
    if (!again) this.#stage = 'opening'
    const port = await open(this.address, {
      rtscts,
      ...(baudRate !== undefined && { baudRate }),
    })
    try {
      if (this.protocol === 'auto') this.protocol = await this.#probe(port, signal)
      this.#talks++
      const talk = this.#talk()
      this.#stage = 'sending'
      if (again) this.resumptions++
      this.waitsFor = undefined
      const begun = performance.now()
      try {
        await converse(port, talk, { signal })
      } finally {
        this.transferMs += performance.now() - begun
        this.#learn(talk)
      }
    } finally {
      await port.close()
    }
  }

  async #probe(port: Port, signal: AbortSignal): Promise<Protocol> {
    this.#stage = 'probing'
    const probe = new ProbeTalk(performance.now())
    await converse(port, probe, { signal })
    return probe.found!
  }

  #talk(): Talk {
    const { image, modemTimes = MODEM_TIMES, activate } = this.#options
    const { counts } = this
    const now = performance.now()
    switch (this.protocol) {
      case 'xmodem':
      case 'xmodem-1k':
        return xmodemSender(image, this.protocol === 'xmodem-1k', counts, now, modemTimes)
      case 'ymodem':
        return ymodemSender(image, counts, now, modemTimes)
      case 'gecko':
        return new GeckoTalk(
          at => xmodemSender(image, false, counts, at, modemTimes),
          activate,
          now,
        )
      default: {
        const { baudRate = DEFAULT_BAUD_RATE, times = {}, onLog } = this.#options
        // Numbers far apart: a late answer to an earlier talk is not taken for one to this.
        const firstRequest = this.#talks * 0x10_000
        const options = { baudRate, times, onLog, firstRequest }
        const talk = new AgentTalk(this.#errand(), counts, options, now)
        this.#agent = talk
        return talk
      }
    }
  }

  #errand(): Errand {
    const { image, ...options } = this.#options
    return {
      image: image.octets,
      sha256: image.sha256,
      fileVersion: image.fileVersion,
      hardware: image.hardware,
      manufacturerCode: image.manufacturerCode,
      imageType: image.imageType,
      allowDowngrade: options.allowDowngrade,
      // What was activated before the board went away need not be sent once more.
      force: options.force && !this.#activated,
      blockSize: options.blockSize,
      activate: options.activate,
      activationMs: options.activationMs,
      keepSupply: options.keepSupply,
    }
  }

  #learn(talk: Talk): void {
    if (!(talk instanceof AgentTalk)) return
    this.#greeted ||= talk.board !== undefined
    for (const [state, ms] of talk.spent.entries()) this.spent[state]! += ms
    this.#versionBefore ??= talk.versionBefore
    this.#ran ||= talk.already && !this.#activated
    this.#activated ||= talk.activated
  }
}
