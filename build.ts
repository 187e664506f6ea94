// `npm run build`, after the compiler: what the built package needs besides compiled files. The files that parts read at run
// time lie where their readers look, and `#core/…` names built files there: dist/package.json says so, for the nearest
// package.json decides what such a name means.

import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs'

const READ_AT_RUN_TIME = ['hil/protocol/board.proto', 'firmware-fixtures/board-agent/images']

for (const path of READ_AT_RUN_TIME) cpSync(path, `dist/${path}`, { recursive: true })
chmodSync('dist/cli/main.js', 0o755)

const { imports }: { imports: Record<string, string> } = JSON.parse(
  readFileSync('package.json', 'utf8'),
)
const built = Object.entries(imports).map(([name, path]) => [name, path.replace(/\.ts$/, '.js')])
writeFileSync(
  'dist/package.json',
  `${JSON.stringify({ type: 'module', imports: Object.fromEntries(built) }, null, 2)}\n`,
)
