// MP102B's rules by their numbers (B1 to B9 of the Modification Report, as SPEC lists them), each open point as an
// option with its default, and the tracker's table against arrays.

import fc from 'fast-check'
import t from 'tap'
import {
  ActivationTracker,
  RECORDED,
  TRACKER_FULL,
  trackerWords,
  UNTRACKED,
} from '#core/power/activation-tracker'
import { GuidList, listWords } from '#core/power/guid-list'
import {
  DEFAULT_TRACKING,
  FORWARD_NO_ACTIVATION,
  FORWARD_TOO_EARLY,
  FORWARD_TOO_LATE,
  judgeDelay,
  SUPPRESSED,
  type TrackingConfig,
} from '#core/power/suppression'
import { Loader, Saver } from '#emulators/storage/archive'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const T = Date.UTC(2026, 0, 5, 9)

/** A tracker of listed ESMEs 1 to 9, each on the hub of its number, unless it is told otherwise. */
function dsp(config: Partial<TrackingConfig> = {}, capacity = 32) {
  const list = new GuidList(16)
  for (let esme = 1; esme <= 9; esme++) list.add(1, esme)
  const tracker = new ActivationTracker(list, capacity, { ...DEFAULT_TRACKING, ...config })
  return {
    list,
    tracker,
    activate: (esme: number, at: number, now = at, hub = esme) =>
      tracker.activation(1, esme, 2, hub, at, now),
    cancel: (esme: number, now: number, hub = esme) => tracker.cancel(1, esme, 2, hub, now),
    fail: (esme: number, now: number, hub = esme) => tracker.failed(1, esme, 2, hub, now),
    judge: (hub: number, at: number) => tracker.judge(2, hub, at),
  }
}

t.test('B1, B5: the AD1 of the hub on the HAN of an activated ESME is suppressed', async t => {
  const { tracker, activate, judge } = dsp()
  t.equal(activate(1, T), RECORDED)
  t.equal(judge(1, T + 3 * MINUTE + 1), SUPPRESSED)
  t.equal(tracker.after, 3 * MINUTE + 1)
})

t.test('B5: a hub on another HAN is not concerned', async t => {
  const { tracker, activate, judge } = dsp()
  activate(1, T)
  t.equal(judge(2, T + 4 * MINUTE), FORWARD_NO_ACTIVATION)
  t.ok(Number.isNaN(tracker.after))
})

t.test('B2: an ESME that is not on the list is not tracked', async t => {
  const { tracker, judge } = dsp()
  t.equal(tracker.activation(1, 77, 2, 1, T, T), UNTRACKED)
  t.equal(judge(1, T + 4 * MINUTE), FORWARD_NO_ACTIVATION)
  t.equal(tracker.size, 0, 'and takes no memory: B8')
  t.equal(tracker.activation(1, 1, 0, 0, T, T), UNTRACKED, 'nor is one on no HAN')
})

t.test('B3: an immediate activation is recorded when it is seen', async t => {
  const { activate, judge } = dsp()
  activate(1, T)
  t.equal(judge(1, T), SUPPRESSED)
  t.equal(judge(1, T - 1), FORWARD_TOO_EARLY)
})

t.test('B4: a future-dated one is recorded at its ExecutionDateTime', async t => {
  const { activate, judge } = dsp()
  activate(1, T + 10 * HOUR, T)
  t.equal(judge(1, T + 4 * MINUTE), FORWARD_TOO_EARLY)
  t.equal(judge(1, T + 10 * HOUR - 1), FORWARD_TOO_EARLY)
  t.equal(judge(1, T + 10 * HOUR), SUPPRESSED)
  t.equal(judge(1, T + 10 * HOUR + 30 * MINUTE), SUPPRESSED)
  t.equal(judge(1, T + 10 * HOUR + 30 * MINUTE + 1), FORWARD_TOO_LATE)
})

t.test('B5: exactly thirty minutes are within; not so by option', async t => {
  for (const [endIncluded, atEnd] of [
    [true, SUPPRESSED],
    [false, FORWARD_TOO_LATE],
  ] as const) {
    const { activate, judge } = dsp({ endIncluded })
    activate(1, T)
    t.equal(judge(1, T + 30 * MINUTE - 1), SUPPRESSED)
    t.equal(judge(1, T + 30 * MINUTE), atEnd)
    t.equal(judge(1, T + 30 * MINUTE + 1), FORWARD_TOO_LATE)
  }
  t.equal(DEFAULT_TRACKING.endIncluded, true)
})

