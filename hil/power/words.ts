// The words of a command line, without a shell: blanks part them, quotes keep blanks, a backslash keeps the next
// character. Nothing is expanded, so nothing in a name can do harm.

import { hanrigError } from '../errors/errors.ts'

const WORD = /(?:[^\s"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+/y
const PIECE = /[^\s"'\\]+|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*'/g

/** @throws HanrigError USAGE when a quote is not closed or there is no word. */
export function wordsOf(line: string): string[] {
  const words: string[] = []
  let at = 0
  for (;;) {
    while (/\s/.test(line[at] ?? '')) at++
    if (at === line.length) break
    WORD.lastIndex = at
    const word = WORD.exec(line)?.[0]
    const end = at + (word?.length ?? 0)
    if (word === undefined || (end < line.length && !/\s/.test(line[end]!))) {
      throw hanrigError('HANRIG_USAGE', `A quote is not closed in the command ${line}.`)
    }
    words.push(word.replace(PIECE, plain))
    at = end
  }
  if (words.length === 0) throw hanrigError('HANRIG_USAGE', 'A command line is empty.')
  return words
}

function plain(piece: string): string {
  if (piece.startsWith("'")) return piece.slice(1, -1)
  if (piece.startsWith('"')) return piece.slice(1, -1).replace(/\\([\s\S])/g, '$1')
  return piece.startsWith('\\') ? piece.slice(1) : piece
}
