// Writes docs/scenario.schema.json from the declarations of the scenario language, laid out as the house lays out JSON:
// `node test/helpers/write-scenario-schema.ts`.

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { scenarioJsonSchema } from '../../emulators/scenario/schema.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const file = 'docs/scenario.schema.json'

writeFileSync(`${root}${file}`, `${JSON.stringify(scenarioJsonSchema(), undefined, 2)}\n`)
const biome = `${root}node_modules/@biomejs/biome/bin/biome`
execFileSync(process.execPath, [biome, 'format', '--write', file], { cwd: root, stdio: 'inherit' })
