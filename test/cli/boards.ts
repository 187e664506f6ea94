// Boards on the command line: the ready scenario in every form of report, boards of a pool and who has them, and what
// cannot be done with boards.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hanrig, hanrigAll, jsonLines, MAIN } from '../helpers/hanrig.ts'
import { problemsOf } from '../helpers/trace-schema.ts'

const NOTICE = 'AD1 threshold shortened to 500 ms; MP102B: 3 min.'

const SMALL = `name: small
images: { meter: { size: 2 kB, for: esme } }
devices:
  esme: { profile: esme, BOARD with: { blockPeriod: 0, maxDataSize: 255 B, activationShortest: 1 s, activationLongest: 1 s } }
links: { wan: { latency: 1 ms, jitter: 0 }, csp: { latency: 1 ms, jitter: 0 } }
steps:
  - distribute: meter
  - activate: meter
expect:
  - { device: esme, runs: meter }
  - { event: board-runs, count: 1 }
`
const withBoard = (board: string) => SMALL.replace('BOARD', `board: ${board},`)
const POOL = (directory: string) =>
  `leases: leases\nboards:\n  bench-1: { port: 'virtual:wasm?flash=${join(directory, 'flash')}#one', tags: [esme, fast] }\n  bench-2: { port: virtual:wasm, tags: [slow] }\n`

t.test(
  'a virtual board is new in every scenario of a call, unless a file keeps its flash',
  async t => {
    const directory = t.testdir({})
    const flash = join(directory, 'flash.bin')
    const call = ['a', 'b', 'c'].map(name => {
      const file = join(directory, `${name}.yaml`)
      writeFileSync(file, withBoard('virtual:wasm'))
      return file
    })
    const kept = ['d', 'e'].map(name => {
      const file = join(directory, `${name}.yaml`)
      writeFileSync(file, withBoard(`'virtual:wasm?flash=${flash}'`))
      return file
    })
    const { stdout } = hanrig('run', ...call, ...kept, '--allow', 'writes', '--json')
    const events = jsonLines(stdout)
    const versions = events.filter(({ name }) => name === 'board-ready')
    t.same(
      versions.map(({ fileVersion }) => fileVersion),
      [0, 0, 0, 0, 2],
    )
    const verdicts = events.filter(({ name }) => name === 'verdict').slice(0, 4)
    t.same(
      verdicts.map(({ ok }) => ok),
      [true, true, true, true],
    )
  },
)

