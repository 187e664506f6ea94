// A deCONZ stick without a host: its frames, its parameters, and how what waits is fetched.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import type { TraceEvent } from '#emulators/trace/trace'
import { encodeSlip, SlipParser } from '#hil/stick/deconz/slip'
import { NO_CONFIRM, USUAL_NETWORK } from '#hil/stick/front'
import { encodeState, loadState } from '#hil/stick/state'
import { frontOf, homeOf, type RigOptions } from '../../helpers/hosts/rig.ts'

/** A frame of command to body, without length and check sum, as it goes over the wire. */
function wire(hex: string): Uint8Array {
  const octets = Buffer.from(hex.replaceAll(' ', ''), 'hex')
  const frame = Bytes.alloc(600)
  frame.u8.set(octets.subarray(0, 3))
  frame.u8.set(octets.subarray(3), 5)
  return encodeSlip(frame, octets.length + 2)
}

class DeconzHost {
  readonly events: TraceEvent[] = []
  readonly home
  readonly stick
  readonly #said: string[] = []

  constructor(options: RigOptions = {}, state?: Uint8Array) {
    const all: RigOptions = { ...options, protocol: 'deconz' }
    this.home = homeOf(all, 0, event => this.events.push(event))
    this.stick = frontOf(this.home, all)
    if (state) loadState(state, this.home, this.stick)
    const parser = new SlipParser((memory, length) => {
      const { u8 } = memory
      // Command, status and body.
      this.#said.push(Buffer.from([u8[0]!, u8[2]!, ...u8.subarray(5, length)]).toString('hex'))
    })
    this.stick.opened()
    this.stick.send = octets => parser.feed(octets, 0, octets.length)
    this.home.begin()
  }

  /** Sends a command with its body; what is said to it, pushes of the state left out. */
  ask(command: string, body = ''): string[] {
    const frame = wire(`${command} 01 00 ${body}`)
    this.stick.receive(frame, 0, frame.length)
    return this.heard()
  }

  heard(): string[] {
    return this.#said.splice(0).filter(frame => !frame.startsWith('0e'))
  }

  wait(ms: number): void {
    this.home.clock.advance(this.home.clock.now + ms)
  }

  /** Everything that waits, as a host fetches it. */
  fetch(): string[] {
    const found: string[] = []
    for (;;) {
      const [state] = this.ask('07', '000000')
      const bits = Number.parseInt(state!.slice(4, 6), 16)
      if (bits & 4) found.push(...this.ask('04', '0000'))
      else if (bits & 8) found.push(...this.ask('17', '0100 01'))
      else return found
    }
  }
}

t.test('frames of any octets, cut anywhere, noise and damage in between', async () => {
  const frame = fc.uint8Array({ minLength: 3, maxLength: 200 })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(frame, fc.boolean()), { maxLength: 8 }),
      fc.array(fc.nat(4096), { maxLength: 20 }),
      (frames, cuts) => {
        const found: string[] = []
        const parser = new SlipParser((memory, length) => {
          const { u8 } = memory
          found.push(Buffer.from([...u8.subarray(0, 3), ...u8.subarray(5, length)]).toString('hex'))
        })
        const pieces = frames.map(([octets, damaged]) => {
          const whole = wire(Buffer.from(octets).toString('hex'))
          // One more in the check sum's place cannot be right.
          if (damaged) whole[whole.length - 2]! ^= 1
          return whole
        })
        const stream = Buffer.concat(pieces)
        let at = 0
        for (const cut of [...cuts.map(c => c % (stream.length + 1)), stream.length].sort(
          (a, b) => a - b,
        )) {
          parser.feed(stream, at, cut - at)
          at = cut
        }
        const sound = frames.filter(([, damaged]) => !damaged)
        return (
          found.join() === sound.map(([octets]) => Buffer.from(octets).toString('hex')).join() &&
          parser.frames === sound.length
        )
      },
    ),
    { numRuns: 300 },
  )
})

t.test('a frame longer than any is passed over, the next one is not', async t => {
  const host = new DeconzHost()
  host.stick.receive(new Uint8Array(2_000).fill(7), 0, 2_000)
  t.same(host.ask('0d', '00000000'), ['0d00' + '00077826'], 'firmware 0x26780700')
  t.match(host.stick, { frames: 1, malformed: 1 })
})

