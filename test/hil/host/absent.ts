// Without zigbee-herdsman, commands that want a stick say how to install it, and all others work.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { jsonLines, MAIN } from '../../helpers/hanrig.ts'

const WITHOUT = fileURLToPath(new URL('../../helpers/hosts/without-herdsman.ts', import.meta.url))

function without(...args: string[]) {
  return spawnSync(process.execPath, ['--import', WITHOUT, MAIN, ...args], { encoding: 'utf8' })
}

t.test('the package is named, with the command that installs it', async t => {
  const data = join(t.testdir({}), 'han')
  const port = ['--stick', 'tcp:127.0.0.1:1', '--data', data]
  const { status, stdout, stderr } = without('han', 'form', ...port, '--json')
  t.equal(status, 2)
  const [error] = jsonLines(stdout)
  t.match(error, { name: 'error', code: 'HANRIG_HERDSMAN_MISSING', exit: 2 })
  t.match(error.message, 'zigbee-herdsman')
  t.match(error.hints[0], 'npm install zigbee-herdsman@10.9.5')
  t.match(stderr, 'hint: Run `npm install zigbee-herdsman@10.9.5`')
})

t.test('what needs no stick does not miss it', async t => {
  t.equal(without('scenarios').status, 0)
  t.equal(without('han', '--help').status, 0)
})
