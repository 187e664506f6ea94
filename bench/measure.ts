// How we time: all cases of a gate interleaved in shuffled rounds inside one process, warmed up together first.
// What counts is the median of the per-round ratios: whatever slows the machine for a moment slows both
// sides of a round. Absolute nanoseconds are told, never judged.

export interface Case {
  readonly name: string
  /** Does `n` units of work, in a loop of its own so that the compiler sees it whole. */
  readonly run: (n: number) => void
  /** Makes ready what `n` units of work need; not timed. */
  readonly prepare?: (n: number) => void
  /** Operations in one unit; 1 unless told. */
  readonly per?: number
}

export interface Timings {
  /** Median nanoseconds of one operation. */
  ns(name: string): number
  /** Nanoseconds of one operation in the quickest round. */
  best(name: string): number
  /** Median over the rounds of `slow`'s time over `fast`'s: how many times faster `fast` is. */
  ratio(slow: string, fast: string): number
}

/** Milliseconds one case runs at a stretch: long enough that its garbage is collected on its own account. */
const SLICE_MS = 15
const WARM_UP_MS = 250
const ROUNDS = 21

/** Times `cases` against each other. */
export function measure(cases: readonly Case[], rounds = ROUNDS): Timings {
  const units = cases.map(() => 1)
  // Warm up in turns, so that each case is compiled knowing what the others do to shared code.
  for (let spent = 0; spent < WARM_UP_MS; spent += SLICE_MS) {
    cases.forEach((c, i) => {
      const ms = time(c, units[i]!)
      units[i] = Math.max(1, Math.round((units[i]! * SLICE_MS) / Math.max(ms, SLICE_MS / 8)))
    })
  }

  const ns = cases.map(() => new Float64Array(rounds))
  const order = cases.map((_, i) => i)
  for (let round = 0; round < rounds; round++) {
    shuffle(order)
    for (const i of order) {
      const c = cases[i]!
      ns[i]![round] = (time(c, units[i]!) * 1e6) / (units[i]! * (c.per ?? 1))
    }
  }

  const of = (name: string): Float64Array => {
    const i = cases.findIndex(c => c.name === name)
    if (i < 0) throw new RangeError(`no case is called ${name}`)
    return ns[i]!
  }
  return {
    ns: name => median(of(name)),
    best: name => Math.min(...of(name)),
    ratio: (slow, fast) => median(of(slow).map((t, round) => t / of(fast)[round]!)),
  }
}

function time(c: Case, units: number): number {
  c.prepare?.(units)
  const from = performance.now()
  c.run(units)
  return performance.now() - from
}

function shuffle(order: number[]): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1))
    const other = order[j]!
    order[j] = order[i]!
    order[i] = other
  }
}

function median(values: Float64Array): number {
  const sorted = values.toSorted()
  const middle = sorted.length >>> 1
  return sorted.length & 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
