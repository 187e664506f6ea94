// The ends of what a description of an image may say: the last that can be received is read, the next is not.

import t from 'tap'
import { Geometry, MAX_BLOCK_SIZE, MAX_IMAGE_SIZE } from '#core/block/geometry'
import { Bytes } from '#core/bytes/bytes'
import {
  type Descriptor,
  decodeDescriptor,
  encodeDescriptor,
  isFor,
  MAX_TARGETS,
} from '#emulators/service/descriptor'

const SIZE = 1_000
const TARGET = '00-DB-12-34-56-78-90-A0'

/** A description, some words of it changed: u32 by their place. */
function described(over: Partial<Descriptor> = {}, words: Readonly<Record<number, number>> = {}) {
  const out = encodeDescriptor({
    geometry: new Geometry(SIZE, 100),
    sha256: new Uint8Array(32),
    fileVersion: 2,
    manufacturerCode: 3,
    imageType: 4,
    hashed: { at: 100, length: 900 },
    hardware: undefined,
    destination: undefined,
    forceReplace: false,
    oneStep: false,
    targets: [TARGET],
    ...over,
  })
  for (const [at, value] of Object.entries(words)) out.dv.setUint32(Number(at), value, true)
  return out
}

const isRead = (src: Bytes): boolean => decodeDescriptor(src) !== undefined

t.test(
  'an image for one device names it, and octets of zero stand where none is named',
  async t => {
    const other = '00-DB-12-34-56-78-90-A1'
    const named = described({ destination: other })
    t.equal(decodeDescriptor(named)?.destination, other)
    t.equal(decodeDescriptor(described())?.destination, undefined)
    t.ok(
      described()
        .u8.subarray(66, 80)
        .every(octet => octet === 0),
    )
    t.same(
      [TARGET, other].map(id => isFor({ destination: other }, id)),
      [false, true],
    )
    t.ok(isFor({ destination: undefined }, TARGET))
  },
)

t.test('an image of 1 octet to the largest, in blocks of 1 octet to the largest', async t => {
  const hashed = { at: 0, length: 0 }
  for (const [size, is] of [
    [0, false],
    [1, true],
    [MAX_IMAGE_SIZE, true],
    [MAX_IMAGE_SIZE + 1, false],
  ] as const) {
    t.equal(isRead(described({ hashed }, { 0: size })), is, `${size} B`)
  }
  for (const [blockSize, is] of [
    [0, false],
    [1, true],
    [MAX_BLOCK_SIZE, true],
    [MAX_BLOCK_SIZE + 1, false],
  ] as const) {
    t.equal(isRead(described({}, { 4: blockSize })), is, `blocks of ${blockSize} B`)
  }
})

t.test('what the activation hash covers ends with the image at the latest', async t => {
  t.ok(isRead(described({ hashed: { at: 100, length: SIZE - 100 } })))
  t.notOk(isRead(described({ hashed: { at: 100, length: SIZE - 99 } })))
})

t.test('as many devices as a home has, all of them named', async t => {
  const most = described({ targets: Array.from({ length: MAX_TARGETS }, () => TARGET) })
  t.equal(decodeDescriptor(most)!.targets.length, MAX_TARGETS)
  t.notOk(isRead(described({ targets: Array.from({ length: MAX_TARGETS + 1 }, () => TARGET) })))
  t.notOk(isRead(new Bytes(most.u8.slice(0, -1))))
  t.same(decodeDescriptor(described({ targets: [] }))!.targets, [])
})
