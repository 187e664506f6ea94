// A scenario played in one call: files and the trust anchor by the caller's reading, a capture, a store, a snapshot.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { playScenario, resumeScenario, snapshotScenario } from '#emulators/play/play-scenario'
import { readScenario } from '#emulators/scenario/read/read'
import type { TraceEvent } from '#emulators/trace/trace'
import { gbFixture } from '#firmware-fixtures/gb-image'

const TEXT = `
name: One meter
images:
  new: { file: new.ota, for: esme }
devices:
  esme: { profile: esme }
steps:
  - distribute: new
  - activate: new
expect:
  - device: esme
    runs: new
`
const file = gbFixture({ size: 20_000 }).u8
const readFile = (path: string): Uint8Array => {
  if (path !== 'new.ota') throw new Error(`${path} is not there`)
  return file
}

t.test('to its end, with events, a capture and a file that the caller reads', async t => {
  const events: TraceEvent[] = []
  const chunks: Uint8Array[] = []
  const outcome = playScenario(readScenario(TEXT, 'one.yaml'), {
    readFile,
    onEvent: event => events.push(event),
    onCapture: chunk => chunks.push(chunk),
  })
  t.ok(outcome.ok, outcome.failures.join())
  t.ok(events.some(({ name }) => name === 'activation-ended'))
  t.equal(Buffer.concat(chunks).readUInt32LE(0), 0x0a0d0d0a, 'a pcapng section header')
  t.throws(() => playScenario(readScenario(TEXT, 'one.yaml')), { code: 'ENOENT' })
})

t.test('the store is given back, whatever happens', async t => {
  const store = t.testdir()
  const scenario = { ...readScenario(TEXT, 'one.yaml'), generation: 'smets1' as const }
  t.throws(() => playScenario({ ...scenario, trust: 'none.pem' }, { readFile, store }))
  t.ok(playScenario(scenario, { readFile, store }).ok)
  t.ok(playScenario(scenario, { readFile, store }).ok)
})

t.test('from a snapshot it goes on as if nothing had been', async t => {
  const whole: TraceEvent[] = []
  const before: TraceEvent[] = []
  const after: TraceEvent[] = []
  const onto = (list: TraceEvent[]) => (event: TraceEvent) => list.push(event)
  const straight = playScenario(readScenario(TEXT, 'one.yaml'), { readFile, onEvent: onto(whole) })
  const snapshot = snapshotScenario(TEXT, 60_000, { readFile, onEvent: onto(before) })
  const resumed = resumeScenario(snapshot, { onEvent: onto(after) })
  t.same(resumed, straight)
  t.ok(before.length > 0 && after.length > 0)
  t.same([...before, ...after], whole)
  t.throws(() => snapshotScenario(TEXT, 1e9, { readFile }), { code: 'HANRIG_USAGE' })
  t.throws(() => resumeScenario(snapshot.subarray(1)), { code: 'HANRIG_SNAPSHOT_DAMAGED' })
})

t.test('the ready scenarios of the package play so, too', async t => {
  const path = join(import.meta.dirname, '../../../scenarios/mp102b-suppressed.yaml')
  t.ok(playScenario(readScenario(readFileSync(path, 'utf8'), path)).ok)
})
