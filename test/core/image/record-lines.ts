// What people and tools put around records: read where it can mean one thing only, refused with line and column where a
// record could be lost; gaps, areas far apart, and what a range picks of them.

import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { HanrigError } from '#core/errors/errors'
import { MemoryMap } from '#core/image/memory-map'
import { findFormat, type OpenOptions, openImage } from '#core/image/open'
import { seeded } from '../../helpers/octets.ts'

/** 256 octets 00 to FF in 16 records, and the end. */
const HEX = [...Array(16).keys()].map(row => hexRecord(row * 16, 0, bytesFrom(row * 16, 16)))
const HEX_END = ':00000001FF'
const SREC = [
  'S00600004844521B',
  ...[...Array(16).keys()].map(row => srecRecord(row * 16, bytesFrom(row * 16, 16))),
]
const SREC_END = 'S9030000FC'
const IMAGE = Uint8Array.from(bytesFrom(0, 256))

function bytesFrom(first: number, length: number): number[] {
  return Array.from({ length }, (_, i) => first + i)
}

function hexRecord(offset: number, type: number, data: number[]): string {
  const octets = [data.length, offset >> 8, offset & 255, type, ...data]
  return `:${Buffer.from([...octets, -sum(octets)])
    .toString('hex')
    .toUpperCase()}`
}

function srecRecord(address: number, data: number[]): string {
  const octets = [data.length + 3, address >> 8, address & 255, ...data]
  return `S1${Buffer.from([...octets, ~sum(octets)])
    .toString('hex')
    .toUpperCase()}`
}

function sum(octets: number[]): number {
  return octets.reduce((all, octet) => all + octet, 0)
}

const linear = (upper: number) => hexRecord(0, 4, [upper >> 8, upper & 255])
const file = (text: string) => new Bytes(new Uint8Array(Buffer.from(text, 'latin1')))
const lines = (...all: string[]) => `${all.join('\n')}\n`
const codes = (text: string, options?: OpenOptions) => {
  const { octets, notes } = openImage(file(text), options)
  t.same(octets.u8, IMAGE, 'the image is the one without all that')
  return notes.map(({ code, line }) => (line === undefined ? code : `${code} ${line}`))
}

t.test('what stands around records is passed over and noted', async t => {
  const hex = lines(...HEX, HEX_END)
  const srec = lines(...SREC, SREC_END)
  t.same(codes(hex), [])
  t.same(codes(srec), [])
  for (const plain of [hex, srec]) {
    t.same(codes(`\xef\xbb\xbf${plain}`), ['byte-order-mark'])
    t.same(codes(plain.replace(/^/gm, '  ').trimEnd()), ['leading-blanks 1'])
    t.same(codes(`; made by tool\n${plain}`), ['comment-lines 1'])
    t.same(codes(`\n\n# made by tool\n${plain}// end\n`), ['comment-lines 3'])
    t.same(codes(plain.replace(/\n/g, ' ; c\n')), ['text-after-record 1'])
    t.same(codes(plain.replace('\n', ' and words\n')), ['text-after-record 1'])
    t.same(codes(plain.replace('\n', '// c\n')), ['text-after-record 1'])
  }
  t.same(codes(`${hex}${HEX_END}\n`), ['several-ends 17'])
  t.same(codes(`${srec}${SREC_END}\n${SREC_END}\n`), ['several-ends 18'])
  t.same(codes(srec.replaceAll('S', 's')), ['lower-case-s 1'])
  t.same(codes(`$$ module\n  main $8000\n  S1 $0\n$$ \n${srec}`), ['symbol-block 1'])
  t.same(codes(`${srec}$$\n$$\n`), ['symbol-block 19'])
  const all = `\xef\xbb\xbf; one\n ${HEX.join(' ; two\n')}\n${HEX_END}\n${HEX_END}\n`
  t.same(codes(all), [
    'byte-order-mark',
    'leading-blanks 2',
    'comment-lines 1',
    'text-after-record 2',
    'several-ends 18',
  ])
})

/** Code and sentence of the refusal. */
function refusal(text: string, options?: OpenOptions): string {
  try {
    openImage(file(text), options)
  } catch (error) {
    if (error instanceof HanrigError) return `${error.code.slice(7)} ${error.message}`
    throw error
  }
  return 'none'
}

