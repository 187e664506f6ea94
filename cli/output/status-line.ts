// Progress on stderr: what is shown of work that takes longer than a second of wall time. On a terminal its lines are drawn
// again in place, cut to the width, and gone at the end; elsewhere a line comes every few seconds. Never on stdout. What
// the lines say is their owners'; when and how they are drawn is decided here and nowhere else.

import { harmless, oneLine } from './harmless.ts'
import { cut } from './terminal.ts'

/** ms before anything is shown. */
const FIRST_AFTER = 1_000
/** ms between two drawings: in place, and as lines of their own. */
export const TERMINAL_EVERY = 200
const ELSEWHERE_EVERY = 5_000
/** Longer lines are read by nobody. */
const WIDEST = 200

/** Where progress is shown. */
export interface Screen {
  /** Whether lines can be drawn again in place. */
  readonly isLive: boolean
  readonly columns: number
  readonly rows: number
  write(text: string): void
}

/** stderr as it is now. */
export const STDERR: Screen = {
  get isLive(): boolean {
    const { CI, TERM } = process.env
    return process.stderr.isTTY && CI === undefined && TERM !== 'dumb'
  },
  get columns(): number {
    return process.stderr.columns || 80
  },
  get rows(): number {
    return process.stderr.rows || 24
  },
  write: text => {
    process.stderr.write(text)
  },
}

/** A line of progress. */
export interface Row {
  readonly text: string
  /** Where this is not a terminal, the line is also told when this changes: another phase, say. */
  readonly phase?: string
}

/** What is in a row may come from others. */
function made({ text, ...rest }: Row): Row {
  return { ...rest, text: harmless(oneLine(text), false) }
}

/** What a row said last where it was told line by line. */
interface Told {
  at: number
  phase: string | undefined
  text: string
}

export class StatusLine {
  /** The one that is drawn on the terminal just now. */
  static #onScreen: StatusLine | undefined
  readonly #screen: Screen
  readonly #now: () => number
  #began: number
  #next = FIRST_AFTER
  #drawn = 0
  #told: Told[] = []

  /** @param now wall time in ms, from any moment on. */
  constructor(screen: Screen = STDERR, now: () => number = () => performance.now()) {
    this.#screen = screen
    this.#now = now
    this.#began = now()
  }

  /** Takes what is drawn off the terminal, so that other text can be written there. */
  static hide(): void {
    const line = StatusLine.#onScreen
    if (line) line.#erase()
  }

  /**
   * Shows what there is to be said, when it is time.
   * @param say called only then, with the ms since the work began.
   * @param isLast it will not be said again: it is time for that once the first second is over.
   */
  offer(say: (elapsed: number) => string | readonly Row[], isLast = false): void {
    const elapsed = this.#now() - this.#began
    if (elapsed < (isLast ? FIRST_AFTER : this.#next)) return
    const said = say(elapsed)
    const rows = (typeof said === 'string' ? [{ text: said }] : said).map(made)
    this.#next = elapsed + TERMINAL_EVERY
    if (this.#screen.isLive) this.#draw(rows)
    else this.#tell(rows, elapsed)
  }

  /** The work is over, or pauses: nothing stays, and what comes next waits for its second again. */
  end(): void {
    this.#erase()
    this.#began = this.#now()
    this.#next = FIRST_AFTER
    this.#told = []
  }

  #draw(rows: readonly Row[]): void {
    const { columns, rows: height } = this.#screen
    const width = Math.min(columns - 1, WIDEST)
    const most = Math.max(1, height - 1)
    const lines = rows.map(({ text }) => cut(text, width))
    const left = lines.length - most
    if (left > 0) lines.splice(most - 1, lines.length, cut(`and ${left + 1} more`, width))
    const over = this.#drawn > lines.length ? '\x1b[J' : ''
    this.#screen.write(this.#up() + over + lines.map(line => `\x1b[K${line}`).join('\n'))
    this.#drawn = lines.length
    StatusLine.#onScreen = this
  }

  /** To the beginning of what is drawn. */
  #up(): string {
    return this.#drawn > 1 ? `\r\x1b[${this.#drawn - 1}A` : '\r'
  }

  #tell(rows: readonly Row[], elapsed: number): void {
    for (const [i, { text, phase }] of rows.entries()) {
      const last = this.#told[i]
      const isDue = !last || elapsed - last.at >= ELSEWHERE_EVERY || phase !== last.phase
      if (!isDue || (text === last?.text && phase === last.phase)) continue
      this.#told[i] = { at: elapsed, phase, text }
      this.#screen.write(`${text}\n`)
    }
  }

  #erase(): void {
    if (this.#drawn > 0) this.#screen.write(`${this.#up()}\x1b[J`)
    this.#drawn = 0
    if (StatusLine.#onScreen === this) StatusLine.#onScreen = undefined
  }
}
