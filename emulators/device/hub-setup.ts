// What a Communications Hub is made from.

import type { TrustAnchor } from '../crypto/crypto.ts'
import type { CourierConfig } from '../link/courier.ts'
import type { Link } from '../link/link.ts'
import type { HubValues } from '../profile/profiles.ts'
import type { BoxType } from '../profile/types.ts'
import type { Expected } from './verify.ts'

/** Its name in the trace. */
export const HUB_NAME = 'hub'

/** A device on the hub's HAN. */
export interface Neighbour {
  /** EUI-64. */
  readonly id: string
  readonly type: BoxType
  readonly isSleepy: boolean
  readonly link: Link
}

export interface HubSetup {
  /** EUI-64. */
  readonly id: string
  readonly values: HubValues
  readonly neighbours: readonly Neighbour[]
  readonly wan: Link
  readonly courier: CourierConfig
  readonly startUnixMs: number
  /** Whether an outage of its supply makes it raise AD1. */
  readonly raisesAd1: boolean
  /** Its own firmware. */
  readonly manufacturerCode: number
  readonly imageType: number
  readonly stackVersion: number
  readonly credentialVersion: number | undefined
  readonly fileVersion: number
  readonly expected: Expected
  readonly anchor: TrustAnchor | undefined
  readonly largestImage: number
}
