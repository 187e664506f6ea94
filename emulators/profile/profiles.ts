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
import type { DeviceType } from './types.ts'

/** The numbers of a device, each in the unit and range of its field in emulators/profile/fields.ts. */
export type DeviceValues = Values<typeof DEVICE_FIELDS>
/** The numbers of a Communications Hub. */
export type HubValues = Values<typeof HUB_FIELDS>
/** The numbers of the DCC's services: DCO, DSP, WAN. */
export type ServiceValues = Values<typeof SERVICE_FIELDS>
/** The numbers of a link's medium: latency and jitter in ms, bit/s, octets a frame has around its payload. */
export type LinkValues = Values<typeof WAN_FIELDS>

/** A device as it is known: what scenarios name as `profile`. */
export interface DeviceProfile {
  /** What scenarios call it. */
  readonly name: string
  /** What device it is. */
  readonly type: DeviceType
  /** What it is, for people. */
  readonly label: string
  /** Where what differs comes from. */
  readonly source: string
  /** Its numbers. */
  readonly values: DeviceValues
}

export const HUB = defaults(HUB_FIELDS)
export const SERVICE = defaults(SERVICE_FIELDS)
export const WAN: LinkValues = defaults(WAN_FIELDS)
export const HAN: LinkValues = defaults(HAN_FIELDS)
const DEVICE = defaults(DEVICE_FIELDS)

const MINUTE = 60_000
const MP102B = 'MP102B Modification Report: 12 to 15 minutes without hub supply'
const ESME = { ...DEVICE, reportsOutages: 1, sendsReceipts: 1 }
/** Asleep but for a moment every 30 minutes; nobody need ask it for that. */
const BATTERY = { mainsPowered: 0, wakeInterval: 30 * MINUTE, queryInterval: 0 }
const CUTS = { activationShortest: 12 * MINUTE, activationLongest: 15 * MINUTE, cutsHubSupply: 1 }

/** The device profiles that there are. */
export const PROFILES: readonly DeviceProfile[] = [
  {
    name: 'esme-pre-mp102a',
    type: 'esme',
    label: 'ESME made before MP102A; cuts the hub’s supply while it activates',
    source: MP102B,
    values: { ...ESME, ...CUTS },
  },
  {
    name: 'esme',
    type: 'esme',
    label: 'ESME made after MP102A; the hub keeps its supply',
    source: 'MP102A, in force since 29 November 2020',
    values: ESME,
  },
  {
    name: 'esme-slow',
    type: 'esme',
    label: 'ESME that asks for 40 B once a second; cuts the hub’s supply',
    source: 'the smallest block seen in the field, with MP102B’s activation times',
    values: { ...ESME, ...CUTS, maxDataSize: 40, blockPeriod: 1_000 },
  },
  {
    name: 'esme-polyphase',
    type: 'esme',
    label: 'polyphase ESME; the hub keeps its supply',
    source: 'MP102A; that its hardware version differs is inferred',
    values: { ...ESME, hardwareVersion: 0x1211 },
  },
  {
    name: 'esme-polyphase-pre-mp102a',
    type: 'esme',
    label: 'polyphase ESME made before MP102A; cuts the hub’s supply while it activates',
    source: `${MP102B}; that its hardware version differs is inferred`,
    values: { ...ESME, ...CUTS, hardwareVersion: 0x1211 },
  },
  {
    name: 'gsme',
    type: 'gsme',
    label: 'GSME: asleep but for a moment every 30 minutes; downloads across wakes',
    source: 'GBCS: a GSME wakes every 30 minutes; that it stays awake for a minute is inferred',
    values: { ...DEVICE, ...BATTERY, sendsReceipts: 1 },
  },
  {
    name: 'hcalcs',
    type: 'hcalcs',
    label: 'HCALCS: SRV 11.1 and 11.3, like a meter',
    source: 'SECMP0007',
    values: DEVICE,
  },
  {
    name: 'ppmid',
    type: 'ppmid',
    label: 'PPMID: SRV 11.4 distributes and activates in one step',
    source: 'SECMP0007',
    values: DEVICE,
  },
  {
    name: 'ppmid-sleepy',
    type: 'ppmid',
    label: 'PPMID on a battery: asleep but for a moment every 30 minutes',
    source: 'GBCS v0.8.1 release note: a PPMID may be sleepy; the interval is the GSME’s',
    values: { ...DEVICE, ...BATTERY },
  },
  {
    name: 'ihd',
    type: 'ihd',
    label: 'IHD: no way from the DCC; updated only by its Supplier’s own server in the home',
    source: 'SECMP0007 left the IHD out',
    values: { ...DEVICE, sendsAlerts: 0, queryInterval: 10 * MINUTE },
  },
]

/** The profile of the built-in scenario. */
export const DEFAULT_PROFILE = PROFILES[0]!

export function findProfile(name: string): DeviceProfile | undefined {
  return PROFILES.find(profile => profile.name === name)
}
