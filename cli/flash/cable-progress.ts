// Progress of several boards: a line each on stderr; with --json the same as events on stdout.

import type { Flash } from '#hil/flash/flash'
import { count, duration, octets } from '../output/format.ts'
import { printJson } from '../output/output.ts'
import { type Row, StatusLine, TERMINAL_EVERY } from '../output/status-line.ts'

const JSON_EVERY = 500
/** Milliseconds over which the rate is told. */
const RATE_OVER = 5_000

/** What was told of a board last, and what its rate is counted from. */
interface Told {
  phase: string
  at: number
  done: number
  marks: { at: number; done: number }[]
}

export class CableProgress {
  readonly #flashes: readonly Flash[]
  readonly #json: boolean
  readonly #line: StatusLine
  readonly #now: () => number
  readonly #told = new Map<Flash, Told>()
  readonly #width: number
  #timer: NodeJS.Timeout | undefined

  /** @param now wall time, ms. */
  constructor(
    flashes: readonly Flash[],
    json: boolean,
    line = new StatusLine(),
    now: () => number = () => performance.now(),
  ) {
    this.#flashes = flashes
    this.#json = json
    this.#line = line
    this.#now = now
    this.#width = Math.max(...flashes.map(flash => flash.address.length))
  }

  start(): void {
    this.#timer = setInterval(() => this.tick(), TERMINAL_EVERY)
  }

  /** A board is through: it is told of for the last time. */
  ended(flash: Flash): void {
    if (this.#json) this.#tellJson(flash, true)
    else this.#show(true)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#line.end()
  }

  /** Called several times a second. */
  tick(): void {
    if (this.#json) {
      for (const flash of this.#flashes) this.#tellJson(flash, false)
      return
    }
    this.#show(false)
  }

  #show(isLast: boolean): void {
    const now = this.#now()
    for (const flash of this.#flashes) this.#mark(this.#toldOf(flash, now), flash, now)
    this.#line.offer(() => this.#flashes.map(flash => this.#row(flash)), isLast)
  }

  #tellJson(flash: Flash, last: boolean): void {
    const now = this.#now()
    const told = this.#toldOf(flash, now)
    const { phase, counts } = flash
    const due = now - told.at >= JSON_EVERY && counts.doneOctets !== told.done
    this.#mark(told, flash, now)
    if (!due && phase === told.phase && !last) return
    if (last && phase === told.phase) return
    Object.assign(told, { phase, at: now, done: counts.doneOctets })
    printJson(this.#asJson(flash))
  }

  #toldOf(flash: Flash, now: number): Told {
    const told = this.#told.get(flash) ?? { phase: '', at: now, done: 0, marks: [] }
    this.#told.set(flash, told)
    return told
  }

  #mark(told: Told, flash: Flash, now: number): void {
    told.marks.push({ at: now, done: flash.counts.doneOctets })
    while (told.marks.length > 2 && now - told.marks[0]!.at > RATE_OVER) told.marks.shift()
  }

  /** Octets a second of the last seconds. */
  #rate(flash: Flash): number {
    const { marks } = this.#toldOf(flash, this.#now())
    const [first, last] = [marks[0], marks.at(-1)]
    if (!first || !last || last.at === first.at) return 0
    return ((last.done - first.done) * 1000) / (last.at - first.at)
  }

  #row(flash: Flash): Row {
    return { text: this.#text(flash), phase: flash.phase }
  }

  #text(flash: Flash): string {
    const { phase, counts, job, waitsFor, failure } = flash
    const name = `${flash.address.padEnd(this.#width)}  ${phase.padEnd(10)}`
    if (failure) return `${name}  ${failure.message}`
    if (phase === 'waiting') return `${name}  ${waitsFor?.message ?? ''}`
    if ((phase === 'beginning' || phase === 'verifying') && job && job.total > 0) {
      return `${name}  ${octets(job.done)} of ${octets(job.total)}`
    }
    if (counts.sent === 0 && counts.doneBlocks === 0) return name
    const rate = this.#rate(flash)
    const left = counts.size - counts.doneOctets
    const eta =
      phase !== 'sending' ? '' : rate > 0 ? `, ${duration((left * 1000) / rate)} left` : ''
    return (
      `${name}  ${octets(counts.doneOctets)} of ${octets(counts.size)}, ` +
      `block ${count(counts.doneBlocks)} of ${count(counts.blocks)}, ` +
      `${octets(Math.round(rate))}/s${eta}, ${count(counts.resent + counts.retries)} retries`
    )
  }

  #asJson(flash: Flash): object {
    const { address: port, phase, counts } = flash
    return {
      name: 'progress',
      port,
      phase,
      octets: counts.doneOctets,
      size: counts.size,
      blocks: counts.doneBlocks,
      of: counts.blocks,
      sent: counts.sent,
      resent: counts.resent,
      retries: counts.retries,
      rate: Math.round(this.#rate(flash)),
    }
  }
}
