// Progress of updates over the air: a line a device on stderr; with --json the same as events on stdout.

import type { BlockCount } from '#hil/host/progress'
import type { UpdateEvent } from '#hil/host/update'
import { count, duration, octets } from '../output/format.ts'
import { printJson } from '../output/output.ts'
import { type Row, StatusLine } from '../output/status-line.ts'

const JSON_EVERY = 500

/** What an update is at, by the last thing that was heard of it. */
const PHASES: Readonly<Record<UpdateEvent['name'], string>> = {
  asked: 'offering',
  progress: 'sending',
  carried: 'restarting',
  'heard-again': 'verifying',
  runs: 'running',
}
/** Its turn has not come, or nothing was heard of it yet; it is through. */
const WAITING = 'waiting'
const ENDED = 'ended'

/** Where one device is. */
interface At {
  phase: string
  blocks: BlockCount | undefined
  began: number
  next: number
}

export class AirProgress {
  readonly #size: number
  readonly #json: boolean
  readonly #line: StatusLine
  readonly #now: () => number
  readonly #at: ReadonlyMap<string, At>

  /** @param now wall time, ms. */
  constructor(
    devices: readonly string[],
    size: number,
    json: boolean,
    line = new StatusLine(),
    now: () => number = () => performance.now(),
  ) {
    this.#size = size
    this.#json = json
    this.#line = line
    this.#now = now
    const fresh = (): At => ({ phase: WAITING, blocks: undefined, began: 0, next: 0 })
    this.#at = new Map(devices.map(device => [device, fresh()]))
  }

  heed(device: string, event: UpdateEvent): void {
    const now = this.#now()
    const at = this.#at.get(device)!
    if ('count' in event) at.blocks = event.count
    const phase = PHASES[event.name]
    const isNew = phase !== at.phase
    if (isNew && phase === 'sending') at.began = now
    at.phase = phase
    if (!this.#json) {
      this.#line.offer(() => this.#rows(now))
      return
    }
    if (!isNew && now < at.next) return
    at.next = now + JSON_EVERY
    printJson(this.#asJson(device, at, now))
  }

  /** A device is through. */
  ended(device: string): void {
    this.#at.get(device)!.phase = ENDED
  }

  end(): void {
    this.#line.end()
  }

  /** Those under way; the others are counted. */
  #rows(now: number): Row[] {
    const rows = [...this.#at]
      .filter(([, { phase }]) => phase !== WAITING && phase !== ENDED)
      .map(([device, at]) => ({ text: this.#text(device, at, now), phase: at.phase }))
    const waiting = [...this.#at.values()].filter(({ phase }) => phase === WAITING).length
    return waiting === 0 ? rows : [...rows, { text: `${waiting} waiting` }]
  }

  /** Octets a second since the first block was asked for. */
  #rate({ blocks, phase, began }: At, now: number): number {
    if (!blocks || phase !== 'sending' || now === began) return 0
    return ((blocks.octets - blocks.resumedAt) * 1000) / (now - began)
  }

  #text(device: string, at: At, now: number): string {
    const name = `${device}  ${at.phase.padEnd(10)}`
    const { blocks } = at
    if (!blocks) return name
    const rate = this.#rate(at, now)
    const left = ((this.#size - blocks.octets) * 1000) / rate
    const eta = rate > 0 ? `, ${octets(Math.round(rate))}/s, ${duration(left)} left` : ''
    return (
      `${name}  ${octets(blocks.octets)} of ${octets(this.#size)}, ` +
      `block ${count(blocks.blocks)}${eta}, ${count(blocks.retries)} retries`
    )
  }

  #asJson(device: string, at: At, now: number): object {
    const { blocks, phase } = at
    return {
      name: 'progress',
      device,
      phase,
      octets: blocks?.octets ?? 0,
      size: this.#size,
      blocks: blocks?.blocks ?? 0,
      retries: blocks?.retries ?? 0,
      rate: Math.round(this.#rate(at, now)),
    }
  }
}
