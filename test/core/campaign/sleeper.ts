// Downloads by wakes: 250 kB at 200 B/s are 1,250 s awake, 20.8 wakes of a minute, 10.4 hours by the clock.

import t from 'tap'
import { byWakes } from '#core/campaign/sleeper'

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const HALF_HOUR = HOUR / 2

t.test('a minute every half hour', async t => {
  const took = byWakes(1_250 * SECOND, 60 * SECOND, HALF_HOUR)
  t.equal(took, 20 * HALF_HOUR + 50 * SECOND)
  t.ok(Math.abs(took / HOUR - (20.8 * HALF_HOUR) / HOUR) < 0.45, 'ten hours and some')
})

t.test('ten seconds every half hour take 62.5 hours', async t => {
  t.equal(byWakes(1_250 * SECOND, 10 * SECOND, HALF_HOUR) / HOUR, 62.5)
})

t.test('who never sleeps takes what it takes', async t => {
  t.equal(byWakes(1_250, 60, 0), 1_250)
  t.equal(byWakes(1_250, 60, 60), 1_250)
})
