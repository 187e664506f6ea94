// Whatever is wrong with a file or an option: a stable code, a sentence, a hint, exit 2, no stack trace, and no
// output file that was not there before.

import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { hanrigAll, jsonLines, MAIN } from '../helpers/hanrig.ts'

const GOOD = gbFixture({ size: 2_000 }).u8

function changed(change: (file: Buffer) => Uint8Array | undefined): Uint8Array {
  const file = Buffer.from(GOOD)
  return change(file) ?? file
}

/** Files by the code with which they are refused. */
const CASES: readonly (readonly [code: string, name: string, file: Uint8Array])[] = [
  ['HANRIG_IMAGE_EMPTY', 'empty.ota', new Uint8Array(0)],
  ['HANRIG_IMAGE_TRUNCATED', 'truncated.ota', changed(f => f.subarray(0, 1_500))],
  ['HANRIG_IMAGE_TRUNCATED', 'in-header.ota', changed(f => f.subarray(0, 30))],
  ['HANRIG_IMAGE_OVERSIZED', 'oversized.ota', changed(f => Buffer.concat([f, Buffer.of(0)]))],
  ['HANRIG_IMAGE_BAD_MAGIC', 'magic.ota', changed(f => void f.writeUInt8(0, 0))],
  ['HANRIG_IMAGE_BAD_HEADER_LENGTH', 'beyond.ota', changed(f => void f.writeUInt16LE(65_535, 6))],
  ['HANRIG_IMAGE_BAD_HEADER_LENGTH', 'short.ota', changed(f => void f.writeUInt16LE(56, 6))],
  ['HANRIG_IMAGE_BAD_TRAILER', 'trailer.ota', changed(f => void f.writeUInt8(0x41, f.length - 65))],
  [
    'HANRIG_IMAGE_NO_PAYLOAD',
    'header-only.ota',
    changed(f => {
      f.writeUInt32LE(60, 52)
      return f.subarray(0, 60)
    }),
  ],
  ['HANRIG_IMAGE_BAD_ELEMENT', 'element.ota', brokenStandard()],
  ['HANRIG_HEX_BAD_CHECKSUM', 'a.hex', Buffer.from(':0400000001020304F3\n:00000001FF\n')],
  ['HANRIG_HEX_BAD_RECORD', 'b.hex', Buffer.from(':0400000001020304F2\nhello\n:00000001FF\n')],
  ['HANRIG_HEX_NO_END', 'c.hex', Buffer.from(':0400000001020304F2\n')],
  ['HANRIG_SREC_BAD_CHECKSUM', 'a.srec', Buffer.from('S107000001020304EF\nS9030000FC\n')],
  ['HANRIG_SREC_NO_END', 'b.srec', Buffer.from('S107000001020304EE\n')],
]

/** Of these, what deviates and can be carried all the same, with a note; --strict refuses it with the code. */
const CARRIED: Readonly<Record<string, string>> = {
  'oversized.ota': 'trailing-octets',
  'magic.ota': 'name-misfit',
  'short.ota': 'header-short',
  'trailer.ota': 'trailer-misfit',
  'element.ota': 'element-misfit',
}
/** What has to be said for a file to be refused with its code. */
const asked = (name: string): string[] =>
  name === 'magic.ota' ? ['--format', 'ota'] : name in CARRIED ? ['--strict'] : []

/** A standard file whose one sub-element states more than there is. */
function brokenStandard(): Uint8Array {
  const file = Buffer.alloc(56 + 6 + 100)
  file.writeUInt32LE(0x0beef11e, 0)
  file.writeUInt16LE(0x0100, 4)
  file.writeUInt16LE(56, 6)
  file.writeUInt32LE(file.length, 52)
  file.writeUInt32LE(101, 58)
  return file
}

t.test('every damaged file has its code in check and inspect', async t => {
  const dir = t.testdir({})
  const commands = CASES.flatMap(([, name, file]) => {
    writeFileSync(join(dir, name), file)
    return ['check', 'inspect'].map(command => [
      ...['image', command, join(dir, name), '--json'],
      ...asked(name),
    ])
  })
  for (const [i, { exit, stdout, stderr }] of hanrigAll(commands).entries()) {
    const [code, name] = CASES[i >> 1]!
    t.equal(exit, 2, `${commands[i]![1]} ${name}`)
    t.match(jsonLines(stdout)[0], { name: 'error', code, exit: 2 })
    t.match(stderr, `error ${code}: `)
    t.match(stderr, '  hint: ')
    t.notMatch(stderr, /\bat .*:\d+:\d+/, 'no stack trace')
  }
  t.same(readdirSync(dir).sort(), CASES.map(([, name]) => name).sort(), 'and nothing was written')
})

