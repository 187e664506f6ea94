// How we weigh: growth of the used heap across a stretch of work, with the nursery so large that no
// collection falls into it. Without these flags scavenges hide the garbage (104 B a call then read as 4).

import { GCProfiler, getHeapStatistics } from 'node:v8'

/** Flags for the process that weighs; sizes are MB. */
export const HEAP_FLAGS = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64']

export interface Weight {
  /** Growth of the used heap, octets. */
  bytes: number
  /** Collections that ran meanwhile; any hides garbage from `bytes`. */
  collections: number
}

/** Weighs `work`, which has run before and is compiled. */
export function weigh(work: () => void): Weight {
  globalThis.gc!()
  const profiler = new GCProfiler()
  profiler.start()
  const before = getHeapStatistics().used_heap_size
  work()
  const bytes = getHeapStatistics().used_heap_size - before
  return { bytes, collections: profiler.stop()!.statistics.length }
}
