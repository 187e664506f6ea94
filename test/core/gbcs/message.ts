// The envelope: read strictly, written octet for octet, by a second reading of its layout.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import {
  decodeMessage,
  type Ending,
  encodeMessage,
  FOR_PARTY,
  FOR_PARTY_COUNTED,
  GbcsMessage,
  messageLength,
  OPEN,
  SIGNED,
  UNSIGNED,
} from '#core/gbcs/message'
import { MISFITS } from '#core/gbcs/misfits'
import { lengthed, octets, type Plain, plainMessage } from '../../helpers/gbcs.ts'
import { fromHex, toHex } from '../../helpers/octets.ts'

const AT = 3
const SIGNATURE = '5a'.repeat(64)
const MAC = 'a5'.repeat(12)
const TIME = '07df0101ff000000008000ff'

/** The name of the misfit of octets that lie in memory which ends where they end. */
function read(of: Uint8Array, m = new GbcsMessage()): string {
  const src = new Bytes(new Uint8Array(Buffer.concat([Buffer.alloc(AT), of])))
  return MISFITS[decodeMessage(src, AT, of.length, m)]![0]
}

const hexOf = (n: number) =>
  fc.uint8Array({ minLength: n, maxLength: n }).map(of => Buffer.from(of).toString('hex'))
const others = fc.tuple(hexOf(2), fc.constantFrom(0, 16, 24, 25, 127, 128, 450), hexOf(450))

/** Plain messages of any shape. */
const plains: fc.Arbitrary<Plain> = fc
  .record({
    direction: fc.integer({ min: 1, max: 3 }),
    counter: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    originator: hexOf(8),
    recipient: hexOf(8),
    dateTime: fc.constantFrom('', TIME),
    other: others.map(([code, n, more]) => code + more.slice(0, 2 * n)),
    content: fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(127, 128, 255, 256, 30_000).map(n => new Uint8Array(n).fill(7)),
    ),
    signature: fc.constantFrom('', SIGNATURE),
    mac: fc.constantFrom(undefined, MAC),
  })
  .map(of => of as Plain)

t.test(
  'any message is read, and written again octet for octet, with nothing beside it',
  async () => {
    fc.assert(
      fc.property(plains, plain => {
        const of = plainMessage(plain)
        const src = new Bytes(new Uint8Array(of))
        const m = new GbcsMessage()
        if (decodeMessage(src, 0, src.length, m) !== 0) return false
        if (messageLength(m) !== of.length) return false
        const { macAt } = m
        const out = new Bytes(new Uint8Array(AT + of.length + 4).fill(0xee))
        if (encodeMessage(out, AT, m, src) !== of.length) return false
        if (m.hasMac) {
          if (m.macAt !== macAt + AT) return false
          out.u8.set(octets(MAC), m.macAt)
        }
        const beside = [...out.u8.subarray(0, AT), ...out.u8.subarray(AT + of.length)]
        return toHex(out, AT, of.length) === of.toString('hex') && beside.every(o => o === 0xee)
      }),
      { numRuns: 500 },
    )
  },
)

t.test('fields come out where they belong', async t => {
  const m = new GbcsMessage()
  const other = '0129 90b3d51f30010000 00000000000003e8 0102030405060708'
  const of = plainMessage({ counter: 0x8182838485868788n, other, dateTime: TIME, mac: MAC })
  t.equal(read(of, m), 'read')
  t.match(m, {
    ...{ direction: 1, counterHigh: 0x81828384 | 0, counterLow: 0x85868788 | 0 },
    ...{ originatorHigh: 0x90b3d51f | 0, originatorLow: 0x30010000 },
    ...{ recipientHigh: 0x00db1234, recipientLow: 0x567890a0, messageCode: 0x129 },
    ...{ supplement: FOR_PARTY_COUNTED, partyHigh: 0x90b3d51f | 0, partyLow: 0x30010000 },
    ...{ partyCounterHigh: 0, partyCounterLow: 1000, ownCounterHigh: 0x01020304 },
    ...{ ownCounterLow: 0x05060708, moreLength: 0, ending: UNSIGNED, hasMac: true },
    ...{ contentLength: 2, dateTimeAt: AT + 43 },
  })
  t.equal(
    read(plainMessage({ other: other.slice(0, 4 + 2 * 17), signature: SIGNATURE }), m),
    'read',
  )
  t.match(m, { supplement: FOR_PARTY, ending: SIGNED, hasMac: false, dateTimeAt: -1, macAt: -1 })
})

t.test('a pre-command may stop before its signature octet, and nothing else may', async t => {
  const m = new GbcsMessage()
  t.equal(read(plainMessage({ signature: undefined }), m), 'read')
  t.equal(m.ending, OPEN)
  t.equal(read(plainMessage({ signature: undefined, direction: 2 })), 'truncated')
  t.equal(read(plainMessage({ signature: undefined, direction: 3 })), 'truncated')
  t.equal(read(plainMessage({ signature: undefined, mac: MAC })), 'truncated')
})

