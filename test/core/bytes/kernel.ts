// The WebAssembly kernel against the TypeScript that it is a twin of: the same CRC, the same octets, nothing beside.

import fc from 'fast-check'
import t from 'tap'
import { Chunker } from '#core/block/chunker'
import { Geometry } from '#core/block/geometry'
import { COMPLETE, Reassembler } from '#core/block/reassembler'
import { Arena } from '#core/bytes/arena'
import { Bytes } from '#core/bytes/bytes'
import { CRC_START, crcCopy, crcUpdate } from '#core/bytes/crc32'

const LENGTH = 1_000
const arena = new Arena(8 * LENGTH + 300_000)
const [a, b] = [arena.alloc(LENGTH), arena.alloc(LENGTH)]
const [p, q] = [Bytes.alloc(LENGTH), Bytes.alloc(LENGTH)]

t.test('update and copy agree with the TypeScript for any stretch and register', async t => {
  t.ok(arena.accelerated)
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: LENGTH, maxLength: LENGTH }),
      fc.integer(),
      fc.nat(300),
      fc.nat(300),
      fc.nat(LENGTH - 300),
      (octets, crc, from, to, length) => {
        for (const bytes of [a, p]) bytes.u8.set(octets)
        for (const bytes of [b, q]) bytes.u8.fill(0x5a)
        t.equal(crcUpdate(crc, a, from, length), crcUpdate(crc, p, from, length))
        t.equal(crcCopy(crc, b, to, a, from, length), crcCopy(crc, q, to, p, from, length))
        t.equal(Buffer.compare(b.u8, q.u8), 0)
        t.equal(Buffer.compare(a.u8, p.u8), 0)
      },
    ),
    { numRuns: 300 },
  )
})

t.test('plain memory has no kernel and lies nowhere in an arena', async t => {
  t.match(Bytes.alloc(4), { kernel: undefined, base: 0, length: 4 })
  t.ok(b.base >= a.base + LENGTH, 'in an arena each piece has its place')
})

t.test('memory inside and outside an arena mix', async t => {
  a.u8.forEach((_, i) => {
    a.u8[i] = i
  })
  const other = new Arena(2 * LENGTH).alloc(LENGTH)
  for (const to of [q, b, other]) {
    t.equal(crcCopy(CRC_START, to, 1, a, 0, 999), crcUpdate(CRC_START, a, 0, 999))
    t.same(to.u8.subarray(1), a.u8.subarray(0, 999))
  }
})

t.test('an image crosses from plain memory into an arena and back', async t => {
  const image = new Bytes(
    Uint8Array.from({ length: 50_001 }, (_, i) => Math.imul(i, 2654435761) >>> 13),
  )
  const geometry = new Geometry(image.length, 77)
  const sender = new Chunker(geometry, 5, image)
  const inside = new Reassembler(geometry, 5, arena.alloc(image.length))
  const frame = arena.alloc(sender.maxFrame)
  let code = 0
  for (let i = 0; i < geometry.count; i++)
    code = inside.accept(frame, 0, sender.encode(i, frame, 0))
  t.equal(code, COMPLETE)
  t.equal(Buffer.compare(inside.image.u8, image.u8), 0)
})

t.test('an arena gives out what it has and no more, each piece apart', async t => {
  const small = new Arena(100)
  const pieces = [small.alloc(1), small.alloc(17), small.alloc(16)]
  t.equal(small.free, 100 - 16 - 32 - 16)
  for (const [i, piece] of pieces.entries()) piece.u8.fill(i + 1)
  for (const [i, piece] of pieces.entries()) t.ok(piece.u8.every(octet => octet === i + 1))
  t.throws(() => small.alloc(37), RangeError)
})
