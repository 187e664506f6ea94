import { createHash } from 'node:crypto'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { BROADCAST, Capture, type HanNode } from '#emulators/capture/capture'
import { fromHex, seeded } from '../../helpers/octets.ts'

const START = Date.UTC(2026, 0, 5, 9)
const HUB: HanNode = {
  name: 'hub',
  shortAddress: 0,
  eui64: '00-DB-12-34-56-78-90-A2',
  endpoint: 1,
  sleepy: false,
}
const GSME: HanNode = {
  name: 'gsme',
  shortAddress: 0x1002,
  eui64: '00-DB-12-34-56-78-90-A1',
  endpoint: 3,
  sleepy: true,
}
const PACKET = 6

interface Packet {
  readonly microseconds: bigint
  readonly hex: string
  readonly comment: string
}

/** A capture of a hub and a GSME, and the blocks that it wrote. */
function captured() {
  const clock = { now: 0 }
  const blocks: Uint8Array[] = []
  const capture = new Capture(clock, START, block => blocks.push(block), 'hanrig test')
  const hub = capture.node(HUB)
  const gsme = capture.node(GSME)
  return { clock, blocks, capture, hub, gsme }
}

function packets(blocks: readonly Uint8Array[]): Packet[] {
  return blocks
    .map(block => Buffer.from(block))
    .flatMap(block => {
      if (block.readUInt32LE(0) !== PACKET) return []
      const length = block.readUInt32LE(20)
      const option = 28 + Math.ceil(length / 4) * 4
      const isCommented = block.length > option + 4
      return {
        microseconds: (BigInt(block.readUInt32LE(12)) << 32n) + BigInt(block.readUInt32LE(16)),
        hex: block.toString('hex', 28, 28 + length),
        comment: isCommented
          ? block.toString('utf8', option + 4, option + 4 + block.readUInt16LE(option + 2))
          : '',
      }
    })
}

t.test(
  'a file begins with its section and interface, then each device announces itself',
  async t => {
    const { blocks, capture } = captured()
    t.same(
      blocks.map(block => Buffer.from(block).readUInt32LE(0)),
      [0x0a0d0d0a, 1, PACKET, PACKET],
    )
    t.match(Buffer.from(blocks[0]!).toString(), /hanrig test/)
    const [hub, gsme] = packets(blocks)
    t.equal(
      hub!.comment,
      'hub has 0x0000, EUI-64 00-DB-12-34-56-78-90-A2, endpoint 1 (note of hanrig, not sent in the run)',
    )
    t.match(gsme!.comment, /^gsme has 0x1002, EUI-64 00-DB-12-34-56-78-90-A1, endpoint 3 /)
    // Device_annce to everybody: MAC, NWK with the EUI-64, APS; sequence, short address, EUI-64, capabilities; FCS.
    const announcement = [
      '418800621affff0210',
      '0810fdff02101e00 a190785634 12db00',
      '0800130000000000',
      '00 0210 a190785634 12db00 80',
    ]
    t.equal(gsme!.hex.slice(0, -4), Buffer.from(fromHex(...announcement).u8).toString('hex'))
    t.equal(hub!.hex.slice(-6, -4), '8e', 'a hub is awake')
    t.equal(capture.packets, 2)
  },
)

t.test('a tap writes what it hears: addresses, cluster, payload, time and fault', async t => {
  const { clock, blocks, capture, hub, gsme } = captured()
  const down = capture.tap(hub, gsme)
  const up = capture.tap(gsme, hub)
  const all = capture.tap(hub, BROADCAST)
  const frame = fromHex('eeee 1900 19 05 00 00 64 eeee')
  blocks.length = 0
  clock.now = 1
  down.frame(frame, 2, 7, '')
  clock.now = 2_000_000_000
  up.frame(frame, 2, 7, 'lost')
  all.frame(frame, 2, 7, 'sent twice, held back 34 ms')
  const heard = packets(blocks)
  t.same(
    heard.map(({ hex }) => hex.slice(0, -4)),
    [
      ['618801621a02100000', '4800021000001e01', '0003190009010101', '1905000064'].join(''),
      ['618801621a00000210', '4800000002101e01', '0001190009010301', '1905000064'].join(''),
      ['418802621affff0000', '0800fdff00001e02', '08ff190009010102', '1905000064'].join(''),
    ],
  )
  t.same(
    heard.map(({ comment }) => comment),
    ['', 'lost', 'sent twice, held back 34 ms'],
  )
  t.same(
    heard.map(({ microseconds }) => microseconds - BigInt(START) * 1000n),
    [1_000n, 2_000_000_000_000n, 2_000_000_000_000n],
  )
  t.equal(capture.packets, 5)
})

t.test('of a payload in several packets the last has the comment', async t => {
  const { blocks, capture, hub, gsme } = captured()
  const frame = new Bytes(seeded(2 + 272))
  blocks.length = 0
  capture.tap(hub, gsme).frame(frame, 0, frame.length, 'lost')
  t.same(
    packets(blocks).map(({ comment }) => comment),
    ['', '', 'lost'],
  )
})

t.test('a device may come later, and is announced at that time', async t => {
  const { clock, blocks, capture, hub } = captured()
  clock.now = 60_000
  const late = capture.node({ ...GSME, name: 'ppmid', shortAddress: 0x1003 })
  const announcement = packets(blocks).at(-1)!
  t.match(announcement.comment, /^ppmid has 0x1003/)
  t.equal(announcement.microseconds, BigInt(START + 60_000) * 1000n)
  capture.tap(late, hub).frame(fromHex('1900 01 00 01'), 0, 5, '')
  t.equal(packets(blocks).at(-1)!.hex.slice(10, 18), '00000310')
})

t.test('octets handed over are not touched again', async t => {
  const { blocks, capture, hub, gsme } = captured()
  const digest = () =>
    createHash('sha256')
      .update(Buffer.concat(blocks.slice(0, 5)))
      .digest('hex')
  const tap = capture.tap(hub, gsme)
  tap.frame(new Bytes(seeded(50, 1)), 0, 50, 'lost')
  const before = digest()
  tap.frame(new Bytes(seeded(50, 2)), 0, 50, 'sent twice')
  t.equal(digest(), before)
})

t.test('the same run gives the same file', async t => {
  const file = () => {
    const { clock, blocks, capture, hub, gsme } = captured()
    const taps = [capture.tap(hub, gsme), capture.tap(gsme, hub)]
    for (let i = 0; i < 300; i++) {
      clock.now += i % 7
      taps[i % 2]!.frame(new Bytes(seeded(20 + i, i)), 0, 20 + i, i % 9 === 0 ? 'lost' : '')
    }
    return Buffer.concat(blocks)
  }
  t.equal(file().compare(file()), 0)
})

t.test('devices that cannot be are refused', async t => {
  const { capture, hub } = captured()
  const node = { ...GSME, shortAddress: 0x2000 }
  for (const shortAddress of [-1, 0xfff8, 0x1_0000, Number.NaN, HUB.shortAddress]) {
    t.throws(() => capture.node({ ...node, shortAddress }), RangeError, `${shortAddress}`)
  }
  for (const endpoint of [0, 241]) {
    t.throws(() => capture.node({ ...node, endpoint }), RangeError)
  }
  t.throws(() => capture.tap(hub, 2), { message: 'no device has the number 2' })
  t.throws(() => capture.tap(BROADCAST, hub), RangeError, 'nobody sends as everybody')
  t.equal(capture.packets, 2)
})
