// A plan that is played: the known answers, what every count must add up to, and that who plays what decides nothing.

import fc from 'fast-check'
import t from 'tap'
import { DEFAULTS } from '#core/campaign/defaults'
import { planCampaign } from '#core/campaign/planner'
import { estate } from '#core/campaign/portfolio'
import { HanrigError } from '#core/errors/errors'
import { ENGINES } from '#emulators/campaign/engines'
import { simulationOf, tasksOf } from '#emulators/campaign/simulation'
import type { Tally } from '#emulators/campaign/tally'
import { plan } from '../../helpers/portfolio.ts'
import { CALM, playAll, playApart, simulated, USUAL } from '../../helpers/simulated.ts'

const released = ({ tally }: { tally: Tally }) =>
  Array.from({ length: tally.size.days }, (_, day) => tally.onDay(day, 'released')).filter(
    n => n > 0,
  )

t.test('670,000 devices at 12,000 a day take 56 days', async t => {
  const played = simulated(planCampaign(estate(), DEFAULTS), { ...CALM, outagesPerYear: 0 })
  const days = released(played)
  t.equal(days.length, 56)
  t.equal(played.plan.days.length, 56)
  t.ok(days.slice(0, 55).every(n => n === 12_000))
  t.equal(days[55], 10_000)
  t.equal(played.tally.sumOfBatches('updated'), 670_000)
  t.equal(played.tally.total('blocks'), 670_000 * 18_000)
})

t.test('five Suppliers at 500 a day without a schedule take 268 days', async t => {
  const requests = [0, 1, 2, 3, 4].map(supplier => ({
    supplier,
    devices: 134_000,
    contact: 'no' as const,
    perDay: 500,
  }))
  const played = simulated(plan(requests), CALM)
  const days = released(played)
  t.equal(days.length, 268)
  t.ok(days.every(n => n === 2_500))
})

t.test('5 × 3,000 in a day are 12,000 and then 3,000', async t => {
  const requests = [0, 1, 2, 3, 4].map(supplier => ({ supplier, devices: 3_000, perDay: 3_000 }))
  t.strictSame(released(simulated(plan(requests), CALM)), [12_000, 3_000])
})

t.test('18,000 blocks are 900 kB at 50 B', async t => {
  const { batches } = simulationOf(plan([{ octets: 900_000 }]), USUAL, 1, 'auto')
  t.equal(batches[0]!.blocks, 18_000)
  t.equal(simulationOf(plan([{ octets: 900_001 }]), USUAL, 1, 'auto').batches[0]!.blocks, 18_001)
})

t.test('what is counted adds up, whichever engine plays', async t => {
  const requests = [0, 1].map(supplier => ({ supplier, devices: 1_500, octets: 800_000 }))
  const fields = { blockSize: 4_000, sharedShare: 0.2, outagesPerYear: 20, failShare: 0.1 }
  for (const engine of ENGINES) {
    const { tally, simulation } = simulated(plan(requests, { capacity: 1_000 }), fields, engine)
    const shared = simulation.batches.reduce((sum, batch) => sum + batch.shared, 0)
    const batches = (name: Parameters<Tally['sumOfBatches']>[0]) => tally.sumOfBatches(name)
    t.equal(tally.total('devices'), 3_000)
    t.equal(tally.sum('released'), 3_000)
    t.equal(batches('updated') + batches('notActivated') + batches('expired'), 3_000)
    t.equal(batches('inTime') + batches('late') + batches('expired'), 3_000)
    t.equal(tally.sum('updated'), batches('updated'))
    t.equal(tally.sum('failed'), batches('notActivated') + batches('expired'))
    t.ok(batches('notActivated') > 200 && batches('expired') > 0)
    t.equal(tally.sum('raised'), tally.sum('suppressed') + tally.sum('forwarded'))
    t.equal(
      tally.sum('raised'),
      tally.verdicts.reduce((sum, n) => sum + n, 0),
    )
    t.equal(tally.sum('suppressed'), tally.verdicts[0])
    t.equal(
      tally.total('falseForwarded'),
      tally.sum('forwarded') - tally.sum('genuine') + tally.sum('hidden'),
    )
    const whole = 3_000 - batches('expired')
    const inBins = (bins: Int32Array) => bins.reduce((sum, n) => sum + n, 0)
    t.equal(inBins(tally.retries), whole)
    t.equal(inBins(tally.durations) + inBins(tally.sharedDurations), whole)
    t.equal(tally.total('blocks'), whole * 200)
    t.equal(tally.total('shared'), shared)
    t.equal(shared, engine === 'totals' ? 0 : 576)
    t.equal(inBins(tally.cuts), tally.total('cuts'))
  }
})

