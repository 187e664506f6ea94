// The check that holds the arrows core <- emulators <- hil <- cli is itself checked: it fails when an import runs up.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { ROOT } from '../helpers/hanrig.ts'

const UPWARDS = [
  ['core/block', 'node:fs'],
  ['core/block', 'pino'],
  ['core/block', '@noble/curves/nist.js'],
  ['core/block', '../../emulators/trace.ts'],
  ['core', '../emulators/trace.ts'],
  ['core', '../firmware-fixtures/gb-image.ts'],
  ['emulators', '../cli/program.ts'],
  ['emulators/link', '../../cli/output.ts'],
  ['emulators', '../hil/serial/port.ts'],
  ['hil/serial', '../../cli/program.ts'],
] as const

const DOWNWARDS = [
  ['core/block', './geometry.ts'],
  ['core/block', '../bytes/bytes.ts'],
  ['emulators/link', '../../core/bytes/bytes.ts'],
  ['emulators', 'node:crypto'],
  ['hil/serial', '../../emulators/trace.ts'],
  ['cli', '../emulators/trace.ts'],
] as const

t.test('an import that runs upwards is refused, one that runs down is not', async t => {
  const house = t.testdir({})
  const {
    vcs: _,
    $schema: __,
    ...config
  } = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'))
  writeFileSync(join(house, 'biome.json'), JSON.stringify(config))
  const files = [...UPWARDS, ...DOWNWARDS].map(([room, module], i) => {
    const file = join(room, `new${i}.ts`)
    mkdirSync(dirname(join(house, file)), { recursive: true })
    writeFileSync(join(house, file), `import { x } from '${module}'\n\nexport const y = x\n`)
    return file
  })
  const biome = join(ROOT, 'node_modules', '.bin', 'biome')
  const { stdout, stderr } = spawnSync(
    biome,
    ['lint', '--only=style/noRestrictedImports', '--max-diagnostics=none', '.'],
    { cwd: house, encoding: 'utf8' },
  )
  const said = stdout + stderr
  for (const [i, file] of files.entries()) {
    const refused = new RegExp(`${file}:\\d+:\\d+ lint/style/noRestrictedImports`).test(said)
    t.equal(refused, i < UPWARDS.length, `${file} imports ${[...UPWARDS, ...DOWNWARDS][i]![1]}`)
  }
})
