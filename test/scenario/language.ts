// The scenario language: what a text becomes, what is refused and where, and that the published JSON Schema is what the
// declarations say. Every refusal is checked with its line, its column and the word that it proposes.

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { test } from 'tap'
import { parse } from 'yaml'
import { z } from 'zod'
import { HanrigError } from '../../core/errors.ts'
import { HAN, PROFILES, WAN } from '../../emulators/profile/profiles.ts'
import { nearestTo, readScenario } from '../../emulators/scenario/read.ts'
import { scenarioJsonSchema } from '../../emulators/scenario/schema.ts'

const HOW = 'after a change to the language run: node test/helpers/write-scenario-schema.ts'
const NEVER = Number.POSITIVE_INFINITY

/** Every word of the language at least once. */
const EVERYTHING = `# yaml-language-server: $schema=../docs/scenario.schema.json
name: everything
description: text
seed: 7
start: 2026-01-05T09:00:00Z
generation: smets2
trust: none
images:
  meter: { size: 300 kB, for: esme, version: 0x01020304, signature: right, forceReplace: false, hardware: [0x1111, 0x1211], seed: 1 }
  other: { file: x.ota, for: ihd, kind: gb-signed, format: ota, wrap: false }
hub:
  id: 00:db:12:34:56:78:90:a2
  with: { retention: 3 d, ad1Strict: no }
  wrong: [ { what: dies-midway, after: 500, for: 10 min } ]
devices:
  esme: &d
    profile: esme-pre-mp102a
    id: 00-DB-12-34-56-78-90-A0
    listed: yes
    with: { blockPeriod: 100 ms, clockSkew: -5 min }
    wrong:
      - { what: ask-zero, chance: 1 %, after: 0, times: 3 }
      - { what: restart, every: 10 min, for: 5 s }
  esme2:
    <<: *d
    id: 00-DB-12-34-56-78-90-A1
  ppmid1: { profile: ppmid, plugged: false }
service: { suppressionWindow: 20 min }
links:
  han: { loss: 5 %, bursts: { enter: 1 %, leave: 25 %, loss: 80 % }, deaf: { every: 1 min, for: 2 s }, latency: 8 ms, overhead: 33 B }
  han.esme.up: { loss: 0.5, jitter: 0 }
  csp: { bitRate: 1000 }
steps:
  - distribute: meter
  - activate: meter
    on: [esme]
    in: 2 h
    wait: no
  - cancel: [esme]
  - wait: 10 min
  - wait: { event: alert-raised, source: esme, where: { code: '8F72' }, atMost: 1 d }
  - cut-power: [esme, hub]
    for: 10 s
    at: 1 h 30 min
  - unplug: [ppmid1]
  - plug: [ppmid1]
  - query: [esme]
  - discard: meter
  - rot: [esme2, hub]
  - relist: []
expect:
  - alert: AD1
    from: hub
    count: 1
    after: 3 min
    within: 5 h
    suppressed: true
  - { device: esme, runs: meter, holds: nothing, state: idle, sha256: meter }
  - { event: ota-refused, source: esme, where: { status: 0x98 }, count: { max: 3 } }
  - { response: 11.1, device: esme, code: 0 }
  - ends: { within: 3 d }
until: 10 d
`

const HEAD = `name: small
images: { meter: { size: 3 kB, for: esme } }
devices: { esme: { profile: esme } }
`

/** A scenario of one image and one ESME; `more` begins on line 4. */
const small = (more: string) => `${HEAD}${more}\n`

/** The problems of a text as 'line:column: sentence'; none when it is a scenario. */
function problemsOf(text: string): string[] {
  try {
    readScenario(text, 'x.yaml')
    return []
  } catch (error) {
    if (!(error instanceof HanrigError) || error.code !== 'HANRIG_SCENARIO_INVALID') throw error
    return error.message.split('\n').map(line => line.replace(/^x\.yaml:\s?/, ''))
  }
}

