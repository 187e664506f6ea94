// The DSP's desk: takes batches of events in the order of their time, keeps the list and the records, judges the AD1s.
// Of what is on a HAN it knows what the events say: an AD1 is "not listed" when an ESME there that is not on the list was
// activated within the window, and "no activation" when nothing was.

import { CANCEL_TIME } from '#core/power/activation'
import { ActivationTracker, TRACKER_FULL } from '#core/power/activation-tracker'
import { SUPPRESSED, type SuppressionVerdict, type TrackingConfig } from '#core/power/suppression'
import type { JudgedTime, RecordedTime } from '#core/power/time-rules'
import { hanrigError } from '../errors/errors.ts'
import {
  ACTIVATION,
  AD1,
  type EventBatch,
  FAILED,
  JOIN,
  LIST_ADD,
  LIST_REMOVE,
  LIST_REPLACE,
  SUCCEEDED,
} from './event-batch.ts'
import { GrowingList, HanDirectory } from './growing.ts'
import { type Judged, verdictOn } from './tally.ts'

/** What a desk judges by. */
export interface DeskOptions {
  /** MP102B, with its open questions answered. */
  readonly config: TrackingConfig
  /** The longest window that will be asked about, ms: records are used up and kept by it. */
  readonly longestWindow: number
  /** Which time of an immediate activation is its recorded one. */
  readonly recorded: RecordedTime
  /** By which time an AD1 is judged. */
  readonly judgedBy: JudgedTime
  /** Whether every ESME counts as listed. */
  readonly listAll: boolean
  /** Most activations tracked at a time. */
  readonly capacity: number
  /** The list when the stream begins; events change it. */
  readonly list: GrowingList
  /** Gets every verdict as it falls, with the batch and the row of its AD1; what it is handed is used again afterwards. */
  readonly onVerdict: (
    batch: EventBatch,
    i: number,
    judged: Judged,
    verdict: SuppressionVerdict,
  ) => void
}

