import fc from 'fast-check'
import t from 'tap'
import { MAX_IMAGE_SIZE } from '#core/block/geometry'
import { Bytes } from '#core/bytes/bytes'
import { HanrigError } from '#core/errors/errors'
import { looksLikeIntelHex, parseIntelHex } from '#core/image/intel-hex'
import type { FlatImage } from '#core/image/memory-map'

const END = ':00000001FF'
const KNOWN = /^HANRIG_(HEX_(BAD_RECORD|BAD_CHECKSUM|NO_END)|ADDRESS_(SPAN|OVERLAP)|IMAGE_EMPTY)$/

const file = (...lines: string[]) => new Bytes(Buffer.from(`${lines.join('\n')}\n`, 'latin1'))
const parse = (...lines: string[]) => parseIntelHex(file(...lines))
const hexOf = (bytes: Bytes) => Buffer.from(bytes.u8).toString('hex')

/** One record with its right checksum. */
function record(type: number, offset: number, data: ArrayLike<number> = []): string {
  const octets = Buffer.from([data.length, offset >> 8, offset & 255, type, ...Array.from(data), 0])
  octets[octets.length - 1] = -octets.reduce((sum, octet) => sum + octet, 0)
  return `:${octets.toString('hex').toUpperCase()}`
}

/** The record that sets the upper 16 bits of the addresses after it. */
const linear = (upper: number) => record(4, 0, [upper >> 8, upper & 255])

interface Chunk {
  at: number
  data: Uint8Array
}

/** The lines of a file that writes the chunks, each after a type 04 record of its own. */
function encode(chunks: readonly Chunk[]): string[] {
  const records = ({ at, data }: Chunk) => [linear(at >>> 16), record(0, at & 0xffff, data)]
  return [...chunks.flatMap(records), END]
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
const piece = fc.record({ offset: fc.nat(0x1_8000), length: fc.integer({ min: 1, max: 255 }) })
const someChunks = fc
  .tuple(fc.nat(0xfffe_0000), fc.array(piece, { minLength: 1, maxLength: 12 }))
  .map(([base, pieces]) =>
    pieces.map(({ offset, length }) => {
      const at = base + offset
      return { at, data: Uint8Array.from({ length }, (_, i) => (at + i) * 37) }
    }),
  )

/** The image, or undefined after a known error; any other exception goes on and fails the test. */
function attempt(u8: Uint8Array): FlatImage | undefined {
  try {
    return parseIntelHex(new Bytes(u8))
  } catch (error) {
    if (error instanceof HanrigError && KNOWN.test(error.code)) return undefined
    throw error
  }
}

t.test('reads a file that objcopy wrote', async t => {
  const image = parse(
    ':020000040800F2',
    ':10FFF00054686520717569636B2062726F776E203B',
    ':020000040801F1',
    ':10000000666F78206A756D7073206F7665722069EF',
    ':01001000747B',
    ':040000051001FFE106',
    END,
  )
  t.match(image, { base: 0x0800_fff0, start: 0x1001_ffe1, records: 3, gaps: 0 })
  t.equal(Buffer.from(image.octets.u8).toString(), 'The quick brown fox jumps over it')
})

t.test('random chunks come back as they were', async () => {
  fc.assert(
    fc.property(someChunks, chunks => {
      const image = parse(...encode(chunks))
      return isOf(image, chunks) && image.records === chunks.length && image.start === undefined
    }),
  )
})

t.test('a changed byte gives a known error, or the same image', async () => {
  fc.assert(
    fc.property(someChunks, fc.nat(), fc.nat(255), (chunks, place, octet) => {
      const { u8 } = file(...encode(chunks))
      u8[place % u8.length] = octet
      const image = attempt(u8)
      return image === undefined || isOf(image, chunks)
    }),
    { numRuns: 500 },
  )
})

t.test('random octets, random text and random records raise only known errors', async () => {
  const unit = fc.constantFrom(...':0123456789abcdefABCDEF \t\r\n')
  const text = fc.string({ unit, maxLength: 200 })
  const fields = fc.tuple(fc.nat(6), fc.nat(0xffff), fc.uint8Array({ maxLength: 5 }))
  const records = fc
    .array(fields, { maxLength: 8 })
    .map(all => [...all.map(each => record(...each)), END].join('\n'))
  const inputs = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.oneof(text, records).map(s => new Uint8Array(Buffer.from(s))),
  )
  fc.assert(
    fc.property(inputs, u8 => {
      looksLikeIntelHex(new Bytes(u8))
      attempt(u8)
    }),
    { numRuns: 1000 },
  )
})

t.test('any line ending, case, blank line and trailing white space will do', async t => {
  const lines = [record(0, 0x10, [0xab, 0xcd]).toLowerCase(), '', ' \t', `${END} \t`]
  for (const ending of ['\n', '\r', '\r\n']) {
    for (const last of ['', ending]) {
      const image = parseIntelHex(new Bytes(Buffer.from(ending + lines.join(ending) + last)))
      t.match([image.base, hexOf(image.octets)], [0x10, 'abcd'])
      const wrong = new Bytes(Buffer.from([...lines, 'x'].join(ending) + last))
      t.throws(() => parseIntelHex(wrong), { message: /^Line 5 comes after the end record/ })
    }
  }
})

