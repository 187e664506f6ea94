import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import {
  hasOtaMagic,
  headerLengthOf,
  headerText,
  MIN_HEADER,
  type OtaHeader,
  readHeader,
  writeHeader,
} from '#core/image/header'
import type { ImageNote } from '#core/image/note'
import { esmeSample, ppmidSample } from '../../helpers/gb-sample.ts'
import { fromHex, toHex } from '../../helpers/octets.ts'

/** A file with a header of this field control, `extra` octets of optional fields and one of payload. */
function withFields(fieldControl: number, extra: string): Bytes {
  const options = fromHex(extra).u8
  const header = esmeSample().u8.subarray(0, MIN_HEADER)
  const file = new Bytes(Buffer.concat([header, options, Uint8Array.of(0xaa)]))
  file.dv.setUint16(6, MIN_HEADER + options.length, true)
  file.dv.setUint16(8, fieldControl, true)
  file.dv.setUint32(52, file.length, true)
  return file
}

t.test('the header of the ESME sample is read field by field', async t => {
  const { headerString, ...fields } = readHeader(esmeSample())
  t.strictSame(fields, {
    headerVersion: 0x0100,
    headerLength: 60,
    fieldControl: 0x0004,
    manufacturerCode: 0x121d,
    imageType: 0x0000,
    fileVersion: 0xacdcacdc,
    stackVersion: 2,
    totalSize: 361,
    credentialVersion: undefined,
    destination: undefined,
    minHardware: 0x1111,
    maxHardware: 0x1211,
  })
  t.equal(Buffer.from(headerString).toString('latin1'), 'I am a GFI ESME[] firmware image')
})

t.test('the header of the PPMID sample differs in type, name and size', async t => {
  const header = readHeader(ppmidSample())
  t.match(header, { imageType: 0x0084, totalSize: 295, fileVersion: 0xacdcacdc })
  t.equal(headerText(header), 'I am a GFI PPMID firmware image', 'its last blank is no text')
})

t.test('optional fields lie one after the other, as announced', async t => {
  const all = ['2a', 'f807e6d5c4b3a201', '1111 1112']
  for (let control = 0; control < 8; control++) {
    const extra = all.filter((_, bit) => control & (1 << bit)).join('')
    const header = readHeader(withFields(control, extra))
    const expected: Partial<OtaHeader> = {
      credentialVersion: control & 1 ? 0x2a : undefined,
      destination: control & 2 ? '01a2b3c4d5e607f8' : undefined,
      minHardware: control & 4 ? 0x1111 : undefined,
      maxHardware: control & 4 ? 0x1211 : undefined,
    }
    const { credentialVersion, destination, minHardware, maxHardware } = header
    const read = { credentialVersion, destination, minHardware, maxHardware }
    t.strictSame(read, expected, `field control ${control}`)
    t.equal(header.headerLength, headerLengthOf(control))
  }
  t.strictSame([0, 1, 2, 4, 7, 0xfff8].map(headerLengthOf), [56, 57, 64, 60, 69, 56])
})

t.test('a header longer than its fields need is taken at its word', async t => {
  const header = readHeader(withFields(4, '1111 1112 ffff ffff'))
  t.match(header, { headerLength: 64, minHardware: 0x1111, maxHardware: 0x1211 })
})

t.test('each fault of a header has its code', async t => {
  const refuses = (code: string, message: RegExp, file: Bytes) =>
    t.throws(() => readHeader(file), { code: `HANRIG_IMAGE_${code}`, message }, `${message}`)
  const change = (at: number, value: number, width: 2 | 4 = 2): Bytes => {
    const file = esmeSample()
    if (width === 2) file.dv.setUint16(at, value, true)
    else file.dv.setUint32(at, value, true)
    return file
  }
  const cut = (length: number) => new Bytes(esmeSample().u8.slice(0, length))

  for (let at = 0; at < 4; at++) {
    const file = esmeSample()
    file.u8[at]! ^= 1
    refuses('BAD_MAGIC', /0x0BEEF11E/, file)
  }
  for (const length of [0, 3]) refuses('BAD_MAGIC', /does not start/, cut(length))
  for (const length of [4, 55]) refuses('TRUNCATED', /inside its OTA header/, cut(length))
  refuses('BAD_HEADER_LENGTH', /states a length of 60 B, beyond the file of 56 B/, cut(56))
  refuses('TRUNCATED', /states 361 B, but the file has 360 B: 1 B are missing/, cut(360))
  refuses('TRUNCATED', /301 B are missing/, cut(60))
  refuses('TRUNCATED', /states 4294967295 B/, change(52, 0xffffffff, 4))
  refuses('OVERSIZED', /states 360 B, but the file has 361 B: 1 B too many/, change(52, 360, 4))
  refuses('OVERSIZED', /361 B too many/, change(52, 0, 4))
  refuses('BAD_HEADER_LENGTH', /states a length of 59 B, .* 0x0004 needs 60 B/, change(6, 59))
  refuses('BAD_HEADER_LENGTH', /states a length of 0 B/, change(6, 0))
  refuses('BAD_HEADER_LENGTH', /60 B, .* 0xffff needs 69 B/, change(8, 0xffff))
  refuses('BAD_HEADER_LENGTH', /60 B, .* 0x0005 needs 61 B/, change(8, 5))
  refuses('BAD_HEADER_LENGTH', /states a length of 65535 B, beyond/, change(6, 0xffff))
  refuses('BAD_HEADER_LENGTH', /states a length of 362 B, beyond/, change(6, 362))
  refuses('NO_PAYLOAD', /ends with its header of 361 B/, change(6, 361))
  t.match(readHeader(change(6, 360)), { headerLength: 360 }, 'one octet of payload is enough')
})

