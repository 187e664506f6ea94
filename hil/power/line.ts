// A switch that a modem line of the board's own port works: a relay or a transistor on DTR or RTS.

import { hanrigError } from '../errors/errors.ts'
import type { Port } from '../line/port.ts'
import type { Switch, SwitchLog } from './switch.ts'

export interface LineSpec {
  readonly line: 'dtr' | 'rts'
  readonly inverted: boolean
}

/** What a port is asked for. */
export type WithLines = Pick<Port, 'setLines'>

export class LineSwitch implements Switch {
  readonly kind: string
  readonly #spec: LineSpec
  readonly #port: () => WithLines | undefined
  readonly #log: SwitchLog

  /** @param port the port that is open now; undefined while there is none. */
  constructor(spec: LineSpec, port: () => WithLines | undefined, log: SwitchLog) {
    this.kind = `line ${spec.line}`
    this.#spec = spec
    this.#port = port
    this.#log = log
  }

  async set(on: boolean): Promise<void> {
    const { line, inverted } = this.#spec
    const isSet = on !== inverted
    const port = this.#port()
    const isDone = port !== undefined && (await port.setLines({ [line]: isSet }))
    if (!isDone) {
      throw hanrigError(
        'HANRIG_SWITCH_FAILED',
        `The line ${line.toUpperCase()} could not be switched: ${port ? 'the port has none' : 'the port is not open'}.`,
      )
    }
    this.#log(`${line} ${isSet ? 'set' : 'cleared'}`)
  }
}
