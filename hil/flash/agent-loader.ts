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

export class AgentLoader implements Loader {
  versionBefore: number | undefined
  /** Milliseconds in which blocks were sent, verified, and so on. */
  readonly spent = new Float64Array(AGENT_STATES.length)
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

  get phase(): string {
    return this.#talk ? AGENT_STATES[this.#talk.state]! : 'sending'
  }

  /** What the agent said of its board last. */
  get board(): Board | undefined {
    return this.#talk?.board
  }

  get job(): Job | undefined {
    return this.#talk?.job
  }

  get mayResume(): boolean {
    return this.#greeted
  }

  get reached(): string {
    return `${this.#talk?.state} ${this.#talk?.board?.boot}`
  }

  get already(): boolean {
    return this.#ran
  }

  get verified(): boolean {
    return this.#talk?.verified !== undefined
  }

  get running(): boolean {
    return this.#ran || this.#activated
  }

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
