// Tables of plain text. Where stdout is no terminal they are as wide as they need to be. On a terminal that is narrower,
// cells of words are folded within their columns, and where that is not enough each row becomes lines of its own.

import { oneLine } from './harmless.ts'
import { type Colour, style } from './output.ts'
import { columnsOf, fold, stdoutColumns } from './terminal.ts'

/** A cell that begins with words of ours in a colour. */
export interface Painted {
  readonly colour: Colour
  readonly words: string
  readonly rest?: string
}

/** What is in a cell may come from others: it is made harmless here. */
export type Cell = string | Painted

export interface TextTable {
  /** Names of the columns; a table without them is told row by row. */
  readonly head?: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** Columns whose cells stand to the right. */
  readonly numbers?: readonly number[]
  /** Columns that are no narrower, in order. */
  readonly least?: readonly number[]
  /** Blanks between two columns. */
  readonly gap?: number
}

/** Words are broken only when they are longer. */
const LONGEST_WORD = 24
/** How far the lines of a row are moved in beneath its first one. */
const INDENT = 2

/**
 * The lines of a table, without line ends.
 * @param width columns that there are; Infinity where there is no terminal.
 */
export function tableLines(table: TextTable, width = stdoutColumns()): string[] {
  const { head, numbers = [], least = [], gap = 2 } = table
  const rows = table.rows.map(row => row.map(textOf))
  const all = head ? [head, ...rows] : rows
  if (all.length === 0) return []
  const wanted = all[0]!.map((_, i) =>
    Math.max(least[i] ?? 0, ...all.map(row => columnsOf(row[i]!))),
  )
  const floors = wanted.map((each, i) =>
    numbers.includes(i) ? each : Math.max(1, ...all.map(row => longestWord(row[i]!))),
  )
  for (const between of [gap, 1]) {
    const widths = fitted(wanted, floors, width - between * (wanted.length - 1))
    if (widths) return all.flatMap(row => rowLines(row, widths, numbers, ' '.repeat(between)))
  }
  return head ? stacked(head, rows, width) : listed(rows, width, gap)
}

function textOf(cell: Cell): string {
  if (typeof cell === 'string') return oneLine(cell)
  const { colour, words, rest = '' } = cell
  return style(colour, words, process.stdout) + oneLine(rest)
}

function longestWord(text: string): number {
  return Math.min(LONGEST_WORD, Math.max(...text.split(' ').map(columnsOf)))
}

/** The same as text, a line each. */
export function tableText(table: TextTable, width?: number): string {
  return tableLines(table, width)
    .map(line => `${line}\n`)
    .join('')
}

/** Widths that fit into `room`: the widest column that still can gives way first. Undefined when none can. */
function fitted(
  wanted: readonly number[],
  floors: readonly number[],
  room: number,
): readonly number[] | undefined {
  const widths = [...wanted]
  const sum = widths.reduce((all, each) => all + each, 0)
  for (let over = sum - room; over > 0; over--) {
    const free = widths.map((each, i) => (each > floors[i]! ? each : 0))
    const widest = Math.max(...free)
    if (widest === 0) return undefined
    widths[free.indexOf(widest)]!--
  }
  return widths
}

function rowLines(
  row: readonly string[],
  widths: readonly number[],
  numbers: readonly number[],
  between: string,
): string[] {
  const folded = row.map((cell, i) => fold(cell, widths[i]!))
  const height = Math.max(...folded.map(lines => lines.length))
  return Array.from({ length: height }, (_, n) =>
    folded
      .map((lines, i) => padded(lines[n] ?? '', widths[i]!, numbers.includes(i)))
      .join(between)
      .trimEnd(),
  )
}

function padded(text: string, width: number, isRight: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - columnsOf(text)))
  return isRight ? blanks + text : text + blanks
}

/** Each row as a line for each of its cells, behind the names of the columns. */
function stacked(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string[] {
  const names = Math.max(...head.map(columnsOf)) + 2
  const room = Math.max(1, width - names)
  return rows.flatMap((row, n) => [
    ...(n === 0 ? [] : ['']),
    ...row.flatMap((cell, i) =>
      fold(cell, room).map((line, at) =>
        `${padded(at === 0 ? head[i]! : '', names, false)}${line}`.trimEnd(),
      ),
    ),
  ])
}

/** Each row as a line of its first cells, and its last one beneath. */
function listed(rows: readonly (readonly string[])[], width: number, gap: number): string[] {
  return rows.flatMap(row => {
    const first = row
      .slice(0, -1)
      .filter(cell => cell !== '')
      .join(' '.repeat(gap))
    const rest = fold(row.at(-1)!, Math.max(1, width - INDENT))
    const beneath = rest.filter(line => line !== '').map(line => ' '.repeat(INDENT) + line)
    return [...(first === '' ? [] : fold(first, Math.max(1, width))), ...beneath]
  })
}
