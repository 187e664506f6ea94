// A thousand random homes with random faults: whatever happens in one, it is legal by models that know nothing of how
// the emulators work. A seed that fails is told as the one command that plays it again; which rules it broke stands
// beside it. HANRIG_SEEDS=5000-9000 plays those instead.

import { Worker } from 'node:worker_threads'
import t from 'tap'
import type { Finding, Share } from '../../../helpers/model/worker.ts'

const WORKERS = 2
const [FIRST, LAST] = (process.env.HANRIG_SEEDS ?? '1-1000').split('-').map(Number) as [
  number,
  number,
]
/** What a thousand runs must have shown, or they prove little. */
const EXPECTED =
  'AD1 8F72 8F1C 8F66 8F67 8F1B 8F89 8F8A 8F8B slot-refused slot-emptied ota-refused ota-stopped ' +
  'ota-waits ota-held image-rejected activation-cancelled activation-refused frame-rewritten ' +
  'frame-deaf frame-corrupted frame-reordered device-slept ad1-verdict step-failed transfer-failed'

function play(workerData: Share): Promise<Finding> {
  return new Promise((resolve, reject) => {
    const url = new URL('../../../helpers/model/worker.ts', import.meta.url)
    const worker = new Worker(url, { workerData })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

t.test(`seeds ${FIRST} to ${LAST} are legal`, { timeout: 120_000 }, async t => {
  const shares = Array.from({ length: WORKERS }, (_, i) =>
    play({ first: FIRST + i, last: LAST, step: WORKERS }),
  )
  const findings = await Promise.all(shares)
  const illegal = findings.flatMap(each => each.illegal).toSorted((a, b) => a.seed - b.seed)
  for (const { seed, breaches } of illegal) t.fail(`npx hanrig run --random ${seed}`, { breaches })
  t.equal(illegal.length, 0)
  const seen = new Set(findings.flatMap(each => each.seen))
  if (LAST - FIRST < 999) return
  for (const name of EXPECTED.split(' ')) t.ok(seen.has(name), `${name} was seen`)
})
