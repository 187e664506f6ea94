// Media and what travels on them: faults by seed, couriers that deliver once and in order, descriptors and messages
// that survive any octets.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { VirtualClock } from '#core/time/virtual-clock'
import { BlockReceiver } from '#emulators/link/block-receiver'
import { Courier } from '#emulators/link/courier'
import { DelayLine } from '#emulators/link/delay-line'
import { FaultyLink } from '#emulators/link/faults'
import type { Link } from '#emulators/link/link'
import { ALERT, MAX_CONTROL_FRAME, SRV_11_3 } from '#emulators/link/wire'
import { WAN } from '#emulators/profile/profiles'
import { decodeDescriptor, encodeDescriptor } from '#emulators/service/descriptor'
import {
  type AlertCode,
  decodeActivate,
  decodeAlert,
  decodeOutcome,
  encodeActivate,
  encodeAlert,
  encodeOutcome,
} from '#emulators/service/messages'
import { Trace, type TraceEvent } from '#emulators/trace/trace'

const SIZE = { maxFrame: MAX_CONTROL_FRAME, slots: 64 }

function line(values = WAN, slots = 64) {
  const clock = new VirtualClock(4096)
  const events: TraceEvent[] = []
  const trace = new Trace(clock, event => events.push(event))
  const arrived: { t: number; octets: number[] }[] = []
  const delay = new DelayLine(
    { clock, trace, seed: 1 },
    {
      name: 'line',
      values,
      size: { ...SIZE, slots },
      receiver: (src, at, length) => {
        arrived.push({ t: clock.now, octets: [...src.u8.subarray(at, at + length)] })
      },
    },
  )
  return { clock, trace, events, arrived, delay }
}

t.test('a frame takes its time on the line plus latency, one after another', async t => {
  const { clock, arrived, delay } = line({ latency: 100, jitter: 0, bitRate: 8_000, overhead: 0 })
  const frame = new Bytes(Uint8Array.from({ length: 10 }, (_, i) => i))
  delay.send(frame, 0, 10, 0)
  delay.send(frame, 5, 5, 0)
  clock.run()
  t.same(arrived, [
    { t: 110, octets: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
    { t: 115, octets: [5, 6, 7, 8, 9] },
  ])
})

t.test('jitter keeps the order; a frame held back may be overtaken', async t => {
  const { clock, arrived, delay } = line({
    latency: 10,
    jitter: 500,
    bitRate: 1_000_000,
    overhead: 0,
  })
  for (let i = 0; i < 50; i++) delay.send(Bytes.alloc(1 + i), 0, 1 + i, 0)
  clock.run()
  t.same(
    arrived.map(({ octets }) => octets.length),
    Array.from({ length: 50 }, (_, i) => 1 + i),
  )
  delay.send(Bytes.alloc(1), 0, 1, 5_000)
  delay.send(Bytes.alloc(2), 0, 2, 0)
  clock.run()
  t.same(
    arrived.slice(50).map(({ octets }) => octets.length),
    [2, 1],
  )
})

t.test('what does not fit in flight is dropped and said', async t => {
  const { clock, arrived, events, delay } = line(WAN, 2)
  for (let i = 0; i < 3; i++) delay.send(Bytes.alloc(8), 0, 8, 0)
  delay.send(Bytes.alloc(5_000), 0, 5_000, 0)
  clock.run()
  t.equal(arrived.length, 2)
  t.same(
    events.map(event => [event.name, event.name === 'frame-overflow' && event.length]),
    [
      ['frame-overflow', 8],
      ['frame-overflow', 5_000],
    ],
  )
  delay.send(Bytes.alloc(8), 0, 8, 0)
  clock.run()
  t.equal(arrived.length, 3, 'slots are used again')
})

t.test('faults come at their rates, and switching one on moves nothing in the others', async t => {
  const run = (
    rates: Partial<Record<'loss' | 'corruption' | 'duplication' | 'reordering', number>>,
  ) => {
    const { clock, trace, arrived, delay } = line(WAN, 2_000)
    const all = { loss: 0, corruption: 0, duplication: 0, reordering: 0, ...rates }
    const faults = { rates: all, holdBack: 100, checked: false }
    const link = new FaultyLink(
      { clock, trace, seed: 3 },
      { name: 'x', inner: delay, maxFrame: SIZE.maxFrame, ...faults },
    )
    for (let i = 0; i < 1_000; i++) {
      link.send(Bytes.alloc(4), 0, 4, 0)
      clock.run()
    }
    return { link, arrived }
  }
  const lossy = run({ loss: 0.1 })
  t.ok(lossy.link.lost > 60 && lossy.link.lost < 140, `${lossy.link.lost} lost`)
  t.equal(lossy.arrived.length, 1_000 - lossy.link.lost)
  const both = run({ loss: 0.1, duplication: 0.2 })
  t.equal(both.link.lost, lossy.link.lost)
  t.equal(both.arrived.length, 1_000 - both.link.lost + both.link.duplicated)
  const damaged = run({ corruption: 0.5 })
  const bits = damaged.arrived.map(({ octets }) =>
    octets.reduce((sum, octet) => sum + octet.toString(2).replaceAll('0', '').length, 0),
  )
  t.equal(bits.filter(n => n === 1).length, damaged.link.corrupted, 'exactly one bit is flipped')
})

t.test('couriers deliver every message once and in order over a bad line', async t => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 30 }), (seed, messages) => {
      const clock = new VirtualClock(4096)
      const world = { clock, trace: new Trace(clock, () => {}), seed }
      const got: number[] = []
      const ends: Courier[] = []
      const faults = {
        rates: { loss: 0.3, corruption: 0.1, duplication: 0.2, reordering: 0.2 },
        holdBack: 3_000,
        checked: false,
      }
      const towards = (end: number): Link => {
        const name = `to${end}`
        const inner = new DelayLine(world, {
          name,
          values: WAN,
          size: SIZE,
          receiver: (src, at, length) => ends[end]?.receive(src, at, length),
        })
        return new FaultyLink(world, { name, inner, maxFrame: SIZE.maxFrame, ...faults })
      }
      const config = { timeout: 1_000, maxTries: 1_000 }
      ends[0] = new Courier(clock, config, towards(1), () => {})
      ends[1] = new Courier(clock, config, towards(0), (_, payload) =>
        got.push(payload.dv.getUint32(0, true)),
      )
      for (let i = 0; i < messages; i++) {
        const payload = Bytes.alloc(4)
        payload.dv.setUint32(0, i, true)
        ends[0].post(i % 2 ? ALERT : SRV_11_3, payload)
      }
      clock.run()
      t.same(
        got,
        Array.from({ length: messages }, (_, i) => i),
      )
    }),
    { numRuns: 50 },
  )
})

