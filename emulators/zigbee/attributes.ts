// The attributes of a device's clusters: of the basic cluster, and of the client side of the OTA cluster. Each is read
// from the device when it is asked for. Numbers and types: ZigBee Cluster Library 3.2 and 11.10.

import {
  COUNTDOWN,
  DOWNLOADING,
  ENDING,
  HELD,
  REQUERYING,
  VERIFYING,
  WAITING,
} from '#core/ota/client'
import { ANY_FILE_VERSION, OTA_CLUSTER } from '#core/ota/codes'
import type { OtaDevice } from '../device/ota-device.ts'
import type { DeviceValues } from '../profile/profiles.ts'
import { BASIC_CLUSTER } from './endpoint.ts'
import type { OctetWriter } from './octets.ts'

/** Data types. */
const U8 = 0x20
const U16 = 0x21
const U32 = 0x23
const ENUM8 = 0x30
const STRING = 0x42
const EUI64 = 0xf0

/** Versions of the library, and of the OTA cluster's attribute set, that are spoken. */
const ZCL_VERSION = 8
const CLUSTER_REVISION = 3
const ZIGBEE_PRO = 2
const MAINS = 1
const BATTERY = 3
/** When the firmware was made, for people: a constant, as in a factory image. */
const DATE_CODE = '20260105'
/** No upgrade server was chosen for good. */
const NO_SERVER = new Uint8Array(8).fill(0xff)

/** imageUpgradeStatus. */
const NORMAL = 0
const STATUS_OF: Readonly<Record<number, number>> = {
  [DOWNLOADING]: 1,
  [WAITING]: 1,
  [VERIFYING]: 2,
  [ENDING]: 2,
  [HELD]: 3,
  [REQUERYING]: 3,
  [COUNTDOWN]: 4,
}

/** Who makes the device and what it is called, for the basic cluster. */
export interface NodeNames {
  readonly manufacturer: string
  readonly model: string
}

export interface AttributeSource {
  readonly device: OtaDevice
  readonly names: NodeNames
  readonly isSleepy: boolean
}

export interface Attribute {
  readonly id: number
  readonly type: number
  /** True when it is on the client's side of its cluster. */
  readonly ofClient: boolean
  readonly read: (source: AttributeSource) => number | string | Uint8Array
}

type Row = readonly [id: number, type: number, read: Attribute['read']]

/** The attributes of a cluster in order of their numbers; empty for a cluster that has none. */
export function attributesOf(cluster: number): readonly Attribute[] {
  return CLUSTERS.get(cluster) ?? []
}

/** Writes an attribute's type and value. */
export function writeValue(w: OctetWriter, { type, read }: Attribute, source: AttributeSource) {
  const value = read(source)
  w.u8(type)
  if (typeof value === 'string') {
    const octets = new TextEncoder().encode(value).subarray(0, MAX_STRING)
    w.u8(octets.length).octets(octets)
  } else if (typeof value !== 'number') w.octets(value)
  else if (type === U32) w.u32(value)
  else if (type === U16) w.u16(value)
  else w.u8(value)
}

/** The basic cluster's own limit is 32; so is that of most hosts' tables. */
const MAX_STRING = 32

const hex = (version: number): string => version.toString(16).padStart(8, '0')
const runs = ({ device }: AttributeSource): number => device.firmware.fileVersion

/** Of the basic cluster; it may be another one than the query's. */
function hardwareOctet({ basicHardware, hardwareVersion }: DeviceValues): number {
  const AS_QUERIED = 256
  return basicHardware === AS_QUERIED ? hardwareVersion >>> 8 : basicHardware
}

const BASIC: readonly Row[] = [
  [0x0000, U8, () => ZCL_VERSION],
  [0x0001, U8, source => runs(source) & 0xff],
  [0x0002, U8, () => ZIGBEE_PRO],
  [0x0003, U8, ({ device }) => hardwareOctet(device.setup.profile.values)],
  [0x0004, STRING, ({ names }) => names.manufacturer],
  [0x0005, STRING, ({ names }) => names.model],
  [0x0006, STRING, () => DATE_CODE],
  [0x0007, ENUM8, ({ isSleepy }) => (isSleepy ? BATTERY : MAINS)],
  [0x4000, STRING, source => hex(runs(source))],
  [0xfffd, U16, () => CLUSTER_REVISION],
]

const OTA: readonly Row[] = [
  [0x0000, EUI64, () => NO_SERVER],
  [0x0001, U32, ({ device }) => (device.client.size > 0 ? device.client.offset : ANY_FILE_VERSION)],
  [0x0002, U32, runs],
  [0x0003, U16, () => ZIGBEE_PRO],
  [0x0004, U32, ({ device }) => device.client.fileVersion],
  [0x0006, ENUM8, ({ device }) => STATUS_OF[device.client.state] ?? NORMAL],
  [0x0007, U16, ({ device }) => device.setup.manufacturerCode],
  [0x0008, U16, ({ device }) => device.setup.imageType],
  [0x0009, U16, ({ device }) => Math.min(device.setup.profile.values.blockPeriod, 0xffff)],
  [0xfffd, U16, () => CLUSTER_REVISION],
]

function rows(list: readonly Row[], ofClient: boolean): readonly Attribute[] {
  return list.map(([id, type, read]) => ({ id, type, ofClient, read }))
}

const CLUSTERS = new Map([
  [BASIC_CLUSTER, rows(BASIC, false)],
  [OTA_CLUSTER, rows(OTA, true)],
])