test('a scenario is what its text says, with plain numbers', async t => {
  const read = readScenario(EVERYTHING, 'x.yaml')
  t.match(read, {
    name: 'everything',
    seed: 7,
    start: Date.UTC(2026, 0, 5, 9),
    generation: 'smets2',
    trust: 'none',
    until: 10 * 86_400_000,
    service: { suppressionWindow: 1_200_000 },
  })
  t.match(read.images, {
    meter: {
      kind: 'made',
      size: 300_000,
      for: 'esme',
      version: 0x01020304,
      signature: 'right',
      hardware: [0x1111, 0x1211],
    },
    other: { kind: 'file', file: 'x.ota', imageKind: 'gb-signed', format: 'ota', wrap: false },
  })
  t.match(read.hub, {
    id: '00-DB-12-34-56-78-90-A2',
    values: { retention: 3 * 86_400_000, ad1Strict: 0 },
    wrong: [{ what: 'dies-midway', chance: 1, after: 500, times: NEVER, for: 600_000 }],
  })
  t.match(read.devices.esme, {
    profile: 'esme-pre-mp102a',
    type: 'esme',
    listed: true,
    plugged: true,
    values: { blockPeriod: 100, clockSkew: -300_000, cutsHubSupply: 1 },
    wrong: [
      { what: 'ask-zero', chance: 0.01, after: 0, times: 3 },
      { what: 'restart', every: 600_000, for: 5_000 },
    ],
  })
  t.strictSame(
    read.steps.map(({ kind, line }) => [line, kind]),
    [
      [34, 'distribute'],
      [35, 'activate'],
      [39, 'cancel'],
      [40, 'wait'],
      [41, 'wait-event'],
      [42, 'cut-power'],
      [45, 'unplug'],
      [46, 'plug'],
      [47, 'query'],
      [48, 'discard'],
      [49, 'rot'],
      [50, 'relist'],
    ],
  )
  t.match(read.steps[1], {
    image: 'meter',
    on: ['esme'],
    in: 7_200_000,
    hash: 'right',
    wait: false,
  })
  t.match(read.steps[4], { event: 'alert-raised', source: 'esme', where: { code: '8F72' } })
  t.match(read.steps[5], { on: ['esme', 'hub'], for: 10_000, at: 5_400_000 })
  t.match(read.expect, [
    {
      kind: 'alert',
      alert: 'AD1',
      from: 'hub',
      count: { min: 1, max: 1 },
      after: 180_000,
      line: 52,
    },
    { kind: 'device', runs: 'meter', holds: 'nothing', state: 'idle', sha256: 'meter', line: 58 },
    { kind: 'event', where: { status: 0x98 }, count: { min: 0, max: 3 }, within: NEVER, line: 59 },
    { kind: 'response', service: '11.1', code: 0, count: { min: 1, max: NEVER }, line: 60 },
    { kind: 'ends', within: 3 * 86_400_000, line: 61 },
  ])
})

test('what is left out has its default', async t => {
  const read = readScenario(
    `name: least
images:
  a: { size: 3 kB, for: esme }
  b: { size: 3 kB, for: ppmid }
  c: { file: c.ota, for: hub }
devices: { esme: { profile: esme } }
steps:
  - distribute: a
  - activate: a
  - distribute: c
  - wait: { event: booted }
expect: [{ alert: 8F72 }]
`,
    'x.yaml',
  )
  t.match(read, { description: '', seed: 1, generation: 'smets2', trust: 'test' })
  t.equal(read.start, Date.UTC(2026, 0, 5, 9))
  t.equal(read.until, 12 * 86_400_000)
  t.match(read.images.a, { version: 2, signature: 'right', forceReplace: false, seed: 1 })
  t.match(read.images.b, { signature: 'none' })
  t.strictSame(read.images.c, {
    kind: 'file',
    file: 'c.ota',
    for: 'hub',
    wrap: false,
    imageKind: undefined,
  })
  t.strictSame(read.devices.esme!.values, PROFILES.find(({ name }) => name === 'esme')!.values)
  t.match(read.devices.esme, { version: 1, listed: false, plugged: true, wrong: [] })
  t.equal(read.devices.esme!.id, undefined)
  t.strictSame(read.steps, [
    { kind: 'distribute', image: 'a', to: ['esme'], via: 'dcc', line: 8 },
    { kind: 'activate', image: 'a', on: ['esme'], in: 0, hash: 'right', wait: true, line: 9 },
    { kind: 'distribute', image: 'c', to: ['hub'], via: 'dcc', line: 10 },
    { kind: 'wait-event', event: 'booted', where: {}, atMost: NEVER, line: 11 },
  ])
  t.strictSame(read.expect, [
    {
      kind: 'alert',
      alert: '8F72',
      count: { min: 1, max: NEVER },
      after: 0,
      within: NEVER,
      line: 12,
    },
  ])
  const quiet = { loss: 0, corruption: 0, duplication: 0, reordering: 0 }
  const none = { bursts: undefined, deaf: undefined }
  t.strictSame(read.links, {
    'wan.up': { ...quiet, ...none, ...WAN },
    'wan.down': { ...quiet, ...none, ...WAN },
    'csp.up': { ...quiet, ...none, ...WAN },
    'csp.down': { ...quiet, ...none, ...WAN },
    'han.esme.up': { ...quiet, ...none, ...HAN },
    'han.esme.down': { ...quiet, ...none, ...HAN },
  })
})

test('of links the closer name wins, value by value', async t => {
  const { links } = readScenario(
    small(`links:
  han.esme.up: { loss: 3 % }
  han.esme: { loss: 2 %, jitter: 0, corruption: 2 % }
  han: { loss: 1 %, jitter: 5 ms, corruption: 1 %, duplication: 1 % }
  wan.down: { overhead: 0 B }`),
    'x.yaml',
  )
  const shared = { jitter: 0, corruption: 0.02, duplication: 0.01, latency: HAN.latency }
  t.match(links['han.esme.up'], { ...shared, loss: 0.03 })
  t.match(links['han.esme.down'], { ...shared, loss: 0.02 })
  t.equal(links['wan.down']!.overhead, 0)
  t.equal(links['wan.up']!.overhead, WAN.overhead)
})

