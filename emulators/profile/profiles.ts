// Device profiles: what differs from the defaults in fields.ts, as data with a source. No code asks for a maker.

import {
  DEVICE_FIELDS,
  defaults,
  HAN_FIELDS,
  HUB_FIELDS,
  SERVICE_FIELDS,
  type Values,
  WAN_FIELDS,
} from './fields.ts'

export type DeviceValues = Values<typeof DEVICE_FIELDS>
export type HubValues = Values<typeof HUB_FIELDS>
export type ServiceValues = Values<typeof SERVICE_FIELDS>
export type LinkValues = Values<typeof WAN_FIELDS>

export interface DeviceProfile {
  readonly name: string
  readonly label: string
  /** Where what differs comes from. */
  readonly source: string
  readonly values: DeviceValues
}

export const HUB = defaults(HUB_FIELDS)
export const SERVICE = defaults(SERVICE_FIELDS)
export const WAN: LinkValues = defaults(WAN_FIELDS)
export const HAN: LinkValues = defaults(HAN_FIELDS)
const DEVICE = defaults(DEVICE_FIELDS)

const MINUTE = 60_000

export const PROFILES: readonly DeviceProfile[] = [
  {
    name: 'esme-pre-mp102a',
    label: 'ESME made before MP102A; cuts the hub’s supply while it activates',
    source: 'MP102B Modification Report: 12 to 15 minutes without hub supply',
    values: {
      ...DEVICE,
      activationShortest: 12 * MINUTE,
      activationLongest: 15 * MINUTE,
      cutsHubSupply: 1,
    },
  },
  {
    name: 'esme',
    label: 'ESME made after MP102A; the hub keeps its supply',
    source: 'MP102A, in force since 29 November 2020',
    values: DEVICE,
  },
  {
    name: 'esme-slow',
    label: 'ESME that asks for 40 B once a second; cuts the hub’s supply',
    source: 'the smallest block seen in the field, with MP102B’s activation times',
    values: {
      ...DEVICE,
      maxDataSize: 40,
      blockPeriod: 1_000,
      activationShortest: 12 * MINUTE,
      activationLongest: 15 * MINUTE,
      cutsHubSupply: 1,
    },
  },
]

/** The profile of the built-in scenario. */
export const DEFAULT_PROFILE = PROFILES[0]!

export function findProfile(name: string): DeviceProfile | undefined {
  return PROFILES.find(profile => profile.name === name)
}
