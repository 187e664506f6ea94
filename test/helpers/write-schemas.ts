// Writes the published schemas of scenarios, portfolios, pools of boards and the trace from the declarations, laid out as
// the house lays out JSON: `node test/helpers/write-schemas.ts`.

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { portfolioJsonSchema } from '#emulators/campaign/portfolio/schema'
import { scenarioJsonSchema } from '#emulators/scenario/schema/schema'
import { traceJsonSchema } from '#emulators/trace/events/published'
import { poolJsonSchema } from '#hil/pool/schema'

const root = fileURLToPath(new URL('../../', import.meta.url))
const schemas: [string, object][] = [
  ['docs/scenario.schema.json', scenarioJsonSchema()],
  ['docs/portfolio.schema.json', portfolioJsonSchema()],
  ['docs/pool.schema.json', poolJsonSchema()],
  ['docs/trace.schema.json', traceJsonSchema()],
]

const biome = `${root}node_modules/@biomejs/biome/bin/biome`
for (const [file, schema] of schemas) {
  writeFileSync(`${root}${file}`, `${JSON.stringify(schema, undefined, 2)}\n`)
  execFileSync(process.execPath, [biome, 'format', '--write', file], {
    cwd: root,
    stdio: 'inherit',
  })
}