test('anchors, aliases and merge keys give what they stand for', async t => {
  const { devices } = readScenario(
    `name: alike
devices:
  one: &one { profile: esme, version: 7, with: &with { blockPeriod: 1 s } }
  two: *one
  three: { <<: *one, version: 8 }
  four: { version: 9, <<: [{ profile: gsme }, *one] }
  five: { profile: ihd, with: { <<: *with, maxDataSize: 40 } }
`,
    'x.yaml',
  )
  t.match(devices.two, { profile: 'esme', version: 7, values: { blockPeriod: 1_000 } })
  t.match(devices.three, { profile: 'esme', version: 8, values: { blockPeriod: 1_000 } })
  t.match(devices.four, { profile: 'gsme', version: 9, values: { blockPeriod: 1_000 } })
  t.match(devices.five, { profile: 'ihd', values: { blockPeriod: 1_000, maxDataSize: 40 } })
})

test('a device sends where its own name is the image’s target, hexadecimal stays a number', async t => {
  const { images, expect, steps } = readScenario(
    `name: many
images: { m: { size: 300 kB, for: esme, version: 0x01020304, hardware: [0x1, 0o17] } }
devices: { a: { profile: esme }, b: { profile: gsme }, c: { profile: esme-slow } }
steps: [{ distribute: m }, { distribute: m, to: [b, hub] }, { activate: m, on: [b] }]
expect:
  - { device: a, runs: 0x01020304, sha256: ${'AB'.repeat(32)} }
  - { response: '11.3', count: { max: 0 } }
  - { response: 11.4, count: 0 }
`,
    'x.yaml',
  )
  t.match(images.m, { version: 16_909_060, hardware: [1, 15] })
  t.match(steps, [{ to: ['a', 'c'] }, { to: ['b', 'hub'] }, { on: ['b'] }])
  t.match(expect, [
    { runs: 16_909_060, sha256: 'ab'.repeat(32) },
    { service: '11.3', count: { min: 0, max: 0 } },
    { service: '11.4', count: { min: 0, max: 0 } },
  ])
})

/** A text and all that is wrong with it. */
type Case = readonly [text: string, ...problems: string[]]

async function refuses(t: Tap, cases: readonly Case[]): Promise<void> {
  for (const [text, ...problems] of cases) t.strictSame(problemsOf(text), problems, text)
}

type Tap = { strictSame(found: unknown, wanted: unknown, message: string): boolean }

test('what is not YAML is refused where it ceases to be', async t => {
  await refuses(t, [
    ['', '1:1: the scenario must be a map, not nothing.'],
    ['5', '1:1: the scenario must be a map, not 5.'],
    ['- 5', '1:1: the scenario must be a map, not a list.'],
    [small('seed: 1\nseed: 2'), '5:1: the key "seed" is written twice.'],
    [small('steps:\n  - { wait: 1 s, wait : 2 s }'), '5:18: the key "wait" is written twice.'],
    [small('seed: !dice 6'), '4:7: the tag "!dice" is not known.'],
    [small('hub:\n\tversion: 1'), '5:1: this is not YAML: Tabs are not allowed as indentation.'],
    [small('hub: *none'), '4:6: nothing before this has the anchor &none.'],
    [small('hub: { <<: *none }'), '4:12: nothing before this has the anchor &none.'],
    [small('hub: { <<: 5 }'), '4:8: only maps can be merged with <<.'],
    [small('hub: { <<: [{}, 5] }'), '4:8: only maps can be merged with <<.'],
    [small('hub: { __proto__: {} }'), '4:8: the key "__proto__" cannot be used.'],
    [small('? [a]\n: 1'), '4:3: a key must be a text.'],
    [`${small('')}---\na: 1\n`, '5:1: the file holds more than one YAML document.'],
    [
      'a: [',
      '1:5: this is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
    ],
  ])
})

test('unknown keys are refused at the key, with the known one that is near', async t => {
  await refuses(t, [
    [small('sead: 1'), '4:1: the scenario has no "sead"; did you mean "seed"?'],
    [small('colour: red'), '4:1: the scenario has no "colour".'],
    [
      small('hub: { with: { retenton: 3 d } }'),
      '4:16: hub.with has no "retenton"; did you mean "retention"?',
    ],
    [small('hub: { with: { maxDataSize: 4 } }'), '4:16: hub.with has no "maxDataSize".'],
    [small('service:\n  RetryAfter: 1 s'), '5:3: service has no "RetryAfter".'],
    [small('links: { han: { los: 5 % } }'), '4:17: links.han has no "los"; did you mean "loss"?'],
    [small('hub: { aa: 1, bb: 2 }'), '4:8: hub has no "aa".', '4:15: hub has no "bb".'],
    [small('hub: { "<<": {} }'), '4:8: hub has no "<<".'],
    [
      small('steps:\n  - { wait: { event: booted, sourze: hub } }'),
      '5:30: steps[0].wait has no "sourze"; did you mean "source"?',
    ],
  ])
})

