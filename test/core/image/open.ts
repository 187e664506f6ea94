import fc from 'fast-check'
import t from 'tap'
import { MAX_IMAGE_SIZE } from '#core/block/geometry'
import { Bytes } from '#core/bytes/bytes'
import { CORE_ERRORS } from '#core/errors/codes'
import { HanrigError } from '#core/errors/errors'
import { buildStandardImage } from '#core/image/build'
import {
  FORMAT_NAMES,
  findFormat,
  IMAGE_FORMATS,
  type ImageFormat,
  openImage,
} from '#core/image/open'
import { IMAGE_KINDS } from '#core/image/ota-image'
import { esmeSample, ppmidSample, resize } from '../../helpers/gb-sample.ts'
import { seeded } from '../../helpers/octets.ts'

const HEX = ':0400100001020304E2\n:00000001FF\n'
const SREC = 'S107001001020304DE\nS9030000FC\n'

const text = (lines: string) => new Bytes(new Uint8Array(Buffer.from(lines, 'latin1')))
const standard = () =>
  buildStandardImage(
    {
      manufacturerCode: 0x1135,
      imageType: 1,
      fileVersion: 9,
      stackVersion: 2,
      headerString: 'lamp',
      hardware: undefined,
    },
    [
      { tag: 0, data: seeded(120) },
      { tag: 1, data: seeded(64) },
    ],
  )

/** Opens the file; an error must be one of the core’s own, with a sentence. */
function attempt(file: Bytes, options = {}): string {
  try {
    return openImage(file, options).format
  } catch (error) {
    if (!(error instanceof HanrigError)) throw error
    if (!(error.code in CORE_ERRORS) || error.kind !== 'unusable') throw error
    if (!/^[A-Z].*\.$/s.test(error.message)) throw new Error(`no sentence: ${error.message}`)
    return error.code
  }
}

t.test('the format is found by the first octets', async t => {
  const files: [Bytes, ImageFormat][] = [
    [esmeSample(), 'ota'],
    [ppmidSample(), 'ota'],
    [standard(), 'ota'],
    [text(HEX), 'hex'],
    [text(`\r\n${HEX}`), 'hex'],
    [text(SREC), 'srec'],
    [text('\x7fELF and so on'), 'raw'],
    [text(':hello'), 'raw'],
    [text('Some text'), 'raw'],
    [new Bytes(seeded(100)), 'raw'],
    [Bytes.alloc(1), 'raw'],
  ]
  for (const [file, format] of files) {
    t.equal(findFormat(file), format)
    const opened = openImage(file)
    t.equal(opened.format, format)
    t.equal(opened.ota !== undefined, format === 'ota')
    t.equal(opened.flat !== undefined, format === 'hex' || format === 'srec')
    if (!opened.flat) t.equal(opened.octets, file, 'carried as it is')
  }
  t.strictSame(Object.keys(FORMAT_NAMES).sort(), [...IMAGE_FORMATS].sort())
})

t.test('of HEX and S-record files the octets inside are carried', async t => {
  for (const file of [HEX, SREC]) {
    const { octets, flat } = openImage(text(file))
    t.strictSame([...octets.u8], [1, 2, 3, 4])
    t.match(flat, { base: 0x10, gaps: 0, records: 1 })
  }
})

t.test('the format can be said', async t => {
  t.match(openImage(esmeSample(), { format: 'raw' }), { format: 'raw', ota: undefined })
  t.match(openImage(text(HEX), { format: 'raw' }), { octets: { length: HEX.length } })
  t.equal(attempt(text(HEX), { format: 'ota' }), 'HANRIG_IMAGE_BAD_MAGIC')
  t.equal(attempt(text(HEX), { format: 'srec' }), 'HANRIG_SREC_BAD_RECORD')
  t.equal(attempt(esmeSample(), { format: 'hex' }), 'HANRIG_HEX_BAD_RECORD')
  t.equal(openImage(esmeSample(), { kind: 'gb-unsigned' }).ota?.kind, 'gb-unsigned')
  t.equal(attempt(esmeSample(), { kind: 'standard' }), 'HANRIG_IMAGE_BAD_ELEMENT')
})

