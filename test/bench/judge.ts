// When a bench gate holds: what is exact decides at once, ratios by one process, the median of three or that of five.

import t from 'tap'
import { judge } from '../../bench/judge.ts'
import type { GateResult } from '../../bench/result.ts'

const said = (ratios: readonly number[], garbage = 0): GateResult => ({
  gate: 'made up',
  exact: [{ name: 'garbage', value: garbage, bound: 0, better: 'less', unit: ' B', aim: null }],
  ratios: ratios.map((ratio, i) => ({
    ...{ name: `rival ${i} / ours`, ratio, floor: 10, better: 'more' as const },
    ...{ usual: [20, 30] as const, aim: 1_000, unit: 'x' },
  })),
  // Far below its aim, as every ratio is.
  informs: [{ name: 'a second', figure: 1, unit: ' M', aim: 200 }],
  detail: {},
})

/** Judges processes that say `results`, one after the other; asking for more of them fails the test. */
async function judged(results: readonly (GateResult | undefined)[]) {
  let next = 0
  return judge('made up', async () => {
    t.ok(next < results.length, 'no more processes are run than decide')
    return results[next++]
  })
}

t.test('one process with every ratio at its floor is enough, whatever the aims', async t => {
  t.match(await judged([said([10, 12])]), { verdict: 'pass', processes: 1 })
})

t.test('a gate that only informs passes', async t => {
  t.match(await judged([said([])]), { verdict: 'pass', processes: 1 })
})

t.test('else the median of three decides, each ratio by itself', async t => {
  const outcome = await judged([said([9, 30]), said([14, 9]), said([12, 11])])
  t.match(outcome, { verdict: 'pass', processes: 3 })
  t.strictSame(
    outcome.result?.ratios.map(({ ratio }) => ratio),
    [12, 11],
  )
})

t.test('else the median of five', async t => {
  const unlucky = [9, 8, 12].map(ratio => said([ratio]))
  const better = await judged([...unlucky, said([10]), said([11])])
  t.match(better, { verdict: 'pass', processes: 5, result: { ratios: [{ ratio: 10 }] } })
  const worse = await judged([...unlucky, said([30]), said([9.99])])
  t.match(worse, { verdict: 'FAIL', processes: 5, result: { ratios: [{ ratio: 9.99 }] } })
})

t.test('a ceiling is held from below', async t => {
  const with35 = (ratio: number): GateResult => ({
    ...said([]),
    ratios: said([ratio]).ratios.map(each => ({ ...each, better: 'less', floor: 3.5 })),
  })
  t.match(await judged([with35(2)]), { verdict: 'pass', processes: 1 })
  const results = [4, 3.6, 3, 3, 4].map(with35)
  t.match(await judged(results), { verdict: 'FAIL', processes: 5 })
})

t.test('what is exact fails at once, in the first process and in a later one', async t => {
  t.match(await judged([said([30], 1)]), { verdict: 'FAIL', processes: 1 })
  const outcome = await judged([said([9]), said([30], 1)])
  t.match(outcome, { verdict: 'FAIL', processes: 2, result: { exact: [{ value: 1 }] } })
})

t.test('a process without a result breaks the gate at once', async t => {
  t.match(await judged([undefined]), { verdict: 'BROKEN', processes: 1, result: undefined })
  t.match(await judged([said([9]), undefined]), { verdict: 'BROKEN', processes: 2 })
})
