// A seed is worth what it replays: the same scenario, and the same run of it to the last event.

import t from 'tap'
import { randomScenario } from '#emulators/scenario/random'
import { played } from '../../../helpers/model/played.ts'

const SEEDS = Array.from({ length: 25 }, (_, i) => 7 + 41 * i)

t.test('a seed draws one scenario, and another seed another', async t => {
  const texts = SEEDS.map(seed => JSON.stringify(randomScenario(seed)))
  t.strictSame(
    SEEDS.map(seed => JSON.stringify(randomScenario(seed))),
    texts,
  )
  t.equal(new Set(texts).size, SEEDS.length)
})

t.test('two plays of a seed make the same events', async t => {
  for (const seed of SEEDS) {
    const [first, second] = [played(seed), played(seed)]
    t.equal(second.events.length, first.events.length, `seed ${seed}`)
    t.ok(JSON.stringify(second.events) === JSON.stringify(first.events), `seed ${seed}`)
    t.equal(second.premises.clock.now, first.premises.clock.now)
  }
})
