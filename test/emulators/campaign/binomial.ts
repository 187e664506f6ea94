// The sampler against the exact distribution: both of its ways, both halves of p, and the seams between them.

import t from 'tap'
import { Binomial } from '#emulators/campaign/binomial'
import { Stream } from '#emulators/campaign/draws'
import { binomialProbabilities, chiSquareZ } from '../../helpers/statistics.ts'

const DRAWS = 60_000

for (const [n, p] of [
  [1, 0.5],
  [5, 0.5],
  [9, 0.02],
  [360, 0.02],
  [360, 0.9],
  [19, 0.5],
  [20, 0.5],
  [40, 0.25],
  [499, 0.02],
  [501, 0.02],
  [1_000, 0.98],
  [18_000, 0.02],
  [18_000, 0.5],
  [100_000, 0.3],
] as const) {
  t.test(`${n} trials at ${p}`, async t => {
    const stream = new Stream(1, `${n} at ${p}`)
    const binomial = new Binomial(p)
    const counts = new Array<number>(n + 1).fill(0)
    for (let i = 0; i < DRAWS; i++) counts[binomial.draw(n, stream)]!++
    const z = chiSquareZ(counts, binomialProbabilities(n, p))
    t.ok(Math.abs(z) < 4, `chi-square lies ${z.toFixed(2)} deviations off`)
  })
}

t.test('the n of a draw leaves no trace in the next', async t => {
  const [one, two] = [new Stream(4, 'x'), new Stream(4, 'x')]
  const used = new Binomial(0.3)
  for (const n of [1_000, 40, 2_000, 1_000, 1_000]) {
    t.equal(used.draw(n, one), new Binomial(0.3).draw(n, two))
  }
})

t.test('what is certain is certain', async t => {
  const stream = new Stream(5, 'certain')
  for (const n of [0, 1, 18_000, 2 ** 31 - 1]) {
    t.equal(new Binomial(0).draw(n, stream), 0)
    t.equal(new Binomial(1).draw(n, stream), n)
  }
  t.equal(new Binomial(0.7).draw(0, stream), 0)
})