test('values are refused for their type, form and range, in the unit of the field', async t => {
  const duration = 'a duration with its unit, such as 250 ms or 1 h 30 min'
  const size = 'a size such as 750 kB, 64 KiB or a whole number of octets'
  await refuses(t, [
    [small('seed: -1'), '4:7: seed must be a whole number from 0 to 0xffffffff, not -1.'],
    [small('seed: 1.5'), '4:7: seed must be a whole number from 0 to 0xffffffff, not 1.5.'],
    [small('seed: .nan'), '4:7: seed must be a whole number from 0 to 0xffffffff, not NaN.'],
    [small('seed: "1"'), '4:7: seed must be a whole number from 0 to 0xffffffff, not "1".'],
    [small('seed:'), '4:6: seed must be a whole number from 0 to 0xffffffff, not nothing.'],
    [small('until: 5'), `4:8: until must be ${duration}, not 5.`],
    [small('until: 0'), `4:8: until must be ${duration}, not 0.`],
    [small('until: 0 s'), '4:8: until must be whole milliseconds from 1 ms to 3650 d, not "0 s".'],
    [small('until: 5 mins'), `4:8: until must be ${duration}, not "5 mins".`],
    [small('until: { a: 1 }'), `4:8: until must be ${duration}, not a map.`],
    [
      small('start: 2026-02-30T00:00:00Z'),
      '4:8: start must be a time that the calendar has, from 2000 to 2136, not "2026-02-30T00:00:00Z".',
    ],
    [
      small('start: 1999-12-31T00:00:00Z'),
      '4:8: start must be a time that the calendar has, from 2000 to 2136, not "1999-12-31T00:00:00Z".',
    ],
    [
      small('start: 2026-01-05'),
      '4:8: start must be a time in UTC such as 2026-01-05T09:00:00Z, not "2026-01-05".',
    ],
    [
      small('generation: smets3'),
      '4:13: generation must be one of smets1, smets2, not "smets3"; did you mean "smets1"?',
    ],
    [small('trust: tset'), '4:8: trust must be test, none or the path of a PEM file, not "tset".'],
    [
      small('hub: { id: 00-DB }'),
      '4:12: hub.id must be an EUI-64 such as 00-DB-12-34-56-78-90-A0, not "00-DB".',
    ],
    [
      small('hub: { version: 0x100000000 }'),
      '4:17: hub.version must be a whole number from 0 to 0xffffffff, not 4294967296.',
    ],
    [
      small('hub: { with: { ad1Strict: 1 } }'),
      '4:27: hub.with.ad1Strict must be yes or no, not 1.',
    ],
    [
      small('hub: { with: { retention: 7 } }'),
      `4:27: hub.with.retention must be ${duration}, not 7.`,
    ],
    [
      small('hub: { with: { retention: 400 d } }'),
      '4:27: hub.with.retention must be whole milliseconds from 1 ms to 365 d, not "400 d".',
    ],
    [
      small('hub: { with: { minBlockPeriod: 70 s } }'),
      '4:32: hub.with.minBlockPeriod must be whole milliseconds from 0 s to 1 min 5 s 535 ms, not "70 s".',
    ],
    [
      small('hub: { with: { minBlockPeriod: 0.5 ms } }'),
      '4:32: hub.with.minBlockPeriod must be whole milliseconds from 0 s to 1 min 5 s 535 ms, not "0.5 ms".',
    ],
    [
      small('hub: { with: { queryJitter: 101 } }'),
      '4:29: hub.with.queryJitter must be a whole number from 1 to 100, not 101.',
    ],
    [
      small('hub: { with: { serverMaxDataSize: 256 } }'),
      '4:35: hub.with.serverMaxDataSize must be whole octets from 1 B to 255 B, not 256.',
    ],
    [
      small('hub: { with: { serverMaxDataSize: 1 kB } }'),
      '4:35: hub.with.serverMaxDataSize must be whole octets from 1 B to 255 B, not "1 kB".',
    ],
    [
      small('hub: { with: { serverMaxDataSize: 1 KB } }'),
      `4:35: hub.with.serverMaxDataSize must be ${size}, not "1 KB".`,
    ],
    [
      small('links: { han: { loss: 5 } }'),
      '4:23: links.han.loss must be a probability: 0 to 1, or 0 % to 100 %, not 5.',
    ],
    [
      small('links: { han: { loss: 101 % } }'),
      '4:23: links.han.loss must be a probability: 0 to 1, or 0 % to 100 %, not "101 %".',
    ],
    [
      small('links: { han: { deaf: { every: 1 s, for: 2 s } } }'),
      '4:42: links.han.deaf.for must not be longer than "every".',
    ],
    [
      small('links: { hann: {} }'),
      '4:10: links.hann must be a link: wan, csp or han, then .up, .down or the name of a device, not "hann".',
    ],
    [small('links: [han]'), '4:8: links must be a map of what links do by name, not a list.'],
    [
      small('hub: { wrong: [{ what: restart, every: 5 s, for: 5 s }] }'),
      '4:50: hub.wrong[0].for must be shorter than "every", or the box is never up.',
    ],
    [
      small('hub: { wrong: [{ what: ask-zero }] }'),
      '4:24: hub.wrong[0].what must be one of lies-on-size, other-offsets, dies-midway, restart, not "ask-zero".',
    ],
    [
      small('hub: { wrong: [{}] }'),
      '4:16: hub.wrong[0].what is missing: it must be one of lies-on-size, other-offsets, dies-midway, restart.',
    ],
    [
      small('hub: { wrong: [{ what: other-offsets, times: 0 }] }'),
      '4:46: hub.wrong[0].times must be a whole number from 1 to 0xffffffff, not 0.',
    ],
  ])
})

