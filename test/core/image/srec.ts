import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { HanrigError } from '#core/errors/errors'
import type { FlatImage } from '#core/image/memory-map'
import { looksLikeSrec, parseSrec } from '#core/image/srec'

const END = 'S9030000FC'
const KNOWN =
  /^HANRIG_(SREC_(BAD_(RECORD|CHECKSUM|COUNT)|NO_END)|ADDRESS_(SPAN|OVERLAP)|IMAGE_EMPTY)$/
/** Octets of the address in a record of each type. */
const WIDTHS = [2, 2, 3, 4, 2, 2, 3, 4, 3, 2]

const file = (...lines: string[]) => new Bytes(Buffer.from(`${lines.join('\n')}\n`, 'latin1'))
const parse = (...lines: string[]) => parseSrec(file(...lines))
const hexOf = (bytes: Bytes) => Buffer.from(bytes.u8).toString('hex')

/** One record with its right count and checksum. */
function record(type: number, address: number, data: ArrayLike<number> = []): string {
  const width = WIDTHS[type]!
  const octets = Buffer.alloc(width + data.length + 2)
  octets[0] = octets.length - 1
  octets.writeUIntBE(address, 1, width)
  octets.set(data, width + 1)
  octets[octets.length - 1] = ~octets.reduce((sum, octet) => sum + octet, 0)
  return `S${type}${octets.toString('hex').toUpperCase()}`
}

interface Chunk {
  type: number
  at: number
  data: Uint8Array
}

/** The lines of a file that writes the chunks: a header, the data, their count, the end. */
function encode(chunks: readonly Chunk[], start: number): string[] {
  return [
    record(0, 0, Buffer.from('header')),
    ...chunks.map(({ type, at, data }) => record(type, at, data)),
    record(5, chunks.length),
    record(7, start),
  ]
}

/** True when the image is what the chunks give by a plain model: one map entry per octet. */
function isOf(image: FlatImage, chunks: readonly Chunk[]): boolean {
  const cells = new Map<number, number>()
  for (const { at, data } of chunks) data.forEach((octet, i) => void cells.set(at + i, octet))
  const base = Math.min(...cells.keys())
  const octets = Buffer.alloc(Math.max(...cells.keys()) + 1 - base, 0xff)
  for (const [at, octet] of cells) octets[at - base] = octet
  const gaps = octets.length - cells.size
  return image.base === base && image.gaps === gaps && octets.equals(image.octets.u8)
}

/** Chunks in any order whose octets depend on their address only, so that overlaps agree. */
const piece = fc.record({ offset: fc.nat(0x7000), length: fc.integer({ min: 1, max: 250 }) })
const someChunks = fc
  .tuple(fc.constantFrom(1, 2, 3), fc.nat(0xffff_ffff), fc.array(piece, { minLength: 1 }))
  .map(([type, place, pieces]) =>
    pieces.map(({ offset, length }) => {
      // 32 KiB from there on are within the addresses of the record type.
      const at = (place % (256 ** WIDTHS[type]! - 0x8000)) + offset
      return { type, at, data: Uint8Array.from({ length }, (_, i) => (at + i) * 37) }
    }),
  )

/** The image, or undefined after a known error; any other exception goes on and fails the test. */
function attempt(u8: Uint8Array): FlatImage | undefined {
  try {
    return parseSrec(new Bytes(u8))
  } catch (error) {
    if (error instanceof HanrigError && KNOWN.test(error.code)) return undefined
    throw error
  }
}

t.test('reads a file that objcopy wrote', async t => {
  const image = parse(
    'S0090000612E73726563BA',
    'S3190800FFF054686520717569636B2062726F776E20666F7820BC',
    'S312080100046A756D7073206F766572206974D8',
    'S7051001FFE109',
  )
  t.match(image, { base: 0x0800_fff0, start: 0x1001_ffe1, records: 2, gaps: 0 })
  t.equal(Buffer.from(image.octets.u8).toString(), 'The quick brown fox jumps over it')
})

t.test('random chunks come back as they were', async () => {
  fc.assert(
    fc.property(someChunks, fc.nat(0xffff_ffff), (chunks, start) => {
      const image = parse(...encode(chunks, start))
      return isOf(image, chunks) && image.records === chunks.length && image.start === start
    }),
  )
})

t.test('a changed byte gives a known error, or the same image but for a type digit', async () => {
  fc.assert(
    fc.property(someChunks, fc.nat(), fc.nat(255), (chunks, place, octet) => {
      const { u8 } = file(...encode(chunks, 0))
      const at = place % u8.length
      const isTypeDigit = u8[at - 1] === 'S'.charCodeAt(0)
      u8[at] = octet
      const image = attempt(u8)
      return image === undefined || isTypeDigit || isOf(image, chunks)
    }),
    { numRuns: 500 },
  )
})

