// A switch that a command works: uhubctl, a PDU's client, a script. Run without a shell unless one is asked for, in a
// process group of its own that ends with its time, and believed only when it ends with 0. What it prints is logged.

import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import type { Switch, SwitchLog } from './switch.ts'

export interface CommandSpec {
  readonly on: string
  readonly off: string
  /** Longest that a command may take, ms. */
  readonly timeout: number
  /** How long after its end the supply is as asked for, ms. */
  readonly settle: number
  readonly shell: boolean
}

/** A word of a command line, and its pieces. */
const WORD = /(?:[^\s"'\\]|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*')+/y
const PIECE = /[^\s"'\\]+|\\[\s\S]|"(?:[^"\\]|\\[\s\S])*"|'[^']*'/g

/** Most of what a command prints that is kept, characters. */
const MOST_SAID = 4_000

export class CommandSwitch implements Switch {
  readonly kind = 'command'
  readonly #spec: CommandSpec
  readonly #log: SwitchLog

  constructor(spec: CommandSpec, log: SwitchLog) {
    this.#spec = spec
    this.#log = log
  }

  async set(on: boolean): Promise<void> {
    const line = on ? this.#spec.on : this.#spec.off
    this.#log(`$ ${line}`)
    const { said, fault } = await run(line, this.#spec)
    for (const text of said.split(/\r?\n/)) if (text.trim() !== '') this.#log(text)
    if (fault) throw fault
    await sleep(this.#spec.settle)
  }
}

interface Ran {
  readonly said: string
  readonly fault: HanrigError | undefined
}

function run(line: string, { timeout, shell }: CommandSpec): Promise<Ran> {
  const words = shell ? [line] : wordsOf(line)
  const options = { shell, detached: true, stdio: ['ignore', 'pipe', 'pipe'] as const }
  return new Promise(resolve => {
    let said = ''
    let isLate = false
    const child = spawn(words[0]!, words.slice(1), { ...options, stdio: [...options.stdio] })
    const limit = setTimeout(() => {
      isLate = true
      end(child)
      // What it started may hold the pipes open for ever.
      child.stdout.destroy()
      child.stderr.destroy()
    }, timeout)
    const hear = (chunk: Buffer): void => {
      if (said.length < MOST_SAID) said += chunk.toString('utf8').slice(0, MOST_SAID - said.length)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    const done = (reason: string | undefined): void => {
      clearTimeout(limit)
      resolve({
        said,
        fault: isLate ? stuck(line, timeout) : reason ? failed(line, reason) : undefined,
      })
    }
    child.once('error', error => done(error.message))
    child.once('close', (code, signal) =>
      done(code === 0 ? undefined : signal ? `it was ended by ${signal}` : `it ended with ${code}`),
    )
  })
}

/** Ends a command and whatever it started. */
function end({ pid }: ChildProcess): void {
  try {
    process.kill(process.platform === 'win32' ? pid! : -pid!, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

function stuck(line: string, timeout: number): HanrigError {
  return hanrigError('HANRIG_SWITCH_STUCK', `The switch ${line} has not ended after ${timeout} ms.`)
}

function failed(line: string, reason: string): HanrigError {
  return hanrigError('HANRIG_SWITCH_FAILED', `The switch ${line} has failed: ${reason}.`)
}

/**
 * The words of a command line, without a shell: blanks part them, quotes keep blanks, a backslash keeps the next
 * character. Nothing is expanded, so nothing in a name can do harm.
 * @throws HanrigError USAGE when a quote is not closed or there is no word.
 */
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
