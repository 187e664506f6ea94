// With what hanrig exits; README and docs/ERRORS.md list it.

import type { ErrorKind, HanrigError } from '#core/errors/errors'

export const EXIT_OK = 0
export const EXIT_EXPECTATION = 1
export const EXIT_USAGE = 2
export const EXIT_DEVICE = 3
export const EXIT_TIME_OUT = 4
export const EXIT_POLICY = 5
export const EXIT_IN_USE = 6
export const EXIT_INTERRUPTED = 130

const EXITS: Readonly<Record<ErrorKind, number>> = {
  unusable: EXIT_USAGE,
  device: EXIT_DEVICE,
  internal: EXIT_DEVICE,
  timeout: EXIT_TIME_OUT,
  refused: EXIT_POLICY,
  'in-use': EXIT_IN_USE,
  interrupted: EXIT_INTERRUPTED,
}

export function exitOf({ kind }: Pick<HanrigError, 'kind'>): number {
  return EXITS[kind]
}

/** Outcomes of several things that were done, from the worst on. */
const WORST_FIRST = [
  EXIT_INTERRUPTED,
  EXIT_DEVICE,
  EXIT_TIME_OUT,
  EXIT_USAGE,
  EXIT_IN_USE,
  EXIT_POLICY,
]

/** The exit code of several outcomes, undefined for each that is good. */
export function worstOf(failures: readonly (Pick<HanrigError, 'kind'> | undefined)[]): number {
  const exits = failures.map(failure => (failure ? exitOf(failure) : EXIT_OK))
  return WORST_FIRST.find(code => exits.includes(code)) ?? EXIT_OK
}
