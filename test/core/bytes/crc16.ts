import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { crc16, crc16Xmodem } from '#core/bytes/crc16'
import { fromHex, seeded } from '../../helpers/octets.ts'

/** Bit by bit, as the standard draws the shift register. */
function bitwise(octets: Uint8Array): number {
  let register = 0
  for (const octet of octets) {
    for (let bit = 0; bit < 8; bit++) {
      const out = (register ^ (octet >>> bit)) & 1
      register = (register >>> 1) ^ (out ? 0x8408 : 0)
    }
  }
  return register
}

t.test('the published check value comes out', async t => {
  t.equal(crc16(new Bytes(Buffer.from('123456789')), 0, 9), 0x2189)
  t.equal(crc16(Bytes.alloc(0), 0, 0), 0)
})

t.test('the acknowledgement of IEEE 802.15.4-2006, 7.2.1.9, has the FCS printed there', async t => {
  // Sequence number 0x56 in the order of transmission, 0x6a as an octet.
  t.equal(crc16(fromHex('02 00 6a'), 0, 3), 0x79e4)
})

t.test(
  'it is the shift register’s at any length and offset, and 0 over a frame with its FCS',
  async () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(127), fc.nat(9), (seed, length, at) => {
        const memory = new Bytes(seeded(at + length + 2, seed))
        const crc = crc16(memory, at, length)
        if (crc !== bitwise(memory.u8.subarray(at, at + length))) return false
        memory.dv.setUint16(at + length, crc, true)
        return crc16(memory, at, length + 2) === 0
      }),
    )
  },
)

t.test('XMODEM’s has its published check value, and is 0 over a packet with its CRC', async t => {
  t.equal(crc16Xmodem(new Bytes(Buffer.from('123456789')), 0, 9), 0x31c3)
  const packet = new Bytes(seeded(130, 1))
  packet.dv.setUint16(128, crc16Xmodem(packet, 0, 128))
  t.equal(crc16Xmodem(packet, 0, 130), 0)
})
