// The images that lie beside the agent's source are what its source gives, octet for octet.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { AGENT } from './toolchain.ts'

t.test('source and images have not drifted apart', async t => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(AGENT, 'build.ts'), '--check'],
    { encoding: 'utf8', env: { PATH: process.env.PATH } },
  )
  t.equal(status, 0, stderr)
  for (const line of stdout.trim().split('\n')) t.match(line, /^\S+: \d+ B, the same$/)
})
