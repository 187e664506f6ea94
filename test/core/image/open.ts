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

const elf = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, ...seeded(90))

t.test(
  'what is no firmware is refused, whatever its name, and carried when it is said to be raw',
  async t => {
    const files: [code: string, file: Bytes][] = [
      ['HANRIG_IMAGE_NOT_FIRMWARE', text('<!DOCTYPE html><title>404</title>')],
      [
        'HANRIG_IMAGE_NOT_FIRMWARE',
        text('version https://git-lfs.github.com/spec/v1\noid sha256:a\n'),
      ],
      ['HANRIG_IMAGE_TO_TAKE_APART', new Bytes(elf)],
      [
        'HANRIG_IMAGE_WRAPPED',
        text(`NGIS${'\0'.repeat(60)}${Buffer.from(standard().u8).toString('latin1')}`),
      ],
    ]
    for (const [code, file] of files) {
      for (const name of ['fw.ota', 'fw.bin', 'fw.hex', undefined])
        t.equal(attempt(file, { name }), code)
      t.match(openImage(file, { format: 'raw', name: 'fw.ota' }), {
        format: 'raw',
        octets: file,
        notes: [],
      })
    }
  },
)

t.test('what a loader takes is carried as it is, and named', async t => {
  const gbl = new Bytes(Uint8Array.of(0xeb, 0x17, 0xa6, 0x03, 8, 0, 0, 0, ...seeded(20)))
  const opened = openImage(gbl, { name: 'fw.ota' })
  t.match(opened, {
    format: 'raw',
    octets: gbl,
    contains: { code: 'gbl' },
    notes: [{ code: 'contains' }],
  })
  t.match(openImage(gbl, { format: 'raw' }), { contains: undefined, notes: [] })
})

t.test('an OTA file is found in what is around it, and taken out', async t => {
  const ota = standard()
  const around = (before: Uint8Array, after: Uint8Array, inside = ota) =>
    new Bytes(Buffer.concat([before, inside.u8, after]))
  const size = Buffer.alloc(4)
  size.writeUInt32LE(ota.length)
  const rows: [wrapping: string, before: Uint8Array, after: Uint8Array][] = [
    ['a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf), new Uint8Array(0)],
    [
      'IKEA’s container (NGIS)',
      Buffer.concat([Buffer.from('NGIS'), new Uint8Array(60)]),
      seeded(128),
    ],
    ['Legrand’s container', size, seeded(17)],
    // The size where Legrand has it, or as many octets beside the file, make it no container of theirs.
    ['a container', size, seeded(16)],
    ['a container', seeded(10, 4), seeded(11)],
    ['a container', seeded(100, 4), seeded(30)],
  ]
  for (const [wrapping, before, after] of rows) {
    const file = around(before, after)
    const message = `octet ${before.length}, after ${wrapping}.`
    t.throws(() => openImage(file), { code: 'HANRIG_IMAGE_WRAPPED', message })
    const { ota: inside, octets, notes } = openImage(file, { unwrap: true })
    t.match([inside?.kind, notes[0]?.code, notes[0]?.at], ['standard', 'unwrapped', before.length])
    t.match(
      notes[0]!.message,
      `${before.length} B before it (${wrapping}) and ${after.length} B after`,
    )
    t.equal(Buffer.compare(octets.u8, ota.u8), 0)
  }
  const trailing = around(new Uint8Array(0), seeded(24))
  t.match(openImage(trailing), { octets: trailing, notes: [{ code: 'trailing-octets' }] })
  t.match(openImage(trailing, { unwrap: true }), {
    octets: { length: ota.length },
    notes: [
      {
        at: 0,
        message: `The OTA file of ${ota.length} B was taken out: 24 B after it are left out.`,
      },
    ],
  })
  t.same(openImage(ota, { unwrap: true }).notes, [], 'nothing is around it')

  const cut = new Bytes(around(seeded(10, 4), new Uint8Array(0)).u8.slice(0, -5))
  t.equal(attempt(cut), 'HANRIG_IMAGE_WRAPPED')
  t.equal(attempt(cut, { unwrap: true }), 'HANRIG_IMAGE_TRUNCATED')
  // A memory with a download in it is none of these.
  t.equal(attempt(around(seeded(300, 4), new Uint8Array(0))), 'raw')
  t.equal(
    attempt(around(seeded(300, 4), new Uint8Array(0)), { unwrap: true }),
    'HANRIG_IMAGE_NO_OTA_INSIDE',
  )
  const old = standard()
  old.u8[5] = 2
  t.equal(attempt(around(seeded(10, 4), new Uint8Array(0), old)), 'raw', 'no header that is known')
  for (const header of [20, 1_025]) {
    const odd = Bytes.alloc(4_000)
    odd.u8.set(standard().u8)
    odd.dv.setUint16(6, header, true)
    odd.dv.setUint32(52, odd.length, true)
    t.equal(attempt(around(seeded(10, 4), new Uint8Array(0), odd)), 'raw', `a header of ${header}`)
    t.equal(
      attempt(odd, { unwrap: true }),
      attempt(odd),
      'where it begins the file nothing is cut off',
    )
  }
})

t.test('a name only adds a hint', async t => {
  const raw = new Bytes(seeded(100))
  const codes = (file: Bytes, name: string) =>
    openImage(file, { name }).notes.map(({ code }) => code)
  for (const name of ['a.ota', 'A.OTA', 'b.zigbee', 'c.hex', 'd.s19', 'e.srec']) {
    t.same(codes(raw, name), ['name-misfit'], name)
  }
  for (const name of ['a.bin', 'ota', '.gitignore', 'x.ota.bin', ''])
    t.same(codes(raw, name), [], name)
  t.same(codes(standard(), 'a.hex'), [])
  t.same(openImage(raw, { name: 'a.ota', format: 'raw' }).notes, [])
})

t.test('an option that the file has no use for is refused', async t => {
  const range = { from: 0, to: 0xff }
  t.equal(attempt(standard(), { range }), 'HANRIG_IMAGE_NO_USE')
  t.equal(attempt(new Bytes(seeded(9)), { range }), 'HANRIG_IMAGE_NO_USE')
  t.equal(attempt(text(HEX), { range }), 'hex')
  for (const kind of IMAGE_KINDS) {
    t.equal(attempt(text(HEX), { kind }), 'HANRIG_IMAGE_NO_USE')
    t.equal(attempt(new Bytes(seeded(9)), { kind }), 'HANRIG_IMAGE_NO_USE')
  }
  t.equal(attempt(standard(), { kind: 'gb-signed' }), 'HANRIG_IMAGE_BAD_TRAILER')
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
