// The DSP: which devices there are, and its part in MP102B: it remembers activations of listed ESME and decides what
// becomes of an AD1. The rules are core/power/suppression.ts; here are the list and the records (last activation wins:
// inferred).

import type { Archive } from '../../core/archive.ts'
import { CANCEL_TIME, IMMEDIATE } from '../../core/power/activation.ts'
import {
  judgeAd1,
  NOT_RECORDED,
  SUPPRESSED,
  SUPPRESSION_REASONS,
  type SuppressionConfig,
} from '../../core/power/suppression.ts'
import type { Trace } from '../trace.ts'
import type { ActivateCommand, Alert } from './messages.ts'

const NAME = 'dsp'

export class Dsp {
  suppressed = 0
  forwarded = 0
  readonly #trace: Trace
  readonly #config: SuppressionConfig
  readonly #now: () => number
  /** EUI-64 of each listed ESME and when its activation was recorded, Unix ms. */
  readonly #listed = new Map<string, number>()
  /** The ESMEs on each hub's HAN, by EUI-64. */
  readonly #esmesOf = new Map<string, string[]>()
  /** Devices that no service request updates. */
  readonly #outside = new Set<string>()

  /** @param now Unix ms. */
  constructor(trace: Trace, config: SuppressionConfig, now: () => number) {
    this.#trace = trace
    this.#config = config
    this.#now = now
  }

  /** Puts an ESME on the list of devices known to cut the hub's supply. */
  list(esme: string): void {
    this.#listed.set(esme, NOT_RECORDED)
  }

  /** The list is replaced; records of devices that stay on it are kept. */
  relist(esmes: readonly string[]): void {
    for (const esme of this.#listed.keys()) if (!esmes.includes(esme)) this.#listed.delete(esme)
    for (const esme of esmes) if (!this.#listed.has(esme)) this.list(esme)
    this.#trace.emit(NAME, 'list-replaced', { devices: esmes })
  }

  /** Notes that an ESME is on a hub's HAN. */
  join(esme: string, hub: string): void {
    this.#esmesOf.set(hub, [...(this.#esmesOf.get(hub) ?? []), esme])
  }

  /** Notes that the DCC does not update a device. */
  leaveOut(device: string): void {
    this.#outside.add(device)
  }

  /** Whether the DCC updates a device. */
  updates(device: string): boolean {
    return !this.#outside.has(device)
  }

  /** An activation command passes on its way to its device, and is what the DSP records. */
  heed({ device, executionTime }: ActivateCommand): void {
    if (executionTime === CANCEL_TIME) this.cancel(device)
    else this.record(device, executionTime === IMMEDIATE ? this.#now() : executionTime)
  }

  /** Takes an alert that is the DSP's to judge: AD1. False for any other. */
  takes(alert: Alert): boolean {
    if (alert.code !== 'AD1') return false
    this.#trace.emit(NAME, 'alert-received', { ...alert, at: new Date(alert.at).toISOString() })
    this.judge(alert.device, this.#now())
    return true
  }

  /** An activation was seen; devices that are not listed are not tracked. */
  record(esme: string, at: number): void {
    if (!this.#listed.has(esme)) return
    this.#listed.set(esme, at)
    this.#trace.emit(NAME, 'activation-recorded', { device: esme, at: new Date(at).toISOString() })
  }

  /** A cancelled activation leaves no window. */
  cancel(esme: string): void {
    if (this.#listed.has(esme)) this.#listed.set(esme, NOT_RECORDED)
  }

  /**
   * Judges an AD1 that came from `hub` at `at`, Unix ms; true when it is suppressed. Of several ESMEs on the HAN one
   * that explains the outage is enough.
   */
  judge(hub: string, at: number): boolean {
    let best = judgeAd1(at, false, NOT_RECORDED, this.#config)
    let recordedAt = NOT_RECORDED
    for (const esme of this.#esmesOf.get(hub) ?? []) {
      const recorded = this.#listed.get(esme)
      if (recorded === undefined || best === SUPPRESSED) continue
      best = judgeAd1(at, true, recorded, this.#config)
      recordedAt = recorded
    }
    const suppressed = best === SUPPRESSED
    if (suppressed) this.suppressed++
    else this.forwarded++
    this.#trace.emit(NAME, 'ad1-verdict', {
      hub,
      suppressed,
      reason: SUPPRESSION_REASONS[best],
      window: this.#config.window,
      afterActivation: recordedAt === NOT_RECORDED ? undefined : at - recordedAt,
    })
    return suppressed
  }

  archive(a: Archive): void {
    this.suppressed = a.number(this.suppressed)
    this.forwarded = a.number(this.forwarded)
    const listed = [...this.#listed]
    const count = a.number(listed.length)
    if (a.loading) this.#listed.clear()
    for (let i = 0; i < count; i++) {
      const esme = a.text(listed[i]?.[0] ?? '')
      const at = a.number(listed[i]?.[1] ?? 0)
      if (a.loading) this.#listed.set(esme, at)
    }
  }
}
