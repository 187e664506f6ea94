// The DSP: which devices there are, and its part in MP102B: it remembers activations of listed ESME and decides what
// becomes of an AD1. The list and the records are core/power/guid-list.ts and activation-tracker.ts, the rules
// suppression.ts; here is who is on which HAN, and what is told of it.

import { parseEui64Text } from '#core/eui64/eui64'
import { CANCEL_TIME, IMMEDIATE } from '#core/power/activation'
import { ActivationTracker, TRACKER_FULL } from '#core/power/activation-tracker'
import { GuidList } from '#core/power/guid-list'
import {
  FORWARD_NO_ACTIVATION,
  FORWARD_NOT_LISTED,
  SUPPRESSED,
  SUPPRESSION_REASONS,
  type TrackingConfig,
} from '#core/power/suppression'
import { type TimeRules, USUAL_TIMES } from '#core/power/time-rules'
import type { Archive } from '#core/state/archive'
import type { FieldsOf, Trace } from '../trace/trace.ts'
import type { ActivateCommand, Alert } from './messages.ts'

const NAME = 'dsp'
/** Devices of one home, with room to spare. */
const MOST_DEVICES = 64
/** Activations of one run that may be recorded beside each other, where each keeps its record. */
const MOST_RECORDS = 1_024

export class Dsp {
  suppressed = 0
  forwarded = 0
  readonly #trace: Trace
  readonly #config: TrackingConfig
  readonly #now: () => number
  readonly #times: TimeRules
  readonly #list = new GuidList(MOST_DEVICES)
  readonly #tracker: ActivationTracker
  /** The same by the other reading of the recorded time: never what is done, but what is told beside it. */
  readonly #otherwise: ActivationTracker
  /** When the DCC took the last SRV 11.3 for each device, Unix ms, by EUI-64. */
  readonly #requested = new Map<string, number>()
  /** The ESMEs on each hub's HAN, and the hub of each, by EUI-64. */
  readonly #esmesOf = new Map<string, string[]>()
  readonly #hubOf = new Map<string, string>()
  /** Devices that no service request updates. */
  readonly #outside = new Set<string>()

  /** @param now Unix ms. */
  constructor(
    trace: Trace,
    config: TrackingConfig,
    now: () => number,
    times: TimeRules = USUAL_TIMES,
  ) {
    this.#trace = trace
    this.#config = config
    this.#now = now
    this.#times = times
    this.#tracker = new ActivationTracker(this.#list, MOST_RECORDS, config)
    this.#otherwise = new ActivationTracker(this.#list, MOST_RECORDS, config)
  }

  /** Puts an ESME on the list of devices known to cut the hub's supply. */
  list(esme: string): void {
    const id = halves(esme)
    this.#list.add(id[0]!, id[1]!)
  }

  /** The list is replaced; records of devices that stay on it are kept. */
  relist(esmes: readonly string[]): void {
    this.#list.clear()
    for (const esme of esmes) this.list(esme)
    this.#tracker.dropUnlisted()
    this.#otherwise.dropUnlisted()
    this.#trace.emit(NAME, 'list-replaced', { devices: esmes })
  }

  /** Notes that an ESME is on a hub's HAN. */
  join(esme: string, hub: string): void {
    this.#esmesOf.set(hub, [...(this.#esmesOf.get(hub) ?? []), esme])
    this.#hubOf.set(esme, hub)
  }

  /** Notes that the DCC does not update a device. */
  leaveOut(device: string): void {
    this.#outside.add(device)
  }

  /** Whether the DCC updates a device. */
  updates(device: string): boolean {
    return !this.#outside.has(device)
  }

  /** The DCC has taken an SRV 11.3; for SMETS1 it may be hours before it passes to the Device. */
  noteRequest({ device }: ActivateCommand): void {
    this.#requested.set(device, this.#now())
  }

