// How a request is cut into parts that follow each other, and how devices are divided among regions.

import fc from 'fast-check'
import t from 'tap'
import { partsOf } from '#core/campaign/pattern'
import { divide, REGIONS, usualShares } from '#core/campaign/regions'
import { request } from '../../helpers/portfolio.ts'

const parts = (devices: number, pattern: Parameters<typeof request>[0] = {}) =>
  partsOf(request({ devices, from: 3, ...pattern })).map(each => [each.from, each.devices])

t.test('stages of 1 %, 10 % and the rest, two weeks apart', async t => {
  t.strictSame(parts(1_000, { pattern: { kind: 'staged' } }), [
    [3, 10],
    [17, 100],
    [31, 890],
  ])
  t.strictSame(parts(1, { pattern: { kind: 'staged' } }), [[3, 1]], 'none is empty')
})

t.test('equal parts a month', async t => {
  t.strictSame(parts(1_000, { pattern: { kind: 'spread', months: 3 } }), [
    [3, 334],
    [33, 333],
    [63, 333],
  ])
  t.strictSame(parts(7), [[3, 7]])
})

t.test('the nation’s PPMIDs by region', async t => {
  t.strictSame(
    [...divide(12_100_000, usualShares('smets2'))],
    [
      ['North', 3_630_000],
      ['Central', 4_235_000],
      ['South', 4_235_000],
    ],
  )
  t.strictSame([...divide(5, usualShares('smets1'))], [['SMETS1', 5]])
})

t.test('whatever is divided is there afterwards, in whole devices', async () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100_000_000 }),
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 8 }),
      (amount, weights) => {
        const whole = weights.reduce((sum, each) => sum + each, 0)
        const shares = Object.fromEntries(weights.map((each, i) => [REGIONS[i]!, each / whole]))
        const parts = [...divide(amount, shares).values()]
        const sum = parts.reduce((all, each) => all + each, 0)
        return sum === amount && parts.every(each => Number.isInteger(each) && each >= 0)
      },
    ),
  )
})
