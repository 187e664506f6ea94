// UF2 files: there and back, and only what the RP2040’s ROM would take.

import fc from 'fast-check'
import t from 'tap'
import { bootCrc, decodeUf2, encodeUf2, withBootCrc } from '#firmware-fixtures/board-agent/uf2'
import { seeded } from '../../helpers/octets.ts'

const RAM = 0x2000_0000

t.test('what is written comes back, filled up to whole blocks', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9000 }), fc.nat(0x3_0000), (length, offset) => {
      const sent = seeded(length, length)
      const { image, address } = decodeUf2(encodeUf2(sent, RAM + offset))
      return (
        address === RAM + offset &&
        image.length === Math.ceil(length / 256) * 256 &&
        Buffer.from(image.subarray(0, length)).equals(sent) &&
        image.subarray(length).every(octet => octet === 0)
      )
    }),
  )
})

t.test('a block is laid out as the format says', async t => {
  const file = Buffer.from(encodeUf2(seeded(300), RAM))
  t.equal(file.length, 1024)
  t.same(
    Array.from({ length: 8 }, (_, i) => file.readUInt32LE(512 + 4 * i)),
    [0x0a324655, 0x9e5d5157, 0x2000, RAM + 256, 256, 1, 2, 0xe48bff56],
  )
  t.equal(file.readUInt32LE(1020), 0x0ab16f30)
  t.ok(file.subarray(288, 508).every(octet => octet === 0))
})

t.test('what the ROM passes over or does not run is refused', async t => {
  const whole = encodeUf2(seeded(1000), RAM)
  const damaged = (at: number, value: number, from = whole) => {
    const file = Buffer.from(from)
    file.writeUInt32LE(value, at)
    return () => decodeUf2(file)
  }
  t.throws(() => decodeUf2(whole.subarray(0, 700)), RangeError, 'cut off')
  t.throws(() => decodeUf2(whole.subarray(0, 1024)), RangeError, 'blocks missing')
  t.throws(() => decodeUf2(new Uint8Array(0)), RangeError, 'nothing')
  t.throws(damaged(0, 1), RangeError, 'magic')
  t.throws(damaged(508, 1), RangeError, 'magic at the end')
  t.throws(damaged(8, 0), RangeError, 'no family')
  t.throws(damaged(8, 0x2001), RangeError, 'not main flash')
  t.throws(damaged(28, 5), RangeError, 'another family')
  t.throws(damaged(16, 476), RangeError, 'another payload size')
  t.throws(damaged(12, 0x1000_0000), RangeError, 'partly in flash')
  t.throws(damaged(12, 0x4000_0000), RangeError, 'neither in RAM nor in flash')
  t.throws(damaged(524 + 12, 2000), RangeError, 'two counts')
  t.throws(() => decodeUf2(encodeUf2(seeded(400), 0x2004_1f00)), RangeError, 'beyond RAM')
  t.doesNotThrow(() => decodeUf2(encodeUf2(seeded(512), 0x2004_1e00)))
})

t.test('an image in flash, and the CRC that the ROM asks of its first octets', async t => {
  const { image, address } = decodeUf2(encodeUf2(seeded(1000), 0x1000_0000))
  t.equal(address, 0x1000_0000)
  t.equal(image.length, 1024)
  t.throws(() => decodeUf2(encodeUf2(seeded(300), 0x1000_0080)), RangeError, 'no page of flash')
  // The check value of CRC-32/MPEG-2 in the catalogue of CRCs.
  t.equal(bootCrc(Buffer.from('123456789')), 0x0376e6e7)
  const first = Buffer.from(withBootCrc(seeded(100)))
  t.equal(first.length, 256)
  t.equal(first.readUInt32LE(252), bootCrc(first.subarray(0, 252)))
  t.throws(() => withBootCrc(new Uint8Array(253)), RangeError)
})
