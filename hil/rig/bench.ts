// What the rig gives a board's body: the run's time, its trace, and the way to end it.

import type { Said, TraceName } from '#emulators/trace/trace'

export interface Bench {
  /** The run has begun: nothing enters it before. */
  readonly begun: Promise<void>
  /** Virtual ms for each one of wall time. */
  readonly speed: number
  /** Does what came from outside at the present of the run. */
  enter(work: () => void): void
  /** Emits an event of the device. */
  emit<N extends TraceName>(name: N, ...fields: Said<N>): void
  /** The board has failed: the run ends, and its verdict says why. */
  fail(error: unknown): void
}
