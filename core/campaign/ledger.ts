// How much of a limit a day has left, whatever a day is. A release counts in one bucket, or, where any 24 hours are a day,
// in each of the windows that it lies in; every bucket that ends with a release keeps sum <= limit, so no reading of a day
// is ever exceeded, and a moment at which nothing is released limits nothing.

import { londonDay } from './calendar.ts'
import type { DayBoundary } from './settings.ts'

/** Which buckets a release counts in. */
export interface Buckets {
  /** First bucket of a release on a day at a minute. */
  first(day: number, minute: number): number
  /** How many, from the first on. */
  readonly span: number
  /** The day whose limit a bucket has. */
  dayOf(bucket: number): number
}

/** @param minutes of the day at which anything is released. */
export function bucketsOf(
  boundary: DayBoundary,
  startDay: number,
  minutes: readonly number[],
): Buckets {
  if (boundary === 'rolling') {
    // A window ends with each possible release and holds those less than 24 hours before it.
    const slots = [...new Set(minutes)].sort((a, b) => a - b)
    const slotOf = new Map(slots.map((minute, i) => [minute, i]))
    return {
      first: (day, minute) => day * slots.length + slotOf.get(minute)!,
      span: slots.length,
      dayOf: bucket => Math.floor(bucket / slots.length),
    }
  }
  const first =
    boundary === 'utc'
      ? (day: number) => day
      : (day: number, minute: number) => londonDay(startDay + day, minute) - startDay
  return { first, span: 1, dayOf: bucket => bucket }
}

export class Ledger {
  readonly #buckets: Buckets
  readonly #limitOf: (day: number) => number
  readonly #taken: number[] = []
  /** What was released at the end of each bucket itself. */
  readonly #own: number[] = []

  constructor(buckets: Buckets, limitOf: (day: number) => number) {
    this.#buckets = buckets
    this.#limitOf = limitOf
  }

  /** What may still be released on a day at a minute. */
  room(day: number, minute: number): number {
    const { span, dayOf } = this.#buckets
    const first = this.#buckets.first(day, minute)
    let room = Number.POSITIVE_INFINITY
    for (let bucket = first; bucket < first + span; bucket++) {
      if (bucket !== first && (this.#own[bucket] ?? 0) === 0) continue
      room = Math.min(room, this.#limitOf(dayOf(bucket)) - (this.#taken[bucket] ?? 0))
    }
    return Math.max(0, room)
  }

  /** Takes images; a negative number gives them back. */
  take(day: number, minute: number, images: number): void {
    const { span } = this.#buckets
    const first = this.#buckets.first(day, minute)
    this.#own[first] = (this.#own[first] ?? 0) + images
    for (let bucket = first; bucket < first + span; bucket++) {
      this.#taken[bucket] = (this.#taken[bucket] ?? 0) + images
    }
  }
}
