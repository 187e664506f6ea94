// Scenario files on the command line: ready ones, several at once, what fails and what cannot be read, TAP and JUnit,
// snapshots that go on as if nothing had been, captures.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Random } from '#core/time/random'
import { hanrig, hanrigAll, jsonLines, ROOT } from '../helpers/hanrig.ts'
import { putTogether, takeApart } from '../helpers/snapshots.ts'

const READY = join(ROOT, 'scenarios')
const NAMES = readdirSync(READY).map(name => name.replace('.yaml', ''))

const SMALL = `name: small
images: { meter: { size: 3 kB, for: esme } }
devices: { esme: { profile: esme-pre-mp102a, listed: true } }
links: { han: { loss: 10 % }, wan: { loss: 5 % } }
steps:
  - distribute: meter
  - activate: meter
expect:
  - device: esme
    runs: meter
`

function folder(test: { testdir(content: Record<string, string>): string }): string {
  return test.testdir({
    'small.yaml': SMALL,
    'failing.yaml': SMALL.replace('runs: meter', 'runs: 0x00000009').replace('small', 'failing'),
    'broken.yaml': SMALL.replace('distribute', 'distribte').replace('small', 'broken'),
  })
}

t.test('every ready scenario is as it expects, and they are listed', async t => {
  const { exit, stdout } = hanrig('run', ...NAMES, '--jobs', '2')
  t.equal(exit, 0, stdout)
  const said = stdout.trimEnd().split('\n')
  const lines = said.filter(line => !line.startsWith('    NOTICE: '))
  t.equal(lines.length, NAMES.length, 'a line each')
  t.ok(
    lines.every(line => line.startsWith('✓')),
    stdout,
  )
  const listed = jsonLines(hanrig('scenarios', '--json').stdout)
  t.same(
    listed.map(each => each.name),
    NAMES.toSorted(),
  )
  t.ok(listed.every(({ title, description }) => title.length > 3 && description.length > 20))
  t.match(hanrig('scenarios').stdout, 'ppmid-fleet')
})

t.test(
  'several come out in the order in which they were named, with any number of jobs',
  async t => {
    const files = ['smets1-large-image', 'bad-signature', 'hcalcs', 'bad-signature']
    const one = hanrig('run', ...files, '--json')
    const four = hanrig('run', ...files, '--json', '--jobs', '4')
    t.equal(one.stdout, four.stdout)
    const starts = jsonLines(one.stdout).filter(event => event.name === 'start')
    t.same(
      starts.map(event => event.file),
      files,
    )
  },
)

t.test(
  'what is not as expected exits with 1, what cannot be played with 2, and says where',
  async t => {
    const dir = folder(t)
    const file = (name: string): string => join(dir, name)
    const [failing, broken, both, unknown] = hanrigAll([
      ['run', file('failing.yaml')],
      ['run', file('broken.yaml')],
      ['run', file('failing.yaml'), file('broken.yaml'), file('small.yaml'), '--json'],
      ['run', 'no-such-scenario'],
    ])
    t.equal(failing!.exit, 1)
    t.match(failing!.stdout, 'NOT OK')
    t.match(failing!.stdout, '0x00000009', 'what was expected')
    t.equal(broken!.exit, 2)
    t.match(broken!.stderr, /HANRIG_SCENARIO_INVALID: .*broken\.yaml:6:5: /)
    t.match(broken!.stderr, 'did you mean "distribute"?')
    t.equal(both!.exit, 2)
    const ends = jsonLines(both!.stdout).filter(
      ({ name }) => name === 'verdict' || name === 'error',
    )
    t.match(ends, [
      { name: 'verdict', ok: false },
      { name: 'error', code: 'HANRIG_SCENARIO_INVALID' },
      { name: 'verdict', ok: true },
    ])
    t.equal(unknown!.exit, 2)
    t.match(unknown!.stderr, 'HANRIG_SCENARIO_UNKNOWN')
  },
)

