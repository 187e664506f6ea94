// What a DSP sees of activations and AD1s, as rows of typed arrays: recorded by somebody, or made up (synthetic.ts).
// A few hundred at a time, so that a stream of any length takes the same memory and rows can be fetched ahead.

/** What happened. docs/SPEC.md has the fields of each. */
export const EVENT_NAMES = [
  'activation',
  'succeeded',
  'failed',
  'ad1',
  'join',
  'list-add',
  'list-remove',
  'list-replace',
] as const

export const ACTIVATION = 0
export const SUCCEEDED = 1
export const FAILED = 2
export const AD1 = 3
export const JOIN = 4
export const LIST_ADD = 5
export const LIST_REMOVE = 6
export const LIST_REPLACE = 7

/** Why the supply was away, where somebody knows; by cause. */
export const CAUSE_NAMES = ['', 'activation', 'genuine'] as const
export const UNKNOWN_CAUSE = 0
export const BY_ACTIVATION = 1
export const GENUINE = 2
export const CAUSES = CAUSE_NAMES.length

/** Rows of a batch. */
export const BATCH = 256

/** Devices are EUI-64s as halves (core/eui64/eui64.ts), zero when not given; times are Unix ms, NaN when not given. */
export class EventBatch {
  /** Rows that count, 0..256. */
  length = 0
  /**
   * What happened, by its place in EVENT_NAMES: activation, succeeded, failed, ad1, join, list-add, list-remove, list-
   * replace.
   */
  readonly kind = new Uint8Array(BATCH)
  /** Why the supply was away: 0 unknown, 1 an activation, 2 genuine. */
  readonly cause = new Uint8Array(BATCH)
  /** EUI-64 of the device: high and low half in turns. */
  readonly device = new Int32Array(2 * BATCH)
  /** EUI-64 of the hub: high and low half in turns. */
  readonly hub = new Int32Array(2 * BATCH)
  /** When the DSP saw it, Unix ms. */
  readonly time = new Float64Array(BATCH)
  /** When the activation was asked for, Unix ms. */
  readonly requestTime = new Float64Array(BATCH)
  /** When the activation is to take place, Unix ms: NaN for an immediate one, CANCEL_TIME for a cancellation. */
  readonly executionTime = new Float64Array(BATCH)
  /** When the supply went, Unix ms. */
  readonly outageStart = new Float64Array(BATCH)
  /** When the supply was back, Unix ms. */
  readonly outageEnd = new Float64Array(BATCH)

  /** True when no row is left. */
  get isFull(): boolean {
    return this.length === BATCH
  }

  /** Empties the next row and returns its number; it counts once length is raised. */
  begin(): number {
    const i = this.length
    this.kind[i] = 0
    this.cause[i] = UNKNOWN_CAUSE
    this.device[2 * i] = 0
    this.device[2 * i + 1] = 0
    this.hub[2 * i] = 0
    this.hub[2 * i + 1] = 0
    this.time[i] = Number.NaN
    this.requestTime[i] = Number.NaN
    this.executionTime[i] = Number.NaN
    this.outageStart[i] = Number.NaN
    this.outageEnd[i] = Number.NaN
    return i
  }
}
