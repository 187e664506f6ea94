// `hanrig stick` as a user runs it: it listens, a host comes and is told of, a second is refused, ctrl-C ends it with a
// report; what it keeps is there the next time; what cannot be is refused.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { tell, tellReport } from '#cli/stick/tell'
import { hanrig, jsonLines, MAIN } from '../../helpers/hanrig.ts'
import { problemsOf } from '../../helpers/trace-schema.ts'

interface Running {
  readonly child: ChildProcess
  readonly port: number
  stdout: string
}

/** Starts a stick on a free port; it is ended with the test whatever happens. */
async function start(t: Test, ...args: string[]): Promise<Running> {
  const child = spawn(
    process.execPath,
    [MAIN, 'stick', '--json', '--listen', 'tcp:127.0.0.1:0', ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  t.teardown(() => child.kill('SIGKILL'))
  const running = { child, port: 0, stdout: '' }
  child.stdout!.on('data', octets => {
    running.stdout += octets
  })
  await until(() => running.stdout.includes('stick-listening'))
  running.port = Number(/tcp:\/\/127\.0\.0\.1:(\d+)/.exec(running.stdout)![1])
  return running
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 600 && !condition(); i++) await new Promise(done => setTimeout(done, 50))
  if (!condition()) throw new Error('it did not come about in 30 s')
}

/** Stops it as ctrl-C does; its exit code. */
async function stop({ child }: Running): Promise<number> {
  const gone = once(child, 'exit')
  child.kill('SIGINT')
  const [code] = await gone
  return code
}

async function host(port: number): Promise<Socket & { said: string }> {
  const socket = Object.assign(connect(port, '127.0.0.1'), { said: '' })
  socket.on('data', octets => {
    socket.said += octets.toString('latin1')
  })
  await once(socket, 'connect')
  return socket
}

const hex = (socket: { said: string }): string => Buffer.from(socket.said, 'latin1').toString('hex')

t.test('a host, a second one, ctrl-C', async t => {
  const running = await start(t, '--devices', '2')
  const first = await host(running.port)
  first.write(Buffer.from('effe00210120fe0021f0d1', 'hex'))
  await until(() => hex(first).includes('fe0261017906') && hex(first).includes('600002'))
  const second = await host(running.port)
  await once(second, 'close')
  t.match(second.said, 'another host has this stick')
  first.destroy()
  await until(() => running.stdout.includes('host-gone'))
  t.equal(await stop(running), 0)
  const events = jsonLines(running.stdout)
  t.same(events.flatMap(problemsOf), [])
  t.match(
    events.map(({ name }) => name),
    [
      'stick-listening',
      'host-connected',
      'host-unknown',
      'host-refused',
      'host-gone',
      'stick-report',
    ],
  )
  t.match(events[4], { frames: 2, malformed: 0, noise: 1 })
  t.match(events.at(-1).devices, [{ name: 'esme' }, { name: 'esme-2', blocks: 0 }])
})

t.test('what it keeps: the network, and who is in it', async t => {
  const state = join(t.testdir({}), 'state')
  const one = await start(t, '--state', state)
  const first = await host(one.port)
  first.write(Buffer.from('fe012f05042f', 'hex'))
  first.write(Buffer.from('fe0525360ffcff3c0127', 'hex'))
  await until(() => one.stdout.includes('device-announced'))
  t.equal(await stop(one), 0)
  t.ok(existsSync(state))
  const other = await start(t, '--state', state)
  const again = await host(other.port)
  again.write(Buffer.from('fe022540000067', 'hex'))
  await until(() => other.stdout.includes('network-formed'))
  t.match(jsonLines(other.stdout), [
    { name: 'stick-listening' },
    { name: 'power-restored' },
    { name: 'booted' },
    {},
    {},
  ])
  t.match(other.stdout, '"resumed":true')
  t.equal(await stop(other), 0)

  const refused = (...args: string[]) => hanrig('stick', '--state', state, ...args)
  t.match(refused('--devices', '2'), { exit: 2, stderr: /HANRIG_STICK_STATE_UNUSABLE.*devices/ })
  t.match(refused('--protocol', 'deconz'), { exit: 2, stderr: /protocol/ })
  writeFileSync(state, 'nonsense')
  t.match(refused(), { exit: 2, stderr: /HANRIG_STICK_STATE_UNUSABLE/ })
  t.equal(readFileSync(state, 'utf8'), 'nonsense', 'what is not read is not written over')
  const nowhere = [
    'stick',
    '--listen',
    'tcp:127.0.0.1:0',
    '--state',
    join(state, '..', 'no', 'state'),
  ]
  t.match(hanrig(...nowhere), { exit: 2, stderr: /HANRIG_FILE_UNWRITABLE/ }, 'at the start')
})

t.test('a signal in the middle: it ends within a second, and all is written', async t => {
  const directory = t.testdir({})
  const state = join(directory, 'state')
  const record = join(directory, 'record')
  const running = await start(t, '--state', state, '--record', record)
  const first = await host(running.port)
  first.write(Buffer.from('fe012f05042f', 'hex'))
  first.write(Buffer.from('fe0525360ffcff3c0127', 'hex'))
  await until(() => running.stdout.includes('device-announced'))
  // Turned away, and hanging on: their own ends stay open.
  for (let i = 0; i < 20; i++) {
    connect({ port: running.port, host: '127.0.0.1', allowHalfOpen: true })
      .on('error', () => {})
      .resume()
  }
  await until(() => running.stdout.split('host-refused').length > 20)
  const began = performance.now()
  t.equal(await stop(running), 0)
  t.ok(performance.now() - began < 1_000, `${performance.now() - began} ms`)
  t.ok(existsSync(state))
  t.match(readFileSync(record, 'utf8'), /^> \d+ fe012f05042f/m)
  t.match(jsonLines(running.stdout).at(-1), { name: 'stick-report', devices: [{ name: 'esme' }] })
})

t.test(
  'when the state can no longer be saved it ends with that, and the old one stays',
  async t => {
    const directory = t.testdir({ kept: {} })
    const state = join(directory, 'kept', 'state')
    const running = await start(t, '--state', state)
    await until(() => existsSync(state))
    const before = readFileSync(state)
    renameSync(join(directory, 'kept'), join(directory, 'away'))
    const gone = once(running.child, 'exit')
    const first = await host(running.port)
    first.write(Buffer.from('fe012f05042f', 'hex'))
    t.equal((await gone)[0], 2)
    const errors = jsonLines(running.stdout).filter(({ name }) => name === 'error')
    t.match(errors, [{ code: 'HANRIG_FILE_UNWRITABLE' }])
    t.ok(before.equals(readFileSync(join(directory, 'away', 'state'))))
    first.destroy()
  },
)

t.test('what devices take is told at the start, what they did wrong at the end', async t => {
  const home = join(t.testdir({}), 'home.yaml')
  const meter = '{ profile: esme, wrong: [{ what: ends-with, status: 0x95 }] }'
  writeFileSync(home, `name: wrong\ngeneration: smets2\ndevices: { meter: ${meter} }\n`)
  const running = await start(t, home)
  let notes = ''
  running.child.stderr!.on('data', octets => {
    notes += octets
  })
  await until(() => notes.includes('refused after its download'))
  t.match(notes, 'meter takes gb-signed images of manufacturer 0x121d, type 0x0000')
  t.equal(await stop(running), 0)
  const report = jsonLines(running.stdout).at(-1)
  t.match(report.devices, [{ name: 'meter', wrong: [{ what: 'ends-with', times: 0 }] }])
  const told = tellReport([{ ...report.devices[0], wrong: [{ what: 'ends-with', times: 2 }] }])
  t.match(told, /wrong on purpose: ends-with 2 times/)
  const at = { t: 0, source: 'stick' }
  t.match(tell({ ...at, name: 'confirm-withheld', number: 7 }), /confirm +no\. 7 is not given/)
  const why = 'text'
  t.match(tell({ ...at, name: 'host-refused', from: 'x', why }), /x speaks text/)
})

t.test('the devices and faults of a scenario', async t => {
  const running = await start(t, 'smets2-esme-gsme')
  t.match(jsonLines(running.stdout)[0], { devices: 2 })
  t.equal(await stop(running), 0)
})

t.test('a device file, where there is socat; else it is said what is missing', async t => {
  const path = join(t.testdir({}), 'tty')
  const hasSocat = spawnSync('socat', ['-V']).status === 0
  const args = ['--listen', 'tcp:127.0.0.1:0', '--pty', path]
  if (!hasSocat) {
    t.match(hanrig('stick', ...args), { exit: 2, stderr: /HANRIG_STICK_PTY_UNAVAILABLE.*socat/s })
    return
  }
  const running = await start(t, '--pty', path)
  await until(() => existsSync(path))
  const { stdout } = spawnSync(
    'sh',
    [
      '-c',
      `exec 3<>${path}; printf '\\376\\000\\041\\001\\040' >&3; timeout 2 head -c 7 <&3 | od -An -tx1`,
    ],
    { encoding: 'utf8' },
  )
  t.match(stdout, 'fe 02 61 01 79 06')
  t.equal(await stop(running), 0)
  t.notOk(existsSync(path), 'it is gone with the stick')
})

t.test('what cannot be', async t => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as { port: number }
  t.match(hanrig('stick', '--listen', `tcp:127.0.0.1:${port}`), {
    exit: 6,
    stderr: /HANRIG_STICK_PORT_IN_USE/,
  })
  t.match(hanrig('stick', '--listen', 'tcp:192.0.2.1:1'), {
    exit: 2,
    stderr: /HANRIG_STICK_PORT_UNUSABLE/,
  })
  for (const listen of ['20108', 'udp:127.0.0.1:1', 'tcp:127.0.0.1:70000', 'tcp:127.0.0.1']) {
    t.match(hanrig('stick', '--listen', listen), { exit: 2, stderr: /must be tcp:ADDRESS:PORT/ })
  }
  t.match(hanrig('stick', '--confirm', 'x'), { exit: 2, stderr: /must be a number and a status/ })
  t.match(hanrig('stick', 'page-mode', '--page', '100'), {
    exit: 2,
    stderr: /--page describes the devices on the desk/,
  })
  t.match(hanrig('stick', '--profile', 'esmee'), { exit: 2, stderr: /There is no profile esmee/ })
  t.match(hanrig('stick', '--image', 'nowhere.ota'), { exit: 2, stderr: /FILE_NOT_FOUND/ })
})
