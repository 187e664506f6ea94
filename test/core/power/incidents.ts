// Outages of a network: as many a home and year as were asked for, as long, together where homes are neighbours, and the
// same for everybody who asks.

import t from 'tap'
import { Incidents, YEAR } from '#core/power/incidents'
import { Random } from '#core/time/random'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const USUAL = {
  perYear: 0.5,
  mean: 76 * MINUTE,
  spread: 1.5,
  stormFrom: 0,
  stormTimes: 1,
  stormShort: 0.5,
}

const incidents = (rules = {}, days = 365.25, seed = 1) =>
  new Incidents(
    area => new Random(seed, `test.${area}`),
    { ...USUAL, ...rules },
    0,
    (days * YEAR) / 365.25,
  )

/** Incidents of a home. */
function ofHome(all: Incidents, place: number): number[] {
  const own: number[] = []
  all.seek(place)
  for (let i = all.next(); i >= 0; i = all.next()) own.push(i)
  return own
}

/** Places all over the network. */
const PLACES = Array.from({ length: 20_000 }, (_, i) => Math.imul(i, 0x9e3779b1))

t.test('a home is cut off as often as was asked for, in the order of time', async t => {
  const all = incidents()
  const own = PLACES.map(place => ofHome(all, place))
  const mean = own.flat().length / PLACES.length
  t.ok(Math.abs(mean / 0.5 - 1) < 0.05, `${mean} a year`)
  t.ok(
    own.every(each => each.every((i, n) => n === 0 || all.start[i]! >= all.start[each[n - 1]!]!)),
  )
})

t.test('what a home finds is what the stretches of all incidents say', async t => {
  const all = incidents({}, 60)
  const found = PLACES.slice(0, 2_000).map(place => ofHome(all, place).length)
  const told = PLACES.slice(0, 2_000).map(place => {
    const at = place >>> 0
    let own = 0
    for (let i = 0; i < all.count; i++) {
      if (all.stretches(i).some(([from, to]) => from <= at && at < to)) own++
    }
    return own
  })
  t.strictSame(found, told)
})

t.test('the whole network’s interruptions are the stretches together', async t => {
  const all = incidents()
  let places = 0
  for (let i = 0; i < all.count; i++) {
    for (const [from, to] of all.stretches(i)) places += to - from
  }
  t.ok(Math.abs(places / 2 ** 32 / 0.5 - 1) < 0.03, `${places / 2 ** 32}`)
  // 27,400 customers a day of 20 million.
  t.ok(Math.abs(((places / 2 ** 32) * 20e6) / 365.25 / 27_400 - 1) < 0.03)
})

t.test('half of them last 42 minutes or less, seven of a thousand three', async t => {
  const all = incidents()
  const lengths = [...all.end].map((end, i) => end - all.start[i]!).sort((a, b) => a - b)
  const share = (ms: number) => lengths.filter(each => each < ms).length / lengths.length
  t.ok(Math.abs(lengths[lengths.length >> 1]! / MINUTE - 42) < 1.5)
  t.ok(Math.abs(share(3 * MINUTE) - 0.007) < 0.003, `${share(3 * MINUTE)}`)
  t.ok(Math.abs(share(15 * MINUTE) - 0.17) < 0.01, `${share(15 * MINUTE)}`)
})

t.test('four of five incidents have up to 60 homes, the others hundreds', async t => {
  const all = incidents()
  const homes = [...all.width].map(width => (width / 2 ** 32) * 29_900_000)
  const small = homes.filter(each => each <= 61).length / homes.length
  t.ok(Math.abs(small - 0.8) < 0.01, `${small}`)
  t.equal(homes.filter(each => each > 61 && each < 299).length, 0)
  t.ok(Math.max(...homes) < 5_001)
})

t.test('a storm has its day, and half of its outages are short', async t => {
  const all = incidents({ stormFrom: 10 * DAY, stormTimes: 15 }, 20)
  const perDay = Array.from({ length: 20 }, () => 0)
  let short = 0
  for (let i = 0; i < all.count; i++) {
    const day = Math.floor(all.start[i]! / DAY)
    perDay[day]!++
    if (day === 10 && all.end[i]! - all.start[i]! <= 3 * MINUTE) short++
  }
  const usual = perDay.filter((_, day) => day !== 10).reduce((sum, n) => sum + n, 0) / 19
  t.ok(Math.abs(perDay[10]! / usual - 15) < 2, `${perDay}`)
  t.ok(Math.abs(short / perDay[10]! - 0.5) < 0.05)
})

t.test(
  'one seed, one network; none without outages; few large ones where many would come',
  async t => {
    t.strictSame(incidents({}, 30, 5).start, incidents({}, 30, 5).start)
    t.not(incidents({}, 30, 5).count, incidents({}, 30, 6).count)
    t.equal(incidents({ perYear: 0 }).count, 0)
    const many = incidents({ perYear: 20 })
    t.ok(many.count < 1_010_000, `${many.count}`)
    const mean = PLACES.flatMap(place => ofHome(many, place)).length / PLACES.length
    t.ok(Math.abs(mean / 20 - 1) < 0.05, `${mean} a year`)
  },
)