t.test('a damaged file is refused and not carried as raw', async t => {
  const cut = new Bytes(esmeSample().u8.slice(0, 300))
  t.equal(attempt(cut), 'HANRIG_IMAGE_TRUNCATED')
  t.equal(attempt(text(HEX.replace('E2', 'E3'))), 'HANRIG_HEX_BAD_CHECKSUM')
  t.equal(attempt(text(HEX.slice(0, 19))), 'HANRIG_HEX_NO_END')
  t.equal(attempt(text(SREC.replace('DE', 'DF'))), 'HANRIG_SREC_BAD_CHECKSUM')
  t.equal(attempt(text(SREC.slice(0, 18))), 'HANRIG_SREC_NO_END')
})

t.test('no octets and more than 16 MiB are refused', async t => {
  t.equal(attempt(Bytes.alloc(0)), 'HANRIG_IMAGE_EMPTY')
  for (const format of IMAGE_FORMATS) {
    t.equal(attempt(Bytes.alloc(0), { format }), 'HANRIG_IMAGE_EMPTY')
  }
  // A short first line, lest the search for its end be the whole test.
  const large = (size: number) => new Bytes(new Uint8Array(size).fill(0x0a, 1, 2))
  t.equal(attempt(large(MAX_IMAGE_SIZE)), 'raw')
  t.equal(attempt(large(MAX_IMAGE_SIZE + 1)), 'HANRIG_IMAGE_TOO_LARGE')
})

const options = fc.record({
  format: fc.option(fc.constantFrom(...IMAGE_FORMATS), { nil: undefined }),
  kind: fc.option(fc.constantFrom(...IMAGE_KINDS), { nil: undefined }),
})

t.test('random octets open or are refused with a code', async () => {
  const starts = ['', '\x1e\xf1\xee\x0b', ':', 'S1', ':00000001FF\n', 'S9030000FC\n']
  const file = fc
    .tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300, size: 'max' }))
    .map(([start, rest]) => new Bytes(Buffer.concat([Buffer.from(start, 'latin1'), rest])))
  fc.assert(
    fc.property(file, options, (file, options) => void attempt(file, options)),
    { numRuns: 800 },
  )
})

t.test('files with octets changed, cut out or put in open or are refused with a code', async t => {
  const seen = new Set<string>()
  const originals = [esmeSample(), ppmidSample(), standard(), text(HEX), text(SREC)]
  const change = fc.record({
    kind: fc.constantFrom('set', 'set', 'cut', 'insert', 'end'),
    // Most faults of interest lie in the header.
    at: fc.oneof(fc.nat(70), fc.nat(400)),
    value: fc.oneof(fc.constantFrom(0, 1, 0x40, 0xff), fc.nat(255)),
  })
  const mutants = fc.record({
    original: fc.constantFrom(...originals),
    changes: fc.array(change, { minLength: 1, maxLength: 4 }),
    resized: fc.boolean(),
    options: fc.oneof(fc.constant({}), options),
  })
  fc.assert(
    fc.property(mutants, ({ original, changes, resized, options }) => {
      const octets = [...original.u8]
      for (const { kind, at, value } of changes) {
        const place = at % (octets.length + 1)
        if (kind === 'set') octets[place] = value
        else if (kind === 'cut') octets.splice(place, 1 + (value & 7))
        else if (kind === 'insert') octets.splice(place, 0, value)
        else octets.splice(Math.max(1, place))
      }
      const file = new Bytes(Uint8Array.from(octets))
      // With a right size again the fault is not stopped at the first gate.
      seen.add(attempt(resized && file.length >= 60 ? resize(file) : file, options))
    }),
    { numRuns: 2500 },
  )
  for (const outcome of ['ota', 'raw', 'HANRIG_IMAGE_TRUNCATED', 'HANRIG_IMAGE_BAD_ELEMENT']) {
    t.ok(seen.has(outcome), outcome)
  }
})
