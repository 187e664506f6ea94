// Portfolios as people write them: what is read, and every way in which a file is refused, with its place.

import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { z } from 'zod'
import { HanrigError } from '#core/errors/errors'
import { formatOf, readPortfolio } from '#emulators/campaign/portfolio/read'
import { portfolioJsonSchema } from '#emulators/campaign/portfolio/schema'

const DAY = 86_400_000
const ofCsv = (text: string, start?: number) => readPortfolio(text, 'p.csv', 'csv', start)
const ofYaml = (text: string, start?: number) => readPortfolio(text, 'p.yaml', 'yaml', start)

function problems(read: () => unknown): string[] {
  try {
    read()
  } catch (error) {
    if (!(error instanceof HanrigError)) throw error
    t.equal(error.code, 'HANRIG_PORTFOLIO_INVALID')
    return error.message.split('\n')
  }
  return []
}

const shipped = (name: string) =>
  readFileSync(new URL(`../../../portfolios/${name}`, import.meta.url), 'utf8')

t.test('the shipped portfolios are the same one in both languages', async t => {
  const csv = ofCsv(shipped('example.csv'))
  const yaml = ofYaml(shipped('example.yaml'))
  t.strictSame(csv.portfolio, yaml.portfolio)
  t.equal(csv.startDay, Date.UTC(2026, 0, 5) / DAY, 'the first date in it')
  t.equal(yaml.name, 'Spring updates')
  t.match(csv.portfolio.requests[3], {
    name: 'ESME 5.3',
    supplier: 2,
    contact: 'no',
    perDay: 500,
    from: 7,
    filed: 3,
    deadline: 32,
    minute: 540,
  })
})

t.test('only three columns are needed; names of columns are known by their letters', async t => {
  const { portfolio, startDay } = ofCsv(
    '\ufeffSupplier;DEVICES;Image;per day;service-desk\r\n"A; B";10;900000;5;\r\n',
  )
  t.equal(startDay, Date.UTC(2026, 0, 5) / DAY)
  t.strictSame(portfolio, {
    suppliers: ['A; B'],
    requests: [
      {
        name: 'request 1',
        supplier: 0,
        generation: 'smets1',
        devices: 10,
        octets: 900_000,
        from: 0,
        perDay: 5,
        deadline: undefined,
        contact: 'as-needed',
        filed: 0,
        priority: 0,
        minute: 0,
      },
    ],
  })
})

t.test('days are dates or numbers; --start moves dates and no numbers', async t => {
  const text = 'supplier,devices,image,from,filed,deadline\nA,1,1 kB,2026-01-12,2026-01-01,30\n'
  t.match(ofCsv(text).portfolio.requests[0], { from: 11, filed: 0, deadline: 30 })
  const start = Date.UTC(2026, 0, 10) / DAY
  t.match(ofCsv(text, start).portfolio.requests[0], { from: 2, filed: -9, deadline: 30 })
  const later = Date.UTC(2026, 1, 1) / DAY
  t.match(ofCsv(text, later).portfolio.requests[0], { from: 0 }, 'wanted before the plan begins')
})

t.test('every cell that cannot be is told with its line, its number and its column', async t => {
  const text = [
    'supplier,devices,image,from,serviceDesk,at',
    'A,ten,900 kB,2026-02-30,maybe,9:00',
    '',
    '"B',
    'C",10,900,1,yes,09:00',
    ',0,17 MB,2026-01-05,no,24:00',
  ].join('\n')
  t.strictSame(
    problems(() => ofCsv(text)),
    [
      'p.csv:2:2: devices must be a whole number from 1 to 100,000,000, not "ten".',
      'p.csv:2:4: from must be a date such as 2026-01-05, or a number of days from the first day of the plan, not "2026-02-30".',
      'p.csv:2:5: serviceDesk must be one of yes, as-needed, no, not "maybe".',
      'p.csv:2:6: at must be a time of the day in UTC such as "09:00", not "9:00".',
      'p.csv:6:1: supplier is missing: it must be the name of a Supplier.',
      'p.csv:6:2: devices must be a whole number from 1 to 100,000,000, not 0.',
      'p.csv:6:3: image must be a size from 1 B to 16 MiB in whole octets, not "17 MB".',
      'p.csv:6:6: at must be a time of the day in UTC such as "09:00", not "24:00".',
    ],
  )
})

t.test('a header that is none is told once, not for each row', async t => {
  t.strictSame(
    problems(() => ofCsv('supplier,device,image,image\nA,1,1,1\nB,2,2,2\n')),
    [
      'p.csv:1:1: the column devices is missing.',
      'p.csv:1:2: no column is called "device"; did you mean "devices"?',
      'p.csv:1:4: the column image is there twice.',
    ],
  )
  t.match(
    problems(() => ofCsv('qqqq,b\n')).join('\n'),
    /no column is called "qqqq"; there are supplier, request/,
  )
})