t.test('each misfit has a name of its own', async t => {
  const plain = plainMessage({ mac: MAC }).toString('hex')
  const apdu = plainMessage({}).toString('hex')
  const changed = (text: string, from: string, to: string) => {
    if (!text.includes(from)) throw new Error(`${from} is not in it`)
    return octets(text.replace(from, to))
  }
  const wanted: [string, Uint8Array][] = [
    ['no-message', changed(apdu, 'df', 'de')],
    ['no-message', changed(plain, '1100000000df', '1100000000de')],
    ['truncated', octets('')],
    ['trailing', octets(apdu, '00')],
    ['trailing', octets(plain, '00')],
    ['truncated', octets(plain).subarray(0, -1)],
    ['truncated', changed(plain, 'dd00000000000036', 'dd0000000000007f')],
    ['ciphering-fields', changed(plain, 'dd00', 'dd01')],
    ['ciphering-fields', changed(plain, 'dd000000000000', 'dd000000000001')],
    ['length-form', changed(plain, 'dd00000000000036', 'dd0000000000008136')],
    ['length-form', changed(plain, 'dd00000000000036', 'dd000000000000820036')],
    ['length-form', changed(plain, 'dd00000000000036', 'dd00000000000083000036')],
    ['length-form', changed(plain, 'dd00000000000036', 'dd00000000000080')],
    ['security-control', changed(plain, '1100000000df', '3100000000df')],
    ['invocation-counter', changed(plain, '1100000000df', '1100000001df')],
    ['transaction', changed(apdu, 'df09', 'df08')],
    ['direction', changed(apdu, 'df0901', 'df0900')],
    ['direction', changed(apdu, 'df0901', 'df0904')],
    ['entity-id', changed(apdu, '0890b3', '0790b3')],
    ['entity-id', changed(apdu, '0800db', '0900db')],
    ['date-time', changed(apdu, '90a000', '90a00b')],
    ['date-time', plainMessage({ dateTime: '07df0d01ff000000008000ff' })],
    ['other-information', plainMessage({ other: '00' })],
    ['other-information', plainMessage({ other: '001200' })],
    ['other-information', plainMessage({ other: `0012${'00'.repeat(17)}` })],
    ['length-form', changed(apdu, '020012', '81020012')],
    ['signature-length', changed(apdu, '02050000', '02050001')],
    ['signature-length', octets(apdu.slice(0, -2), '41', SIGNATURE, '00')],
    ['truncated', octets(apdu.slice(0, -2), '40', SIGNATURE.slice(2))],
    ['trailing', octets(apdu.slice(0, -2), '40', SIGNATURE, '00')],
    ['truncated', octets('dd00000000000010 1100000000', 'df'.repeat(11))],
  ]
  for (const [name, of] of wanted)
    t.equal(read(of), name, `${name}: ${Buffer.from(of).toString('hex')}`)
})

t.test('the place of a misfit is told', async t => {
  const m = new GbcsMessage()
  read(octets(plainMessage({}), '0000'), m)
  t.equal(m.misfitAt, AT + plainMessage({}).length)
  read(plainMessage({ direction: 9 }), m)
  t.equal(m.misfitAt, AT + 2)
})

t.test(
  'a signature is made room for, and a signed message is wrapped with what it has',
  async t => {
    const src = new Bytes(new Uint8Array(plainMessage({ signature: SIGNATURE })))
    const m = new GbcsMessage()
    t.equal(decodeMessage(src, 0, src.length, m), 0)
    m.hasMac = true
    const out = Bytes.alloc(messageLength(m))
    encodeMessage(out, 0, m, src)
    t.equal(
      toHex(out),
      plainMessage({ signature: SIGNATURE, mac: '00'.repeat(12) }).toString('hex'),
    )
    m.ending = UNSIGNED as Ending
    const unsigned = Bytes.alloc(messageLength(m))
    encodeMessage(unsigned, 0, m, out)
    t.equal(m.signatureAt, -1)
    m.ending = SIGNED
    const room = Bytes.alloc(messageLength(m))
    encodeMessage(room, 0, m, unsigned)
    t.equal(toHex(room, m.signatureAt, 64), '00'.repeat(64))
  },
)

t.test('lengths take one, two or three octets, and no more', async t => {
  for (const n of [0, 127, 128, 255, 256, 65_000]) {
    const content = new Uint8Array(n)
    const m = new GbcsMessage()
    t.equal(read(plainMessage({ content, mac: MAC }), m), 'read')
    t.equal(m.contentLength, n)
  }
  const m = new GbcsMessage()
  m.contentLength = 65_536
  t.throws(() => messageLength(m), RangeError)
  m.contentLength = 65_530
  m.hasMac = true
  t.throws(() => messageLength(m), RangeError)
  t.equal(lengthed(new Uint8Array(256)).length, 259)
  t.equal(fromHex('00').length, 1)
})
