// Three ways to play an estate must be one: the wheel and the plainest possible model to the millisecond, the wheel and the
// exact totals by a Kolmogorov-Smirnov test, on fixed seeds.

import fc from 'fast-check'
import t from 'tap'
import { Stream } from '#emulators/campaign/draws'
import { EventEngine, Roster } from '#emulators/campaign/events'
import { ExactTotals } from '#emulators/campaign/totals'
import { OVERDUE, Rules, type TransferConfig, Transfers } from '#emulators/campaign/transfer'
import { kolmogorovSmirnov, mean } from '../../helpers/statistics.ts'
import { playStupidly } from '../../helpers/stupid-estate.ts'

const USUAL: TransferConfig = {
  loss: 0.02,
  roundTrip: 40,
  jitter: 64,
  backoff: 1_000,
  longestBackoff: 8_000,
  maxTries: 20,
  rest: 900_000,
  lifetime: 7 * 86_400_000,
  airTime: 20,
}

function playEvents(
  config: TransferConfig,
  seed: number,
  roster: Roster,
  playing?: number,
  largestGroup = 1,
): Transfers {
  const stream = new Stream(seed, 'estate.transfer')
  const out = new Transfers(roster.count)
  new EventEngine(new Rules(config), stream, largestGroup, playing).play(roster, out)
  return out
}

function alone(count: number, blocks: number): Roster {
  const roster = new Roster(count)
  for (let device = 0; device < count; device++) roster.add(device, blocks, 0, 1)
  return roster
}

function playTotals(config: TransferConfig, seed: number, count: number, blocks: number) {
  const engine = new ExactTotals(new Rules(config), new Stream(seed, 'estate.transfer'))
  const out = new Transfers(count)
  for (let device = 0; device < count; device++) engine.play(device, blocks, out, device)
  return out
}

const rows = ({ retries, stops, duration }: Transfers) =>
  [...duration].map((each, i) => ({ retries: retries[i]!, stops: stops[i]!, duration: each }))

/** Configs that meet every path: rests, levels at their longest, transfers that are overdue. */
const someConfig: fc.Arbitrary<TransferConfig> = fc.record({
  loss: fc.constantFrom(0, 0.02, 0.3, 0.6),
  roundTrip: fc.integer({ min: 1, max: 200 }),
  jitter: fc.constantFrom(1, 8, 64),
  backoff: fc.integer({ min: 1, max: 500 }),
  longestBackoff: fc.integer({ min: 500, max: 3_000 }),
  maxTries: fc.integer({ min: 1, max: 30 }),
  rest: fc.integer({ min: 1, max: 20_000 }),
  lifetime: fc.constantFrom(2_000, 10_000, 86_400_000),
  airTime: fc.integer({ min: 1, max: 60 }),
})

t.test('a device alone fares on the wheel as in the plainest model', async () => {
  fc.assert(
    fc.property(someConfig, fc.integer(), fc.integer({ min: 1, max: 40 }), (config, seed, n) => {
      const played = rows(playEvents(config, seed, alone(3, n), 2))
      return played.every((row, i) => {
        const { retries, stops, duration } = playStupidly(config, seed, i, n, [0])[0]!
        return row.retries === retries && row.stops === stops && row.duration === duration
      })
    }),
    { numRuns: 300, seed: 1 },
  )
})

t.test('devices behind one bearer fare as in the plainest model', async t => {
  const config = { ...USUAL, loss: 0.1 }
  for (const starts of [[0, 0, 0], [0, 7, 7, 300], Array.from({ length: 12 }, (_, i) => i * 500)]) {
    const roster = new Roster(2 * starts.length + 1)
    // Others before and beside it change nothing.
    roster.add(1_000, 90, 0, 1)
    for (const first of [0, 500]) {
      for (const [i, start] of starts.entries()) {
        roster.add(first + i, 60, start, i === 0 ? starts.length : 0)
      }
    }
    const played = rows(playEvents(config, 3, roster, 16, starts.length)).slice(1)
    const expected = [0, 500].flatMap(first => playStupidly(config, 3, first, 60, starts))
    t.match(
      expected,
      played.map(row => row as object),
      `${starts.length} devices`,
    )
  }
})

