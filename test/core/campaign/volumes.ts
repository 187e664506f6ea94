// Volumes of a nation's PPMIDs, tries and queues: the known answers, and what must hold of any.

import fc from 'fast-check'
import t from 'tap'
import { cellsTouched, POLICIES, serve } from '#core/campaign/network'
import { costsOf, lastTryThatPays } from '#core/campaign/prices'
import { afterTries, JOINED_FITS, joinedAt, joinedSteadily } from '#core/campaign/reach'
import { regionTotals, type VolumeAssumptions, volumesOf } from '#core/campaign/volumes'
import { portfolio } from '../../helpers/portfolio.ts'

const PLAIN: VolumeAssumptions = {
  overhead: 1.1,
  mode: 'unicast',
  cells: 1_000,
  repair: 0.05,
  days: 5,
  joined: 1,
  traditional: 0,
  success: 1,
  tries: 1,
  skipped: 0,
}
const NATION = portfolio({
  deviceType: 'PPMID',
  generation: 'smets2',
  devices: 12_100_000,
  octets: 250_000,
})

t.test('12.1 million PPMIDs of 250 kB: 998.25, 1,164.625 and 1,164.625 GB', async t => {
  const [volume] = volumesOf(NATION, PLAIN)
  t.strictSame(
    volume!.regions.map(({ region, octets }) => [region, Math.round(octets)]),
    [
      ['North', 998_250_000_000],
      ['Central', 1_164_625_000_000],
      ['South', 1_164_625_000_000],
    ],
  )
  t.equal(volume!.serviceRequests, 242)
  const totals = regionTotals([volume!], 5)
  t.strictSame(
    totals.map(each => Math.round(each.perDayAtOnce / 1e9)),
    [200, 233, 233],
    'GB a day in five days',
  )
})

t.test(
  'at 50 GB a day these take 20, 24 and 24 days; five days are 25.0, 21.5 and 21.5 %',
  async t => {
    const [volume] = volumesOf(NATION, PLAIN)
    const served = volume!.regions.map(({ octets }) =>
      serve([{ user: 0, day: 0, octets, priority: 0 }], 50e9, 'fifo', 5),
    )
    t.strictSame(
      served.map(({ days }) => days),
      [20, 24, 24],
    )
    t.strictSame(
      served.map(({ inTime }) => Math.round(inTime * 1_000) / 10),
      [25, 21.5, 21.5],
    )
  },
)

t.test('12,000 images of 750 kB a day are 9.0 GB', async t => {
  const day = volumesOf(portfolio({ devices: 12_000, octets: 750_000 }), { ...PLAIN, overhead: 1 })
  t.equal(day[0]!.octets, 9e9)
})

t.test('tries: what is updated and what is sent, to four digits', async t => {
  const rows = [0.9, 0.8, 0.69].map(reached =>
    [1, 2, 3].flatMap(tries => {
      const { updated, sends } = afterTries(reached, 0.95, tries)
      return [updated.toFixed(4), sends.toFixed(4)]
    }),
  )
  t.strictSame(rows, [
    ['0.8550', '1.0000', '0.8978', '1.1450', '0.8999', '1.2472'],
    ['0.7600', '1.0000', '0.7980', '1.2400', '0.7999', '1.4420'],
    ['0.6555', '1.0000', '0.6883', '1.3445', '0.6899', '1.6562'],
  ])
  t.match(afterTries(0.69, 0.95, 3, 1).sends.toFixed(3), '0.726', 'where the silent are known')
})

t.test('three fits by age', async t => {
  const at = (of: typeof joinedAt) =>
    JOINED_FITS.map(fit => [1, 2, 5].map(age => of(age, fit).toFixed(2)))
  t.strictSame(at(joinedAt), [
    ['0.93', '0.90', '0.84'],
    ['0.86', '0.80', '0.68'],
    ['0.78', '0.69', '0.52'],
  ])
  t.strictSame(at(joinedSteadily), [
    ['0.95', '0.91', '0.79'],
    ['0.90', '0.82', '0.60'],
    ['0.84', '0.71', '0.42'],
  ])
})

