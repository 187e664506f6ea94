import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { Geometry } from '#core/block/geometry'
import { Reassembler } from '#core/block/reassembler'
import {
  loadMap,
  MAP_DAMAGED,
  MAP_LOADED,
  MAP_OF_ANOTHER,
  savedMapLength,
  saveMap,
} from '#core/block/saved-map'
import { Bytes } from '#core/bytes/bytes'
import { seeded, toHex } from '../../helpers/octets.ts'

const IMAGE_ID = 0xdeadbeef
const AT_HELD = 16
const AT_BITMAP = 20

function reassembler(count: number, held: Iterable<number> = [], imageId = IMAGE_ID): Reassembler {
  const made = new Reassembler(new Geometry(count * 10 - 3, 10), imageId, Bytes.alloc(count * 10))
  for (const index of held) made.map.add(index)
  return made
}

function saved(from: Reassembler): Bytes {
  const out = Bytes.alloc(savedMapLength(from.geometry.count))
  saveMap(from, out, 0)
  return out
}

/** Gives the octets a right CRC again after they were tampered with. */
function reseal(map: Bytes): Bytes {
  map.dv.setUint32(map.length - 4, crc32(map.u8.subarray(0, -4)), true)
  return map
}

const stateOf = ({ map }: Reassembler) => [map.held, ...map.words].join()

t.test('a map comes back as it was, from anywhere in memory', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), fc.nat(9), (count, seed, at) => {
      const bits = seeded(count, seed)
      const from = reassembler(
        count,
        [...bits.keys()].filter(i => bits[i]! & 1),
      )
      const to = reassembler(
        count,
        [...bits.keys()].filter(i => bits[i]! & 2),
      )
      const out = new Bytes(seeded(savedMapLength(count) + at + 4, seed))
      const length = saveMap(from, out, at)
      return (
        length === savedMapLength(count) &&
        loadMap(to, out, at, length) === MAP_LOADED &&
        stateOf(to) === stateOf(from)
      )
    }),
  )
})

t.test('the layout is the documented one', async t => {
  const map = saved(reassembler(33, [0, 9, 32]))
  const head = '48524d31 efbeadde 47010000 0a000000 03000000'.replaceAll(' ', '')
  t.equal(toHex(map, 0, 28), `${head}0102000001000000`)
  t.equal(map.dv.getUint32(28, true), crc32(map.u8.subarray(0, 28)))
  t.equal(map.length, 32)
})

t.test('every single-bit flip is refused and changes nothing', async t => {
  const map = saved(reassembler(70, [1, 5, 31, 32, 69]))
  const to = reassembler(70, [2, 3])
  const before = stateOf(to)
  for (let bit = 0; bit < map.length * 8; bit++) {
    map.u8[bit >> 3]! ^= 1 << (bit & 7)
    const code = loadMap(to, map, 0, map.length)
    if (code !== MAP_DAMAGED || stateOf(to) !== before) t.fail(`bit ${bit}: code ${code}`)
    map.u8[bit >> 3]! ^= 1 << (bit & 7)
  }
  t.equal(loadMap(to, map, 0, map.length), MAP_LOADED)
})

t.test('a map cut off at any length is refused and changes nothing', async t => {
  const map = saved(reassembler(70, [1, 5, 31, 32, 69]))
  const to = reassembler(70, [2, 3])
  const before = stateOf(to)
  for (let length = 0; length < map.length; length++) {
    const cut = new Bytes(map.u8.slice(0, length))
    t.equal(loadMap(to, cut, 0, length), MAP_DAMAGED, `${length} octets`)
  }
  const longer = new Bytes(Buffer.concat([map.u8, Buffer.alloc(1)]))
  t.equal(loadMap(to, longer, 0, longer.length), MAP_DAMAGED)
  t.equal(stateOf(to), before)
})

t.test('a sound map of another image, size or block size is told apart', async t => {
  const map = saved(reassembler(40, [7]))
  const other = (size: number, blockSize: number, imageId = IMAGE_ID) =>
    new Reassembler(new Geometry(size, blockSize), imageId, Bytes.alloc(size))
  const others = [
    other(397, 10, IMAGE_ID - 1),
    other(396, 10),
    other(397, 11),
    other(407, 10),
    other(397, 1),
  ]
  for (const to of others) {
    t.equal(loadMap(to, map, 0, map.length), MAP_OF_ANOTHER)
    t.equal(to.map.held, 0)
  }
  t.equal(loadMap(other(397, 10), map, 0, map.length), MAP_LOADED)
  t.strictSame([MAP_LOADED, MAP_DAMAGED, MAP_OF_ANOTHER], [0, 1, 2])
  // One bitmap word too many under a right CRC, and none at all.
  const longer = new Bytes(Buffer.concat([map.u8, Buffer.alloc(4)]))
  t.equal(loadMap(other(397, 10), reseal(longer), 0, longer.length), MAP_OF_ANOTHER)
  const shorter = new Bytes(map.u8.slice(0, AT_BITMAP + 4))
  t.equal(loadMap(other(397, 10), reseal(shorter), 0, shorter.length), MAP_OF_ANOTHER)
})

t.test('a count that is not the number of bits is refused under a right CRC', async t => {
  const to = reassembler(40)
  const map = saved(reassembler(40, [0, 39]))
  for (const held of [0, 1, 3, 40, -1]) {
    map.dv.setInt32(AT_HELD, held, true)
    t.equal(loadMap(to, reseal(map), 0, map.length), MAP_DAMAGED, `count ${held}`)
  }
  map.dv.setInt32(AT_HELD, 2, true)
  map.u8[AT_BITMAP]! |= 2
  t.equal(loadMap(to, reseal(map), 0, map.length), MAP_DAMAGED, 'one bit too many')
  t.equal(to.map.held, 0)
})

t.test('a bit past the last block is refused, the last block’s own is not', async t => {
  for (const count of [1, 31, 40, 63]) {
    const map = saved(reassembler(count, [0]))
    map.u8[AT_BITMAP + (count >> 3)]! |= 1 << (count & 7)
    map.dv.setInt32(AT_HELD, 2, true)
    const to = reassembler(count)
    t.equal(loadMap(to, reseal(map), 0, map.length), MAP_DAMAGED, `${count} blocks`)
    t.equal(to.map.held, 0)
  }
  for (const count of [1, 31, 32, 33, 64]) {
    const map = saved(reassembler(count, [count - 1]))
    const to = reassembler(count)
    t.equal(loadMap(to, map, 0, map.length), MAP_LOADED, `${count} blocks`)
    t.equal(to.map.has(count - 1), true)
  }
})
