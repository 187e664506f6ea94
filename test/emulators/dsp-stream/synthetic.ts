// The made-up stream is in order, is what its fields say, and comes from its seed alone.

import t from 'tap'
import { AD1_THRESHOLD } from '#core/power/supply-monitor'
import {
  ACTIVATION,
  AD1,
  BY_ACTIVATION,
  type EventBatch,
  GENUINE,
  LIST_ADD,
} from '#emulators/dsp-stream/event-batch'
import { SYNTHETIC, Synthetic } from '#emulators/dsp-stream/synthetic'

const MINUTE = 60_000

function stream(
  devices: number,
  days: number,
  seed: number,
  see: (b: EventBatch, i: number) => void,
) {
  const made = new Synthetic({ devices, days, seed, storm: 1 }, batch => {
    for (let i = 0; i < batch.length; i++) see(batch, i)
  })
  for (const _ of made.run());
}

t.test('the made-up stream is in order, and is what its fields say', async t => {
  let last = 0
  let activations = 0
  let later = 0
  let listed = 0
  let short = 0
  const lengths: number[] = []
  const causes = [0, 0, 0]
  let isOrdered = true
  stream(20_000, 3, 1, (b, i) => {
    isOrdered &&= b.time[i]! >= last
    last = b.time[i]!
    if (b.kind[i] === LIST_ADD) listed++
    if (b.kind[i] === ACTIVATION) activations++
    if (b.kind[i] === ACTIVATION && b.executionTime[i]! > b.time[i]!) later++
    if (b.kind[i] !== AD1) return
    causes[b.cause[i]!]!++
    const outage = b.outageEnd[i]! - b.outageStart[i]!
    if (outage <= AD1_THRESHOLD) short++
    if (b.cause[i] === BY_ACTIVATION) lengths.push(outage)
  })
  t.ok(isOrdered)
  t.equal(short, 0, 'no AD1 without an outage that raises one')
  t.ok(Math.abs(listed / 20_000 - SYNTHETIC.cutsSupply * SYNTHETIC.listed) < 0.02, `${listed}`)
  t.ok(Math.abs(later / activations - SYNTHETIC.futureDated) < 0.03, `${later} of ${activations}`)
  t.ok(causes[BY_ACTIVATION]! > 15_000 && causes[GENUINE]! > 200 && causes[0] === 0, `${causes}`)
  const usual = lengths.filter(each => each >= 12 * MINUTE && each <= 15 * MINUTE).length
  t.ok(Math.abs(1 - usual / lengths.length - SYNTHETIC.outliers) < 0.01, 'outliers are few')
  t.ok(Math.max(...lengths) > 30 * MINUTE, 'and long')
})

t.test(
  'genuine outages are those of the network: one a home in two years, each home its own',
  async t => {
    const homes = new Map<number, number>()
    let genuine = 0
    const made = new Synthetic({ devices: 100_000, days: 30, seed: 2 }, b => {
      for (let i = 0; i < b.length; i++) {
        if (b.kind[i] !== AD1 || b.cause[i] !== GENUINE) continue
        genuine++
        const home = b.hub[2 * i + 1]!
        homes.set(home, (homes.get(home) ?? 0) + 1)
      }
    })
    for (const _ of made.run());
    const wanted = (100_000 * 0.5 * 30) / 365.25
    t.ok(Math.abs(genuine / wanted - 1) < 0.15, `${genuine} of ${wanted}`)
    t.ok(homes.size > 0.9 * genuine, 'seldom the same home twice')
    t.ok([...homes.keys()].every(home => home < 100_000))
  },
)

t.test('one seed gives one stream, another seed another', async t => {
  const print = (seed: number) => {
    let sum = 0
    stream(500, 2, seed, (b, i) => {
      sum = (sum * 31 + b.time[i]! + b.kind[i]! * 7 + b.hub[2 * i + 1]!) % 2 ** 40
    })
    return sum
  }
  t.equal(print(5), print(5))
  t.not(print(5), print(6))
})

t.test('any size goes, down to one home', async t => {
  for (const [devices, days] of [
    [1, 1],
    [1, 40],
    [2, 3],
    [13_000, 1],
  ] as const) {
    let events = 0
    stream(devices, days, 9, () => events++)
    t.ok(
      events >= 2 * Math.min(devices, 12_000) * days,
      `${devices} homes, ${days} days: ${events}`,
    )
  }
})
