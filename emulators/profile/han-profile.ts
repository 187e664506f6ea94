// One HAN for every command: how large a block is, how often one is asked for, what is lost, who is awake when. From here
// `image check` reckons, `campaign simulate` draws, and the devices of `run` have their defaults, so that all three say the
// same of one image (test/cli/one-truth.ts).

import { BLOCK_RESPONSE_HEADER } from '#core/ota/ota-frame'
import type { Field } from './fields.ts'
import {
  DEFAULT_PROFILE,
  type DeviceValues,
  findProfile,
  HAN,
  type LinkValues,
} from './profiles.ts'

/** Of all frames on a link, each way. */
export const LINK_LOSS = {
  about: 'frames that a link loses, each way; a tenth of it are damaged, too',
  unit: 'share',
  min: 0,
  max: 0.9,
  value: 0.02,
  source: 'no public source found; chosen',
  inferred: true,
} as const satisfies Field

/** Rates seen or argued in public, B/s: 40 B per 0.85 s on a battery; 50 B per 72 ms. */
export const SLOWEST_RATE = 47
export const FASTEST_RATE = 700

export interface HanProfile {
  /** Octets in a block. */
  readonly blockSize: number
  /** Least time from one request to the next, ms. */
  readonly period: number
  /** Time from a request to its answer on average, ms: both frames on the air, and what they wait for. */
  readonly turnaround: number
  /** Time after which an unanswered request is made again, ms. */
  readonly timeout: number
  /** Time from one wake to the next, ms; 0 never sleeps. */
  readonly wakeInterval: number
  /** How long a wake with work to do lasts, ms. */
  readonly awakeTime: number
}

/** Octets of a block request and its cluster id on hanrig's HAN. */
const REQUEST = 19
const CLUSTER = 2

/** A device as the HAN meets it. */
export function hanProfileOf(device: DeviceValues, han: LinkValues = HAN): HanProfile {
  const { maxDataSize: blockSize, blockPeriod: period, answerTimeout: timeout } = device
  const octets = REQUEST + BLOCK_RESPONSE_HEADER + blockSize + 2 * (CLUSTER + han.overhead)
  const turnaround = 2 * (han.latency + han.jitter / 2) + (octets * 8000) / han.bitRate
  const { wakeInterval, awakeTime } = device
  return { blockSize, period, turnaround, timeout, wakeInterval, awakeTime }
}

/** The HAN that every command has in mind unless it is told of another. */
export const HAN_PROFILE: HanProfile = hanProfileOf(DEFAULT_PROFILE.values)
/** The same for a meter that sleeps. */
export const SLEEPY_PROFILE: HanProfile = hanProfileOf(findProfile('gsme')!.values)

/** Of frames that a link has trouble with, how many it loses and damages: loss is known, the rest goes with it (chosen). */
export function damageOf(loss: number): number {
  return loss / 10
}

/** How many attempts at a block come to nothing: its request or its answer is lost or damaged. */
export function attemptLoss(loss: number): number {
  return 1 - ((1 - loss) * (1 - damageOf(loss))) ** 2
}

/** Time from a request to the next when nothing is lost, ms. */
export function blockTime({ period, turnaround }: HanProfile): number {
  return Math.max(period, turnaround)
}

/**
 * Time that the download of `octets` octets takes on average, ms, from the first request to the last answer; asleep the
 * most of the time, it waits for the wakes.
 * @param loss frames that are lost, each way, 0..0.9.
 */
export function downloadTime(octets: number, han: HanProfile, loss: number): number {
  const lost = attemptLoss(loss)
  const perBlock = blockTime(han) + (han.timeout * lost) / (1 - lost)
  const awake = Math.ceil(octets / han.blockSize) * perBlock
  return han.wakeInterval === 0 ? awake : awake * Math.max(1, han.wakeInterval / han.awakeTime)
}
