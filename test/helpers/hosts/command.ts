// A hanrig command beside the test, which goes on meanwhile: what it said, and how it ended.

import { fileURLToPath } from 'node:url'
import { MAIN, type Ran } from '../hanrig.ts'
import { Program } from './process.ts'

/** No command of a test takes longer, even on a machine that is busy with other things. */
const END_LIMIT = 90_000

const OTHER = fileURLToPath(new URL('./other-herdsman.ts', import.meta.url))

export class Command {
  readonly #program: Program

  /** @param herdsman directory of the zigbee-herdsman to use; left out, the house's. */
  constructor(args: readonly string[], herdsman?: string) {
    const other = herdsman === undefined ? [] : ['--import', OTHER]
    const env = { NO_COLOR: '1', ...(herdsman && { HANRIG_TEST_HERDSMAN: herdsman }) }
    this.#program = new Program(process.execPath, [...other, MAIN, ...args], { env })
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
  return await new Command(args).ended()
}
