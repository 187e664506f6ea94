// Deterministic signatures: octet for octet those of another implementation of RFC 6979, and of the RFC itself.

import { createPublicKey, verify } from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import t from 'tap'
import { Random } from '#core/time/random'
import { agree, deriveKey, gmacOf } from '#emulators/crypto/agree'
import { sha256 } from '#emulators/crypto/crypto'
import { isSecret, publicPoint, signP256 } from '#emulators/crypto/sign'
import { fromHex } from '../../helpers/octets.ts'

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')

t.test('300 random keys and messages give noble’s octets', async t => {
  const random = new Random(7, 'test.sign')
  for (let i = 0; i < 300; i++) {
    const secret = new Uint8Array(32)
    random.fill(secret)
    const data = new Uint8Array(random.between(0, 300))
    random.fill(data)
    const theirs = p256.sign(sha256(data), secret, { prehash: false, lowS: false })
    if (hex(signP256(data, secret)) !== hex(theirs)) t.fail(`signature ${i} differs`)
    if (hex(publicPoint(secret)) !== hex(p256.getPublicKey(secret, false))) t.fail(`point ${i}`)
  }
})

// RFC 6979, A.2.5: P-256, SHA-256.
const RFC = 'C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721'
t.test('the samples of RFC 6979 come out', async t => {
  const sign = (text: string) => hex(signP256(Buffer.from(text), fromHex(RFC).u8)).toUpperCase()
  t.equal(
    sign('sample'),
    'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716' +
      'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
  )
  t.equal(
    sign('test'),
    'F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367' +
      '019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083',
  )
})

t.test('node verifies them, and takes no other', async t => {
  const secret = fromHex(RFC).u8
  const point = Buffer.from(publicPoint(secret))
  const jwk = {
    ...{ kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url') },
    y: point.subarray(33).toString('base64url'),
  }
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const signature = signP256(Buffer.from('a'), secret)
  const holds = (text: string) =>
    verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signature)
  t.ok(holds('a'))
  t.notOk(holds('b'))
})

t.test('the ends of what is a private key', async t => {
  const n = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
  const less = (by: bigint) => fromHex((BigInt(`0x${n}`) - by).toString(16).padStart(64, '0')).u8
  t.notOk(isSecret(new Uint8Array(32)))
  t.notOk(isSecret(less(0n)))
  t.ok(isSecret(less(1n)))
  t.notOk(isSecret(new Uint8Array(31).fill(1)))
  t.throws(() => signP256(new Uint8Array(1), new Uint8Array(32)), RangeError)
  t.throws(() => signP256(new Uint8Array(1), less(0n)), RangeError)
  const most = p256.sign(sha256(new Uint8Array(1)), less(1n), { prehash: false, lowS: false })
  t.equal(hex(signP256(new Uint8Array(1), less(1n))), hex(most))
})

t.test('both sides agree on one secret, and on one key a message', async t => {
  const [a, b] = [sha256(Buffer.of(1)), sha256(Buffer.of(2))]
  const agreed = agree(a, publicPoint(b))
  t.equal(hex(agree(b, publicPoint(a))), hex(agreed))
  t.equal(hex(agreed), hex(p256.getSharedSecret(a, publicPoint(b)).subarray(1)))
  t.throws(() => agree(a, new Uint8Array(65).fill(4)), { code: 'HANRIG_KEY_UNUSABLE' })
  const info = Buffer.alloc(33, 1)
  const expected = sha256(Buffer.concat([Buffer.of(0, 0, 0, 1), agreed, info])).subarray(0, 16)
  t.equal(hex(deriveKey(agreed, info)), hex(expected))
  const mac = gmacOf(agreed)
  const iv = Buffer.alloc(12)
  t.equal(mac(info, iv, Buffer.from('a')).length, 12)
  t.notSame(mac(info, iv, Buffer.from('a')), mac(info, iv, Buffer.from('b')))
  t.notSame(mac(info, iv, Buffer.from('a')), mac(Buffer.alloc(33, 2), iv, Buffer.from('a')))
})
