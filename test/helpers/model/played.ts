// One random run, played to its end with all its events kept: what the models of test/helpers/model look at.

import type { Cargo } from '../../../emulators/cargo.ts'
import { TrustAnchor } from '../../../emulators/crypto.ts'
import type { Premises } from '../../../emulators/premises.ts'
import { loadCargo } from '../../../emulators/scenario/images.ts'
import { Run } from '../../../emulators/scenario/play.ts'
import { randomScenario } from '../../../emulators/scenario/random.ts'
import type { Scenario } from '../../../emulators/scenario/schema.ts'
import { MemoryDisk } from '../../../emulators/service/disk.ts'
import { testPublicKey } from '../../../emulators/test-key.ts'
import type { TraceEvent } from '../../../emulators/trace.ts'

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
