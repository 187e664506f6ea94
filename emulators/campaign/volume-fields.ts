// Every number that volumes rest on is a field: unit, range, default, source. Nothing public says what the WAN can carry, how
// many PPMIDs are still joined, or what anything costs: these are chosen, or nothing, until somebody says them.

import { TRT_DAYS } from '#core/campaign/mp230'
import { JOINED_FITS } from '#core/campaign/reach'
import type { Field, Values } from '../profile/fields.ts'

const NO_SOURCE = 'no public source found; chosen'

function share(about: string, value: number, source = NO_SOURCE) {
  return { about, unit: 'share', min: 0, max: 1, value, source, inferred: true } as const
}

function pounds(about: string, source = 'yours to say; none is known') {
  return { about, unit: '£', min: 0, max: 1e6, value: 0, source, inferred: true } as const
}

/** The numbers of volumes: what each is, unit, range, default and where it comes from. */
export const VOLUME_FIELDS = {
  overhead: {
    about: 'octets on the WAN for each of an image: headers and what is sent again',
    unit: 'times',
    min: 1,
    max: 10,
    value: 1.1,
    source: NO_SOURCE,
    inferred: true,
  },
  cells: {
    about: 'cells of a region, where one copy serves all devices of a cell',
    unit: 'cells',
    min: 1,
    max: 1e7,
    value: 1_000,
    source: NO_SOURCE,
    inferred: true,
  },
  repair: share('of a copy for a cell, what is sent again', 0.05),
  days: {
    about: 'days in which a batch is to be through',
    unit: 'days',
    min: 1,
    max: 365,
    value: TRT_DAYS,
    source: 'MP230: the target response time of firmware is five days',
  },
  joined: share(
    'PPMIDs that are still joined to their HAN',
    JOINED_FITS[1]!.joined,
    'the central of three fits; Citizens Advice: 31 % of households had had problems with their display, which bounds it',
  ),
  traditional: share(
    'meters that are out of reach, in traditional mode',
    0.09,
    'gov.uk, smart metering policy after 2025: 3.5 million, 9 %, in March 2025',
  ),
  success: share('tries that succeed at a device that can be reached', 0.95),
  tries: {
    about: 'tries in a round',
    unit: 'tries',
    min: 1,
    max: 20,
    value: 2,
    source: NO_SOURCE,
    inferred: true,
  },
  skipped: share('devices out of reach that are known, for they were silent, and not sent for', 0),
  baseLoad: {
    about: 'octets a day of all other messages, all regions',
    unit: 'B',
    min: 0,
    max: 1e15,
    value: 33e9,
    source:
      '12.1 bn messages in 2022 (Energy Live News), 1 kB each chosen; 0.2 to 1.5 kB are 7 to 50 GB',
    inferred: true,
  },
  pricePerGb: pounds('price of 1 GB on the WAN'),
  pricePerRequest: pounds('price of a Service Request'),
  smsPerWake: {
    about: 'SMS that wake a hub of a sleeping SMETS1 cohort',
    unit: 'SMS',
    min: 0,
    max: 10,
    value: 2,
    source: 'MP312, as a tracker tells it: SRV 4.10 needs two; for firmware inferred',
    inferred: true,
  },
  pricePerSms: pounds(
    'price of such an SMS',
    'yours to say; a tracker of MP312 tells of 2.5 pence above a quota',
  ),
  pricePerFailed: pounds('price of a device that is not updated: a visit, or another display'),
} as const satisfies Record<string, Field>

/** The numbers of volumes by the names of VOLUME_FIELDS, each in its field's unit and range. */
export type VolumeFields = Values<typeof VOLUME_FIELDS>
