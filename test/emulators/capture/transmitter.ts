import t, { type Test } from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { crc16 } from '#core/bytes/crc16'
import { type Route, Transmitter } from '#emulators/capture/transmitter'
import { fromHex, seeded, toHex } from '../../helpers/octets.ts'

const TO_HUB: Route = {
  broadcast: false,
  to: 0x0000,
  toEndpoint: 1,
  fromEndpoint: 3,
  profile: 0x0109,
}
const TO_ALL: Route = { ...TO_HUB, broadcast: true, toEndpoint: 0xff }

const ZCL = '01 07 03 00 1d12 0000 dcacdcac 00000000 30'
/** Octets before the payload: whole, and as a block. */
const HEADERS = 9 + 8 + 8
const BLOCK_HEADERS = HEADERS + 2

/** A box with the short address 0x1001, and the frames that it sends, without their FCS, which is checked. */
function box(t: Test) {
  const sent: { hex: string; last: boolean }[] = []
  const transmitter = new Transmitter(0x1001, (psdu, length, last) => {
    t.ok(length <= 127, `${length} octets on the air`)
    t.equal(psdu.dv.getUint16(length - 2, true), crc16(psdu, 0, length - 2), 'FCS')
    sent.push({ hex: toHex(psdu, 0, length - 2), last })
  })
  const send = (route: Route, length: number) => {
    const payload = new Bytes(seeded(length + 5, length))
    sent.length = 0
    transmitter.send(route, 0x0019, payload, 5, length)
    return { frames: [...sent], payload: toHex(payload, 5) }
  }
  return { sent, transmitter, send }
}

t.test('a unicast, octet by octet', async t => {
  const { sent, transmitter } = box(t)
  const zcl = fromHex('ee', ZCL)
  transmitter.send(TO_HUB, 0x0019, zcl, 1, zcl.length - 1)
  const layers = [
    // MAC: data, acknowledgement asked for; sequence, PAN, to, from
    '6188 00 621a 0000 0110',
    // NWK: data, version 2, route discovery; to, from, radius 30, sequence
    '4800 0000 0110 1e 00',
    // APS: data, unicast; to endpoint 1, OTA, Smart Energy, from endpoint 3, counter
    '00 01 1900 0901 03 00',
  ]
  t.same(sent, [{ hex: toHex(fromHex(...layers, ZCL)), last: true }])
})

t.test('a broadcast goes to everybody and asks for no acknowledgement', async t => {
  const { sent, transmitter } = box(t)
  const zcl = fromHex(ZCL)
  transmitter.send(TO_ALL, 0x0019, zcl, 0, zcl.length)
  const layers = ['4188 00 621a ffff 0110', '0800 fdff 0110 1e 00', '08 ff 1900 0901 03 00']
  t.same(sent, [{ hex: toHex(fromHex(...layers, ZCL)), last: true }])
})

t.test('a payload of 100 octets fits one frame; 101 go as two blocks', async t => {
  const { send } = box(t)
  const whole = send(TO_HUB, 100)
  t.same(
    whole.frames.map(frame => frame.hex.slice(2 * HEADERS)),
    [whole.payload],
  )
  const cut = send(TO_HUB, 101)
  t.same(
    cut.frames.map(({ hex, last }) => ({ octets: hex.length / 2, last })),
    [
      { octets: 125, last: false },
      { octets: BLOCK_HEADERS + 3, last: true },
    ],
  )
})

t.test('blocks carry the payload in order under one APS counter', async t => {
  const { send } = box(t)
  send(TO_HUB, 1)
  for (const [length, count] of [
    [196, 2],
    [197, 3],
    [272, 3],
    [1046, 11],
  ] as const) {
    const { frames, payload } = send(TO_HUB, length)
    t.equal(frames.length, count)
    t.equal(frames.map(frame => frame.hex.slice(2 * BLOCK_HEADERS)).join(''), payload)
    const counter = frames[0]!.hex.slice(48, 50)
    for (const [i, { hex }] of frames.entries()) {
      t.equal(hex.slice(34, 36), 'c0', 'extended header, acknowledgement asked for')
      t.equal(hex.slice(48, 50), counter)
      t.equal(hex.slice(50, 52), i === 0 ? '01' : '02', 'first block or a later one')
      t.equal(Number.parseInt(hex.slice(52, 54), 16), i === 0 ? count : i, 'how many, then which')
    }
  }
})

t.test('frames and payloads are counted apart, each round its octet', async t => {
  const { send } = box(t)
  let frames = 0
  for (let payloads = 0; payloads < 600; payloads++) {
    for (const frame of send(TO_HUB, payloads % 3 === 0 ? 250 : 20).frames) {
      const [mac, nwk, aps] = [2, 16, 24].map(at =>
        Number.parseInt(frame.hex.slice(2 * at, 2 * at + 2), 16),
      )
      if (mac !== (frames & 255)) t.fail(`MAC sequence of frame ${frames}`)
      if (nwk !== (frames & 255)) t.fail(`NWK sequence of frame ${frames}`)
      if (aps !== (payloads & 255)) t.fail(`APS counter of payload ${payloads}`)
      frames++
    }
  }
  t.equal(frames, 1000)
})

t.test('what APS cannot carry is refused: a broadcast in blocks, more than 255 blocks', async t => {
  const { send } = box(t)
  t.equal(send(TO_ALL, 100).frames.length, 1)
  t.throws(() => send(TO_ALL, 101), RangeError)
  t.equal(send(TO_HUB, 255 * 98).frames.length, 255)
  t.throws(() => send(TO_HUB, 255 * 98 + 1), RangeError)
})
