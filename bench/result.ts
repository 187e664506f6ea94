// What a gate says: one JSON line on stdout. bench/run.ts reads it and draws the table.

/** One figure: a ratio, and what it is held against. */
export interface Row {
  readonly name: string
  readonly ratio: number
  readonly unit: string
  /** The bound that decides; null when the figure only informs. */
  readonly floor: number | null
  /** The moonshot. */
  readonly aim: number | null
  /** 'less' when the floor is a ceiling. */
  readonly better: 'more' | 'less'
}

export interface GateResult {
  readonly gate: string
  readonly ratio: number
  readonly floor: number | null
  readonly aim: number | null
  readonly unit: string
  readonly better: 'more' | 'less'
  readonly passed: boolean
  /** Further figures that inform and decide nothing. */
  readonly also: readonly Row[]
  /** Whatever helps to judge the figure: nanoseconds, sizes, counts. */
  readonly detail: Readonly<Record<string, number | string>>
}

export type Verdict = 'moonshot' | 'pass' | 'FAIL' | 'info'

/** True when `ratio` is at least as good as `bound`. */
export function reaches(ratio: number, bound: number, better: 'more' | 'less'): boolean {
  return better === 'more' ? ratio >= bound : ratio <= bound
}

/** Prints the result of the gate `gate`. */
export function report(
  gate: string,
  figure: {
    ratio: number
    floor: number | null
    aim: number | null
    unit?: string
    better?: 'more' | 'less'
    /** A condition besides the floor. */
    sound?: boolean
    also?: readonly (Pick<Row, 'name' | 'ratio'> & Partial<Row>)[]
    detail?: Record<string, number | string>
  },
): void {
  const { ratio, floor, aim, unit = 'x', better = 'more', sound = true } = figure
  const result: GateResult = {
    gate,
    ratio: rounded(ratio),
    floor,
    aim,
    unit,
    better,
    passed: sound && (floor === null || reaches(ratio, floor, better)),
    also: (figure.also ?? []).map(row => ({
      floor: null,
      aim: null,
      unit,
      better,
      ...row,
      ratio: rounded(row.ratio),
    })),
    detail: Object.fromEntries(
      Object.entries(figure.detail ?? {}).map(([key, value]) => [
        key,
        typeof value === 'number' ? rounded(value) : value,
      ]),
    ),
  }
  console.log(JSON.stringify(result))
}

function rounded(n: number): number {
  return Number(n.toPrecision(4))
}
