// Tables of text: as wide as they need to be where there is no terminal, folded or told line by line on a narrow one.

import t from 'tap'
import { columnsOf, cut, fold } from '#cli/output/terminal'
import { tableLines, tableText } from '#cli/output/text-table'

const ENDLESS = Number.POSITIVE_INFINITY
const PLAN = {
  head: ['request', 'devices', 'image', 'first', 'bound by'],
  rows: [
    ['Northern Energy: ESME 5.3', '180,000', '1.2 MB, large', '2026-01-12', 'capacity of the day'],
    ['Mercia Gas & Light: ESME 9.0', '9', '420 kB', '2026-01-27', 'the User’s own wish'],
  ],
  numbers: [1],
}

t.test(
  'off a terminal every cell is whole; numbers stand to the right, no line ends in blanks',
  async t => {
    t.same(tableLines(PLAN, ENDLESS), [
      'request                       devices  image          first       bound by',
      'Northern Energy: ESME 5.3     180,000  1.2 MB, large  2026-01-12  capacity of the day',
      'Mercia Gas & Light: ESME 9.0        9  420 kB         2026-01-27  the User’s own wish',
    ])
    t.equal(
      tableText(
        {
          rows: [
            ['a', ''],
            ['b', 'c'],
          ],
          least: [3],
          gap: 1,
        },
        ENDLESS,
      ),
      'a\nb   c\n',
    )
    t.same(tableLines({ head: ['a'], rows: [] }, ENDLESS), ['a'])
    t.same(tableLines({ rows: [] }, ENDLESS), [])
  },
)

t.test('no line is wider than the terminal, and no word is lost', async t => {
  const wordsOf = (lines: readonly string[]) => lines.join(' ').split(/\s+/).filter(Boolean).sort()
  for (let width = 40; width <= 200; width++) {
    const lines = tableLines(PLAN, width)
    t.ok(
      lines.every(line => columnsOf(line) <= width),
      `${width} columns`,
    )
    const said = wordsOf(lines)
    const lost = wordsOf(PLAN.rows.flat()).filter(word => !said.includes(word))
    t.same(lost, [], `${width} columns`)
  }
})

t.test('words are folded within their columns, the widest column first', async t => {
  const [head, first] = tableLines(PLAN, 70)
  t.match(head, /^request +devices +image +first +bound by$/)
  t.match(first, /^Northern Energy: +180,000 /)
})

t.test('what fits no more is told cell by cell, behind the names of the columns', async t => {
  t.same(tableLines({ ...PLAN, rows: PLAN.rows.slice(0, 1) }, 40), [
    'request   Northern Energy: ESME 5.3',
    'devices   180,000',
    'image     1.2 MB, large',
    'first     2026-01-12',
    'bound by  capacity of the day',
  ])
  t.equal(tableLines(PLAN, 40)[5], '', 'rows are apart')
})

t.test('without names the last cell goes beneath the others', async t => {
  const rows = [['ok', 'a-name-that-is-rather-long', 'installed, and 30 columns are few']]
  t.same(tableLines({ rows }, 30), [
    'ok  a-name-that-is-rather-long',
    '  installed, and 30 columns',
    '  are few',
  ])
})

t.test('colours take no columns, wide characters two, marks none', async t => {
  t.equal(columnsOf('\x1b[32mok\x1b[39m'), 2)
  t.equal(columnsOf('日本'), 4)
  t.equal(columnsOf('e\u0301'), 1)
  t.equal(cut('abcdef', 6), 'abcdef')
  t.equal(cut('abcdef', 4), 'abc…')
  t.equal(cut('日本語', 4), '日…')
  t.same(fold('   12  of many words', 12), ['   12  of', '   many', '   words'])
  t.same(fold('0123456789', 4), ['0123', '4567', '89'])
})
