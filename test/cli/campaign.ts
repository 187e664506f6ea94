// `hanrig campaign plan` as people and scripts use it.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { hanrigAll, jsonLines, MAIN, type Ran, ROOT } from '../helpers/hanrig.ts'

const EXAMPLE = join(ROOT, 'portfolios', 'example.csv')
const ranAll = (...lines: string[][]) =>
  hanrigAll(lines.map(args => ['campaign', 'plan', ...args])) as [Ran, ...Ran[]]
const ran = (...args: string[]) => ranAll(args)[0]

t.test('without arguments it plans the estate of the report', async t => {
  const { exit, stdout } = ran()
  t.equal(exit, 0)
  t.match(stdout, '670,000 devices, 5 Suppliers, 5 requests')
  t.match(
    stdout,
    'last release   Sun 2026-03-01, after 56 days; every TRT has run out on 2026-03-06',
  )
  t.match(stdout, '99.7 % of it used; 55 of 56 days are full')
  t.match(
    stdout,
    'Supplier A, Supplier B, Supplier C, Supplier D and Supplier E must agree schedules',
  )
  t.match(stdout, 'It would end on Sun 2026-02-01 with a capacity of 24,000 a day.')
  t.match(
    stdout,
    /^ 0–10 {2}2026-01-05 {2}2026-01-15 +12,000 {2}Supplier A: ESME +5 days after each +capacity/m,
  )
})

t.test('what if: fewer a day, no schedules, the other lawful way', async t => {
  const [{ stdout }, other] = ranAll(
    ['--capacity', '9000', '--start', '2026-06-01'],
    ['--second-user', 'alter-first', '--json'],
  )
  t.match(stdout, 'last release   Fri 2026-08-14, after 75 days')
  const shared = jsonLines(other!.stdout)
  t.match(shared.at(-1), { name: 'plan', ok: true, batches: 280, days: 56 })
  t.match(
    shared.find(({ kind }) => kind === 'altered'),
    { supplier: 'Supplier A' },
  )
})

t.test(
  'JSON Lines: every batch, day, request, notice and refusal; the last line sums up',
  async t => {
    const [{ exit, stdout }, again] = ranAll([EXAMPLE, '--json'], [EXAMPLE, '--json'])
    t.equal(exit, 5, 'a deadline is missed')
    const lines = jsonLines(stdout)
    t.match(lines[0], { name: 'campaign', start: '2026-01-05', settings: { capacity: 12_000 } })
    const of = (name: string) => lines.filter(line => line.name === name)
    t.match(of('request')[0], {
      supplier: 'Northern Energy',
      needsServiceDesk: true,
      first: '2026-01-12',
      last: '2026-01-26',
      due: '2026-01-31',
      deadline: '2026-03-06',
    })
    t.match(of('batch')[0], {
      date: '2026-01-12',
      at: '00:00',
      devices: 12_000,
      binding: 'capacity',
    })
    const placed = of('batch').reduce((sum, { devices }) => sum + devices, 0)
    t.match(lines.at(-1), { name: 'plan', ok: false, devices: placed, placed, days: 42 })
    t.equal(of('day').length, 42)
    t.ok(of('notice').some(({ kind }) => kind === 'deadline-missed'))
    t.equal(again!.stdout, stdout, 'the same again')
  },
)