test('images and devices are refused for their names, numbers and kinds', async t => {
  const image = (text: string) =>
    `name: x\ndevices: { e: { profile: esme } }\nimages: { ${text} }\n`
  const name =
    'must be a name of at most 32 small letters, digits and hyphens that starts with a letter and is none of'
  await refuses(t, [
    ['name: x\n', '1:1: devices is missing: it must be a map of devices by name.'],
    ['name: x\ndevices: {}\n', '2:10: devices must hold 1 to 15 devices.'],
    [
      `name: x\ndevices:\n${Array.from({ length: 16 }, (_, i) => `  e${i}: { profile: esme }\n`).join('')}`,
      '3:3: devices must hold 1 to 15 devices.',
    ],
    [
      'name: x\ndevices: { hub: { profile: esme } }\n',
      `2:12: devices.hub ${name} supplier, dco, dsp, hub, run, wan, csp, han, not "hub".`,
    ],
    [
      'name: x\ndevices: { e: { profile: esme-slo } }\n',
      `2:26: devices.e.profile must be one of ${PROFILES.map(p => p.name).join(', ')}, not "esme-slo"; did you mean "esme-slow"?`,
    ],
    ['name: x\ndevices: { e: {} }\n', '2:15: devices.e.profile is missing.'],
    [
      image('nothing: { size: 3 kB, for: esme }'),
      `3:11: images.nothing ${name} nothing, not "nothing".`,
    ],
    [image('Big: { size: 3 kB, for: esme }'), `3:11: images.Big ${name} nothing, not "Big".`],
    [
      image('a: { size: 126, for: esme }'),
      '3:22: images.a.size must be whole octets from 127 B to 16 MiB, not 126.',
    ],
    [
      image('a: { size: 17 MiB, for: esme }'),
      '3:22: images.a.size must be whole octets from 127 B to 16 MiB, not "17 MiB".',
    ],
    [
      image('a: { size: 3 kB, for: emse }'),
      '3:33: images.a.for must be one of esme, gsme, hcalcs, ppmid, ihd, hub, not "emse"; did you mean "esme"?',
    ],
    [image('a: { size: 3 kB }'), '3:14: images.a.for is missing.'],
    [
      image('a: { size: 3 kB, for: esme, hardware: [2, 1] }'),
      '3:49: images.a.hardware must name the lower version first.',
    ],
    [
      image('a: { size: 3 kB, for: esme, hardware: [2] }'),
      '3:49: images.a.hardware must be two hardware versions, such as [0x1111, 0x1211], not a list.',
    ],
    [
      image('a: { size: 3 kB, file: x, for: esme }'),
      '3:28: images.a can have only one of size, file.',
    ],
    [image('a: { sise: 3 kB, for: esme }'), '3:16: images.a has no "sise"; did you mean "size"?'],
    [image('a: { for: esme }'), '3:14: images.a must have one of size, file.'],
    [image('a: 5'), '3:14: images.a must be a map, not 5.'],
    [image('a: { file: x.ota, for: esme, size2: 1 }'), '3:40: images.a has no "size2".'],
  ])
})