t.test('what is no CSV, or has nothing in it, is refused', async t => {
  const head = 'supplier,devices,image\n'
  for (const [text, wanted] of [
    ['', 'p.csv:1:1: the file is empty.'],
    ['\n\n', 'p.csv:1:1: the file is empty.'],
    [head, 'p.csv:1:1: the file has a header and no request.'],
    [`${head}"A,1,1\n`, 'p.csv:2:1: a quoted cell is never closed.'],
    [`${head}A"B,1,1\n`, /p.csv:2:1: a quote stands inside a cell/],
    [`${head}"A"B,1,1\n`, /p.csv:2:1: something follows the closing quote/],
    [`${head}A,1,000,1\n`, /p.csv:2:4: the row has 4 cells and the header 3/],
    [`${head}${'A,1,1\n'.repeat(20_001)}`, /more than 20000 requests/],
    ['x'.repeat(8 * 1024 * 1024 + 1), /8388608 characters are the most/],
  ] as const) {
    t.match(
      problems(() => ofCsv(text)),
      [wanted],
      text.slice(0, 30),
    )
  }
})

t.test('YAML is told by line and column, several at once', async t => {
  const text = [
    'name: x',
    'requests:',
    '  - supplier: A',
    '    devices: many',
    '    image: 900 kB',
    '    perday: 5',
    '  - supplier: B',
    '    devices: 5',
  ].join('\n')
  t.strictSame(
    problems(() => ofYaml(text)),
    [
      'p.yaml:4:14: requests[0].devices must be a whole number from 1 to 100,000,000, not "many".',
      'p.yaml:6:5: requests[0] has no key "perday"; did you mean "perDay"?',
      'p.yaml:7:5: requests[1].image is missing: it must be a size such as 750 kB, 64 KiB or a whole number of octets.',
    ],
  )
  t.match(
    problems(() => ofYaml('[]')),
    ['p.yaml:1:1: the portfolio must be a map, not an empty list.'],
  )
  t.match(
    problems(() => ofYaml('requests: []')),
    [/must be a list with a request in it/],
  )
  t.match(
    problems(() => ofYaml('requests: [')),
    [/p.yaml:1:12: this is not YAML/],
  )
})

t.test('a text that is all structure is refused before it is taken apart', async t => {
  const MEGABYTES = 8 * 1024 * 1024 - 100
  const filled = (piece: string): string =>
    `requests:\n${piece.repeat(Math.floor(MEGABYTES / piece.length))}`
  for (const piece of ['- {}\n', '- ', '[', '{', '? ', 'a: ', '\n', ',', '- [[[\n']) {
    t.same(
      problems(() => ofYaml(filled(piece))),
      ['p.yaml:1:1: the file has more than 640000 lines, keys, items and brackets in all.'],
    )
  }
  // As many as may be, each with every key, in both ways to write it.
  const keys = ['supplier: A', 'request: b', 'generation: smets1', 'devices: 1', 'image: 1 kB']
  keys.push('from: 2026-01-05', 'perDay: 1', 'deadline: 9', 'serviceDesk: yes', 'filed: 0')
  keys.push('priority: 1', 'at: "09:00"')
  const block = `- ${keys.join('\n  ')}\n`
  const flow = `- { ${keys.join(', ')} }\n`
  for (const one of [block, flow]) {
    t.ok(20_000 * [...one.matchAll(/[\n,[{]|[-:?](?=\s)/g)].length < 640_000)
    t.equal(ofYaml(`requests:\n${one.repeat(100)}`).portfolio.requests.length, 100)
  }
})

t.test('a CSV of millions of rows or columns is refused, too', async t => {
  const header = 'supplier,devices,image\n'
  t.same(
    problems(() => ofCsv(header + 'A,1,1\n'.repeat(1_000_000))),
    ['p.csv:1:1: the file has more than 20000 requests.'],
  )
  t.same(
    problems(() => ofCsv(`${','.repeat(4_000_000)}\nA\n`)),
    ['p.csv:1:1: the header has more than 100 columns.'],
  )
})

t.test('the format is told by the name, or by the text', async t => {
  t.equal(formatOf('a.YML', ''), 'yaml')
  t.equal(formatOf('a.csv', 'requests:'), 'csv')
  t.equal(formatOf('-', 'name: x\nrequests:\n'), 'yaml')
  t.equal(formatOf('-', 'supplier,devices\n'), 'csv')
})

t.test(
  'the published JSON Schema is what the declaration says, and takes and refuses as reading does',
  async t => {
    const path = new URL('../../../docs/portfolio.schema.json', import.meta.url)
    const published = JSON.parse(readFileSync(path, 'utf8'))
    t.strictSame(published, portfolioJsonSchema(), 'node test/helpers/write-schemas.ts')
    const { properties } = published.properties.requests.items
    for (const [name, property] of Object.entries<{ description?: string }>(properties)) {
      t.type(property.description, 'string', name)
    }
    const schema = z.fromJSONSchema(published)
    const takes = (text: string) => schema.safeParse(parse(text)).success
    t.ok(takes(shipped('example.yaml')))
    const one = (more: string) => `requests: [{ supplier: A, devices: 1, image: 1 kB${more} }]`
    t.ok(takes(one('')))
    t.ok(takes(one(', serviceDesk: no, from: 3')))
    for (const more of [
      ', from: tomorrow',
      ', perDay: 0',
      ', sead: 1',
      ', at: noon',
      ', generation: 3',
    ]) {
      t.notOk(takes(one(more)), more)
      t.ok(problems(() => ofYaml(one(more))).length > 0, more)
    }
  },
)