t.test('B6: an outage of 12 to 15 minutes raises its AD1 well within the window', async t => {
  const { activate, judge } = dsp()
  activate(1, T)
  // The hub may speak at three minutes, or only when it is back.
  for (const minutes of [3, 12, 15]) t.equal(judge(1, T + minutes * MINUTE + 1), SUPPRESSED)
})

t.test('B7: outliers and clocks a few minutes slow are covered, fast ones are not', async t => {
  const { activate, judge } = dsp()
  const execution = T + HOUR
  activate(1, execution, T)
  const ad1 = (skew: number, outage = 3 * MINUTE + 1) => judge(1, execution - skew + outage)
  t.equal(ad1(-5 * MINUTE), SUPPRESSED, 'five minutes slow')
  t.equal(ad1(-5 * MINUTE, 24 * MINUTE), SUPPRESSED, 'and an outlier on top')
  t.equal(ad1(-27 * MINUTE), FORWARD_TOO_LATE, 'half an hour slow')
  t.equal(ad1(3 * MINUTE), SUPPRESSED, 'three minutes fast: the AD1 takes as long')
  t.equal(ad1(5 * MINUTE), FORWARD_TOO_EARLY, 'five minutes fast: before the recorded time')

  const tolerant = dsp({ early: 5 * MINUTE })
  tolerant.activate(1, execution, T)
  t.equal(tolerant.judge(1, execution - 5 * MINUTE), SUPPRESSED)
  t.equal(tolerant.judge(1, execution - 5 * MINUTE - 1), FORWARD_TOO_EARLY)
  t.equal(DEFAULT_TRACKING.early, 0)
})

t.test('B8: ten million listed devices and a month of activations are 13 octets each', async t => {
  const octets = 4 * (listWords(10_000_000) + trackerWords(30 * 12_000))
  t.ok(octets / 10_000_000 <= 13, `${octets / 10_000_000}`)
})

t.test('a genuine outage inside the window is hidden: the risk of the rule', async t => {
  const { activate, judge } = dsp()
  activate(1, T)
  t.equal(judge(1, T + 4 * MINUTE), SUPPRESSED, 'the activation’s')
  t.equal(judge(1, T + 25 * MINUTE), SUPPRESSED, 'a genuine one, and nobody hears of it')

  const once = dsp({ clearOnSuppressed: true })
  once.activate(1, T)
  t.equal(once.judge(1, T + 4 * MINUTE), SUPPRESSED)
  t.equal(once.judge(1, T + 25 * MINUTE), FORWARD_NO_ACTIVATION, 'by option only one is hidden')
  t.equal(DEFAULT_TRACKING.clearOnSuppressed, false)
})

t.test('a cancelled activation leaves no window', async t => {
  const { tracker, activate, cancel, judge } = dsp()
  activate(1, T + HOUR, T)
  t.equal(cancel(1, T + 1), 1)
  t.equal(cancel(1, T + 2), 0)
  t.equal(judge(1, T + HOUR + 4 * MINUTE), FORWARD_NO_ACTIVATION)
  t.equal(tracker.size, 0)
  activate(1, T + HOUR)
  t.equal(judge(1, T + HOUR + 4 * MINUTE), SUPPRESSED, 'and can be commanded again')
})

t.test('a cancellation after its time deletes the record too; not so by option', async t => {
  const both = [dsp(), dsp({ cancelStarted: false })]
  for (const { activate, cancel } of both) {
    activate(1, T)
    cancel(1, T + MINUTE)
  }
  t.equal(both[0]!.judge(1, T + 4 * MINUTE), FORWARD_NO_ACTIVATION)
  t.equal(both[1]!.judge(1, T + 4 * MINUTE), SUPPRESSED)
  both[1]!.activate(1, T + HOUR, T + 5 * MINUTE)
  both[1]!.cancel(1, T + 6 * MINUTE)
  t.equal(both[1]!.tracker.size, 0, 'what is still to come is deleted')
})

