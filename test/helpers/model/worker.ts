// One of the workers of test/model/random.ts: plays every so manieth seed and says which are not legal.

import { parentPort, workerData } from 'node:worker_threads'
import { breachesOfSeed } from './breaches.ts'

export interface Share {
  readonly first: number
  readonly last: number
  readonly step: number
}

/** What is wrong with a seed. */
export interface Illegal {
  readonly seed: number
  readonly breaches: readonly string[]
}

const { first, last, step } = workerData as Share
const illegal: Illegal[] = []
for (let seed = first; seed <= last; seed += step) {
  const breaches = breachesOfSeed(seed)
  if (breaches.length > 0) illegal.push({ seed, breaches })
}
parentPort!.postMessage(illegal)
