// A hanrig command beside the test, which goes on meanwhile: what it said, and how it ended.

import { MAIN, type Ran } from '../hanrig.ts'
import { Program } from './process.ts'

/** No command of a test takes longer, even on a machine that is busy with other things. */
const END_LIMIT = 90_000

export class Command {
  readonly #program: Program

  constructor(...args: string[]) {
    this.#program = new Program(process.execPath, [MAIN, ...args], { env: { NO_COLOR: '1' } })
  }

  /** Waits for a line that holds `text`. */
  async says(text: string, ms = 30_000): Promise<void> {
    await this.#program.line(`to say ${text}`, ms, line => line.includes(text) || undefined)
  }

  interrupt(): void {
    void this.#program.end('SIGINT')
  }

  async ended(): Promise<Ran> {
    await this.#program.finish(END_LIMIT)
    const { stdout, stderr, exit } = this.#program
    return { exit, stdout, stderr }
  }
}

/** Runs a command to its end. */
export async function run(...args: string[]): Promise<Ran> {
  return await new Command(...args).ended()
}
