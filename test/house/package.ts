// What users install is what was built: pack, install the tarball into an empty directory, run it there, as a command and
// as a library. Whoever compiles against it strictly finds every type, and every name that its doors reach is explained.

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import t from 'tap'
import { reachable } from '../helpers/doors.ts'
import { jsonLines, ROOT } from '../helpers/hanrig.ts'

const DOORS = ['index', 'core/index', 'emulators/index', 'hil/index']
/** What each example says at its end. */
const EXAMPLES: Record<string, RegExp> = {
  alerts: /2 AD1s, 1 forwarded\n30 min: \d+ false ones through; 45 min: \d+\n$/,
  blocks: /^293 blocks are whole after \d+ frames, \d+ of them damaged\nthe image is the same\n$/,
  campaign: /accepted: true\nA: service-desk\n.*\n\d+ updated, \d+ in time; AD1s: .*\n$/,
  flash: /verified: true, running: true\nvirtual wasm runs version 2\nreal ports here: \d+\n$/,
  scenario: /1 AD1 suppressed\nframes for Wireshark\nfrom a snapshot: the same image\n$/,
  stick: /esme runs version 1\nhost-connected\nthe stick answers fe0261[0-9a-f]+\nhost-gone\n$/,
}

/** What a strict project says with every door. */
const CONSUMER = `
import { HanrigError, openImage, playScenario, type Outcome, type Scenario } from 'hanrig'
import { Bytes, type CampaignPlan, Chunker, Geometry, Reassembler } from 'hanrig/core'
import { type EventOf, judgeStream, readScenario, type TraceEvent } from 'hanrig/emulators'
import { flashBoard, flashImage, listPorts, serveStick, virtualBoard } from 'hanrig/hil'

export const told = (event: TraceEvent): number | undefined =>
  event.name === 'activation-ended' ? event.fileVersion : undefined
export const version = (event: EventOf<'booted'>): number => event.fileVersion
export const played = (text: string): Outcome =>
  playScenario(readScenario(text, 'home.yaml'), { onEvent: told })
export const devices = ({ devices: { esme } }: Scenario): number | undefined => esme?.values.bootTime
export const days = (plan: CampaignPlan): number => plan.days.length
export const receiver = new Reassembler(new Geometry(10, 4), 1, Bytes.alloc(10))
export const sender = new Chunker(receiver.geometry, 1, receiver.image)
export const through = async () => (await judgeStream({ events: async () => ({ events: 0, bad: 0, ignored: [] }) })).tally.main.falseThrough
export const flash = async (file: Uint8Array) =>
  await flashBoard((await listPorts())[0]!.path, flashImage(openImage(new Bytes(file)), { name: 'a' }))
export const stick = serveStick
export const board = async () => (await virtualBoard('virtual:wasm')).on('supply', on => on)
export const code = (error: unknown) => (error instanceof HanrigError ? error.code : undefined)
// Types are types: were one missing, it would be any, and this would pass.
// @ts-expect-error
export const wrong: string = receiver.geometry.count
// @ts-expect-error
export const wrongTrace = (event: EventOf<'booted'>): string => event.fileVersion
// @ts-expect-error
export const wrongScenario = ({ seed }: Scenario): string => seed
// @ts-expect-error
export const wrongFlash = async (): Promise<string> => (await flashBoard('a', {} as never)).resent
`

