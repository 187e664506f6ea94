// Whatever an option names as an output: a file is replaced whole and stays what it was, everything else is written as it
// comes; all of it is looked at before the work begins, and what cannot be is said by name.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { hanrig, hanrigAll, jsonLines, MAIN, type Ran } from '../helpers/hanrig.ts'
import { PLAINLY } from '../helpers/hosts/process.ts'
import { shortDirectory, until } from '../helpers/processes.ts'

const RUN = ['run', 'hcalcs', '--tap']
const isRoot = process.getuid!() === 0
/** Nobody, who owns nothing. */
const NOBODY = 65_534

/** What is as it was written, and nothing beside it. */
function leftovers(dir: string): string[] {
  return readdirSync(dir).filter(name => name.startsWith('.'))
}

function shell(script: string, ...args: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(
    PLAINLY[0],
    [...PLAINLY.slice(1), 'bash', '-c', script, 'bash', ...args],
    {
      encoding: 'utf8',
      env: { ...process.env, NODE: process.execPath, MAIN, NO_COLOR: '1' },
    },
  )
  return { exit: status, stdout, stderr }
}

/** The command line as a user who is not root. */
function asPlainUser(...args: string[]): Ran {
  const plain = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups']
  const [command, ...first] = isRoot ? ['setpriv', ...plain, process.execPath] : [process.execPath]
  const { status, stdout, stderr } = spawnSync(command!, [...first, MAIN, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
  return { exit: status, stdout, stderr }
}

t.test('a file is replaced whole and keeps its mode and owner; links are followed', async t => {
  const dir = shortDirectory(t)
  const [file, link, far, dangling] = ['a.xml', 'link.xml', 'far', 'dangling.xml'].map(name =>
    join(dir, name),
  ) as [string, string, string, string]
  writeFileSync(file, 'before')
  chmodSync(file, 0o640)
  if (isRoot) chownSync(file, 1234, 2345)
  const { uid, gid } = statSync(file)
  mkdirSync(far)
  symlinkSync(file, link)
  symlinkSync('far/new.xml', dangling)
  t.equal(hanrig(...RUN, '--junit', link).exit, 0)
  t.match(readFileSync(file, 'utf8'), /^<\?xml.*<\/testsuites>\n$/s)
  t.equal(statSync(file).mode & 0o777, 0o640)
  t.match(statSync(file), { uid, gid })
  t.ok(lstatSync(link).isSymbolicLink())
  t.equal(hanrig(...RUN, '--junit', dangling).exit, 0)
  t.match(readFileSync(join(far, 'new.xml'), 'utf8'), '<?xml')
  t.equal(statSync(join(far, 'new.xml')).mode & 0o777, 0o666 & ~process.umask())
  symlinkSync('round.xml', join(dir, 'round.xml'))
  t.match(hanrig(...RUN, '--junit', join(dir, 'round.xml')), {
    exit: 2,
    stderr: /HANRIG_FILE_UNWRITABLE.*circle/,
  })
  t.same([...leftovers(dir), ...leftovers(far)], [])
})

t.test('a device stays a device; one that takes nothing is named', async t => {
  const before = statSync('/dev/null')
  const { exit } = hanrig(...RUN, '--junit', '/dev/null', '--pcap', '/dev/null')
  t.equal(exit, 0)
  t.match(statSync('/dev/null'), { rdev: before.rdev, ino: before.ino, mode: before.mode })
  const dir = t.testdir({})
  const full = hanrig(...RUN, '--pcap', '/dev/full', '--junit', join(dir, 'j.xml'))
  t.match(full, { exit: 2, stderr: /HANRIG_FILE_UNWRITABLE: \/dev\/full: no space left/ })
  t.match(full.stdout, 'TAP version 14')
  t.match(readFileSync(join(dir, 'j.xml'), 'utf8'), '</testsuites>', 'the other one is written')
})

t.test('the reader of a FIFO sees one stream, as it comes, whoever was there first', async t => {
  const dir = shortDirectory(t)
  const [fifo, file] = [join(dir, 'fifo'), join(dir, 'file.pcapng')]
  spawnSync('mkfifo', [fifo])
  t.equal(hanrig(...RUN, '--pcap', file).exit, 0)
  const run = spawn(process.execPath, [MAIN, ...RUN, '--pcap', fifo], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  run.stderr.on('data', octets => (said += octets))
  run.stdout.resume()
  await until(() => said.includes(`waiting for a reader of ${fifo}`), 60_000)
  const { stdout: read } = spawnSync('cat', [fifo], { maxBuffer: 1e9 })
  if (run.exitCode === null) await once(run, 'exit')
  t.equal(run.exitCode, 0)
  t.ok(read.equals(readFileSync(file)), 'the same octets as in a file')

  const zipped = shell(
    '"$NODE" "$MAIN" run hcalcs --tap --junit >(gzip > "$1"); sleep 0.5',
    `${file}.gz`,
  )
  t.equal(zipped.exit, 0)
  await until(() => existsSync(`${file}.gz`) && statSync(`${file}.gz`).size > 0)
  t.match(spawnSync('zcat', [`${file}.gz`], { encoding: 'utf8' }).stdout, '</testsuites>')

  const gone = shell('"$NODE" "$MAIN" run ppmid-fleet --tap --pcap >(head -c 10 >/dev/null)')
  t.match(gone, { exit: 2, stderr: /HANRIG_FILE_UNWRITABLE.*whoever read it is gone/ })
  t.match(gone.stdout, 'TAP version 14', 'and the run goes to its end')
})

t.test('a socket', async t => {
  const path = join(shortDirectory(t), 'socket')
  let heard = ''
  const server = createServer(socket => socket.on('data', octets => (heard += octets)))
  server.listen(path)
  await once(server, 'listening')
  const run = spawn(process.execPath, [MAIN, ...RUN, '--junit', path], { stdio: 'ignore' })
  const [code] = await once(run, 'exit')
  t.equal(code, 0)
  await until(() => heard.endsWith('</testsuites>\n'))
  server.close()
  await once(server, 'close')
  // One whose owner was killed.
  const script = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 9))`
  spawnSync(process.execPath, ['-e', script, path])
  t.ok(statSync(path).isSocket())
  t.match(hanrig(...RUN, '--junit', path), {
    exit: 2,
    stderr: /HANRIG_FILE_UNWRITABLE: \S+socket: connection refused/,
  })
})

/** Command lines that write the file FILE. */
function writers(dir: string): string[][] {
  const app = join(dir, 'app.bin')
  const parts = join(dir, 'parts')
  writeFileSync(app, Buffer.alloc(5_000, 7))
  hanrig('image', 'split', app, '--out', parts)
  const ota = join(dir, 'app.ota')
  hanrig('image', 'build', app, '--out', ota)
  return [
    ['run', 'hcalcs', '--junit', 'FILE'],
    ['run', 'hcalcs', '--pcap', 'FILE'],
    ['snapshot', 'hcalcs', '--at', '1 min', '--out', 'FILE'],
    ['snapshot', 'hcalcs', '--at', '1 min', '--out', join(dir, 's'), '--pcap', 'FILE'],
    ['image', 'build', app, '--out', 'FILE'],
    ['image', 'join', parts, '--out', 'FILE'],
    ['image', 'unwrap', ota, '--out', 'FILE'],
    ['alerts', '--devices', '1000', '--days', '1', '--out', 'FILE'],
    ['alerts', 'generate', '--devices', '1000', '--days', '1', '--out', 'FILE'],
    ['campaign', 'plan', '--csv', 'FILE'],
  ]
}

const withFile = (args: readonly string[], file: string) =>
  args.map(word => (word === 'FILE' ? file : word))

t.test('- is stdout, in every option; what else is said goes to stderr', async t => {
  const dir = t.testdir({})
  const file = join(dir, 'out')
  for (const args of writers(dir)) {
    const what = args.join(' ')
    t.equal(hanrig(...withFile(args, file)).exit, 0, what)
    for (const name of ['-', '/dev/stdout']) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [MAIN, ...withFile(args, name)],
        { maxBuffer: 1e9 },
      )
      t.equal(status, 0, what)
      t.ok(stdout.equals(readFileSync(file)), `${what}: ${name} has what a file has`)
      if (!args.includes('generate')) t.ok(stderr.length > 0, what)
    }
  }
})

t.test('stdout is for one of them', async t => {
  const two: [string, string[]][] = [
    ['--json and --junit', ['run', 'hcalcs', '--json', '--junit', '-']],
    ['--tap and --pcap', ['run', 'hcalcs', '--tap', '--pcap', '-']],
    ['--junit and --pcap', ['run', 'hcalcs', '--junit', '-', '--pcap', '/dev/stdout']],
    ['--out and --pcap', ['snapshot', '--at', '1min', '--out', '-', '--pcap', '-']],
    ['--json and --csv', ['campaign', 'plan', '--json', '--csv', '-']],
    ['--json and --out', ['alerts', '--json', '--out', '-']],
    ['--json and --record', ['stick', '--json', '--record', '-']],
    ['--store wants a directory', ['run', '--store', '-']],
    ['directory is wanted', ['run', '--report', '-']],
    ['directory is wanted', ['campaign', 'plan', '--report', '-']],
    ['directory is wanted', ['campaign', 'simulate', '--csv', '-']],
    ['directory is wanted', ['alerts', '--report', '-']],
    ['directory is wanted', ['image', 'split', MAIN, '--out', '-']],
  ]
  const results = hanrigAll(two.map(([, args]) => args))
  for (const [i, [what, args]] of two.entries()) {
    t.match(results[i]!.stderr, 'HANRIG_USAGE', args.join(' '))
    t.match(results[i]!.stderr, what)
    t.equal(results[i]!.exit, 2)
  }
  t.notOk(existsSync('-'))
})

t.test('a descriptor that the shell opened is written on where it is', async t => {
  const dir = t.testdir({ out: 'before\n', three: '' })
  const into = (redirect: string, name: string) =>
    shell(`"$NODE" "$MAIN" run hcalcs --junit ${name} ${redirect}`, dir).exit
  t.equal(into('>> "$1/out" 2>/dev/null', '/dev/stdout'), 0)
  t.match(readFileSync(join(dir, 'out'), 'utf8'), /^before\n<\?xml/)
  t.equal(into('3> "$1/three" >/dev/null', '/dev/fd/3'), 0)
  t.match(readFileSync(join(dir, 'three'), 'utf8'), /^<\?xml.*<\/testsuites>\n$/s)
  t.match(hanrig(...RUN, '--junit', '/dev/stderr').stderr, '</testsuites>')
  t.match(hanrig(...RUN, '--junit', '/dev/fd/77'), { exit: 2, stderr: /HANRIG_FILE_UNWRITABLE/ })
  t.equal(shell('"$NODE" "$MAIN" run hcalcs 2>/dev/full >/dev/null').exit, 0, 'nobody is told')
  t.match(shell('"$NODE" "$MAIN" run hcalcs >/dev/full'), {
    exit: 2,
    stderr: /HANRIG_FILE_UNWRITABLE: stdout: no space left/,
  })
})

t.test('what cannot be written is said before the work begins, and by its own name', async t => {
  const dir = t.testdir({ kept: 'kept', file: '' })
  const long = (length: number) => join(dir, 'x'.repeat(length))
  const bad: [string, string][] = [
    [join(dir, 'no', 'where'), 'HANRIG_FILE_UNWRITABLE'],
    [join(dir, 'file', 'x'), 'HANRIG_FILE_UNWRITABLE'],
    [long(256), 'HANRIG_FILE_UNWRITABLE'],
    [long(5_000), 'HANRIG_FILE_UNWRITABLE'],
    [dir, 'HANRIG_FILE_IS_DIRECTORY'],
    [`${dir}/new/`, 'HANRIG_FILE_IS_DIRECTORY'],
    ['/proc/x', 'HANRIG_FILE_UNWRITABLE'],
    ['', 'HANRIG_FILE_UNWRITABLE'],
  ]
  const kept = join(dir, 'kept')
  const commands = [...writers(dir), ['stick', '--record', 'FILE'], ['stick', '--state', 'FILE']]
  const lines = commands.flatMap(args => bad.map(([name]) => withFile(args, name)))
  const directories = [
    ['run', '--junit', kept, '--report', 'FILE'],
    ['run', 'hcalcs', 'ihd-refused', '--junit', kept, '--report', 'FILE'],
    ['run', '--store', 'FILE'],
    ['campaign', 'plan', '--csv', kept, '--report', 'FILE'],
    ['campaign', 'simulate', '--csv', 'FILE'],
    ['campaign', 'simulate', '--report', 'FILE'],
    ['alerts', '--out', kept, '--report', 'FILE'],
    ['image', 'split', MAIN, '--out', 'FILE'],
  ].flatMap(args => ['/proc/x/y', join(dir, 'file', 'x'), long(256)].map(to => withFile(args, to)))
  const nowhere = [['run', 'nowhere.yaml', '--junit', kept, '--pcap', kept]]
  const all = [...lines, ...directories, ...nowhere]
  const results = hanrigAll(all)
  for (const [i, { exit, stdout, stderr }] of results.entries()) {
    const code = i < lines.length ? bad[i % bad.length]![1] : /HANRIG_(FILE|STORE|SCENARIO)_/
    const what = all[i]!.join(' ').slice(0, 100)
    t.equal(exit, 2, what)
    t.match(stderr, code, what)
    t.notMatch(stderr, /\.tmp|open '/, what)
    t.equal(stdout, '', `${what}: nothing was begun`)
  }
  t.equal(readFileSync(kept, 'utf8'), 'kept')
  t.same(leftovers(dir), [])
  const longest = join(dir, 'y'.repeat(255))
  t.equal(hanrig(...RUN, '--junit', longest).exit, 0, 'as long as a name can be')
})

t.test('a user who is not root', async t => {
  const dir = shortDirectory(t)
  const [mine, closed, others] = ['mine', 'closed', 'others'].map(name => join(dir, name)) as [
    string,
    string,
    string,
  ]
  for (const each of [mine, closed]) mkdirSync(each)
  chmodSync(dir, 0o777)
  chmodSync(mine, 0o777)
  chmodSync(closed, 0o555)
  const readOnly = join(mine, 'read-only.xml')
  writeFileSync(readOnly, 'before', { mode: 0o444 })
  t.match(asPlainUser(...RUN, '--junit', readOnly), {
    exit: 2,
    stderr: /HANRIG_FILE_UNWRITABLE.*permission denied/,
  })
  t.equal(readFileSync(readOnly, 'utf8'), 'before')
  t.match(asPlainUser(...RUN, '--junit', join(closed, 'x.xml')), {
    exit: 2,
    stderr: /HANRIG_FILE_UNWRITABLE: \S+x.xml: permission denied/,
  })
  t.equal(asPlainUser(...RUN, '--junit', join(mine, 'new.xml')).exit, 0)
  // Root's file, which all may write: it stays root's.
  writeFileSync(others, 'x'.repeat(100_000))
  chmodSync(others, 0o666)
  const before = statSync(others)
  t.equal(asPlainUser(...RUN, '--junit', others).exit, 0)
  t.match(statSync(others), { uid: before.uid, mode: before.mode })
  t.match(readFileSync(others, 'utf8'), /^<\?xml.*<\/testsuites>\n$/s)
  t.same([...leftovers(dir), ...leftovers(mine)], [])
})

t.test('a disk that is full in the middle', async t => {
  const dir = t.testdir({})
  const limited = (...args: string[]): Ran =>
    shell('prlimit --fsize=65536 "$NODE" "$MAIN" "$@"', ...args)
  const jobs: [string, string[]][] = [
    ['HANRIG_FILE_UNWRITABLE', ['run', 'ppmid-fleet', '--pcap', join(dir, 'a.pcapng')]],
    ['HANRIG_FILE_UNWRITABLE', ['alerts', 'generate', '--out', join(dir, 'g.csv')]],
    ['HANRIG_FILE_UNWRITABLE', ['alerts', '--out', join(dir, 'v.csv')]],
    ['HANRIG_STORE_UNUSABLE', ['run', '--store', join(dir, 'store')]],
  ]
  for (const [code, args] of jobs) {
    const ran = limited(...args)
    t.equal(ran.exit, 2, args.join(' '))
    t.match(ran.stderr, `error ${code}: ${args.at(-1)}`)
    t.notMatch(ran.stderr, '.tmp')
  }
  t.same(readdirSync(dir), ['store'])
  t.same(
    readdirSync(join(dir, 'store')).filter(name => name === 'lock'),
    [],
  )
  const junit = join(dir, 'j.xml')
  const both = limited('run', 'ppmid-fleet', '--junit', junit, '--pcap', join(dir, 'b.pcapng'))
  t.equal(both.exit, 2)
  t.match(readFileSync(junit, 'utf8'), '</testsuites>')
  t.match(both.stdout, 'verdict')
})

t.test('what was written goes with --json as without', async t => {
  const dir = t.testdir({})
  const { exit, stdout } = hanrig('run', 'hcalcs', '--json', '--pcap', join(dir, 'x.pcapng'))
  t.equal(exit, 0)
  t.match(jsonLines(stdout).at(-1), { name: 'verdict', ok: true })
  t.same(readdirSync(dir), ['x.pcapng'])
})
