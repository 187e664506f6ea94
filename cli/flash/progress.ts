// Progress of several boards on stderr: a line each, in place on a terminal; elsewhere a line when a board comes into
// another phase and every few seconds. With --json the same as events on stdout.

import type { Flash } from '#hil/flash/flash'
import { count, duration, octets } from '../output/format.ts'
import { printJson } from '../output/output.ts'

const TERMINAL_EVERY = 200
const ELSEWHERE_EVERY = 5_000
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

export class FlashProgress {
  readonly #flashes: readonly Flash[]
  readonly #json: boolean
  readonly #live = process.stderr.isTTY && process.env.CI === undefined
  readonly #told = new Map<Flash, Told>()
  readonly #width: number
  #timer: NodeJS.Timeout | undefined
  #lines = 0

  constructor(flashes: readonly Flash[], json: boolean) {
    this.#flashes = flashes
    this.#json = json
    this.#width = Math.max(...flashes.map(flash => flash.address.length))
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TERMINAL_EVERY)
  }

  /** A board is through: its line is told for the last time. */
  ended(flash: Flash): void {
    if (!this.#live) this.#tell(flash, true)
  }

  stop(): void {
    clearInterval(this.#timer)
    if (this.#live && !this.#json) this.#draw()
    this.#lines = 0
  }

  #tick(): void {
    if (this.#live && !this.#json) this.#draw()
    else for (const flash of this.#flashes) this.#tell(flash, false)
  }

  #draw(): void {
    const columns = process.stderr.columns || 80
    const up = this.#lines > 0 ? `\x1b[${this.#lines}A` : ''
    const lines = this.#flashes.map(flash => `\r\x1b[K${this.#line(flash).slice(0, columns - 1)}\n`)
    this.#lines = lines.length
    process.stderr.write(up + lines.join(''))
  }

  #tell(flash: Flash, last: boolean): void {
    const now = performance.now()
    const told = this.#toldOf(flash, now)
    const { phase, counts } = flash
    const every = this.#json ? JSON_EVERY : ELSEWHERE_EVERY
    const due = now - told.at >= every && counts.doneOctets !== told.done
    this.#mark(told, flash, now)
    if (!due && phase === told.phase && !last) return
    if (last && phase === told.phase) return
    Object.assign(told, { phase, at: now, done: counts.doneOctets })
    if (this.#json) printJson(this.#asJson(flash))
    else process.stderr.write(`${this.#line(flash)}\n`)
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
    const { marks } = this.#toldOf(flash, performance.now())
    const [first, last] = [marks[0], marks.at(-1)]
    if (!first || !last || last.at === first.at) return 0
    return ((last.done - first.done) * 1000) / (last.at - first.at)
  }

  #line(flash: Flash): string {
    const now = performance.now()
    if (this.#live) this.#mark(this.#toldOf(flash, now), flash, now)
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
