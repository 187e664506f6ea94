// Calls that a signal ends: suites, pools, sockets that hang on a stick, readers that take nothing, a second signal.

import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import {
  boardScenario,
  heard,
  LONG,
  POOL,
  SIGNALS,
  SOON,
  silentPort,
  start,
} from '../helpers/cancel.ts'
import { hanrig, jsonLines, MAIN } from '../helpers/hanrig.ts'
import { Program } from '../helpers/hosts/process.ts'
import { shortDirectory, until } from '../helpers/processes.ts'

t.test('a suite: what was played, what was broken off, what was not played', async t => {
  for (const [i, signal] of SIGNALS.entries()) {
    const dir = shortDirectory(t)
    const files = ['a', 'b', 'c', 'd'].map(name => join(dir, `${name}.yaml`))
    for (const file of files) writeFileSync(file, LONG)
    // With boards they are played one at a time, in this thread.
    if (i === 0) for (const file of files) writeFileSync(file, boardScenario('virtual:wasm'))
    const [junit, report] = [join(dir, 'j.xml'), join(dir, 'report')]
    const program = start(
      ...['run', 'hcalcs', ...files, '--jobs', '2', '--junit', junit, '--report', report],
    )
    await heard(program, /^ok .*HCALCS|hcalcs/i)
    // The next are being played.
    await new Promise(resolve => setTimeout(resolve, 1_500))
    t.equal(await program.end(signal), 130)
    const xml = readFileSync(junit, 'utf8')
    const suites = xml.split('<testsuite ').slice(1)
    t.equal(suites.length, 5, 'all of them are in it')
    t.match(suites[0], /name="[^"]*" tests="\d+" failures="0" errors="0"/)
    t.match(suites[1], 'the run is played to its end')
    t.match(suites[4], /HANRIG_INTERRUPTED/)
    t.match(suites[4], /It was not played/)
    t.match(xml, /<\/testsuites>\n$/)
    t.equal(program.stdout.trimEnd().split('\n').length >= 5, true, 'a line for each')
    t.ok(existsSync(join(report, readdirSync(report)[0]!, 'report.html')))
  }
})

t.test('a suite as TAP and as JSON Lines', async t => {
  const dir = shortDirectory(t)
  const files = ['a', 'b', 'c'].map(name => join(dir, `${name}.yaml`))
  for (const file of files) writeFileSync(file, LONG)
  const began = async (...args: string[]) => {
    const program = start('run', 'hcalcs', ...files, ...args)
    await new Promise(resolve => setTimeout(resolve, 4_000))
    t.equal(await program.end(), 130)
    return program.stdout
  }
  const [tap, json] = await Promise.all([began('--tap'), began('--json')])
  t.match(tap, /1\.\.4/)
  t.match(tap, /not ok 4.*code: "HANRIG_INTERRUPTED"/s)
  t.match(jsonLines(json).at(-1), { name: 'error', code: 'HANRIG_INTERRUPTED', exit: 130 })
})

t.test('who waits for a board that another has', async t => {
  const dir = shortDirectory(t)
  const [pool, scenario, image] = ['pool.yaml', 'pooled.yaml', 'app.bin'].map(name =>
    join(dir, name),
  ) as [string, string, string]
  writeFileSync(pool, POOL)
  writeFileSync(scenario, boardScenario('{ tag: esme }'))
  writeFileSync(image, 'image')
  const holder = start('run', scenario, '--pool', pool, '--json')
  await heard(holder, 'board-ready')
  for (const signal of SIGNALS) {
    for (const args of [
      ['run', scenario, '--pool', pool, '--wait', '1 h'],
      ['flash', image, '--pool', pool, '--board', 'tag=esme', '--wait', '1 h'],
    ]) {
      const waiting = start(...args)
      await heard(waiting, 'waiting for bench-1')
      t.equal(await waiting.end(signal), 130, `${args[0]}: ${signal}`)
      t.match(waiting.stderr, 'HANRIG_INTERRUPTED')
    }
  }
  t.equal(await holder.end(), 130)
  t.same(readdirSync(join(dir, 'leases')), [])
})

t.test('ports that do not answer: boards', async t => {
  const silent = await silentPort(t)
  for (const signal of SIGNALS) {
    const program = start('boards', '-p', silent, '--timeout', '60s', '--json')
    await new Promise(resolve => setTimeout(resolve, 2_500))
    t.equal(await program.end(signal), 130)
    t.match(program.stderr, 'HANRIG_INTERRUPTED')
  }
})

t.test('a stick ends within a second, whatever hangs on it', async t => {
  const dir = shortDirectory(t)
  const program = start(
    'stick',
    '--json',
    '--listen',
    'tcp:127.0.0.1:0',
    '--record',
    join(dir, 'r'),
  )
  const port = await program.line('a port', SOON, line => /127\.0\.0\.1:(\d+)/.exec(line)?.[1])
  // None of them ever says goodbye, nor heeds that the other side does.
  const sockets = Array.from({ length: 5 }, () =>
    connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true }),
  )
  await Promise.all(sockets.map(socket => once(socket, 'connect')))
  for (const socket of sockets) socket.on('error', () => {})
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
  })
  // Who says something first has the stick, and the next who does is refused.
  for (const socket of sockets) socket.write(Uint8Array.of(0xfe))
  await heard(program, 'host-refused')
  const began = performance.now()
  t.equal(await program.end('SIGINT'), 0)
  const took = performance.now() - began
  t.ok(took < 1_000, `${took} ms`)
  t.match(jsonLines(program.stdout).at(-1), { name: 'stick-report' })
  t.ok(existsSync(join(dir, 'r')))
})

