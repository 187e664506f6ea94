// What users install is what was built: pack, install the tarball into an empty directory, run it there.

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { jsonLines, ROOT } from '../helpers/hanrig.ts'

t.test('npm pack, npm install of the tarball, npx hanrig run', { timeout: 240_000 }, async t => {
  const dir = t.testdir({ app: { 'package.json': '{"private":true}' } })
  const app = join(dir, 'app')
  // The test runner puts its loader into the environment of every process; npm and what it starts go without.
  const plain = (cwd: string, ...command: string[]) =>
    execFileSync('env', ['-u', 'NODE_OPTIONS', '-u', 'NODE_V8_COVERAGE', ...command], {
      cwd,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    })
  const npm = (cwd: string, ...args: string[]) =>
    plain(cwd, 'npm', ...args, '--no-audit', '--no-fund')

  npm(ROOT, 'pack', '--silent', '--pack-destination', dir)
  const tarball = readdirSync(dir).find(name => name.endsWith('.tgz'))!
  npm(app, 'install', '--prefer-offline', join(dir, tarball))
  const installed = join(app, 'node_modules', 'hanrig')
  const built = plain(ROOT, 'npx', '--no-install', 'hanrig', '--version')
  t.match(built, /^\d+\.\d+\.\d+\n$/, 'a build can be run in the clone, too')
  t.same(
    readdirSync(installed).sort(),
    [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'package.json',
      'portfolios',
      'scenarios',
    ],
    'the package holds what it needs and nothing else',
  )
  t.notMatch(readFileSync(join(installed, 'dist', 'cli', 'main.js'), 'utf8'), /\.ts['"]/)

  writeFileSync(
    join(app, 'library.mjs'),
    `import { Bytes } from 'hanrig/core/bytes/bytes'
     import { crc32 } from 'hanrig/core/bytes/crc32'
     import { virtualPorts } from 'hanrig/hil/board/virtual-ports'
     console.log(crc32(new Bytes(new TextEncoder().encode('123456789')), 0, 9) >>> 0)
     const { powered } = await virtualPorts.board('virtual:wasm')
     const pico = await virtualPorts.board('virtual:pico')
     console.log(powered, pico.powered)`,
  )
  const said = plain(app, process.execPath, 'library.mjs').trim().split('\n')
  t.equal(said[0], String(0xcbf43926), 'the core is there as a library')
  // The directory lies within the clone, whose emulator is found.
  t.equal(said[1], 'true true', 'the virtual boards and their images are there')

  const stdout = plain(app, 'npx', '--no-install', 'hanrig', 'run', '--json')
  const events = jsonLines(stdout)
  t.match(events.at(-1), { name: 'verdict', ok: true })
  t.equal(events[0].hanrig, JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version)
})