t.test('a record is never taken for a comment or for text after another', async t => {
  const [first, second, ...rest] = HEX
  const tail = [...rest, HEX_END]
  const place = (line: number, column: number, shown: string) =>
    new RegExp(`^HEX_BAD_RECORD Line ${line} .*, for column ${column} has ${shown}\\.$`)
  t.match(refusal(lines(first!, second!.replace(':', ';'), ...tail)), place(2, 1, ';'))
  t.match(refusal(lines(first!, `# ${second}`, ...tail)), place(2, 1, '#'))
  t.match(refusal(lines(`${first} ${second}`, ...tail), { format: 'hex' }), place(1, 44, '0x20'))
  t.match(refusal(lines(first!, `${second}x`, ...tail)), place(2, 44, 'x'))
  t.match(refusal(lines(first!, `  :1O${second!.slice(3)}`, ...tail)), place(2, 5, 'O'))
  t.match(refusal(lines(first!, 'hello', ...tail)), place(2, 1, 'h'))
  const [head, one, ...others] = SREC
  const srec = lines(head!, one!.replace('S', '#'), ...others, SREC_END)
  t.match(refusal(srec), /^SREC_BAD_RECORD Line 2 .*column 1 has #/)
  t.match(
    refusal(lines(head!, `S${SREC_END}`, SREC_END)),
    /^SREC_BAD_RECORD Line 2 .*column 1 has S/,
  )
  t.match(refusal(lines('$$ open', ...SREC, SREC_END), { format: 'srec' }), /Line 1 opens a block/)
  // A sentence, a date and a hash are no records.
  const words = '; 20261130120000 by dead beef, crc 1A2B3C4D5E6F7788'
  t.same(codes(lines(words, ...HEX, HEX_END)), ['comment-lines 1'])
})

t.test('two files in one are refused, and a range takes one of them', async t => {
  const upper = [linear(0x10), ...HEX, HEX_END]
  const both = lines(...HEX, HEX_END, ...upper)
  t.match(
    refusal(both),
    /^HEX_BAD_RECORD Line 18 comes after the end record of line 17, as in two files joined to one/,
  )
  t.same(codes(both, { range: { from: 0, to: 0xff } }), ['several-ends 17', 'left-out'])
  const other = openImage(file(both), { range: { from: 0x10_0000, to: 0x10_ffff } })
  t.match(other, { flat: { base: 0x10_0000 }, octets: { length: 256 } })
  t.match(refusal(lines(...SREC, SREC_END, ...SREC, SREC_END)), /^SREC_BAD_RECORD Line 19 comes/)
  t.same(
    codes(lines(...SREC, 'S5030010EC', SREC_END, ...SREC, 'S5030010EC', SREC_END), {
      range: { from: 0, to: 0xff },
    }),
    ['several-ends 19'],
  )
  // What the records of the first file said of upper addresses is not the second’s.
  const down = lines(linear(0x10), ...HEX, HEX_END, ...HEX, HEX_END)
  t.same(codes(down, { range: { from: 0, to: 0xff } }).at(-1), 'left-out')
})

t.test(
  'a text that is mostly records is to be taken apart, and is not raw by accident',
  async t => {
    const log = lines('Linking…', ...HEX, HEX_END)
    t.equal(findFormat(file(log)), 'raw')
    t.match(refusal(log), /^IMAGE_TO_TAKE_APART .* mostly .*records: .* first line 1\.$/)
    t.match(refusal(lines('x', 'y', ...SREC)), /first line 1\.$/)
    t.match(refusal(lines(HEX[0]!.replace(':', ';'), ...HEX, HEX_END)), /^IMAGE_TO_TAKE_APART/)
    t.equal(refusal(lines('a', 'b', ...HEX.slice(0, 2))), 'none', 'as many lines of something else')
    t.equal(refusal(lines('a', HEX[0]!)), 'none', 'one record')
  },
)

t.test('gaps are named, the longest first', async t => {
  const record = (offset: number) => hexRecord(offset, 0, [1])
  const one = openImage(file(lines(record(0), record(9), HEX_END)))
  t.match(one.notes, [
    {
      code: 'gaps-filled',
      message: 'A gap is filled with 0xFF: 0x00000001..0x00000008 (8 B).',
    },
  ])
  const many = [0, 2, 5, 9, 14, 20].map(record)
  const [note] = openImage(file(lines(...many, HEX_END))).notes
  t.equal(
    note!.message,
    '5 gaps of 15 B are filled with 0xFF: the longest 0x0000000f..0x00000013 (5 B), ' +
      '0x0000000a..0x0000000d (4 B), 0x00000006..0x00000008 (3 B), 0x00000003..0x00000004 (2 B).',
  )
})

t.test('areas far apart are named and not filled up to; a range takes one', async t => {
  const words = [linear(0x30), hexRecord(0, 0, [2, 3]), linear(0xf0), hexRecord(0, 0, [9, 9])]
  const pic = lines(linear(0), ...HEX, ...words, HEX_END)
  t.equal(
    refusal(pic),
    'ADDRESS_SPAN The records span 0x00000000 to 0x00f00001, in areas far apart: ' +
      '0x00000000..0x000000ff (256 B), a gap 0x00000100..0x002fffff (3145472 B), ' +
      '0x00300000..0x00300001 (2 B), a gap 0x00300002..0x00efffff (12582910 B), ' +
      '0x00f00000..0x00f00001 (2 B).',
  )
  t.same(codes(pic, { range: { from: 0, to: 0x2f_ffff } }), ['left-out'])
  const two = openImage(file(pic), { range: { from: 0x30_0000, to: 0xff_ffff } })
  t.match(two, { flat: { base: 0x30_0000, gaps: 0xc0_0002 - 4 } }, 'asked for, it is filled')

  const stm = lines(
    linear(0x800),
    ...HEX,
    linear(0x1fff),
    hexRecord(0xc000, 0, [0xaa, 0x55]),
    HEX_END,
  )
  t.match(
    refusal(stm),
    /^ADDRESS_SPAN With line 19 the records span more than 16 MiB, from 0x08000000 to 0x1fffc001, in areas far apart: 0x08000000\.\.0x080000ff \(256 B\), a gap .*, 0x1fffc000\.\.0x1fffc001 \(2 B\)\.$/,
  )
  t.same(codes(stm, { range: { from: 0x800_0000, to: 0x800_00ff } }), ['left-out'])
  t.equal(
    refusal(stm, { range: { from: 0, to: 0xff } }),
    'IMAGE_EMPTY No octet lies in 0x00000000..0x000000ff: the file has 0x08000000..0x080000ff (256 B), 0x1fffc000..0x1fffc001 (2 B).',
  )
  t.match(refusal(stm, { range: { from: 0, to: 0xffff_ffff } }), /^ADDRESS_SPAN With line 19/)
  // A part of a record is a part of a range.
  const cut = openImage(file(lines(...HEX, HEX_END)), { range: { from: 8, to: 23 } })
  t.match(cut, { flat: { base: 8 }, octets: { length: 16 } })
  t.same([...cut.octets.u8], bytesFrom(8, 16))
})

t.test('records all over the address space end in a refusal, not in the memory', async t => {
  const scattered = Array.from({ length: 9_000 }, (_, i) => [linear(i), hexRecord(0, 0, [1])])
  t.match(refusal(lines(...scattered.flat(), HEX_END)), /^ADDRESS_SPAN/)
})

t.test('a gap that is no longer than what there is of octets is filled, however long', async t => {
  const MIB = 0x10_0000
  const block = new Bytes(seeded(MIB + 0x800))
  const octet = new Bytes(Uint8Array.of(7))
  const written = (gap: number): MemoryMap => {
    const map = new MemoryMap()
    map.write(0x800, block, 0, block.length, 1)
    map.write(0x800 + block.length + gap, octet, 0, 1, 2)
    return map
  }
  const filled = block.length + 1
  t.match(written(filled).flatten(2, undefined), { base: 0x800, gaps: filled })
  t.throws(() => written(filled + 1).flatten(2, undefined), { code: 'HANRIG_ADDRESS_SPAN' })
})
