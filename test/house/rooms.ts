// A folder imports only folders below it, by the one list in order.ts, and files do not import each other in a circle,
// not even types. The check is itself checked.

import { dirname } from 'node:path'
import t from 'tap'
import { allImports, circles, importsOf, misfits, sourceFiles } from '../helpers/house.ts'
import { ORDER } from './order.ts'

t.test('every folder stands in the order once, and no other does', async t => {
  const folders = [...new Set(sourceFiles().map(file => dirname(file)))]
  t.same(
    folders.filter(folder => !ORDER.some(each => each === folder)),
    [],
  )
  t.same(
    ORDER.filter(each => !folders.includes(each)),
    [],
  )
  t.equal(new Set(ORDER).size, ORDER.length)
})

t.test('imports run down only', async t => {
  t.same(misfits(allImports(), ORDER), [])
})

t.test('files do not import each other in a circle', async t => {
  t.same(circles(allImports()), [])
})

t.test('an import that runs upwards is found, one that runs down is not', async t => {
  const order = ['core/bytes', 'core/block', 'emulators/link', 'emulators/device', 'cli/output']
  const found = (from: string, line: string): number =>
    misfits(importsOf(from, `${line}\n`), order).length
  const up: [string, string][] = [
    ['core/bytes/new.ts', "import { x } from '../block/part.ts'"],
    ['core/bytes/new.ts', "import type { X } from '../block/part.ts'"],
    ['core/bytes/new.ts', "export { x } from '../block/part.ts'"],
    ['core/bytes/new.ts', "import {\n  x,\n} from '../block/part.ts'"],
    ['core/bytes/new.ts', "const x = await import('../block/part.ts')"],
    ['core/bytes/new.ts', "type X = typeof import('../block/part.ts')"],
    ['core/bytes/new.ts', "import '../block/part.ts'"],
    ['core/bytes/new.ts', "import { readFileSync } from 'node:fs'"],
    ['core/bytes/new.ts', "import pino from 'pino'"],
    ['core/block/new.ts', "import { x } from '#emulators/link/link'"],
    ['emulators/link/new.ts', "import { x } from '../device/hub.ts'"],
    ['emulators/link/new.ts', "import { x } from '#cli/output/output'"],
    ['emulators/link/new.ts', "import { x } from '../nowhere/x.ts'"],
    ['emulators/link/new.ts', "import { x } from '../../core/bytes/bytes.ts'"],
    ['emulators/device/new.ts', "import { x } from '#emulators/link/link'"],
  ]
  for (const [from, line] of up) t.equal(found(from, line), 1, `${from}: ${line}`)
  const down: [string, string][] = [
    ['core/block/new.ts', "import { x } from './geometry.ts'"],
    ['core/block/new.ts', "import { x } from '../bytes/bytes.ts'"],
    ['emulators/link/new.ts', "import { x } from '#core/bytes/bytes'"],
    ['emulators/link/new.ts', "import { x } from 'node:crypto'"],
    ['cli/output/new.ts', "import { x } from '#emulators/device/hub'"],
  ]
  for (const [from, line] of down) t.equal(found(from, line), 0, `${from}: ${line}`)
})

t.test('a circle is found, of types too', async t => {
  const ring = [
    ...importsOf('a/one.ts', "import type { X } from './two.ts'\n"),
    ...importsOf('a/two.ts', "import { y } from '../b/three.ts'\n"),
    ...importsOf('b/three.ts', "import type { Z } from '../a/one.ts'\n"),
    ...importsOf('b/four.ts', "import type { Z } from '../a/one.ts'\n"),
  ]
  t.same(circles(ring), ['a/one.ts -> a/two.ts -> b/three.ts -> a/one.ts'])
})
