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
import { type BlockSizes, MODEM_TIMES, ModemSender, type ModemTimes } from '../protocol/modem.ts'
import { LONG, MAX_PACKET, SHORT } from '../protocol/modem-packet.ts'
import { ProbeTalk } from '../protocol/probe.ts'
import { Counts, type Talk } from '../protocol/talk.ts'
import { xmodemSender } from '../protocol/xmodem.ts'
import { ymodemSender } from '../protocol/ymodem.ts'
import { type FlashImage, refuseForLoader } from './image.ts'
import { agentTimes, geckoTimes, type Limits, modemTimes, probeTimes } from './limits.ts'

/** What can be spoken with a board. */
export const PROTOCOLS = ['auto', 'agent', 'xmodem', 'xmodem-1k', 'ymodem', 'gecko'] as const
/** What is spoken with a board; 'auto': the board is asked. */
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
  /** Octets of a block; to a receiver of XMODEM-1K and YMODEM 128 or 1024: all of that size. */
  readonly blockSize?: number | undefined
  /** Milliseconds that a port that went away, or a board that fell silent, is waited for. */
  readonly wait: number
  /** Milliseconds that a port or server that is not there yet, or that another has, is waited for; 0 when left out. */
  readonly waitFirst?: number
  /** The user's own limits, over the ones of each protocol. */
  readonly limits?: Limits
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

/** What ends a try and not the flash: the port or the board may come back. */
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
  // What it says while it starts.
  'HANRIG_HEARD_TEXT',
  'HANRIG_HEARD_NOISE',
]

/** What may not be there yet when nothing was sent. */
const NOT_YET: readonly string[] = [
  'HANRIG_PORT_NOT_FOUND',
  'HANRIG_PORT_UNREACHABLE',
  'HANRIG_PORT_BUSY',
]

/** What a port may be for a moment after it appeared. */
const OPENING: readonly string[] = [
  'HANRIG_PORT_DENIED',
  'HANRIG_PORT_UNUSABLE',
  'HANRIG_PORT_STALLED',
]

/** What is being done with a board. */
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
  #talk: Talk | undefined
  /** It was waited for a port that was not there. */
  #awaited = false
  readonly #notes = new Set<string>()

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

  /** The last printable octets that came besides the protocol, at most 200. */
  get heard(): string {
    return this.#talk?.heard.text ?? ''
  }

  /** Of these, what was said after the last answer. */
  get lastWords(): string {
    return this.#talk?.heard.since ?? ''
  }

  /** What is worth a word though nothing failed, each said once. */
  get notes(): readonly string[] {
    return [...this.#notes]
  }

  /**
   * Whether waiting would help after this failure: 'first' when what is not there yet was not waited for, 'longer' when a board
   * that may come back was waited for in vain.
   */
  get mayWait(): 'first' | 'longer' | undefined {
    const { code = '' } = this.failure ?? {}
    if (this.#mayResume()) return COMES_BACK.includes(code) ? 'longer' : undefined
    if (this.counts.sent > 0 || !NOT_YET.includes(code)) return undefined
    return (this.#options.waitFirst ?? 0) > 0 ? 'longer' : 'first'
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
        if (!(error instanceof HanrigError) || signal.aborted) throw error
        const now = performance.now()
        // Whoever gets further is not lost: the wait counts from the last thing that was reached.
        if (this.#reached() !== reached) lastGood = now
        reached = this.#reached()
        if (now - lastGood >= this.#waitFor(error.code)) throw error
        this.waitsFor = error
        this.#stage = 'waiting'
        await sleep(this.#options.lookEvery ?? LOOK_EVERY, undefined, { signal }).catch(() => {})
        if (signal.aborted) throw stopped()
      }
    }
  }

  /** How long what ended a try is waited for, ms. */
  #waitFor(code: string): number {
    const { wait, waitFirst = 0 } = this.#options
    if (this.#mayResume()) return COMES_BACK.includes(code) ? wait : 0
    if (this.counts.sent > 0) return 0
    // What appears is not ready at once: it belongs to root for a moment, or to whoever looks what it is.
    const isComing = NOT_YET.includes(code) || (this.#awaited && OPENING.includes(code))
    this.#awaited ||= isComing
    return isComing ? waitFirst : 0
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
    if (!again && !this.waitsFor) this.#stage = 'opening'
    const port = await open(this.address, {
      rtscts,
      ...(baudRate !== undefined && { baudRate }),
    })
    try {
      if (this.protocol === 'auto') this.protocol = await this.#probe(port, signal)
      refuseForLoader(this.#options.image, this.protocol)
      this.#talks++
      const talk = this.#newTalk()
      this.#talk = talk
      this.#stage = 'sending'
      if (again) this.resumptions++
      this.waitsFor = undefined
      const begun = performance.now()
      try {
        await converse(port, talk, { signal })
      } finally {
        const ended = talk instanceof ModemSender ? talk.endedAt : undefined
        this.transferMs += (ended ?? performance.now()) - begun
        this.#learn(talk)
      }
    } finally {
      await port.close()
    }
  }

  async #probe(port: Port, signal: AbortSignal): Promise<Protocol> {
    this.#stage = 'probing'
    const probe = new ProbeTalk(performance.now(), probeTimes(this.#options.limits))
    this.#talk = probe
    await converse(port, probe, { signal })
    return probe.found!
  }

  #newTalk(): Talk {
    const { image, activate, limits } = this.#options
    const { counts } = this
    const now = performance.now()
    const { baudRate = DEFAULT_BAUD_RATE, modemTimes: base = MODEM_TIMES } = this.#options
    const lineTime = (10_000 * MAX_PACKET) / baudRate
    const refusedWithin = base.refusedWithin + lineTime
    const times = modemTimes(limits, { ...base, refusedWithin })
    switch (this.protocol) {
      case 'xmodem':
        return xmodemSender(image, 'short', counts, now, times)
      case 'xmodem-1k':
        return xmodemSender(image, this.#sizes(), counts, now, times)
      case 'ymodem':
        return ymodemSender(image, counts, now, times, this.#sizes())
      case 'gecko':
        return new GeckoTalk(
          at => xmodemSender(image, 'short', counts, at, times),
          activate,
          now,
          geckoTimes(limits),
        )
      default: {
        const { onLog } = this.#options
        // Numbers far apart: a late answer to an earlier talk is not taken for one to this.
        const firstRequest = this.#talks * 0x10_000
        const options = {
          baudRate,
          times: { ...agentTimes(limits), ...this.#options.times },
          onLog,
          firstRequest,
        }
        const talk = new AgentTalk(this.#errand(), counts, options, now)
        this.#agent = talk
        return talk
      }
    }
  }

  #sizes(): BlockSizes {
    const { blockSize } = this.#options
    return blockSize === LONG ? 'long' : blockSize === SHORT ? 'short' : 'mixed'
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
    if (talk instanceof ModemSender && talk.note) this.#notes.add(talk.note)
    if (!(talk instanceof AgentTalk)) return
    this.#greeted ||= talk.board !== undefined
    for (const [state, ms] of talk.spent.entries()) this.spent[state]! += ms
    this.#versionBefore ??= talk.versionBefore
    this.#ran ||= talk.already && !this.#activated
    this.#activated ||= talk.activated
  }
}
