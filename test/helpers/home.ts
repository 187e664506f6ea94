// A home of the tests: the main job on a small image, with whatever a test wants different.

import { openImage } from '../../core/image/open.ts'
import { IMMEDIATE } from '../../core/power/activation.ts'
import { type Outcome, type PremisesOptions, playPremises } from '../../emulators/premises.ts'
import { DEFAULT_PROFILE } from '../../emulators/profile/profiles.ts'
import { MemoryDisk } from '../../emulators/service/disk.ts'
import type { TraceEvent } from '../../emulators/trace.ts'
import { gbFixture } from '../../firmware-fixtures/gb-image.ts'

export const NO_FAULTS = { loss: 0, corruption: 0, duplication: 0, reordering: 0 }

export function play(options: Partial<PremisesOptions> = {}): {
  outcome: Outcome
  events: TraceEvent[]
} {
  const events: TraceEvent[] = []
  const outcome = playPremises(
    {
      image: openImage(gbFixture({ size: 4_000 })),
      seed: 1,
      profile: DEFAULT_PROFILE,
      faults: NO_FAULTS,
      blockSize: 256,
      anchor: undefined,
      listed: true,
      activateIn: IMMEDIATE,
      disk: new MemoryDisk(),
      startUnixMs: Date.UTC(2026, 0, 5, 9),
      ...options,
    },
    event => events.push(event),
  )
  return { outcome, events }
}
