// What is known of a network's devices: from zigbee-herdsman's device list on the disk, so that looking needs no stick,
// or from a device that has just joined.

import { existsSync } from 'node:fs'
import { fromIeee } from '#core/eui64/text'
import { readInput } from '#emulators/storage/input'
import { hanrigError } from '../errors/errors.ts'
import type { Device } from './herdsman.ts'

/** Cluster of over-the-air updates (ZCL). */
export const OTA_CLUSTER = 0x0019

export interface DeviceFacts {
  readonly eui64: string
  readonly shortAddress: number
  /** 'Router', 'EndDevice', 'Unknown'. */
  readonly type: string
  readonly model: string | undefined
  readonly manufacturer: string | undefined
  readonly manufacturerCode: number | undefined
  /** Of the Basic cluster, as the interview or the last update read them. */
  readonly softwareBuild: string | undefined
  readonly dateCode: string | undefined
  readonly applicationVersion: number | undefined
  readonly stackVersion: number | undefined
  readonly hardwareVersion: number | undefined
  /** Unix milliseconds. */
  readonly lastSeen: number | undefined
  readonly interviewed: boolean
  /** Whether it asks for images over the air. */
  readonly hasOtaClient: boolean
}

export function factsOf(device: Device): DeviceFacts {
  return {
    eui64: fromIeee(device.ieeeAddr),
    shortAddress: device.networkAddress,
    type: device.type,
    model: device.modelID,
    manufacturer: device.manufacturerName,
    manufacturerCode: device.manufacturerID,
    softwareBuild: device.softwareBuildID,
    dateCode: device.dateCode,
    applicationVersion: device.applicationVersion,
    stackVersion: device.stackVersion,
    hardwareVersion: device.hardwareVersion,
    lastSeen: device.lastSeen,
    interviewed: device.interviewState === 'SUCCESSFUL',
    hasOtaClient: device.endpoints.some(({ outputClusters }) =>
      outputClusters.includes(OTA_CLUSTER),
    ),
  }
}

/** A line of the device list, as zigbee-herdsman 10 and 11 write it. */
interface Entry {
  readonly type: string
  readonly ieeeAddr: string
  readonly nwkAddr: number
  readonly manufId?: number
  readonly manufName?: string
  readonly modelId?: string
  readonly swBuildId?: string
  readonly dateCode?: string
  readonly appVersion?: number
  readonly stackVersion?: number
  readonly hwVersion?: number
  readonly lastSeen?: number
  readonly interviewState?: string
  readonly endpoints: Record<string, { readonly outClusterList: readonly number[] }>
}

/** @throws Error for a line that is no device. */
function entryOf(value: unknown): Entry {
  const { type, ieeeAddr, nwkAddr, endpoints } = (value ?? {}) as Partial<Record<string, unknown>>
  if (typeof type !== 'string' || typeof ieeeAddr !== 'string' || typeof nwkAddr !== 'number') {
    throw new Error('a line names no device')
  }
  const lists = Object.values((endpoints ?? {}) as Record<string, Record<string, unknown> | null>)
  if (!lists.every(each => Array.isArray(each?.outClusterList))) {
    throw new Error('an endpoint has no list of clusters')
  }
  return { ...(value as Entry), endpoints: (endpoints ?? {}) as Entry['endpoints'] }
}

/** A device takes some kilobytes. */
const MOST = { most: 64 * 1024 * 1024, code: 'HANRIG_FILE_TOO_LARGE' } as const

const MEMBERS = ['Router', 'EndDevice', 'Unknown']

/**
 * The devices that a list names; none when there is no list yet.
 * @throws HanrigError HAN_DATA_DAMAGED.
 */
export function readDevices(path: string): DeviceFacts[] {
  if (!existsSync(path)) return []
  try {
    const lines = Buffer.from(readInput(path, MOST)).toString('utf8').split('\n')
    return lines
      .filter(line => line !== '')
      .map(line => entryOf(JSON.parse(line)))
      .filter(({ type }) => MEMBERS.includes(type))
      .map(factsOfEntry)
  } catch (error) {
    const why = (error as Error).message
    throw hanrigError('HANRIG_HAN_DATA_DAMAGED', `${path} is of no use: ${why}.`)
  }
}

/**
 * Refuses a device that the list does not name, before a stick is opened for it.
 * @throws HanrigError DEVICE_UNKNOWN or HAN_DATA_DAMAGED.
 */
export function requireListed(path: string, eui64: string): void {
  if (readDevices(path).some(device => device.eui64 === eui64)) return
  throw hanrigError('HANRIG_DEVICE_UNKNOWN', `${eui64} is not on this network.`)
}

function factsOfEntry(entry: Entry): DeviceFacts {
  return {
    eui64: fromIeee(entry.ieeeAddr),
    shortAddress: entry.nwkAddr,
    type: entry.type,
    model: entry.modelId,
    manufacturer: entry.manufName,
    manufacturerCode: entry.manufId,
    softwareBuild: entry.swBuildId,
    dateCode: entry.dateCode,
    applicationVersion: entry.appVersion,
    stackVersion: entry.stackVersion,
    hardwareVersion: entry.hwVersion,
    lastSeen: entry.lastSeen,
    interviewed: entry.interviewState === 'SUCCESSFUL',
    hasOtaClient: Object.values(entry.endpoints).some(({ outClusterList }) =>
      outClusterList.includes(OTA_CLUSTER),
    ),
  }
}
