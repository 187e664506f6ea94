// The same promise for a whole home at work: a million exchanges between a hub and six devices, with loss and all that
// follows from it, leave the heap as it was. bench/home-weight.ts says what the steady state is.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { HEAP_FLAGS } from '../../../bench/heap.ts'
import type { HomeWeight } from '../../../bench/home-weight.ts'

const SCALES = join(import.meta.dirname, '..', '..', '..', 'bench', 'home-weight.ts')
const STRETCHES = 2_000
const FEW = 100
/** Part of the stretches that has to be clean to the octet: in the rest the engine was busy with itself. */
const CLEAN = 0.95

function weigh(also: string, stretches: number): HomeWeight {
  // Neither covered nor hooked: both change what is compiled, and so what is allocated.
  const { NODE_V8_COVERAGE, NODE_OPTIONS, ...env } = process.env
  const args = [...HEAP_FLAGS, SCALES, `${stretches}`, also]
  const child = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  if (child.status !== 0) throw new Error(`the scales ended with ${child.status}: ${child.stderr}`)
  return JSON.parse(child.stdout)
}

const home = weigh('nothing', STRETCHES)
t.equal(home.median, 0, 'an exchange leaves no garbage')
t.ok(home.clean >= CLEAN * home.stretches, 'nor do five hundred', { ...home })

const wasteful = weigh('wasteful', FEW)
t.ok(wasteful.median > 0 && wasteful.clean < wasteful.stretches / 2, 'one view would be seen', {
  ...wasteful,
})
