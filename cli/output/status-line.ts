// One line on stderr about work that takes longer than a second of wall time: rewritten on a terminal, repeated every few
// seconds elsewhere, never on stdout.

const FIRST_AFTER = 1_000
const TERMINAL_EVERY = 200
const ELSEWHERE_EVERY = 5_000

export class StatusLine {
  readonly #began = performance.now()
  readonly #live = process.stderr.isTTY && process.env.CI === undefined
  #next = FIRST_AFTER
  #shown = false

  /** Milliseconds since the work began when a line is due, else undefined. */
  get due(): number | undefined {
    const elapsed = performance.now() - this.#began
    return elapsed >= this.#next ? elapsed : undefined
  }

  /** Shows a line at `elapsed` ms. */
  show(elapsed: number, line: string): void {
    this.#next = elapsed + (this.#live ? TERMINAL_EVERY : ELSEWHERE_EVERY)
    this.#shown = true
    process.stderr.write(this.#live ? `\r\x1b[K${line}` : `${line}\n`)
  }

  /** The work is over: the line goes. */
  end(): void {
    if (this.#shown && this.#live) process.stderr.write('\r\x1b[K')
  }
}
