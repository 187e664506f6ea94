// The core's promise of no allocation, an estate's and a data frame's, proved: two million operations of each hot path in
// a process whose nursery holds all their garbage, were there any (bench/heap.ts says why the flags are needed).

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { HEAP_FLAGS, type Weight } from '../../bench/heap.ts'

const PROBE = join(import.meta.dirname, '..', 'helpers', 'heap-probe.ts')
/** Octets that the engine may use for itself in two million operations: 0.03 an operation. */
const ALLOWANCE = 64 * 1024

/** What two million operations of the case `name` leave behind. */
function probe(name: string): Weight {
  // The probe must be neither covered nor hooked: both change what is compiled, and so what is allocated.
  const { NODE_V8_COVERAGE, NODE_OPTIONS, ...env } = process.env
  const child = spawnSync(process.execPath, [...HEAP_FLAGS, PROBE, name], {
    env,
    encoding: 'utf8',
  })
  if (child.status !== 0) throw new Error(`the probe ended with ${child.status}: ${child.stderr}`)
  return JSON.parse(child.stdout)
}

function isClean({ bytes, collections }: Weight): boolean {
  return collections === 0 && bytes <= ALLOWANCE
}

t.notOk(isClean(probe('control')), 'the probe sees a view per operation')

for (const name of [
  'encodeFrame',
  'cobs',
  'dataFrame',
  'accept',
  'duplicate',
  'badCrc',
  'encodeBlockResponse',
  'decodeBlockResponse',
  'blockRequest',
  'timers',
  'random',
  'estateEvents',
  'guidList',
  'ad1Verdict',
  'eui64',
  'decodeGbcs',
]) {
  const weight = probe(name)
  t.ok(isClean(weight), `${name} leaves no garbage`, { ...weight })
}