test('a step and an expectation are of one kind each', async t => {
  const step = (text: string) => small(`steps:\n  - ${text}`)
  const expect = (text: string) => small(`expect:\n  - ${text}`)
  const kinds =
    'distribute, activate, cancel, wait, cut-power, unplug, plug, query, discard, rot, relist'
  const duration = 'a duration with its unit, such as 250 ms or 1 h 30 min'
  await refuses(t, [
    [step('{ distribut: meter }'), '5:7: steps[0] has no "distribut"; did you mean "distribute"?'],
    [
      step('{ distribute: meter, activate: meter }'),
      '5:26: steps[0] can have only one of distribute, activate.',
    ],
    [step('{}'), `5:5: steps[0] must have one of ${kinds}.`],
    [step('{ for: 5 s }'), `5:5: steps[0] must have one of ${kinds}.`],
    [step('distribute'), '5:5: steps[0] must be a map, not "distribute".'],
    [step('{ distribute: [meter] }'), '5:19: steps[0].distribute must be a text, not a list.'],
    [step('{ distribute: meter, on: [esme] }'), '5:26: steps[0] has no "on".'],
    [
      step('{ distribute: meter, to: esme }'),
      '5:30: steps[0].to must be a list of names, such as [esme], not "esme".',
    ],
    [
      step('{ distribute: meter, to: [] }'),
      '5:30: steps[0].to must be a list with a name in it, not a list.',
    ],
    [step('{ activate: meter, in: 7 }'), `5:28: steps[0].in must be ${duration}, not 7.`],
    [step('{ activate: meter, wait: 5 s }'), '5:30: steps[0].wait must be yes or no, not "5 s".'],
    [
      step('{ activate: meter, wait: yes, hash: 5 }'),
      '5:41: steps[0].hash must be one of right, wrong, not 5.',
    ],
    [
      step('{ wait: 5 s, distribute: meter }'),
      '5:18: steps[0] can have only one of wait, distribute.',
    ],
    [step('{ cut-power: [esme] }'), `5:5: steps[0].for is missing: it must be ${duration}.`],
    [
      step('{ wait: 5 }'),
      `5:13: steps[0].wait must be ${duration}, or a map with an event, not 5.`,
    ],
    [
      step('{ wait: { event: bootd } }'),
      '5:22: steps[0].wait.event cannot be "bootd"; did you mean "booted"?',
    ],
    [
      step('{ wait: { event: booted, where: { a: [] } } }'),
      '5:42: steps[0].wait.where.a must be a text, a number or true or false, not a list.',
    ],
    [
      expect('{ alert: AD2 }'),
      '5:14: expect[0].alert must be one of AD1, 8F72, 8F1C, 8F66, 8F67, 8F1B, 8F89, 8F8A, 8F8B, not "AD2"; did you mean "AD1"?',
    ],
    [
      expect('{ alert: 8F72, suppressed: yes }'),
      '5:32: expect[0].suppressed can be said of AD1 only.',
    ],
    [
      expect('{ alert: 8F72, count: -1 }'),
      '5:27: expect[0].count must be a whole number, or a map with min and max, not -1.',
    ],
    [
      expect('{ alert: 8F72, count: { min: 2, max: 1 } }'),
      '5:42: expect[0].count.max must not be below "min".',
    ],
    [
      expect('{ device: esme }'),
      '5:5: expect[0] must say what is expected: runs, holds, state or sha256.',
    ],
    [
      expect('{ device: esme, state: helt }'),
      '5:28: expect[0].state must be one of idle, querying, downloading, waiting, verifying, ending, rejecting, held, countdown, requerying, not "helt"; did you mean "held"?',
    ],
    [
      expect('{ response: 11.2 }'),
      '5:17: expect[0].response must be one of 11.1, 11.3, 11.4, not 11.2.',
    ],
    [
      expect('{ response: 11.1, event: booted }'),
      '5:23: expect[0] can have only one of response, event.',
    ],
    [expect('{ ends: 3 d }'), '5:13: expect[0].ends must be a map, not "3 d".'],
  ])
})

