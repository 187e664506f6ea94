// What a device checks before it holds an image, in its order: header, fit, trailer, signature; each fault by the words
// that are told, and the first one wins.

import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { buildGbImage, buildStandardImage } from '#core/image/build'
import { hex, sha256 } from '#emulators/crypto/crypto'
import { type Expected, verifyImage } from '#emulators/device/verify'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { TEST_ANCHOR } from '../../helpers/home.ts'

const IDENTITY = {
  manufacturerCode: 0x121d,
  imageType: 0x0000,
  fileVersion: 0x0102_0304,
  hardwareVersion: 0x1111,
  id: '00-DB-12-34-56-78-90-A0',
  stackVersion: 2,
  credentialVersion: undefined as number | undefined,
}
const SIZE = 500

/** The verdict on the fixture after `spoil` had its way with it. */
function judge(spoil: (file: Bytes) => void, other: Partial<typeof IDENTITY> = {}) {
  const file = gbFixture({ size: SIZE })
  spoil(file)
  return verifyImage(file, 'gb-signed', { ...IDENTITY, ...other }, TEST_ANCHOR)
}

const flip = (at: number) => (file: Bytes) => {
  file.u8[at]! ^= 1
}

t.test('a right image is held by the hash of its Manufacturer Image alone', async t => {
  const file = gbFixture({ size: SIZE })
  const { ok, reason, hash } = judge(() => {})
  t.same([ok, reason], [true, 'signature is right'])
  t.equal(hex(hash), hex(sha256(file.u8.subarray(60, SIZE - 66))))
})

t.test('each fault has its finding', async t => {
  const rows: [what: string, verdict: ReturnType<typeof judge>, reason: string | RegExp][] = [
    ['the identifier', judge(flip(0)), /OTA/],
    ['the length', judge(flip(52)), /total|size|octets|B/i],
    ['the manufacturer', judge(flip(10)), 'manufacturer code differs'],
    ['the image type', judge(flip(12)), 'image type differs'],
    ['the file version', judge(flip(14)), 'file version is not the one offered'],
    ['the stack version', judge(flip(18)), 'ZigBee stack version differs'],
    [
      'hardware below',
      judge(() => {}, { hardwareVersion: 0x1110 }),
      'hardware version is outside the range of the image',
    ],
    [
      'hardware above',
      judge(() => {}, { hardwareVersion: 0x1212 }),
      'hardware version is outside the range of the image',
    ],
    ['the trailer’s length octet', judge(flip(SIZE - 65)), /trailer|0x40|signature/i],
    ['the signature', judge(flip(SIZE - 1)), 'signature is wrong'],
    ['the image’s first octet', judge(flip(60)), 'signature is wrong'],
    ['the image’s last octet', judge(flip(SIZE - 67)), 'signature is wrong'],
  ]
  for (const [what, { ok, reason }, wanted] of rows) {
    t.equal(ok, false, what)
    if (typeof wanted === 'string') t.equal(reason, wanted, what)
    else t.match(reason, wanted, what)
  }
  const reasons = rows.map(([, { reason }]) => reason)
  t.equal(new Set(reasons).size, 9, 'five kinds of misfit, three of form, one of signature')
})

t.test('an image names its device and the credentials that it wants', async t => {
  /** A standard file with all three optional fields. */
  const named = (credential: number, destination: string) => {
    const { u8 } = buildStandardImage(
      {
        manufacturerCode: 0x121d,
        imageType: 0,
        fileVersion: IDENTITY.fileVersion,
        stackVersion: 2,
        headerString: '',
        hardware: { min: 0x1111, max: 0x1111 },
      },
      [{ tag: 0, data: new Uint8Array(20) }],
    )
    const eui64 = Buffer.from(destination.replaceAll('-', ''), 'hex').reverse()
    const file = new Bytes(
      Buffer.concat([u8.subarray(0, 56), Uint8Array.of(credential), eui64, u8.subarray(56)]),
    )
    file.dv.setUint16(6, 69, true)
    file.dv.setUint16(8, 7, true)
    file.dv.setUint32(52, file.length, true)
    return file
  }
  const reason = (file: Bytes, other: Partial<typeof IDENTITY> = {}) =>
    verifyImage(file, 'standard', { ...IDENTITY, ...other }, undefined).reason
  const own = named(1, IDENTITY.id)
  t.match(reason(own), /^header fits/)
  t.match(reason(own, { credentialVersion: 1 }), /^header fits/)
  t.equal(reason(own, { credentialVersion: 2 }), 'security credential version differs')
  t.equal(
    reason(named(1, '00-DB-12-34-56-78-90-A1')),
    'the image is meant for the device 00-DB-12-34-56-78-90-A1 alone',
  )
  t.equal(reason(own, { hardwareVersion: 2 }), 'hardware version is outside the range of the image')
})

t.test('both ends of the hardware range fit', async t => {
  for (const hardwareVersion of [0x1111, 0x1211]) {
    t.ok(judge(() => {}, { hardwareVersion }).ok)
  }
})

t.test('the header is not signed, and force-replace is not either', async t => {
  t.ok(judge(flip(20)).ok, 'the header string')
  t.ok(judge(flip(SIZE - 66)).ok, 'the force-replace octet')
})

t.test('what is checked first is found first', async t => {
  const faults = [flip(SIZE - 1), flip(14), flip(12), flip(10)]
  const found = [
    'signature is wrong',
    'file version is not the one offered',
    'image type differs',
    'manufacturer code differs',
  ]
  for (const [i, reason] of found.entries()) {
    const all = (file: Bytes): void => {
      for (const spoil of faults.slice(0, i + 1)) spoil(file)
    }
    t.equal(judge(all).reason, reason)
  }
})

t.test('without a trust anchor a signature is not checked, and that is said', async t => {
  const file = gbFixture({ size: SIZE })
  file.u8[SIZE - 1]! ^= 1
  const { ok, reason } = verifyImage(file, 'gb-signed', IDENTITY, undefined)
  t.same([ok, reason], [true, 'header fits, signature not checked: no trust anchor'])
})

t.test(
  'an unsigned image is a PPMID’s and no meter’s; raw octets are what was asked for',
  async t => {
    const file = buildGbImage(
      {
        manufacturerCode: 0x121d,
        imageType: 0x0000,
        fileVersion: 0x0102_0304,
        stackVersion: 2,
        headerString: '',
        hardware: { min: 0x1111, max: 0x1111 },
      },
      new Uint8Array(100).fill(7),
      undefined,
    )
    const verdict = (expected: Expected, of = file) =>
      verifyImage(of, expected, IDENTITY, TEST_ANCHOR)
    t.equal(verdict('gb-unsigned').reason, 'header fits, image carries no signature')
    t.equal(verdict('gb-signed').ok, false)
    const raw = new Bytes(Uint8Array.of(1, 2, 3))
    t.same(verdict('raw', raw).ok, true)
    t.equal(hex(verdict('raw', raw).hash), hex(sha256(raw.u8)))
    t.equal(verdict('gb-unsigned', raw).ok, false)
  },
)
