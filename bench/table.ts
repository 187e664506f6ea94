// What was reached, drawn for people: a line for each figure, with what decides, what is usual and what is wanted.

import { styleText } from 'node:util'
import { holds, isEnough, type Outcome } from './judge.ts'
import type { Better, Exact, Inform, Ratio } from './result.ts'

const HEAD = ['gate', 'figure', 'reached', 'floor', 'usual', 'aim', 'verdict']
/** Columns of words stand left, those of figures right. */
const WORDS = 2

/** The table's lines, the verdicts in colour on a terminal only; styleText honours NO_COLOR. */
export function table(outcomes: readonly Outcome[]): string[] {
  const all = [HEAD, ...outcomes.flatMap(rows)]
  const width = HEAD.map((_, column) => Math.max(...all.map(row => row[column]!.length)))
  return all.map((row, line) => {
    const verdict = row.at(-1)!
    const padded = row
      .slice(0, -1)
      .map((cell, i) => (i < WORDS ? cell.padEnd(width[i]!) : cell.padStart(width[i]!)))
    return [...padded, line === 0 ? verdict : painted(verdict)].join('  ')
  })
}

/** '3.75x': one decimal from 10 on, two below; no digits that the next run would change anyway. */
export function written(value: number, unit: string): string {
  return `${Number(value.toFixed(Math.abs(value) >= 10 ? 1 : 2))}${unit}`
}

function rows({ gate, result }: Outcome): string[][] {
  if (!result) return [[gate, '', '-', '-', '-', '-', 'BROKEN']]
  const cells = [
    ...result.exact.map(exactly),
    ...result.ratios.map(relatively),
    ...result.informs.map(informally),
  ]
  return cells.map((row, i) => [i === 0 ? gate : '', ...row])
}

function exactly(exact: Exact): string[] {
  const { name, value, bound, better, unit, aim } = exact
  const verdict = holds(exact) ? 'pass' : 'FAIL'
  return [name, written(value, unit), bounded(bound, better, unit), '-', wanted(aim, unit), verdict]
}

function relatively(ratio: Ratio): string[] {
  const { name, floor, better, usual, unit, aim } = ratio
  const reached = written(ratio.ratio, unit)
  const range = `${usual[0]}-${usual[1]}${unit}`
  const verdict = isEnough(ratio) ? 'pass' : 'FAIL'
  return [name, reached, bounded(floor, better, unit), range, wanted(aim, unit), verdict]
}

function informally({ name, figure, unit, aim }: Inform): string[] {
  return [name, written(figure, unit), '-', '-', wanted(aim, unit), 'informs']
}

function bounded(bound: number, better: Better, unit: string): string {
  return `${better === 'more' ? '>=' : '<='} ${written(bound, unit)}`
}

function wanted(aim: number | null, unit: string): string {
  return aim === null ? '-' : written(aim, unit)
}

function painted(verdict: string): string {
  const format = verdict === 'pass' ? 'green' : verdict === 'informs' ? 'dim' : 'red'
  return styleText(format, verdict, { stream: process.stdout })
}
