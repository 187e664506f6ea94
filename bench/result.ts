// What a gate says: one JSON line on stdout. bench/run.ts reads it and draws the table.

/** A ratio, and what it is held against. */
export interface Figure {
  readonly ratio: number
  readonly unit: string
  /** The bound that decides; null when the figure only informs. */
  readonly floor: number | null
  /** The moonshot. */
  readonly aim: number | null
  /** 'less' when the floor is a ceiling. */
  readonly better: 'more' | 'less'
}

export interface Row extends Figure {
  readonly name: string
}

export interface GateResult extends Figure {
  readonly gate: string
  readonly passed: boolean
  /** Further figures; where one has a floor, `passed` has it in it. */
  readonly also: readonly Row[]
  /** Whatever helps to judge the figure: nanoseconds, sizes, counts. */
  readonly detail: Readonly<Record<string, number | string>>
}

/** True when `ratio` is at least as good as `bound`. */
export function reaches(ratio: number, bound: number, better: 'more' | 'less'): boolean {
  return better === 'more' ? ratio >= bound : ratio <= bound
}

/** What a gate tells of itself; unit 'x' and better 'more' unless told. */
export interface Told extends Partial<Figure> {
  readonly ratio: number
  readonly floor: number | null
  readonly aim: number | null
  /** A condition besides the floor. */
  readonly sound?: boolean
  readonly also?: readonly (Partial<Row> & Pick<Row, 'name' | 'ratio'>)[]
  readonly detail?: Readonly<Record<string, number | string>>
}

/** Prints the result of the gate `gate`. */
export function report(gate: string, told: Told): void {
  const { ratio, floor, aim, unit = 'x', better = 'more', sound = true } = told
  const result: GateResult = {
    gate,
    ratio: rounded(ratio),
    floor,
    aim,
    unit,
    better,
    passed: sound && (floor === null || reaches(ratio, floor, better)),
    also: (told.also ?? []).map(row => ({
      floor: null,
      aim: null,
      unit,
      better,
      ...row,
      ratio: rounded(row.ratio),
    })),
    detail: Object.fromEntries(
      Object.entries(told.detail ?? {}).map(([key, value]) => [
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
