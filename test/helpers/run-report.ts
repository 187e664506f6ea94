// Homes that were played, as what reports and stories are made of.

import type { RunReport } from '#cli/run/report/run-report'
import { openImage } from '#core/image/open'
import { HUB_NAME } from '#emulators/device/hub-setup'
import { cargoOf } from '#emulators/home/cargo'
import type { RunOptions } from '#emulators/play/play'
import { DEFAULT_PROFILE, findProfile } from '#emulators/profile/profiles'
import type { BoxType } from '#emulators/profile/types'
import { MAIN_IMAGE, type MainJob } from '#emulators/scenario/main-job'
import { MemoryDisk } from '#emulators/storage/disk'
import type { FieldsOf, TraceEvent, TraceName } from '#emulators/trace/trace'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { finish, jobOf, optionsOf, TEST_ANCHOR } from './home.ts'

const SOME_FAULTS = { loss: 0.02, corruption: 0.01, duplication: 0.01, reordering: 0.01 }

/** An event as a file may hold it, which can say anything. */
export const stored = (t: number, source: string, name: string, fields: object = {}): TraceEvent =>
  JSON.parse(JSON.stringify({ t, source, name, ...fields }))

/** An event of a trace that is written by hand: it has the fields that matter to its test. */
export const event = <N extends TraceName>(
  t: number,
  source: string,
  name: N,
  fields: Partial<FieldsOf<N>> = {},
): TraceEvent => stored(t, source, name, fields)

/** The main job on a small image over lossy links. */
export function mainReport(
  wish: Partial<Omit<MainJob, 'profile'>> & { size?: number; profile?: string } = {},
): RunReport {
  const { size = 20_000, profile = DEFAULT_PROFILE.name, ...rest } = wish
  const cargo = cargoOf(MAIN_IMAGE, openImage(gbFixture({ size })), 'esme', false)
  const job = { faults: SOME_FAULTS, blockSize: 1024, ...rest, profile: findProfile(profile)! }
  return reportOf({
    scenario: jobOf(cargo, job),
    cargo: new Map([[MAIN_IMAGE, cargo]]),
    anchor: TEST_ANCHOR,
    disk: new MemoryDisk(),
  })
}

/** A scenario as YAML. */
export function yamlReport(yaml: string): RunReport {
  return { ...reportOf(optionsOf(yaml)), file: 'test.yaml' }
}

function reportOf(options: RunOptions): RunReport {
  const { scenario, cargo } = options
  const { outcome, events, run } = finish(options)
  const { ids } = run.premises
  const box = (name: string, type: BoxType, profile: string, listed: boolean) => ({
    name,
    type,
    id: ids.get(name)!,
    profile,
    listed,
  })
  return {
    hanrig: '0.0.0',
    name: scenario.name,
    description: scenario.description,
    seed: scenario.seed,
    generation: scenario.generation,
    notices: [],
    images: [...cargo.values()].map(({ name, image, for: type, fileVersion, sha256 }) => ({
      name,
      for: type,
      format: image.format,
      kind: image.ota?.kind,
      size: image.octets.length,
      fileVersion,
      sha256,
      large: false,
      limit: 750_000,
      notes: [],
    })),
    devices: [
      box(HUB_NAME, 'hub', '', false),
      ...Object.entries(scenario.devices).map(([name, { type, profile, listed }]) =>
        box(name, type, profile, listed),
      ),
    ],
    blockSize: scenario.service.wanBlockSize,
    links: scenario.links,
    outcome,
    startUnixMs: scenario.start,
    events,
  }
}

/** Names of a report's boxes by their EUI-64. */
export function namesOf({ devices }: RunReport): Map<string, string> {
  return new Map(devices.map(({ id, name }) => [id, name]))
}

/** A home of fifteen in which much goes wrong: sleep, power, outages, a bad rule, a link that is dead. */
export const FULL_HOME = `
name: A full home
description: Some sleep, some have no power, one restarts again and again.
seed: 7
images:
  electricity: { size: 20 kB, for: esme, version: 0x01020304 }
  gas: { size: 30 kB, for: gsme, version: 0x00000005 }
  display: { size: 10 kB, for: ppmid, version: 0x00000009 }
  switches: { size: 10 kB, for: hcalcs, version: 0x00000007 }
  hubs: { size: 10 kB, for: hub, version: 0x00000003 }
devices:
  esme: { profile: esme-pre-mp102a, listed: yes }
  esme-of-the-garage-upstairs: { profile: esme }
  gsme: { profile: gsme }
  gsme-2: { profile: gsme }
  hcalcs-1: { profile: hcalcs }
  hcalcs-2: { profile: hcalcs, wrong: [{ what: restart, every: 3 min, for: 20 s }] }
  hcalcs-3: { profile: hcalcs }
  ppmid-1: { profile: ppmid }
  ppmid-2: { profile: ppmid, plugged: no }
  ppmid-3: { profile: ppmid }
  ppmid-4: { profile: ppmid }
  ppmid-5: { profile: ppmid }
  ppmid-6: { profile: ppmid }
  ppmid-7: { profile: ppmid }
  ppmid-8: { profile: ppmid }
links:
  wan: { loss: 1 %, corruption: 1 % }
  han: { loss: 3 %, bursts: { enter: 0.1 %, leave: 20 %, loss: 90 % } }
  han.hcalcs-3: { loss: 100 % }
steps:
  - distribute: hubs
  - distribute: electricity
  - distribute: gas
  - distribute: display
  - distribute: switches
    to: [hcalcs-1, hcalcs-2]
  - cut-power: [ppmid-3]
    for: 10 min
  - activate: electricity
  - plug: [ppmid-2]
    at: 2 h
  - activate: gas
  - activate: switches
    on: [hcalcs-1, hcalcs-2]
  - activate: hubs
    in: 1 h
  - wait: 12 h
expect:
  - device: esme
    runs: electricity
  - device: hcalcs-3
    runs: switches
  - alert: 8F72
    from: gsme
    count: 3
  - alert: AD1
    suppressed: true
until: 2 d
`
