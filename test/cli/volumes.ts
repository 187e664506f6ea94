// `hanrig campaign volumes` as it is called: the nation without a file, a capacity, a page, and what is refused.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hanrig } from '../helpers/hanrig.ts'

const records = (out: string) =>
  out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)

t.test(
  'without a file the PPMIDs of the nation, and every figure says where it is from',
  async t => {
    const { exit, stdout } = hanrig('campaign', 'volumes', '--json')
    t.equal(exit, 0)
    const all = records(stdout)
    t.match(all.at(-1), { name: 'volumes', devices: 12_100_000, mode: 'unicast', fit: 'central' })
    t.ok(all.slice(0, -1).every(({ from }) => typeof from === 'string' && from !== ''))
    t.strictSame(
      all.filter(({ name }) => name === 'region').map(({ region }) => region),
      ['North', 'Central', 'South'],
    )
    t.notOk(
      all.some(({ name }) => name === 'capacity'),
      'no capacity is made up',
    )
  },
)

t.test('250 kB at 50 GB a day and region: 20, 24 and 24 days', async t => {
  const dir = t.testdir({
    'p.csv': 'supplier,deviceType,updatesPerYear,devices,image\nA,PPMID,2,12100000,250 kB\n',
  })
  const portfolio = join(dir, 'p.csv')
  const { exit, stdout } = hanrig(
    'campaign',
    'volumes',
    portfolio,
    '--capacity',
    '50 GB',
    '--with',
    'tries=1',
    '--report',
    dir,
    '--json',
  )
  t.equal(exit, 0)
  const all = records(stdout)
  const capacity = all.filter(({ name }) => name === 'capacity')
  t.match(capacity, [
    { region: 'North', days: 20 },
    { region: 'Central', days: 24 },
    { region: 'South', days: 24 },
  ])
  t.match(all.at(-1), { serviceRequests: 242, octets: 3_327_500_000_000 })
  t.equal((all.at(-1) as { octetsPerYear: number }).octetsPerYear, 6_655_000_000_000)
  const page = readFileSync(join(dir, 'volumes.html'), 'utf8')
  for (const word of ['Capacity that would be needed', '998.GB', 'Who waits', 'inferred:']) {
    t.match(page, new RegExp(word))
  }
})

t.test('what it cannot make sense of is refused', async t => {
  for (const [args, said] of [
    [['--capacity', 'Mars=5 GB'], /A region is one of North/],
    [['--capacity', '5'], /octets a day/],
    [['--with', 'tris=3'], /tries/],
    [['--policy', 'fifo'], /means nothing without --capacity/],
  ] as const) {
    const { exit, stderr } = hanrig('campaign', 'volumes', ...args)
    t.equal(exit, 2)
    t.match(stderr, said)
  }
})

t.test('the fields are listed with their sources', async t => {
  const { stdout } = hanrig('campaign', 'volumes', '--fields')
  t.match(stdout, /^traditional +9 % +meters that are out of reach/m)
  t.match(stdout, /gov\.uk, smart metering policy/)
})
