// flash, boards and doctor as a user meets them: virtual boards, exit codes, JSON Lines, ctrl-C.

import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { findingsText } from '#cli/doctor/command'
import { fail, ok, warn } from '#cli/doctor/finding'
import { checkClock, checkDisk } from '#cli/doctor/machine'
import { checkLocks, checkPort, checkPty } from '#cli/doctor/ports'
import { checkNode } from '#cli/doctor/software'
import { choosePorts } from '#cli/flash/choose'
import { hanrig, jsonLines, MAIN } from '../helpers/hanrig.ts'
import { seeded } from '../helpers/octets.ts'

t.setTimeout(600_000)

const QUICK = 'flashSize=1048576'

t.test('two boards at once, and again: nothing is left to do', async t => {
  const dir = t.testdir()
  const file = join(dir, 'app.bin')
  writeFileSync(file, seeded(50_000, 1))
  const ports = ['a', 'b'].map(name => `virtual:wasm?${QUICK}&flash=${join(dir, name)}#${name}`)
  // Progress is told of what takes longer than a second.
  const slow = ['--file-version', '0x01020304', '--activation', '1200']
  const args = ['flash', file, ...slow, ...ports.flatMap(p => ['--port', p])]
  const first = hanrig(...args)
  t.equal(first.exit, 0, first.stderr)
  t.match(first.stdout, /verified; runs 0x00000000 -> 0x01020304/)
  t.match(first.stdout, /2 of 2 boards/)
  t.match(first.stderr, /#a +done/)
  const again = hanrig(...args, '--json')
  const events = jsonLines(again.stdout)
  t.equal(events.filter(event => event.name === 'begin').length, 2)
  for (const end of events.filter(event => event.name === 'end')) {
    t.match(end, { ok: true, already: true, sent: 0, version: 0x01020304, protocol: 'agent' })
  }
  t.match(events.at(-1), { name: 'verdict', ok: true, boards: 2, exit: 0 })

  writeFileSync(join(dir, 'older.bin'), seeded(20_000, 2))
  const older = hanrig(
    'flash',
    join(dir, 'older.bin'),
    '--file-version',
    '1',
    '-p',
    ports[0]!,
    '--json',
  )
  t.equal(older.exit, 5)
  t.match(jsonLines(older.stdout).at(-2), { ok: false, error: { code: 'HANRIG_BOARD_DOWNGRADE' } })
})

t.test('the exit code is that of the worst board', async t => {
  const file = join(t.testdir(), 'app.bin')
  writeFileSync(file, seeded(20_000, 1))
  const ran = hanrig('flash', file, '-p', `virtual:wasm?${QUICK}`, '-p', '/dev/no-such-tty')
  t.equal(ran.exit, 2)
  t.match(ran.stdout, /HANRIG_PORT_NOT_FOUND/)
  t.match(ran.stdout, /1 of 2 boards/)
  t.equal(hanrig('flash', file, '-p', 'nonsense').exit, 2)
  t.equal(hanrig('flash', join(file, 'no'), '-p', 'virtual:wasm').exit, 2)
})

t.test(
  'ctrl-C ends it with 130; the next call sends what is missing and no more',
  { timeout: 60_000 },
  async t => {
    const dir = t.testdir()
    const file = join(dir, 'app.bin')
    writeFileSync(file, seeded(60_000, 3))
    const port = (baud: number) => `virtual:wasm?${QUICK}&baud=${baud}&flash=${join(dir, 'flash')}`
    const child = spawn(process.execPath, [MAIN, 'flash', file, '-p', port(115_200), '--json'])
    let stdout = ''
    let interrupted = false
    child.stdout.on('data', chunk => {
      stdout += chunk
      if (!interrupted && /"blocks":[1-9]/.test(stdout)) interrupted = child.kill('SIGINT')
    })
    t.equal(await new Promise(resolve => child.on('exit', resolve)), 130)
    const stopped = jsonLines(stdout).find(event => event.name === 'end')
    t.match(stopped, { ok: false, error: { code: 'HANRIG_INTERRUPTED' } })
    const done = jsonLines(stdout).findLast(event => event.name === 'progress').blocks
    t.ok(done > 0)
    const next = jsonLines(hanrig('flash', file, '-p', port(0), '--json').stdout).at(-2)
    t.match(next, { name: 'end', ok: true, running: true })
    t.ok(next.heldBefore >= done, `${next.heldBefore} blocks were there`)
    t.equal(next.sent, next.blocks - next.heldBefore)
  },
)

t.test('no guess between ports', async t => {
  const usb = (path: string) => ({ path, vendor: 'FTDI', vendorId: '0403' })
  t.same(await choosePorts(['a', 'b']), ['a', 'b'])
  t.same(await choosePorts(undefined, async () => [usb('/dev/ttyUSB0'), { path: '/dev/ttyS0' }]), [
    '/dev/ttyUSB0',
  ])
  for (const [named, ports, says] of [
    [['a', 'a'], [], /named twice/],
    [undefined, [], /no serial device/],
    [undefined, [usb('/dev/ttyUSB0'), usb('/dev/ttyUSB1')], /ttyUSB0 \(FTDI\), .*ttyUSB1/],
    [undefined, [{ path: '/dev/ttyS0' }], /ttyS0/],
  ] as const) {
    await t.rejects(
      choosePorts(named, async () => [...ports]),
      { code: 'HANRIG_PORT_CHOICE', message: says },
    )
  }
})

t.test('boards: the virtual ones answer; a port that is missing says so', async t => {
  const ran = hanrig(
    'boards',
    '--json',
    '-p',
    'virtual:wasm',
    '-p',
    '/dev/no-such-tty',
    '--timeout',
    '3000',
  )
  t.equal(ran.exit, 0)
  const [wasm, missing] = jsonLines(ran.stdout)
  t.match(wasm, {
    port: 'virtual:wasm',
    answered: 'agent',
    board: { name: 'virtual wasm', agent: /\d/ },
  })
  t.match(missing, { answered: null, error: { code: 'HANRIG_PORT_NOT_FOUND' } })
  t.match(
    hanrig('boards', '-p', 'virtual:wasm').stdout,
    /virtual:wasm .* agent [\d.]+, virtual wasm, .* slot/,
  )
  t.match(hanrig('boards', '--no-probe').stdout, /virtual:wasm +hanrig +-/)
})

t.test('doctor: every finding that is not well has a fix', async t => {
  const ran = hanrig('doctor', '--json')
  const findings = jsonLines(ran.stdout)
  t.equal(ran.exit, findings.some(finding => finding.level === 'fail') ? 1 : 0)
  for (const { level, fix, about } of findings) t.ok(level === 'ok' || fix.length > 0, about)
  t.ok(findings.some(finding => finding.about === 'node'))

  t.equal(checkNode('26.5.0').level, 'fail')
  t.equal(checkClock(0).level, 'fail')
  t.equal(checkClock(Date.now(), true).level, 'ok')
  t.equal(checkPty(join(t.testdirName, 'ptmx')).level, 'warn')
  t.ok(checkDisk().every(finding => finding.about === 'disk'))
  const dir = t.testdir({ locks: { 'LCK..ttyUSB9': '4194305\n' }, tty: '' })
  t.match(checkLocks(join(dir, 'locks')), [{ level: 'warn', fix: /sudo rm .*LCK..ttyUSB9/ }])
  t.equal(checkPort(join(dir, 'tty')).level, 'ok')
  t.match(
    findingsText([ok('a', 'well'), warn('bb', 'so', 'do this'), fail('c', 'ill', 'do that')]),
    /^ok {4}a {3}well\nwarn {2}bb {2}so\n +fix: do this\nfail {2}c {3}ill\n +fix: do that\n$/,
  )
})

t.test(
  'flash says what it takes a file for before the first octet, and refuses what it cannot be',
  async t => {
    const dir = t.testdir({
      'lfs.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 4096\n`,
      'fw.hex': '; by hand\n:0400100001020304E2\n:00000001FF\n',
    })
    const uf2 = Buffer.alloc(512)
    uf2.writeUInt32LE(0x0a324655, 0)
    uf2.writeUInt32LE(0x9e5d5157, 4)
    uf2.writeUInt32LE(0x0ab16f30, 508)
    writeFileSync(join(dir, 'fw.uf2'), uf2)
    const port = `virtual:wasm?${QUICK}&flash=${join(dir, 'board')}`
    const flash = (name: string, ...args: string[]) =>
      hanrig('flash', join(dir, name), '-p', port, ...args)

    const refused = flash('lfs.bin', '--json')
    t.equal(refused.exit, 2)
    t.match(jsonLines(refused.stdout), [{ name: 'error', code: 'HANRIG_IMAGE_NOT_FIRMWARE' }])
    const drive = flash('fw.uf2')
    t.equal(drive.exit, 5)
    t.match(drive.stderr, /^error HANRIG_IMAGE_OTHER_LOADER: The image is a UF2 file, /m)

    const told = flash('fw.hex')
    t.equal(told.exit, 0, told.stderr)
    t.match(
      told.stderr,
      /^image fw\.hex: Intel HEX, 4 B from 0x00000010 on\nnote: Comment lines are passed over, in line 1\.\n/,
    )
    const [begin] = jsonLines(flash('fw.hex', '--json').stdout)
    t.match(begin, {
      name: 'begin',
      format: 'hex',
      base: 16,
      notes: [{ code: 'comment-lines', line: 1 }],
    })
    const raw = jsonLines(flash('fw.uf2', '--format', 'raw', '--json').stdout)
    t.match(raw[0], { name: 'begin', format: 'raw', size: 512, notes: [] })
    t.match(raw.at(-1), { name: 'verdict', ok: true })
  },
)