t.test('--csv and --report write files; the page needs nothing else', async t => {
  const dir = t.testdir({})
  const csv = join(dir, 'batches.csv')
  const { exit } = ran(EXAMPLE, '--csv', csv, '--report', dir, '--precedence')
  t.equal(exit, 5)
  const rows = parse(readFileSync(csv, 'utf8'), { columns: true }) as Record<string, string>[]
  t.match(rows[0], { date: '2026-01-12', supplier: 'Northern Energy', devices: '12000' })
  t.equal(
    rows.reduce((sum, { devices }) => sum + Number(devices), 0),
    458_500,
  )
  const page = readFileSync(join(dir, 'plan.html'), 'utf8')
  t.match(page, '<title>Campaign plan: ')
  t.equal(page.match(/<svg class="drawing"/g)?.length, 3)
  t.match(page, 'Mercia Gas &amp; Light')
  t.match(page, 'missed-deadline')
  t.notMatch(page, /<script|src=|url\(|https?:/)
  t.notMatch(page, /NaN|undefined|Infinity"/)
})

t.test('a page of thousands of requests and years stays small; one of none says so', async t => {
  const dir = t.testdir({
    'many.csv': `supplier,devices,image,serviceDesk\n${Array.from({ length: 600 }, (_, i) => `S${i % 40},900,900 kB,no`).join('\n')}\n`,
    'small.csv': 'supplier,devices,image\nA,900,1 kB\n',
    'none.csv': 'supplier,devices,image\nA,900,900 kB\n',
  })
  const [many, small, none] = hanrigAll(
    [['many.csv', '--unscheduled', '40'], ['small.csv'], ['none.csv', '--spare', '0%']].map(
      ([file, ...more]) => [
        ...['campaign', 'plan', join(dir, file!), '--report', join(dir, file!.slice(0, 4))],
        ...more,
      ],
    ),
  )
  t.equal(many!.exit, 0)
  t.match(many!.stdout, /… and 576 more requests; --all lists them/)
  const page = readFileSync(join(dir, 'many', 'plan.html'), 'utf8')
  t.ok(page.length < 1_000_000, `${page.length} characters`)
  t.match(page, 'Each column is the average of')
  t.match(page, '33 others')
  t.equal(small!.exit, 0)
  t.match(readFileSync(join(dir, 'smal', 'plan.html'), 'utf8'), 'No image is large')
  t.equal(none!.exit, 5)
  t.match(none!.stdout, 'one image counts as more than a day takes')
  t.match(readFileSync(join(dir, 'none', 'plan.html'), 'utf8'), 'There is nothing to draw')
})

t.test('- is stdin, CSV or YAML; --example is a portfolio to begin with', async t => {
  const example = ran('--example').stdout
  t.equal(example, readFileSync(EXAMPLE, 'utf8'))
  for (const input of [example, readFileSync(join(ROOT, 'portfolios', 'example.yaml'), 'utf8')]) {
    const { status, stdout } = spawnSync(
      process.execPath,
      [MAIN, 'campaign', 'plan', '-', '--json'],
      {
        input,
        encoding: 'utf8',
      },
    )
    t.equal(status, 5)
    t.match(jsonLines(stdout).at(-1), { name: 'plan', devices: 458_500, days: 42 })
  }
})

t.test('what cannot be used is refused with exit 2 and its places', async t => {
  const dir = t.testdir({ 'bad.csv': 'supplier,devices,image\nA,x,1 kB\nB,1,-\n' })
  const plan = (...args: string[]) => ['campaign', 'plan', ...args]
  const [bad, gone, dates, shares, clash, json] = hanrigAll([
    plan(join(dir, 'bad.csv')),
    plan(join(dir, 'gone.csv')),
    plan('--start', '2026-02-30'),
    plan('--spare', '1,1'),
    plan('--srv111', 'at-once', '--count-at', '11.1'),
    plan(join(dir, 'bad.csv'), '--json'),
  ])
  t.equal(bad!.exit, 2)
  t.match(bad!.stderr, /bad\.csv:2:2: devices must be .*\n.*bad\.csv:3:3: image must be /)
  t.match(bad!.stderr, 'hint: ')
  t.match(gone!.stderr, 'HANRIG_FILE_NOT_FOUND')
  t.match(dates!.stderr, 'It must be a date such as 2026-01-05')
  t.match(shares!.stderr, 'one share, or seven')
  t.match(clash!.stderr, 'contradict each other')
  t.ok([gone, dates, shares, clash].every(each => each!.exit === 2))
  t.match(jsonLines(json!.stdout)[0], { name: 'error', code: 'HANRIG_PORTFOLIO_INVALID', exit: 2 })
})

t.test('every answer to an open question is an option that reaches the plan', async t => {
  const given = [
    ['--rules', 'before'],
    ['--kb', '1024'],
    ['--capacity', '9000'],
    ['--reserve', '500'],
    ['--spare', '100%,100%,100%,100%,100%,50%,0%'],
    ['--unscheduled', '400'],
    ['--unscheduled-per', 'batch'],
    ['--split-counts', 'pieces'],
    ['--mixed', 'all'],
    ['--day', 'rolling'],
    ['--trt', '4'],
    ['--trt-in', 'working'],
    ['--holidays', '2026-01-06, 2026-01-07'],
    ['--dco-takes', '1'],
    ['--lifetime', '6'],
    ['--lead', '2'],
    ['--count-at', '11.1'],
    ['--second-user', 'alter-first'],
    ['--horizon', '300'],
  ]
  const flags = ['--precedence', '--decline-late']
  const [used, help] = ranAll(['--json', ...given.flat(), ...flags], ['--help'])
  const [settings] = jsonLines(used.stdout)
  t.match(settings.settings, {
    rules: 'before',
    kb: 1024,
    capacity: 9_000,
    reserve: 500,
    spare: [1, 1, 1, 1, 1, 0.5, 0],
    unscheduled: 400,
    unscheduledPer: 'batch',
    splitCounts: 'pieces',
    mixed: 'all',
    dayBoundary: 'rolling',
    trtDays: 4,
    trt: 'working',
    holidays: ['2026-01-06', '2026-01-07'],
    dcoDays: 1,
    lifetime: 6,
    lead: 2,
    countAt: '11.1',
    secondUser: 'alter-first',
    precedence: true,
    declineLate: true,
    horizon: 300,
  })
  for (const [flag] of given) t.match(help!.stdout, flag!)
})
