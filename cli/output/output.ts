// Results go to stdout, as text or as JSON Lines; everything else goes to stderr. Colour only on a terminal, and
// never with NO_COLOR or CI. Whatever is written is harmless to terminals and CI logs (harmless.ts).

import { styleText } from 'node:util'
import { harmless, oneLine } from './harmless.ts'
import { StatusLine } from './status-line.ts'

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold'

/** Whoever takes text for stdout. */
export type Print = (text: string) => void

/** Where text is written; stderr when an output has stdout to itself. */
let isOnStderr = false

/** Text goes to stdout: what holds before a command says otherwise. */
export function tellOnStdout(): void {
  isOnStderr = false
}

/** Text goes to stderr from here on: stdout is an output's own. */
export function tellOnStderr(): void {
  isOnStderr = true
}

/** Writes text to stdout, or to stderr when an output has stdout to itself. */
export function print(text: string): void {
  const stream = isOnStderr ? process.stderr : process.stdout
  if (stream.isTTY) StatusLine.hide()
  stream.write(harmless(text, hasColours(stream)))
}

/**
 * Writes a line for people to stderr, one whatever is in it.
 * @param lead what it begins with: a text of ours, which may have colours.
 */
export function note(line: string, lead = ''): void {
  if (process.stderr.isTTY) StatusLine.hide()
  process.stderr.write(`${lead}${harmless(oneLine(line), false)}\n`)
}

/** Writes one JSON line to stdout. */
export function printJson(value: unknown): void {
  print(`${JSON.stringify(value)}\n`)
}

/** JSON Lines in few writes: a run's trace has thousands. */
export class JsonLines {
  readonly #print: Print
  #pending = ''

  constructor(print: Print) {
    this.#print = print
  }

  write(value: unknown): void {
    this.#pending += `${JSON.stringify(value)}\n`
    if (this.#pending.length > 65_536) this.end()
  }

  end(): void {
    if (this.#pending !== '') this.#print(this.#pending)
    this.#pending = ''
  }
}

/** Colours `text` when `stream` shows colours. */
export function style(
  colour: Colour,
  text: string,
  stream: NodeJS.WriteStream = process.stderr,
): string {
  return hasColours(stream) ? styleText(colour, text, { validateStream: false }) : text
}

function hasColours({ isTTY }: NodeJS.WriteStream): boolean {
  return isTTY === true && process.env.CI === undefined && (process.env.NO_COLOR ?? '') === ''
}
