import { createHash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { imageNotes } from '#cli/output/image-notes'
import { Bytes } from '#core/bytes/bytes'
import { buildGbImage, buildStandardImage } from '#core/image/build'
import type { HeaderFields } from '#core/image/header'
import {
  IMAGE_KINDS,
  type ImageKind,
  type OtaImage,
  readOtaImage,
  slice,
} from '#core/image/ota-image'
import { TrustAnchor } from '#emulators/crypto/crypto'
import { testPublicKey, testSignature } from '#emulators/crypto/test-key'
import {
  esmeSample,
  MANUFACTURER_IMAGE,
  MANUFACTURER_IMAGE_SHA256,
  ppmidSample,
  resize,
  SUPPLIER_KEY,
} from '../../helpers/gb-sample.ts'
import { seeded } from '../../helpers/octets.ts'

const FIELDS: HeaderFields = {
  manufacturerCode: 0x121d,
  imageType: 0,
  fileVersion: 7,
  stackVersion: 2,
  headerString: 'test',
  hardware: { min: 0x1111, max: 0x1211 },
}
const SUPPLIER = TrustAnchor.ofPoint(SUPPLIER_KEY)
const TRAILER = { forceReplace: false, signature: seeded(64, 5) }

const shaOf = (octets: Uint8Array) => createHash('sha256').update(octets).digest('hex')
const messages = (image: OtaImage) => image.notes.map(({ message }) => message)
const hashed = (image: OtaImage) => slice(image.file, image.hashed)

function isSigned(image: OtaImage, anchor = SUPPLIER): boolean {
  return anchor.verifies(hashed(image), slice(image.file, image.signature!))
}

/** A standard sub-element: tag, length, data. */
function element(tag: number, data: Uint8Array): Buffer {
  const head = Buffer.alloc(6)
  head.writeUInt16LE(tag, 0)
  head.writeUInt32LE(data.length, 2)
  return Buffer.concat([head, data])
}

/** The ESME sample’s header before any payload. */
function gbFile(...payload: Uint8Array[]): Bytes {
  return resize(new Bytes(Buffer.concat([esmeSample().u8.subarray(0, 60), ...payload])))
}

t.test('the ESME sample has the published pieces, hash and signature', async t => {
  const file = esmeSample()
  t.equal(file.length, 361)
  t.equal(shaOf(file.u8), 'c47fb1a43bf0765f74c42c857a22fc52e63512f977c661be14d4cb2f582901f0')
  const image = readOtaImage(file)
  t.match(image, {
    kind: 'gb-signed',
    upgradeImage: { at: 60, length: 301 },
    hashed: { at: 60, length: 235 },
    signature: { at: 297, length: 64 },
    forceReplace: 0,
  })
  t.strictSame([image.elements, image.notes], [[], []])
  t.equal(Buffer.compare(hashed(image), MANUFACTURER_IMAGE), 0)
  t.equal(shaOf(hashed(image)), MANUFACTURER_IMAGE_SHA256)
  t.equal(isSigned(image), true)
  // What the hash is not: of everything after the header, trailer included.
  const whole = slice(file, image.upgradeImage)
  t.equal(shaOf(whole), '5bdf58314cc084a7884cad1d96c0e65bf8dc03217fc3eb8825a6c4ae2c272e39')
  t.equal(SUPPLIER.verifies(whole, slice(file, image.signature!)), false)
  t.equal(SUPPLIER.verifies(file.u8, slice(file, image.signature!)), false)
})

t.test('the PPMID sample has no trailer and the same hash', async t => {
  const file = ppmidSample()
  t.equal(file.length, 295)
  t.equal(shaOf(file.u8), 'eb9bc9140bd389530bf3b2974270cc4d2ba1bfd3822ddc5faad4801125847c32')
  const image = readOtaImage(file)
  t.match(image, { kind: 'gb-unsigned', hashed: { at: 60, length: 235 } })
  t.strictSame([image.signature, image.forceReplace, image.elements], [undefined, undefined, []])
  t.equal(shaOf(hashed(image)), MANUFACTURER_IMAGE_SHA256)
})

t.test('the signature covers the Manufacturer Image and nothing else', async t => {
  const unsigned = [5, 10, 12, 14, 20, 51, 56, 58, 59]
  for (const at of unsigned) {
    const file = esmeSample()
    file.u8[at]! ^= 1
    const image = readOtaImage(file)
    t.match([image.kind, isSigned(image)], ['gb-signed', true], `header octet ${at}`)
  }
  const replace = esmeSample()
  replace.u8[295] = 1
  t.match(readOtaImage(replace), { kind: 'gb-signed', forceReplace: 1 })
  t.equal(isSigned(readOtaImage(replace)), true, 'the flag is not signed')
  for (const at of [60, 61, 180, 294, 297, 328, 329, 360]) {
    const file = esmeSample()
    file.u8[at]! ^= 1
    const image = readOtaImage(file)
    t.match([image.kind, isSigned(image)], ['gb-signed', false], `octet ${at}`)
  }
  t.equal(isSigned(readOtaImage(esmeSample()), TrustAnchor.ofPoint(testPublicKey())), false)
})

t.test('a Manufacturer Image that starts like a sub-element is none', async t => {
  // The sample itself reads as tag 0x7243 and a length of 1,667,855,465.
  t.equal(esmeSample().dv.getUint16(60, true), 0x7243)
  t.equal(esmeSample().dv.getUint32(62, true), 1_667_855_465)
  // One whose length is that of the Manufacturer Image, so that only the trailer tells.
  for (const tag of [0x0000, 0x0001, 0x7243, 0xf000]) {
    const payload = element(tag, seeded(200))
    const image = readOtaImage(buildGbImage(FIELDS, payload, TRAILER))
    t.match(image, { kind: 'gb-signed', hashed: { at: 60, length: 206 } })
    t.strictSame(image.notes, [])
  }
})

t.test('a Manufacturer Image that is a whole standard payload stays one', async t => {
  const payload = Buffer.concat([element(0, seeded(100)), element(1, seeded(40, 2))])
  const signature = testSignature(payload)
  const image = readOtaImage(buildGbImage(FIELDS, payload, { forceReplace: true, signature }))
  t.match(image, { kind: 'gb-signed', forceReplace: 1, elements: [] })
  t.equal(Buffer.compare(hashed(image), payload), 0)
  t.equal(isSigned(image, TrustAnchor.ofPoint(testPublicKey())), true)
})

t.test('standard files have the sub-elements that fill them', async t => {
  const data = [seeded(300, 3), seeded(17, 4)]
  const one = readOtaImage(buildStandardImage(FIELDS, [{ tag: 0, data: data[0]! }]))
  t.equal(one.kind, 'standard')
  t.strictSame(one.elements, [{ tag: 0, at: 66, length: 300 }])
  t.equal(Buffer.compare(slice(one.file, one.elements[0]!), data[0]!), 0)

  const pieces = [
    { tag: 0, data: data[0]! },
    { tag: 0xf123, data: data[1]! },
  ]
  for (const hardware of [undefined, { min: 1, max: 2 }]) {
    const two = readOtaImage(buildStandardImage({ ...FIELDS, hardware }, pieces))
    const start = hardware ? 60 : 56
    t.match(two, { kind: 'standard', upgradeImage: { at: start, length: 329 } })
    t.strictSame(two.elements, [
      { tag: 0, at: start + 6, length: 300 },
      { tag: 0xf123, at: start + 312, length: 17 },
    ])
    t.match(two, { hashed: { at: start, length: 329 } }, 'all after the header')
    t.strictSame([two.signature, two.forceReplace], [undefined, undefined])
    for (const [i, piece] of pieces.entries()) {
      t.equal(Buffer.compare(slice(two.file, two.elements[i]!), piece.data), 0)
    }
  }
  const empty = readOtaImage(buildStandardImage(FIELDS, [{ tag: 9, data: new Uint8Array(0) }]))
  t.strictSame(empty.elements, [{ tag: 9, at: 66, length: 0 }])
})

t.test('a standard file that holds 00 40 where a trailer would start is standard', async t => {
  const data = seeded(300)
  data[300 - 66] = 0
  data[300 - 65] = 0x40
  const elements = [{ tag: 0, data }]
  const image = readOtaImage(buildStandardImage(FIELDS, elements))
  t.match(image, { kind: 'standard', elements: { length: 1 } })
  t.match(
    imageNotes(image).map(({ message }) => message),
    [/also reads as a signed GB upgrade image.*--kind gb-signed/],
  )
  const plain = buildStandardImage({ ...FIELDS, hardware: undefined }, elements)
  t.strictSame(imageNotes(readOtaImage(plain)), [], 'no GB file has such a header')
  t.strictSame(readOtaImage(image.file, 'standard').notes, [], 'it is known what it is')
  t.match(readOtaImage(image.file, 'gb-signed'), { kind: 'gb-signed', hashed: { length: 240 } })
})

t.test('the kind can be said, and is then the kind or an error', async t => {
  const fits: [Bytes, ImageKind[]][] = [
    [esmeSample(), ['gb-signed', 'gb-unsigned', 'opaque']],
    [ppmidSample(), ['gb-unsigned', 'opaque']],
    [gbFile(element(0, seeded(200))), ['gb-unsigned', 'standard', 'opaque']],
  ]
  for (const [file, kinds] of fits) {
    for (const kind of IMAGE_KINDS) {
      if (kinds.includes(kind)) t.equal(readOtaImage(file, kind).kind, kind)
      else {
        const code = kind === 'standard' ? 'HANRIG_IMAGE_BAD_ELEMENT' : 'HANRIG_IMAGE_BAD_TRAILER'
        t.throws(() => readOtaImage(file, kind), { code })
      }
    }
  }
  const unsigned = readOtaImage(esmeSample(), 'gb-unsigned')
  t.match(unsigned, { hashed: { at: 60, length: 301 }, signature: undefined })
})

t.test('each fault of an image has its code', async t => {
  const refuses = (code: string, message: RegExp, file: Bytes, kind?: ImageKind) =>
    t.throws(() => readOtaImage(file, kind, true), { code: `HANRIG_IMAGE_${code}`, message })
  const lengthOctet = esmeSample()
  lengthOctet.u8[296] = 0x41
  refuses(
    'BAD_TRAILER',
    /at offset 295 has force-replace 0 and .* 0x41, which must be 0 or 1 and 0x40/,
    lengthOctet,
  )
  refuses('BAD_TRAILER', /no room for a trailer/, gbFile(seeded(66)), 'gb-signed')
  const flag = esmeSample()
  flag.u8[295] = 2
  refuses('BAD_TRAILER', /has force-replace 2 and signature length 0x40/, flag, 'gb-signed')

  const first = element(0, seeded(50))
  refuses(
    'BAD_ELEMENT',
    /^Sub-element 0 at offset 60 states 50 B, but 49 B are left/,
    cut(first, 1),
  )
  refuses('BAD_ELEMENT', /^Sub-element 0 at offset 60 states 50 B, but 0 B are/, cut(first, 50))
  const two = Buffer.concat([first, element(1, seeded(20))])
  refuses('BAD_ELEMENT', /^Sub-element 1 at offset 116 states 20 B, but 13 B are left/, cut(two, 7))
  refuses('BAD_ELEMENT', /^Sub-element 1 at offset 116 has 5 B left, fewer/, cut(two, 21))
  const noHardware = buildStandardImage({ ...FIELDS, hardware: undefined }, [
    { tag: 0x1234, data: seeded(40) },
  ])
  const short = resize(new Bytes(noHardware.u8.slice(0, -1)))
  refuses('BAD_ELEMENT', /^Sub-element 0 at offset 56 states 40 B, but 39 B are left/, short)
  refuses('BAD_MAGIC', /0x0BEEF11E/, new Bytes(seeded(100)))

  function cut(payload: Buffer, octets: number): Bytes {
    return gbFile(payload.subarray(0, payload.length - octets))
  }
})

t.test('a body that deviates is read with a note, unless it must not', async t => {
  const codes = (image: OtaImage) => image.notes.map(({ code }) => code)
  const plain = (...payload: Uint8Array[]): Bytes => {
    const { u8 } = buildStandardImage({ ...FIELDS, hardware: undefined }, [])
    return resize(new Bytes(Buffer.concat([u8, ...payload])))
  }
  const whole = element(0, seeded(200))

  const padded = readOtaImage(plain(whole, new Uint8Array(16).fill(0xff)))
  t.match(padded, {
    kind: 'opaque',
    elements: [{ tag: 0, length: 200 }],
    hashed: { at: 56, length: 222 },
  })
  t.match(padded.notes, [
    { code: 'element-misfit', at: 262, message: /^Sub-element 1 at offset 262/ },
  ])
  const encrypted = readOtaImage(plain(seeded(300, 9)))
  t.match(
    [encrypted.kind, encrypted.elements, codes(encrypted)],
    ['opaque', [], ['element-misfit']],
  )

  const head = element(0xf000, seeded(50)).subarray(0, 6)
  const telink = readOtaImage(plain(head, Uint8Array.of(1, 0), seeded(50)))
  t.match([telink.kind, codes(telink)], ['standard', ['element-telink']])
  t.strictSame(telink.elements, [{ tag: 0xf000, at: 64, length: 50 }])
  t.match(codes(readOtaImage(plain(element(0xf000, seeded(50))))), [], 'the tag alone is nothing')

  const empty = readOtaImage(plain(element(0, new Uint8Array(0))))
  t.match([empty.kind, codes(empty)], ['standard', ['no-firmware']])

  const trailing = readOtaImage(new Bytes(Buffer.concat([plain(whole).u8, seeded(24)])))
  t.match(
    [trailing.kind, trailing.file.length, codes(trailing)],
    ['standard', 262, ['trailing-octets']],
  )
  const signed = new Bytes(Buffer.concat([esmeSample().u8, seeded(24)]))
  t.match(readOtaImage(signed), { kind: 'gb-signed', hashed: { at: 60, length: 235 } })
  t.ok(isSigned(readOtaImage(signed)), 'the trailer is where the header says')

  const long = plain(new Uint8Array(13), whole)
  long.dv.setUint16(6, 69, true)
  t.match([readOtaImage(long).kind, codes(readOtaImage(long))], ['standard', ['header-long']])
  const short = esmeSample()
  short.dv.setUint16(6, 20, true)
  t.match(
    readOtaImage(short),
    { upgradeImage: { at: 56, length: 305 } },
    'nothing before 56 is body',
  )

  const lengthOctet = esmeSample()
  lengthOctet.u8[296] = 0x41
  t.match(
    [readOtaImage(lengthOctet).kind, codes(readOtaImage(lengthOctet))],
    ['opaque', ['trailer-misfit']],
  )
  for (const [file, code] of [
    [plain(whole, new Uint8Array(16)), 'BAD_ELEMENT'],
    [signed, 'OVERSIZED'],
    [short, 'BAD_HEADER_LENGTH'],
    [lengthOctet, 'BAD_TRAILER'],
  ] as const) {
    t.throws(() => readOtaImage(file, undefined, true), { code: `HANRIG_IMAGE_${code}` })
  }
  t.throws(() => readOtaImage(signed, 'gb-signed'), { code: 'HANRIG_IMAGE_OVERSIZED' })
  t.throws(() => readOtaImage(padded.file, 'standard'), { code: 'HANRIG_IMAGE_BAD_ELEMENT' })
  t.equal(
    readOtaImage(padded.file, 'opaque', true).kind,
    'opaque',
    'asked for, it is as it should be',
  )
})

t.test('without sub-elements and trailer the first octets and the last decide', async t => {
  /** The kind found, or the fault. */
  const found = (...payload: Uint8Array[]): string => {
    try {
      return readOtaImage(gbFile(...payload), undefined, true).kind
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  const start = (octets: string, length = 300) =>
    new Uint8Array(Buffer.concat([Buffer.from(octets, 'hex'), seeded(length, 8)]))
  const element = 'HANRIG_IMAGE_BAD_ELEMENT'
  t.equal(found(start('000010000001')), 'gb-unsigned', 'no image is so long')
  t.equal(found(start('000010000000', 12)), element, 'four octets of the first are missing')
  t.equal(found(start('0000ffffff00')), element)
  t.equal(found(start('000001000000', 0)), element, 'all of it is missing')
  t.equal(found(start('000000000000')), 'gb-unsigned', 'no first element is empty')
  t.equal(found(start('0000010000', 0)), 'gb-unsigned', 'too short to be one')
  t.equal(found(start('0100ffffff00')), 'gb-unsigned', 'the first element is the image')
  t.equal(found(start('0001ffffff00')), 'gb-unsigned')

  const varied = (values: number) => Uint8Array.from({ length: 64 }, (_, i) => 100 + (i % values))
  const trailer = 'HANRIG_IMAGE_BAD_TRAILER'
  const ends = (flag: number, tail: Uint8Array) =>
    found(seeded(100), Uint8Array.of(flag, 0x41), tail)
  t.strictSame(
    [0, 1, 2].map(flag => ends(flag, varied(64))),
    [trailer, trailer, 'gb-unsigned'],
  )
  t.strictSame(
    [50, 49].map(values => ends(0, varied(values))),
    [trailer, 'gb-unsigned'],
  )
})

t.test('a trailer needs an image before it', async t => {
  const trailer = Buffer.concat([Uint8Array.of(0, 0x40), seeded(64)])
  t.equal(readOtaImage(gbFile(trailer)).kind, 'gb-unsigned', 'it is the image then')
  const one = readOtaImage(gbFile(Uint8Array.of(0xaa), trailer))
  t.match(one, { kind: 'gb-signed', hashed: { at: 60, length: 1 } })
})

t.test('what is odd about a header is noted, not refused', async t => {
  const notes = (fields: Partial<HeaderFields>) =>
    messages(readOtaImage(buildGbImage({ ...FIELDS, ...fields }, MANUFACTURER_IMAGE, undefined)))
  t.strictSame(notes({}), [])
  t.match(notes({ hardware: { min: 2, max: 1 } }), [/minimum hardware version is above/])
  t.strictSame(notes({ hardware: { min: 2, max: 2 } }), [])
  const old = esmeSample()
  old.dv.setUint16(4, 0x0a00, true)
  t.match(messages(readOtaImage(old)), [/^Header version 0xa00 is not 0x01xx/])
  old.dv.setUint16(4, 0x0110, true)
  t.strictSame(readOtaImage(old).notes, [])
  t.match(notes({ manufacturerCode: 0xffff }), [/0xFFFF is the wildcard/])
  t.match(notes({ imageType: 0xffc0 }), [/from 0xFFC0 are reserved/])
  t.strictSame(notes({ imageType: 0xffbf }), [])
  t.match(notes({ fileVersion: 0xffffffff }), [/0xFFFFFFFF is the wildcard/])
  t.equal(notes({ manufacturerCode: 0xffff, fileVersion: 0xffffffff }).length, 2)
  const reserved = buildStandardImage(FIELDS, [{ tag: 0, data: seeded(9) }])
  reserved.u8[8]! |= 0x10
  t.match(messages(readOtaImage(reserved)), [/0x14 has bits that ZCL reserves/])
})

const payloads = fc
  .tuple(fc.integer({ min: 1, max: 400 }), fc.integer())
  .map(([length, seed]) => seeded(length, seed))

t.test('a built GB image is read back piece by piece', async () => {
  fc.assert(
    fc.property(payloads, fc.option(fc.boolean()), fc.integer(), (payload, force, seed) => {
      const signature = seeded(64, seed)
      const trailer = force === null ? undefined : { forceReplace: force, signature }
      const file = buildGbImage(FIELDS, payload, trailer)
      // Random octets pass for another kind now and then; said, the kind is beyond doubt.
      const image = readOtaImage(file, trailer ? 'gb-signed' : 'gb-unsigned')
      if (Buffer.compare(hashed(image), payload) !== 0) return false
      if (!trailer) return image.signature === undefined
      return (
        image.forceReplace === (force ? 1 : 0) &&
        Buffer.compare(slice(file, image.signature!), signature) === 0
      )
    }),
  )
})

t.test('a built standard image is read back piece by piece', async () => {
  const pieces = fc.array(fc.record({ tag: fc.nat(0xffff), data: payloads }), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(pieces, fc.boolean(), (pieces, gb) => {
      const fields = gb ? FIELDS : { ...FIELDS, hardware: undefined }
      const image = readOtaImage(buildStandardImage(fields, pieces))
      return (
        image.kind === 'standard' &&
        image.elements.length === pieces.length &&
        image.elements.every(
          ({ tag, ...range }, i) =>
            tag === pieces[i]!.tag &&
            Buffer.compare(slice(image.file, range), pieces[i]!.data) === 0,
        )
      )
    }),
  )
})

t.test('a signed image is found to be one, whatever it holds', async () => {
  fc.assert(
    fc.property(payloads, fc.boolean(), fc.integer(), (payload, forceReplace, seed) => {
      const file = buildGbImage(FIELDS, payload, { forceReplace, signature: seeded(64, seed) })
      return readOtaImage(file).kind === 'gb-signed'
    }),
  )
})
