// The error codes of all floors together: each is declared once, where it is raised, and people are told what they can do.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { CLI_ERRORS, ERRORS } from '#cli/errors/errors'
import { exitOf } from '#cli/errors/exit'
import { hintsOf } from '#cli/errors/hints'
import { CORE_ERRORS } from '#core/errors/codes'
import type { Declarations, ErrorCode } from '#core/errors/errors'
import { EMULATOR_ERRORS } from '#emulators/errors/errors'
import { HIL_ERRORS } from '#hil/errors/errors'
import { ROOT } from '../helpers/hanrig.ts'
import { sourceFiles } from '../helpers/house.ts'

/** From below. */
const TABLES: readonly [floor: string, declared: Declarations][] = [
  ['core', CORE_ERRORS],
  ['emulators', EMULATOR_ERRORS],
  ['hil', HIL_ERRORS],
  ['cli', CLI_ERRORS],
]

/** What the files of a floor say between quotes that is a code, tables aside. */
function namedOn(floor: string): Set<string> {
  const files = sourceFiles().filter(
    path => path.startsWith(`${floor}/`) && !path.startsWith(`${floor}/errors/`),
  )
  const text = files.map(path => readFileSync(join(ROOT, path), 'utf8')).join('\n')
  return new Set(
    [...text.matchAll(/['"`](HANRIG_[A-Z0-9_]*[A-Z0-9])['"`]/g)].map(([, code]) => code!),
  )
}

t.test('every code is declared once, on the lowest floor that raises it', async t => {
  const known = new Set<string>()
  for (const [floor, declared] of TABLES) {
    const named = namedOn(floor)
    for (const code of Object.keys(declared)) {
      t.notOk(known.has(code), `${code} is declared below ${floor} already`)
      t.ok(named.has(code), `${code} is raised in ${floor}`)
      known.add(code)
    }
    for (const code of named) t.ok(known.has(code), `${code}, named in ${floor}, is declared`)
  }
  t.same(Object.keys(ERRORS), [...known])
})

t.test('every error tells people what to do', async t => {
  for (const [code, declaration] of Object.entries(ERRORS)) {
    const hints = hintsOf({ code: code as ErrorCode, ...declaration })
    t.match(code, /^HANRIG_[A-Z0-9]+(_[A-Z0-9]+)*$/)
    t.ok([2, 3, 4, 5, 6, 130].includes(exitOf(declaration)), `${code} ends with a documented code`)
    t.ok(hints.length > 0 && hints.every(hint => /^[A-Z0-9h].*\.$/.test(hint)), `${code}: ${hints}`)
  }
})

t.test('below the commands no hint names one, nor an option', async t => {
  for (const [floor, declared] of TABLES) {
    if (floor === 'cli') continue
    for (const [code, { hints }] of Object.entries(declared)) {
      t.notMatch(hints.join('\n'), /--\w|`hanrig|hanrig [a-z]+`/, code)
    }
  }
})
