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

export interface Finding {
  readonly illegal: readonly Illegal[]
  /** Names of events and codes of alerts that came in any run. */
  readonly seen: readonly string[]
}

const { first, last, step } = workerData as Share
const illegal: Illegal[] = []
const seen = new Set<string>()
for (let seed = first; seed <= last; seed += step) {
  const breaches = breachesOfSeed(seed, seen)
  if (breaches.length > 0) illegal.push({ seed, breaches })
}
parentPort!.postMessage({ illegal, seen: [...seen] } satisfies Finding)
