// What a plan is made from: who wants what sent to how many Devices.
// Days are whole numbers from the first day of the plan, which is day 0.

import type { DeviceType } from './device-type.ts'
import type { Generation } from './generation.ts'
import type { RegionShares } from './regions.ts'

/** Whether a User speaks to the Service Desk about a request: it has, it will when it must, or it does not. */
export type Contact = 'yes' | 'as-needed' | 'no'

/** How the Devices of a request are sent: all when they may be, in equal parts a month, or in stages that grow. */
export type Pattern =
  | { readonly kind: 'single' }
  | { readonly kind: 'spread'; readonly months: number }
  | { readonly kind: 'staged' }

/** One image for many Devices of one Supplier. */
export interface CampaignRequest {
  /** What the request is called; names need not differ. */
  readonly name: string
  /** Index of the Supplier. */
  readonly supplier: number
  /** Generation of the Devices. */
  readonly generation: Generation
  /** Devices that the image is for, at least 1. */
  readonly devices: number
  /** Octets of the image that count for its size. */
  readonly octets: number
  /** First day on which the User wants a batch released. */
  readonly from: number
  /** Most Devices a day that the User wants; Infinity when it does not say. */
  readonly perDay: number
  /** Day on which the last batch must be due at the latest; undefined without a deadline. */
  readonly deadline: number | undefined
  /** Whether the User speaks to the Service Desk about it. */
  readonly contact: Contact
  /** Day on which it was asked for, negative before day 0; of one day the order of the list decides. */
  readonly filed: number
  /** A higher one goes first where precedence is on; 0 is usual. */
  readonly priority: number
  /** Minute of the UTC day at which its batches are released. */
  readonly minute: number
  /** What the Devices are; ESME when it is not said. */
  readonly deviceType?: DeviceType | undefined
  /** Where they are: shares of one by region; by usualShares when it is not said. */
  readonly regions?: RegionShares | undefined
  /** Times that such an image is sent in a year; 1 when it is not said. It counts in volumes, not in a plan. */
  readonly updatesPerYear?: number | undefined
  /** How it was asked to be sent; partsOf makes requests of it. */
  readonly pattern?: Pattern | undefined
  /** Share of the Devices whose hub can update them, 0..1; 1 when it is not said. */
  readonly hubReady?: number | undefined
  /** SMETS1 cohort, or the S1SP that serves it: a name. */
  readonly cohort?: string | undefined
  /** Whether a hub of a SMETS1 cohort sleeps and has to be woken by SMS. */
  readonly wake?: 'none' | 'sms' | undefined
}

/** Who wants what sent to how many Devices. */
export interface Portfolio {
  /** Suppliers by name; a request and a batch name them by their index. */
  readonly suppliers: readonly string[]
  /** The requests; of one day their order decides. */
  readonly requests: readonly CampaignRequest[]
}

/** Devices with large images, and Suppliers that have more than 500 of them (MP230 Modification Report). */
export const ESTATE_DEVICES = 670_000
export const ESTATE_SUPPLIERS = 5
/** Any size above 768,000 B is large by both readings of a kB. */
const ESTATE_IMAGE = 900_000

/** The estate of the report in equal shares: the report does not say who has how many. */
export function estate(): Portfolio {
  const suppliers = Array.from(
    { length: ESTATE_SUPPLIERS },
    (_, i) => `Supplier ${String.fromCharCode(65 + i)}`,
  )
  const requests = suppliers.map((_, supplier) => ({
    name: 'ESME',
    supplier,
    generation: 'smets1' as const,
    devices: ESTATE_DEVICES / ESTATE_SUPPLIERS,
    octets: ESTATE_IMAGE,
    from: 0,
    perDay: Number.POSITIVE_INFINITY,
    deadline: undefined,
    contact: 'as-needed' as const,
    filed: 0,
    priority: 0,
    minute: 0,
  }))
  return { suppliers, requests }
}