t.test('--seed takes the place of the scenario’s, and a random one is one of a kind', async t => {
  const file = join(folder(t), 'small.yaml')
  const [own, one, two, random, again, other] = hanrigAll([
    ['run', file, '--json'],
    ['run', file, '--json', '--seed', '1'],
    ['run', file, '--json', '--seed', '2'],
    ['run', '--random', '7', '--json'],
    ['run', '--random', '7', '--json'],
    ['run', '--random', '8', '--json'],
  ])
  t.equal(own!.stdout, one!.stdout, 'the default is 1')
  t.not(one!.stdout, two!.stdout)
  t.equal(random!.stdout, again!.stdout)
  t.not(random!.stdout, other!.stdout)
})

t.test('TAP and JUnit name each expectation', async t => {
  const dir = folder(t)
  const junit = join(dir, 'junit.xml')
  const ran = hanrig(
    'run',
    join(dir, 'small.yaml'),
    join(dir, 'failing.yaml'),
    '--tap',
    '--junit',
    junit,
  )
  t.equal(ran.exit, 1)
  t.match(ran.stdout, /^TAP version 14\n/)
  t.match(ran.stdout, /^1\.\.2$/m)
  t.match(ran.stdout, /^ok 1 - small/m)
  t.match(ran.stdout, /^not ok 2 - failing/m)
  const xml = readFileSync(junit, 'utf8')
  t.match(xml, '<testsuite name="failing"')
  t.match(xml, '<failure')
  t.match(xml, 'device esme')
})

t.test('a snapshot goes on exactly as the uninterrupted run does', async t => {
  const dir = folder(t)
  for (const [name, at] of [
    ['smets2-esme-gsme', '40 min'],
    ['smets1-large-image', '100 s'],
    ['wrong-devices', '15 min'],
    ['power-cut-mid-transfer', '602 s'],
    ['ppmid-fleet', '3 d'],
  ] as const) {
    const snap = join(dir, 'run.snapshot')
    const [whole, first, rest] = hanrigAll([
      ['run', name, '--json', '--report', join(dir, 'whole')],
      ['snapshot', name, '--at', at, '--out', snap, '--json'],
      ['run', '--resume', snap, '--json', '--report', join(dir, 'resumed')],
    ])
    t.equal(first!.exit, 0)
    t.ok(first!.stdout.length > 0 && rest!.stdout.length > 0)
    t.equal(first!.stdout + rest!.stdout, whole!.stdout, `${name} at ${at}`)
    const report = (of: string) => readFileSync(join(dir, of, 'report.json'), 'utf8')
    t.equal(report('resumed'), report('whole'), 'and so is its report')
  }
})

t.test('the built-in scenario with a file of one’s own is saved and resumed too', async t => {
  const dir = t.testdir({ 'fw.bin': 'octets '.repeat(2_000) })
  const image = ['--image', join(dir, 'fw.bin'), '--loss', '10%']
  const snap = join(dir, 's')
  const [whole, first, rest] = hanrigAll([
    ['run', ...image, '--json', '--report', join(dir, 'whole')],
    ['snapshot', ...image, '--at', '30 s', '--out', snap, '--json'],
    ['run', '--resume', snap, '--json', '--report', join(dir, 'resumed')],
  ])
  t.equal(first!.stdout + rest!.stdout, whole!.stdout)
  const report = (of: string) => readFileSync(join(dir, of, 'report.json'), 'utf8')
  t.equal(report('resumed'), report('whole'), 'the file’s name included')
  t.match(report('resumed'), '"file": "fw.bin"')
})

