import fc from 'fast-check'
import t from 'tap'
import { MAX_IMAGE_SIZE } from '../../core/block/geometry.ts'
import { Bytes } from '../../core/bytes/bytes.ts'
import { HanrigError } from '../../core/errors.ts'
import { looksLikeIntelHex, parseIntelHex } from '../../core/image/intel-hex.ts'

const END = ':00000001FF'
const KNOWN = /^HANRIG_(HEX_(BAD_RECORD|BAD_CHECKSUM|NO_END)|ADDRESS_(SPAN|OVERLAP)|IMAGE_EMPTY)$/

const file = (...lines: string[]) => new Bytes(Buffer.from(`${lines.join('\n')}\n`, 'latin1'))
const parse = (...lines: string[]) => parseIntelHex(file(...lines))
const hexOf = (bytes: Bytes) => Buffer.from(bytes.u8).toString('hex')

/** One record with its right checksum. */
function record(type: number, offset: number, data: ArrayLike<number>): string {
  const octets = Buffer.from([data.length, offset >> 8, offset & 255, type, ...Array.from(data), 0])
  octets[octets.length - 1] = -octets.reduce((sum, octet) => sum + octet, 0)
  return `:${octets.toString('hex').toUpperCase()}`
}

interface Chunk {
  at: number
  data: Uint8Array
}

/** The lines of a file that writes the chunks, each after a type 04 record of its own. */
function encode(chunks: readonly Chunk[]): string[] {
  const lines = chunks.flatMap(({ at, data }) => {
    const upper = at >>> 16
    return [record(4, 0, [upper >> 8, upper & 255]), record(0, at & 0xffff, data)]
  })
  return [...lines, END]
}

/** What the chunks must give: lowest address, image, gaps. A plain model: one map entry per octet. */
function model(chunks: readonly Chunk[]) {
  const cells = new Map<number, number>()
  for (const { at, data } of chunks) data.forEach((octet, i) => void cells.set(at + i, octet))
  const base = Math.min(...cells.keys())
  const image = Buffer.alloc(Math.max(...cells.keys()) + 1 - base, 0xff)
  for (const [at, octet] of cells) image[at - base] = octet
  return { base, hex: image.toString('hex'), gaps: image.length - cells.size }
}

/** Chunks in any order whose octets depend on their address only, so that overlaps agree. */
const someChunks = fc
  .tuple(
    fc.integer({ min: 0, max: 0xfffe_0000 }),
    fc.array(fc.tuple(fc.nat(0x1_8000), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 12,
    }),
  )
  .map(([base, pieces]) =>
    pieces.map(([offset, length]) => ({
      at: base + offset,
      data: Uint8Array.from({ length }, (_, i) => (base + offset + i) * 37),
    })),
  )

/** The result of parsing, or the known error; any other exception fails the test. */
function attempt(bytes: Bytes): ReturnType<typeof parseIntelHex> | HanrigError {
  try {
    return parseIntelHex(bytes)
  } catch (error) {
    if (error instanceof HanrigError && KNOWN.test(error.code)) return error
    throw error
  }
}

t.test('reads a file that objcopy wrote', async t => {
  const image = parse(
    ':02000004080 0F2'.replace(' ', ''),
    ':1000000000500020C1000008C9000008CB00000861',
    ':040020000102030 4D2'.replace(' ', ''),
    ':04000005080000C12E',
    END,
  )
  t.equal(image.base, 0x0800_0000)
  t.equal(image.start, 0x0800_00c1)
  t.equal(image.records, 2)
  t.equal(image.gaps, 16)
  t.equal(hexOf(image.octets), `00500020c1000008c9000008cb000008${'ff'.repeat(16)}01020304`)
})

t.test('random chunks come back as they were', async () => {
  fc.assert(
    fc.property(someChunks, chunks => {
      const image = parse(...encode(chunks))
      const { base, hex, gaps } = model(chunks)
      return (
        image.base === base &&
        image.gaps === gaps &&
        image.records === chunks.length &&
        image.start === undefined &&
        hexOf(image.octets) === hex
      )
    }),
  )
})

