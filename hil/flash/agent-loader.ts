// hanrig's own agent: one talk does it all, and the board keeps what it has.

import { DEFAULT_BAUD_RATE } from '../open/open.ts'
import { AgentTalk } from '../protocol/agent.ts'
import type { Board } from '../protocol/agent-messages.ts'
import { AGENT_STATES } from '../protocol/agent-table.ts'
import type { Errand } from '../protocol/errand.ts'
import type { Counts } from '../protocol/talk.ts'
import { agentTimes } from './limits.ts'
import type { Job, Loader, LoaderOptions } from './loader.ts'
import type { Step } from './step.ts'

/** The loader of hanrig's own agent, which tells most: versions, what it holds, its SHA-256, that the image runs. */
export class AgentLoader implements Loader {
  /** File version that the board ran when it was greeted first, u32; undefined until then. */
  versionBefore: number | undefined
  /** Milliseconds in which blocks were sent, verified, and so on. */
  readonly spent = new Float64Array(AGENT_STATES.length)
  /** Nothing: what the agent has to say, it says as a failure or in its log lines. */
  readonly notes = []
  readonly #options: LoaderOptions
  readonly #counts: Counts
  #talk: AgentTalk | undefined
  /** The board answered once: from then on it is waited for, however many tries meet silence. */
  #greeted = false
  #ran = false
  #activated = false
  #talks = 0

  constructor(options: LoaderOptions, counts: Counts) {
    this.#options = options
    this.#counts = counts
  }

  /** The state of the talk: greeting, beginning, sending, finishing, verifying, activating, restarting, done or failed. */
  get phase(): string {
    return this.#talk ? AGENT_STATES[this.#talk.state]! : 'sending'
  }

  /** What the agent said of its board last. */
  get board(): Board | undefined {
    return this.#talk?.board
  }

  /** What the agent said last of a job that is long; undefined until it says anything. */
  get job(): Job | undefined {
    return this.#talk?.job
  }

  /** True once a try has ended in which the board answered: it keeps its blocks while it is away. */
  get mayResume(): boolean {
    return this.#greeted
  }

  /** The state of the talk and how often the board has started: a state or a start more is another text. */
  get reached(): string {
    return `${this.#talk?.state} ${this.#talk?.board?.boot}`
  }

  /** True when the board was greeted running the image, with nothing sent before. */
  get already(): boolean {
    return this.#ran
  }

  /** True when the board told the SHA-256 that it read back; a wrong one has failed the talk with BOARD_HASH. */
  get verified(): boolean {
    return this.#talk?.verified !== undefined
  }

  /** True when the board ran the image already, or promised to activate it; when it then does not, the talk has failed. */
  get running(): boolean {
    return this.#ran || this.#activated
  }

  /** One talk, made anew in every try: greeted again, the board says what it holds. */
  *steps(): Iterable<Step> {
    try {
      yield { do: 'converse', talk: now => this.#newTalk(now) }
    } finally {
      this.#learn()
    }
  }

  #newTalk(now: number): AgentTalk {
    const { baudRate = DEFAULT_BAUD_RATE, limits, times, onLog } = this.#options
    // Numbers far apart: a late answer to an earlier talk is not taken for one to this.
    const firstRequest = ++this.#talks * 0x10_000
    const options = { baudRate, times: { ...agentTimes(limits), ...times }, onLog, firstRequest }
    this.#talk = new AgentTalk(this.#errand(), this.#counts, options, now)
    return this.#talk
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

  #learn(): void {
    const talk = this.#talk
    if (!talk) return
    this.#greeted ||= talk.board !== undefined
    for (const [state, ms] of talk.spent.entries()) this.spent[state]! += ms
    this.versionBefore ??= talk.versionBefore
    this.#ran ||= talk.already && !this.#activated
    this.#activated ||= talk.activated
  }
}
