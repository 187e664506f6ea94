import { crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { Bytes, copyBytes, sameBytes } from '#core/bytes/bytes'
import { CRC_START, crc32, crcCopy, crcThreeWords, crcUpdate } from '#core/bytes/crc32'
import { seeded } from '../../helpers/octets.ts'

const ROOM = 320
/** A stretch of a source and a place in a target of ROOM octets each, at any alignment. */
const stretch = fc.record({
  seed: fc.nat(0xffff),
  length: fc.nat(200),
  from: fc.nat(ROOM - 200),
  to: fc.nat(ROOM - 200),
})

/** Octets that lie `shift` octets into their buffer, so that no access is aligned by luck. */
function shifted(seed: number, shift: number): Bytes {
  return new Bytes(seeded(ROOM + shift, seed).subarray(shift))
}

t.test('the published check value comes out', async t => {
  const digits = new Bytes(Buffer.from('123456789'))
  t.equal(crc32(digits, 0, 9), 0xcbf43926 | 0)
  t.equal(crc32(digits, 0, 0), 0)
})

t.test('the CRC is zlib’s at every length and at any offset', async t => {
  for (let length = 0; length <= 200; length++) {
    const from = (length * 37) % (ROOM - 200)
    const src = shifted(length, length % 8)
    const expected = zlibCrc32(src.u8.subarray(from, from + length)) | 0
    if (crc32(src, from, length) !== expected) t.fail(`length ${length} at ${from}`)
  }
})

t.test('a CRC goes on where it was, wherever the octets are cut', async () => {
  fc.assert(
    fc.property(stretch, fc.nat(), ({ seed, length, from }, cut) => {
      const src = shifted(seed, seed % 5)
      const first = cut % (length + 1)
      const half = crcUpdate(CRC_START, src, from, first)
      return crcUpdate(half, src, from + first, length - first) === ~crc32(src, from, length)
    }),
  )
})

t.test('crcCopy copies the stretch, touches nothing beside it and gives its CRC', async () => {
  fc.assert(
    fc.property(stretch, fc.integer(), ({ seed, length, from, to }, crc) => {
      const src = shifted(seed, seed % 7)
      const dst = shifted(seed + 1, seed % 3)
      const expected = Uint8Array.from(dst.u8)
      for (let i = 0; i < length; i++) expected[to + i] = src.u8[from + i]!
      const register = crcCopy(crc, dst, to, src, from, length)
      return (
        register === crcUpdate(crc, src, from, length) && Buffer.compare(dst.u8, expected) === 0
      )
    }),
  )
})

t.test('crcThreeWords is the CRC of twelve octets', async () => {
  const word = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff })
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      const octets = Buffer.alloc(12)
      octets.writeInt32LE(a, 0)
      octets.writeInt32LE(b, 4)
      octets.writeInt32LE(c, 8)
      return ~crcThreeWords(a, b, c) === (zlibCrc32(octets) | 0)
    }),
  )
})

t.test('copyBytes copies the stretch and touches nothing beside it', async () => {
  fc.assert(
    fc.property(stretch, ({ seed, length, from, to }) => {
      const src = shifted(seed, seed % 7)
      const dst = shifted(seed + 1, seed % 3)
      const expected = Uint8Array.from(dst.u8)
      for (let i = 0; i < length; i++) expected[to + i] = src.u8[from + i]!
      copyBytes(dst, to, src, from, length)
      return Buffer.compare(dst.u8, expected) === 0
    }),
  )
})

t.test('sameBytes sees every difference within the stretch and none beside it', async t => {
  for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 15, 33]) {
    const a = shifted(length, 1)
    const b = shifted(99, 2)
    b.u8.set(a.u8.subarray(20, 20 + length), 30)
    b.u8[29] = ~a.u8[19]!
    b.u8[30 + length] = ~a.u8[20 + length]!
    t.equal(sameBytes(a, 20, b, 30, length), true, `${length} octets`)
    for (let i = 0; i < length; i++) {
      b.u8[30 + i]! ^= 1 << (i % 8)
      t.equal(sameBytes(a, 20, b, 30, length), false, `octet ${i} of ${length} differs`)
      b.u8[30 + i]! ^= 1 << (i % 8)
    }
  }
})

t.test('both views of a Bytes are the memory that it was given', async t => {
  const memory = seeded(16)
  const bytes = new Bytes(memory.subarray(4, 12))
  t.equal(bytes.length, 8)
  t.equal(bytes.dv.getUint8(0), memory[4])
  bytes.dv.setUint32(4, 0x04030201, true)
  t.match([...memory.subarray(8, 12)], [1, 2, 3, 4])
  t.match(Bytes.alloc(3), { length: 3 })
  t.throws(() => bytes.dv.getUint8(8), RangeError)
})