  /** An activation command passes on its way to its device, and is what the DSP records. */
  heed({ device, executionTime }: ActivateCommand): void {
    if (executionTime === CANCEL_TIME) this.cancel(device)
    else if (executionTime === IMMEDIATE) {
      const processed = this.#now()
      this.record(device, processed, this.#requested.get(device) ?? processed)
    } else this.record(device, executionTime)
  }

  /** Takes an alert that is the DSP's to judge: AD1. False for any other. */
  takes(alert: Alert): boolean {
    if (alert.code !== 'AD1') return false
    this.#trace.emit(NAME, 'alert-received', { ...alert, at: new Date(alert.at).toISOString() })
    // AD1 tells how long the supply had been away when it was raised.
    const isByStart = this.#times.judgedBy === 'outage-start'
    this.judge(alert.device, isByStart ? alert.at - alert.detail : this.#now())
    return true
  }

  /**
   * An activation was seen; devices that are not listed are not tracked.
   * @param processed when the command passed to its Device, or its ExecutionDateTime; Unix ms.
   * @param requested when it was asked for.
   */
  record(esme: string, processed: number, requested = processed): void {
    if (!this.#lists(esme)) return
    const [id, hub] = [halves(esme), halves(this.#hubOf.get(esme))]
    const isByRequest = this.#times.recorded === 'requested'
    const [at, other] = isByRequest ? [requested, processed] : [processed, requested]
    const now = this.#now()
    const said = this.#tracker.activation(id[0]!, id[1]!, hub[0]!, hub[1]!, at, now)
    this.#otherwise.activation(id[0]!, id[1]!, hub[0]!, hub[1]!, other, now)
    if (said === TRACKER_FULL) throw new RangeError(`more than ${MOST_RECORDS} records`)
    this.#trace.emit(NAME, 'activation-recorded', { device: esme, at: new Date(at).toISOString() })
  }

  /** A cancelled activation leaves no window. */
  cancel(esme: string): void {
    const [id, hub] = [halves(esme), halves(this.#hubOf.get(esme))]
    this.#tracker.cancel(id[0]!, id[1]!, hub[0]!, hub[1]!, this.#now())
    this.#otherwise.cancel(id[0]!, id[1]!, hub[0]!, hub[1]!, this.#now())
  }

  /**
   * Judges an AD1 that came from `hub` at `at`, Unix ms; true when it is suppressed. Of several ESMEs on the HAN one
   * that explains the outage is enough.
   */
  judge(hub: string, at: number): boolean {
    const id = halves(hub)
    const found = this.#tracker.judge(id[0]!, id[1]!, at)
    const { after } = this.#tracker
    const isListed = (this.#esmesOf.get(hub) ?? []).some(esme => this.#lists(esme))
    const verdict = found === FORWARD_NO_ACTIVATION && !isListed ? FORWARD_NOT_LISTED : found
    const suppressed = verdict === SUPPRESSED
    if (suppressed) this.suppressed++
    else this.forwarded++
    this.#trace.emit(NAME, 'ad1-verdict', {
      hub,
      suppressed,
      reason: SUPPRESSION_REASONS[verdict],
      window: this.#config.window,
      afterActivation: Number.isNaN(after) ? undefined : after,
      ...this.#byTheOther(id, at, after),
    })
    return suppressed
  }

  /** What the other reading of the recorded time makes of the same AD1; nothing where both recorded one time. */
  #byTheOther(hub: Int32Array, at: number, after: number): Partial<FieldsOf<'ad1-verdict'>> {
    const verdict = this.#otherwise.judge(hub[0]!, hub[1]!, at)
    const other = this.#otherwise.after
    if (Number.isNaN(other) || other === after) return {}
    const recorded: TimeRules['recorded'] =
      this.#times.recorded === 'requested' ? 'processed' : 'requested'
    return {
      otherwise: recorded,
      otherwiseSuppressed: verdict === SUPPRESSED,
      otherwiseReason: SUPPRESSION_REASONS[verdict],
      otherwiseAfter: other,
    }
  }

  archive(a: Archive): void {
    this.suppressed = a.number(this.suppressed)
    this.forwarded = a.number(this.forwarded)
    this.#list.archive(a)
    this.#tracker.archive(a)
    this.#otherwise.archive(a)
    const requested = [...this.#requested]
    const count = a.number(requested.length)
    for (let i = 0; i < count; i++) {
      const device = a.text(requested[i]?.[0] ?? '')
      this.#requested.set(device, a.number(requested[i]?.[1] ?? 0))
    }
  }

  #lists(esme: string): boolean {
    const id = halves(esme)
    return this.#list.has(id[0]!, id[1]!)
  }
}

/** The halves of an EUI-64; zero, which names no device, for one that is not known. */
function halves(id: string | undefined): Int32Array {
  const out = new Int32Array(2)
  if (id !== undefined && !parseEui64Text(id, out)) throw new RangeError(`${id} is no EUI-64`)
  return out
}
