// The host's end of TI's protocol for tests without a host: commands as hex, answers as hex, time moved on by hand.

import type { ZigbeeHome } from '#emulators/home/zigbee-home'
import type { TraceEvent } from '#emulators/trace/trace'
import { UnpiParser, UnpiWriter } from '#hil/stick/unpi'
import type { ZnpStick } from '#hil/stick/znp/znp'
import { frontOf, homeOf, type RigOptions } from './hosts/rig.ts'

export class ZnpHost {
  readonly events: TraceEvent[] = []
  readonly home: ZigbeeHome
  readonly stick: ZnpStick
  /** What the stick has said since it was read last. */
  readonly #said: string[] = []

  constructor(options: RigOptions = {}) {
    this.home = homeOf(options, 0, event => this.events.push(event))
    this.stick = frontOf(this.home, options) as ZnpStick
    const parser = new UnpiParser((memory, at, length) => {
      this.#said.push(Buffer.from(memory.u8.subarray(at, at + 2 + length)).toString('hex'))
    })
    this.stick.opened()
    this.stick.send = octets => parser.feed(octets, 0, octets.length)
    this.home.begin()
  }

  /** Sends a command, hex without length and check sum; what is said at once. */
  ask(hex: string): string[] {
    const octets = Buffer.from(hex.replaceAll(' ', ''), 'hex')
    const writer = new UnpiWriter(512)
    writer.begin(octets[0]!, octets[1]!).octets(octets.subarray(2)).end()
    const frame = writer.take()
    this.stick.receive(frame, 0, frame.length)
    return this.heard()
  }

  /** Lets `ms` pass; what is said meanwhile. */
  wait(ms: number): string[] {
    this.home.clock.advance(this.home.clock.now + ms)
    return this.heard()
  }

  /** What was said since. */
  heard(): string[] {
    return this.#said.splice(0)
  }

  /** A network with all devices joined, and the host's endpoint 1; what was said on the way is forgotten. */
  begin(): this {
    this.ask('2f0504')
    this.ask('2400 01 0401 0500 00 00 00 00')
    this.ask('2536 0f fcff ff 01')
    this.wait(60_000)
    return this
  }

  /** Network address of a device, as hex on the wire. */
  address(i = 0): string {
    const { address } = this.home.nodes[i]!
    return Buffer.from([address & 255, address >>> 8]).toString('hex')
  }

  /** Sends data to endpoint 1 of a device and returns all that is said within `ms`. */
  data(cluster: string, asdu: string, ms = 20, i = 0): string[] {
    const octets = asdu.replaceAll(' ', '')
    const length = (octets.length / 2).toString(16).padStart(2, '0')
    const said = this.ask(`2401 ${this.address(i)} 01 01 ${cluster} 07 00 1e ${length} ${octets}`)
    return [...said, ...this.wait(ms)]
  }
}

/** The ASDUs of incoming messages, hex. */
export function asdus(said: readonly string[]): string[] {
  return said
    .filter(frame => frame.startsWith('4481'))
    .map(frame =>
      frame.slice(4 + 2 * 17, 4 + 2 * 17 + 2 * Number.parseInt(frame.slice(36, 38), 16)),
    )
}
