// `hanrig run` as others script against it: fixed forms, exit codes, any file, one seed one trace.

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { buildStandardImage } from '#core/image/build'
import { TRACE_NAMES } from '#emulators/trace/events/events'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { hanrig, jsonLines } from '../helpers/hanrig.ts'

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

t.test('without arguments it tells the whole story and ends with an ok verdict', async t => {
  const { exit, stdout } = hanrig('run')
  t.equal(exit, 0)
  for (const piece of [
    'gb-signed, 1,200,000 B',
    'large: 450,000 B above the limit of 750 kB',
    'SRV 11.1',
    '11.1 Response to the Supplier: every block is stored',
    'SRV 11.3',
    'signature is right',
    'the hub loses its supply',
    'raises AD1, Power Outage Alert after 180.001 s',
    'suppressed by the DSP: within the window of a recorded activation',
    'version 0x01020303 -> 0x01020304',
    'verdict    ok',
  ]) {
    t.match(stdout, piece)
  }
  t.notMatch(stdout, '\x1b', 'no ANSI off a terminal')
})

t.test('--json is JSON Lines that end with the verdict, the same for the same seed', async t => {
  const first = hanrig('run', '--json')
  const again = hanrig('run', '--json')
  t.equal(first.exit, 0)
  t.equal(first.stdout, again.stdout, 'byte-identical')
  const events = jsonLines(first.stdout)
  const verdict = events.at(-1)
  t.match(first.stdout.trimEnd().split('\n').at(-1), /^\{"name":"verdict","ok":true,"sha256":"/)
  t.equal(verdict.sha256, sha256(gbFixture({ size: 1_200_000 }).u8))
  const names = new Set<string>(TRACE_NAMES)
  t.ok(
    events.every(event => names.has(event.name)),
    'every name is in the closed list',
  )
  const times = events.map(event => event.t)
  t.same(
    times,
    times.toSorted((a, b) => a - b),
    'time never goes back',
  )
  const other = hanrig('run', '--json', '--seed', '2')
  t.not(other.stdout, first.stdout, 'another seed, another run')
})

t.test('any file is carried, and an unknown format is named as such', async t => {
  const dir = t.testdir({ 'notes.txt': 'not firmware at all\n'.repeat(700), 'one.bin': 'x' })
  for (const name of ['notes.txt', 'one.bin']) {
    const path = join(dir, name)
    const told = hanrig('run', '--image', path, '--loss', '5%')
    t.equal(told.exit, 0)
    t.match(told.stdout, 'unknown format, carried as raw octets')
    const { stdout } = hanrig('run', '--image', path, '--json')
    t.equal(jsonLines(stdout).at(-1).sha256, sha256(readFileSync(path)))
  }
})

t.test('Intel HEX is carried as the binary inside, wrapped on request', async t => {
  const dir = t.testdir({ 'fw.hex': ':0400000001020304F2\n:00000001FF\n' })
  const path = join(dir, 'fw.hex')
  const plain = jsonLines(hanrig('run', '--image', path, '--json').stdout).at(-1)
  t.equal(plain.sha256, sha256(Uint8Array.of(1, 2, 3, 4)))
  const wrapped = jsonLines(hanrig('run', '--image', path, '--wrap', '--json').stdout)
  t.match(wrapped.at(-1), { ok: true, finding: 'signature is right' })
  t.equal(wrapped[1].kind, 'gb-signed')
})

t.test('an image signed by someone else is rejected and the run is not ok', async t => {
  const file = gbFixture({ size: 5_000 }).u8
  file[100]! ^= 1
  const dir = t.testdir({})
  const image = join(dir, 'tampered.ota')
  const key = join(dir, 'key.pem')
  writeFileSync(image, file)
  writeFileSync(key, testKeyPem())
  const { exit, stdout } = hanrig('run', '--image', image, '--trust', key, '--json')
  t.equal(exit, 1)
  const events = jsonLines(stdout)
  t.match(
    events.find(event => event.name === 'image-rejected'),
    { reason: 'signature is wrong' },
  )
  t.ok(events.some(event => event.name === 'alert-received' && event.code === '8F1C'))
  t.match(events.at(-1), { name: 'verdict', ok: false })
  const lenient = hanrig('run', '--image', image, '--json')
  t.equal(lenient.exit, 0, 'without a trust anchor nothing is claimed about the signature')
  t.match(jsonLines(lenient.stdout).at(-1).finding, 'not checked')
})

t.test('AD1 is forwarded when the ESME is not listed, and never raised by a newer one', async t => {
  const small = join(t.testdir({ 'a.bin': 'a'.repeat(2_000) }), 'a.bin')
  const run = (...args: string[]) =>
    jsonLines(hanrig('run', '--image', small, '--json', ...args).stdout)
  t.same(run().at(-1).ad1, { suppressed: 1, forwarded: 0 })
  t.same(run('--not-listed').at(-1).ad1, { suppressed: 0, forwarded: 1 })
  t.same(run('--profile', 'esme').at(-1).ad1, { suppressed: 0, forwarded: 0 })
  const raised = run().find(event => event.code === 'AD1')
  t.equal(raised.outage, 180_001, 'strictly after 180 s')
})

t.test(
  'a future-dated activation answers NULL, happens at its time and reports by alert',
  async t => {
    const small = join(t.testdir({ 'a.bin': 'a'.repeat(2_000) }), 'a.bin')
    const events = jsonLines(
      hanrig('run', '--image', small, '--activate-in', '90', '--json').stdout,
    )
    const scheduled = events.find(event => event.name === 'activation-scheduled')
    const began = events.find(event => event.name === 'activation-began')
    const start = Date.parse(events[0].utc)
    t.equal(start + began.t, Date.parse(scheduled.at))
    const recorded = events.find(event => event.name === 'activation-recorded')
    t.equal(recorded.at, scheduled.at, 'the DSP records the ExecutionDateTime')
    t.ok(events.some(event => event.name === 'alert-received' && event.code === '8F66'))
    t.match(events.at(-1), { ok: true, ad1: { suppressed: 1 } })
  },
)

t.test('every block size and loss ends with the same file', async t => {
  const path = join(t.testdir({}), 'fw.ota')
  const file = gbFixture({ size: 9_000 }).u8
  writeFileSync(path, file)
  for (const args of [
    ['--block-size', '1'],
    ['--block-size', '65536'],
    ['--block-size', '977', '--loss', '40%'],
    ['--loss', '0'],
    ['--profile', 'esme-slow'],
  ]) {
    const { exit, stdout } = hanrig('run', '--image', path, '--json', ...args)
    t.equal(exit, 0, args.join(' '))
    t.equal(jsonLines(stdout).at(-1).sha256, sha256(file))
  }
})

t.test('a link that carries nothing ends as a failure, not as a hang', async t => {
  const { exit, stdout } = hanrig('run', '--loss', '1', '--json')
  t.equal(exit, 1)
  t.match(jsonLines(stdout).at(-1), { ok: false, sha256: '' })
})

t.test('--report writes a page and its data, and both are the same for the same seed', async t => {
  const dir = t.testdir({})
  for (const name of ['one', 'two']) t.equal(hanrig('run', '--report', join(dir, name)).exit, 0)
  for (const file of ['report.json', 'report.html']) {
    t.equal(
      readFileSync(join(dir, 'one', file), 'utf8'),
      readFileSync(join(dir, 'two', file), 'utf8'),
    )
  }
  const report = JSON.parse(readFileSync(join(dir, 'one', 'report.json'), 'utf8'))
  t.equal(report.outcome.ok, true)
  t.match(readFileSync(join(dir, 'one', 'report.html'), 'utf8'), '<svg')
})

function testKeyPem(): string {
  // Any P-256 key that did not sign the image.
  return `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsnaYBhwoQZA/UfWC61UyLCTJY2Yv
tV52FfRRgvA4WiPMKXt2rmV3lS0vWT2NxnpVUMOST3KYYi9VxPIhdDY9NQ==
-----END PUBLIC KEY-----
`
}

/** A standard file with these optional fields after its header: credential version, EUI-64 as text, hardware versions. */
function withFields(credential: number | undefined, eui64: string, hardware?: [number, number]) {
  const fields = {
    manufacturerCode: 0x1246,
    imageType: 0x0330,
    fileVersion: 2,
    stackVersion: 2,
    headerString: 'one device',
    hardware: undefined,
  }
  const { u8 } = buildStandardImage(fields, [{ tag: 0, data: gbFixture({ size: 2_000 }).u8 }])
  const words = Buffer.alloc(4)
  if (hardware) words.writeUInt32LE((hardware[1] << 16) | hardware[0])
  const optional = Buffer.concat([
    Uint8Array.from(credential === undefined ? [] : [credential]),
    Buffer.from(eui64.replaceAll('-', ''), 'hex').reverse(),
    hardware ? words : new Uint8Array(0),
  ])
  const file = Buffer.concat([u8.subarray(0, 56), optional, u8.subarray(56)])
  file.writeUInt16LE(56 + optional.length, 6)
  file.writeUInt16LE((credential === undefined ? 0 : 1) | 2 | (hardware ? 4 : 0), 8)
  file.writeUInt32LE(file.length, 52)
  return file
}

t.test('the device of the built-in scenario is the one that an image names', async t => {
  const path = join(t.testdir({}), 'named.ota')
  writeFileSync(path, withFields(1, '11-11-11-11-11-11-11-11', [1, 7]))
  const { exit, stdout } = hanrig('run', '--image', path, '--json')
  t.equal(exit, 0)
  t.match(jsonLines(stdout).at(-1), { ok: true })
})

t.test('an image meant for one device is refused for others, and the story says why', async t => {
  const [a, b] = ['00-DB-12-34-56-78-90-A0', '00-DB-12-34-56-78-90-B1']
  const scenario = (to: string, expect: string[]) =>
    [
      ...['name: one device', 'generation: smets2', 'images:'],
      '  fw: { file: fw.ota, for: esme, kind: standard }',
      ...['devices:', `  a: { profile: esme, id: ${a} }`, `  b: { profile: esme, id: ${b} }`],
      ...['steps:', `  - { distribute: fw, to: ${to} }`, ...expect, ''],
    ].join('\n')
  const one = ['  - { activate: fw, on: [a] }', 'expect:', '  - { device: a, runs: fw }']
  const dir = t.testdir({
    'both.yaml': scenario('[a, b]', one),
    'other.yaml': scenario('[b]', []),
  })
  writeFileSync(join(dir, 'fw.ota'), withFields(undefined, a!))
  const both = hanrig('run', join(dir, 'both.yaml'))
  t.match(
    both.stdout,
    /refused +hub refuses version 0x00000002: it is meant for the device 00-DB-12-34-56-78-90-A0 alone\n/,
  )
  t.match(both.stdout, /alert +hub raises 8F89, transfer to the device failed for b\n/)
  t.match(both.stdout, /alert +hub raises 8F8A, .* for a\n/)
  t.match(both.stdout, /a +runs 0x00000002/)
  t.match(both.stdout, /b +runs 0x00000001, rebuilt nothing/)
  const other = hanrig('run', join(dir, 'other.yaml'))
  t.match(other.stdout, 'it is meant for the device 00-DB-12-34-56-78-90-A0 alone')
  t.match(other.stdout, /b +runs 0x00000001, rebuilt nothing/)
})

t.test('what is odd about an OTA file and can be right is noted and updated', async t => {
  const dir = t.testdir({})
  const fields = {
    manufacturerCode: 0x117c,
    imageType: 0x4203,
    fileVersion: 2,
    stackVersion: 2,
    headerString: 'lamp',
    hardware: undefined,
  }
  const plain = buildStandardImage(fields, [
    { tag: 0, data: gbFixture({ size: 3_000 }).u8.subarray(0, 2_000) },
  ]).u8
  const sized = (...parts: Uint8Array[]) => {
    const file = Buffer.concat(parts)
    file.writeUInt32LE(file.length, 52)
    return file
  }
  const aes = Buffer.from('00f0d00700000100', 'hex')
  const files: [name: string, file: Uint8Array, note: RegExp][] = [
    [
      'trailing',
      Buffer.concat([plain, new Uint8Array(24).fill(7)]),
      /24 B too many; --unwrap cuts/,
    ],
    ['padding', sized(plain, new Uint8Array(16).fill(0xff)), /Sub-element 1 at offset 2062 states/],
    ['telink', sized(plain.subarray(0, 56), aes, plain.subarray(62)), /encrypted for Telink/],
  ]
  for (const [name, file, note] of files) {
    const path = join(dir, `${name}.ota`)
    writeFileSync(path, file)
    const { exit, stdout, stderr } = hanrig('run', '--image', path)
    t.equal(exit, 0, name)
    t.match(stderr, note)
    t.match(stdout, 'equal to the file')
    t.equal(hanrig('run', '--image', path, '--kind', 'gb-signed').exit, 2, 'GB is strict')
    if (name !== 'telink') t.equal(hanrig('run', '--image', path, '--strict').exit, 2)
  }
})