t.test('genuine outages and absences are the same whichever engine plays', async t => {
  const requests = [{ devices: 2_000, octets: 800_000 }]
  const fields = { blockSize: 4_000, outagesPerYear: 20 }
  const of = (engine: 'totals' | 'events') => simulated(plan(requests), fields, engine).tally
  const [totals, events] = [of('totals'), of('events')]
  t.equal(totals.total('outages'), events.total('outages'))
  t.equal(totals.sumOfBatches('absent'), events.sumOfBatches('absent'))
  t.equal(totals.total('cuts'), events.total('cuts'))
})

t.test('who plays which task decides nothing', async t => {
  const requests = [0, 1, 2].map(supplier => ({ supplier, devices: 12_000, octets: 800_000 }))
  const fields = { ...USUAL, blockSize: 8_000, sharedShare: 0.3, sharedBy: 7, outagesPerYear: 5 }
  for (const engine of ENGINES) {
    const simulation = simulationOf(plan(requests), fields, 9, engine)
    t.ok(tasksOf(simulation).length > 4)
    const alone = playAll(simulation)
    for (const players of [2, 5]) t.strictSame(playApart(simulation, players), alone)
  }
})

t.test('tasks have every device once, and never part a group', async () => {
  const requests = fc.array(fc.record({ devices: fc.integer({ min: 1, max: 40_000 }) }), {
    minLength: 1,
    maxLength: 6,
  })
  fc.assert(
    fc.property(
      requests,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 2, max: 1_024 }),
      fc.constantFrom(...ENGINES),
      (requests, sharedShare, sharedBy, engine) => {
        const airTime = 1
        const fields = { ...USUAL, sharedShare, sharedBy, airTime }
        const simulation = simulationOf(plan(requests), fields, 1, engine)
        const seen = simulation.batches.map(({ devices }) => new Uint8Array(devices))
        for (const { pieces, devices } of tasksOf(simulation)) {
          let sum = 0
          for (const { batch, from, to } of pieces) {
            const { shared } = simulation.batches[batch]!
            for (let i = from; i < to; i++) seen[batch]![i]!++
            if (from < shared && from % sharedBy !== 0) return false
            if (to < shared && to % sharedBy !== 0) return false
            sum += to - from
          }
          if (sum !== devices) return false
        }
        return seen.every(batch => batch.every(times => times === 1))
      },
    ),
    { numRuns: 60 },
  )
})

t.test('a seed plays the same again, another one something else', async t => {
  const of = (seed: number) => simulated(plan([{ devices: 2_000 }]), {}, 'totals', seed).tally
  t.strictSame(of(3), of(3))
  t.not(of(3).total('retries'), of(4).total('retries'))
})

t.test('an image that no loss is needed for to last for weeks is refused', async t => {
  const fields = { ...USUAL, blockSize: 1, roundTrip: 60_000 }
  t.throws(() => simulationOf(plan([{ octets: 900_000 }]), fields, 1, 'totals'), HanrigError)
})

t.test('nothing to do is nothing done', async t => {
  const { tally } = simulated(plan([]))
  t.equal(tally.total('devices'), 0)
  t.equal(tally.sum('raised'), 0)
})
