// The example CI configurations and the pages about boards: the YAML can be read, and every command in them is one that
// hanrig has, with options that it knows.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parseDocument } from 'yaml'
import { readScenario } from '#emulators/scenario/read/read'
import { hanrigAll, ROOT } from '../helpers/hanrig.ts'

const CI = join(ROOT, 'docs', 'ci')
const files = readdirSync(CI)

/** The hanrig commands in a text, as words; a comment after two blanks is none of it. */
function commandsOf(text: string): string[][] {
  const lines = [...text.matchAll(/^\s*(?:- )?(?:run: )?(hanrig .*)$/gm)].map(match => match[1]!)
  return lines.map(line => line.split(/ {2,}/)[0]!.split(' ').slice(1))
}

t.test('every example is YAML, with jobs that do something', async t => {
  t.same(files, ['github-actions.yml', 'gitlab-ci.yml'])
  for (const file of files) {
    const document = parseDocument(readFileSync(join(CI, file), 'utf8'))
    t.same(document.errors, [], file)
    const content = document.toJS()
    const jobs = content.jobs ?? { virtual: content.virtual, bench: content.bench }
    for (const job of ['virtual', 'bench']) {
      const steps = JSON.stringify(jobs[job].steps ?? jobs[job].script)
      t.match(steps, 'hanrig run', `${file} ${job}`)
      t.match(steps, '--junit', `${file} ${job}`)
    }
  }
})

t.test('every command in them exists, with its options', async t => {
  const texts = [...files.map(file => join(CI, file)), join(ROOT, 'docs', 'hil.md')].map(path =>
    readFileSync(path, 'utf8'),
  )
  const commands = texts.flatMap(commandsOf)
  t.ok(commands.length > 10, `${commands.length} commands`)
  const names = [...new Set(commands.map(([name]) => name!))]
  const helps = hanrigAll(names.map(name => [name, '--help']))
  for (const [name, ...words] of commands) {
    const { exit, stdout } = helps[names.indexOf(name!)]!
    t.equal(exit, 0, name!)
    for (const option of words.filter(word => word.startsWith('--'))) {
      t.match(stdout, new RegExp(`${option}\\b`), `${name} ${option}`)
    }
  }
})

t.test('the scenario of the guide is one', async t => {
  const guide = readFileSync(join(ROOT, 'docs', 'hil.md'), 'utf8')
  const yaml = guide.split('```yaml\n')[1]!.split('```')[0]!
  const { devices } = readScenario(yaml, 'docs/hil.md')
  t.same(devices.esme!.board, { tag: ['esme'] })
})

t.test('so is its pool', async t => {
  const { readPool } = await import('#hil/pool/pool')
  const guide = readFileSync(join(ROOT, 'docs', 'hil.md'), 'utf8')
  const yaml = guide.split('```yaml\n')[2]!.split('```')[0]!
  const directory = t.testdir({ 'pool.yaml': `leases: leases\n${yaml}` })
  const { boards } = readPool(join(directory, 'pool.yaml'))
  t.same(
    boards.map(({ name }) => name),
    ['bench-1', 'bench-2'],
  )
})
