// What a node says of itself to whoever asks: its descriptors and the attributes of its clusters, as data.

import { OTA_CLUSTER, ZSE_PROFILE } from '#core/ota/codes'
import type { DeviceType } from '../profile/types.ts'

export const BASIC_CLUSTER = 0x0000

export interface Endpoint {
  readonly id: number
  readonly profile: number
  /** Kind of device within the profile. */
  readonly device: number
  readonly version: number
  /** Clusters that it serves, and those whose servers it asks. */
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
}

export interface NodeDescription {
  readonly isSleepy: boolean
  readonly isCoordinator: boolean
  readonly manufacturerCode: number
  readonly endpoints: readonly Endpoint[]
}

/** Kinds of device of ZigBee Smart Energy 1.x: metering device, in-premises display, load control device. */
const METER = 0x0501
const DISPLAY = 0x0502
const LOAD_CONTROL = 0x0504
const DEVICE_IDS: Readonly<Record<DeviceType, number>> = {
  esme: METER,
  gsme: METER,
  ppmid: DISPLAY,
  ihd: DISPLAY,
  hcalcs: LOAD_CONTROL,
}

/** The one endpoint of an emulated device; only what answers is listed. */
export function endpointOf(type: DeviceType): Endpoint {
  return {
    id: 1,
    profile: ZSE_PROFILE,
    device: DEVICE_IDS[type],
    version: 0,
    inputs: [BASIC_CLUSTER],
    outputs: [OTA_CLUSTER],
  }
}