t.test('offsets wrap inside the segment after a type 02 record', async t => {
  const image = parse(record(2, 0, [0x10, 0]), record(0, 0xfffe, [1, 2, 3, 4]), END)
  t.match(image, { base: 0x1_0000, gaps: 0xfffc, records: 1 })
  t.match(hexOf(image.octets), /^0304ff+0102$/)
})

t.test('offsets run on into the next 64 KiB after a type 04 record, and without one', async t => {
  const long = record(0, 0xfffe, [1, 2, 3, 4])
  t.match(parse(long, END), { base: 0xfffe, gaps: 0 })
  t.match(parse(record(2, 0, [0x10, 0]), linear(1), long, END), { base: 0x1_fffe })
  t.match(parse(linear(0xffff), record(0, 0xfffe, [1, 2]), END), { base: 0xffff_fffe })
  t.throws(() => parse(linear(0xffff), long, END), { code: 'HANRIG_ADDRESS_SPAN' })
})

t.test('the start address comes from type 05, 03 or the end record', async t => {
  const data = record(0, 0, [1])
  t.equal(parse(data, record(5, 0, [0xff, 0, 0, 1]), END).start, 0xff00_0001)
  t.equal(parse(data, record(3, 0, [0x12, 0x34, 0, 5]), END).start, 0x12345)
  t.equal(parse(data, record(1, 0x100)).start, 0x100)
  t.equal(parse(data, record(5, 0, [0, 0, 0, 0]), record(1, 0x100)).start, 0)
  t.equal(parse(data, END).start, undefined)
})

t.test('each error names its line', async t => {
  const data = record(0, 0, [1, 2])
  const refuses = (code: string, message: RegExp, ...lines: string[]) =>
    t.throws(() => parse(...lines), { code: `HANRIG_${code}`, message }, `${code} ${message}`)
  refuses('HEX_BAD_RECORD', /^Line 1 is not a colon/, 'hello', END)
  refuses('HEX_BAD_RECORD', /^Line 3 is not a colon.* column 2 has x/, data, '', ` x${END}`)
  refuses('HEX_BAD_RECORD', /^Line 2 is not a colon/, data, ':')
  refuses('HEX_BAD_RECORD', /^Line 2 is not a colon/, data, ':00000001F')
  refuses('HEX_BAD_RECORD', /^Line 2 is not a colon/, data, ':000000FG')
  refuses('HEX_BAD_RECORD', /^Line 2 is not a colon/, data, `:${'00'.repeat(261)}`)
  refuses('HEX_BAD_RECORD', /^Line 1 has 1 data octets but states 2/, ':020000000100', END)
  refuses('HEX_BAD_RECORD', /^Line 2 has the unknown record type 6/, data, record(6, 0))
  refuses('HEX_BAD_RECORD', /^Line 1 of record type 4 has 1 data/, record(4, 0, [1]), END)
  refuses('HEX_BAD_RECORD', /^Line 2 of record type 1 has 1 data/, data, record(1, 0, [1]))
  refuses('HEX_BAD_RECORD', /^Line 3 comes after the end/, data, END, 'note')
  refuses('HEX_BAD_CHECKSUM', /line 2 sum to 1 modulo 256/, data, ':0000000100')
  refuses('HEX_NO_END', /line 2 without an end record/, data, record(0, 2, [3]))
  refuses('ADDRESS_OVERLAP', /^Line 2 writes 0x09 to 0x00000001, .* 0x02/, data, record(0, 1, [9]))
  refuses('ADDRESS_SPAN', /^With line 3 .* 0x1fff0001/, data, linear(0x1fff), data)
  refuses('IMAGE_EMPTY', /no data/, record(0, 0), END)
  refuses('IMAGE_EMPTY', /no data/, '')
})

t.test('the same octet twice is fine', async t => {
  t.match(parse(record(0, 0, [1, 2]), record(0, 1, [2, 3]), END), { gaps: 0, records: 2 })
})

t.test('a span of 16 MiB is carried, one octet more is refused', async t => {
  const widest = file(record(0, 0, [1]), linear(0xff), record(0, 0xffff, [2]), END)
  const image = parseIntelHex(widest, { from: 0, to: MAX_IMAGE_SIZE - 1 })
  t.equal(image.octets.length, MAX_IMAGE_SIZE)
  t.equal(image.gaps, MAX_IMAGE_SIZE - 2)
  const tooFar = [record(0, 0, [1]), linear(0x100), record(0, 0, [2]), END]
  t.throws(() => parse(...tooFar), { code: 'HANRIG_ADDRESS_SPAN' })
})

t.test('only a colon and hex digits look like Intel HEX', async t => {
  const yes = [
    END,
    `\r\n \n${END}`,
    `${END} ;`,
    ` ${END}`,
    `# by hand\n${END}`,
    ':0000000155',
    ':00000001ff  \r\nwhatever',
  ]
  for (const line of yes) t.equal(looksLikeIntelHex(file(line)), true, line)
  const no = ['', '\n', ':', ':00000001F', 'S9030000FC', '00000001FF', `; ${END}`, `${END} ${END}`]
  for (const line of no) t.equal(looksLikeIntelHex(file(line)), false, line)
})