t.test('shared air takes its time: twelve at once need at least theirs', async t => {
  const roster = new Roster(12)
  for (let i = 0; i < 12; i++) roster.add(i, 200, 0, i === 0 ? 12 : 0)
  const shared = playEvents({ ...USUAL, loss: 0 }, 1, roster, 12, 12)
  const lone = playEvents({ ...USUAL, loss: 0 }, 1, alone(12, 200))
  // 12 · 20 ms between two attempts of a device, unless the others are done.
  t.ok(Math.max(...shared.duration) >= 12 * 200 * 20, `${shared.duration}`)
  t.ok(Math.max(...lone.duration) < 200 * 104)
  t.ok(mean(shared.duration) > 2 * mean(lone.duration))
})

t.test('how many play at a time, and beside whom, decides nothing', async t => {
  const all = rows(playEvents(USUAL, 7, alone(50, 200)))
  for (const playing of [1, 7, 50]) {
    t.strictSame(rows(playEvents(USUAL, 7, alone(50, 200), playing)), all)
  }
  const lone = new Roster(1)
  lone.add(31, 200, 12_345_678, 1)
  t.strictSame(rows(playEvents(USUAL, 7, lone)), [all[31]])
})

for (const [name, config, blocks, count] of [
  ['the usual transfer', USUAL, 2_000, 2_000],
  ['heavy loss', { ...USUAL, loss: 0.4, jitter: 1 }, 300, 2_000],
  ['downloads that rest', { ...USUAL, loss: 0.3, maxTries: 3 }, 300, 2_000],
  ['one try', { ...USUAL, loss: 0.05, maxTries: 1 }, 200, 2_000],
  ['a few blocks', USUAL, 12, 4_000],
] as const) {
  t.test(`exact totals are distributed as the events add up: ${name}`, async t => {
    const [events, totals] = [
      playEvents(config, 11, alone(count, blocks)),
      playTotals(config, 12, count, blocks),
    ]
    for (const what of ['retries', 'stops', 'duration'] as const) {
      const distance = kolmogorovSmirnov(events[what], totals[what])
      t.ok(distance < 1.63, `${what}: KS·√n ${distance.toFixed(2)}`)
    }
  })
}

t.test('the mean of 18,000 blocks is what theory says', async t => {
  const { retries, duration } = playTotals(USUAL, 1, 20_000, 18_000)
  const { loss } = new Rules(USUAL)
  const wanted = (18_000 * loss) / (1 - loss)
  const deviation = Math.sqrt((18_000 * loss) / (1 - loss) ** 2 / 20_000)
  t.ok(Math.abs(mean(retries) - wanted) < 4 * deviation, `${mean(retries)} of ${wanted}`)
  // Σ over levels of p^(k+1) · backoff(k): 1, 2, 4 s, then 8 s.
  const waits = [1_000, 2_000, 4_000].reduce((sum, ms, k) => sum + ms * loss ** (k + 1), 0)
  const perBlock = 40 + 31.5 + waits + (8_000 * loss ** 4) / (1 - loss)
  t.ok(Math.abs(mean(duration) / (18_000 * perBlock) - 1) < 5e-4, `${mean(duration)}`)
})

t.test('what is not over within the lifetime is overdue, in both', async t => {
  const short = { ...USUAL, lifetime: 1_000 }
  t.ok(playTotals(short, 1, 20, 100).duration.every(each => each === OVERDUE))
  t.ok(playEvents(short, 1, alone(20, 100)).duration.every(each => each === OVERDUE))
  const steady = { ...USUAL, loss: 0, jitter: 1, roundTrip: 40 }
  for (const [lifetime, duration] of [
    [4_000, 4_000],
    [3_999, OVERDUE],
  ] as const) {
    const limited = { ...steady, lifetime }
    t.equal(playTotals(limited, 1, 1, 100).duration[0], duration, `totals within ${lifetime} ms`)
    t.equal(playEvents(limited, 1, alone(1, 100)).duration[0], duration, 'and events')
  }
})

t.test('rules out of range are refused', async t => {
  for (const wrong of [
    { loss: 0.95 },
    { loss: -0.1 },
    { jitter: 3 },
    { jitter: 8_192 },
    { maxTries: 0 },
    { maxTries: 31 },
    { lifetime: 13 * 86_400_000 },
    { lifetime: -1 },
  ]) {
    t.throws(() => new Rules({ ...USUAL, ...wrong }), RangeError)
  }
})
