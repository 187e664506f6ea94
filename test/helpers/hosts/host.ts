// A ZigBee host in a child process, as a test sees it: commands that can be waited for, events, and an end that always
// comes.

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

// biome-ignore lint/suspicious/noExplicitAny: what a host answers is the test's business
type Answer = any

export class Host {
  readonly events: Answer[] = []
  readonly #child: ChildProcess
  readonly #waiting = new Map<
    number,
    { done: (value: Answer) => void; fail: (error: Error) => void }
  >()
  readonly #listeners = new Set<(event: Answer) => void>()
  #id = 0

  /** @param root where the herdsman to be used is installed. */
  constructor(root: string) {
    const program = fileURLToPath(new URL('./herdsman-host.ts', import.meta.url))
    const { NODE_V8_COVERAGE: _, NODE_OPTIONS: __, ...env } = process.env
    this.#child = spawn(process.execPath, [program, root], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env,
    })
    createInterface({ input: this.#child.stdout! }).on('line', line =>
      this.#heard(JSON.parse(line)),
    )
    this.#child.on('exit', code => {
      for (const { fail } of this.#waiting.values()) fail(new Error(`the host ended: ${code}`))
      this.#waiting.clear()
    })
  }

  async do(what: string, fields: object = {}): Promise<Answer> {
    const id = ++this.#id
    const answer = new Promise<Answer>((done, fail) => this.#waiting.set(id, { done, fail }))
    this.#child.stdin!.write(`${JSON.stringify({ id, do: what, ...fields })}\n`)
    return await answer
  }

  /** Waits for an event, one of before included. */
  async event(wanted: (event: Answer) => boolean, within = 30_000): Promise<Answer> {
    const past = this.events.find(wanted)
    if (past) return past
    return await new Promise((done, fail) => {
      const timer = setTimeout(() => {
        this.#listeners.delete(listener)
        fail(new Error(`no such event within ${within} ms`))
      }, within)
      const listener = (event: Answer): void => {
        if (!wanted(event)) return
        clearTimeout(timer)
        this.#listeners.delete(listener)
        done(event)
      }
      this.#listeners.add(listener)
    })
  }

  /** Ends it as kill -9 does. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #heard(line: Answer): void {
    if (line.event !== undefined) {
      this.events.push(line)
      for (const listener of [...this.#listeners]) listener(line)
      return
    }
    const waiting = this.#waiting.get(line.id)
    this.#waiting.delete(line.id)
    if (line.error !== undefined) waiting?.fail(new Error(line.error))
    else waiting?.done(line.value)
  }
}
