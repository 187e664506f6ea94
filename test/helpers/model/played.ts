// One random run, played to its end with all its events kept: what the models of test/helpers/model look at.

import { TrustAnchor } from '#emulators/crypto/crypto'
import { testPublicKey } from '#emulators/crypto/test-key'
import type { Cargo } from '#emulators/home/cargo'
import type { Premises } from '#emulators/home/premises'
import { loadCargo } from '#emulators/play/images'
import { Run } from '#emulators/play/play'
import { randomScenario } from '#emulators/scenario/random'
import type { Scenario } from '#emulators/scenario/schema/schema'
import { MemoryDisk } from '#emulators/storage/disk'
import type { TraceEvent } from '#emulators/trace/trace'

export interface Played {
  readonly scenario: Scenario
  readonly cargo: ReadonlyMap<string, Cargo>
  readonly disk: MemoryDisk
  readonly events: readonly TraceEvent[]
  readonly premises: Premises
  /** Nothing was left to do before `until`. */
  readonly atRest: boolean
}

const ANCHOR = TrustAnchor.ofPoint(testPublicKey())

/** Plays a scenario, or the one of a seed. */
export function played(of: number | Scenario): Played {
  const scenario = typeof of === 'number' ? randomScenario(of) : of
  const cargo = loadCargo(scenario, path => {
    throw new Error(`a random scenario reads no file: ${path}`)
  })
  const disk = new MemoryDisk()
  const events: TraceEvent[] = []
  const anchor = scenario.trust === 'none' ? undefined : ANCHOR
  const run = new Run({ scenario, cargo, anchor, disk }, event => events.push(event))
  run.begin()
  const atRest = run.playUntil(scenario.until)
  return { scenario, cargo, disk, events, premises: run.premises, atRest }
}
