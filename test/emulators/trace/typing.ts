// What the compiler refuses of whoever emits and reads: tsc holds each `@ts-expect-error`, which is an error itself where
// there is none to expect.

import t from 'tap'
import {
  type ByName,
  byName,
  type EventOf,
  type FieldsOf,
  type Said,
  Trace,
  type TraceEvent,
  type TraceName,
} from '#emulators/trace/trace'

const events: TraceEvent[] = []
const clock = { now: 5 }
const trace = new Trace(clock, event => events.push(event))

/** Never called: what is wrong in it is wrong before it runs. */
export function misuse(event: TraceEvent, either: 'ota-held' | 'ota-retry'): unknown[] {
  // @ts-expect-error no event of this name
  trace.emit('esme', 'ota-begun')
  // @ts-expect-error a field is missing
  trace.emit('esme', 'ota-stopped', { status: 0x95 })
  // @ts-expect-error all fields are missing
  trace.emit('esme', 'ota-stopped')
  // @ts-expect-error an unknown field
  trace.emit('esme', 'ota-held', { fileVersion: 2, version: 2 })
  // @ts-expect-error an event that has none
  trace.emit('esme', 'power-lost', { outage: 5 })
  // @ts-expect-error another type
  trace.emit('esme', 'ota-held', { fileVersion: '2' })
  // @ts-expect-error no code of an alert
  trace.emit('esme', 'alert-raised', { code: 'AD2', detail: 0 })
  // @ts-expect-error fields of two cases
  trace.emit('run', 'step', { kind: 'wait', line: 1, on: ['esme'] })
  // @ts-expect-error what is one of several names needs the fields of each
  trace.emit('esme', either, { fileVersion: 2 })
  const loose: Record<string, unknown> = { fileVersion: 2 }
  // @ts-expect-error fields that nobody knows
  trace.emit('esme', 'ota-held', loose)
  const sayings: ByName<number> = {
    // @ts-expect-error a field of another event
    'ota-held': held => held.offset,
  }
  return [
    sayings,
    // @ts-expect-error it has a name, but which is not known
    event.fileVersion,
    // @ts-expect-error no such event
    event.name === 'ota-begun',
    // @ts-expect-error nobody changes what was said
    event.name === 'list-replaced' && event.devices.push(''),
    // @ts-expect-error left out where the scenario is in no file
    event.name === 'start' && event.file.length,
  ]
}

t.test('what is emitted has its head, its fields in their order, and no others', async t => {
  trace.emit('esme', 'ota-stopped', { status: 0x95, offset: 5 })
  trace.emit('esme', 'power-lost')
  trace.emit('gsme', 'power-restored')
  trace.emit('gsme', 'power-restored', { outage: 200_000, alert: '8F36' })
  t.same(
    events.map(event => JSON.stringify(event)),
    [
      '{"t":5,"source":"esme","name":"ota-stopped","status":149,"offset":5}',
      '{"t":5,"source":"esme","name":"power-lost"}',
      '{"t":5,"source":"gsme","name":"power-restored"}',
      '{"t":5,"source":"gsme","name":"power-restored","outage":200000,"alert":"8F36"}',
    ],
  )
})

t.test('a name picks what is made of its event, and its type', async t => {
  const makers: ByName<string, [unit: string]> = {
    'ota-stopped': ({ offset }, unit) => `${offset.toFixed(1)} ${unit}`,
    'power-restored': ({ outage }) => `${outage ?? 'unknown'}`,
  }
  t.same(
    events.map(event => byName(makers, event, 'B')),
    ['5.0 B', undefined, 'unknown', '200000'],
  )
})

t.test('who passes names and fields on keeps them together', async t => {
  const emit = <N extends TraceName>(name: N, ...fields: Said<N>): void =>
    trace.emit('box', name, ...fields)
  const step: FieldsOf<'step'> = { kind: 'wait', line: 3, for: 20 }
  emit('step', step)
  emit('supply-lost')
  const [waited, lost] = events.slice(-2)
  const isWait = (event: EventOf<'step'>): boolean => event.kind === 'wait' && event.for === 20
  t.ok(waited?.name === 'step' && isWait(waited))
  t.same(lost, { t: 5, source: 'box', name: 'supply-lost' })
})
