// `npm run test:one FILE`: one test file by itself, in seconds: without the runner, coverage or other files beside it. Words
// before the file go to Node: `npm run test:one -- --watch FILE`, `npm run test:one -- --inspect-brk FILE`.

import { spawnSync } from 'node:child_process'

/** As the runner's settings in .taprc have them. */
const FLAGS = ['--expose-gc', '--disable-warning=ExperimentalWarning']
const TIMEOUT_S = '300'

const words = process.argv.slice(2)
if (words.length === 0) {
  process.stderr.write('usage: npm run test:one -- [flags of Node] FILE\n')
  process.exitCode = 2
} else {
  const { status } = spawnSync(process.execPath, [...FLAGS, ...words], {
    stdio: 'inherit',
    env: { TAP_TIMEOUT: TIMEOUT_S, ...process.env },
  })
  process.exitCode = status ?? 1
}
