import t from 'tap'
import {
  batchConsequence,
  CAPACITY_PER_DAY,
  SRV_11_1_LIFETIME_DAYS,
  TRT_DAYS,
} from '#core/campaign/mp230'
import { isLarge, type KbReading, LARGE_IMAGE_KB, largeImageLimit } from '#core/image/size-class'

// Octets, and whether they are large with a kB of 1000 and of 1024.
const CASES: [number, boolean, boolean][] = [
  [1, false, false],
  [749_999, false, false],
  [750_000, false, false],
  [750_001, true, false],
  [767_999, true, false],
  [768_000, true, false],
  [768_001, true, true],
  [10_240_000, true, true],
]

t.test('large is strictly more than 750 kB under either reading of a kB', async t => {
  t.equal(LARGE_IMAGE_KB, 750)
  t.strictSame([largeImageLimit(1000), largeImageLimit(1024)], [750_000, 768_000])
  for (const [octets, decimal, binary] of CASES) {
    t.strictSame([isLarge(octets, 1000), isLarge(octets, 1024)], [decimal, binary], `${octets} B`)
  }
})

t.test('only a large image needs a schedule, from the 501st a day on', async t => {
  t.strictSame([CAPACITY_PER_DAY, TRT_DAYS, SRV_11_1_LIFETIME_DAYS], [12_000, 5, 7])
  const large = { scheduleNeeded: true, perDay: 500 }
  const small = { scheduleNeeded: false, perDay: Number.POSITIVE_INFINITY }
  for (const [octets, ...isLarge] of CASES) {
    for (const [i, kb] of ([1000, 1024] as KbReading[]).entries()) {
      t.strictSame(batchConsequence(octets, kb), isLarge[i] ? large : small, `${octets} B, ${kb}`)
    }
  }
})
