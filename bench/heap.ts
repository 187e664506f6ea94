// How we weigh: growth of the used heap across a stretch of work, with the nursery so large that no
// collection falls into it. Without these flags scavenges hide the garbage (104 B a call then read as 4).

import { GCProfiler, getHeapStatistics } from 'node:v8'

/**
 * Flags for the process that weighs; sizes are MB. Compiled at once and not beside the work: on a busy machine the compiler
 * had not finished when the weighing began, and the interpreter's numbers were weighed (15 of 45 times; since then 0).
 */
export const HEAP_FLAGS = [
  '--expose-gc',
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
  '--no-concurrent-recompilation',
]

const WARM_UP_CALLS = 500

/** The first is there to warm up. */
const readings = new Float64Array(4)

export interface Weight {
  /** Growth of the used heap, octets. */
  bytes: number
  /** Collections that ran meanwhile; any hides garbage from `bytes`. */
  collections: number
}

/**
 * Weighs `calls` calls of `run`, after warming it up. One call is some thousand operations: many calls,
 * so that `run` itself is compiled and not only the loop in it, whose start would be interpreted each time.
 */
export function weigh(run: () => void, calls: number): Weight {
  repeat(run, WARM_UP_CALLS)
  globalThis.gc!()
  // Collecting throws away the code of functions that rest, ours and Node's; let it come back.
  repeat(run, WARM_UP_CALLS)
  return growth(() => repeat(run, calls))
}

/** Weighs one call of `run`, which is warm already. */
export function growth(run: () => void): Weight {
  const profiler = new GCProfiler()
  profiler.start()
  // One place takes all readings, so that all are compiled alike and take the same themselves; how
  // much that is two of them tell that have nothing between them.
  for (let i = 0; i < readings.length; i++) {
    if (i === readings.length - 1) run()
    readings[i] = getHeapStatistics().used_heap_size
  }
  const [, empty, before, after] = readings
  const bytes = after! - before! - (before! - empty!)
  return { bytes, collections: profiler.stop()!.statistics.length }
}

function repeat(run: () => void, calls: number): void {
  for (; calls > 0; calls--) run()
}
