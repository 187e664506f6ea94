// The desk on short stories, one for each rule and open point that a stream can show; what it estimates where causes are
// not told; and that asking about several windows at once is the same as asking about each.

import fc from 'fast-check'
import t from 'tap'
import { DEFAULT_TRACKING, SUPPRESSED, type TrackingConfig } from '#core/power/suppression'
import { Desk, type DeskOptions } from '#emulators/dsp-stream/desk'
import type { EventBatch } from '#emulators/dsp-stream/event-batch'
import { EventReader } from '#emulators/dsp-stream/event-reader'
import { GrowingList } from '#emulators/dsp-stream/growing'
import { Synthetic } from '#emulators/dsp-stream/synthetic'
import { Tally } from '#emulators/dsp-stream/tally'

const MINUTE = 60_000
const WINDOWS = [20, 30, 45].map(minutes => minutes * MINUTE)
const REASONS = ['suppressed', 'not listed', 'no activation', 'too early', 'too late']

type Options = Partial<Omit<DeskOptions, 'config'>> & { config?: Partial<TrackingConfig> }

function deskFor({ config, ...options }: Options = {}) {
  const rules = { ...DEFAULT_TRACKING, ...config }
  const tally = new Tally({
    config: rules,
    windows: WINDOWS,
    thresholds: [3, 5].map(minutes => minutes * MINUTE),
    recordedThreshold: 3 * MINUTE,
  })
  const verdicts: string[] = []
  const desk = new Desk({
    longestWindow: Math.max(rules.window, ...WINDOWS),
    recorded: 'processed',
    judgedBy: 'received',
    listAll: false,
    capacity: 100,
    list: new GrowingList(),
    ...options,
    config: rules,
    onVerdict: (_batch, _i, judged, verdict) => {
      tally.add(judged)
      verdicts.push(REASONS[verdict]!)
    },
  })
  return { desk, tally, verdicts }
}

/** Plays rows 'minute event device hub …'; devices and hubs are numbers, '-' is none. */
function play(story: string, options: Options = {}) {
  const { desk, tally, verdicts } = deskFor(options)
  const reader = new EventReader({ skipBad: false, take: batch => desk.process(batch) })
  reader.begin('story')
  const id = (prefix: string, n = '-') => (n === '-' ? '' : prefix + n.padStart(8, '0'))
  const time = (text = '-') =>
    text === '-' || text === 'cancel'
      ? text.replace('-', '')
      : String(Math.round(Number(text) * MINUTE))
  const rows = story
    .trim()
    .split('\n')
    .map(line => {
      const [at, event, device, hub, execution, start, end, cause = ''] = line.trim().split(/ +/)
      return `${time(at)},${event},${id('00db1234', device)},${id('000d6f00', hub)},${time(execution)},${time(start)},${time(end)},${cause}`
    })
  const head = 'time,event,device,hub,executionTime,outageStart,outageEnd,cause'
  reader.feed(new TextEncoder().encode(`${head}\n${rows.join('\n')}\n`))
  reader.end()
  desk.finish()
  return { verdicts, desk, tally }
}

const LISTED = '0 list-add 1\n'

t.test('B1-B5: a listed ESME’s activation suppresses the AD1 of its HAN', async t => {
  const { verdicts, desk } = play(
    `${LISTED}
    0 list-add 2
    5 activation 1 1
    5 activation 2 2 100
    9 ad1 - 1
    9 ad1 - 2
    9 ad1 - 3
    35 ad1 - 1
    35.001 ad1 - 1
    99 ad1 - 2
    103 ad1 - 2`.replaceAll('\n\n', '\n'),
  )
  t.strictSame(verdicts, [
    'suppressed',
    'too early',
    'no activation',
    'suppressed',
    'too late',
    'too early',
    'suppressed',
  ])
  t.match(desk, { activations: 2, tracked: 2, listed: 2 })
})

t.test('B2: an AD1 after the activation of one that is not listed is told so', async t => {
  const story = '5 activation 1 1\n9 ad1 - 1\n36 ad1 - 1'
  t.strictSame(play(story).verdicts, ['not listed', 'no activation'])
  t.strictSame(play(story, { listAll: true }).verdicts, ['suppressed', 'too late'])
})

t.test('a cancellation, a repetition, a failure', async t => {
  t.strictSame(play(`${LISTED}5 activation 1 1 60\n6 activation 1 1 cancel\n64 ad1 - 1`).verdicts, [
    'no activation',
  ])
  t.strictSame(play(`${LISTED}5 activation 1 1\n30 activation 1 1\n50 ad1 - 1`).verdicts, [
    'suppressed',
  ])
  const failing = `${LISTED}5 activation 1 1\n6 failed 1 1\n9 ad1 - 1`
  t.strictSame(play(failing).verdicts, ['suppressed'])
  t.strictSame(play(failing, { config: { clearOnFailure: true } }).verdicts, ['no activation'])
})