t.test('only the four octets of the identifier make an OTA file', async t => {
  t.equal(hasOtaMagic(fromHex('1ef1ee0b')), true)
  for (const no of ['', '1ef1ee', '0beef11e', '1ef1ee0c', '001ef1ee0b']) {
    t.equal(hasOtaMagic(fromHex(no)), false, no)
  }
})

t.test('text ends at the first zero octet and shows nothing that is not printable', async t => {
  const textOf = (text: string) => {
    const file = esmeSample()
    file.u8.fill(0, 20, 52).set(Buffer.from(text, 'latin1'), 20)
    return headerText(readHeader(file))
  }
  t.equal(textOf(''), '')
  t.equal(textOf('abc'), 'abc')
  t.equal(textOf('abc \0def'), 'abc')
  t.equal(textOf('a\x1b[31m\x7f\xe9~ '), 'a.[31m..~')
  t.equal(textOf('x'.repeat(32)), 'x'.repeat(32))
})

t.test('text is UTF-8 where it can be, and safe for a screen', async t => {
  const textOf = (text: string | Uint8Array) => {
    const file = esmeSample()
    file.u8.fill(0, 20, 52).set(Buffer.from(text).subarray(0, 32), 20)
    return headerText(readHeader(file))
  }
  t.equal(textOf('TRÅDFRI 灯 ½'), 'TRÅDFRI 灯 ½')
  t.equal(textOf('a\u0085b\u202Ec\u2028d\u200Be'), 'a.b.c.d.e', 'nothing that turns or hides text')
  t.equal(textOf(`${'x'.repeat(31)}é`), `${'x'.repeat(31)}.`, 'a character cut off by the field')
  t.equal(textOf(`${'x'.repeat(29)}灯`), `${'x'.repeat(29)}灯`)
  t.equal(textOf(`${'x'.repeat(30)}灯`), `${'x'.repeat(30)}..`)
  t.equal(textOf(Buffer.from('Gerät', 'latin1')), 'Ger.t', 'no UTF-8')
})

t.test('who takes notes gets what deviates as one, with lengths that lie in the file', async t => {
  const read = (change: (file: Bytes) => Bytes | undefined) => {
    const file = esmeSample()
    const notes: ImageNote[] = []
    const header = readHeader(change(file) ?? file, notes)
    return { header, codes: notes.map(({ code, at }) => `${code} ${at}`) }
  }
  const longer = read(({ u8 }) => new Bytes(Uint8Array.of(...u8, 1, 2)))
  t.match(longer, { header: { totalSize: 361 }, codes: ['trailing-octets 361'] })
  const shorter = read(({ dv }) => void dv.setUint16(6, 58, true))
  t.match(shorter, { header: { headerLength: 58 }, codes: ['header-short 6'] })
  t.equal(shorter.header.minHardware, undefined, 'a field that is not in the header is not read')
  t.throws(() => read(({ dv }) => void dv.setUint32(52, 60, true)), {
    code: 'HANRIG_IMAGE_OVERSIZED',
  })
  t.throws(() => read(({ dv }) => void dv.setUint16(6, 400, true)), {
    code: 'HANRIG_IMAGE_BAD_HEADER_LENGTH',
  })
  t.throws(() => read(({ u8 }) => new Bytes(u8.slice(0, 360))), { code: 'HANRIG_IMAGE_TRUNCATED' })
})

t.test('a written header is read back', async () => {
  const u16 = fc.nat(0xffff)
  const text = fc.string({ unit: fc.constantFrom(...'abc XYZ09'), maxLength: 32 })
  const fields = fc.record({
    manufacturerCode: u16,
    imageType: u16,
    fileVersion: fc.nat(0xffff_ffff),
    stackVersion: u16,
    headerString: text,
    hardware: fc.option(fc.record({ min: u16, max: u16 }), { nil: undefined }),
  })
  fc.assert(
    fc.property(fields, fc.integer({ min: 1, max: 100 }), (fields, payload) => {
      const length = fields.hardware ? 60 : 56
      const file = new Bytes(new Uint8Array(length + payload).fill(0xee))
      if (writeHeader(file, fields, payload) !== length) return false
      if (file.u8.subarray(length).some(octet => octet !== 0xee)) return false
      const header = readHeader(file)
      const { manufacturerCode, imageType, fileVersion, stackVersion } = header
      return (
        manufacturerCode === fields.manufacturerCode &&
        imageType === fields.imageType &&
        fileVersion === fields.fileVersion &&
        stackVersion === fields.stackVersion &&
        header.headerVersion === 0x0100 &&
        header.totalSize === length + payload &&
        header.fieldControl === (fields.hardware ? 4 : 0) &&
        header.minHardware === fields.hardware?.min &&
        header.maxHardware === fields.hardware?.max &&
        Buffer.from(header.headerString).toString('latin1') === fields.headerString.padEnd(32, '\0')
      )
    }),
  )
})

t.test('writing the sample’s fields gives the sample’s header', async t => {
  const file = Bytes.alloc(361)
  const fields = {
    manufacturerCode: 0x121d,
    imageType: 0,
    fileVersion: 0xacdcacdc,
    stackVersion: 2,
    headerString: 'I am a GFI ESME[] firmware image, and what is too long is cut',
    hardware: { min: 0x1111, max: 0x1211 },
  }
  t.equal(writeHeader(file, fields, 301), 60)
  t.equal(toHex(file, 0, 60), toHex(esmeSample(), 0, 60))
})
