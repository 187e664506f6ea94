// What is wrong with a scenario: sentences with their place in the file, and how all of them are told.

import type { Path, Place } from './places.ts'
import { show } from './wording.ts'

/** Problems that are listed; of the others only the number is told. */
const MAX_LISTED = 20
/** A key that a subject shows as it is. */
const PLAIN_KEY = /^[\w.-]{1,40}$/

/** How a file is spoken of, and the longest that is read, characters. */
export interface TextKind {
  readonly whole: string
  readonly longest: number
  /** Most lines, keys, items and brackets; without it the length is bound enough. */
  readonly pieces?: number
}

/** 65,536 characters are far more than a home of fifteen devices needs. */
export const SCENARIO: TextKind = { whole: 'the scenario', longest: 65_536 }

export interface Problem extends Place {
  readonly sentence: string
}

/** A line for each problem, in the order of the file: `file:line:column: sentence`. */
export function listing(file: string, problems: readonly Problem[]): string {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
  const said = sorted
    .slice(0, MAX_LISTED)
    .map(({ line, column, sentence }) => `${file}:${line}:${column}: ${sentence}`)
  const more = sorted.length - said.length
  if (more > 0) said.push(`${file}: and ${more} more.`)
  // A line end in a name would make two lines of one problem.
  return said.map(each => each.replaceAll('\n', '\\n')).join('\n')
}

/** 'devices.esme.with must be …'; a question ends as one. */
export function phrase(
  path: Path,
  message: string,
  colon = '',
  whole: string = SCENARIO.whole,
): string {
  let subject = ''
  for (const step of path) {
    const key = String(step)
    if (typeof step === 'number') subject += `[${key}]`
    else if (!PLAIN_KEY.test(key)) subject += `[${show(key)}]`
    else subject += subject === '' ? key : `.${key}`
  }
  return `${subject || whole}${colon} ${message}${message.endsWith('?') ? '' : '.'}`
}