t.test('a snapshot that cannot be used is refused', async t => {
  const dir = folder(t)
  const snap = join(dir, 's')
  t.equal(hanrig('snapshot', join(dir, 'small.yaml'), '--at', '10 s', '--out', snap).exit, 0)
  const good = readFileSync(snap)
  const cases: Record<string, Uint8Array> = {
    text: Buffer.from('not a snapshot'),
    cut: good.subarray(0, good.length - 100),
    head: good.subarray(0, 20),
    flipped: Buffer.from(good).fill(0, good.length >> 1, (good.length >> 1) + 4),
  }
  for (const [name, octets] of Object.entries(cases)) writeFileSync(join(dir, name), octets)
  const ran = hanrigAll([
    ...Object.keys(cases).map(name => ['run', '--resume', join(dir, name)]),
    ['snapshot', join(dir, 'small.yaml'), '--at', '30 d', '--out', join(dir, 'late')],
    ['snapshot', join(dir, 'small.yaml'), '--at', '30', '--out', join(dir, 'late')],
  ])
  for (const { exit, stderr } of ran.slice(0, 4)) {
    t.equal(exit, 2)
    t.match(stderr, 'HANRIG_SNAPSHOT_DAMAGED')
  }
  for (const { exit, stderr } of ran.slice(4)) {
    t.equal(exit, 2)
    t.match(stderr, 'HANRIG_USAGE')
  }
  t.notOk(existsSync(join(dir, 'late')), 'nothing is written')
})

t.test('a snapshot that was changed and has the right hash is no defect of hanrig', async t => {
  const dir = folder(t)
  const snap = join(dir, 's')
  t.equal(hanrig('snapshot', join(dir, 'small.yaml'), '--at', '10 s', '--out', snap).exit, 0)
  const { head, rest } = takeApart(readFileSync(snap))
  const images = head.images.reduce(
    (sum: number, { octets }: { octets: number }) => sum + octets,
    0,
  )
  const random = new Random(4, 'changed')
  const changed = Array.from({ length: 40 }, (_, i) => {
    const file = join(dir, `changed-${i}`)
    const other = Buffer.from(rest)
    other[random.between(images, rest.length - 1)]! ^= 1 << random.between(0, 7)
    other.fill(0xff, images + 40 * i, images + 40 * i + 8)
    writeFileSync(file, putTogether({ head, rest: other }))
    return file
  })
  const story = join(dir, 'story')
  const event = { t: 0, source: 'run', name: 'start', devices: 7, notices: 7 }
  writeFileSync(story, putTogether({ head: { ...head, events: [event] }, rest }))
  const ran = hanrigAll([...changed, story].map(file => ['run', '--resume', file]))
  for (const [i, { exit, stderr }] of ran.entries()) {
    t.ok(exit === 0 || exit === 1 || exit === 2, `${i}: ${exit} ${stderr}`)
    if (exit === 2) t.match(stderr, 'HANRIG_SNAPSHOT_DAMAGED')
  }
  t.ok(ran.filter(({ exit }) => exit === 2).length > 5)
})

t.test('--pcap writes a capture, whole or not at all', async t => {
  const dir = folder(t)
  const pcap = join(dir, 'han.pcapng')
  t.equal(hanrig('run', join(dir, 'small.yaml'), '--pcap', pcap).exit, 0)
  const file = readFileSync(pcap)
  t.equal(file.readUInt32LE(0), 0x0a0d0d0a, 'section header')
  t.match(file.toString('latin1'), 'hanrig')
  t.notOk(readdirSync(dir).some(name => name.endsWith('.tmp')))
  const nowhere = hanrig('run', join(dir, 'small.yaml'), '--pcap', join(dir, 'no', 'han.pcapng'))
  t.equal(nowhere.exit, 2)
  t.match(nowhere.stderr, 'HANRIG_FILE_UNWRITABLE')
})

t.test('options that mean nothing together are refused', async t => {
  const file = join(folder(t), 'small.yaml')
  const refused = hanrigAll([
    ['run', file, '--loss', '5%'],
    ['run', file, '--image', file],
    ['run', file, '--profile', 'esme'],
    ['run', '--random', '1', '--not-listed'],
    ['run', '--random', '1', '--seed', '2'],
    ['run', '--random', '1', file],
    ['run', '--resume', file, '--store', 'x'],
    ['run', file, '--json', '--tap'],
    ['run', file, file, '--pcap', 'x'],
    ['run', file, file, '--store', 'x'],
    ['run', '--profile', 'gsme'],
    ['run', '--jobs', '2'],
  ])
  for (const { exit, stderr, stdout } of refused) {
    t.equal(exit, 2, stdout)
    t.match(stderr, 'HANRIG_USAGE')
  }
})
