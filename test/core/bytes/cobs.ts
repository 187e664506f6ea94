// COBS against a model that is slow and plain: whatever goes in comes out, and nothing damaged passes for sound.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { COBS_TRUNCATED, COBS_ZERO, cobsDecode, cobsEncode, cobsLength } from '#core/bytes/cobs'
import { fromHex, toHex } from '../../helpers/octets.ts'

/** The definition: a zero is appended, then each run up to a zero, at most 254 long, is led by its length. */
function model(octets: Uint8Array): number[] {
  const out: number[] = []
  let run: number[] = []
  for (const octet of [...octets, 0]) {
    if (octet !== 0) run.push(octet)
    if (octet === 0 || run.length === 254) {
      out.push(run.length + 1, ...run)
      run = []
      // After a full run no zero is meant; where the appended one would follow, nothing does.
      if (octet !== 0 && out.length === cobsRuns(octets)) return out
    }
  }
  return out
}

/** Length of the result when the octets end with a full run: one octet more for each 254 and each zero. */
function cobsRuns(octets: Uint8Array): number {
  let length = 0
  for (const piece of Buffer.from(octets).toString('latin1').split('\0')) {
    length += piece.length + Math.max(1, Math.ceil(piece.length / 254))
  }
  const last = octets.length - (octets.lastIndexOf(0) + 1)
  return last > 0 && last % 254 === 0 ? length : -1
}

const octets = fc.oneof(
  fc.uint8Array({ maxLength: 40, max: 3 }),
  fc.uint8Array({ maxLength: 1200 }),
  fc.tuple(fc.nat(1100), fc.nat(255)).map(([n, fill]) => new Uint8Array(n).fill(fill)),
)

function encode(src: Uint8Array): Bytes {
  const dst = Bytes.alloc(cobsLength(src.length))
  return new Bytes(dst.u8.subarray(0, cobsEncode(dst, 0, new Bytes(src), 0, src.length)))
}

t.test('the examples of the paper', async t => {
  for (const [plain, coded] of [
    ['', '01'],
    ['00', '01 01'],
    ['00 00', '01 01 01'],
    ['11 22 00 33', '03 11 22 02 33'],
    ['11 00 00 00', '02 11 01 01 01'],
    [
      '45 00 00 2c 4c 79 00 00 40 06 4f 37',
      '02 45 01 04 2c 4c 79 01 05 40 06 4f 37', // figure 3
    ],
  ] as const) {
    t.equal(toHex(encode(fromHex(plain).u8)), coded.replaceAll(' ', ''), plain)
  }
  const ramp = Uint8Array.from({ length: 256 }, (_, i) => i)
  t.equal(toHex(encode(ramp.subarray(1, 255))).slice(0, 6), 'ff0102')
  t.equal(encode(ramp.subarray(1, 255)).length, 255, '254 octets, no run after them')
  t.equal(toHex(encode(ramp.subarray(1, 256))).slice(-4), '02ff')
  t.equal(toHex(encode(ramp.subarray(0, 255))).slice(0, 6), '01ff01')
})

t.test('it is the model’s, without a zero, within the stated length, and comes back', async () => {
  fc.assert(
    fc.property(octets, fc.nat(5), fc.nat(5), (src, from, to) => {
      const source = new Bytes(Uint8Array.from([...new Uint8Array(from).fill(7), ...src]))
      const out = new Bytes(new Uint8Array(to + cobsLength(src.length) + 1).fill(0xaa))
      const length = cobsEncode(out, to, source, from, src.length)
      const coded = out.u8.subarray(to, to + length)
      if (length > cobsLength(src.length) || coded.includes(0)) return false
      if (Buffer.compare(coded, Uint8Array.from(model(src))) !== 0) return false
      if (out.u8[to + length] !== 0xaa) return false
      const back = new Bytes(new Uint8Array(to + src.length + 1).fill(0x55))
      const decoded = cobsDecode(back, to, out, to, length)
      if (decoded !== src.length || back.u8[to + decoded] !== 0x55) return false
      if (Buffer.compare(back.u8.subarray(to, to + decoded), src) !== 0) return false
      return cobsDecode(out, to, out, to, length) === src.length
    }),
    { numRuns: 400 },
  )
})

t.test('what is not COBS is a code, and nothing is written past what came', async t => {
  const refused = (hex: string) => {
    const src = fromHex(hex)
    return cobsDecode(Bytes.alloc(300), 0, src, 0, src.length)
  }
  t.equal(refused(''), COBS_TRUNCATED)
  t.equal(refused('05 11'), COBS_TRUNCATED)
  t.equal(refused('00'), COBS_ZERO)
  t.equal(refused('03 11 00'), COBS_ZERO)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), src => {
      const out = new Bytes(new Uint8Array(src.length + 1).fill(0x5a))
      const length = cobsDecode(out, 0, new Bytes(src), 0, src.length)
      return length < Math.max(1, src.length) && out.u8[src.length] === 0x5a
    }),
  )
})
