// Snapshots as files from anybody: what was saved comes back, they hold no command, they take no more memory than they state
// and may, and whatever was changed in them, with the right hash, ends with its name.

import { serialize } from 'node:v8'
import t from 'tap'
import { Random } from '#core/time/random'
import { loadCargo } from '#emulators/play/images'
import type { Origin } from '#emulators/play/origin'
import { scenarioOf } from '#emulators/play/origin'
import { Run } from '#emulators/play/play'
import { decodeSnapshot, encodeSnapshot, loadState, saveState } from '#emulators/play/snapshot'
import { MemoryDisk } from '#emulators/storage/disk'
import type { TraceEvent } from '#emulators/trace/trace'
import { around, type Parts, putTogether, takeApart } from '../../helpers/snapshots.ts'

const VERSION = '1.2.3'
const SMALL = `name: small
generation: smets1
images: { meter: { size: 2 kB, for: esme } }
devices:
  esme: { profile: esme, BOARD with: { blockPeriod: 0, maxDataSize: 255 B, activationShortest: 1 s, activationLongest: 1 s } }
steps:
  - distribute: meter
  - activate: meter
`
const TEXT = SMALL.replace('BOARD', '')
const COMMANDS = SMALL.replace(
  'BOARD',
  `board: { port: 'virtual:wasm?flash=/nowhere/x', power: { on: 'touch on', off: 'touch off', shell: yes } },`,
)
const fromFile = (text: string): Origin => ({ kind: 'file', file: 'small.yaml', text })

/** A snapshot of the third second, and everything that happened in the whole run. */
function saved(origin: Origin = fromFile(TEXT)) {
  const scenario = scenarioOf(origin, undefined)
  const cargo = loadCargo(scenario, () => {
    throw new Error('no files')
  })
  const events: TraceEvent[] = []
  const run = new Run({ scenario, cargo, anchor: undefined, disk: new MemoryDisk() }, event => {
    events.push(event)
  })
  run.begin()
  run.playUntil(3_000)
  const before = [...events]
  const file = encodeSnapshot({
    ...{ hanrig: VERSION, origin, cargo, files: new Map([['meter', 'fw.ota']]), anchor: undefined },
    ...{ events: before, state: saveState(run) },
  })
  run.finish()
  return { file, events }
}

/** Reads it and plays it to its end; what happened after. */
function play(file: Uint8Array): TraceEvent[] {
  const { state, ...snapshot } = decodeSnapshot(file, VERSION)
  const events = [...snapshot.events]
  const run = new Run({ ...snapshot, disk: new MemoryDisk() }, event => events.push(event))
  loadState(run, state)
  run.finish()
  return events
}

const refused = (file: Uint8Array): string => {
  try {
    decodeSnapshot(file, VERSION)
    return ''
  } catch (error) {
    const { code, kind, message } = error as { code: string; kind: string; message: string }
    t.match({ code, kind }, { code: 'HANRIG_SNAPSHOT_DAMAGED', kind: 'unusable' }, message)
    return message
  }
}

t.test('what was saved comes back and goes on', async t => {
  const { file, events } = saved()
  t.same(JSON.stringify(play(file)), JSON.stringify(events))
  const { files, file: name, cargo } = decodeSnapshot(file, VERSION)
  t.same([...files], [['meter', 'fw.ota']])
  t.equal(name, 'small.yaml')
  t.equal(cargo.get('meter')!.image.octets.length, 2_000)
  t.equal(refused(putTogether(takeApart(file))), '', 'apart and together it is the same')
  const random = saved({ kind: 'random', seed: 3 })
  t.same(JSON.stringify(play(random.file)), JSON.stringify(random.events))
})

t.test('commands, ports and files of boards are left out', async t => {
  for (const file of [
    saved(fromFile(COMMANDS)).file,
    changed(({ head }) => {
      head.origin.text = COMMANDS
    }),
  ]) {
    const { scenario, origin } = decodeSnapshot(file, VERSION)
    t.match((origin as { text: string }).text, 'touch off')
    t.notMatch(JSON.stringify(scenario), /touch|virtual|shell/)
    t.equal(scenario.devices.esme!.board, undefined)
  }
})

function changed(change: (parts: Parts) => void): Buffer {
  const parts = takeApart(saved().file)
  change(parts)
  return putTogether(parts)
}

