// What renderings for other programs and for a terminal are made of: one scenario that was played, or could not be.

import type { Check } from '#emulators/play/checks'
import type { BoardRecord } from './board-records.ts'

export interface RunResult {
  /** Of the scenario. */
  readonly name: string
  /** Scenario file; left out for the built-in one. */
  readonly file?: string | undefined
  readonly ok: boolean
  /** Virtual ms. */
  readonly duration: number
  readonly checks: readonly Check[]
  /** What is other than the rules say: to be seen wherever the result is. */
  readonly notices: readonly string[]
  /** Boards that took part. */
  readonly boards: readonly BoardRecord[]
  /** What ended the run before its time: it has checks all the same. */
  readonly fault?: Failure | undefined
  /** Why there was no run: then there are no checks. */
  readonly error?: Failure | undefined
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly exit: number
}

/** A check that failed, as half a sentence. */
export function failureOf({ expected, actual }: Check): string {
  return `expected ${expected}, found ${actual}`
}
