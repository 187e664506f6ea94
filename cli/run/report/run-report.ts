// What a report is made of: what was played, its outcome and its trace. Nothing else reaches a rendering, so a report can
// be made again from what is stored.

import type { ImageFormat } from '#core/image/open'
import type { ImageKind } from '#core/image/ota-image'
import type { Outcome } from '#emulators/play/play'
import type { BoxType } from '#emulators/profile/types'
import type { LinkSpec } from '#emulators/scenario/schema/schema'
import type { TraceEvent } from '#emulators/trace/trace'

export interface ReportedImage {
  /** Name in the scenario. */
  readonly name: string
  /** File it came from; left out when it was made. */
  readonly file?: string | undefined
  readonly for: BoxType
  readonly format: ImageFormat
  readonly kind?: ImageKind | undefined
  /** Octets that are carried. */
  readonly size: number
  readonly fileVersion: number
  readonly sha256: string
  /** Whether it is large by MP230 (SMETS1) or more than DUIS takes (SMETS2), and the most octets of an image that is not. */
  readonly large: boolean
  readonly limit: number
  readonly notes: readonly string[]
}

export interface ReportedDevice {
  /** Name in the trace; the hub is one of them. */
  readonly name: string
  readonly type: BoxType
  /** EUI-64. */
  readonly id: string
  /** Name of its profile; empty for the hub. */
  readonly profile: string
  /** Whether the DSP lists it as one that cuts the hub's supply. */
  readonly listed: boolean
}

export interface RunReport {
  /** Version of hanrig. */
  readonly hanrig: string
  readonly name: string
  /** Scenario file; left out for the built-in one. */
  readonly file?: string | undefined
  readonly description: string
  readonly seed: number
  readonly generation: 'smets1' | 'smets2'
  readonly images: readonly ReportedImage[]
  /** The hub first. */
  readonly devices: readonly ReportedDevice[]
  /** Octets of a block on the WAN. */
  readonly blockSize: number
  /** What each direction of each link does, by name. */
  readonly links: Readonly<Record<string, LinkSpec>>
  readonly outcome: Outcome
  /** Wall-clock time that virtual time 0 stands for, Unix ms. */
  readonly startUnixMs: number
  /** What is other than the rules say. */
  readonly notices: readonly string[]
  readonly events: readonly TraceEvent[]
}
