// The DSP's part in MP102B: it remembers activations of listed ESME and decides what becomes of an AD1.
// The rules are core/power/suppression.ts; here are the list and the records (last activation wins: inferred).

import {
  judgeAd1,
  NOT_RECORDED,
  SUPPRESSED,
  SUPPRESSION_REASONS,
  type SuppressionConfig,
} from '../../core/power/suppression.ts'
import type { Trace } from '../trace.ts'

export class Dsp {
  suppressed = 0
  forwarded = 0
  readonly #trace: Trace
  readonly #config: SuppressionConfig
  /** EUI-64 of each listed ESME and when its activation was recorded, Unix ms. */
  readonly #listed = new Map<string, number>()
  /** The ESME on each hub's HAN, by EUI-64. */
  readonly #esmeOf = new Map<string, string>()

  constructor(trace: Trace, config: SuppressionConfig) {
    this.#trace = trace
    this.#config = config
  }

  /** Puts an ESME on the list of devices known to cut the hub's supply. */
  list(esme: string): void {
    this.#listed.set(esme, NOT_RECORDED)
  }

  /** Notes which ESME is on a hub's HAN. */
  join(esme: string, hub: string): void {
    this.#esmeOf.set(hub, esme)
  }

  /** An activation was seen; devices that are not listed are not tracked. */
  record(esme: string, at: number): void {
    if (!this.#listed.has(esme)) return
    this.#listed.set(esme, at)
    this.#trace.emit('dsp', 'activation-recorded', { device: esme, at: new Date(at).toISOString() })
  }

  /** A cancelled activation leaves no window. */
  cancel(esme: string): void {
    if (this.#listed.has(esme)) this.#listed.set(esme, NOT_RECORDED)
  }

  /** Judges an AD1 that came from `hub` at `at`, Unix ms; true when it is suppressed. */
  judge(hub: string, at: number): boolean {
    const esme = this.#esmeOf.get(hub) ?? ''
    const recordedAt = this.#listed.get(esme) ?? NOT_RECORDED
    const verdict = judgeAd1(at, this.#listed.has(esme), recordedAt, this.#config)
    const suppressed = verdict === SUPPRESSED
    if (suppressed) this.suppressed++
    else this.forwarded++
    this.#trace.emit('dsp', 'ad1-verdict', {
      hub,
      suppressed,
      reason: SUPPRESSION_REASONS[verdict],
      window: this.#config.window,
      afterActivation: recordedAt === NOT_RECORDED ? undefined : at - recordedAt,
    })
    return suppressed
  }
}
