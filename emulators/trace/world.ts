// What all parts of one home share: its time, what is seen of it, and the seed of its chance. Made once a home and handed
// down whole, so that no part can have another's clock beside its own home's trace.

import type { VirtualClock } from '#core/time/virtual-clock'
import type { Trace } from './trace.ts'

export interface World {
  readonly clock: VirtualClock
  readonly trace: Trace
  /** Any integer; each concern draws from a generator of its own, made from the seed and its name. */
  readonly seed: number
}
