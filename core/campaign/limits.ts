// What a request may release on a day, and what says so: its own wish, the limit without a schedule, the capacity. Every
// release is taken from these, so no plan goes beyond them however it is made.

import { hanrigError } from '../errors/codes.ts'
import { weekdayOf } from './calendar.ts'
import type { Job } from './job.ts'
import { bucketsOf, Ledger } from './ledger.ts'
import { capacityOf } from './mp230.ts'
import type { Binding } from './plan.ts'
import type { Portfolio } from './portfolio.ts'
import type { Settings } from './settings.ts'

/** Batches of one plan beyond which nobody reads it and memory would end. */
const MOST_BATCHES = 500_000

export interface Allowed {
  readonly devices: number
  readonly binding: Binding
}

export class Limits {
  readonly #settings: Settings
  readonly #capacity: Ledger
  /** The same by UTC dates, to tell when only the reading of a day stands in the way; undefined when it is that one. */
  readonly #byDate: Ledger | undefined
  /** What schedules may use: the capacity without what is kept for Users that have none. */
  readonly #schedules: Ledger
  readonly #users: Ledger[]
  #taken = 0

  constructor({ suppliers, requests }: Portfolio, settings: Settings) {
    this.#settings = settings
    const { startDay, dayBoundary, unscheduled } = settings
    const minutes = requests.map(({ minute }) => minute)
    const buckets = bucketsOf(dayBoundary, startDay, minutes)
    const limitOf = (day: number) => capacityOf(weekdayOf(startDay + day), settings)
    this.#capacity = new Ledger(buckets, limitOf)
    if (dayBoundary !== 'utc') {
      this.#byDate = new Ledger(bucketsOf('utc', startDay, minutes), limitOf)
    }
    this.#schedules = new Ledger(buckets, day => limitOf(day) - settings.reserve)
    this.#users = suppliers.map(() => new Ledger(buckets, () => unscheduled))
  }

  /** Large images of a request's kind that still fit into a day. */
  room({ scheduled, request }: Job, day: number): number {
    const room = this.#capacity.room(day, request.minute)
    return scheduled ? Math.min(room, this.#schedules.room(day, request.minute)) : room
  }

  /** Most devices of a large request on a day, beside those already granted on it. */
  allowed(job: Job, day: number, granted = 0): Allowed {
    const { minute, perDay } = job.request
    const wish = perDay - granted
    const unscheduled = this.#isBound(job)
      ? this.#users[job.request.supplier]!.room(day, minute) / job.weight
      : Number.POSITIVE_INFINITY
    const room = this.room(job, day)
    const devices = Math.floor(
      Math.min(job.remaining - granted, wish, unscheduled, room / job.weight),
    )
    if (wish <= devices) return { devices, binding: 'wish' }
    if (Math.floor(unscheduled) <= devices) return { devices, binding: 'unscheduled' }
    const isBoundary = this.#byDate && this.#byDate.room(day, minute) > room
    return { devices, binding: isBoundary ? 'day-boundary' : 'capacity' }
  }

  /**
   * Takes devices of a large request from what a day can; a negative number gives them back.
   * @throws HanrigError PLAN_TOO_LARGE.
   */
  take(job: Job, day: number, devices: number): void {
    this.#count()
    const { supplier, minute } = job.request
    const images = devices * job.weight
    this.#capacity.take(day, minute, images)
    this.#byDate?.take(day, minute, images)
    if (job.scheduled) this.#schedules.take(day, minute, images)
    if (this.#isBound(job)) this.#users[supplier]!.take(day, minute, images)
  }

  /**
   * Most devices on a day of a request that is not large. Where a mixed batch counts as a whole, its images are among
   * those that go without a schedule, on the days on which the User sends large ones.
   */
  allowedBeside(job: Job, day: number): Allowed {
    const { supplier, minute, perDay, generation } = job.request
    const { mixed, unscheduled } = this.#settings
    const room = this.#users[supplier]!.room(day, minute)
    const isMixed = mixed === 'all' && generation === 'smets1' && room < unscheduled
    const devices = Math.min(job.remaining, perDay, isMixed ? room : Number.POSITIVE_INFINITY)
    this.#count()
    if (isMixed) this.#users[supplier]!.take(day, minute, devices)
    return { devices, binding: devices === perDay ? 'wish' : 'unscheduled' }
  }

  #count(): void {
    if (++this.#taken <= MOST_BATCHES) return
    throw hanrigError(
      'HANRIG_PLAN_TOO_LARGE',
      `The plan would have more than ${MOST_BATCHES} batches.`,
    )
  }

  #isBound({ scheduled }: Job): boolean {
    const { rules, unscheduledPer } = this.#settings
    return !scheduled && rules === 'mp230' && unscheduledPer === 'user-day'
  }
}
