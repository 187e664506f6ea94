// `hanrig stick` in a process of its own: where it listens, what its devices went through, what they rebuilt.

import { MAIN } from '../hanrig.ts'
import { Program } from './process.ts'

const START_LIMIT = 60_000
const REPORT_LIMIT = 10_000

// biome-ignore lint/suspicious/noExplicitAny: an event holds what it holds
export type StickEvent = any

export interface StickDevice {
  readonly name: string
  readonly id: string
  readonly fileVersion: number
  /** Of the whole file that the device put together; empty before there is one. */
  readonly sha256: string
}

export class Stick {
  /** tcp://127.0.0.1:PORT */
  readonly where: string
  readonly #program: Program

  private constructor(program: Program, where: string) {
    this.#program = program
    this.where = where
  }

  /** @param options as `hanrig stick` takes them; it listens on any port unless they say where. */
  static async start(...options: string[]): Promise<Stick> {
    const listen = options.includes('--listen') ? [] : ['--listen', 'tcp:127.0.0.1:0']
    const args = [MAIN, 'stick', '--json', ...listen, ...options]
    const program = new Program(process.execPath, args)
    const where = await program.line('to listen', START_LIMIT, line => {
      const event = eventOf(line)
      return event?.name === 'stick-listening' ? (event.where as string) : undefined
    })
    return new Stick(program, where)
  }

  /** The first event of this name of the device, past or to come. */
  async event(name: string, device: string, within: number): Promise<StickEvent> {
    return await this.#program.line(`${name} of ${device}`, within, line => {
      const event = eventOf(line)
      return event?.name === name && event.source === device ? event : undefined
    })
  }

  /** Ends it and returns what became of its devices. */
  async end(): Promise<StickDevice[]> {
    await this.#program.end('SIGINT')
    return await this.#program.line('to report', REPORT_LIMIT, line => {
      const event = eventOf(line)
      return event?.name === 'stick-report' ? (event.devices as StickDevice[]) : undefined
    })
  }
}

/** Whatever is no event is a log line. */
function eventOf(line: string): StickEvent {
  return line.startsWith('{') ? JSON.parse(line) : undefined
}