t.test('overlapping activations: the last wins; by option any of them explains', async t => {
  const both = [dsp(), dsp({ lastWins: false })]
  for (const { activate } of both) {
    activate(1, T)
    activate(1, T + HOUR, T + 2 * MINUTE)
  }
  t.equal(both[0]!.judge(1, T + 4 * MINUTE), FORWARD_TOO_EARLY)
  t.equal(both[0]!.tracker.size, 1)
  t.equal(both[1]!.judge(1, T + 4 * MINUTE), SUPPRESSED)
  t.equal(both[1]!.tracker.size, 2)
  for (const { judge } of both) t.equal(judge(1, T + HOUR + 4 * MINUTE), SUPPRESSED)
  t.equal(both[1]!.cancel(1, T + 5 * MINUTE), 2, 'a cancellation deletes all of them')
})

t.test('a repeated activation begins the window anew', async t => {
  const { activate, judge } = dsp()
  activate(1, T)
  activate(1, T + 20 * MINUTE)
  t.equal(judge(1, T + 45 * MINUTE), SUPPRESSED)
  t.equal(judge(1, T + 51 * MINUTE), FORWARD_TOO_LATE)
})

t.test('a failed activation keeps its record; by option it loses it', async t => {
  const both = [dsp(), dsp({ clearOnFailure: true })]
  for (const { activate, fail } of both) {
    activate(1, T)
    fail(1, T + 2 * MINUTE)
  }
  t.equal(both[0]!.judge(1, T + 4 * MINUTE), SUPPRESSED)
  t.equal(both[1]!.judge(1, T + 4 * MINUTE), FORWARD_NO_ACTIVATION)
  both[1]!.activate(1, T + HOUR, T + 5 * MINUTE)
  t.equal(both[1]!.fail(1, T + 6 * MINUTE), 0, 'one still to come has not failed')
})

t.test('of several ESMEs on a HAN one that explains the outage is enough', async t => {
  for (const order of [
    [1, 2, 3],
    [3, 2, 1],
    [2, 3, 1],
  ]) {
    const { tracker, activate, judge } = dsp()
    const at = [0, T - 2 * HOUR, T, T + 2 * HOUR]
    for (const esme of order) activate(esme, at[esme]!, T - 3 * HOUR, 7)
    t.equal(judge(7, T + 4 * MINUTE), SUPPRESSED)
    t.equal(tracker.after, 4 * MINUTE, 'the last one reached is the one told')
    t.equal(judge(7, T + HOUR), FORWARD_TOO_LATE)
    t.equal(tracker.after, HOUR)
    t.equal(judge(7, T - 2 * HOUR - MINUTE), FORWARD_TOO_EARLY)
    t.equal(tracker.after, -MINUTE, 'else the next to come')
    t.equal(tracker.cancel(1, 2, 2, 7, T + HOUR), 1, 'cancelled alone')
    t.equal(judge(7, T + 4 * MINUTE), FORWARD_TOO_LATE)
  }
})

t.test('a list that is replaced keeps the records of who stays and drops the others’', async t => {
  const next = new GuidList(4)
  next.add(1, 2)
  const both = [dsp(), dsp({ keepUnlisted: true })]
  for (const { tracker, activate } of both) {
    for (let esme = 1; esme <= 9; esme++) activate(esme, T)
    tracker.relist(next)
    t.equal(activate(3, T + MINUTE), UNTRACKED)
  }
  const [gone, kept] = both as [(typeof both)[0], (typeof both)[0]]
  t.equal(gone.tracker.size, 1)
  t.equal(gone.judge(1, T + 4 * MINUTE), FORWARD_NO_ACTIVATION)
  t.equal(gone.judge(2, T + 4 * MINUTE), SUPPRESSED)
  t.equal(kept.tracker.size, 9)
  t.equal(kept.judge(1, T + 4 * MINUTE), SUPPRESSED, 'by option they run to their end')
})

t.test(
  'a list that is replaced by its like costs no record, wherever in the table it is',
  async t => {
    for (let hub = 1; hub <= 50; hub++) {
      const { list, tracker, activate, judge } = dsp({}, 1)
      activate(1, T, T, hub)
      tracker.relist(list)
      t.equal(tracker.size, 1)
      t.equal(judge(hub, T + 4 * MINUTE), SUPPRESSED, `hub ${hub}`)
    }
  },
)

