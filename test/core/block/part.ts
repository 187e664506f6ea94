import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { MAX_IMAGE_SIZE } from '#core/block/geometry'
import { decodePart, encodePart, isPart, PART_HEADER } from '#core/block/part'
import { Bytes } from '#core/bytes/bytes'
import { seeded, toHex } from '../../helpers/octets.ts'

const shaOf = (octets: Uint8Array) => createHash('sha256').update(octets).digest()

/** Part `index` of the octets, in memory of its own size. */
function partOf(image: Uint8Array, partSize: number, index: number): Bytes {
  const out = Bytes.alloc(PART_HEADER + partSize)
  const length = encodePart(out, index, new Bytes(image), partSize, shaOf(image))
  return new Bytes(out.u8.slice(0, length))
}

/** Writes one header word and gives the part a right CRC again. */
function rewrite(part: Bytes, at: number, value: number): Bytes {
  const made = new Bytes(part.u8.slice())
  made.dv.setUint32(at, value, true)
  const covered = Buffer.concat([made.u8.subarray(0, 28), made.u8.subarray(32)])
  made.dv.setUint32(28, crc32(covered), true)
  return made
}

t.test('the parts of a file, read in any order, are the file', async () => {
  const sizes = fc.integer({ min: 1, max: 2000 })
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 2500 }), fc.nat(), (size, share, seed) => {
      const partSize = Math.max(share, Math.ceil(size / 20))
      const image = seeded(size, seed)
      const count = Math.ceil(size / partSize)
      const joined = new Uint8Array(size)
      for (let index = count - 1; index >= 0; index--) {
        const file = partOf(image, partSize, index)
        const part = decodePart(file)
        if (!part || part.index !== index || part.count !== count) return false
        if (part.size !== size || part.partSize !== partSize) return false
        if (Buffer.compare(part.sha256, shaOf(image)) !== 0) return false
        joined.set(file.u8.subarray(PART_HEADER), index * partSize)
      }
      return Buffer.compare(joined, image) === 0
    }),
    { numRuns: 60 },
  )
})

t.test('the layout is the documented one', async t => {
  const image = seeded(25)
  const part = partOf(image, 10, 2)
  t.equal(Buffer.from(part.u8.subarray(0, 8)).toString('latin1'), 'HANRIGP1')
  t.equal(toHex(part, 8, 20), '020000000300000005000000190000000a000000')
  t.equal(toHex(part, 32, 32), shaOf(image).toString('hex'))
  t.equal(toHex(part, 64), Buffer.from(image.subarray(20)).toString('hex'))
  const covered = Buffer.concat([part.u8.subarray(0, 28), part.u8.subarray(32)])
  t.equal(part.dv.getUint32(28, true), crc32(covered))
})

t.test('every flipped bit is refused', async t => {
  const part = partOf(seeded(90), 50, 1)
  for (let bit = 0; bit < part.length * 8; bit++) {
    part.u8[bit >> 3]! ^= 1 << (bit & 7)
    if (decodePart(part)) t.fail(`bit ${bit}`)
    part.u8[bit >> 3]! ^= 1 << (bit & 7)
  }
  t.ok(decodePart(part))
})

t.test('every cut and every octet too many is refused', async t => {
  const part = partOf(seeded(90), 50, 0)
  for (let length = 0; length < part.length; length++) {
    const cut = new Bytes(part.u8.slice(0, length))
    if (decodePart(cut)) t.fail(`${length} octets`)
    t.equal(isPart(cut), length >= 8, `${length} octets`)
  }
  t.notOk(decodePart(new Bytes(Buffer.concat([part.u8, Buffer.alloc(1)]))))
})

t.test('a header that contradicts itself is refused under a right CRC', async t => {
  const first = partOf(seeded(25), 10, 0)
  const last = partOf(seeded(25), 10, 2)
  t.ok(decodePart(rewrite(first, 8, 1)), 'another index of the same length is sound')
  const wrong: [string, Bytes, number, number][] = [
    ['index of the shorter last part', first, 8, 2],
    ['index past the last part', first, 8, 3],
    ['index of a longer part', last, 8, 1],
    ['largest index', last, 8, 0xffffffff],
    ['a part too many', first, 12, 4],
    ['no parts', first, 12, 0],
    ['payload longer than the file', first, 16, 11],
    ['payload shorter than the file', first, 16, 9],
    ['size 0', first, 20, 0],
    ['a size that needs another count', first, 20, 31],
    ['a size that needs another last part', last, 20, 26],
    ['a size beyond 16 MiB', first, 20, MAX_IMAGE_SIZE + 1],
    ['part size 0', first, 24, 0],
    ['part size of one octet more', first, 24, 11],
  ]
  for (const [what, part, at, value] of wrong) t.notOk(decodePart(rewrite(part, at, value)), what)
})

t.test('a whole file may be one part, also one smaller than the part size', async t => {
  for (const partSize of [7, 8, 1000]) {
    t.match(decodePart(partOf(seeded(7), partSize, 0)), { index: 0, count: 1, length: 7, size: 7 })
  }
})

t.test('the largest file and the smallest parts are no exception', async t => {
  const first = partOf(seeded(25), 10, 0)
  const count = Math.ceil(MAX_IMAGE_SIZE / 10)
  t.ok(decodePart(rewrite(rewrite(first, 20, MAX_IMAGE_SIZE), 12, count)), '16 MiB')
  t.match(decodePart(partOf(seeded(1), 1, 0)), { index: 0, count: 1, length: 1, size: 1 })
  t.match(decodePart(partOf(seeded(3), 1, 2)), { index: 2, count: 3, length: 1, partSize: 1 })
})

t.test('only eight octets of magic make a part', async t => {
  t.equal(isPart(new Bytes(Buffer.from('HANRIGP1'))), true)
  for (const text of ['', 'HANRIGP', 'HANRIGP2', 'hANRIGP1', 'xHANRIGP1']) {
    t.equal(isPart(new Bytes(Buffer.from(text))), false, text)
  }
})
