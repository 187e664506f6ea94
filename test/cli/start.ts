// What a start of the program loads: a run without a scenario file reads no YAML and no declarations, so it loads neither
// the schema library nor the declarations of the trace, of which it needs the types alone.

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

/** Addresses of all modules that the program loads for this command line. */
function loadedBy(...args: string[]): string[] {
  const { status, stderr } = spawnSync(process.execPath, ['--import', HOOK, MAIN, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status !== 0) throw new Error(stderr)
  return [...stderr.matchAll(/^loads (.*)$/gm)].map(([, url]) => url!)
}

const DECLARATION = /\/node_modules\/zod\/|\/emulators\/trace\/events\//

t.test('a run of the built-in job loads no declaration and not their library', async t => {
  const loaded = loadedBy('run', '--json')
  t.ok(loaded.some(url => url.endsWith('/emulators/trace/trace.ts')))
  t.same(
    loaded.filter(url => DECLARATION.test(url)),
    [],
  )
})

t.test('a scenario file loads both, which is how it is known that they would be found', async t => {
  const loaded = loadedBy('run', join(ROOT, 'scenarios', 'ihd-refused.yaml'), '--json')
  t.ok(loaded.some(url => url.includes('/node_modules/zod/')))
  t.ok(loaded.some(url => url.endsWith('/emulators/trace/events/events.ts')))
})