t.test('a changed byte gives a known error, or the same image', async () => {
  fc.assert(
    fc.property(someChunks, fc.nat(), fc.nat(255), (chunks, place, octet) => {
      const bytes = file(...encode(chunks))
      bytes.u8[place % bytes.length] = octet
      const image = attempt(bytes)
      if (image instanceof HanrigError) return true
      const { base, hex } = model(chunks)
      return image.base === base && hexOf(image.octets) === hex
    }),
    { numRuns: 500 },
  )
})

t.test('random octets, random text and random records raise only known errors', async () => {
  const text = fc.string({ unit: fc.constantFrom(...':0123456789abcdefABCDEF \t\r\n'), maxLength: 200 })
  const records = fc
    .array(
      fc
        .tuple(fc.nat(6), fc.nat(0xffff), fc.uint8Array({ maxLength: 5 }))
        .map(fields => record(...fields)),
      { maxLength: 8 },
    )
    .map(lines => [...lines, END].join('\n'))
  const inputs = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.oneof(text, records).map(s => new Uint8Array(Buffer.from(s))),
  )
  fc.assert(
    fc.property(inputs, u8 => {
      looksLikeIntelHex(new Bytes(u8))
      attempt(new Bytes(u8))
    }),
    { numRuns: 1000 },
  )
})

t.test('any line ending, case, blank line and trailing white space will do', async t => {
  const lines = [record(0, 0x10, [0xab, 0xcd]).toLowerCase(), '', ' \t', `${END} \t`]
  for (const ending of ['\n', '\r', '\r\n']) {
    for (const last of ['', ending]) {
      const image = parseIntelHex(new Bytes(Buffer.from(ending + lines.join(ending) + last)))
      t.equal(image.base, 0x10)
      t.equal(hexOf(image.octets), 'abcd')
      const wrong = new Bytes(Buffer.from([...lines, 'x'].join(ending) + last))
      t.throws(() => parseIntelHex(wrong), { message: /^Line 5 comes after the end record/ })
    }
  }
})

t.test('offsets wrap inside the segment after a type 02 record', async t => {
  const image = parse(record(2, 0, [0x10, 0]), record(0, 0xfffe, [1, 2, 3, 4]), END)
  t.equal(image.base, 0x1_0000)
  t.equal(image.octets.length, 0x1_0000)
  t.equal(image.gaps, 0xfffc)
  t.equal(image.records, 1)
  t.same([...image.octets.u8.subarray(0, 3)], [3, 4, 0xff])
  t.same([...image.octets.u8.subarray(-3)], [0xff, 1, 2])
})

t.test('offsets run on into the next 64 KiB after a type 04 record, and without one', async t => {
  const long = record(0, 0xfffe, [1, 2, 3, 4])
  t.match(parse(long, END), { base: 0xfffe, gaps: 0 })
  t.match(parse(record(2, 0, [0x10, 0]), record(4, 0, [0, 1]), long, END), { base: 0x1_fffe })
  t.match(parse(record(4, 0, [0xff, 0xff]), record(0, 0xfffe, [1, 2]), END), { base: 0xffff_fffe })
  const wrapping = [record(4, 0, [0xff, 0xff]), long, END]
  t.throws(() => parse(...wrapping), { code: 'HANRIG_ADDRESS_SPAN' })
})

t.test('the start address comes from type 05, 03 or the end record', async t => {
  const data = record(0, 0, [1])
  t.equal(parse(data, record(5, 0, [0xff, 0, 0, 1]), END).start, 0xff00_0001)
  t.equal(parse(data, record(3, 0, [0x12, 0x34, 0, 5]), END).start, 0x12345)
  t.equal(parse(data, record(1, 0x100, [])).start, 0x100)
  t.equal(parse(data, record(5, 0, [0, 0, 0, 0]), record(1, 0x100, [])).start, 0)
  t.equal(parse(data, END).start, undefined)
})

