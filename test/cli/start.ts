// What a start of the program loads: a run without a scenario file reads no YAML and no declarations, so it loads neither
// the schema library nor the declarations of the trace, of which it needs the types alone. What asks for the version, for help
// or for a command that is none loads no command at all.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { MAIN, ROOT } from '../helpers/hanrig.ts'

/** Says each module that is loaded, on stderr. */
const HOOK = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  import { writeSync } from 'node:fs'
  registerHooks({
    load(url, context, next) {
      writeSync(2, 'loads ' + url + '\\n')
      return next(url, context)
    },
  })
`)}`

/** Addresses of all modules that the program loads for this command line, which ends with the exit code. */
function loadedBy(exit: number, ...args: string[]): string[] {
  const { status, stderr } = spawnSync(process.execPath, ['--import', HOOK, MAIN, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status !== exit) throw new Error(stderr)
  return [...stderr.matchAll(/^loads (.*)$/gm)].map(([, url]) => url!)
}

const DECLARATION = /\/node_modules\/zod\/|\/emulators\/trace\/events\//

t.test('a run of the built-in job loads no declaration and not their library', async t => {
  const loaded = loadedBy(0, 'run', '--json')
  t.ok(loaded.some(url => url.endsWith('/emulators/trace/trace.ts')))
  t.same(
    loaded.filter(url => DECLARATION.test(url)),
    [],
  )
})

t.test('a scenario file loads both, which is how it is known that they would be found', async t => {
  const loaded = loadedBy(0, 'run', join(ROOT, 'scenarios', 'ihd-refused.yaml'), '--json')
  t.ok(loaded.some(url => url.includes('/node_modules/zod/')))
  t.ok(loaded.some(url => url.endsWith('/emulators/trace/events/events.ts')))
})

/** What lies in a command's folder, or is a package other than commander. */
const OF_COMMANDS =
  /\/cli\/(?!(?:errors|output|options)\/)[a-z]+\/|\/node_modules\/(?!commander\/)|\/hil\/(?!errors\/)/

t.test('the version and the help of the program are told before commander is loaded', async t => {
  for (const word of ['--version', '-V', '--help', '-h', 'help']) {
    const files = loadedBy(0, word).filter(url => url.startsWith('file:'))
    t.ok(files.length <= 10, `${word}: ${files.length} files`)
    t.notOk(files.some(url => url.includes('/node_modules/')))
  }
})

t.test(
  'a word that is no command, and help among other words, load commander and no command',
  async t => {
    for (const [exit, ...args] of [
      [2, 'rnu'],
      [2, 'help', 'rnu'],
      [2],
      [2, '--versoin'],
      [0, '--verbose', '--help'],
      [0, 'help', '--help'],
    ] as const) {
      const loaded = loadedBy(exit, ...args)
      t.ok(loaded.some(url => url.includes('/node_modules/commander/')))
      t.same(
        loaded.filter(url => OF_COMMANDS.test(url)),
        [],
        args.join(' '),
      )
    }
  },
)

t.test('help about a command loads that one', async t => {
  const loaded = loadedBy(0, 'help', 'image', 'join').filter(url => OF_COMMANDS.test(url))
  t.ok(loaded.some(url => url.endsWith('/cli/image/command.ts')))
  t.same(
    loaded.filter(url => url.includes('/cli/') && !url.includes('/cli/image/')),
    [],
  )
})
