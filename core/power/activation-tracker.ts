// The DSP's memory of activations: of listed ESMEs only, found again by the hub of their HAN when its AD1 comes.
// Source: MP102B (B1-B5); what ends a record is TrackingConfig. Judged by suppression.ts.
// A record is 24 octets: hub, ESME, recorded time. Memory is bounded: records are forgotten `retention` after their time,
// and what is there of them until they are swept out explains nothing. Time must not run backwards from call to call.

import { Eui64Table, NOWHERE, tableWords } from '../eui64/table.ts'
import type { Archive } from '../state/archive.ts'
import {
  DEFAULT_TRACKING,
  FORWARD_NO_ACTIVATION,
  judgeDelay,
  SUPPRESSED,
  type SuppressionVerdict,
  type TrackingConfig,
} from './suppression.ts'

/** What activation() says. */
export const RECORDED = 0
/** The ESME is not on the list, or on no HAN: it is not tracked. */
export const UNTRACKED = 1
/** More activations are tracked than there is memory for; this one is not. */
export const TRACKER_FULL = 2

/** Words of a row besides the hub, which is its key: recorded time as a double, ESME. */
const PAYLOAD = 4
const ESME = 2
/** Rows looked at for forgotten records with each new one: the table is gone round before it fills up again. */
const SWEPT = 8

/** Words of memory that `capacity` tracked activations take. */
export function trackerWords(capacity: number): number {
  return tableWords(capacity, PAYLOAD)
}

/** Who is listed: a GuidList, or whoever knows. */
export interface Listing {
  has(hi: number, lo: number): boolean
}

export class ActivationTracker {
  list: Listing
  readonly config: TrackingConfig
  /**
   * Of the last AD1 judged: ms by which it came after the recorded activation that it was held against, negative when
   * before, NaN when there was none. Of several that of the last whose time had come, else the next to come.
   */
  after = Number.NaN
  readonly #table: Eui64Table
  readonly #times: Float64Array
  #hand = 0
  /**
   * Times of the call under way. A time is no small integer: handed to a function that is not inlined it would be 16
   * octets of garbage. So calls from outside are small enough to be inlined, and leave their times here.
   */
  #now = Number.NaN
  #recordedAt = Number.NaN

  /**
   * @param capacity most activations tracked at a time, those waiting for a future date among them.
   * @param memory the caller's, zeroed, of trackerWords(capacity) words at an offset divisible by 8.
   */
  constructor(
    list: Listing,
    capacity: number,
    config: TrackingConfig = DEFAULT_TRACKING,
    memory = new Int32Array(trackerWords(capacity)),
  ) {
    this.list = list
    this.config = config
    this.#table = new Eui64Table(capacity, PAYLOAD, memory)
    this.#times = new Float64Array(memory.buffer, memory.byteOffset, memory.length / 2)
  }

  get capacity(): number {
    return this.#table.capacity
  }

  /** Records held, forgotten ones that were not swept out yet among them. */
  get size(): number {
    return this.#table.size
  }

  /** Octets of memory, the list's not among them. */
  get octets(): number {
    return this.#table.words.byteLength
  }

  /**
   * An activation of an ESME was seen.
   * @param recordedAt ms; for a future-dated SRV 11.3 its ExecutionDateTime.
   * @returns RECORDED, UNTRACKED or TRACKER_FULL.
   */
  activation(
    esmeHi: number,
    esmeLo: number,
    hubHi: number,
    hubLo: number,
    recordedAt: number,
    now: number,
  ): number {
    this.#recordedAt = recordedAt
    this.#now = now
    return this.#record(esmeHi | 0, esmeLo | 0, hubHi | 0, hubLo | 0)
  }

  /** A cancellation was seen; it leaves no window. @returns records deleted. */
  cancel(esmeHi: number, esmeLo: number, hubHi: number, hubLo: number, now: number): number {
    const from = this.config.cancelStarted ? Number.NEGATIVE_INFINITY : now
    return this.#forget(esmeHi | 0, esmeLo | 0, hubHi, hubLo, from, Number.POSITIVE_INFINITY)
  }

  /** An activation was reported as failed. @returns records deleted: those whose time has come. */
  failed(esmeHi: number, esmeLo: number, hubHi: number, hubLo: number, now: number): number {
    if (!this.config.clearOnFailure) return 0
    return this.#forget(esmeHi | 0, esmeLo | 0, hubHi, hubLo, Number.NEGATIVE_INFINITY, now)
  }

  /** The ESME has another hub now: its records go with it. @returns records moved. */
  move(
    esmeHi: number,
    esmeLo: number,
    fromHi: number,
    fromLo: number,
    toHi: number,
    toLo: number,
  ): number {
    if ((fromHi | 0) === (toHi | 0) && (fromLo | 0) === (toLo | 0)) return 0
    let moved = 0
    for (;;) {
      const at = this.#find(esmeHi | 0, esmeLo | 0, fromHi, fromLo)
      if (at === NOWHERE) return moved
      this.#recordedAt = this.#times[this.#table.payloadOf(at) >>> 1]!
      this.#table.remove(at)
      this.#put(esmeHi, esmeLo, toHi, toLo)
      moved++
    }
  }

  /**
   * Judges the AD1 of a hub; `after` then says how long after an activation it came. Who else is on the HAN is not known
   * here, so the verdict is never FORWARD_NOT_LISTED: whoever knows turns FORWARD_NO_ACTIVATION into it.
   * @param at ms: when the DSP received the alert, or when the outage began.
   */
  judge(hubHi: number, hubLo: number, at: number): SuppressionVerdict {
    this.#now = at
    return this.#judge(hubHi | 0, hubLo | 0)
  }

