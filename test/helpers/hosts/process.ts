// A program beside the test: started without the test runner's own environment, heard line by line, ended for certain.

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A program that is told to end and does not is killed after this. */
const END_LIMIT = 10_000

/**
 * Without what the test runner adds to Node: it catches signals and writes files. The runner puts it back into whatever a
 * test starts, so it is taken out behind that.
 */
export const PLAINLY = ['env', '-u', 'NODE_OPTIONS', '-u', 'NODE_V8_COVERAGE'] as const

export class Program {
  /** Of both streams, in the order in which they were heard. */
  readonly lines: string[] = []
  stdout = ''
  stderr = ''
  readonly ended: Promise<void>
  readonly #child: ChildProcess
  readonly #name: string
  readonly #heed = new Set<() => void>()
  #exit: number | null | undefined

  constructor(
    command: string,
    args: readonly string[],
    options: { cwd?: string; env?: Record<string, string> } = {},
  ) {
    this.#name = [command, ...args].join(' ')
    // A runner that lost patience kills the test before it can tidy up; on Linux what it started dies with it.
    const bound = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL'] : []
    const [first, ...rest] = [...PLAINLY, ...bound, command, ...args] as [string, ...string[]]
    this.#child = spawn(first, rest, {
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.on('error', error => this.#hear(`${error}`))
    this.ended = new Promise(resolve => {
      this.#child.on('close', code => {
        this.#exit = code
        for (const heed of this.#heed) heed()
        resolve()
      })
    })
    createInterface({ input: this.#child.stdout! }).on('line', line => {
      this.stdout += `${line}\n`
      this.#hear(line)
    })
    createInterface({ input: this.#child.stderr! }).on('line', line => {
      this.stderr += `${line}\n`
      this.#hear(line)
    })
  }

  /** The first line, past or to come, that `pick` makes something of. @throws Error with what was said instead. */
  async line<T>(what: string, ms: number, pick: (line: string) => T | undefined): Promise<T> {
    let at = 0
    return await this.until(what, ms, () => {
      for (; at < this.lines.length; at++) {
        const found = pick(this.lines[at]!)
        if (found !== undefined) return found
      }
      return undefined
    })
  }

  /** What `look` finds once it finds something; it looks after each line. */
  async until<T>(what: string, ms: number, look: () => T | undefined): Promise<T> {
    return await new Promise((resolve, reject) => {
      const end = (work: () => void): void => {
        clearTimeout(timer)
        this.#heed.delete(heed)
        work()
      }
      const fail = (why: string): void => {
        const said = this.lines.slice(-20).join('\n')
        end(() => reject(new Error(`${this.#name}: ${what}: ${why}; it said\n${said}`)))
      }
      const heed = (): void => {
        const found = look()
        if (found !== undefined) end(() => resolve(found))
        else if (this.#exit !== undefined) fail(`it ended with ${this.#exit}`)
      }
      const timer = setTimeout(() => fail(`not within ${ms / 1000} s`), ms)
      this.#heed.add(heed)
      heed()
    })
  }

  /** Waits until it ends by itself. @throws Error with what it said when it does not. */
  async finish(ms: number): Promise<void> {
    const end = this.until('to end', ms, () => undefined).catch(error => error)
    const early = await Promise.race([this.ended, end])
    if (early instanceof Error && this.#exit === undefined) {
      await this.end('SIGKILL')
      throw early
    }
  }

  /** Once it has ended: its exit code, null when a signal ended it. */
  get exit(): number | null {
    return this.#exit ?? null
  }

  /** Tells it to end; kills it when it does not. Returns its exit code. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal)
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), END_LIMIT)
    await this.ended
    clearTimeout(killer)
    return this.#exit ?? null
  }

  #hear(line: string): void {
    this.lines.push(line)
    for (const heed of this.#heed) heed()
  }
}
