// Builds the agent for this machine with the sanitizers, as programs for tests. Needs Debian's clang-14 and
// libclang-rt-14-dev; .ci/run installs them.

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from '../../helpers/hanrig.ts'

export const AGENT = join(ROOT, 'firmware-fixtures', 'board-agent')
const CLANG = process.env.CLANG ?? 'clang-14'
const CORE = ['agent', 'crc32', 'line', 'reply', 'sha256', 'store', 'transfer', 'wire']

/** Compiles `sources` with the core to `out`; a finding of a sanitizer ends the program with a report on stderr. */
export function sanitized(out: string, sanitizers: string, ...sources: string[]): string {
  const flags = [
    '-std=c99',
    '-D_GNU_SOURCE',
    '-g',
    '-O1',
    '-Wall',
    '-Wextra',
    '-Wpedantic',
    '-Werror',
  ]
  const core = CORE.map(name => `core/${name}.c`)
  execFileSync(
    CLANG,
    [
      ...flags,
      `-fsanitize=${sanitizers}`,
      '-fno-sanitize-recover=all',
      ...sources,
      ...core,
      '-o',
      out,
    ],
    { cwd: AGENT, stdio: 'inherit' },
  )
  return out
}
