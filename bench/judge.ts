// How a gate is judged. What is exact has to hold in every process that runs, and the first in which it does not ends the
// gate; so does one that ends without a result, for what both sides have to agree on is asserted in it. Ratios differ from
// process to process. When all reach their floors in the first, that is enough: half of what is usual is hardly reached by
// luck, and three processes for every gate would take some three minutes instead of one. Otherwise three are run, and if
// their medians fall short five.

import { type Exact, type GateResult, type Ratio, reaches } from './result.ts'

const MOST = 5

export interface Outcome {
  readonly gate: string
  /** BROKEN: a process gave no result. */
  readonly verdict: 'pass' | 'FAIL' | 'BROKEN'
  /** Processes that ran. */
  readonly processes: number
  /** What the last process said, each ratio the median of all; undefined when broken. */
  readonly result: GateResult | undefined
}

/** Judges `gate`; `run` runs it once in a process of its own and gives its result, or undefined when there is none. */
export async function judge(
  gate: string,
  run: (gate: string) => Promise<GateResult | undefined>,
): Promise<Outcome> {
  const results: GateResult[] = []
  while (true) {
    const last = await run(gate)
    const processes = results.length + 1
    if (!last) return { gate, verdict: 'BROKEN', processes, result: undefined }
    results.push(last)
    const result = { ...last, ratios: medians(results) }
    if (!last.exact.every(holds)) return { gate, verdict: 'FAIL', processes, result }
    // A median of two or four is none: one, three and five decide.
    if (processes % 2 === 0) continue
    if (result.ratios.every(isEnough)) return { gate, verdict: 'pass', processes, result }
    if (processes === MOST) return { gate, verdict: 'FAIL', processes, result }
  }
}

export function holds({ value, bound, better }: Exact): boolean {
  return reaches(value, bound, better)
}

export function isEnough({ ratio, floor, better }: Ratio): boolean {
  return reaches(ratio, floor, better)
}

/** The ratios of a gate, each the middle one of all results; of an even number, by which nothing is judged, the upper. */
function medians(results: readonly GateResult[]): Ratio[] {
  return results[0]!.ratios.map((ratio, i) => ({
    ...ratio,
    ratio: results.map(result => result.ratios[i]!.ratio).toSorted((a, b) => a - b)[
      results.length >>> 1
    ]!,
  }))
}