t.test('run refuses a damaged image of a known format, and carries it when told to', async t => {
  const dir = t.testdir({})
  const commands = CASES.flatMap(([, name, file]) => {
    const path = join(dir, name)
    writeFileSync(path, file)
    return [
      ['run', '--image', path, '--json', ...asked(name)],
      ['run', '--image', path, '--format', 'raw', '--json'],
    ]
  })
  const results = hanrigAll(commands)
  for (const [i, [code, name]] of CASES.entries()) {
    const found = results[2 * i]!
    const asRaw = results[2 * i + 1]!
    t.equal(found.exit, 2, name)
    t.match(jsonLines(found.stdout)[0], { name: 'error', code })
    t.equal(asRaw.exit, code === 'HANRIG_IMAGE_EMPTY' ? 2 : 0, `${name} as raw octets`)
  }
})

t.test('what only deviates is carried with a note by every command', async t => {
  const dir = t.testdir({})
  const cases = CASES.filter(([, name]) => name in CARRIED)
  const commands = cases.flatMap(([, name, file]) => {
    const path = join(dir, name)
    writeFileSync(path, file)
    return [
      ['image', 'inspect', path, '--json'],
      ['image', 'check', path, '--json'],
      ['run', '--image', path, '--json'],
    ]
  })
  const results = hanrigAll(commands)
  for (const [i, [, name]] of cases.entries()) {
    const [inspected, checked, run] = results.slice(3 * i)
    const note = CARRIED[name]!
    for (const { exit, stdout } of [inspected!, checked!]) {
      t.equal(exit, 0, name)
      t.ok(
        jsonLines(stdout)[0].notes.some(({ code }: { code: string }) => code === note),
        name,
      )
    }
    // A device that takes signed GB images is as strict as GB is: it refuses what was read with a faulty header.
    t.equal(run!.exit, ['oversized.ota', 'short.ota'].includes(name) ? 1 : 0, name)
    t.match(run!.stderr, /^note: /m)
  }
})

t.test('a path that is no readable file has its own code', async t => {
  const dir = t.testdir({ 'secret.bin': 'x' })
  const file = join(dir, 'secret.bin')
  const cases: [code: string, args: string[]][] = [
    ['HANRIG_FILE_NOT_FOUND', ['image', 'check', join(dir, 'absent.bin')]],
    ['HANRIG_FILE_IS_DIRECTORY', ['image', 'inspect', dir]],
    ['HANRIG_FILE_IS_DIRECTORY', ['run', '--image', dir]],
    ['HANRIG_FILE_IS_DIRECTORY', ['image', 'split', dir, '--out', join(dir, 'x')]],
    ['HANRIG_FILE_NOT_FOUND', ['image', 'join', join(dir, 'absent'), '--out', join(dir, 'y')]],
    ['HANRIG_PART_NONE', ['image', 'join', dir, '--out', join(dir, 'y')]],
    ['HANRIG_FILE_UNWRITABLE', ['image', 'build', file, '--out', join(dir, 'no', 'where.ota')]],
    ['HANRIG_FILE_UNWRITABLE', ['run', '--report', join(file, 'x')]],
    ['HANRIG_STORE_UNUSABLE', ['run', '--store', join(file, 'x')]],
  ]
  // Root reads everything; elsewhere a file without permissions is unreadable.
  if (process.getuid?.() !== 0) {
    writeFileSync(join(dir, 'locked.bin'), 'x', { mode: 0 })
    cases.push(['HANRIG_FILE_UNREADABLE', ['image', 'check', join(dir, 'locked.bin')]])
  }
  const results = hanrigAll(cases.map(([, args]) => [...args, '--json']))
  for (const [i, { exit, stdout }] of results.entries()) {
    t.equal(exit, 2)
    t.match(jsonLines(stdout)[0], { name: 'error', code: cases[i]![0] })
  }
  t.notOk(readdirSync(dir).includes('y'))
})