t.test('the recorded time of an immediate activation is as chosen', async t => {
  const story = `${LISTED}50 activation 1 1\n55 succeeded 1 1\n81 ad1 - 1`
  t.strictSame(play(story).verdicts, ['too late'])
  t.strictSame(play(story, { recorded: 'answered' }).verdicts, ['suppressed'])
  const early = `${LISTED}50 activation 1 1\n53 ad1 - 1\n54 succeeded 1 1`
  t.strictSame(play(early, { recorded: 'answered' }).verdicts, ['no activation'])
  const later = `${LISTED}5 activation 1 1 50\n60 succeeded 1 1 50\n81 ad1 - 1`
  t.strictSame(
    play(later, { recorded: 'answered' }).verdicts,
    ['too late'],
    'a future-dated one is not moved',
  )
})

t.test('the recorded time may be that of the request', async t => {
  const { desk, verdicts } = deskFor({ recorded: 'requested' })
  const reader = new EventReader({ skipBad: false, take: batch => desk.process(batch) })
  reader.begin('story')
  const rows = [
    'time,event,device,hub,requestTime',
    '0,list-add,00db123400000001,,',
    `${10 * MINUTE},activation,00db123400000001,000d6f0000000001,${5 * MINUTE}`,
    `${34 * MINUTE},ad1,,000d6f0000000001,`,
    `${36 * MINUTE},ad1,,000d6f0000000001,`,
  ]
  reader.feed(new TextEncoder().encode(rows.join('\n')))
  reader.end()
  t.strictSame(verdicts, ['suppressed', 'too late'])
})

t.test('an AD1 is judged by when it came or by when the outage began', async t => {
  const story = `${LISTED}5 activation 1 1\n40 ad1 - 1 - 6 39\n41 ad1 - 1`
  t.strictSame(play(story).verdicts, ['too late', 'too late'])
  t.strictSame(play(story, { judgedBy: 'outage-start' }).verdicts, ['suppressed', 'too late'])
})

t.test('a list that is replaced keeps the records of who stays', async t => {
  const story = (next: string) =>
    `${LISTED}0 list-add 2\n5 activation 1 1\n5 activation 2 2\n6 list-replace\n${next}9 ad1 - 1\n9 ad1 - 2`
  t.strictSame(play(story('6 list-add 1\n6 list-add 3\n')).verdicts, [
    'suppressed',
    'no activation',
  ])
  t.strictSame(play(story('')).verdicts, ['no activation', 'no activation'])
  const removed = `${LISTED}5 activation 1 1\n6 list-remove 1\n9 ad1 - 1`
  t.strictSame(play(removed).verdicts, ['no activation'])
  t.strictSame(play(removed, { config: { keepUnlisted: true } }).verdicts, ['suppressed'])
  const returned = `${LISTED}5 activation 1 1\n6 list-remove 1\n7 failed 2 2\n8 list-add 1\n9 ad1 - 1`
  t.strictSame(play(returned).verdicts, ['no activation'], 'a record does not come back')
})

t.test('an ESME is found by the hub that it joined, and its record goes with it', async t => {
  t.strictSame(play(`${LISTED}0 join 1 7\n5 activation 1\n9 ad1 - 7`).verdicts, ['suppressed'])
  const swapped = `${LISTED}0 join 1 7\n5 activation 1\n6 join 1 8\n9 ad1 - 7\n9 ad1 - 8`
  t.strictSame(play(swapped).verdicts, ['no activation', 'suppressed'])
  const { desk, verdicts } = play(`${LISTED}5 activation 1\n9 ad1 - 7`)
  t.equal(desk.homeless, 1)
  t.strictSame(verdicts, ['no activation'])
  const many = Array.from({ length: 3_000 }, (_, i) => `0 join ${i + 1} ${i + 1}`).join('\n')
  t.strictSame(play(`${many}\n${LISTED}5 activation 1\n9 ad1 - 1`).verdicts, ['suppressed'])
})

t.test(
  'a genuine outage inside the window is counted as hidden where its cause is told',
  async t => {
    const { tally } = play(
      `${LISTED}
    5 activation 1 1
    9 ad1 - 1 - - - activation
    26 ad1 - 1 - - - genuine
    45 ad1 - 1 - - - activation
    60 ad1 - 2 - - - genuine`.replaceAll('\n\n', '\n'),
    )
    const { main, windows } = tally
    t.match(main, {
      falseThrough: 1,
      genuineHidden: 1,
      probablyFalse: 0,
      probablyHidden: 0,
      alerts: 4,
    })
    t.strictSame(
      windows.map(each => [each.falseThrough, each.genuineHidden]),
      [
        [1, 0],
        [1, 1],
        [0, 1],
      ],
    )
  },
)