t.test(
  'commands of a scenario are run when the user says so, those of a pool as they are',
  async t => {
    const directory = t.testdir({})
    const at = (name: string) => join(directory, name)
    const touch = (name: string) =>
      `{ on: 'touch ${at(name)}', off: 'touch ${at(name)}', shell: yes }`
    const cut = (text: string) =>
      text.replace(
        '  - activate: meter',
        '  - { cut-power: [esme], for: 1 s }\n  - activate: meter',
      )
    const board = (name: string, key: string) =>
      cut(withBoard(`{ port: 'virtual:wasm#${name}', ${key}: ${touch(name)} }`))
    writeFileSync(at('power.yaml'), board('a', 'power'))
    writeFileSync(at('supply.yaml'), board('b', 'hubSupply'))
    writeFileSync(at('pooled.yaml'), cut(withBoard('{ name: one }')))
    writeFileSync(
      at('pool.yaml'),
      `leases: leases\nboards: { one: { port: virtual:wasm, power: ${touch('c')} } }\n`,
    )
    const [power, supply, several, emulated, pooled, allowed] = hanrigAll([
      ['run', at('power.yaml')],
      ['run', at('supply.yaml')],
      ['run', at('power.yaml'), at('supply.yaml'), '--tap'],
      ['run', at('power.yaml'), '--no-boards', '--tap'],
      ['run', at('pooled.yaml'), '--pool', at('pool.yaml'), '--tap'],
      ['run', at('power.yaml'), '--allow', 'commands', '--tap'],
    ])
    for (const ran of [power, supply]) {
      t.equal(ran!.exit, 5)
      t.match(ran!.stderr, /HANRIG_NOT_ALLOWED: .*yaml wants to run "touch /)
    }
    t.equal(several!.exit, 5)
    t.equal(emulated!.exit, 1, 'a check of its board fails')
    t.notOk(existsSync(at('b')))
    t.ok(existsSync(at('c')), pooled!.stderr)
    t.ok(existsSync(at('a')), allowed!.stderr)
  },
)

t.test(
  'the ready scenario says in every report what stood where, and what was shortened',
  async t => {
    const directory = t.testdir({})
    const at = (name: string) => join(directory, name)
    const { exit, stdout, stderr } = hanrig(
      'run',
      'board-virtual',
      '--json',
      '--junit',
      at('j.xml'),
      '--report',
      at('report'),
    )
    t.equal(exit, 0, stderr)
    const events = jsonLines(stdout)
    t.same(events.flatMap(problemsOf).slice(0, 5), [])
    t.match(events[0], { name: 'start', notices: [NOTICE] })
    t.match(events.at(-1), { name: 'verdict', ok: true, notices: [NOTICE], ad1: { suppressed: 1 } })
    const junit = readFileSync(at('j.xml'), 'utf8')
    t.match(junit, `<property name="hanrig.notice" value="${NOTICE}"/>`)
    t.match(junit, /<property name="hanrig.board.esme" value="esme: virtual:wasm, agent /)
    t.match(junit, /<system-out>NOTICE: [\s\S]*image held[\s\S]*activated<\/system-out>/)
    const html = readFileSync(at('report/report.html'), 'utf8')
    for (const text of [
      NOTICE,
      '<h2>Boards</h2>',
      'Board of ESME',
      'virtual:wasm',
      'the slot is changed, restarting',
      'pinned to wall time',
    ]) {
      t.match(html, text)
    }
    const { notices, boards } = JSON.parse(readFileSync(at('report/report.json'), 'utf8'))
    t.same(notices, [NOTICE])
    t.match(boards, [
      {
        device: 'esme',
        address: 'virtual:wasm',
        before: 0,
        runs: 2,
        flashes: 1,
        resent: 0,
        losses: 0,
      },
    ])
    t.ok(boards[0].log.some(({ text }: { text: string }) => text === 'image held'))
  },
)

t.test('without its boards it is played on virtual time, and says so', async t => {
  const directory = t.testdir({ 'small.yaml': withBoard('virtual:wasm') })
  const file = join(directory, 'small.yaml')
  const [emulated, again, text, tap, snapshot, emulatedSnapshot] = hanrigAll([
    ['run', file, '--no-boards', '--json'],
    ['run', file, '--no-boards', '--json'],
    ['run', file, '--no-boards'],
    ['run', 'board-virtual', '--no-boards', '--tap'],
    ['snapshot', file, '--at', '1 s', '--out', join(directory, 's')],
    ['snapshot', file, '--no-boards', '--at', '1 s', '--out', join(directory, 's')],
  ])
  t.equal(emulated!.stdout, again!.stdout, 'one byte-identical result')
  t.match(jsonLines(emulated!.stdout)[0].notices, ['Boards are emulated: --no-boards.'])
  t.equal(emulated!.exit, 1, 'no board, no event of one')
  t.match(text!.stdout, /NOTICE +Boards are emulated/)
  t.match(tap!.stdout, `# NOTICE: ${NOTICE}`)
  t.equal(snapshot!.exit, 2)
  t.match(snapshot!.stderr, /HANRIG_USAGE: A snapshot cannot hold what is in a board: --no-boards/)
  t.equal(emulatedSnapshot!.exit, 0)
  const resumed = hanrig('run', '--resume', join(directory, 's'), '--json')
  t.match(jsonLines(resumed.stdout).at(-1), { name: 'verdict', fileVersion: 2 })
})

t.test(
  'any scenario gets a board from the command line, and what makes no sense is refused',
  async t => {
    const directory = t.testdir({ 'small.yaml': SMALL.replace('BOARD', '') })
    const file = join(directory, 'small.yaml')
    const run = (...args: string[]) => ['run', file, ...args]
    const [played, refusals] = [
      hanrig(...run('--board', 'virtual:wasm', '--speed', '5', '--tap')),
      hanrigAll([
        run('--board', 'esm=virtual:wasm'),
        run('--board', 'esme=virtual:wasm', '--board', 'virtual:wasm'),
        run('--board', 'tag=Esme'),
        run('--board', 'tag=esme', '--pool', join(directory, 'none.yaml')),
        run('--board', 'virtual:wasm', '--no-boards'),
        run('--board', '/dev/ttyS99', '--speed', '2'),
        run('--board', '/dev/ttyS99'),
        run('--speed', '0'),
        run('--wait', 'long'),
        ['run', file, file, '--board', 'virtual:wasm'],
      ]),
    ]
    t.equal(played.exit, 0, played.stdout)
    t.match(
      played.stdout,
      /# board esme: virtual:wasm, agent .*0x00000000 -> 0x00000002; 1 blocks sent for 1/,
    )
    const said: [exit: number, RegExp][] = [
      [2, /--board esm=virtual:wasm finds no device: name it, as in --board esme=virtual:wasm/],
      [2, /--board virtual:wasm finds no device/],
      [2, /--board tag=Esme must be a tag/],
      [2, /HANRIG_FILE_NOT_FOUND/],
      [2, /--board and --no-boards/],
      [2, /--speed is for virtual boards: \/dev\/ttyS99 of esme keeps its own time/],
      [2, /HANRIG_PORT_NOT_FOUND/],
      [2, /must be a number above 0/],
      [2, /must be a duration/],
      [2, /--board takes one scenario at a time/],
    ]
    for (const [i, [exit, sentence]] of said.entries()) {
      t.equal(refusals[i]!.exit, exit, refusals[i]!.stderr)
      t.match(refusals[i]!.stderr, sentence)
    }
  },
)

t.test(
  'a board of the pool is taken and given back; while it is taken, others are told by whom',
  async t => {
    const directory = t.testdir({ 'small.yaml': withBoard('{ tag: fast }') })
    const [file, pool, image] = ['small.yaml', 'hanrig.pool.yaml', 'fw.bin'].map(name =>
      join(directory, name),
    )
    writeFileSync(pool!, POOL(directory))
    writeFileSync(image!, Buffer.alloc(5_000, 7))
    // It waits for what never comes: until it is stopped.
    writeFileSync(
      file!,
      withBoard('{ tag: fast }').replace('  - activate', '  - { wait: 1 h }\n  - activate'),
    )
    const holder = spawn(process.execPath, [MAIN, 'run', file!, '--allow', 'writes', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    holder.stdout.on('data', chunk => (text += chunk))
    while (!text.includes('board-ready')) await once(holder.stdout, 'data')
    const [listed, json, late, flash] = [
      hanrig('boards', '--pool', pool!),
      hanrig('boards', '--pool', pool!, '--json'),
      hanrig('run', file!, '--wait', '1 s', '--allow', 'writes'),
      hanrig('flash', image!, '--board', 'name=bench-1', '--pool', pool!, '--wait', '0'),
    ]
    t.match(
      listed!.stdout,
      /bench-1 \[esme fast\] .* taken by process \d+ \(hanrig run .*small.yaml\), since \d{4}-/,
    )
    t.match(listed!.stdout, /bench-2 \[slow\] .* agent /)
    t.match(jsonLines(json!.stdout), [
      { name: 'pooled', board: 'bench-1', lease: { pid: holder.pid }, found: null },
      { name: 'pooled', board: 'bench-2', lease: null, found: { runningVersion: 0 } },
    ])
    t.equal(late!.exit, 6)
    t.match(late!.stderr, /waiting for bench-1: process \d+ /)
    t.match(
      late!.stderr,
      /HANRIG_BOARD_LEASED: No board with tag fast is free after 1 s: bench-1 by process/,
    )
    t.equal(flash!.exit, 6)
    holder.kill('SIGINT')
    const [code] = await once(holder, 'exit')
    t.equal(code, 130)
    t.match(jsonLines(text).at(-1), {
      name: 'verdict',
      ok: false,
      failures: [/still moving/],
    } as never)
    const flashed = hanrig(
      'flash',
      image!,
      '--board',
      'tag=fast',
      '--pool',
      pool!,
      '--file-version',
      '4',
      '--json',
    )
    t.equal(flashed.exit, 0, flashed.stderr)
    t.match(jsonLines(flashed.stdout).at(-1), { name: 'verdict', ok: true, boards: 1 })
  },
)