t.test('a wrong option is named, with what is expected', async t => {
  const cases = [
    [['run', '--block-size', '0'], 'whole number from 1 to 65536'],
    [['run', '--block-size', '65537'], 'whole number from 1 to 65536'],
    [['run', '--loss', '1.5'], 'probability'],
    [['run', '--seed', 'x'], 'whole number'],
    [['run', '--profile', 'toaster'], 'There is no profile toaster'],
    [['run', '--wibble'], 'unknown option'],
    [['wibble'], 'unknown command'],
    [['image'], 'subcommand is missing'],
    [['image', 'split', 'x'], '--out'],
    [['image', 'check'], 'missing required argument'],
    [['image', 'check', 'x', '--kb', '1000.5'], 'one of 1000, 1024'],
  ] as const
  for (const [i, { exit, stderr }] of hanrigAll(cases.map(([args]) => args)).entries()) {
    t.equal(exit, 2, cases[i]![0].join(' '))
    t.match(stderr, 'error HANRIG_USAGE: ')
    t.match(stderr, cases[i]![1])
  }
})

t.test('a key that is none is refused before anything is written', async t => {
  const dir = t.testdir({ 'fw.bin': 'x', 'key.pem': 'not a key' })
  const at = (name: string) => join(dir, name)
  const results = hanrigAll([
    ['image', 'build', at('fw.bin'), '--out', at('o.ota'), '--sign', at('key.pem')],
    ['image', 'build', at('fw.bin'), '--out', at('o.ota'), '--signature', at('key.pem')],
    ['run', '--trust', at('key.pem')],
  ])
  for (const { exit, stderr } of results) {
    t.equal(exit, 2)
    t.match(stderr, 'HANRIG_KEY_UNUSABLE')
  }
  t.same(readdirSync(dir).sort(), ['fw.bin', 'key.pem'])
})

t.test('a named pipe is refused at every door, and nobody waits for who writes to it', async t => {
  const dir = t.testdir({
    'fw.bin': 'x',
    'home.yaml': 'name: a home\ndevices: { esme: { profile: esme } }\n',
  })
  const pipe = join(dir, 'pipe.yaml')
  execFileSync('mkfifo', [pipe])
  const home = join(dir, 'home.yaml')
  const image = join(dir, 'fw.bin')
  const doors = [
    ['run', pipe],
    ['run', home, pipe],
    ['run', '--resume', pipe],
    ['run', '--image', pipe],
    ['run', '--trust', pipe],
    ['run', home, '--board', 'esme=tag=x', '--pool', pipe],
    ['snapshot', pipe, '--at', '1 s', '--out', join(dir, 'out')],
    ['campaign', 'plan', pipe],
    ['image', 'inspect', pipe],
    ['image', 'split', pipe, '--out', join(dir, 'out')],
    ['image', 'build', image, '--out', join(dir, 'out'), '--sign', pipe],
    ['boards', '--pool', pipe],
    ['flash', pipe, '--port', 'virtual:wasm'],
    ['stick', pipe],
    ['stick', '--state', pipe, '--listen', 'tcp:127.0.0.1:0'],
  ]
  for (const [i, { exit, stderr, stdout }] of hanrigAll(doors).entries()) {
    t.equal(exit, 2, doors[i]!.join(' '))
    t.match(stderr + stdout, 'HANRIG_FILE_IS_PIPE', doors[i]!.join(' '))
  }
})

t.test('help and version are results, not errors', async t => {
  const commands = [['--help'], ['run', '--help'], ['image', 'split', '--help'], ['--version']]
  for (const { exit, stdout, stderr } of hanrigAll(commands)) {
    t.equal(exit, 0)
    t.ok(stdout.length > 4)
    t.equal(stderr, '')
  }
})

t.test('stdin is waited for', async t => {
  const script = '(sleep 1; cat "$3") | "$1" "$2" run /dev/stdin --tap'
  const scenario = join(MAIN, '../../scenarios/hcalcs.yaml')
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', script, 'sh', process.execPath, MAIN, scenario],
    { encoding: 'utf8' },
  )
  t.equal(status, 0, stderr)
  t.match(stdout, 'TAP version 14')
})