t.test('a courier that gets no answer gives the message up and goes on', async t => {
  const clock = new VirtualClock(8)
  let sent = 0
  const courier = new Courier(clock, { timeout: 10, maxTries: 5 }, { send: () => sent++ }, () => {})
  courier.post(ALERT, Bytes.alloc(1))
  courier.post(ALERT, Bytes.alloc(1))
  t.ok(clock.run())
  t.equal(sent, 10)
  t.equal(courier.repeats, 8)
})

t.test('any octets at a receiver are survived', async t => {
  const clock = new VirtualClock(8)
  const trace = new Trace(clock, () => {})
  const receiver = new BlockReceiver(trace, {
    source: 'x',
    batch: 4,
    link: { send() {} },
    onOpen: () => undefined,
    onComplete: () => t.fail('nothing can complete'),
  })
  const courier = new Courier(clock, { timeout: 1, maxTries: 1 }, { send() {} }, () => {})
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), octets => {
      const src = new Bytes(octets)
      receiver.receive(src, 0, octets.length)
      courier.receive(src, 0, octets.length)
    }),
    { numRuns: 2_000 },
  )
})

t.test(
  'descriptors and messages come back as they were; other octets are no descriptor',
  async t => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 80, maxLength: 80 }), octets => {
        const descriptor = decodeDescriptor(new Bytes(octets))
        if (!descriptor) return
        const again = decodeDescriptor(encodeDescriptor(descriptor))
        t.same(again, descriptor)
      }),
      { numRuns: 500 },
    )
    t.equal(decodeDescriptor(Bytes.alloc(79)), undefined)
    t.equal(decodeDescriptor(Bytes.alloc(80)), undefined, 'an empty image cannot be received')
    const hash = Uint8Array.from({ length: 32 }, (_, i) => i)
    const device = '00-DB-12-34-56-78-90-A0'
    const command = { counter: 1_000, executionTime: 253_402_300_799_000, hash, device }
    t.same(decodeActivate(encodeActivate(command)), command)
    const outcome = { code: 3, version: 0xffffffff, counter: 1_000, device }
    t.same(decodeOutcome(encodeOutcome(outcome)), outcome)
    for (const code of ['AD1', '8F72', '8F1C', '8F66', '8F67', '8F89', '8F8A'] as AlertCode[]) {
      const about = '00-DB-12-34-56-78-90-A1'
      const alert = { code, at: Date.UTC(2026, 0, 5), detail: 2, version: 7, device, about }
      t.same(decodeAlert(encodeAlert(alert)), alert)
    }
  },
)
