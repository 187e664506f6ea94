// What surrounds a download, rule by rule: deadlines, absences, activations at once and by date, wrong clocks, and the AD1s.

import t from 'tap'
import {
  FORWARD_NOT_LISTED,
  FORWARD_TOO_EARLY,
  FORWARD_TOO_LATE,
  SUPPRESSED,
} from '#core/power/suppression'
import type { EstateFields } from '#emulators/campaign/estate-fields'
import { plan } from '../../helpers/portfolio.ts'
import { CALM, simulated } from '../../helpers/simulated.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A thousand devices, all begun in the first hour of day 0. */
const lives = (fields: Partial<EstateFields>, settings = {}) =>
  simulated(plan([{ devices: 1_000 }], settings), { ...CALM, releaseTime: HOUR, ...fields }).tally

t.test('at once, all are updated on the day; by date, in the night after', async t => {
  const atOnce = lives({ scheduledShare: 0 })
  t.equal(atOnce.onDay(0, 'updated'), 1_000)
  const byDate = lives({ scheduledShare: 1, nightFrom: 0, nightFor: HOUR })
  t.equal(byDate.onDay(0, 'updated'), 0)
  t.equal(byDate.onDay(1, 'updated'), 1_000)
})

t.test(
  'the deadline is five days after the release, and the image counts, not the date',
  async t => {
    const soon = lives({ verifyTime: 5 * DAY - 3 * HOUR })
    t.strictSame([soon.sumOfBatches('inTime'), soon.sumOfBatches('late')], [1_000, 0])
    const tooLate = lives({ verifyTime: 5 * DAY })
    t.strictSame([tooLate.sumOfBatches('inTime'), tooLate.sumOfBatches('late')], [0, 1_000])
    t.equal(lives({ scheduledShare: 1 }, { trtDays: 1 }).sumOfBatches('late'), 0)
  },
)

t.test(
  'an image is given up after seven days: e^-7/2 of those who are away two days on average',
  async t => {
    const { absent, expired, failed } = (() => {
      const tally = simulated(plan([{ devices: 50_000 }], { capacity: 50_000 }), {
        ...CALM,
        absentShare: 1,
        absentMean: 2 * DAY,
        releaseTime: 1,
      }).tally
      return {
        absent: tally.sumOfBatches('absent'),
        expired: tally.sumOfBatches('expired'),
        failed: tally.onDay(7, 'failed'),
      }
    })()
    t.equal(absent, 50_000)
    const wanted = 50_000 * Math.exp(-(7 * DAY - 30 * MINUTE) / (2 * DAY))
    t.ok(Math.abs(expired - wanted) < 4 * Math.sqrt(wanted), `${expired} of about ${wanted}`)
    t.equal(failed, expired, 'on day 7')
  },
)

t.test('an image that waits for nobody reaches nobody', async t => {
  t.equal(lives({ retention: 0 }).sumOfBatches('expired'), 1_000)
})

t.test('every cut of 12 to 15 minutes of a listed meter is one AD1, and suppressed', async t => {
  const tally = lives({ cutsShare: 1, unlistedShare: 0, outlierShare: 0 })
  t.equal(tally.total('cuts'), 1_000)
  t.equal(tally.sum('raised'), 1_000)
  t.equal(tally.verdicts[SUPPRESSED], 1_000)
  t.equal(tally.total('falseForwarded'), 0)
  const bins = [...tally.cuts].flatMap((n, bin) => (n > 0 ? [bin] : []))
  t.strictSame([bins[0], bins.at(-1)], [24, 29], 'half minutes from 12 to 15')
})

t.test('180.000 s raise nothing, one more millisecond does', async t => {
  const cut = (ms: number, strict = 1) =>
    lives({
      cutsShare: 1,
      outlierShare: 0,
      cutShortest: ms,
      cutLongest: ms,
      ad1Strict: strict,
    }).sum('raised')
  t.strictSame([cut(179_999), cut(180_000), cut(180_001)], [0, 0, 1_000])
  t.strictSame([cut(179_999, 0), cut(180_000, 0)], [0, 1_000])
})

