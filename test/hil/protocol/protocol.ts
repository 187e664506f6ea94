// The codec of the wire protocol: frames, the schema through protobufjs, and DATA as the data path writes it.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import {
  decodeToBoard,
  decodeToHost,
  encodeToBoard,
  encodeToHost,
  nameOf,
  STATES,
} from '#hil/protocol/agent-messages'
import { DataFrames, dataFrameLength } from '#hil/protocol/data-frame'
import { FrameReader, frameOf } from '#hil/protocol/serial-frame'
import { seeded } from '../../helpers/octets.ts'

function reading(longest = 6000): { reader: FrameReader; got: Buffer[] } {
  const got: Buffer[] = []
  return { reader: new FrameReader(longest, message => got.push(Buffer.from(message))), got }
}

t.test('messages come out whole however the octets are cut up', async () => {
  const messages = fc.array(
    fc.tuple(fc.uint8Array({ minLength: 0, maxLength: 700 }), fc.boolean()),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 300 }), (sent, cut) => {
      const { reader, got } = reading()
      const line = Buffer.concat(sent.map(([message, burst]) => frameOf(message, burst)))
      for (let at = 0; at < line.length; at += cut) reader.push(line.subarray(at, at + cut))
      return reader.bad === 0 && Buffer.concat(got).equals(Buffer.concat(sent.map(s => s[0])))
    }),
  )
})

t.test('a damaged frame is counted, and the next is understood', async t => {
  const message = seeded(300, 5)
  const frame = frameOf(message, true)
  for (let at = 0; at < frame.length; at++) {
    const { reader, got } = reading()
    const damaged = Uint8Array.from(frame)
    damaged[at]! ^= 0x10
    reader.push(damaged)
    reader.push(frameOf(message, true))
    // Only the zero that starts the burst can be damaged without loss of the frame that follows.
    t.ok(got.length >= 1 && got.at(-1)!.equals(message), `octet ${at}`)
    if (at > 0) t.equal(reader.bad >= 1, true)
  }
  const { reader, got } = reading(64)
  reader.push(frameOf(seeded(200, 1), true))
  t.equal(reader.bad, 1, 'a frame that is too long')
  reader.push(Uint8Array.of(0, 0, 1, 0, 3, 7))
  reader.restart()
  reader.push(frameOf(Uint8Array.of(9), false))
  t.equal(reader.bad, 2, 'a frame too short for its CRC')
  t.same(got, [Buffer.of(9)])
})

t.test('DATA as the data path writes it is what protobufjs writes and reads', async () => {
  const image = new Bytes(seeded(8192, 3))
  const frames = new DataFrames(4096)
  fc.assert(
    fc.property(
      fc.oneof(fc.constant(0), fc.nat(0xffff_ffff)),
      fc.oneof(fc.nat(300), fc.nat(0xffff_ffff)),
      fc.oneof(fc.nat(300), fc.nat(4096)),
      fc.nat(4096),
      fc.boolean(),
      fc.boolean(),
      (transfer, index, length, from, ackNow, burst) => {
        const out = Bytes.alloc(dataFrameLength(length) + 3)
        const octets = frames.encode(out, 3, transfer, index, image, from, length, ackNow, burst)
        const data = { transfer, index, payload: image.u8.subarray(from, from + length), ackNow }
        const message = encodeToBoard({ data: ackNow ? data : { ...data, ackNow: false } })
        const bare = decodeToBoard(message)!.data!
        const { reader, got } = reading()
        reader.push(out.u8.subarray(3, 3 + octets))
        const read = decodeToBoard(got[0]!)!.data!
        return (
          octets <= dataFrameLength(length) &&
          (out.u8[3] === 0) === burst &&
          got.length === 1 &&
          read.transfer === transfer &&
          read.index === index &&
          read.ackNow === ackNow &&
          Buffer.compare(read.payload, data.payload) === 0 &&
          Buffer.compare(bare.payload, data.payload) === 0
        )
      },
    ),
  )
})

t.test('unknown fields and unknown messages pass, and what is no message does not', async t => {
  const known = encodeToHost({ request: 7, progress: { state: 2, done: 3, total: 4 } })
  // Field 90, three wire types of it, around what is known.
  const varint = Uint8Array.of(0xd0, 0x05, 0x85, 0x01)
  const text = Uint8Array.of(0xd2, 0x05, 0x02, 0xff, 0xff)
  const fixed = Uint8Array.of(0xd5, 0x05, 1, 2, 3, 4)
  const message = decodeToHost(Buffer.concat([varint, known, text, fixed]))!
  t.equal(message.request, 7)
  t.same(message.progress, { state: 2, done: 3, total: 4 })
  t.same(decodeToHost(text), { request: 0 })
  t.equal(decodeToHost(Uint8Array.of(0x1a, 0x05, 1)), undefined)
  t.equal(decodeToBoard(Uint8Array.of(0x07)), undefined)
  t.equal(nameOf(STATES, 2), 'receiving')
  t.equal(nameOf(STATES, 77), 'value-77')
})

t.test('a board’s answer to HELLO keeps what is absent absent', async t => {
  const { board } = decodeToHost(
    encodeToHost({
      request: 1,
      board: {
        protocol: 1,
        agent: '1.0.0',
        name: 'wasm',
        hardwareVersion: 0x0102,
        slotSize: 4096,
        blockMin: 256,
        blockMax: 4096,
        credit: 9000,
        runningVersion: 0,
        runningSha256: new Uint8Array(0),
        runningSize: 0,
        state: 0,
        boot: 3,
        resetReason: 1,
        lastActivation: 0,
        serial: '',
        baudMax: 0,
      },
    }),
  )!
  t.equal(board!.manufacturerCode, undefined)
  t.equal(board!.pending, undefined)
  t.equal(board!.hardwareVersion, 0x0102)
  t.equal(board!.runningSha256.length, 0)
})
