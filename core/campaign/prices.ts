// What a round and a year cost by prices that whoever asks puts in: hanrig knows none.

import type { RequestVolume } from './volumes.ts'

/** Prices in pounds; 0 is not known. */
export interface Prices {
  readonly perGb: number
  readonly perRequest: number
  /** An SMS that wakes a sleeping hub. */
  readonly perSms: number
  /** A device that is not updated in the end: a visit, or another display. */
  readonly perFailed: number
}

/** Pounds of a round, and of a year. */
export interface Cost {
  readonly what: 'octets' | 'requests' | 'SMS' | 'failed devices'
  readonly amount: number
  readonly round: number
  readonly year: number
}

/** @param volumes with the devices, updates a year and SMS of a round of their requests. */
export function costsOf(
  volumes: readonly (RequestVolume & { devices: number; updatesPerYear: number; sms: number })[],
  { perGb, perRequest, perSms, perFailed }: Prices,
): Cost[] {
  const row = (
    what: Cost['what'],
    price: number,
    of: (each: (typeof volumes)[number]) => number,
  ): Cost => ({
    what,
    amount: volumes.reduce((sum, each) => sum + of(each), 0),
    round: price * volumes.reduce((sum, each) => sum + of(each), 0),
    year: price * volumes.reduce((sum, each) => sum + of(each) * each.updatesPerYear, 0),
  })
  return [
    row('octets', perGb / 1e9, each => each.octets),
    row('requests', perRequest, each => each.serviceRequests),
    row('SMS', perSms, each => each.sms),
    row('failed devices', perFailed, each => each.devices * (1 - each.tries.updated)),
  ]
}

/**
 * The last try that pays: its updates spare more than its sends cost. 0 when none does, or when a failed device has no price.
 * @param sendCost pounds of one send.
 */
export function lastTryThatPays(
  reached: number,
  success: number,
  sendCost: number,
  perFailed: number,
): number {
  let waiting = reached
  let last = 0
  for (let i = 1; i <= MOST_TRIES; i++) {
    if (waiting * success * perFailed <= (waiting + 1 - reached) * sendCost) break
    last = i
    waiting *= 1 - success
  }
  return last
}

const MOST_TRIES = 20
