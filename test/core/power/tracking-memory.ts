// Memory of MP102B: what is held at a time, and from where on a list spares memory.

import t from 'tap'
import { breakEven, held, memoryOf } from '#core/power/tracking-memory'

const DAY = 86_400_000

t.test(
  '12,000 a day at once are 250 at a time; seven days ahead 84,250; 100,000 thirty days 3.0 million',
  async t => {
    t.equal(held(12_000, 0), 250)
    t.equal(held(12_000, 7 * DAY), 84_250)
    t.equal(Math.round(held(100_000, 30 * DAY) / 1e5), 30)
  },
)

t.test('a list costs 8 octets an ESME and spares 32 for each that it leaves out', async t => {
  t.strictSame(memoryOf(1_000, 0.3, 500), { withList: 300 * 32 + 500 * 8, withoutList: 32_000 })
  const even = breakEven(0.3, 201_000)
  const { withList, withoutList } = memoryOf(even, 0.3, 201_000)
  t.ok(Math.abs(withList - withoutList) <= 32, `${withList} and ${withoutList}`)
  t.equal(breakEven(1, 5), Number.POSITIVE_INFINITY)
})
