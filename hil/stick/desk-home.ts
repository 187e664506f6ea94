// The home that a stick has behind it when no scenario names one: ESMEs on a desk, which ask without a pause and verify
// and restart in moments, on a medium that takes no time. Whatever is other than their profile says is here.

import { NO_FAULTS } from '#emulators/link/faults'
import { type DeviceValues, findProfile, HUB, SERVICE } from '#emulators/profile/profiles'
import type { DeviceSpec, LinkSpec, Scenario } from '#emulators/scenario/schema/schema'

export interface Desk {
  readonly devices: number
  readonly profile: string
  /** File version that runs at the start. */
  readonly version: number
  /** What is other than the desk has it. */
  readonly values?: Partial<DeviceValues> | undefined
  readonly seed: number
}

/** Block requests follow each other at once, and what takes time at a meter takes moments (all chosen). */
export const DESK_VALUES: Partial<DeviceValues> = {
  maxDataSize: 50,
  blockPeriod: 0,
  responseSpacing: 0,
  answerTimeout: 500,
  verifyTime: 100,
  activationShortest: 500,
  activationLongest: 500,
  bootTime: 100,
  retryAfter: 5_000,
  cutsHubSupply: 0,
  queryInterval: 0,
}

/** A medium that carries at once. */
export const INSTANT: LinkSpec = {
  latency: 0,
  jitter: 0,
  bitRate: Number.POSITIVE_INFINITY,
  overhead: 0,
  ...NO_FAULTS,
}

export function deskScenario({ devices, profile, version, values, seed }: Desk): Scenario {
  const { name, type, values: usual } = findProfile(profile)!
  const spec: DeviceSpec = {
    profile: name,
    type,
    id: undefined,
    version,
    listed: false,
    plugged: true,
    values: { ...usual, ...DESK_VALUES, ...values },
    wrong: [],
  }
  const names = Array.from({ length: devices }, (_, i) => (i === 0 ? type : `${type}-${i + 1}`))
  const lines = names.flatMap(each => [`han.${each}.up`, `han.${each}.down`])
  return {
    name: 'Devices on a desk',
    description: '',
    seed,
    start: 0,
    generation: 'smets2',
    trust: 'test',
    images: {},
    hub: { id: undefined, version: 1, values: HUB, wrong: [] },
    devices: Object.fromEntries(names.map(each => [each, spec])),
    service: SERVICE,
    links: Object.fromEntries(lines.map(line => [line, INSTANT])),
    steps: [],
    expect: [],
    until: Number.POSITIVE_INFINITY,
  }
}