t.test(
  'meters are out of reach in traditional mode, others by their hubs and their HAN',
  async t => {
    const types = ['ESME', 'GSME', 'PPMID', 'HCALCS', 'CH'] as const
    const volumes = volumesOf(
      portfolio(...types.map(deviceType => ({ deviceType, hubReady: 0.5 }))),
      { ...PLAIN, joined: 0.8, traditional: 0.1 },
    )
    t.strictSame(
      volumes.map(({ reached }) => Math.round(reached * 100)),
      [45, 45, 40, 50, 50],
    )
  },
)

t.test('a copy for each cell is fewer than one for each device', async t => {
  t.equal(Math.round(cellsTouched(1_000, 1)), 1)
  t.equal(Math.round(cellsTouched(1_000, 1_000_000)), 1_000)
  const shared = volumesOf(NATION, { ...PLAIN, mode: 'shared', repair: 0.1 })[0]!
  t.equal(Math.round(shared.octets / 1e6), Math.round((3_000 * 250_000 * 1.1 * 1.1) / 1e6))
})

t.test(
  'what is served is what came, whoever is first, and nobody is served before it came',
  async () => {
    const load = fc.record({
      user: fc.integer({ min: 0, max: 3 }),
      day: fc.integer({ min: 0, max: 9 }),
      octets: fc.integer({ min: 1, max: 1_000 }),
      priority: fc.integer({ min: 0, max: 2 }),
    })
    fc.assert(
      fc.property(
        fc.array(load, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(...POLICIES),
        (loads, policy) => {
          const { backlog, users, inTime, fairness } = serve(loads, 100, policy, 5)
          const came = loads.reduce((sum, each) => sum + each.octets, 0)
          const served = users.reduce((sum, each) => sum + each.octets, 0)
          const isWorking = backlog.every((left, i) => left <= 0.5 || i + 1 < backlog.length)
          const areWaits = users.every(({ half, most }) => half >= 1 && most >= half)
          const inRange = inTime >= 0 && inTime <= 1 + 1e-9 && fairness > 0 && fairness <= 1 + 1e-9
          return Math.abs(came - served) < 1 && isWorking && areWaits && inRange
        },
      ),
    )
  },
)

t.test('who waits depends on the policy', async t => {
  const loads = [
    { user: 0, day: 0, octets: 1_000, priority: 0 },
    { user: 1, day: 0, octets: 100, priority: 5 },
  ]
  const waits = POLICIES.map(policy => serve(loads, 100, policy, 5).users.map(each => each.most))
  t.strictSame(waits, [
    [10, 11],
    [11, 2],
    [11, 1],
  ])
  const [first, fair] = POLICIES.map(policy => serve(loads, 100, policy, 5).fairness)
  t.ok(first! < fair!, 'equal parts are fairer than arrival')
  t.throws(() => serve(loads, 0, 'fifo', 5), RangeError)
})

t.test(
  'costs are the asker’s prices, and a try pays while it spares more than it costs',
  async t => {
    const volumes = volumesOf(NATION, { ...PLAIN, success: 0.9 })
    const own = volumes.map(each => ({ ...each, devices: 12_100_000, updatesPerYear: 2, sms: 100 }))
    const costs = costsOf(own, { perGb: 1, perRequest: 10, perSms: 0.025, perFailed: 2 })
    t.strictSame(
      costs.map(({ round, year }) => [Math.round(round), Math.round(year)]),
      [
        [3_328, 6_655],
        [2_420, 4_840],
        [3, 5],
        [2_420_000, 4_840_000],
      ],
    )
    t.equal(lastTryThatPays(0.69, 0.95, 0.001, 1), 3)
    t.equal(lastTryThatPays(0.69, 0.95, 0.001, 0), 0)
  },
)
