// What renderings for other programs and for a terminal are made of: one scenario that was played, or could not be.

import type { Check } from '../../emulators/scenario/checks.ts'

export interface RunResult {
  /** Of the scenario. */
  readonly name: string
  /** Scenario file; left out for the built-in one. */
  readonly file?: string | undefined
  readonly ok: boolean
  /** Virtual ms. */
  readonly duration: number
  readonly checks: readonly Check[]
  /** Why there was no run: then there are no checks. */
  readonly error?:
    | { readonly code: string; readonly message: string; readonly exit: number }
    | undefined
}

/** A check that failed, as half a sentence. */
export function failureOf({ expected, actual }: Check): string {
  return `expected ${expected}, found ${actual}`
}
