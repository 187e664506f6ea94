// What the text of a scenario becomes: plain numbers, defaults, targets, links, and lines.

import { test } from 'tap'
import { HAN, PROFILES, WAN } from '#emulators/profile/profiles'
import { readScenario } from '#emulators/scenario/read/read'
import { EVERYTHING, small } from '../../helpers/scenario-texts.ts'

const NEVER = Number.POSITIVE_INFINITY

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

test('a limit is within its range', async t => {
  const text =
    small(`hub: { with: { retention: 365 d, minBlockPeriod: 65535 ms, serverMaxDataSize: 1 } }
links: { han: { loss: 100 %, deaf: { every: 1 s, for: 1 s } } }
steps: [{ wait: 0, at: 12 d }, { wait: 3650 d }]
expect: [{ alert: AD1, after: 5 s, within: 5 s, count: { min: 2, max: 2 } }]`)
  const { hub, links, steps } = readScenario(text, 'x.yaml')
  t.match(hub.values, { retention: 31_536_000_000, minBlockPeriod: 65_535, serverMaxDataSize: 1 })
  t.match(links['han.esme.up'], { loss: 1, deaf: { every: 1_000, for: 1_000 } })
  t.match(steps, [
    { for: 0, at: 1_036_800_000 },
    { kind: 'wait', for: 315_360_000_000 },
  ])
})
