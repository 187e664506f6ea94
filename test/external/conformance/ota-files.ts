// zigbee-herdsman as the oracle of OTA files: whatever its parser takes, hanrig takes, with the same header and, where both
// find sub-elements, the same ones. Files of every make are changed in every field, cut, padded and lengthened.
// What herdsman takes and hanrig does not, and why:
// - a file shorter than its header says: it cuts the last sub-element and carries on; here that is a truncated file;
// - a file that ends with its header: there is nothing to carry;
// - a header longer than the file, taken only where the file is shorter than its header says, too.

import fc from 'fast-check'
import t from 'tap'
import { parseOtaImage } from 'zigbee-herdsman/dist/controller/helpers/ota.js'
import { Bytes } from '#core/bytes/bytes'
import { HanrigError } from '#core/errors/errors'
import { buildGbImage, buildStandardImage } from '#core/image/build'
import type { HeaderFields } from '#core/image/header'
import { type OpenedImage, openImage } from '#core/image/open'
import { esmeSample, ppmidSample } from '../../helpers/gb-sample.ts'
import { seeded } from '../../helpers/octets.ts'

const FIELDS: HeaderFields = {
  manufacturerCode: 0x1135,
  imageType: 1,
  fileVersion: 9,
  stackVersion: 2,
  headerString: 'lamp',
  hardware: undefined,
}
const ELEMENTS = [
  { tag: 0, data: seeded(120) },
  { tag: 1, data: seeded(64) },
]
const plain = buildStandardImage(FIELDS, ELEMENTS)

/** The header with these optional fields, then the sub-elements of a standard file. */
function withFields(fieldControl: number, extra: number): Bytes {
  const file = new Bytes(
    Buffer.concat([plain.u8.subarray(0, 56), seeded(extra), plain.u8.subarray(56)]),
  )
  file.dv.setUint16(6, 56 + extra, true)
  file.dv.setUint16(8, fieldControl, true)
  file.dv.setUint32(52, file.length, true)
  return file
}

/** Telink's encrypted image: two octets after its length that the length leaves out. */
function telink(): Bytes {
  const file = new Bytes(
    Buffer.concat([plain.u8.subarray(0, 56), Buffer.from('00f0640000000100', 'hex'), seeded(100)]),
  )
  file.dv.setUint32(52, file.length, true)
  return file
}

const MAKES = [
  plain,
  buildStandardImage({ ...FIELDS, hardware: { min: 1, max: 2 } }, ELEMENTS),
  buildStandardImage(FIELDS, [{ tag: 0, data: new Uint8Array(0) }]),
  buildGbImage(FIELDS, seeded(90), { forceReplace: false, signature: seeded(64, 5) }),
  withFields(7, 13),
  withFields(0, 13),
  withFields(2, 8),
  telink(),
  esmeSample(),
  ppmidSample(),
]

type Theirs = ReturnType<typeof parseOtaImage>

function theirs(file: Bytes): Theirs | undefined {
  try {
    return parseOtaImage(Buffer.from(file.u8))
  } catch {
    return undefined
  }
}

/** What hanrig makes of the file, or the code of its refusal. */
function ours(file: Bytes): OpenedImage | string {
  try {
    return openImage(file)
  } catch (error) {
    if (error instanceof HanrigError) return error.code
    throw error
  }
}

/** Why hanrig may refuse what herdsman takes. */
function mayRefuse({ header, elements }: Theirs, file: Bytes): boolean {
  const body = Math.max(header.otaHeaderLength, 56)
  return (
    header.totalImageSize > file.length || header.totalImageSize <= body || elements.length === 0
  )
}

function isSame(opened: OpenedImage, { header, elements }: Theirs): boolean {
  const mine = opened.ota!
  const sameHeader =
    mine.header.manufacturerCode === header.manufacturerCode &&
    mine.header.imageType === header.imageType &&
    mine.header.fileVersion === header.fileVersion &&
    mine.header.fieldControl === header.otaHeaderFieldControl &&
    mine.header.totalSize === header.totalImageSize
  // A length that runs past the file’s end is one to herdsman; here it is no sub-element.
  if (mine.kind !== 'standard' || elements.some(({ length, data }) => length !== data.length)) {
    return sameHeader
  }
  return (
    sameHeader &&
    mine.elements.every(
      ({ tag, at, length }, i) =>
        elements[i]!.tagId === tag &&
        Buffer.compare(mine.file.u8.subarray(at, at + length), elements[i]!.data) === 0,
    )
  )
}

const change = fc.record({
  how: fc.constantFrom('u8', 'u16', 'u32', 'cut', 'put', 'pad', 'end'),
  at: fc.oneof(fc.nat(75), fc.nat(400)),
  value: fc.oneof(fc.constantFrom(0, 1, 2, 4, 7, 56, 60, 69, 0xf000, 0xffff), fc.nat(0xffff_ffff)),
})
const files = fc
  .record({
    make: fc.constantFrom(...MAKES),
    changes: fc.array(change, { maxLength: 4 }),
    resized: fc.boolean(),
  })
  .map(({ make, changes, resized }) => {
    let octets = Buffer.from(make.u8)
    for (const { how, at, value } of changes) {
      const place = Math.min(at, octets.length - 4)
      if (place < 0) break
      if (how === 'u8') octets.writeUInt8(value & 0xff, place)
      else if (how === 'u16') octets.writeUInt16LE(value & 0xffff, place)
      else if (how === 'u32') octets.writeUInt32LE(value, place)
      else if (how === 'cut')
        octets = Buffer.concat([octets.subarray(0, place), octets.subarray(place + 3)])
      else if (how === 'end') octets = octets.subarray(0, Math.max(4, place))
      else if (how === 'put') {
        octets = Buffer.concat([octets.subarray(0, place), seeded(5), octets.subarray(place)])
      } else octets = Buffer.concat([octets, new Uint8Array(value & 31).fill(value)])
    }
    if (resized && octets.length >= 56) octets.writeUInt32LE(octets.length, 52)
    return new Bytes(new Uint8Array(octets))
  })

t.test('whatever herdsman takes, hanrig takes with the same pieces', async t => {
  const taken = { both: 0, oursOnly: 0, excused: 0, withNotes: 0 }
  fc.assert(
    fc.property(files, file => {
      const other = theirs(file)
      const mine = ours(file)
      if (!other) {
        if (typeof mine !== 'string') taken.oursOnly++
        return true
      }
      if (typeof mine === 'string') {
        taken.excused++
        return mayRefuse(other, file)
      }
      taken.both++
      if (mine.notes.length > 0) taken.withNotes++
      return isSame(mine, other)
    }),
    { numRuns: 20_000 },
  )
  t.ok(taken.both > 1_000 && taken.withNotes > 1_000, JSON.stringify(taken))
  t.ok(taken.oursOnly > 1_000, 'hanrig takes what herdsman refuses, too, and says what deviates')
})

t.test('every make as it is made', async t => {
  for (const file of MAKES) {
    const mine = ours(file)
    t.type(mine, 'object')
    const other = theirs(file)
    if (other) t.ok(isSame(mine as OpenedImage, other))
  }
})
