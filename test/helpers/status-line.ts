// A terminal that keeps what is written to it and knows what a person sees there.

import { type Screen, StatusLine } from '#cli/output/status-line'

const ESC = '\u001b'
/** Escapes, line ends and characters, one at a time. */
const PIECES = new RegExp(`${ESC}\\[\\d*[AJK]|\\r|\\n|[^${ESC}\r\n]`, 'g')

export class TestScreen implements Screen {
  isLive = true
  columns = 80
  rows = 24
  written = ''

  write(text: string): void {
    this.written += text
  }

  /** What a person sees: the text with the escapes played, lines without blanks at their ends. */
  get seen(): string[] {
    const lines = ['']
    let [row, column] = [0, 0]
    for (const [piece] of this.written.matchAll(PIECES)) {
      if (piece === '\r') column = 0
      else if (piece === '\n') {
        row++
        column = 0
        lines[row] ??= ''
      } else if (piece.endsWith('A') && piece.startsWith(ESC)) row -= Number(piece.slice(2, -1))
      else if (piece === `${ESC}[K`) lines[row] = lines[row]!.slice(0, column)
      else if (piece === `${ESC}[J`) {
        lines[row] = lines[row]!.slice(0, column)
        lines.length = row + 1
      } else {
        const line = lines[row]!.padEnd(column)
        lines[row] = line.slice(0, column) + piece + line.slice(column + 1)
        column++
      }
    }
    return lines
  }
}

/** A status line on a screen and a clock of the test's own. */
export function statusLine(over: Partial<TestScreen> = {}) {
  const screen = Object.assign(new TestScreen(), over)
  const clock = { now: 5_000 }
  const line = new StatusLine(screen, () => clock.now)
  return { screen, clock, line }
}