test('names are refused that nothing in the scenario has', async t => {
  const step = (text: string) => small(`steps:\n  - ${text}`)
  const expect = (text: string) => small(`expect:\n  - ${text}`)
  const id = '00-DB-12-34-56-78-90-A0'
  await refuses(t, [
    [
      step('{ distribute: metr }'),
      '5:19: steps[0].distribute: "metr" is not an image of this scenario; did you mean "meter"?',
    ],
    [
      step('{ distribute: meter, to: [emse] }'),
      '5:31: steps[0].to[0]: "emse" is not a device or hub of this scenario; did you mean "esme"?',
    ],
    [step('{ distribute: meter, to: [esme, esme] }'), '5:37: steps[0].to[1] names esme again.'],
    [
      step('{ distribute: meter, to: [hub], via: han }'),
      '5:42: steps[0].via cannot be han for the hub: only devices are served in the home.',
    ],
    [
      step('{ activate: constructor }'),
      '5:17: steps[0].activate: "constructor" is not an image of this scenario.',
    ],
    [
      step('{ discard: other }'),
      '5:16: steps[0].discard: "other" is not an image of this scenario.',
    ],
    [
      step('{ cut-power: [esme, gsme], for: 1 s }'),
      '5:25: steps[0].cut-power[1]: "gsme" is not a device or hub of this scenario; did you mean "esme"?',
    ],
    [
      step('{ rot: [hubb] }'),
      '5:13: steps[0].rot[0]: "hubb" is not a device or hub of this scenario; did you mean "hub"?',
    ],
    [
      step('{ unplug: [hub] }'),
      '5:16: steps[0].unplug[0]: "hub" is not a device of this scenario.',
    ],
    [
      step('{ relist: [hub] }'),
      '5:16: steps[0].relist[0]: "hub" is not a device of this scenario.',
    ],
    [
      step('{ wait: 1 s, at: 13 d }'),
      '5:22: steps[0].at is after the end of the run: see "until".',
    ],
    [
      step('{ wait: { event: booted, source: emse } }'),
      '5:38: steps[0].wait.source: "emse" is not a box or link of this scenario; did you mean "esme"?',
    ],
    [
      small('links: { han.emse.up: {} }'),
      '4:10: links.han.emse.up: "emse" is not a device of this scenario; did you mean "esme"?',
    ],
    [
      expect('{ alert: AD1, from: hab }'),
      '5:25: expect[0].from: "hab" is not a device or hub of this scenario; did you mean "hub"?',
    ],
    [
      expect('{ alert: AD1, after: 2 s, within: 1 s }'),
      '5:39: expect[0].within is before "after".',
    ],
    [
      expect('{ device: x, runs: y, holds: nothin, sha256: abc }'),
      '5:15: expect[0].device: "x" is not a device or hub of this scenario.',
      '5:24: expect[0].runs: "y" is not an image of this scenario.',
      '5:34: expect[0].holds: "nothin" is not an image of this scenario; did you mean "nothing"?',
      '5:50: expect[0].sha256: "abc" is not an image of this scenario.',
    ],
    [
      expect('{ event: booted, source: han.esme.upp }'),
      '5:30: expect[0].source: "han.esme.upp" is not a box or link of this scenario; did you mean "han.esme.up"?',
    ],
    [
      expect('{ response: 11.1, device: esm }'),
      '5:31: expect[0].device: "esm" is not a device or hub of this scenario; did you mean "esme"?',
    ],
    [
      'name: x\nimages: { g: { size: 3 kB, for: gsme } }\ndevices: { e: { profile: esme } }\nsteps: [{ activate: g }]\n',
      '4:21: steps[0].activate is for gsme, and no device is one: name the devices with "on".',
    ],
    [
      `name: x\nhub: { id: ${id} }\ndevices: { e: { profile: esme, id: ${id.toLowerCase()} } }\n`,
      '3:36: devices.e.id is the id of hub already.',
    ],
    [
      `name: x\ndevices: { e: &e { profile: esme, id: ${id} }, f: *e }\n`,
      '2:66: devices.f.id is the id of e already.',
    ],
    [
      'name: x\ndevices: { e: { profile: esme, with: { activationShortest: 1 h } } }\n',
      '2:38: devices.e.with makes activationShortest longer than activationLongest.',
    ],
  ])
})

test('a place inside an alias or a merged map is where the text of it stands', async t => {
  await refuses(t, [
    [
      'name: x\ndevices:\n  a: &a { profile: esmee }\n  b: { profile: gsme, <<: *a }\n',
      `3:20: devices.a.profile must be one of ${PROFILES.map(p => p.name).join(', ')}, not "esmee"; did you mean "esme"?`,
    ],
    [
      'name: x\nhub: &h { versio: 1 }\ndevices:\n  b: { profile: gsme, <<: *h }\n',
      '2:11: hub has no "versio"; did you mean "version"?',
      '2:11: devices.b has no "versio"; did you mean "version"?',
    ],
    ['name: x\nhub: &h { version: 1 }\ndevices:\n  b: *h\n', '4:6: devices.b.profile is missing.'],
    [
      'name: x\ndescription: &d esmee\ndevices:\n  b: { profile: *d }\n',
      `4:17: devices.b.profile must be one of ${PROFILES.map(p => p.name).join(', ')}, not "esmee"; did you mean "esme"?`,
    ],
  ])
})

test('lines are counted as editors count them', async t => {
  t.strictSame(problemsOf('name: x\r\ndevices:\r\n  e: 5\r\n'), [
    '3:6: devices.e must be a map, not 5.',
  ])
  t.strictSame(problemsOf('# ä€😀\nname: x\ndevices:\n  e: 5\n'), [
    '4:6: devices.e must be a map, not 5.',
  ])
})

test('at most 20 problems are listed, by their places, and the others counted', async t => {
  const steps = Array.from({ length: 30 }, (_, i) => `  - { wait: ${i + 1} }`).join('\n')
  const problems = problemsOf(small(`steps:\n${steps}`))
  t.equal(problems.length, 21)
  t.match(problems[0], /^5:13: steps\[0\]\.wait /)
  t.match(problems[19], /^24:13: steps\[19\]\.wait /)
  t.equal(problems[20], 'and 10 more.')
})

