// `hanrig campaign simulate` as a user sees it: the default run, one result whatever the number of threads, files, refusals.

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hanrigAll, jsonLines, MAIN, type Ran } from '../helpers/hanrig.ts'

/** Runs without coverage, which makes an estate take as long as a coffee. */
function simulate(...args: string[]): Ran {
  const { NODE_V8_COVERAGE, NODE_OPTIONS, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [MAIN, 'campaign', 'simulate', ...args],
    { encoding: 'utf8', env: { ...env, NO_COLOR: '1' } },
  )
  return { exit: status, stdout, stderr }
}

t.test('without arguments it plays the estate of the report', async t => {
  const { exit, stdout } = simulate('--json')
  t.equal(exit, 0)
  const lines = jsonLines(stdout)
  const last = lines.at(-1)
  t.match(stdout.trimEnd().split('\n').at(-1), '"devices":670000,"days":56,')
  t.match(last, { name: 'summary', devices: 670_000, days: 56, engine: 'auto', seed: 1 })
  const { raised, suppressed, forwarded, genuine, hiddenGenuine, falseForwarded } = last.ad1
  t.equal(raised, suppressed + forwarded)
  t.ok(hiddenGenuine > 0 && hiddenGenuine < 20, `${hiddenGenuine} hidden`)
  t.ok(genuine > 50_000 && genuine < 60_000)
  t.ok(falseForwarded > 1_000 && falseForwarded < 5_000)
  t.equal(last.updated + last.expired + last.activationFailed, 670_000)
  const days = lines.filter(({ name }) => name === 'day')
  t.equal(days.filter(({ released }) => released > 0).length, 56)
  t.ok(days.every(({ released }) => released <= 12_000))
  t.equal(lines.filter(({ name }) => name === 'batch').length, 60)
})

t.test('the result is the same to the byte whatever the number of threads', async t => {
  for (const engine of ['auto', 'events']) {
    const args = ['--json', '--engine', engine, '--devices', '20000', '--with', 'blockSize=9000']
    const options = [...args, '--shared', '20%', '--outages', '4']
    const alone = simulate(...options, '--workers', '1')
    t.equal(alone.exit, 0)
    t.equal(jsonLines(alone.stdout).at(-1).devices, 20_000)
    for (const workers of engine === 'auto' ? ['2', '3'] : ['2']) {
      t.equal(
        simulate(...options, '--workers', workers).stdout,
        alone.stdout,
        `${engine}, ${workers}`,
      )
    }
  }
})

t.test('text, CSV and a page', async t => {
  const dir = t.testdir({})
  const [csv, report] = [join(dir, 'csv'), join(dir, 'report')]
  const { exit, stdout } = simulate('--devices', '3000', '--csv', csv, '--report', report)
  t.equal(exit, 0)
  t.match(stdout, /^devices +3,000 of 5 Suppliers$/m)
  t.match(stdout, /^release +1 days, the last on Mon 2026-01-05$/m)
  t.match(stdout, /^AD1 +\d/m)
  t.strictSame(readdirSync(csv).sort(), ['batches.csv', 'days.csv', 'histograms.csv'])
  const days = readFileSync(join(csv, 'days.csv'), 'utf8').trimEnd().split('\r\n')
  t.match(days[0], 'day,date,capacity,released,updated,failed,ad1Raised')
  t.match(days[1], /^0,2026-01-05,12000,3000,/)
  t.equal(days.length, 1 + 10)
  const page = readFileSync(join(report, 'simulation.html'), 'utf8')
  t.match(page, '<title>Campaign simulation: the estate of MP230’s report – hanrig</title>')
  t.notMatch(page, /<script|https?:\/\/(?!www\.w3\.org)|NaN|undefined|Infinity/)
})

t.test('a portfolio of one’s own, and a name that tries to be markup', async t => {
  const dir = t.testdir({
    'own.csv': 'supplier,devices,image,from,perDay\n<b>&,600,900 kB,2026-02-02,300\n',
  })
  const report = join(dir, 'report')
  const { exit, stdout, stderr } = simulate(join(dir, 'own.csv'), '--json', '--report', report)
  t.equal(exit, 0, stderr)
  t.match(jsonLines(stdout).at(-1), { devices: 600, days: 2 })
  t.notMatch(readFileSync(join(report, 'simulation.html'), 'utf8'), '<b>')
})

t.test('--fields lists every number with its source', async t => {
  const { exit, stdout } = simulate('--fields')
  t.equal(exit, 0)
  t.match(stdout, /^blockSize +50 B +octets of an image in one block/m)
  t.match(stdout, /^cutShortest +12 min .*\n +MP102B/m)
  t.match(stdout, /^loss +2 % .*\n +inferred: /m)
})

t.test('what cannot be simulated is refused with a reason', async t => {
  const refusals: [string[], RegExp][] = [
    [['--with', 'los=5%'], /There is no such field; did you mean "loss"\?/],
    [['--with', 'loss'], /such as loss=5%/],
    [['--with', 'loss=95%'], /loss must be a share such as 2%, 0 % to 90 %/],
    [['--loss', '1.5'], /must be a probability/],
    [['--with', 'jitter=63 ms'], /power of two/],
    [['--with', 'rest=5'], /rest must be a time such as 15 min/],
    [['--with', 'ad1Strict=perhaps'], /yes or no/],
    [['--with', 'sharedBy=1'], /sharedBy must be a number, 2 devices to/],
    [['--workers', '0'], /whole number from 1 to 64/],
    [['--devices', '0'], /whole number from 1/],
    [['--engine', 'magic'], /one of auto, totals, events/],
    [['--with', 'blockSize=1 B', '--with', 'roundTrip=1 min'], /without any loss/],
    [['no-such-file.csv'], /does not exist/],
  ]
  const ran = hanrigAll(refusals.map(([args]) => ['campaign', 'simulate', ...args]))
  for (const [i, [args, reason]] of refusals.entries()) {
    t.equal(ran[i]!.exit, 2, args.join(' '))
    t.match(ran[i]!.stderr, reason)
    t.equal(ran[i]!.stdout, '')
  }
})
