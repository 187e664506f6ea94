// EUI-64s as octets, in both orders.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { airEui64, decodeAirEui64, decodeEui64, encodeEui64 } from '#core/eui64/octets'
import { toHex } from '../../helpers/octets.ts'

const EUI64 = '00-DB-12-34-56-78-90-A0'

t.test('most significant first in messages, least significant first on the air', async t => {
  const out = Bytes.alloc(10)
  encodeEui64(out, 1, EUI64)
  t.equal(toHex(out), '0000db1234567890a000')
  t.equal(toHex(airEui64(EUI64)), 'a09078563412db00')
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), octets => {
      const bytes = new Bytes(octets)
      const there = decodeEui64(bytes, 2)
      encodeEui64(out, 1, there)
      const reversed = new Bytes(octets.toReversed())
      return (
        toHex(out, 1, 8) === toHex(bytes, 2) &&
        decodeAirEui64(reversed, 0) === there &&
        toHex(airEui64(there)) === toHex(reversed, 0, 8)
      )
    }),
  )
})

t.test('a text that is none is not written', async t => {
  const out = Bytes.alloc(8)
  for (const text of ['', 'esme', '00-DB', '00-DB-12-34-56-78-90-AG']) {
    t.throws(() => encodeEui64(out, 0, text), { message: `${text} is no EUI-64` })
    t.throws(() => airEui64(text), RangeError)
  }
  t.equal(toHex(out), '0000000000000000')
})
