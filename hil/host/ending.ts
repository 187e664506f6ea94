// How an update failed, told by what hanrig itself saw of it: whether the device took up the offer, how far it came, whether
// it ended and how. zigbee-herdsman's own words are told only where none of that says it.

import type { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import { withoutKeys } from './herdsman.ts'
import type { BlockCount } from './progress.ts'

/** ZCL 3.2 §2.6.3: what a device may end its download with. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  1: 'FAILURE',
  128: 'MALFORMED_COMMAND',
  129: 'UNSUP_CLUSTER_COMMAND',
  133: 'INVALID_FIELD',
  135: 'INVALID_VALUE',
  137: 'INSUFFICIENT_SPACE',
  148: 'TIMEOUT',
  149: 'ABORT',
  150: 'INVALID_IMAGE',
  151: 'WAIT_FOR_DATA',
  152: 'NO_IMAGE_AVAILABLE',
  153: 'REQUIRE_MORE_IMAGE',
}

/** What an update was at when it ended. */
export interface Ending {
  /** EUI-64. */
  readonly device: string
  readonly count: BlockCount
  /** Milliseconds since the device was heard last, or since the offer. */
  readonly silentFor: number
  /** Milliseconds that it may be silent. */
  readonly patience: number
}

/** Timers of others end a little earlier or later than one's own. */
const SOON = 0.9

/** @param said zigbee-herdsman's own words. */
export function failureOf(
  { device, count, silentFor, patience }: Ending,
  said: string,
): HanrigError {
  const { endStatus } = count
  if (endStatus !== undefined && endStatus !== 0) return refusedBy(device, count, endStatus)
  if (silentFor < SOON * patience) {
    const words = withoutKeys(said)
    return hanrigError('HANRIG_STICK_FAILED', `The update of ${device} failed: ${words}.`)
  }
  const time = `${Math.round(silentFor / 100) / 10} s`
  if (!count.hasBegun) {
    return hanrigError(
      'HANRIG_DEVICE_SILENT',
      `${device} was offered the image and has asked for no block of it for ${time}.`,
    )
  }
  if (count.isAllAsked) {
    return hanrigError(
      'HANRIG_DEVICE_NOT_ENDING',
      `${device} has all octets and has not ended for ${time}.`,
    )
  }
  return hanrigError(
    'HANRIG_DEVICE_SILENT',
    `${device} stopped asking for the image ${at(count)}, ${time} ago.`,
  )
}

/** A device that says it is done before it has asked for everything, and does not run the image. */
export function endedEarly(device: string, count: BlockCount): HanrigError {
  return hanrigError('HANRIG_DEVICE_ENDED_EARLY', `${device} ended ${at(count)}.`)
}

function refusedBy(device: string, count: BlockCount, status: number): HanrigError {
  const name = STATUS_NAMES[status] ?? 'status'
  const how = `${name} (0x${status.toString(16).padStart(2, '0')})`
  const what = count.isAllAsked ? 'received the image and refused it' : `gave up ${at(count)}`
  return hanrigError('HANRIG_DEVICE_REFUSED', `${device} ${what}: ${how}.`)
}

function at({ octets, size }: BlockCount): string {
  return `at ${octets.toLocaleString('en')} of ${size.toLocaleString('en')} octets`
}
