// How wide texts are on a terminal, and how they are cut or folded to fit one.

import { stripVTControlCharacters } from 'node:util'

/** Characters that take two columns: East Asian wide ones and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u
/** Characters that take none: marks on the one before. */
const ON_TOP = /[\p{M}\u200b-\u200d\ufeff]/u

/** Columns of stdout's terminal; without one there is no end to a line. */
export function stdoutColumns(): number {
  return process.stdout.isTTY ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY
}

/** Columns that a text takes; colours take none. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const char of stripVTControlCharacters(text)) columns += columnsOfChar(char)
  return columns
}

function columnsOfChar(char: string): number {
  if (ON_TOP.test(char)) return 0
  return WIDE.test(char) ? 2 : 1
}

/** The text cut to `columns`, with an ellipsis where something is missing; the text must have no colours. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  let kept = ''
  let used = 1
  for (const char of text) {
    used += columnsOfChar(char)
    if (used > columns) break
    kept += char
  }
  return `${kept}…`
}

/** The text in lines of at most `columns`, broken at blanks where that can be; blanks before it move all of them in. */
export function fold(text: string, columns: number): string[] {
  if (columnsOf(text) <= columns) return [text]
  const indent = /^ */.exec(text)![0]
  if (indent !== '' && 2 * indent.length < columns) {
    const lines = fold(text.slice(indent.length), columns - indent.length)
    return lines.map(line => indent + line)
  }
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (columnsOf(longer) <= columns) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (columnsOf(line) > columns) {
      const head = headOf(line, columns)
      lines.push(head)
      line = line.slice(head.length)
    }
  }
  return [...lines, line]
}

/** As much of a word as fits, at least one character. */
function headOf(word: string, columns: number): string {
  let head = ''
  for (const char of word) {
    if (head !== '' && columnsOf(head + char) > columns) break
    head += char
  }
  return head
}
