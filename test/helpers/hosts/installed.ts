// A host that is no part of hanrig, installed for its test: by the lock file of a package of its own, into a cache below
// node_modules, once for each content of that lock file.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../hanrig.ts'

/** Directory with node_modules as test/external/conformance/NAME/package-lock.json has them. */
export function installed(name: string): string {
  const source = join(ROOT, 'test', 'external', 'conformance', name)
  const lock = readFileSync(join(source, 'package-lock.json'))
  const digest = createHash('sha256').update(lock).digest('hex').slice(0, 16)
  const directory = join(ROOT, 'node_modules', '.cache', 'hanrig', `${name}-${digest}`)
  const mark = join(directory, 'installed')
  if (existsSync(mark)) return directory
  mkdirSync(directory, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) {
    copyFileSync(join(source, file), join(directory, file))
  }
  // Nothing of these packages needs its install scripts: the serial binding comes built.
  const options = ['--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--silent']
  // The test runner puts its loader into the environment of every process; npm goes without.
  const clean = ['-u', 'NODE_OPTIONS', '-u', 'NODE_V8_COVERAGE']
  execFileSync('env', [...clean, 'npm', 'ci', ...options], { cwd: directory })
  writeFileSync(mark, '')
  return directory
}
