// Inputs that the fuzzer starts from: whole lives of a board in few octets, made by the host's own codec.

import { createHash } from 'node:crypto'
import { encodeToBoard, type ToBoard } from '#hil/protocol/agent-messages'
import { frameOf } from '#hil/protocol/serial-frame'
import { seeded } from '../../helpers/octets.ts'

/** Longest message: 13 bits of length; bit 15 is a power cut, bit 14 time that passes. */
const CUT = 0x8000
const TIME = 0x4000

function word(value: number): Buffer {
  return Buffer.of(value & 0xff, value >> 8)
}

/** Messages, and numbers for what happens between them, as fuzz.c reads them. */
function life(...steps: (ToBoard | number)[]): Buffer {
  const parts = steps.map(step => {
    if (typeof step === 'number') return word(step)
    const message = encodeToBoard({ request: 1, ...step })
    return Buffer.concat([word(message.length), message])
  })
  return Buffer.concat([Buffer.of(1), ...parts])
}

export function seeds(): Map<string, Buffer> {
  const image = seeded(700, 3)
  const sha256 = createHash('sha256').update(image).digest()
  const begin = { begin: { size: 700, sha256, fileVersion: 2, blockSize: 256, ackEvery: 2 } }
  const data = (index: number, transfer = 1) => ({
    data: {
      transfer,
      index,
      payload: image.subarray(256 * index, 256 * index + 256),
      ackNow: true,
    },
  })
  const whole = [data(0), data(1), data(2)]
  const activate = { activate: { sha256, durationMs: 5 } }
  const hello = { hello: { protocolMin: 1, protocolMax: 1 } }
  const lives: Record<string, Buffer> = {
    activation: life(hello, begin, ...whole, { end: { transfer: 1 } }, activate, TIME | 9, hello),
    holes: life(begin, data(2), { status: {} }, data(0), data(0), data(1), {
      end: { transfer: 1 },
    }),
    resumption: life(begin, data(0), data(2), CUT, hello, begin, data(1), { end: { transfer: 1 } }),
    cut: life(begin, ...whole, { end: { transfer: 1 } }, activate, CUT, hello, CUT, hello),
    twice: life(
      begin,
      data(0),
      { begin: { ...begin.begin, restart: true } },
      data(0, 2),
      data(1, 2),
    ),
    verify: life(begin, ...whole, { verify: {} }, { end: { transfer: 1 } }, { verify: {} }, hello),
    supply: life({ supply: { offMs: 20 } }, { status: {} }, TIME | 9, { supply: { offMs: 0 } }),
    others: life(
      { baud: { rate: 9600 } },
      TIME | 1000,
      { reset: {} },
      hello,
      {},
      { end: { transfer: 9 } },
    ),
  }
  const line = Buffer.concat([
    Buffer.of(0),
    frameOf(encodeToBoard({ request: 1, ...hello }), true),
    frameOf(encodeToBoard({ request: 2, ...begin }), false),
    frameOf(encodeToBoard(data(0)), false),
  ])
  const flood = Buffer.alloc(7000, 0x55)
  flood[0] = 0
  return new Map([...Object.entries(lives), ['line', line], ['flood', flood]])
}
