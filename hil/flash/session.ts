// An open port for the length of a try: steps are done with it one after another. What comes between two talks is kept
// for the second, unless a step drops it.

import { setTimeout as sleep } from 'node:timers/promises'
import { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import type { Port } from '../line/port.ts'
import type { openPort, PortOptions } from '../open/open.ts'
import { converse } from '../protocol/converse.ts'
import type { Talk } from '../protocol/talk.ts'
import { DEVICES, type DeviceTree, Follower } from '../serial/follow.ts'
import type { Step } from './step.ts'

/** Milliseconds that a port which was closed for its board to restart is waited for. */
const BACK_WITHIN = 10_000
/** Milliseconds that it may take to go: it does where the board is the USB device, and never behind an adapter. */
const GOES_WITHIN = 2_000
/** Milliseconds between two looks for it. */
const LOOK_EVERY = 50
/** Milliseconds in which an adapter hands over what it has. */
const DROP_FOR = 20

export interface SessionOptions {
  readonly open: typeof openPort
  readonly line: PortOptions
  readonly signal: AbortSignal
}

/** The port of a board, whatever name it has at the moment. It outlives the tries. */
export class Place {
  readonly address: string
  readonly #follower: Follower
  #opened: string

  constructor(address: string, tree: DeviceTree = DEVICES) {
    this.address = address
    this.#opened = address
    this.#follower = new Follower(pathOf(address), tree)
  }

  /** The name under which it was opened last, where that is another. */
  get otherName(): string | undefined {
    return this.#opened === this.address ? undefined : this.#opened
  }

  /** True where it goes when its board restarts. */
  get follows(): boolean {
    return this.#follower.follows
  }

  /** True while what was opened is there. */
  get isStill(): boolean {
    return this.#follower.isStill(this.#opened.replace(/^serial:/, ''))
  }

  /** @throws HanrigError what opening throws; PORT_NOT_FOUND while the device is away. */
  async open({ open, line }: SessionOptions): Promise<Port> {
    const found = this.#follower.follows ? this.#follower.find() : this.address
    if (found === undefined) {
      throw hanrigError('HANRIG_PORT_NOT_FOUND', `${this.address} has not come back.`)
    }
    const address = found === pathOf(this.address) ? this.address : found
    const port = await open(address, line)
    this.#opened = address
    this.#follower.note(pathOf(address))
    return port
  }
}

const pathOf = (address: string) => address.replace(/^serial:/, '')

export class Session {
  readonly #place: Place
  readonly #options: SessionOptions
  /** Told of every talk when it begins. */
  readonly #onTalk: (talk: Talk) => void
  #port: Port | undefined

  private constructor(place: Place, options: SessionOptions, onTalk: (talk: Talk) => void) {
    this.#place = place
    this.#options = options
    this.#onTalk = onTalk
  }

  /** @throws HanrigError what opening throws. */
  static async open(
    place: Place,
    options: SessionOptions,
    onTalk: (talk: Talk) => void,
  ): Promise<Session> {
    const session = new Session(place, options, onTalk)
    session.#port = await place.open(options)
    return session
  }

  /**
   * Does a step.
   * @throws HanrigError what converse() throws; PORT_CANNOT for a line or a speed that the port does not have.
   */
  async do(step: Step): Promise<void> {
    const port = this.#port!
    switch (step.do) {
      case 'converse':
        return await this.#converse(port, step.talk(performance.now()))
      case 'lines': {
        const { do: _, ...lines } = step
        if (!(await port.setLines(lines))) throw cannot(port, 'no modem lines that can be set')
        return
      }
      case 'speed': {
        const { baudRate } = step
        if (!(await port.setBaudRate(baudRate))) throw cannot(port, `no speed of ${baudRate} bit/s`)
        return
      }
      case 'wait':
        return await this.#pause(step.ms)
      case 'drop':
        port.stream.resume()
        await this.#pause(DROP_FOR)
        port.stream.pause()
        return
      case 'reopen':
        return await this.#reopen(port)
    }
  }

  async close(): Promise<void> {
    await this.#port?.close()
  }

  async #converse(port: Port, talk: Talk): Promise<void> {
    this.#onTalk(talk)
    await converse(port, talk, { signal: this.#options.signal, keepRest: true })
  }

  async #reopen(port: Port): Promise<void> {
    this.#port = undefined
    await port.close()
    const goneBy = performance.now() + GOES_WITHIN
    while (this.#place.follows && this.#place.isStill && performance.now() < goneBy) {
      await this.#pause(LOOK_EVERY)
    }
    const backBy = performance.now() + BACK_WITHIN
    for (;;) {
      try {
        this.#port = await this.#place.open(this.#options)
        return
      } catch (error) {
        if (!(error instanceof HanrigError) || performance.now() >= backBy) throw error
        await this.#pause(LOOK_EVERY)
      }
    }
  }

  /** @throws HanrigError INTERRUPTED. */
  async #pause(ms: number): Promise<void> {
    const { signal } = this.#options
    await sleep(ms, undefined, { signal }).catch(() => {})
    if (signal.aborted) throw stopped()
  }
}

export const stopped = () => hanrigError('HANRIG_INTERRUPTED', 'Stopped by the user.')

function cannot({ address }: Port, what: string): HanrigError {
  return hanrigError('HANRIG_PORT_CANNOT', `${address} has ${what}.`)
}