export class Desk {
  activations = 0
  cancellations = 0
  tracked = 0
  /** Activations of an ESME whose hub nobody told. */
  homeless = 0
  /** Activations of ESMEs that are not listed, and were not followed for want of memory. */
  notFollowed = 0
  readonly #options: DeskOptions
  readonly #list: GrowingList
  readonly #tracker: ActivationTracker
  /** Activations of ESMEs that are not listed: not the DSP's, but what explains a false AD1 that got through. */
  readonly #unlisted: ActivationTracker
  /** By hub, the recorded time of the activation that explained its last suppressed AD1. */
  readonly #explained: ActivationTracker
  readonly #hans = new HanDirectory()
  /** Set while list-add rows follow a list-replace. */
  #incoming: GrowingList | undefined
  #touched = 0
  readonly #judged: Judged = {
    cause: 0,
    after: Number.NaN,
    afterUnlisted: Number.NaN,
    outage: Number.NaN,
    isLate: false,
    isRepeated: false,
  }

  constructor(options: DeskOptions) {
    const { config, longestWindow, capacity, list } = options
    this.#options = options
    this.#list = list
    const retention = Math.max(config.retention, longestWindow)
    const tracking = { ...config, window: longestWindow, retention }
    this.#tracker = new ActivationTracker(list.list, capacity, tracking)
    const everybodyElse = { has: (hi: number, lo: number) => !this.#list.list.has(hi, lo) }
    const plain = { ...tracking, clearOnSuppressed: false, keepUnlisted: true }
    this.#unlisted = new ActivationTracker(everybodyElse, capacity, plain)
    this.#explained = new ActivationTracker({ has: () => true }, capacity, {
      ...plain,
      lastWins: true,
    })
  }

  /** Devices listed. */
  get listed(): number {
    return this.#list.list.size
  }

  /** Octets of the list and of the tracked activations. */
  get octets(): number {
    return this.#list.list.octets + this.#tracker.octets
  }

  process(batch: EventBatch): void {
    this.#fetch(batch)
    for (let i = 0; i < batch.length; i++) {
      const kind = batch.kind[i]!
      if (kind < LIST_ADD) this.#settleList()
      switch (kind) {
        case ACTIVATION:
          this.#activate(batch, i)
          break
        case SUCCEEDED:
          this.#succeed(batch, i)
          break
        case FAILED:
          this.#fail(batch, i)
          break
        case AD1:
          this.#judge(batch, i)
          break
        case JOIN:
          this.#join(batch, i)
          break
        default:
          this.#changeList(batch, i, kind)
      }
    }
  }

  /** The stream is over: changes of the list at its very end count, too. */
  finish(): void {
    this.#settleList()
  }

  /** What the rows will be asked for is fetched together, before the first is looked at. */
  #fetch(batch: EventBatch): void {
    const { kind, hub, device, length } = batch
    let touched = 0
    for (let i = 0; i < length; i++) {
      if (kind[i] === AD1) {
        touched ^= this.#tracker.touch(hub[2 * i]!, hub[2 * i + 1]!)
        touched ^= this.#unlisted.touch(hub[2 * i]!, hub[2 * i + 1]!)
      } else touched ^= this.#list.list.touch(device[2 * i]!, device[2 * i + 1]!)
    }
    this.#touched ^= touched
  }

  #activate(batch: EventBatch, i: number): void {
    const execution = batch.executionTime[i]!
    if (!this.#homeOf(batch, i)) {
      this.homeless++
      return
    }
    const now = batch.time[i]!
    if (execution === CANCEL_TIME) {
      this.cancellations++
      const [esmeHi, esmeLo] = [batch.device[2 * i]!, batch.device[2 * i + 1]!]
      const [hubHi, hubLo] = [batch.hub[2 * i]!, batch.hub[2 * i + 1]!]
      this.#tracker.cancel(esmeHi, esmeLo, hubHi, hubLo, now)
      this.#unlisted.cancel(esmeHi, esmeLo, hubHi, hubLo, now)
      return
    }
    this.activations++
    if (this.#options.listAll) this.#add(batch.device[2 * i]!, batch.device[2 * i + 1]!)
    if (!Number.isNaN(execution)) this.#record(batch, i, execution)
    else if (this.#options.recorded === 'processed') this.#record(batch, i, now)
    else if (this.#options.recorded === 'requested') {
      const requested = batch.requestTime[i]!
      this.#record(batch, i, Number.isNaN(requested) ? now : requested)
    }
  }

  #succeed(batch: EventBatch, i: number): void {
    if (this.#options.recorded !== 'answered' || !Number.isNaN(batch.executionTime[i]!)) return
    if (this.#homeOf(batch, i)) this.#record(batch, i, batch.time[i]!)
  }

  #fail(batch: EventBatch, i: number): void {
    if (!this.#homeOf(batch, i)) return
    const { device, hub, time } = batch
    this.#tracker.failed(device[2 * i]!, device[2 * i + 1]!, hub[2 * i]!, hub[2 * i + 1]!, time[i]!)
  }

  #record(batch: EventBatch, i: number, recordedAt: number): void {
    const { device, hub, time } = batch
    const [esmeHi, esmeLo, hubHi, hubLo] = [
      device[2 * i]!,
      device[2 * i + 1]!,
      hub[2 * i]!,
      hub[2 * i + 1]!,
    ]
    const now = time[i]!
    if (this.#list.list.has(esmeHi, esmeLo)) {
      this.tracked++
      const said = this.#tracker.activation(esmeHi, esmeLo, hubHi, hubLo, recordedAt, now)
      if (said !== TRACKER_FULL) return
      throw hanrigError(
        'HANRIG_TRACKER_FULL',
        `More than ${this.#tracker.capacity} activations are tracked at a time.`,
      )
    }
    const said = this.#unlisted.activation(esmeHi, esmeLo, hubHi, hubLo, recordedAt, now)
    if (said === TRACKER_FULL) this.notFollowed++
  }

  #judge(batch: EventBatch, i: number): void {
    const { hub, time, outageStart, outageEnd, cause } = batch
    const [hi, lo] = [hub[2 * i]!, hub[2 * i + 1]!]
    const start = outageStart[i]!
    const isByStart = this.#options.judgedBy === 'outage-start' && !Number.isNaN(start)
    const at = isByStart ? start : time[i]!
    const judged = this.#judged
    const verdict = this.#tracker.judge(hi, lo, at)
    judged.cause = cause[i]!
    judged.after = this.#tracker.after
    judged.outage = outageEnd[i]! - start
    judged.isLate = time[i]! >= outageEnd[i]!
    judged.isRepeated = verdict === SUPPRESSED && this.#explains(hi, lo, at, judged.after, time[i]!)
    this.#unlisted.judge(hi, lo, at)
    judged.afterUnlisted = this.#unlisted.after
    this.#options.onVerdict(batch, i, judged, verdictOn(judged, this.#options.config))
  }

  /** Whether the activation that explains this AD1 of a hub explained the one before; it does from now on. */
  #explains(hi: number, lo: number, at: number, after: number, now: number): boolean {
    this.#explained.judge(hi, lo, at)
    if (this.#explained.after === after) return true
    this.#explained.activation(hi, lo, hi, lo, at - after, now)
    return false
  }

  #join(batch: EventBatch, i: number): void {
    const { device, hub } = batch
    const [esmeHi, esmeLo, hubHi, hubLo] = [
      device[2 * i]!,
      device[2 * i + 1]!,
      hub[2 * i]!,
      hub[2 * i + 1]!,
    ]
    if (this.#hans.find(esmeHi, esmeLo)) {
      const [fromHi, fromLo] = [this.#hans.hub[0]!, this.#hans.hub[1]!]
      this.#tracker.move(esmeHi, esmeLo, fromHi, fromLo, hubHi, hubLo)
      this.#unlisted.move(esmeHi, esmeLo, fromHi, fromLo, hubHi, hubLo)
    }
    this.#hans.join(esmeHi, esmeLo, hubHi, hubLo)
  }

  /** The hub of the row's ESME: the row's own, which is its hub from now on, or the one known from rows before. */
  #homeOf(batch: EventBatch, i: number): boolean {
    const { device, hub } = batch
    if ((hub[2 * i]! | hub[2 * i + 1]!) !== 0) {
      this.#join(batch, i)
      return true
    }
    if (!this.#hans.find(device[2 * i]!, device[2 * i + 1]!)) return false
    hub[2 * i] = this.#hans.hub[0]!
    hub[2 * i + 1] = this.#hans.hub[1]!
    return true
  }

  #changeList({ device }: EventBatch, i: number, kind: number): void {
    const [hi, lo] = [device[2 * i]!, device[2 * i + 1]!]
    if (kind === LIST_REPLACE) this.#incoming = new GrowingList()
    else if (kind === LIST_ADD) {
      if (this.#incoming) this.#incoming.add(hi, lo)
      else this.#add(hi, lo)
    } else if (kind === LIST_REMOVE) {
      if (this.#incoming) this.#incoming.list.remove(hi, lo)
      else this.#takeOff(hi, lo)
    }
  }

  /** Its record goes at once: listed again it begins anew. All records of an ESME are at the hub that is known of it. */
  #takeOff(hi: number, lo: number): void {
    if (!this.#list.list.remove(hi, lo) || !this.#hans.find(hi, lo)) return
    this.#tracker.unlisted(hi, lo, this.#hans.hub[0]!, this.#hans.hub[1]!)
  }

  #add(hi: number, lo: number): void {
    this.#list.add(hi, lo)
    this.#tracker.list = this.#list.list
  }

  /** A list that replaces the one before is whole once something else comes: records are looked through once for it. */
  #settleList(): void {
    if (this.#incoming) {
      this.#list.list = this.#incoming.list
      this.#incoming = undefined
      this.#tracker.relist(this.#list.list)
    }
  }
}
