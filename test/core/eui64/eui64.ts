// EUI-64s as two halves: every usual spelling is read, what is none is refused, and the hash spreads.

import fc from 'fast-check'
import t from 'tap'
import { hashEui64, parseEui64, parseEui64Text, writeEui64 } from '#core/eui64/eui64'

const out = new Int32Array(2)
const half = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const text = (hi: number, lo: number, mark: string): string =>
  [hi, lo]
    .flatMap(word => [24, 16, 8, 0].map(shift => (word >>> shift) & 255))
    .map(octet => octet.toString(16).padStart(2, '0'))
    .join(mark)

t.test('an EUI-64 is read in any of its forms, and written as DUIS writes it', async t => {
  const octets = new Uint8Array(40)
  fc.assert(
    fc.property(half, half, fc.constantFrom('', '-', ':'), fc.boolean(), (hi, lo, mark, upper) => {
      fc.pre((hi | lo) !== 0)
      const lower = text(hi, lo, mark)
      const given = upper ? lower.toUpperCase() : lower
      out.fill(7)
      if (!parseEui64Text(given, out) || out[0] !== hi || out[1] !== lo) return false
      if (writeEui64(octets, 3, hi, lo) !== 26) return false
      const written = String.fromCharCode(...octets.subarray(3, 26))
      return written === text(hi, lo, '-').toUpperCase() && parseEui64(octets, 3, 23, out)
    }),
  )
  t.ok(parseEui64Text('00-DB-12-34-56-78-90-A0', out))
  t.strictSame([...out], [0x00db1234, 0x567890a0])
})

t.test('what is none is refused', async t => {
  for (const bad of [
    '',
    '0',
    '00DB1234567890A',
    '00DB1234567890A00',
    '00DB1234567890AG',
    '00DB1234567890A-',
    '00-DB-12-34-56-78-90-A',
    '00-DB-12-34-56-78-90:A0',
    '00:DB-12-34-56-78-90-A0',
    '00 DB 12 34 56 78 90 A0',
    '00-DB-12-34-56-78-90-@0',
    '00-DB-12-34-56-78-90-`0',
    '00-DB-12-34-56-78-9G-A0',
    '0\u0130DB1234567890A0',
    '\u0130\u0130DB1234567890A0',
    '00-00-00-00-00-00-00-00',
    '0000000000000000',
  ]) {
    t.notOk(parseEui64Text(bad, out), JSON.stringify(bad))
  }
})

t.test('every bit of an EUI-64 reaches the hash', async t => {
  const bits = (n: number): number => {
    let sum = 0
    for (let word = n >>> 0; word !== 0; word &= word - 1) sum++
    return sum
  }
  for (let bit = 0; bit < 64; bit++) {
    let changed = 0
    for (let i = 0; i < 200; i++) {
      const [hi, lo] = [0x00db1234 + Math.imul(i, 977), Math.imul(i, 0x01000193)]
      const [h, l] = bit < 32 ? [1 << bit, 0] : [0, 1 << (bit - 32)]
      changed += bits(hashEui64(hi, lo) ^ hashEui64(hi ^ h, lo ^ l))
    }
    t.ok(changed / 200 > 12 && changed / 200 < 20, `bit ${bit}: ${changed / 200} of 32`)
  }
})
