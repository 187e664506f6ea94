// `hanrig alerts` as a user runs it: files, stdin, output, exit codes, and the page.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hanrig, hanrigAll, jsonLines, MAIN } from '../helpers/hanrig.ts'

const ESME = '00-DB-12-34-56-78-90-A0'
const HUB = '00-DB-12-34-56-78-90-A2'
const EVENTS = `time,event,device,hub,executionTime,cause
2026-01-05T09:00:00Z,activation,${ESME},${HUB},,
2026-01-05T09:03:00.001Z,ad1,,${HUB},,activation
2026-01-05T09:25:00Z,ad1,,${HUB},,genuine
2026-01-05T09:31:00Z,ad1,,${HUB},,activation
`
const ONE_RUN = ['alerts', '--devices', '500', '--days', '2']

/** A module that tells the peak of memory at the end. */
const TELL_PEAK =
  'data:text/javascript,process.on("exit",()=>process.stderr.write("peak "+process.resourceUsage().maxRSS))'

t.test('events and a list give verdicts with reasons, and a summary', async t => {
  const dir = t.testdir({ 'events.csv': EVENTS, 'list.txt': `${ESME}\n` })
  const [events, list, out] = ['events.csv', 'list.txt', 'verdicts.csv'].map(name =>
    join(dir, name),
  )
  const [text, json, none] = hanrigAll([
    ['alerts', events!, '--list', list!, '--out', out!, '--report', dir],
    ['alerts', events!, '--list', list!, '--json'],
    ['alerts', events!],
  ])
  t.equal(text!.exit, 0, text!.stderr)
  t.equal(
    readFileSync(out!, 'utf8'),
    `time,hub,verdict,reason,afterActivationMs,cause
2026-01-05T09:03:00.001Z,${HUB},suppressed,within-window,180001,activation
2026-01-05T09:25:00.000Z,${HUB},suppressed,within-window,1500000,genuine
2026-01-05T09:31:00.000Z,${HUB},forwarded,too-late,1860000,activation
`,
  )
  t.match(text!.stdout, /2 suppressed/)
  t.match(text!.stdout, /1 of 2 AD1s that an activation caused got through/)
  t.match(text!.stdout, /1 of 1 AD1s of genuine outages got hidden/)
  t.match(text!.stdout, /^20 min +3 +1 +2 +1 +0$/m)
  t.match(text!.stdout, /^45 min +3 +3 +0 +0 +1$/m)
  const lines = jsonLines(json!.stdout)
  t.equal(lines.length, 4)
  t.strictSame(lines[0], {
    name: 'verdict',
    time: '2026-01-05T09:03:00.001Z',
    hub: HUB,
    verdict: 'suppressed',
    reason: 'within-window',
    afterActivationMs: 180_001,
    cause: 'activation',
  })
  t.match(lines[3], {
    name: 'summary',
    events: 4,
    alerts: 3,
    suppressed: 2,
    falseThrough: 1,
    genuineHidden: 1,
    reasons: { 'within-window': 2, 'too-late': 1 },
    windows: [
      { windowMs: 1_200_000, genuineHidden: 0 },
      {},
      { windowMs: 2_700_000, falseThrough: 0 },
    ],
  })
  t.match(none!.stdout, /No ESME is listed, so nothing is suppressed/)

  const page = readFileSync(join(dir, 'alerts.html'), 'utf8')
  t.match(page, /<svg[^>]*histogram-wide-title/)
  t.match(page, /45 min/)
  t.notMatch(page, /<script|https?:\/\/|url\(/, 'it needs nothing else')
})

t.test('stdin, several files and JSON Lines', async t => {
  const json = `{"time":"2026-01-05T09:00:00Z","event":"activation","device":"${ESME}","hub":"${HUB}"}\n`
  const dir = t.testdir({ 'a.jsonl': json, 'list.txt': ESME })
  const { stdout, status } = spawnSync(
    process.execPath,
    [MAIN, 'alerts', join(dir, 'a.jsonl'), '-', '--list', join(dir, 'list.txt'), '--json'],
    { input: `time,event,hub\n2026-01-05T09:10:00Z,ad1,${HUB}\n`, encoding: 'utf8' },
  )
  t.equal(status, 0)
  t.match(jsonLines(stdout)[0], { verdict: 'suppressed', afterActivationMs: 600_000 })
})

t.test('without a file it judges a made-up estate, the same for the same seed', async t => {
  const dir = t.testdir({})
  const sample = join(dir, 'sample.csv')
  const [first, again, other, , fromFile] = hanrigAll([
    [...ONE_RUN, '--json'],
    [...ONE_RUN, '--json'],
    [...ONE_RUN, '--seed', '2', '--json'],
    ['alerts', 'generate', '--devices', '500', '--days', '2', '--out', sample],
    ['alerts', sample, '--json'],
  ])
  t.equal(first!.exit, 0, first!.stderr)
  t.equal(first!.stdout, again!.stdout)
  t.not(first!.stdout, other!.stdout)
  t.equal(fromFile!.stdout, first!.stdout, 'and so does the file that generate writes')
  const summary = jsonLines(first!.stdout).at(-1)
  t.ok(summary.alerts > 100 && summary.suppressed > 100)
  const text = hanrig(...ONE_RUN)
  t.match(text.stdout, /made-up estate \(500 homes, 2 days, seed 1\)/)
  t.match(text.stdout, /hanrig alerts events.csv --list/)
  t.match(
    hanrig('alerts', 'generate', '--devices', '3', '--days', '1', '--json').stdout,
    /^{"time":"2026/,
  )
})

t.test('refusals have codes, leave no half a file, and limits decide the exit code', async t => {
  const dir = t.testdir({
    'events.csv': EVENTS,
    'bad.csv': `${EVENTS}x,ad1,,${HUB},,\n`,
    'list.txt': ESME,
  })
  const path = (name: string) => join(dir, name)
  const out = path('verdicts.csv')
  const list = ['--list', path('list.txt')]
  const results = hanrigAll([
    ['alerts', path('bad.csv'), '--out', out],
    ['alerts', path('bad.csv'), '--skip-bad', '--json'],
    ['alerts', path('none.csv')],
    ['alerts', dir],
    ['alerts', path('events.csv'), '--devices', '5'],
    ['alerts', '--list', path('list.txt')],
    ['alerts', path('events.csv'), '--thresholds', '2'],
    ['alerts', path('events.csv'), '--windows', 'soon'],
    ['alerts', '-', '--list', '-'],
    ['alerts', path('events.csv'), ...list, '--max-hidden', '0'],
    ['alerts', path('events.csv'), ...list, '--max-hidden', '1', '--max-false', '1'],
    ['alerts', path('events.csv'), ...list, '--max-false', '0'],
    ['alerts', path('events.csv'), ...list, '--clear-on-suppressed', '--max-hidden', '0'],
    ['alerts', path('events.csv'), '--list', path('events.csv')],
  ])
  t.match(results[0], { exit: 2, stderr: /HANRIG_EVENTS_INVALID: .*bad\.csv:6:1: "x" is no time/ })
  t.notOk(existsSync(out), 'no half a file')
  t.match(jsonLines(results[1]!.stdout).at(-1), { bad: 1, events: 4 })
  t.match(results[2], { exit: 2, stderr: /HANRIG_FILE_NOT_FOUND/ })
  t.match(results[3], { exit: 2, stderr: /HANRIG_FILE_IS_DIRECTORY/ })
  t.match(results[4], { exit: 2, stderr: /HANRIG_USAGE: --devices describes the made-up/ })
  t.match(results[5], { exit: 2, stderr: /--list needs events/ })
  t.match(results[6], { exit: 2, stderr: /cannot go below 3 min/ })
  t.match(results[7], { exit: 2, stderr: /length of time/ })
  t.match(results[8], { exit: 2, stderr: /stdin can be read once/ })
  t.equal(results[9]!.exit, 1)
  t.equal(results[10]!.exit, 0)
  t.equal(results[11]!.exit, 1)
  t.equal(results[12]!.exit, 0)
  t.match(results[13], { exit: 2, stderr: /events\.csv:2:1: .* is no EUI-64/ })
})

t.test('a long stream takes no more memory than a short one', async t => {
  const dir = t.testdir({})
  const run = (days: number) => {
    const file = join(dir, `${days}.csv`)
    hanrig('alerts', 'generate', '--devices', '2000', '--days', String(days), '--out', file)
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', TELL_PEAK, MAIN, 'alerts', file, '--json', '--out', join(dir, 'v.jsonl')],
      { encoding: 'utf8' },
    )
    return { kilobytes: Number(/peak (\d+)/.exec(stderr)![1]), summary: JSON.parse(stdout) }
  }
  const [short, long] = [run(2), run(60)]
  t.equal(long.summary.activations, 30 * short.summary.activations)
  t.ok(long.kilobytes < short.kilobytes + 60_000, `${short.kilobytes} kB, ${long.kilobytes} kB`)
})
