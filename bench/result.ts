// What a gate says: one JSON line on stdout. bench/judge.ts judges it, bench/table.ts draws it. Its figures are of three
// kinds. `exact` ones are the code's, the same on every machine: one look decides. `ratios` are ours over a rival's in
// the same process and differ from process to process, twofold with an unlucky one: their floor is about half of what is
// usual. `informs` are the machine's, rates above all: they are never judged.

export type Better = 'more' | 'less'

/** What is the same on every machine. */
export interface Exact {
  readonly name: string
  readonly value: number
  /** What `value` may just be. */
  readonly bound: number
  /** 'less' when the bound is the most that is allowed. */
  readonly better: Better
  readonly unit: string
  /** What is wanted; null when the bound is. */
  readonly aim: number | null
}

/** What two sides of one process say of each other. */
export interface Ratio {
  readonly name: string
  readonly ratio: number
  /** Decides. */
  readonly floor: number
  /** 'less' when the floor is a ceiling. */
  readonly better: Better
  /** The least and the most that was seen on a shared Zen 3 of two cores, quiet and busy. */
  readonly usual: readonly [number, number]
  /** What is wanted; not judged. */
  readonly aim: number
  readonly unit: string
}

/** What is told and not judged. */
export interface Inform {
  readonly name: string
  readonly figure: number
  readonly unit: string
  readonly aim: number | null
}

export interface GateResult {
  readonly gate: string
  readonly exact: readonly Exact[]
  readonly ratios: readonly Ratio[]
  readonly informs: readonly Inform[]
  /** Whatever helps to judge the figures: nanoseconds, sizes, counts. */
  readonly detail: Readonly<Record<string, number | string>>
}

type Given<T, K extends keyof T> = Pick<T, K> & Partial<T>

/** What a gate tells of itself; `better` is 'less' for what is exact and 'more' for ratios unless told. */
export interface Told {
  /** Unit '' unless told. */
  readonly exact?: readonly Given<Exact, 'name' | 'value' | 'bound'>[]
  /** Unit 'x' unless told, as of those that inform. */
  readonly ratios?: readonly Given<Ratio, 'name' | 'ratio' | 'floor' | 'usual' | 'aim'>[]
  readonly informs?: readonly Given<Inform, 'name' | 'figure'>[]
  readonly detail?: Readonly<Record<string, number | string>>
}

/** True when `value` is at least as good as `bound`. */
export function reaches(value: number, bound: number, better: Better): boolean {
  return better === 'more' ? value >= bound : value <= bound
}

/** Prints the result of the gate `gate`. @throws RangeError when a figure is no number: JSON has no word for it. */
export function report(gate: string, told: Told): void {
  const { exact = [], ratios = [], informs = [], detail = {} } = told
  const result: GateResult = {
    gate,
    exact: exact.map(each => ({
      ...{ better: 'less', unit: '', aim: null },
      ...each,
      value: finite(each.value, each.name),
    })),
    ratios: ratios.map(each => ({
      ...{ better: 'more', unit: 'x' },
      ...each,
      ratio: finite(each.ratio, each.name),
    })),
    informs: informs.map(each => ({
      ...{ unit: 'x', aim: null },
      ...each,
      figure: rounded(finite(each.figure, each.name)),
    })),
    detail: Object.fromEntries(
      Object.entries(detail).map(([key, value]) => [
        key,
        typeof value === 'number' ? rounded(value) : value,
      ]),
    ),
  }
  console.log(JSON.stringify(result))
}

function finite(n: number, name: string): number {
  if (!Number.isFinite(n)) throw new RangeError(`${name} is ${n}`)
  return n
}

function rounded(n: number): number {
  return Number(n.toPrecision(4))
}