test('a text that would exhaust the reader is refused', async t => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (const [i, name] of [...'bcdefghi'].entries()) {
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(', ')}]`)
  }
  t.strictSame(problemsOf(bomb.join('\n')), ['1:1: its aliases stand for too much text.'])
  const many = `a: &a 1\nb: [${'*a, '.repeat(201)}]`
  t.strictSame(problemsOf(many), ['2:805: the file has more than 200 aliases.'])
  t.strictSame(problemsOf('#'.repeat(65_537)), [
    '1:1: the file has 65537 characters; 65536 are the most.',
  ])
  t.strictSame(problemsOf('#'.repeat(65_536)), ['1:1: the scenario must be a map, not nothing.'])
  t.match(problemsOf('- '.repeat(30_000)).at(0), /^1:\d+: the file is nested too deeply\.$/)
  t.ok(problemsOf('a: &a { b: *a }\n<<: *a\n').length > 0)
  for (const text of ['[', '{a: ', '? ', '- - ? '])
    t.ok(problemsOf(text.repeat(16_000)).length > 0, text)
})

test('the word meant is the nearest one, and none when all are far', async t => {
  const known = ['loss', 'latency', 'bitRate', 'deaf']
  t.equal(nearestTo('los', known), 'loss')
  t.equal(nearestTo('lsos', known), 'loss')
  t.equal(nearestTo('BITRATE', known), 'bitRate')
  t.equal(nearestTo('latenzy', known), 'latency')
  t.equal(nearestTo('colour', known), undefined)
  t.equal(nearestTo('', known), undefined)
  t.equal(nearestTo('loss'.repeat(20), known), undefined)
})

test('whatever becomes of a good text, it is read or refused', async t => {
  const pieces = [
    '*d',
    '&d',
    '<<: ',
    '{',
    '}',
    '[',
    ']',
    '- ',
    ': ',
    '\n',
    '\t',
    '"',
    '!x ',
    '~',
    '0x',
    '__proto__',
    '? ',
    '%',
    '|',
    '💡',
    '\0',
    '.inf',
    '1e999',
    'null',
  ]
  const cut = fc.record({
    at: fc.nat({ max: EVERYTHING.length }),
    drop: fc.nat({ max: 30 }),
    put: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })),
  })
  let refused = 0
  const runs = 400
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), cuts => {
      let text = EVERYTHING
      for (const { at, drop, put } of cuts) text = text.slice(0, at) + put + text.slice(at + drop)
      const problems = problemsOf(text)
      if (problems.length > 0) refused++
      return problems.every(line => /^(\d+:\d+: .*[.?]|and \d+ more\.)$/s.test(line))
    }),
    { numRuns: runs },
  )
  t.ok(refused > runs / 2 && refused < runs, `${refused} of ${runs} refused`)
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), text => problemsOf(text).length > 0),
    { numRuns: 200 },
  )
})

test('the published JSON Schema is what the declarations say', async t => {
  t.strictSame(published(), scenarioJsonSchema(), HOW)
})

test('the published JSON Schema explains every property and keeps every form', async t => {
  const patterns = new Set<string>()
  let properties = 0
  walk(published(), (node, path) => {
    if (typeof node.pattern === 'string') patterns.add(node.pattern)
    for (const [name, property] of Object.entries((node.properties ?? {}) as Schema)) {
      properties++
      t.type((property as Schema).description, 'string', `${path}.${name}`)
    }
    if (node.properties) t.equal(node.additionalProperties, false, path)
  })
  t.ok(properties > 150, `${properties} properties`)
  for (const form of ['ms)', 'MiB|', ' ?%$', '[0-9A-Fa-f]{2}', 'Z$', 'wan|csp', 'supplier|dco']) {
    t.ok(
      [...patterns].some(pattern => pattern.includes(form)),
      form,
    )
  }
})

test('the published JSON Schema takes and refuses what reading does, names aside', async t => {
  const schema = z.fromJSONSchema(published() as Parameters<typeof z.fromJSONSchema>[0])
  const takes = (text: string) => schema.safeParse(parse(text, { merge: true })).success
  t.ok(takes(EVERYTHING))
  t.ok(takes(HEAD))
  for (const more of [
    'sead: 1',
    'until: 5',
    'until: 5 mins',
    'links: { han: { loss: 5 } }',
    'links: { hann: {} }',
    'hub: { with: { retention: 7 } }',
    'hub: { with: { serverMaxDataSize: 1 KB } }',
    'hub: { wrong: [{ what: ask-zero }] }',
    'steps: [{ distribute: meter, activate: meter }]',
    'steps: [{ wait: 5 }]',
    'expect: [{ alert: AD2 }]',
    'start: 2026-01-05',
    'hub: { id: 00-DB }',
  ]) {
    t.notOk(takes(small(more)), more)
    t.ok(problemsOf(small(more)).length > 0, more)
  }
  t.notOk(takes('name: x\ndevices: { hub: { profile: esme } }'))
  t.notOk(takes('name: x\ndevices: {}'))
})

type Schema = Record<string, unknown>

function published(): Schema {
  const file = new URL('../../docs/scenario.schema.json', import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'))
}

function walk(value: unknown, see: (node: Schema, path: string) => void, path = '#'): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) see(value as Schema, path)
  for (const [key, inner] of Object.entries(value)) walk(inner, see, `${path}/${key}`)
}
