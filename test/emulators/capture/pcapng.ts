import t from 'tap'
import {
  enhancedPacket,
  IEEE802_15_4_WITH_FCS,
  interfaceDescription,
  sectionHeader,
} from '#emulators/capture/pcapng'
import { fromHex } from '../../helpers/octets.ts'

const PACKET = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)

const octets = (...parts: string[]) => [...fromHex(...parts).u8]

t.test('a section header, octet by octet', async t => {
  t.same(
    [...sectionHeader('hanrig 1.2.3', 'five5')],
    octets(
      '0a0d0d0a 3c000000 4d3c2b1a 0100 0000 ffffffffffffffff',
      '0100 0500 6669766535 000000',
      '0400 0c00 68616e72696720312e322e33',
      '0000 0000 3c000000',
    ),
  )
})

t.test('an interface of IEEE 802.15.4 with microseconds, octet by octet', async t => {
  t.same(
    [...interfaceDescription(IEEE802_15_4_WITH_FCS, 127, 'han', 'test')],
    octets(
      '01000000 30000000 c300 0000 7f000000',
      '0200 0300 68616e 00',
      '0300 0400 74657374',
      '0900 0100 06 000000',
      '0000 0000 30000000',
    ),
  )
})

t.test('a packet without comment has no options, and its time is in microseconds', async t => {
  // 2026-01-05T09:00:00.123Z: 1,767,603,600,123,000 us are 0x000647a0_48b06478.
  const unixMs = Date.UTC(2026, 0, 5, 9, 0, 0, 123)
  t.equal(BigInt(unixMs) * 1000n, 0x0006_47a0_48b0_6478n)
  t.same(
    [...enhancedPacket(unixMs, PACKET, 5, '')],
    octets(
      '06000000 28000000 00000000 a0470600 7864b048 05000000 05000000',
      '0102030405 000000',
      '28000000',
    ),
  )
})

t.test('a comment is UTF-8, and its length is in octets', async t => {
  t.same(
    [...enhancedPacket(0, PACKET, 4, 'früh')],
    octets(
      '06000000 34000000 00000000 00000000 00000000 04000000 04000000 01020304',
      '0100 0500 6672c3bc68 000000',
      '0000 0000 34000000',
    ),
  )
})

t.test('whatever the lengths, a block is whole words and says its length twice', async t => {
  for (let length = 0; length <= 8; length++) {
    for (let letters = 0; letters <= 8; letters++) {
      const block = enhancedPacket(1, PACKET, length, 'x'.repeat(letters))
      const dv = new DataView(block.buffer, block.byteOffset, block.byteLength)
      const words = Math.ceil(length / 4) + (letters && 2 + Math.ceil(letters / 4))
      t.equal(block.length, 32 + 4 * words, `${length} and ${letters}`)
      t.equal(dv.getUint32(4, true), block.length)
      t.equal(dv.getUint32(block.length - 4, true), block.length)
    }
  }
})

t.test('an option has room for 65,535 octets and not for one more', async t => {
  const longest = 'x'.repeat(0xffff)
  t.equal(enhancedPacket(0, PACKET, 4, longest).length, 36 + 4 + 0x10000 + 4)
  t.throws(() => enhancedPacket(0, PACKET, 4, `${longest}x`), RangeError)
  t.throws(() => sectionHeader('hanrig', '€'.repeat(21846)), RangeError)
})
