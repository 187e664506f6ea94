// What a campaign's Devices are, and what follows from it: which Service Requests carry the image, whether an activation
// may cut a hub's supply, whether the Device sleeps. Source: SECMP0007 (PPMID: one request for distribution and activation;
// HCALCS as meters; no way to an IHD), MP102B (an ESME feeds the hub).

import type { Generation } from './generation.ts'

/** Types that a portfolio can have. A CH is there to be counted: its firmware is the DCC's own process. */
export const DEVICE_TYPES = ['ESME', 'GSME', 'PPMID', 'HCALCS', 'CH'] as const
/** What a Device is. */
export type DeviceType = (typeof DEVICE_TYPES)[number]

/** How the image gets to a Device. */
export type Service =
  /** SRV 11.1, update firmware, then SRV 11.3, activate firmware. */
  | '11.1+11.3'
  /** SRV 11.4, update PPMID firmware: distribution and activation in one. */
  | '11.4'
  /** No request of a Supplier: the DCC updates its own Communications Hubs. */
  | 'dcc'

/** Which Service Requests carry the image to a Device. */
export function serviceOf(type: DeviceType): Service {
  if (type === 'CH') return 'dcc'
  return type === 'PPMID' ? '11.4' : '11.1+11.3'
}

/** Whether an activation can take the hub's supply, which raises AD1: the hub is fed by its ESME and by nothing else. */
export function mayCutSupply(type: DeviceType): boolean {
  return type === 'ESME'
}

/** Whether the hub has to know the type: PPMID and HCALCS need a hub with the firmware of SECMP0007. */
export function needsNewHub(type: DeviceType): boolean {
  return type === 'PPMID' || type === 'HCALCS'
}

/** Of which generation it is unless that is said: SECMP0007 and the DCC's own hubs are SMETS2. */
export function usualGeneration(type: DeviceType): Generation {
  return needsNewHub(type) || type === 'CH' ? 'smets2' : 'smets1'
}
