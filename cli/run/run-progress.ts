// Progress of a run: octets, blocks, rate, time left, retries.

import { HUB_NAME } from '#emulators/device/hub-setup'
import type { Cargo } from '#emulators/home/cargo'
import type { Scenario } from '#emulators/scenario/schema/schema'
import type { TraceEvent } from '#emulators/trace/trace'
import { count, duration, octets } from '../output/format.ts'
import { StatusLine } from '../output/status-line.ts'

/**
 * Octets that the transfers of a scenario carry together: each image over the WAN, on from the DCO for each device that
 * is activated, and over the HAN to each device that it is for.
 */
export function expectedOctets(scenario: Scenario, cargo: ReadonlyMap<string, Cargo>): number {
  const sizeOf = (image: string): number => cargo.get(image)?.image.octets.length ?? 0
  let sum = 0
  for (const step of scenario.steps) {
    if (step.kind === 'distribute') {
      const overHan = step.to.filter(name => name !== HUB_NAME).length
      sum += sizeOf(step.image) * (overHan + (step.via === 'dcc' ? 1 : 0))
    } else if (step.kind === 'activate' && scenario.generation === 'smets1') {
      sum += sizeOf(step.image) * step.on.length
    }
  }
  return sum
}

/** What one receiver has taken: of transfers that ended, and of the one that it is in. */
interface Taken {
  before: number
  now: number
  size: number
}

export class RunProgress {
  readonly #expected: number
  readonly #line: StatusLine
  readonly #taken = new Map<string, Taken>()
  #blocks = 0
  #retries = 0

  /** @param expected octets that the transfers of the run carry together. */
  constructor(expected: number, line = new StatusLine()) {
    this.#expected = expected
    this.#line = line
  }

  /** Octets carried so far. */
  get done(): number {
    let sum = 0
    for (const { before, now } of this.#taken.values()) sum += before + now
    return Math.min(sum, this.#expected)
  }

  heed(event: TraceEvent): void {
    const { source } = event
    switch (event.name) {
      case 'transfer-opened':
      case 'transfer-resumed':
        this.#begin(source, event.size, event.held / event.blocks)
        break
      case 'transfer-progress':
        this.#reach(source, event.held / event.blocks)
        this.#blocks = event.held
        break
      case 'transfer-complete':
        this.#reach(source, 1)
        break
      case 'ota-offered':
        this.#begin(source, event.size, event.resumedAt / event.size)
        break
      case 'ota-progress':
        this.#reach(source, event.offset / event.size)
        this.#blocks = event.blocks
        break
      case 'ota-whole':
        this.#reach(source, 1)
        break
      case 'ota-retry':
      case 'block-refused':
        this.#retries++
        break
    }
    this.#line.offer(elapsed => this.#said(elapsed))
  }

  end(): void {
    this.#line.end()
  }

  /** A transfer begins; one that was whole counts for good, one that was not is begun again. */
  #begin(receiver: string, size: number, share: number): void {
    const { before = 0, now = 0, size: last = -1 } = this.#taken.get(receiver) ?? {}
    const ended = now === last ? now : 0
    this.#taken.set(receiver, { before: before + ended, now: size * share, size })
  }

  #reach(receiver: string, share: number): void {
    const taken = this.#taken.get(receiver)
    if (taken) taken.now = taken.size * share
  }

  #said(elapsed: number): string {
    const { done } = this
    const rate = (done * 1000) / elapsed
    const left = done > 0 ? duration((elapsed * (this.#expected - done)) / done) : 'unknown'
    return (
      `${octets(Math.round(done))} of ${octets(this.#expected)}, block ${count(this.#blocks)}, ` +
      `${octets(Math.round(rate))}/s, ${left} left, ${count(this.#retries)} retries`
    )
  }
}