t.test('what is packed, installed', { timeout: 240_000 }, async t => {
  const dir = t.testdir({ app: { 'package.json': '{"private":true,"type":"module"}' } })
  const app = join(dir, 'app')
  const installed = join(app, 'node_modules', 'hanrig')
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

  await t.test('holds what it needs and nothing else', async t => {
    const built = plain(ROOT, 'npx', '--no-install', 'hanrig', '--version')
    t.match(built, /^\d+\.\d+\.\d+\n$/, 'a build can be run in the clone, too')
    t.same(readdirSync(installed).sort(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'examples',
      'package.json',
      'portfolios',
      'scenarios',
    ])
    t.notMatch(readFileSync(join(installed, 'dist', 'cli', 'main.js'), 'utf8'), /\.ts['"]/)
  })

  await t.test('npx hanrig run', async t => {
    const stdout = plain(app, 'npx', '--no-install', 'hanrig', 'run', '--json')
    const events = jsonLines(stdout)
    t.match(events.at(-1), { name: 'verdict', ok: true })
    t.equal(events[0].hanrig, JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version)
  })

  await t.test('every example runs, and ends by itself', async t => {
    const examples = join(installed, 'examples')
    t.same(
      readdirSync(examples).sort(),
      Object.keys(EXAMPLES).map(name => `${name}.mjs`),
    )
    for (const [name, said] of Object.entries(EXAMPLES)) {
      const text = readFileSync(join(examples, `${name}.mjs`), 'utf8')
      t.ok(text.split('\n').length <= 40, `${name} is short`)
      t.notMatch(text, /from '(?!hanrig(\/(core|emulators|hil))?'|node:)/, `${name} uses the doors`)
      writeFileSync(join(app, `${name}.mjs`), text)
      t.match(plain(app, process.execPath, `${name}.mjs`), said, name)
    }
  })

  await t.test('the boards that are not there are there', async t => {
    writeFileSync(
      join(app, 'boards.mjs'),
      `import { virtualBoard } from 'hanrig'
       // The directory lies within the clone, whose emulator is found.
       console.log((await virtualBoard('virtual:wasm')).powered, (await virtualBoard('virtual:pico')).powered)`,
    )
    t.equal(plain(app, process.execPath, 'boards.mjs'), 'true true\n')
  })

  await t.test(
    'a door loads nothing that it need not, and there is no way beside the doors',
    async t => {
      const loads = `import { registerHooks } from 'node:module'
      const loaded = new Set()
      registerHooks({ load(url, context, next) {
        const [, what = ''] = /node_modules\\/(?!hanrig\\/)((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? /dist\\/(\\w+)/.exec(url) ?? []
        loaded.add(what)
        return next(url, context)
      } })
      const failed = await import(process.argv[2]).then(() => '', error => error.code)
      console.log(failed || [...loaded].filter(what => what !== '').sort().join(' '))`
      writeFileSync(join(app, 'loads.mjs'), loads)
      const loaded = (name: string) => plain(app, process.execPath, 'loads.mjs', name).trim()
      t.equal(loaded('hanrig/core'), 'core')
      t.equal(loaded('hanrig/hil'), 'core emulators hil')
      t.notMatch(loaded('hanrig/emulators'), /serialport|protobufjs|pino|commander|hil|cli/)
      t.notMatch(loaded('hanrig'), /serialport|protobufjs|pino|commander|cli/)
      t.equal(loaded('hanrig/core/bytes/bytes'), 'ERR_PACKAGE_PATH_NOT_EXPORTED')
    },
  )

  const project = (name: string, options: object, files: string[]): string => {
    const path = join(app, name)
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
      ...{ skipLibCheck: false, noEmit: true, target: 'es2024', lib: ['es2024'], types: ['node'] },
      ...options,
    }
    writeFileSync(path, JSON.stringify({ compilerOptions, files }))
    return path
  }

  await t.test('a strict project compiles against it', async t => {
    writeFileSync(join(app, 'consumer.ts'), CONSUMER)
    for (const options of [
      { module: 'nodenext' },
      { module: 'esnext', moduleResolution: 'bundler' },
    ]) {
      const path = project('tsconfig.json', options, ['consumer.ts'])
      const listed = plain(app, 'npx', '--no-install', 'tsc', '-p', path, '--listFiles')
      // The directory lies within the clone: what is taken from there, a user would not have.
      const others = listed
        .trim()
        .split('\n')
        .filter(file => relative(app, file).startsWith('..'))
        .filter(file => !/node_modules\/(@types\/node|undici-types|@?typescript)\//.test(file))
      t.same(others, [], options.module)
    }
  })

  await t.test('every name that the doors reach has a docstring', async t => {
    const dist = join(installed, 'dist')
    const doors = DOORS.map(name => `${name}.d.ts`)
    const files = doors.map(name => join(dist, name))
    const found = reachable(project('doors.json', { module: 'nodenext' }, files), dist, doors)
    t.ok(found.length > 500, `${found.length} names`)
    t.same(
      found.filter(({ doc }) => doc === '').map(({ name }) => name),
      [],
    )
    const main = ['Bytes', 'Chunker', 'Reassembler', 'openImage', 'planCampaign', 'readScenario']
    const others = ['playScenario', 'simulate', 'judgeStream', 'flashBoard', 'serveStick']
    for (const name of [...main, ...others]) {
      t.match(found.find(each => each.name.endsWith(` ${name}`))?.doc, '@example', name)
    }
    // The walk is itself checked: what it must find and what it must not.
    const names = new Set(found.map(({ name }) => name))
    t.ok(names.has('core/block/reassembler.d.ts Reassembler.accept'))
    t.ok(names.has('emulators/play/checks.d.ts Check.ok'))
    t.notOk([...names].some(name => name.includes('#')))
  })
})