t.test('where causes are not told both errors are estimated and kept apart', async t => {
  const { tally } = play(
    `${LISTED}
    5 activation 1 1
    6 activation 2 2
    9 ad1 - 1
    10 ad1 - 2
    26 ad1 - 1
    50 ad1 - 1
    300 ad1 - 1
    300 ad1 - 9`.replaceAll('\n\n', '\n'),
  )
  t.match(tally.main, { falseThrough: 0, genuineHidden: 0, probablyFalse: 2, probablyHidden: 1 })
})

t.test('under another threshold short outages raise nothing and long ones later', async t => {
  const { tally } = play(
    `${LISTED}
    5 activation 1 1
    8 ad1 - 1 - 5 9 genuine
    34 ad1 - 1 - 31 60 genuine
    34.5 ad1 - 1 - 20 34 genuine
    34.6 ad1 - 1 - 31.6 34.6 activation
    34.7 ad1 - 1`.replaceAll('\n\n', '\n'),
  )
  const [three, five] = tally.thresholds
  t.equal(three!.count.alerts, 4, 'that of exactly three minutes raises nothing')
  t.equal(tally.atThreshold, 1)
  t.equal(three!.count.of(SUPPRESSED), 4)
  t.equal(five!.count.alerts, 3)
  t.equal(five!.count.of(SUPPRESSED), 1, 'one that came when the supply was back comes no later')
  t.equal(tally.withOutage, 4)
})

t.test('a row without a hub has the one that rows before told', async t => {
  const known = `0 list-add 1
    1 activation 1 1
    100 activation 1 -
    104 ad1 - 1
  `
  const { verdicts, desk } = play(known)
  t.strictSame(verdicts, ['suppressed'])
  t.equal(desk.homeless, 0)
  const cancelled = play(`0 list-add 1
    1 activation 1 1
    2 activation 1 1 100
    50 activation 1 - cancel
    104 ad1 - 1
  `)
  t.strictSame(cancelled.verdicts, ['no activation'], 'a cancellation, too')
  const moved = play(`0 list-add 1
    1 activation 1 1
    2 join 1 2
    5 ad1 - 2
  `)
  t.strictSame(moved.verdicts, ['suppressed'], 'its record goes along')
})

t.test('who is taken off the list loses its record, even when it is listed again', async t => {
  const story = `0 list-add 1
    1 activation 1 1
    2 list-remove 1
    2 list-add 1
    5 ad1 - 1
  `
  t.strictSame(play(story).verdicts, ['no activation'])
  t.strictSame(play(story, { config: { keepUnlisted: true } }).verdicts, ['suppressed'])
})

t.test('a tracker without room is an error with a code', async t => {
  const story = Array.from({ length: 9 }, (_, i) => `0 list-add ${i}1\n1 activation ${i}1 ${i}1`)
  const rows = story.flatMap(each => each.split('\n')).sort()
  t.throws(() => play(rows.join('\n'), { capacity: 4 }), { code: 'HANRIG_TRACKER_FULL' })
  const unlisted = rows.filter(row => row.includes('activation')).join('\n')
  t.equal(play(unlisted, { capacity: 4 }).desk.notFollowed, 5, 'what only explains is counted')
})

t.test('several windows in one pass are the same as a pass for each', async () => {
  const config = fc.record({
    endIncluded: fc.boolean(),
    early: fc.constantFrom(0, 5 * MINUTE),
    lastWins: fc.boolean(),
    clearOnSuppressed: fc.boolean(),
    clearOnFailure: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.integer(), config, (seed, rules) => {
      const desks = [deskFor({ config: rules, capacity: 2_000 })]
      for (const window of WINDOWS) {
        desks.push(
          deskFor({ config: { ...rules, window }, capacity: 2_000, longestWindow: window }),
        )
      }
      const play = (batch: EventBatch) => {
        for (const { desk } of desks) desk.process(batch)
      }
      for (const _ of new Synthetic({ devices: 60, days: 4, seed }, play).run());
      const [all, ...each] = desks
      return WINDOWS.every((_, i) => {
        const [one, alone] = [all!.tally.windows[i]!, each[i]!.tally.main]
        return (
          one.alerts > 0 &&
          one.of(SUPPRESSED) === alone.of(SUPPRESSED) &&
          one.falseThrough === alone.falseThrough &&
          one.genuineHidden === alone.genuineHidden
        )
      })
    }),
    { numRuns: 25 },
  )
})
