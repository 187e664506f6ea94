// The sheets for MP230 and MP102B as they are asked for, by text, JSON and page, and that they say what other outputs say.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hanrig } from '../helpers/hanrig.ts'

type Line = Record<string, unknown>

const records = (out: string) =>
  out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line)
const of = (lines: readonly Line[], name: string) => lines.filter(each => each.name === name)

const PORTFOLIO =
  'supplier,deviceType,devices,image\nA,ESME,26000,900 kB\nB,ESME,2000,900 kB\nB,GSME,1000,300 kB\n'

t.test('MP230: by User, by try, and who waited for whom', async t => {
  const dir = t.testdir({ 'p.csv': PORTFOLIO })
  const simulate = ['campaign', 'simulate', join(dir, 'p.csv'), '--engine', 'totals']
  const out = hanrig(...simulate, '--sheet', 'mp230', '--json', '--report', dir)
  t.equal(out.exit, 0)
  const lines = records(out.stdout)
  const summary = records(hanrig(...simulate, '--json').stdout).at(-1) as Line & { inTime: number }
  t.match(lines.at(-1), { name: 'mp230', devices: 29_000, large: 28_000, inTime: summary.inTime })
  t.match(of(lines, 'user'), [
    { user: 'A', large: 26_000, other: 0, schedules: 1 },
    { user: 'B', large: 2_000, other: 1_000, longestWait: 2 },
  ])
  t.match(of(lines, 'wait'), [{ user: 'B', other: 'A', days: 2, images: 24_000 }])
  t.match(
    of(lines, 'success').map(({ who }) => who),
    ['A, ESME', 'B, ESME', 'B, GSME'],
  )
  for (const { firstTry, after2, after3 } of of(lines, 'success') as Record<string, number>[]) {
    t.ok(firstTry! <= after2! && after2! <= after3! && after3! <= 1)
  }
  t.match(readFileSync(join(dir, 'mp230.html'), 'utf8'), /Who waited for whom/)
  t.match(readFileSync(join(dir, 'mp102b.html'), 'utf8'), /Memory at the DSP/)
})

t.test('MP102B of a campaign: counted as its summary has it', async t => {
  const simulate = ['campaign', 'simulate', '--devices', '20000', '--engine', 'totals', '--json']
  const lines = records(hanrig(...simulate, '--sheet', 'mp102b').stdout)
  const { ad1 } = records(hanrig(...simulate).stdout).at(-1) as { ad1: Record<string, number> }
  t.match(lines.at(-1), {
    name: 'mp102b',
    alerts: ad1.raised,
    forwarded: ad1.forwarded,
    falseThrough: ad1.falseForwarded,
    hidden: ad1.hiddenGenuine,
  })
  const million = of(lines, 'hidden').find(({ tracked }) => tracked === 1e6) as { hidden: number }
  t.ok(Math.abs(million.hidden - 28.5) < 0.05)
  t.match(of(lines, 'memory')[1], { what: '12,000 a day, at once', entries: 250 })
  t.match(of(lines, 'nation').at(-2), { perDay: 27_379 })
})

t.test('MP102B of a stream: the peak of what is held, never the size reserved', async t => {
  const alerts = ['alerts', '--devices', '5000', '--days', '2', '--json']
  const lines = records(hanrig(...alerts, '--sheet').stdout)
  const summary = records(hanrig(...alerts).stdout).at(-1) as Record<string, number>
  const last = lines.at(-1) as Record<string, number>
  t.match(last, { name: 'mp102b', alerts: summary.alerts, forwarded: summary.forwarded })
  t.ok(last.peakListed! > 0 && last.peakListed! < last.peakAll!)
  t.ok(last.peakAll! < 5_000)
  t.strictSame(
    of(lines, 'operators').map(({ rule }) => rule),
    [
      'window 30 min, AD1 after 3 min',
      'window 20 min',
      'window 45 min',
      'AD1 after 5 min',
      'AD1 after 10 min',
    ],
  )
  t.ok(lines.slice(0, -1).every(({ from }) => typeof from === 'string' && from !== ''))
})

t.test('PPMIDs alone raise no AD1 when there are no outages', async t => {
  const dir = t.testdir({ 'p.csv': 'supplier,deviceType,devices,image\nA,PPMID,3000,240 kB\n' })
  const args = ['campaign', 'simulate', join(dir, 'p.csv'), '--outages', '0', '--json']
  const { exit, stdout } = hanrig(...args)
  t.equal(exit, 0)
  t.match(stdout, /"ad1":\{"raised":0,/)
  t.notMatch(stdout, /SRV 11\.1/)
})
