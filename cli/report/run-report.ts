// What a report is made of: the run's parameters, its outcome and its trace. Nothing else reaches the page, so a
// report can be made again from what is stored.

import type { ImageFormat } from '../../core/image/open.ts'
import type { ImageKind } from '../../core/image/ota-image.ts'
import type { Outcome } from '../../emulators/premises.ts'
import type { TraceEvent } from '../../emulators/trace.ts'

export type OptionValue = string | number | boolean | null | undefined

/** What the run was asked for. Options beyond the named ones are shown as they are. */
export interface RunOptions {
  readonly seed: number
  /** Probability that a frame is lost, 0..1; so are `corruption`, `duplication` and `reordering`. */
  readonly loss: number
  /** Octets of a block on the WAN. */
  readonly blockSize: number
  /** Name of the device profile. */
  readonly profile: string
  /** Whether the DSP lists the ESME as one that cuts the hub's supply. */
  readonly listed?: boolean | undefined
  /** Minutes from the 11.1 Response to the activation; left out, it is at once. */
  readonly activateIn?: number | undefined
  readonly [name: string]: OptionValue
}

export interface RunReport {
  /** Version of hanrig. */
  readonly hanrig: string
  readonly image: {
    readonly name: string
    readonly format: ImageFormat
    /** Octets that are carried. */
    readonly size: number
    readonly kind?: ImageKind | undefined
  }
  readonly sizeClass: {
    /** The most octets of an image that is not large. */
    readonly limit: number
    readonly large: boolean
    /** Octets in a kB as the limit reads it. */
    readonly kb: number
  }
  readonly options: RunOptions
  readonly outcome: Outcome
  /** Wall-clock time that virtual time 0 stands for, Unix ms. */
  readonly startUnixMs: number
  readonly events: readonly TraceEvent[]
}
