// A stream of events judged from end to end, as a DSP under MP102B would: one pass, constant memory.

import { AD1_THRESHOLD } from '#core/power/supply-monitor'
import { DEFAULT_TRACKING, type TrackingConfig } from '#core/power/suppression'
import type { JudgedTime, RecordedTime } from '#core/power/time-rules'
import { Desk, type DeskOptions } from './desk.ts'
import { GrowingList } from './growing.ts'
import type { Events, Read } from './sources.ts'
import { Tally } from './tally.ts'

/** How AD1s are judged, and what is asked beside that. */
export interface StreamRules {
  /** MP102B, with its open questions answered. */
  readonly config: TrackingConfig
  /** Which time of an immediate activation is its recorded one. */
  readonly recorded: RecordedTime
  /** By which time an AD1 is judged. */
  readonly judgedBy: JudgedTime
  /** Whether every ESME counts as listed. */
  readonly listAll: boolean
  /** Most activations tracked at a time. */
  readonly capacity: number
  /** What if the window were these, ms. */
  readonly windows: readonly number[]
  /** What if AD1 came after these, ms; none below AD1_THRESHOLD, for shorter outages raised none. */
  readonly thresholds: readonly number[]
}

/** MP102B as docs/SPEC.md reads it, with nothing asked beside it. */
export const USUAL_RULES: StreamRules = {
  config: DEFAULT_TRACKING,
  recorded: 'processed',
  judgedBy: 'received',
  listAll: false,
  capacity: 500_000,
  windows: [],
  thresholds: [],
}

/** What is judged, and by which rules. */
export interface StreamOptions {
  /** Where the events come from: eventsOf or madeUpEvents. */
  readonly events: Events
  /** ESMEs that are listed when the stream begins; its events may change that, and the list with it. By default nobody. */
  readonly list?: GrowingList | undefined
  /** Those that are other than usual. */
  readonly rules?: Partial<StreamRules> | undefined
  /**
   * Gets every verdict as it falls: row `i` of the batch is the AD1, `judged` what is known of it. What it is handed is used
   * again afterwards.
   */
  readonly onVerdict?: DeskOptions['onVerdict'] | undefined
}

/** A stream that was judged to its end. */
export interface JudgedStream extends Read {
  /** @internal What the DSP knows at the end. */
  readonly desk: Desk
  /** What became of the AD1s. */
  readonly tally: Tally
}

/**
 * Judges recorded or made-up activations and AD1s as a DSP under MP102B would, in one pass over any number of events.
 * @throws HanrigError TRACKER_FULL, and what reading the events throws: EVENTS_INVALID, EVENTS_UNORDERED.
 * @example
 * const events = eventsOf([{ name: 'events.csv', chunks: createReadStream('events.csv') }])
 * const { tally } = await judgeStream({ events, rules: { windows: [20 * 60_000] } })
 * console.log(tally.main.falseThrough, tally.main.genuineHidden)
 */
export async function judgeStream(options: StreamOptions): Promise<JudgedStream> {
  const { events, list = new GrowingList(), onVerdict } = options
  const { config, windows, thresholds, ...rest } = { ...USUAL_RULES, ...options.rules }
  const tally = new Tally({ config, windows, thresholds, recordedThreshold: AD1_THRESHOLD })
  const desk = new Desk({
    ...rest,
    config,
    longestWindow: Math.max(config.window, ...windows),
    list,
    onVerdict: (batch, i, judged, verdict) => {
      tally.add(judged)
      onVerdict?.(batch, i, judged, verdict)
    },
  })
  const read = await events(batch => desk.process(batch))
  desk.finish()
  return { ...read, desk, tally }
}