t.test('random octets, random text and random records raise only known errors', async () => {
  const unit = fc.constantFrom(...'S0123456789ABCDEF \t\r\n')
  const text = fc.string({ unit, maxLength: 200 })
  const address = fc.oneof(fc.nat(3), fc.nat(0xffff))
  const fields = fc.tuple(fc.nat(9), address, fc.uint8Array({ maxLength: 3 }))
  const records = fc
    .array(fields, { maxLength: 8 })
    .map(all => [...all.map(each => record(...each)), END].join('\n'))
  const inputs = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.oneof(text, records).map(s => new Uint8Array(Buffer.from(s))),
  )
  fc.assert(
    fc.property(inputs, u8 => {
      looksLikeSrec(new Bytes(u8))
      attempt(u8)
    }),
    { numRuns: 1000 },
  )
})

t.test('any line ending, digit case, blank line and trailing white space will do', async t => {
  const data = `S1${record(1, 0x10, [0xab, 0xcd]).slice(2).toLowerCase()}`
  const lines = [data, '', ' \t', `${END} \t`]
  for (const ending of ['\n', '\r', '\r\n']) {
    const image = parseSrec(new Bytes(Buffer.from(ending + lines.join(ending))))
    t.equal(image.base, 0x10)
    t.equal(hexOf(image.octets), 'abcd')
  }
})

t.test('each end record gives the start address', async t => {
  const data = record(1, 0, [1])
  t.equal(parse(data, record(9, 0xfedc)).start, 0xfedc)
  t.equal(parse(data, record(8, 0xfedcba)).start, 0xfedcba)
  t.equal(parse(data, record(7, 0xfedcba98)).start, 0xfedcba98)
  t.equal(parse(data, END).start, 0)
})

t.test('counts and mixed data records are read', async t => {
  const data = [record(1, 0, [1]), record(2, 1, [2]), record(3, 3, [4]), record(1, 9)]
  const image = parse(...data, record(6, 4), END)
  t.match(image, { base: 0, gaps: 1, records: 4 })
  t.equal(hexOf(image.octets), '0102ff04')
  t.match(parse(record(3, 0xffff_fffe, [1, 2]), END), { base: 0xffff_fffe, gaps: 0 })
})

t.test('each error names its line', async t => {
  const data = record(1, 0, [1, 2])
  const refuses = (code: string, message: RegExp, ...lines: string[]) =>
    t.throws(() => parse(...lines), { code: `HANRIG_${code}`, message }, `${code} ${message}`)
  refuses('SREC_BAD_RECORD', /^Line 1 is not S/, 'hello', END)
  refuses('SREC_BAD_RECORD', /^Line 3 is not S.* column 2 has x/, data, '', ` x${END}`)
  refuses('SREC_BAD_RECORD', /^Line 2 is not S/, data, 'S')
  refuses('SREC_BAD_RECORD', /^Line 2 is not S/, data, 'SA030000FC')
  refuses('SREC_BAD_RECORD', /^Line 2 is not S/, data, 'S9030000F')
  refuses('SREC_BAD_RECORD', /^Line 2 is not S/, data, 'S9030000FG')
  refuses('SREC_BAD_RECORD', /^Line 1 has 4 octets after the count but states 3/, 'S903000000FC')
  refuses('SREC_BAD_RECORD', /^Line 2 has the reserved record type S4/, data, record(4, 0))
  refuses('SREC_BAD_RECORD', /^Line 2 is too short for .* S7/, data, 'S7030000FC')
  refuses('SREC_BAD_RECORD', /^Line 2 has data, which S9/, data, record(9, 0, [1]))
  refuses('SREC_BAD_RECORD', /^Line 1 runs past/, record(3, 0xffff_ffff, [1, 2]), END)
  refuses('SREC_BAD_RECORD', /^Line 3 comes after the end/, data, END, data)
  refuses('SREC_BAD_CHECKSUM', /line 2 sum to 254 modulo 256/, data, 'S9030000FB')
  refuses('SREC_BAD_COUNT', /^Line 2 counts 2 data records, not 1/, data, record(5, 2), END)
  refuses('SREC_BAD_COUNT', /^Line 2 counts 0 data records, not 1/, data, record(6, 0), END)
  refuses('SREC_NO_END', /line 2 without an end record/, data, record(5, 1))
  refuses('ADDRESS_OVERLAP', /^Line 2 writes 0x09 to 0x00000001/, data, record(1, 1, [9]), END)
  refuses('ADDRESS_SPAN', /^With line 2 .* 0x01000000/, data, record(3, 0x100_0000, [1]), END)
  refuses('IMAGE_EMPTY', /no data/, record(0, 0, [1]), END)
  refuses('IMAGE_EMPTY', /no data/, '')
})

t.test('only S, a digit and hex digits look like an S-record', async t => {
  const yes = [
    END,
    `${END} ;`,
    ` ${END}`,
    `; made by\n${END}`,
    's9030000FC',
    `\r\n \n${END}`,
    'S9030000ff',
    'S0030000fc  \r\nwhatever',
  ]
  for (const line of yes) t.equal(looksLikeSrec(file(line)), true, line)
  const no = [
    '',
    '\n',
    'S',
    'S903000',
    'SA030000FC',
    ':00000001FF',
    `${END};S9030000FC`,
    `; ${END}`,
  ]
  for (const line of no) t.equal(looksLikeSrec(file(line)), false, line)
})
