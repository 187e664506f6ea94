// Files of others: what runs a command or writes a file is refused unless it is allowed, at every way to it; what is read
// and opened is told before it is.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { jsonLines, MAIN, type Ran } from '../helpers/hanrig.ts'

const HOME = (board: string) => `name: x
images:
  meter: { size: 1 kB, for: esme, hardware: [0, 0xffff] }
hub: { fedBy: mains }
devices:
  esme: { profile: esme, board: ${board} }
steps:
  - { cut-power: [esme], for: 100 ms, at: 1 ms }
until: 3 s
`

t.test('what a file wants beyond its purpose is refused with what it is', async t => {
  const directory = t.testdir({})
  const at = (name: string) => join(directory, name)
  const touch = (name: string) => `touch ${at(name)}`
  const commands = `{ port: virtual:wasm, power: { on: ${touch('on')}, off: ${touch('off')}, shell: yes } }`
  writeFileSync(at('commands.yaml'), HOME(commands))
  writeFileSync(at('writes.yaml'), HOME(`'virtual:wasm?flash=${at('flash')}'`))
  writeFileSync(at('pooled.yaml'), HOME('{ tag: x }'))
  writeFileSync(at('fw.bin'), Buffer.alloc(3_000, 1))
  const pool = (leases: string, board: string) => `${leases}\nboards:\n  one: { ${board} }\n`
  mkdirSync(at('named'))
  writeFileSync(
    at('named/pool.yaml'),
    pool('', `port: virtual:wasm, tags: [x], power: { on: ${touch('on')}, off: ${touch('off')} }`),
  )
  const found = at('hanrig.pool.yaml')
  const env = { ...process.env, NO_COLOR: '1', HANRIG_LEASES: at('shared'), HANRIG_POOL: '' }
  const hanrig = (args: readonly string[], more = {}): Ran => {
    const options = { cwd: directory, encoding: 'utf8', env: { ...env, ...more } } as const
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], options)
    return { exit: status, stdout, stderr }
  }
  const refused = (args: readonly string[], says: RegExp): void => {
    const { exit, stderr, stdout } = hanrig(args)
    t.equal(exit, 5, `${args.join(' ')}: ${stderr}`)
    t.match(stderr, says)
    if (args.includes('--json')) t.match(jsonLines(stdout)[0], { code: 'HANRIG_NOT_ALLOWED' })
    for (const made of ['on', 'off', 'flash', 'leases', 'shared'])
      t.notOk(existsSync(at(made)), made)
  }

  refused(['run', 'commands.yaml', '--json'], /commands.yaml wants to run "touch .*off" by a shell/)
  refused(['run', 'commands.yaml', '--allow', 'writes'], /wants to run/)
  refused(
    ['run', 'writes.yaml', '--allow', 'commands'],
    /writes.yaml wants to write .*flash, which/,
  )
  refused(['run', 'commands.yaml', 'writes.yaml', '--tap'], /^$|opens/)

  writeFileSync(
    found,
    pool('', `port: virtual:wasm, tags: [x], power: { on: ${touch('on')}, off: x }`),
  )
  refused(['run', 'pooled.yaml'], /hanrig.pool.yaml wants to run "touch /)
  writeFileSync(found, pool('leases: leases', 'port: virtual:wasm, tags: [x]'))
  refused(['run', 'pooled.yaml'], /hanrig.pool.yaml wants to write .*leases, which/)
  refused(
    ['flash', 'fw.bin', '--board', 'tag=x'],
    /hanrig.pool.yaml wants to write .*leases, which/,
  )
  writeFileSync(found, pool('', `port: 'virtual:wasm?flash=${at('flash')}', tags: [x]`))
  refused(['flash', 'fw.bin', '--board', 'tag=x'], /hanrig.pool.yaml wants to write .*flash, which/)
  refused(['boards', '--pool'], /hanrig.pool.yaml wants to write .*flash, which/)

  const own = hanrig(['run', 'pooled.yaml', '--board', `virtual:wasm?flash=${at('own')}`])
  t.equal(own.exit, 0, own.stderr)
  t.ok(existsSync(at('own')), 'what the user types is no wish of a file')
  t.equal(
    hanrig(['run', 'commands.yaml', '--no-boards']).exit,
    0,
    'without boards nothing is wanted',
  )
  t.notOk(existsSync(at('off')))

  const named = hanrig(['run', 'pooled.yaml', '--pool', 'named/pool.yaml'])
  t.equal(named.exit, 0, named.stderr)
  t.match(named.stderr, 'named/pool.yaml opens virtual:wasm')
  t.ok(existsSync(at('off')), 'a pool that is named does what it says')
  const byEnvironment = hanrig(['run', 'pooled.yaml'], { HANRIG_POOL: 'named/pool.yaml' })
  t.equal(byEnvironment.exit, 0, byEnvironment.stderr)

  const allowed = hanrig(['run', 'commands.yaml', '--allow', 'commands', '--allow', 'writes'])
  t.equal(allowed.exit, 0, allowed.stderr)
  t.match(allowed.stderr, 'commands.yaml opens virtual:wasm')
  const written = hanrig([
    'flash',
    'fw.bin',
    '--board',
    'tag=x',
    '--allow',
    'writes',
    '--file-version',
    '2',
  ])
  t.equal(written.exit, 0, written.stderr)
  t.ok(existsSync(at('flash')))
})

t.test('files that a scenario names are told before they are read', async t => {
  const directory = t.testdir({
    'x.yaml': `name: x
trust: none
images:
  meter: { file: ../absent.ota, for: esme }
devices:
  esme: { profile: esme }
`,
  })
  const { status, stderr } = spawnSync(process.execPath, [MAIN, 'run', join(directory, 'x.yaml')], {
    encoding: 'utf8',
  })
  t.equal(status, 2)
  t.match(stderr, /x.yaml reads \.\.\/absent.ota\n.*HANRIG_FILE_NOT_FOUND/)
})
