// Every number of a simulated estate is a field: unit, range, default, source. What the report on MP230 and MP102B say is
// theirs; the rest is chosen, marked inferred, and meant to be changed to what a Supplier knows of its own meters.

import type { Values } from '../profile/fields.ts'
import { DEVICE_FIELDS, type Field, HUB_FIELDS, SERVICE_FIELDS } from '../profile/fields.ts'
import { blockTime, HAN_PROFILE, LINK_LOSS } from '../profile/han-profile.ts'
import { MAX_TRIES } from './transfer.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NO_SOURCE = 'no public source found; chosen'

function share(about: string, value: number, source = NO_SOURCE) {
  return { about, unit: 'share', min: 0, max: 1, value, source, inferred: true } as const
}

function time(about: string, value: number, max: number, source = NO_SOURCE) {
  return { about, unit: 'ms', min: 0, max, value, source, inferred: true } as const
}

/** Every number of a simulated estate: what it is, unit, range, default and where it comes from. */
export const ESTATE_FIELDS = {
  blockSize: {
    about: 'octets of an image in one block; an image of 900 kB has 18,000 of them',
    unit: 'B',
    min: 1,
    max: 65_536,
    value: HAN_PROFILE.blockSize,
    source: DEVICE_FIELDS.maxDataSize.source,
    inferred: true,
  },
  loss: LINK_LOSS,
  roundTrip: {
    ...time(
      'time from asking for a block to asking for the next, without jitter',
      Math.round(blockTime(HAN_PROFILE)),
      MINUTE,
      DEVICE_FIELDS.blockPeriod.source,
    ),
    min: 1,
  },
  jitter: {
    ...time(
      'jitter of the round trip: 0 up to one less, each as often; a power of two',
      1,
      4_096,
      'none: a device that paces its requests does so by its own clock; a power of two, so that exact totals can draw its sum',
    ),
    min: 1,
  },
  backoff: {
    ...time(
      'wait after the first lost attempt at a block; it doubles with each up to the longest',
      HAN_PROFILE.timeout,
      HOUR,
      'the devices’ answer time-out, which does not grow: no public source found; chosen',
    ),
    min: 1,
  },
  longestBackoff: {
    ...time(
      'longest of these waits',
      HAN_PROFILE.timeout,
      HOUR,
      'as long as the first: it does not grow',
    ),
    min: 1,
  },
  maxTries: {
    about: 'lost attempts in a row after which a download rests',
    unit: 'tries',
    min: 1,
    max: MAX_TRIES,
    value: DEVICE_FIELDS.maxTries.value,
    source: NO_SOURCE,
    inferred: true,
  },
  rest: {
    ...time('how long it rests before it goes on', DEVICE_FIELDS.retryAfter.value, DAY),
    min: 1,
  },
  sharedShare: share('devices whose bearer is shared with others of the same batch', 0.001),
  sharedBy: {
    about: 'devices that share such a bearer',
    unit: 'devices',
    min: 2,
    max: 1_024,
    value: 12,
    source: NO_SOURCE,
    inferred: true,
  },
  airTime: {
    ...time(
      'how long an attempt keeps a shared bearer',
      20,
      10 * SECOND,
      'order of a request and an answer at 64 kbit/s with their headers',
    ),
    min: 1,
  },
  releaseTime: {
    ...time(
      'time over which the devices of a batch are begun, evenly',
      DAY,
      DAY,
      '“12,000 a day”; how a day’s images are spread over it is in no public source',
    ),
    min: 1,
  },
  absentShare: share('devices that are asleep, without power or out of reach when begun', 0.02),
  absentMean: time(
    'how long these stay away, on average; exponentially distributed',
    2 * DAY,
    99 * DAY,
  ),
  retention: {
    ...time(
      'how long an image waits for a device that is away: SRV 11.3 of SMETS1, the hub of SMETS2',
      HUB_FIELDS.retention.value,
      99 * DAY,
      'how long the DCC tries, or a hub keeps an image: not found; as long as a hub of `run` keeps it',
    ),
  },
  verifyTime: time(
    'time from the last block to a verified image',
    DEVICE_FIELDS.verifyTime.value,
    HOUR,
  ),
  scheduledShare: share('devices that activate at a date in SRV 11.3, not at once', 0.5),
  nightFrom: time('time of day from which dates are set', 2 * HOUR, DAY - 1),
  nightFor: {
    ...time('how long the dates go on from there, in whole minutes', 3 * HOUR, DAY),
    min: MINUTE,
  },
  commandDelay: time('longest time from a command at the DSP to the activation', 30 * SECOND, DAY),
  skewShare: share(
    'devices whose clock is wrong, which moves an activation by date',
    0.05,
    'MP102B: “a few minutes”; how many is not said',
  ),
  skewLongest: time(
    'most by which such a clock is ahead or behind, evenly',
    5 * MINUTE,
    DAY,
    'MP102B: “a few minutes”',
  ),
  lateShare: share('activations that begin late', 0.01, 'MP102B: 30 minutes allow for outliers'),
  lateLongest: time('most by which these are late, evenly', 45 * MINUTE, DAY),
  failShare: share('activations that fail, and the old version goes on', 0.001),
  activationTime: time('how long an activation takes that leaves the hub its supply', MINUTE, DAY),
  cutsShare: share(
    'devices that cut the hub’s supply while they activate',
    0.3,
    'MP102B: some ESME made before MP102A; how many is not said',
  ),
  unlistedShare: share('of these, devices that the DSP’s list does not have', 0.005),
  cutShortest: {
    about: 'shortest time for which these cut it',
    unit: 'ms',
    min: 0,
    max: DAY,
    value: 12 * MINUTE,
    source: 'MP102B: 12 to 15 minutes',
  },
  cutLongest: {
    about: 'longest time for which these cut it, outliers apart',
    unit: 'ms',
    min: 0,
    max: DAY,
    value: 15 * MINUTE,
    source: 'MP102B: 12 to 15 minutes',
  },
  outlierShare: share('of these, outliers', 0.01, 'MP102B: 30 minutes allow for outliers'),
  outlierLongest: time('longest time for which an outlier cuts the supply', 45 * MINUTE, DAY),
  outagesPerYear: {
    about: 'genuine outages of a home',
    unit: 'a year',
    min: 0,
    max: 1_000,
    value: 0.5,
    source: 'order of the interruptions per customer that Network Operators publish; chosen',
    inferred: true,
  },
  outageMean: time('how long these last on average; exponentially distributed', HOUR, 99 * DAY),
  alertDelay: HUB_FIELDS.alertJitter,
  ad1Threshold: HUB_FIELDS.ad1Threshold,
  ad1Strict: HUB_FIELDS.ad1Strict,
  suppressionWindow: SERVICE_FIELDS.suppressionWindow,
  suppressionEndIncluded: SERVICE_FIELDS.suppressionEndIncluded,
  suppressionEarly: SERVICE_FIELDS.suppressionEarly,
} as const satisfies Record<string, Field>

/** The numbers of an estate by the names of ESTATE_FIELDS, each in its field's unit and range. */
export type EstateFields = Values<typeof ESTATE_FIELDS>
