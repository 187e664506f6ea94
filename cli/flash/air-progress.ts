// Progress of an update over the air: a line on stderr; with --json the same as events on stdout.

import type { BlockCount } from '#hil/host/progress'
import type { UpdateEvent } from '#hil/host/update'
import { count, duration, octets } from '../output/format.ts'
import { printJson } from '../output/output.ts'
import { StatusLine } from '../output/status-line.ts'

const JSON_EVERY = 500

/** What an update is at, by the last thing that was heard of it. */
const PHASES: Readonly<Record<UpdateEvent['name'], string>> = {
  asked: 'offering',
  progress: 'sending',
  carried: 'restarting',
  'heard-again': 'verifying',
  runs: 'running',
}

export class AirProgress {
  readonly #device: string
  readonly #size: number
  readonly #json: boolean
  readonly #line: StatusLine
  readonly #now: () => number
  #phase = ''
  #blocks: BlockCount | undefined
  #began = 0
  #next = 0

  /** @param now wall time, ms. */
  constructor(
    device: string,
    size: number,
    json: boolean,
    line = new StatusLine(),
    now: () => number = () => performance.now(),
  ) {
    this.#device = device
    this.#size = size
    this.#json = json
    this.#line = line
    this.#now = now
  }

  heed(event: UpdateEvent): void {
    const now = this.#now()
    if ('count' in event) this.#blocks = event.count
    const phase = PHASES[event.name]
    const isNew = phase !== this.#phase
    if (isNew && phase === 'sending') this.#began = now
    this.#phase = phase
    if (!this.#json) {
      this.#line.offer(() => [{ text: this.#text(now), phase }])
      return
    }
    if (!isNew && now < this.#next) return
    this.#next = now + JSON_EVERY
    printJson(this.#asJson(now))
  }

  end(): void {
    this.#line.end()
  }

  /** Octets a second since the first block was asked for. */
  #rate(now: number): number {
    const blocks = this.#blocks
    if (!blocks || this.#phase !== 'sending' || now === this.#began) return 0
    return ((blocks.octets - blocks.resumedAt) * 1000) / (now - this.#began)
  }

  #text(now: number): string {
    const name = `${this.#device}  ${this.#phase.padEnd(10)}`
    const blocks = this.#blocks
    if (!blocks) return name
    const rate = this.#rate(now)
    const left = ((this.#size - blocks.octets) * 1000) / rate
    const eta = rate > 0 ? `, ${octets(Math.round(rate))}/s, ${duration(left)} left` : ''
    return (
      `${name}  ${octets(blocks.octets)} of ${octets(this.#size)}, ` +
      `block ${count(blocks.blocks)}${eta}, ${count(blocks.retries)} retries`
    )
  }

  #asJson(now: number): object {
    const blocks = this.#blocks
    return {
      name: 'progress',
      device: this.#device,
      phase: this.#phase,
      octets: blocks?.octets ?? 0,
      size: this.#size,
      blocks: blocks?.blocks ?? 0,
      retries: blocks?.retries ?? 0,
      rate: Math.round(this.#rate(now)),
    }
  }
}
