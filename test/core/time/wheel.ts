// The timer wheel against a look at every delay: each timer comes when it is due, and no wheel holds what it cannot.

import fc from 'fast-check'
import t from 'tap'
import { NONE, TimerWheel } from '#core/time/wheel'

/** The timers due at `now`, in the order in which the wheel gives them. */
function taken(wheel: TimerWheel, now: number): number[] {
  const timers: number[] = []
  for (let at = wheel.take(now); at !== NONE; at = wheel.links[at]!) timers.push(at)
  return timers
}

t.test('every timer comes when it is due, the last armed of a millisecond first', async () => {
  const delays = fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 20 })
  const start = fc.constantFrom(0, 1_000, 0x7fff_fff0, -5)
  fc.assert(
    fc.property(delays, start, fc.constantFrom(1, 4), (delays, start, words) => {
      const wheel = new TimerWheel(100, new Int32Array(20 * words))
      for (const [id, delay] of delays.entries()) wheel.arm(id * words, start + delay)
      for (let after = 1; after <= 100; after++) {
        const expected = delays
          .flatMap((delay, id) => (delay === after ? [id * words] : []))
          .reverse()
        if (taken(wheel, (start + after) | 0).join() !== expected.join()) return false
      }
      return true
    }),
  )
})

t.test('a timer armed while its slot is taken comes a round later', async t => {
  const wheel = new TimerWheel(7, new Int32Array(2))
  t.equal(wheel.mask, 7)
  wheel.arm(0, 3)
  t.strictSame(taken(wheel, 3), [0])
  wheel.arm(0, 3 + 7)
  for (let now = 4; now < 10; now++) t.strictSame(taken(wheel, now), [])
  t.strictSame(taken(wheel, 10), [0])
})

t.test('no wheel is made for delays that it could not hold', async t => {
  for (const longest of [0, -1, Number.NaN, 2 ** 26]) {
    t.throws(() => new TimerWheel(longest, new Int32Array(1)), RangeError)
  }
})

t.test('the longest delay of a wheel is shorter than its round', async t => {
  for (const longest of [1, 2, 3, 4, 5, 8, 255, 256, 257, 4_096]) {
    const wheel = new TimerWheel(longest, new Int32Array(1))
    t.ok(wheel.mask >= longest && wheel.mask < 2 * longest + 1, `${longest}: ${wheel.mask}`)
    wheel.arm(0, longest)
    for (let now = 0; now < longest; now++) t.equal(wheel.take(now), NONE)
    t.equal(wheel.take(longest), 0)
  }
})
