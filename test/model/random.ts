// A thousand random homes with random faults: whatever happens in one, it is legal by models that know nothing of how
// the emulators work. A seed that fails is told as the one command that plays it again. HANRIG_SEEDS=5000-9000 plays
// those instead.

import { Worker } from 'node:worker_threads'
import t from 'tap'
import type { Illegal, Share } from '../helpers/model/worker.ts'

const WORKERS = 2
const [FIRST, LAST] = (process.env.HANRIG_SEEDS ?? '1-1000').split('-').map(Number) as [
  number,
  number,
]

function play(workerData: Share): Promise<Illegal[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../helpers/model/worker.ts', import.meta.url), {
      workerData,
    })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

t.test(`seeds ${FIRST} to ${LAST} are legal`, async t => {
  const shares = Array.from({ length: WORKERS }, (_, i) =>
    play({ first: FIRST + i, last: LAST, step: WORKERS }),
  )
  const illegal = (await Promise.all(shares)).flat().toSorted((a, b) => a.seed - b.seed)
  for (const { seed, breaches } of illegal) t.fail(`npx hanrig run --random ${seed}`, { breaches })
  t.equal(illegal.length, 0)
})
