// A run that was stopped at any moment, saved, and loaded into a new one goes on as if nothing had been: the same
// events and the same outcome, octet for octet.

import t from 'tap'
import { Random } from '#core/time/random'
import { Run } from '#emulators/play/play'
import { Loader, Saver } from '#emulators/storage/archive'
import type { TraceEvent } from '#emulators/trace/trace'
import { finish, optionsOf } from '../../helpers/home.ts'

/** Every kind of box, fault and step that can be in one home; what differs is how the DCC reaches it. */
function rich(generation: string, more: string): string {
  return `
name: everything
seed: 11
generation: ${generation}
images:
  meter: { size: 5 kB, for: esme, version: 2 }
  newer: { size: 3 kB, for: esme, version: 3, forceReplace: yes }
  gas: { size: 4 kB, for: gsme, version: 2 }
  load: { size: 2500, for: hcalcs, version: 2, signature: wrong }
  display: { size: 3 kB, for: ppmid, version: 2 }
  own: { size: 2 kB, for: hub, version: 2 }
hub:
  with: { minBlockPeriod: 100 ms, serveWhileReceiving: yes, retention: 3 d }
  wrong:
    - { what: lies-on-size, chance: 20 %, times: 2 }
    - { what: dies-midway, after: 120, times: 2, for: 3 min }
    - { what: restart, every: 5 h, for: 4 min }
devices:
  esme:
    profile: esme-pre-mp102a
    listed: yes
    with: { checkpointEvery: 300 B, announcesBlockPeriod: yes }
    wrong:
      - { what: restart-at-zero, chance: 3 %, times: 3 }
      - { what: past-the-end, chance: 2 %, times: 2 }
      - { what: restart, every: 3 h, for: 30 s }
  poly:
    profile: esme-polyphase
    with: { pageSize: 600 B, responseSpacing: 70 ms, clockSkew: -3 min }
    wrong: [{ what: ask-255, chance: 5 % }]
  gsme:
    profile: gsme
    with: { awakeTime: 3 s, maxDataSize: 40 B }
    wrong: [{ what: never-ends, times: 2 }]
  hcalcs: { profile: hcalcs, with: { activationFails: yes } }
  ppmid: { profile: ppmid-sleepy, plugged: no }
links:
  wan: { loss: 4 %, corruption: 2 %, duplication: 3 %, reordering: 5 %, bitRate: 9600 }
  csp:
    loss: 3 %
    bursts: { enter: 2 %, leave: 30 %, loss: 80 % }
    duplication: 3 %
    bitRate: 9600
  han: { loss: 4 %, corruption: 1 %, duplication: 3 %, reordering: 3 % }
  han.esme: { deaf: { every: 90 s, for: 4 s } }
service: { wanBlockSize: 200, windowBlocks: 8, batch: 5 }
steps:
  - { cut-power: [esme], for: 90 s, at: 70 s }
  - { cut-power: [hub], for: 5 min, at: 3 min }
  - { unplug: [poly], at: 11 min }
  - { plug: [poly], at: 25 min }
  - { plug: [ppmid], at: 9 h }
  - { rot: [hcalcs], at: 2 h }
  - { relist: [], at: 20 h }
  - { discard: newer, at: 30 h }
  - { query: [esme, hcalcs], at: 4 h }
  - distribute: meter
${more}
until: 10 d
`
}

const SMETS1 = `
  - distribute: gas
  - distribute: load
  - distribute: own
  - activate: meter
  - { activate: gas, in: 10 h }
  - { activate: load, hash: wrong }
  - cancel: [gsme]
  - activate: own
  - activate: gas`

const SMETS2 = `
  - distribute: gas
  - distribute: load
  - distribute: display
  - { activate: meter, in: 3 h }
  - distribute: newer
  - distribute: own
  - activate: own
  - wait: { event: alert-received, where: { code: 8F72 }, atMost: 5 h }
  - { activate: gas, in: 10 h }
  - cancel: [gsme]
  - activate: gas
  - { activate: newer, wait: no }`

/** An event as a line of the trace. */
const lineOf = (event: TraceEvent): string => JSON.stringify(event)

/** Plays to `time`, is saved, loaded into a new run, and ends there; events of both lives and the outcome. */
function interrupted(yaml: string, time: number) {
  const before: TraceEvent[] = []
  const first = new Run(optionsOf(yaml), event => before.push(event))
  first.begin()
  const ended = first.playUntil(time)
  const saver = new Saver()
  first.archive(saver)
  const octets = saver.octets.slice()
  const after: TraceEvent[] = []
  const second = new Run(optionsOf(yaml), event => after.push(event))
  const loader = new Loader(octets)
  second.archive(loader)
  for (const event of before) second.recall(event)
  const again = new Saver()
  second.archive(again)
  const same = Buffer.compare(octets, again.octets) === 0
  const outcome = second.finish()
  return { ended, before, after, outcome, whole: loader.ended, same }
}

for (const [name, yaml] of [
  ['SMETS1', rich('smets1', SMETS1)],
  ['SMETS2', rich('smets2', SMETS2)],
] as const) {
  t.test(`${name}: a run goes on from any moment as if nothing had been`, async t => {
    const { events, outcome } = finish(optionsOf(yaml))
    const lines = events.map(lineOf)
    const names = new Set(events.map(event => event.name))
    for (const wanted of ['ota-progress', 'activation-began', 'booted', 'frame-rewritten']) {
      t.ok(names.has(wanted as TraceEvent['name']), `there is ${wanted} in it`)
    }
    const moments = momentsOf(events)
    t.ok(moments.length >= 40, `${moments.length} moments`)
    for (const time of moments) {
      const life = interrupted(yaml, time)
      const faults: string[] = []
      if (!life.whole) faults.push('more was saved than loaded')
      if (!life.same) faults.push('what was loaded is saved otherwise')
      const told = [...life.before, ...life.after].map(lineOf)
      const at = told.findIndex((line, i) => line !== lines[i])
      if (at >= 0 || told.length !== lines.length) {
        const i = at < 0 ? Math.min(told.length, lines.length) : at
        faults.push(`event ${i} is ${told[i]}, not ${lines[i]}`)
      }
      if (JSON.stringify(life.outcome) !== JSON.stringify(outcome)) faults.push('another outcome')
      if (faults.length > 0) {
        t.same(faults, [], `saved at ${time} ms`)
        break
      }
    }
  })

  t.test(`${name}: one seed, one trace, with everything in it`, async t => {
    const trace = (text: string) => finish(optionsOf(text)).events.map(lineOf).join('\n')
    const once = trace(yaml)
    t.ok(once === trace(yaml), 'the same seed')
    t.ok(once !== trace(yaml.replace('seed: 11', 'seed: 12')), 'another')
  })
}

/** Moments drawn by seed, and those just after what matters: mid-transfer, while activating, while off. */
function momentsOf(events: readonly TraceEvent[]): number[] {
  const random = new Random(5, 'moments')
  const end = events.at(-1)!.t
  const drawn = Array.from({ length: 6 }, () => random.between(0, end))
  // Most happens early: half of the draws go there.
  const early = Array.from({ length: 10 }, () => random.between(0, 2 * 3_600_000))
  const kinds = new Map<string, number>()
  for (const { name, source, t: time } of events) {
    const key = source.includes('.') ? name : `${source} ${name}`
    if (!kinds.has(key)) kinds.set(key, time)
  }
  const firsts = [...kinds.values()].filter((_, i) => i % 2 === 0)
  return [...new Set([0, ...drawn, ...early, ...firsts])].toSorted((a, b) => a - b)
}
