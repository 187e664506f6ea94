// Progress of a run that takes longer than a second of wall time: one line on stderr, rewritten on a terminal,
// repeated every few seconds elsewhere. Bytes, blocks, rate, time left, retries; never on stdout.

import type { TraceEvent } from '../../emulators/trace.ts'
import { count, duration, octets } from '../format.ts'

/** A run carries the image three times: Supplier to DCO, DCO to hub, hub to device. */
const HOPS = 3
const FIRST_AFTER = 1_000
const TERMINAL_EVERY = 200
const ELSEWHERE_EVERY = 5_000

export class Progress {
  readonly #size: number
  readonly #began = performance.now()
  readonly #live = process.stderr.isTTY && process.env.CI === undefined
  readonly #done = new Map<string, number>()
  #blocks = 0
  #retries = 0
  #next = FIRST_AFTER
  #shown = false

  /** @param size octets of the image. */
  constructor(size: number) {
    this.#size = size
  }

  heed(event: TraceEvent): void {
    switch (event.name) {
      case 'transfer-progress':
        this.#done.set(event.source, Number(event.held) / Number(event.blocks))
        this.#blocks = Number(event.held)
        break
      case 'ota-progress':
        this.#done.set(event.source, Number(event.offset) / this.#size)
        this.#blocks = Number(event.blocks)
        break
      case 'ota-retry':
      case 'block-refused':
        this.#retries++
        break
    }
    const elapsed = performance.now() - this.#began
    if (elapsed >= this.#next) this.#show(elapsed)
  }

  end(): void {
    if (this.#shown && this.#live) process.stderr.write('\r\x1b[K')
  }

  #show(elapsed: number): void {
    this.#next = elapsed + (this.#live ? TERMINAL_EVERY : ELSEWHERE_EVERY)
    this.#shown = true
    let share = 0
    for (const part of this.#done.values()) share += part / HOPS
    const done = share * this.#size * HOPS
    const rate = (done * 1000) / elapsed
    const left = share > 0 ? duration((elapsed * (1 - share)) / share) : 'unknown'
    const line =
      `${octets(Math.round(done))} of ${octets(this.#size * HOPS)}, block ${count(this.#blocks)}, ` +
      `${octets(Math.round(rate))}/s, ${left} left, ${count(this.#retries)} retries`
    process.stderr.write(this.#live ? `\r\x1b[K${line}` : `${line}\n`)
  }
}