t.test('the records of an ESME go with it to another hub', async t => {
  const { tracker, activate, judge } = dsp({ lastWins: false })
  activate(1, T)
  activate(1, T + HOUR, T)
  t.equal(tracker.move(1, 1, 2, 1, 2, 1), 0, 'the same hub')
  t.equal(tracker.move(1, 1, 2, 1, 2, 8), 2)
  t.equal(judge(1, T + 4 * MINUTE), FORWARD_NO_ACTIVATION)
  t.equal(judge(8, T + 4 * MINUTE), SUPPRESSED)
})

t.test('memory is bounded: what is over is forgotten, and a full table is a code', async t => {
  const { tracker, activate, judge } = dsp({ retention: HOUR }, 4)
  for (let esme = 1; esme <= 4; esme++) t.equal(activate(esme, T + esme), RECORDED)
  t.equal(activate(5, T + HOUR), TRACKER_FULL)
  t.equal(activate(4, T + 9), RECORDED, 'one that is there is replaced')
  t.equal(judge(1, T + HOUR + 1), FORWARD_TOO_LATE)
  t.equal(judge(1, T + HOUR + 2), FORWARD_NO_ACTIVATION, 'forgotten')
  t.equal(activate(5, T + HOUR + 3), RECORDED)
  t.ok(tracker.size < 4)
  t.equal(tracker.octets, trackerWords(4) * 4)
})

t.test('a million activations pass through a table for a thousand', async t => {
  const list = new GuidList(1_000)
  for (let i = 1; i <= 1_000; i++) list.add(3, i)
  const tracker = new ActivationTracker(list, 1_000, { ...DEFAULT_TRACKING, lastWins: false })
  let refused = 0
  for (let i = 0; i < 1_000_000; i++) {
    const now = T + i * 100_000
    const esme = 1 + (i % 1_000)
    if (tracker.activation(3, esme, 4, esme, now, now) !== RECORDED) refused++
  }
  t.equal(refused, 0)
})

t.test('what is forgotten is swept out long before the table is full', async t => {
  const list = new GuidList(1_000)
  for (let i = 1; i <= 1_000; i++) list.add(3, i)
  const config = { ...DEFAULT_TRACKING, lastWins: false, retention: HOUR }
  const tracker = new ActivationTracker(list, 1_000, config)
  let most = 0
  for (let i = 0; i < 20_000; i++) {
    // A hundred of them are not forgotten at a time.
    const now = T + i * (HOUR / 100)
    const esme = 1 + (i % 1_000)
    tracker.activation(3, esme, 4, esme, now, now)
    most = Math.max(most, tracker.size)
  }
  t.ok(most < 500, `${most} records`)
})

t.test('saved and loaded it judges the same', async t => {
  const { tracker, activate } = dsp()
  for (let esme = 1; esme <= 9; esme++) activate(esme, T + esme * 10 * MINUTE, T)
  const saver = new Saver()
  tracker.archive(saver)
  const other = dsp()
  const loader = new Loader(saver.octets)
  other.tracker.archive(loader)
  t.ok(loader.ended)
  t.equal(other.tracker.size, 9)
  for (let hub = 1; hub <= 9; hub++) {
    t.equal(other.judge(hub, T + HOUR), tracker.judge(2, hub, T + HOUR), `hub ${hub}`)
  }
})

// ---- against a model ----

interface ModelRecord {
  readonly esme: number
  hub: number
  readonly at: number
}