t.test('meters that the list does not have are not covered', async t => {
  const tally = lives({ cutsShare: 1, unlistedShare: 1 })
  t.equal(tally.verdicts[FORWARD_NOT_LISTED], 1_000)
  t.equal(tally.total('falseForwarded'), 1_000)
})

t.test('a meter clock that is fast or slow by minutes', async t => {
  const skewed = (skewLongest: number, suppressionEarly = 0) =>
    lives({
      scheduledShare: 1,
      nightFrom: 12 * HOUR,
      skewShare: 1,
      skewLongest,
      cutsShare: 1,
      unlistedShare: 0,
      alertDelay: 0,
      suppressionEarly,
    })
  const within = skewed(3 * MINUTE)
  t.equal(within.verdicts[SUPPRESSED], 1_000, 'the AD1 comes three minutes after the cut')
  const beyond = skewed(10 * MINUTE)
  // Fast by 3 to 10 of ±10 minutes: 35 of 100 are too early.
  const early = beyond.verdicts[FORWARD_TOO_EARLY]!
  t.ok(early > 290 && early < 410, `${early} too early`)
  t.equal(early + beyond.verdicts[SUPPRESSED]!, 1_000)
  t.equal(skewed(10 * MINUTE, 7 * MINUTE).verdicts[SUPPRESSED], 1_000, 'an earlier window helps')
})

t.test('activations that begin late leave the window', async t => {
  const tally = lives({
    scheduledShare: 0,
    commandDelay: 0,
    alertDelay: 0,
    cutsShare: 1,
    unlistedShare: 0,
    lateShare: 1,
    lateLongest: 54 * MINUTE,
  })
  // Later than 27 of 54 minutes.
  const late = tally.verdicts[FORWARD_TOO_LATE]!
  t.ok(late > 430 && late < 570, `${late} too late`)
  t.equal(late + tally.verdicts[SUPPRESSED]!, 1_000)
})

t.test('genuine outages are forwarded, but for those inside a window', async t => {
  const busy = { outagesPerYear: 200, outageMean: HOUR, scheduledShare: 0 }
  const none = lives(busy)
  t.equal(none.sum('genuine'), none.sum('raised'))
  t.equal(none.verdicts[FORWARD_NOT_LISTED], none.sum('raised'))
  t.equal(none.sum('hidden'), 0)
  // Some 200 a year, an hour each; of 10 days, those of three minutes or more.
  const gap = 365.25 * DAY + 200 * HOUR
  const wanted = 1_000 * ((none.size.days * DAY) / (gap / 200)) * Math.exp(-3 / 60)
  t.ok(Math.abs(none.sum('raised') / wanted - 1) < 0.05, `${none.sum('raised')} of ${wanted}`)
  const cutting = lives({ ...busy, cutsShare: 1, unlistedShare: 0 })
  t.ok(cutting.sum('hidden') > 0, `${cutting.sum('hidden')} hidden`)
  t.ok(cutting.sum('hidden') < cutting.sum('suppressed') / 10)
})

t.test('with a window of no time nothing is suppressed, with a long one all is', async t => {
  const cut = { cutsShare: 1, unlistedShare: 0 }
  t.equal(lives({ ...cut, suppressionWindow: 0 }).sum('suppressed'), 0)
  t.equal(lives({ ...cut, lateShare: 1, suppressionWindow: DAY }).sum('forwarded'), 0)
})

t.test('activations that fail leave the old version', async t => {
  const tally = lives({ failShare: 1 })
  t.strictSame([tally.sumOfBatches('notActivated'), tally.sum('failed')], [1_000, 1_000])
})

t.test('a batch is begun evenly over its time', async t => {
  const tally = simulated(plan([{ devices: 1_000, minute: 12 * 60 }]), {
    ...CALM,
    releaseTime: DAY,
    scheduledShare: 0,
    verifyTime: 0,
    commandDelay: 0,
    activationTime: 0,
  }).tally
  // From noon on; the 75 minutes of each download lie beyond midnight.
  t.ok(Math.abs(tally.onDay(0, 'updated') - 448) < 4, `${tally.onDay(0, 'updated')}`)
  t.equal(tally.onDay(0, 'updated') + tally.onDay(1, 'updated'), 1_000)
})