t.test('everything in it is checked', async t => {
  const changes: Record<string, (parts: Parts) => void> = {
    'hanrig 0.0.1 took it': ({ head }) => Object.assign(head, { hanrig: '0.0.1' }),
    'its head is wrong at origin': ({ head }) => Object.assign(head, { origin: null }),
    'its head is wrong at origin.text': ({ head }) => Object.assign(head.origin, { text: 7 }),
    'its head is wrong at origin.seed': ({ head }) => Object.assign(head.origin, { seed: -1 }),
    'its head is wrong at .': ({ head }) => Object.assign(head, { power: 'off' }),
    'its head is wrong at images.0.octets': ({ head }) =>
      Object.assign(head.images[0], { octets: 1.5 }),
    'its head is wrong at anchor': ({ head }) => Object.assign(head, { anchor: '!' }),
    'does not fit together \\(small.yaml:': ({ head }) =>
      Object.assign(head.origin, { text: 'name: 7' }),
    'does not fit together': ({ head }) => Object.assign(head, { anchor: 'AAAA' }),
    'its images are wrong': ({ head }) => Object.assign(head.images[0], { octets: 1e9 }),
    'its images are not the scenario’s': ({ head }) =>
      Object.assign(head.images[0], { for: 'gsme' }),
    'what happened before is no trace': ({ head }) => head.events.push(null),
  }
  for (const [why, change] of Object.entries(changes))
    t.match(refused(changed(change)), new RegExp(why))
  const events: unknown[] = [
    7,
    {},
    { t: 'x', source: 'a', name: 'step' },
    { t: 0, source: 'a', name: 'sh' },
  ]
  for (const event of events)
    t.match(refused(changed(({ head }) => head.events.push(event))), 'trace')
  const twice = ({ head }: Parts) => head.images.push(head.images[0])
  t.match(refused(changed(twice)), 'images are')
  const job = { kind: 'built-in', seed: 1, faults: {}, blockSize: 1, listed: true, activateIn: -1 }
  t.match(refused(changed(({ head }) => Object.assign(head, { origin: job }))), 'origin.profile')
  t.match(refused(around(Buffer.from([255, 255, 255, 255]))), 'head is cut off')
  t.match(refused(around(new Uint8Array(2))), 'fit together')
  t.match(refused(around(serialize({ hanrig: VERSION }))), /head|fit/)
  t.match(refused(Buffer.concat([Buffer.from('HANRIGS1'), new Uint8Array(100)])), '0.3.0 or older')
})

t.test('it inflates to what it states, which is bounded', async t => {
  const zeros = new Uint8Array(64 * 1024 * 1024)
  const bomb = around(zeros, 1_000)
  t.ok(bomb.length < 400_000)
  const before = process.memoryUsage().rss
  t.match(refused(bomb), 'cut off or damaged')
  t.match(refused(around(zeros, 600 * 1024 * 1024)), 'are the most')
  t.ok(process.memoryUsage().rss - before < 32 * 1024 * 1024, 'nothing of it is taken')
  t.match(refused(around(new Uint8Array(10), 11)), 'shorter than it states')
  const { file } = saved()
  for (const length of [0, 8, 43, 44, 60, file.length - 9]) {
    t.not(refused(file.subarray(0, length)), '', `${length} octets`)
  }
})

t.test('whatever is changed in the state, it ends, and with an error or a verdict', async t => {
  const { head, rest } = takeApart(saved().file)
  const state = head.images[0].octets
  const random = new Random(9, 'fuzz')
  const values = tagged(rest, state)
  const odd = [0, -1, 1, 2 ** 32, 1e300, Number.NaN, 1 / 0, -1 / 0, 0.5, 65_536]
  const ends = new Map<string, number>()
  for (let round = 0; round < 150; round++) {
    const other = Buffer.from(rest)
    for (let i = 0; i < 2; i++) {
      const { at, isNumber, length } = values[random.between(0, values.length - 1)]!
      if (isNumber) other.writeDoubleLE(odd[random.between(0, odd.length - 1)]!, at)
      else if (length > 0) other[at + random.between(0, length - 1)]! ^= 1 << random.between(0, 7)
    }
    let end = 'played'
    try {
      play(putTogether({ head, rest: other }))
    } catch (error) {
      end = (error as { code?: string }).code ?? (error as Error).name
    }
    ends.set(end, (ends.get(end) ?? 0) + 1)
  }
  t.ok(ends.get('HANRIG_SNAPSHOT_DAMAGED')! > 5, JSON.stringify([...ends]))
  t.ok(ends.get('played')! > 5)
  for (const end of ends.keys()) {
    // The command takes what is no refusal of its own for a damaged snapshot, too.
    t.match(end, /^(played|HANRIG_SNAPSHOT_DAMAGED|TypeError|RangeError)$/)
  }
})

/** Where the values of a state stand, by their tags. */
function tagged(octets: Buffer, from: number): { at: number; isNumber: boolean; length: number }[] {
  const found = []
  for (let at = from; at < octets.length; ) {
    const tag = octets[at]!
    const length = tag === 1 ? 8 : tag === 2 ? 1 : octets.readUInt32LE(at + 1)
    const begin = at + (tag > 2 ? 5 : 1)
    found.push({ at: begin, isNumber: tag === 1, length })
    at = begin + length
  }
  return found
}