/** What the tracker is to do, with arrays. */
class Model {
  records: ModelRecord[] = []
  readonly config: TrackingConfig
  constructor(config: TrackingConfig) {
    this.config = config
  }
  /** Records of an ESME on a hub. */
  of(esme: number, hub: number): ModelRecord[] {
    return this.records.filter(record => record.esme === esme && record.hub === hub)
  }
  drop(gone: readonly ModelRecord[]): number {
    this.records = this.records.filter(record => !gone.includes(record))
    return gone.length
  }
  judge(hub: number, now: number): { verdict: number; after: number } {
    const { retention, early, clearOnSuppressed } = this.config
    const here = this.records.filter(({ hub: its, at }) => its === hub && now - at <= retention)
    const reached = here.filter(({ at }) => now - at >= -early)
    const [best] =
      reached.length > 0
        ? reached.toSorted((a, b) => b.at - a.at)
        : here.toSorted((a, b) => a.at - b.at)
    if (!best) return { verdict: FORWARD_NO_ACTIVATION, after: Number.NaN }
    const after = now - best.at
    const verdict = judgeDelay(after, this.config)
    if (verdict === SUPPRESSED && clearOnSuppressed) this.drop([best])
    return { verdict, after }
  }
}

t.test('whatever happens, the table does what arrays do', async () => {
  const device = fc.integer({ min: 1, max: 6 })
  const call = fc.constantFrom(
    'activate',
    'activate',
    'judge',
    'judge',
    'cancel',
    'fail',
    'move',
    'relist',
  )
  const step = fc.record({
    call,
    esme: device,
    hub: fc.integer({ min: 1, max: 3 }),
    pause: fc.oneof(fc.nat(3), fc.nat(2 * HOUR)),
    ahead: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(HOUR)),
    mask: fc.nat(127),
  })
  const flags = fc.record({
    lastWins: fc.boolean(),
    endIncluded: fc.boolean(),
    clearOnSuppressed: fc.boolean(),
    clearOnFailure: fc.boolean(),
    cancelStarted: fc.boolean(),
    keepUnlisted: fc.boolean(),
    early: fc.constantFrom(0, 5 * MINUTE),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), flags, (steps, chosen) => {
      const config = { ...DEFAULT_TRACKING, ...chosen, retention: 3 * HOUR }
      let listed = new Set([1, 2, 3, 4, 5, 6])
      const listOf = (names: ReadonlySet<number>): GuidList => {
        const list = new GuidList(6)
        for (const esme of names) list.add(esme << 28, 5)
        return list
      }
      // Same low halves, and hubs that differ in their highest bits only.
      const tracker = new ActivationTracker(listOf(listed), 100, config)
      const id = (n: number): [number, number] => [n << 28, 5]
      const model = new Model(config)
      let now = T
      for (const { call, esme, hub, pause, ahead, mask } of steps) {
        // Never two records of one time: which of them an alert uses up is nobody's business.
        now += pause + 1
        if (call === 'activate') {
          const said = tracker.activation(...id(esme), ...id(hub), now + ahead, now)
          if (said !== (listed.has(esme) ? RECORDED : UNTRACKED)) return false
          if (said === UNTRACKED) continue
          if (config.lastWins) model.drop(model.of(esme, hub))
          if (model.records.some(({ at }) => at === now + ahead)) return true
          model.records.push({ esme, hub, at: now + ahead })
        } else if (call === 'judge') {
          const { verdict, after } = model.judge(hub, now)
          if (tracker.judge(...id(hub), now) !== verdict) return false
          if (!Object.is(tracker.after, after)) return false
        } else if (call === 'cancel') {
          // A forgotten record may be gone already: only what still counts is compared.
          const gone = model.of(esme, hub).filter(({ at }) => config.cancelStarted || at >= now)
          model.drop(gone)
          tracker.cancel(...id(esme), ...id(hub), now)
        } else if (call === 'fail') {
          if (config.clearOnFailure) model.drop(model.of(esme, hub).filter(({ at }) => at <= now))
          tracker.failed(...id(esme), ...id(hub), now)
        } else if (call === 'move') {
          const to = 1 + (mask % 3)
          if (config.lastWins && hub !== to) model.drop(model.of(esme, to))
          if (config.lastWins && hub !== to) tracker.cancel(...id(esme), ...id(to), -Infinity)
          for (const record of model.of(esme, hub)) record.hub = to
          tracker.move(...id(esme), ...id(hub), ...id(to))
        } else {
          listed = new Set([1, 2, 3, 4, 5, 6].filter(each => mask & (1 << each)))
          tracker.relist(listOf(listed))
          if (!config.keepUnlisted) model.drop(model.records.filter(r => !listed.has(r.esme)))
        }
      }
      return true
    }),
    { numRuns: 400 },
  )
})
