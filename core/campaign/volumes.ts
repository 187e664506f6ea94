// What a portfolio asks of the WAN in a round and in a year, by region: SECMP0007's questions 1 to 3. Every figure is
// arithmetic on the assumptions that are handed in.

import { requestsOf, uploadOctets } from './device-lists.ts'
import { type DeviceType, needsNewHub } from './device-type.ts'
import { cellsTouched } from './network.ts'
import type { CampaignRequest, Portfolio } from './portfolio.ts'
import { afterTries, type Tries } from './reach.ts'
import { divide, type Region, usualShares } from './regions.ts'

/** What volumes rest on; VOLUME_FIELDS says where each comes from. */
export interface VolumeAssumptions {
  /** Octets on the WAN for each of an image. */
  readonly overhead: number
  /** Copies: one for each device, or one for each cell of a region that has any. */
  readonly mode: 'unicast' | 'shared'
  /** Cells of a region. */
  readonly cells: number
  /** Share of a shared copy that is sent again. */
  readonly repair: number
  /** Days in which a batch is to be through: the target response time. */
  readonly days: number
  /** Share of PPMIDs that are joined to their HAN. */
  readonly joined: number
  /** Share of meters without a WAN in use. */
  readonly traditional: number
  /** Of a try at a device that can be reached. */
  readonly success: number
  readonly tries: number
  /** Share of devices out of reach that the Supplier knows of and does not send for. */
  readonly skipped: number
}

/** A request's part in a region. */
export interface RegionVolume {
  readonly region: Region
  readonly devices: number
  /** Octets of a round: all tries. */
  readonly octets: number
}

/** What one request comes to. */
export interface RequestVolume {
  /** Index of the request. */
  readonly request: number
  readonly deviceType: DeviceType
  /** Share of its devices that an image can reach. */
  readonly reached: number
  readonly tries: Tries
  readonly serviceRequests: number
  readonly uploadOctets: number
  readonly regions: readonly RegionVolume[]
  readonly octets: number
  /** Octets of a year, at the request's updates a year. */
  readonly octetsPerYear: number
}

/** The share of a request's devices that an image can reach. */
export function reachedOf(request: CampaignRequest, assumptions: VolumeAssumptions): number {
  const { deviceType = 'ESME', hubReady = 1 } = request
  const { joined, traditional } = assumptions
  if (needsNewHub(deviceType)) return hubReady * (deviceType === 'PPMID' ? joined : 1)
  return hubReady * (deviceType === 'CH' ? 1 : 1 - traditional)
}

/** What each request of a portfolio comes to, in its order. */
export function volumesOf(
  { requests }: Portfolio,
  assumptions: VolumeAssumptions,
): RequestVolume[] {
  return requests.map((request, index) => {
    const { deviceType = 'ESME', devices, octets: image, generation, updatesPerYear = 1 } = request
    const reached = reachedOf(request, assumptions)
    const { success, tries: most, skipped } = assumptions
    const tries = afterTries(reached, success, most, skipped)
    const parts = divide(devices, request.regions ?? usualShares(generation))
    const regions = [...parts].map(([region, own]) => ({
      region,
      devices: own,
      octets: octetsOf(own, image, tries, assumptions),
    }))
    const octets = regions.reduce((sum, each) => sum + each.octets, 0)
    // A try after the first is a request for those that are left.
    const perTry = Array.from({ length: most }, (_, i) => {
      const before = i === 0 ? 0 : afterTries(reached, success, i, skipped).sends
      return Math.round((afterTries(reached, success, i + 1, skipped).sends - before) * devices)
    })
    return {
      request: index,
      deviceType,
      reached,
      tries,
      serviceRequests: perTry.reduce((sum, own) => sum + requestsOf(own), 0),
      uploadOctets: perTry.reduce((sum, own) => sum + (own > 0 ? uploadOctets(own, image) : 0), 0),
      regions,
      octets,
      octetsPerYear: octets * updatesPerYear,
    }
  })
}

/** Octets of a round of one image in a region. */
function octetsOf(
  devices: number,
  image: number,
  { sends, tries }: Tries,
  { overhead, mode, cells, repair }: VolumeAssumptions,
): number {
  if (mode === 'unicast') return devices * sends * image * overhead
  // Every try is a new copy in every cell that still waits for one.
  const copies =
    Math.min(devices, cellsTouched(cells, devices)) * Math.min(tries, Math.max(1, sends))
  return copies * image * overhead * (1 + repair)
}

/** Octets a day by region that a portfolio needs, as one batch within the days, and spread evenly over a year. */
export interface RegionTotal {
  readonly region: Region
  readonly devices: number
  readonly octets: number
  readonly octetsPerYear: number
  readonly perDayAtOnce: number
  readonly perDaySpread: number
}

const YEAR_DAYS = 365

/** The regions of all requests together, the largest volume of a day first in what is needed. */
export function regionTotals(volumes: readonly RequestVolume[], days: number): RegionTotal[] {
  const regions = new Map<Region, RegionTotal>()
  for (const { regions: own, octets: all, octetsPerYear: year } of volumes) {
    for (const { region, devices, octets } of own) {
      const before = regions.get(region)
      const sum = (before?.octets ?? 0) + octets
      const perYear = (before?.octetsPerYear ?? 0) + (all === 0 ? 0 : (octets / all) * year)
      regions.set(region, {
        region,
        devices: (before?.devices ?? 0) + devices,
        octets: sum,
        octetsPerYear: perYear,
        perDayAtOnce: sum / days,
        perDaySpread: perYear / YEAR_DAYS,
      })
    }
  }
  return [...regions.values()]
}
