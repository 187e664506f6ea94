// Scenarios as texts: one that says everything, a small one to say more in, and what is wrong with a text.

import { HanrigError } from '#core/errors/errors'
import { readScenario } from '#emulators/scenario/read/read'

/** Every word of the language at least once. */
export const EVERYTHING = `# yaml-language-server: $schema=../docs/scenario.schema.json
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

/** The least scenario with an image and an ESME. */
export const HEAD = `name: small
images: { meter: { size: 3 kB, for: esme } }
devices: { esme: { profile: esme } }
`

/** A scenario of one image and one ESME; `more` begins on line 4. */
export const small = (more: string) => `${HEAD}${more}\n`

/** The problems of a text as 'line:column: sentence'; none when it is a scenario. */
export function problemsOf(text: string): string[] {
  try {
    readScenario(text, 'x.yaml')
    return []
  } catch (error) {
    if (!(error instanceof HanrigError) || error.code !== 'HANRIG_SCENARIO_INVALID') throw error
    return error.message.split('\n').map(line => line.replace(/^x\.yaml:\s?/, ''))
  }
}

/** A text and all that is wrong with it. */
type Case = readonly [text: string, ...problems: string[]]

/** Checks that each text has just these problems. */
export async function refuses(t: Tap, cases: readonly Case[]): Promise<void> {
  for (const [text, ...problems] of cases) t.strictSame(problemsOf(text), problems, text)
}

type Tap = { strictSame(found: unknown, wanted: unknown, message: string): boolean }
