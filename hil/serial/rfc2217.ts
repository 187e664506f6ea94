// A remote port by RFC 2217 (ser2net's telnet(rfc2217), many terminal servers): TCP with the port's speed and modem
// lines beside the data. npm has no client for it, so this is hanrig's own; ser2net judges it in the tests.

import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import { Heard, saying, serverError, unanswered } from '../line/heard.ts'
import { endedWithin, type ModemLines, OPEN_WITHIN, type Parity, type Port } from '../line/port.ts'
import { connected, socketPort } from './tcp.ts'
import {
  BINARY,
  COM_PORT,
  comPortCommand,
  DO,
  escaped,
  IAC,
  refusal,
  SUPPRESS_GO_AHEAD,
  TelnetParser,
  WILL,
} from './telnet.ts'

/** Commands of a client; a server's answer to one is 100 more. */
const SET_BAUDRATE = 1
const SET_DATASIZE = 2
const SET_PARITY = 3
const SET_STOPSIZE = 4
const SET_CONTROL = 5
const ANSWER = 100

/** Values: eight bits, the parities, one stop bit; SET_CONTROL's for the lines. */
const EIGHT_BITS = 8
const PARITY_VALUES: Readonly<Record<Parity, number>> = { none: 1, odd: 2, even: 3 }
const ONE_STOP_BIT = 1
const DTR_ON = 8
const DTR_OFF = 9
const RTS_ON = 11
const RTS_OFF = 12

/** Milliseconds that a server is listened to before it is spoken to. */
const LISTEN_FIRST = 100

/**
 * Connects and sets the port up: eight bits, one stop bit, speed and parity as given.
 * @throws HanrigError PORT_UNREACHABLE, PORT_CANNOT when the server does not take the parity, or when the far end does
 * not speak RFC 2217 PORT_BUSY, HEARD_HTTP, LINE_ECHO or PORT_UNUSABLE by what it says instead.
 */
export async function openRfc2217(
  address: string,
  host: string,
  port: number,
  { baudRate, parity }: { readonly baudRate: number; readonly parity: Parity },
): Promise<Port> {
  const socket = await connected(address, host, port)
  const stream = new ComPortStream(socket)
  const base = socketPort(address, socket, stream)
  const opened: Port = {
    ...base,
    setLines: lines => stream.setLines(lines),
    setBaudRate: baud => stream.setBaudRate(baud),
  }
  // A server that has no port to give says so and closes: whoever speaks at once does not get to read it.
  const isGone = await endedWithin(once(stream, 'close'), LISTEN_FIRST)
  if (!isGone) stream.greet()
  if (!isGone && (await stream.setBaudRate(baudRate))) {
    stream.isOpening = false
    // Nobody checks what is the default everywhere; a parity that was not taken makes noise of every other octet.
    if (parity === 'none' || (await stream.setParity(parity))) return opened
    await base.close()
    throw hanrigError(
      'HANRIG_PORT_CANNOT',
      `The server at ${address} does not set ${parity} parity.`,
    )
  }
  await base.close()
  throw unusable(`${address} does not take the speed ${baudRate} by RFC 2217`, stream.heard)
}

function unusable(sentence: string, heard: Heard): HanrigError {
  if (heard.echoes) return unanswered(sentence, heard)
  const told = `${sentence}${saying(heard)}.`
  return serverError(told, heard) ?? hanrigError('HANRIG_PORT_UNUSABLE', told)
}

class ComPortStream extends Duplex {
  readonly #socket: Socket
  readonly #parser: TelnetParser
  /** What came as data before the speed was agreed on. */
  readonly heard = new Heard()
  isOpening = true
  #awaited: { command: number; done: (answer: readonly number[] | undefined) => void } | undefined

  constructor(socket: Socket) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    this.#parser = new TelnetParser(
      (verb, option) => this.#onVerb(verb, option),
      command => this.#onSub(command),
    )
    this.on('error', () => {})
    socket.on('data', chunk => {
      const data = this.#parser.take(chunk)
      if (this.isOpening) this.heard.take(data)
      if (data.length > 0 && !this.push(data)) socket.pause()
    })
    socket.on('close', () => this.destroy())
  }

  /** Says what is wanted of the far end, and how its port is to be. */
  greet(): void {
    const offer = (verb: number, option: number) =>
      this.#socket.write(Buffer.from([IAC, verb, option]))
    offer(WILL, COM_PORT)
    for (const option of [BINARY, SUPPRESS_GO_AHEAD]) {
      offer(WILL, option)
      offer(DO, option)
    }
    this.#socket.write(comPortCommand(SET_DATASIZE, EIGHT_BITS))
    this.#socket.write(comPortCommand(SET_PARITY, PARITY_VALUES.none))
    this.#socket.write(comPortCommand(SET_STOPSIZE, ONE_STOP_BIT))
  }

  async setBaudRate(baudRate: number): Promise<boolean> {
    const bits = Buffer.alloc(4)
    bits.writeUInt32BE(baudRate)
    const answer = await this.#ask(SET_BAUDRATE, ...bits)
    return answer !== undefined && Buffer.from(answer).readUInt32BE() === baudRate
  }

  async setParity(parity: Parity): Promise<boolean> {
    const answer = await this.#ask(SET_PARITY, PARITY_VALUES[parity])
    return answer?.[0] === PARITY_VALUES[parity]
  }

  async setLines({ dtr, rts }: ModemLines): Promise<boolean> {
    const values: number[] = []
    if (dtr !== undefined) values.push(dtr ? DTR_ON : DTR_OFF)
    if (rts !== undefined) values.push(rts ? RTS_ON : RTS_OFF)
    for (const value of values) {
      const answer = await this.#ask(SET_CONTROL, value)
      if (answer?.[0] !== value) return false
    }
    return true
  }

  override _read(): void {
    this.#socket.resume()
  }

  override _write(data: Buffer, _: string, done: (error?: Error | null) => void): void {
    this.#socket.write(escaped(data), done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy()
    this.#answered(undefined)
    done(error)
  }

  /** Sends a command; its answer's octets, or undefined when none came in time. */
  #ask(command: number, ...octets: number[]): Promise<readonly number[] | undefined> {
    return new Promise(resolve => {
      const timer = setTimeout(() => this.#answered(undefined), OPEN_WITHIN)
      this.#awaited = {
        command,
        done: answer => {
          clearTimeout(timer)
          resolve(answer)
        },
      }
      // Data that nobody reads yet must not hold the answer back.
      this.#socket.resume()
      this.#socket.write(comPortCommand(command, ...octets))
    })
  }

  #answered(answer: readonly number[] | undefined): void {
    const { done } = this.#awaited ?? {}
    this.#awaited = undefined
    done?.(answer)
  }

  #onVerb(verb: number, option: number): void {
    if (option === BINARY || option === SUPPRESS_GO_AHEAD || option === COM_PORT) return
    const no = refusal(verb)
    if (no !== undefined) this.#socket.write(Buffer.from([IAC, no, option]))
  }

  #onSub([option, command, ...answer]: readonly number[]): void {
    if (option === COM_PORT && this.#awaited?.command === command) {
      // The question itself.
      this.heard.echoes = true
      this.#answered(undefined)
      return
    }
    if (option !== COM_PORT || this.#awaited?.command !== (command ?? 0) - ANSWER) return
    const wanted = command === SET_BAUDRATE + ANSWER ? 4 : 1
    this.#answered(answer.length >= wanted ? answer : undefined)
  }
}