t.test('parameters, and a network that they describe', async t => {
  const host = new DeconzHost()
  t.same(host.ask('07', '000000'), ['0700' + '20' + '0000'], 'off, with room')
  t.same(host.ask('0a', '0100 01'), ['0a00' + '0900' + '01' + '0102030405060708'], 'EUI-64')
  t.same(host.ask('0a', '0100 99'), ['0a04' + '0100' + '99'], 'no such parameter')
  t.same(host.ask('0a', '0200 13 00'), ['0a04' + '0100' + '13'], 'no endpoint yet')
  t.same(host.ask('0b', '0300 05 621a'), ['0b00' + '0100' + '05'])
  t.same(host.ask('0b', '0500 0a 00800000'), ['0b00' + '0100' + '0a'], 'channel 15')
  t.same(
    host.ask('0b', '0200 1c 0f'),
    ['0b07' + '0100' + '1c'],
    'the channel itself is the stick’s',
  )
  t.same(host.ask('0b', '0200 05 62'), ['0b07' + '0100' + '05'], 'too short')
  t.same(
    host.ask('12', '0c00 01 00 02 3412 01 0401 0000 01 0000 00 00'),
    ['1206' + '0200' + '20' + '01'],
    'no network',
  )
  t.same(host.ask('08', '02'), ['0800' + '02'])
  t.same(host.ask('0a', '0100 1c'), ['0a00' + '0200' + '1c' + '0f'])
  host.ask('08', '00')
  host.ask('08', '02')
  t.match(
    host.events.filter(({ name }) => name === 'network-formed'),
    [{ panId: 0x1a62, channel: 15, resumed: false }, { resumed: true }],
  )
  t.same(host.ask('55'), ['5504' + '0000'], 'no such command')
  t.match(host.events.at(-1), { name: 'host-unknown', command: '55' })
})

t.test('joining, a question, data, and what is fetched', async t => {
  const host = new DeconzHost({
    settings: {
      confirms: new Map([
        [3, 0xe1],
        [6, NO_CONFIRM],
      ]),
    },
  })
  host.ask('08', '02')
  host.ask('0b', '0200 21 3c')
  host.wait(2_000)
  const { address } = host.home.nodes[0]!
  const a = Buffer.from([address & 255, address >>> 8]).toString('hex')
  const [announce] = host.fetch()
  t.match(announce, new RegExp(`^1700....220200000002${a}0000001300`))
  // A node descriptor, by the frame itself.
  t.same(host.ask('12', `0f00 01 00 02 ${a} 00 0000 0200 00 0300 2a${a} 00 1e`), [
    '1200' + '0200' + '26' + '01',
  ])
  host.wait(20)
  const [confirm, answer] = host.fetch()
  t.equal(confirm, `04000c002a0102${a}00000000000000`)
  t.match(answer, new RegExp(`028011002a00${a}01408e`))
  // A read of the model, in the profile that the host speaks.
  host.ask('12', `1100 02 00 02 ${a} 01 0401 0000 01 0500 1007000500 00 1e`)
  host.wait(20)
  const read = host.fetch()
  t.match(read[1], /0401.*18070105000042046573/, 'answered in that profile')
  host.ask('12', `1100 03 00 02 ${a} 01 0401 0000 01 0500 1007000500 00 1e`)
  t.match(host.fetch(), [/^0400.*e100000000$/], 'as the script says')
  t.same(host.ask('04', '0000'), ['0400' + '0100' + '22'], 'nothing waits')
  t.same(host.ask('17', '0100 01'), ['1700' + '0100' + '22'])
  // The stick itself, by its EUI-64; and a group, which nobody is in.
  host.ask('12', '1500 04 00 03 0102030405060708 00 0000 0200 00 0300 2b0000 00 1e')
  t.match(host.fetch(), [/^0400/, /0280.*2b0000000040/])
  host.ask('12', '0e00 05 00 01 3412 0401 0000 01 0100 01 00 1e')
  t.equal(host.fetch().length, 1)
  host.ask('12', `1100 06 00 02 ${a} 01 0401 0000 01 0500 1007000500 00 1e`)
  host.wait(20)
  t.match(host.fetch(), [/^1700.*18070105/], 'answered, and never confirmed')
})

t.test('what it keeps, and what was there before any host', async t => {
  const one = new DeconzHost()
  one.ask('0b', '0300 05 621a')
  one.ask('08', '02')
  const other = new DeconzHost({}, encodeState(one.home, one.stick))
  t.same(other.ask('07', '000000'), ['0700' + '22' + '0000'], 'connected')
  t.same(other.ask('0a', '0100 05'), ['0a00' + '0300' + '05' + '621a'])
  const formed = new DeconzHost({ settings: { formed: USUAL_NETWORK } })
  t.same(formed.ask('0a', '0200 18 00'), [
    '0a00' + '1200' + '18' + '00' + '01030507090b0d0f00020406080a0c0d',
  ])
  t.match(formed.ask('07', '000000'), ['070022' + '0000'])
})