  /** Fetches what judge() will look at (Eui64Table.touch); for whoever has many alerts to ask about. */
  touch(hubHi: number, hubLo: number): number {
    return this.#table.touch(hubHi, hubLo)
  }

  /** One ESME was taken off the list: its records go, unless they are kept to their end. @returns records deleted. */
  unlisted(esmeHi: number, esmeLo: number, hubHi: number, hubLo: number): number {
    if (this.config.keepUnlisted) return 0
    const [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    return this.#forget(esmeHi | 0, esmeLo | 0, hubHi, hubLo, from, to)
  }

  /** Another list takes the place of the one so far. */
  relist(list: Listing): void {
    this.list = list
    this.dropUnlisted()
  }

  /** Devices were taken off the list: their records go, unless they are kept to their end. */
  dropUnlisted(): void {
    if (this.config.keepUnlisted) return
    const { words, rows } = this.#table
    for (let row = 0; row < rows; ) {
      const esme = this.#table.payloadOf(row) + ESME
      const isGone = this.#table.uses(row) && !this.list.has(words[esme]!, words[esme + 1]!)
      if (isGone) this.#table.remove(row)
      else row++
    }
  }

  /** The list is the caller's to save; the records are saved here. */
  archive(a: Archive): void {
    this.#hand = a.number(this.#hand)
    this.#table.archive(a)
  }

  #record(esmeHi: number, esmeLo: number, hubHi: number, hubLo: number): number {
    // A hub of zero is none: no AD1 can come from it.
    if (!this.list.has(esmeHi, esmeLo) || (hubHi | hubLo) === 0) return UNTRACKED
    this.#sweep(SWEPT)
    if (this.config.lastWins) {
      const at = this.#find(esmeHi, esmeLo, hubHi, hubLo)
      if (at !== NOWHERE) {
        this.#times[this.#table.payloadOf(at) >>> 1] = this.#recordedAt
        return RECORDED
      }
    }
    if (this.size === this.capacity) this.#sweep(this.#table.rows)
    return this.#put(esmeHi, esmeLo, hubHi, hubLo) ? RECORDED : TRACKER_FULL
  }

  #judge(hubHi: number, hubLo: number): SuppressionVerdict {
    const { config } = this
    const at = this.#now
    const table = this.#table
    let best = NOWHERE
    let after = Number.NaN
    for (
      let row = table.first(hubHi, hubLo);
      row !== NOWHERE;
      row = table.next(row, hubHi, hubLo)
    ) {
      const each = at - this.#times[table.payloadOf(row) >>> 1]!
      if (each > config.retention) continue
      const isReached = each >= -config.early
      const isBetter = isReached ? !(after <= each && after >= -config.early) : !(after >= each)
      if (!isBetter) continue
      best = row
      after = each
    }
    this.after = after
    if (best === NOWHERE) return FORWARD_NO_ACTIVATION
    const verdict = judgeDelay(after, config)
    if (verdict === SUPPRESSED && config.clearOnSuppressed) table.remove(best)
    return verdict
  }

  #put(esmeHi: number, esmeLo: number, hubHi: number, hubLo: number): boolean {
    const row = this.#table.insert(hubHi, hubLo)
    if (row === NOWHERE) return false
    const at = this.#table.payloadOf(row)
    this.#times[at >>> 1] = this.#recordedAt
    this.#table.words[at + ESME] = esmeHi
    this.#table.words[at + ESME + 1] = esmeLo
    return true
  }

  /** The first record of an ESME on a hub's HAN, or NOWHERE. */
  #find(esmeHi: number, esmeLo: number, hubHi: number, hubLo: number): number {
    const table = this.#table
    let row = table.first(hubHi, hubLo)
    while (row !== NOWHERE && !this.#isOf(row, esmeHi, esmeLo)) row = table.next(row, hubHi, hubLo)
    return row
  }

  #isOf(row: number, esmeHi: number, esmeLo: number): boolean {
    const { words } = this.#table
    const esme = this.#table.payloadOf(row) + ESME
    return words[esme + 1] === esmeLo && words[esme] === esmeHi
  }

  /** Deletes the records of an ESME of times from..to, both included. */
  #forget(
    esmeHi: number,
    esmeLo: number,
    hubHi: number,
    hubLo: number,
    from: number,
    to: number,
  ): number {
    const table = this.#table
    const before = table.size
    let row = table.first(hubHi, hubLo)
    while (row !== NOWHERE) {
      const time = this.#times[table.payloadOf(row) >>> 1]!
      if (this.#isOf(row, esmeHi, esmeLo) && time >= from && time <= to) {
        table.remove(row)
        // The rows behind moved up: begin again, for there are few.
        row = table.first(hubHi, hubLo)
      } else row = table.next(row, hubHi, hubLo)
    }
    return before - table.size
  }

  /** Goes on round the table by `rows` rows and drops what is forgotten by `#now`. */
  #sweep(rows: number): void {
    const table = this.#table
    const before = this.#now - this.config.retention
    let row = this.#hand
    while (rows > 0) {
      if (table.uses(row) && this.#times[table.payloadOf(row) >>> 1]! < before) table.remove(row)
      else {
        rows--
        row = row + 1 === table.rows ? 0 : row + 1
      }
    }
    this.#hand = row
  }
}