t.test('a stick hears the signal with its first word', async t => {
  for (let i = 0; i < 5; i++) {
    const program = start('stick', '--json', '--listen', 'tcp:127.0.0.1:0')
    await heard(program, 'stick-listening')
    t.equal(await program.end('SIGINT'), 0)
  }
})

t.test('a second signal ends it at once and leaves no half a file', async t => {
  for (const signal of SIGNALS) {
    const dir = shortDirectory(t)
    for (const args of [
      ['run', join(dir, 'long.yaml'), '--pcap', join(dir, 'x.pcapng')],
      ['flash', MAIN, '-p', 'virtual:wasm?baud=9600'],
      ['campaign', 'simulate', '--engine', 'events', '--workers', '2'],
    ]) {
      writeFileSync(join(dir, 'long.yaml'), LONG)
      const program = start(...args)
      await heard(program, /block|devices/)
      const ended = program.end(signal)
      await heard(program, 'stopping')
      await program.end(signal)
      const exit = await ended
      // Node hears nothing any more once it is on its way out: then the signal does what it does by default.
      t.ok(exit === 130 || exit === null, `${args[0]}: ${signal}: ${exit}`)
      t.same(
        readdirSync(dir).filter(each => each.startsWith('.')),
        [],
      )
    }
  }
})

t.test('a reader that takes nothing keeps nobody', async t => {
  const dir = shortDirectory(t)
  const [fifo, file] = [join(dir, 'fifo'), join(dir, 'long.yaml')]
  spawnSync('mkfifo', [fifo])
  writeFileSync(file, LONG)
  const reader = new Program('bash', ['-c', `exec 3< "$1"; echo open; sleep 600`, 'bash', fifo])
  const program = start('run', file, '--pcap', fifo)
  await heard(reader, 'open')
  await heard(program, /HAN +ESME downloads/)
  await new Promise(resolve => setTimeout(resolve, 2_000))
  const began = performance.now()
  t.equal(await program.end('SIGINT'), 2)
  t.ok(performance.now() - began < 10_000)
  t.match(program.stderr, /HANRIG_FILE_UNWRITABLE: \S+fifo: nobody reads it/)
  t.match(program.stdout, 'verdict')
  await reader.end('SIGKILL')
})

t.test('what waits for its input is ended too', async t => {
  const fifo = join(shortDirectory(t), 'fifo')
  spawnSync('mkfifo', [fifo])
  // Who has both ends of it open waits for ever.
  const stdin = ['-c', 'exec 0<> "$1"; shift; exec "$@"', 'bash', fifo]
  for (const args of [
    ['run', '/dev/stdin'],
    ['flash', '/dev/stdin', '-p', 'virtual:wasm'],
    ['campaign', 'simulate', '-'],
    ['alerts', '-'],
    ['alerts', fifo],
    ['alerts', '--list', '-', MAIN],
  ]) {
    const program = new Program('bash', [...stdin, process.execPath, MAIN, ...args])
    await new Promise(resolve => setTimeout(resolve, 2_000))
    const began = performance.now()
    const exit = await program.end('SIGINT')
    // Nothing was begun: where the thread itself waits, the signal ends the process.
    t.ok(exit === 130 || exit === null, `${args.join(' ')}: ${exit}`)
    t.ok(performance.now() - began < 9_000)
  }
})

t.test('a terminal that is gone: SIGHUP, and nobody to write to', async t => {
  const dir = shortDirectory(t)
  const [file, junit] = [join(dir, 'long.yaml'), join(dir, 'j.xml')]
  writeFileSync(file, LONG)
  const command = `${process.execPath} ${MAIN} run ${file} --junit ${junit}`
  const terminal = new Program('socat', ['-u', `EXEC:"${command}",pty,setsid,ctty`, 'STDOUT'])
  await heard(terminal, /SRV 11.1/)
  await new Promise(resolve => setTimeout(resolve, 500))
  await terminal.end('SIGKILL')
  await until(() => existsSync(junit), SOON)
  t.match(readFileSync(junit, 'utf8'), /the run is played to its end.*<\/testsuites>/s)
})

t.test('and afterwards everything can be had again', async t => {
  const dir = shortDirectory(t)
  const store = join(dir, 'store')
  const file = join(dir, 'long.yaml')
  writeFileSync(file, LONG)
  const program = start('run', file, '--store', store)
  await heard(program, /block \d|complete/)
  t.equal(await program.end('SIGTERM'), 130)
  t.equal(hanrig('run', 'hcalcs', '--store', store).exit, 0)
})
