// What became of the devices of each type, summed from the batches of a plan.

import { DEVICE_TYPES, type DeviceType } from '#core/campaign/device-type'
import type { CampaignPlan } from '#core/campaign/plan'
import type { Tally } from './tally.ts'

/** What the devices of a type came to. */
export interface TypeSummary {
  /** Devices of the plan. */
  readonly devices: number
  /** Devices that run the image in the end. */
  readonly updated: number
  /** Devices that no image could reach: their hub cannot update them, or they left the HAN. */
  readonly unreached: number
}

/** By type, those that the plan has. */
export function byType(
  plan: CampaignPlan,
  tally: Tally,
): Readonly<Partial<Record<DeviceType, TypeSummary>>> {
  const sums: Partial<Record<DeviceType, TypeSummary>> = {}
  for (const type of DEVICE_TYPES) {
    for (const [i, { request, devices }] of plan.batches.entries()) {
      if ((plan.portfolio.requests[request]!.deviceType ?? 'ESME') !== type) continue
      const before = sums[type] ?? { devices: 0, updated: 0, unreached: 0 }
      sums[type] = {
        devices: before.devices + devices,
        updated: before.updated + tally.ofBatch(i, 'updated'),
        unreached: before.unreached + tally.ofBatch(i, 'unreached'),
      }
    }
  }
  return sums
}
