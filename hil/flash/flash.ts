// One board is flashed, from opening its port to its new image running. A port that goes away or a board that falls silent
// on the way is waited for, and then all begins with the question what the board has: nothing is sent twice that it holds.

import { setTimeout as sleep } from 'node:timers/promises'
import { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import type { Parity } from '../line/port.ts'
import { openPort, type PortOptions } from '../open/open.ts'
import type { Board } from '../protocol/agent-messages.ts'
import { AGENT_STATES } from '../protocol/agent-table.ts'
import { ProbeTalk } from '../protocol/probe.ts'
import { ScriptTalk, type Word } from '../protocol/script.ts'
import { Counts, type Talk } from '../protocol/talk.ts'
import type { DeviceTree } from '../serial/follow.ts'
import { AgentLoader } from './agent-loader.ts'
import { refuseForLoader } from './image.ts'
import { probeTimes, scriptTimes } from './limits.ts'
import type { Job, Loader, LoaderOptions } from './loader.ts'
import { type LoaderName, loaderKind, type Protocol } from './loaders.ts'
import { Place, Session, stopped } from './session.ts'
import type { Step } from './step.ts'

export interface FlashOptions extends LoaderOptions {
  readonly protocol: Protocol
  readonly rtscts?: boolean | undefined
  /** Default: the protocol's own. */
  readonly parity?: Parity | undefined
  /** Typed and waited for before the transfer, and after it. */
  readonly enter?: readonly Word[] | undefined
  readonly leave?: readonly Word[] | undefined
  /** Milliseconds that a port that went away, or a board that fell silent, is waited for. */
  readonly wait: number
  /** Milliseconds that a port or server that is not there yet, or that another has, is waited for; 0 when left out. */
  readonly waitFirst?: number
  /** Milliseconds between two looks for it. */
  readonly lookEvery?: number
  readonly open?: typeof openPort
  /** Where the system tells of its devices. */
  readonly devices?: DeviceTree
}

/** Milliseconds between two looks for a port that went away. */
const LOOK_EVERY = 250

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
  'HANRIG_EXPECTED_UNSEEN',
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

/** 'at work' stands for the words of whatever protocol is spoken. */
type Stage =
  | 'opening'
  | 'entering'
  | 'probing'
  | 'at work'
  | 'leaving'
  | 'waiting'
  | 'done'
  | 'failed'

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
  /** Milliseconds of talking with the board. */
  transferMs = 0
  readonly #options: FlashOptions
  readonly #place: Place
  #stage: Stage = 'opening'
  #loader: Loader | undefined
  #tried = false
  #talk: Talk | undefined
  /** It was waited for a port that was not there. */
  #awaited = false
  readonly #notes = new Set<string>()

  constructor(address: string, options: FlashOptions) {
    this.address = address
    this.#options = options
    this.#place = new Place(address, options.devices)
    this.protocol = options.protocol
    this.counts.size = options.image.octets.length
  }

  /** What is being done. */
  get phase(): string {
    return this.#stage === 'at work' && this.#loader ? this.#loader.phase : this.#stage
  }

  get #agent(): AgentLoader | undefined {
    return this.#loader instanceof AgentLoader ? this.#loader : undefined
  }

  /** What the agent said of its board last. */
  get board(): Board | undefined {
    return this.#agent?.board
  }

  /** What the board is at while a job is long. */
  get job(): Job | undefined {
    return this.#loader?.job
  }

  /** File version that ran before, as the agent says. */
  get versionBefore(): number | undefined {
    return this.#agent?.versionBefore
  }

  /** Milliseconds in which the agent was sent blocks, verified them, and so on, by the number of its state. */
  get spent(): Float64Array {
    return this.#agent?.spent ?? new Float64Array(AGENT_STATES.length)
  }

  /** What the protocol says of the board and of what was done, for people. */
  get outcome(): string | undefined {
    return this.#loader?.outcome
  }

  /** The same for programs. */
  get facts(): Readonly<Record<string, string | number | boolean>> {
    return this.#loader?.facts ?? {}
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
    return [...new Set([...this.#notes, ...(this.#loader?.notes ?? [])])]
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
    return this.#stage === 'done' && this.#loader?.already === true
  }

  /** True when what the board holds was read back, or its SHA-256, and was right. */
  get verified(): boolean {
    return this.#loader?.verified === true && this.failure?.code !== 'HANRIG_BOARD_HASH'
  }

  /** True when the board says that the image runs. */
  get running(): boolean {
    return this.#stage === 'done' && this.#loader?.running === true
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
        // What was wrong after the transfer is not mended by another.
        const isDone = this.#stage === 'leaving'
        if (!(error instanceof HanrigError) || isDone || signal.aborted) throw error
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

  /** A board that never answered is not waited for, nor one that forgets what it has. */
  #mayResume(): boolean {
    return this.#loader?.mayResume === true
  }

  #reached(): string {
    return `${this.counts.doneBlocks} ${this.#loader?.reached}`
  }

  async #try(signal: AbortSignal): Promise<void> {
    const { open = openPort, reset = [], enter = [], leave = [] } = this.#options
    if (!this.#tried && !this.waitsFor) this.#stage = 'opening'
    const session = await Session.open(
      this.#place,
      { open, line: this.#line(), signal },
      talk => (this.#talk = talk),
    )
    const { otherName } = this.#place
    if (otherName !== undefined) this.#notes.add(`it came back as ${otherName}`)
    try {
      if (reset.length + enter.length > 0) this.#stage = 'entering'
      for (const step of reset) await session.do(step)
      await this.#type(session, enter)
      if (this.protocol === 'auto') this.protocol = await this.#probe(session)
      refuseForLoader(this.#options.image, this.protocol)
      this.#loader ??= loaderKind(this.protocol).make(this.#options, this.counts)
      this.#stage = 'at work'
      if (this.#tried) this.resumptions++
      this.#tried = true
      this.waitsFor = undefined
      for (const step of this.#loader.steps()) await this.#timed(session, step)
      if (leave.length > 0) this.#stage = 'leaving'
      await this.#type(session, leave)
    } finally {
      await session.close()
    }
  }

  #line(): PortOptions {
    const { baudRate, rtscts = false, parity = this.#ownParity } = this.#options
    if (this.#options.parity !== undefined && /^tcp:/i.test(this.address)) {
      throw hanrigError('HANRIG_PORT_CANNOT', `${this.address} has no parity that can be set.`)
    }
    return {
      rtscts,
      ...(baudRate !== undefined && { baudRate }),
      ...(parity !== undefined && { parity }),
    }
  }

  /** The parity that the protocol wants of a line. */
  get #ownParity(): Parity | undefined {
    return this.protocol === 'auto' ? undefined : loaderKind(this.protocol).parity
  }

  async #type(session: Session, words: readonly Word[]): Promise<void> {
    if (words.length === 0) return
    const times = scriptTimes(this.#options.limits)
    await session.do({ do: 'converse', talk: now => new ScriptTalk(words, now, times) })
  }

  /** Talks of the protocol count as transfer, whether they end well or not. */
  async #timed(session: Session, step: Step): Promise<void> {
    const begun = performance.now()
    try {
      await session.do(step)
    } finally {
      const ended = this.#talk?.endedAt ?? performance.now()
      if (step.do === 'converse') this.transferMs += ended - begun
    }
  }

  async #probe(session: Session): Promise<LoaderName> {
    this.#stage = 'probing'
    const talk = new ProbeTalk(performance.now(), probeTimes(this.#options.limits))
    await session.do({ do: 'converse', talk: () => talk })
    return talk.found!
  }
}