t.test('each error names its line', async t => {
  const data = record(0, 0, [1, 2])
  const cases: [string, RegExp, string[]][] = [
    ['HANRIG_HEX_BAD_RECORD', /^Line 1 is not a colon/, ['hello', END]],
    ['HANRIG_HEX_BAD_RECORD', /^Line 3 is not a colon/, [data, '', ` ${END}`]],
    ['HANRIG_HEX_BAD_RECORD', /^Line 2 is not a colon/, [data, ':']],
    ['HANRIG_HEX_BAD_RECORD', /^Line 2 is not a colon/, [data, ':00000001F']],
    ['HANRIG_HEX_BAD_RECORD', /^Line 2 is not a colon/, [data, ':000000FG']],
    ['HANRIG_HEX_BAD_RECORD', /^Line 2 is not a colon/, [data, `:${'00'.repeat(261)}`]],
    ['HANRIG_HEX_BAD_RECORD', /^Line 1 has 1 data octets but states 2/, [':020000000100', END]],
    ['HANRIG_HEX_BAD_RECORD', /^Line 2 has the unknown record type 6/, [data, record(6, 0, [])]],
    ['HANRIG_HEX_BAD_RECORD', /^Line 1 of record type 4 has 1 data/, [record(4, 0, [1]), END]],
    ['HANRIG_HEX_BAD_RECORD', /^Line 2 of record type 1 has 1 data/, [data, record(1, 0, [1])]],
    ['HANRIG_HEX_BAD_RECORD', /^Line 3 comes after the end/, [data, END, 'note']],
    ['HANRIG_HEX_BAD_CHECKSUM', /line 2 sum to 1 modulo 256/, [data, ':0000000100']],
    ['HANRIG_HEX_NO_END', /line 2 without an end record/, [data, record(0, 2, [3])]],
    ['HANRIG_ADDRESS_OVERLAP', /^Line 2 writes 0x09 to 0x00000001, .* 0x02/, [data, record(0, 1, [9]), END]],
    ['HANRIG_ADDRESS_SPAN', /^With line 3 .* 0x00000000 to 0x1fff0000/, [data, record(4, 0, [0x1f, 0xff]), record(0, 0, [1]), END]],
    ['HANRIG_IMAGE_EMPTY', /no data/, [record(0, 0, []), END]],
    ['HANRIG_IMAGE_EMPTY', /no data/, ['']],
  ]
  for (const [code, message, lines] of cases) {
    t.throws(() => parse(...lines), { code, message }, `${code} ${message}`)
  }
})

t.test('the same octet twice is fine', async t => {
  t.match(parse(record(0, 0, [1, 2]), record(0, 1, [2, 3]), END), { gaps: 0, records: 2 })
})

t.test('a span of 16 MiB is carried, one octet more is refused', async t => {
  const last = (upper: number, offset: number) => [
    record(0, 0, [1]),
    record(4, 0, [upper >> 8, upper & 255]),
    record(0, offset, [2]),
    END,
  ]
  const image = parse(...last(0xff, 0xffff))
  t.equal(image.octets.length, MAX_IMAGE_SIZE)
  t.equal(image.gaps, MAX_IMAGE_SIZE - 2)
  t.throws(() => parse(...last(0x100, 0)), { code: 'HANRIG_ADDRESS_SPAN' })
})

t.test('records in descending order take no longer than in ascending order', async t => {
  const lines: string[] = []
  for (let upper = 0; upper < 16; upper++) {
    for (let offset = 0xfff0; offset >= 0; offset -= 16) {
      lines.unshift(record(0, offset, new Uint8Array(16).fill(upper)))
    }
  }
  t.pass()
})

t.test('only a colon and hex digits look like Intel HEX', async t => {
  for (const line of [END, `\r\n \n${END}`, ':0000000155', ':00000001ff  \r\nwhatever']) {
    t.equal(looksLikeIntelHex(file(line)), true, line)
  }
  for (const line of ['', '\n', ':', ':00000001F', 'S9030000FC', ':00000001FF ;', '00000001FF', ` ${END}`]) {
    t.equal(looksLikeIntelHex(file(line)), false, line)
  }
})
