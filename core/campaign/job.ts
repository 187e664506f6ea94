// A request while it is planned: what is left of it, what was released of it, and what it had to wait for.

import { isCounted, leadOf, needsSchedule, weightOf } from './mp230.ts'
import type { Binding } from './plan.ts'
import type { CampaignRequest, Portfolio } from './portfolio.ts'
import type { Settings } from './settings.ts'

export interface Release {
  /** The day on which it counts; of its release only where SRV 11.3 is what counts. */
  readonly day: number
  readonly devices: number
  readonly binding: Binding
  readonly waited: number
  readonly heldBy: Binding
}

export class Job {
  readonly request: CampaignRequest
  readonly index: number
  /** Place in the order of arrival, from 0. */
  readonly rank: number
  readonly large: boolean
  /** What one image counts as. */
  readonly weight: number
  readonly needsServiceDesk: boolean
  readonly scheduled: boolean
  /** First day on which it can count. */
  readonly earliest: number
  readonly releases: Release[] = []
  remaining: number
  isDeclined = false
  /** One image counts as more than any day takes. */
  isTooLarge = false
  /** Suppliers that came later and took what this would have had, and since when. */
  readonly gaveWayTo = new Set<number>()
  gaveWaySince = -1
  #next: number
  #heldBy: Binding = 'none'

  constructor(request: CampaignRequest, index: number, rank: number, settings: Settings) {
    this.request = request
    this.index = index
    this.rank = rank
    this.large = isCounted(request.generation, request.octets, settings.kb)
    this.weight = this.large ? weightOf(request.octets, settings) : 0
    const aDay = Math.min(request.devices, request.perDay)
    // Where the limit is one of each batch, a User that sends many small batches needs none.
    const isByDay = settings.unscheduledPer === 'user-day'
    this.needsServiceDesk = isByDay && needsSchedule(aDay * this.weight, settings)
    const isAgreed = request.contact === 'yes' || this.needsServiceDesk
    this.scheduled =
      this.large && settings.rules === 'mp230' && request.contact !== 'no' && isAgreed
    const { countAt } = settings
    const lead = leadOf(settings)
    const { from, filed } = request
    const first = countAt === '11.3' ? Math.max(from, filed + lead) : Math.max(from - lead, filed)
    this.earliest = Math.max(0, first)
    this.#next = this.earliest
    this.remaining = request.devices
  }

  /** Releases devices; of the last ones only a wait says what bound them. */
  release(day: number, devices: number, binding: Binding): void {
    const waited = day - this.#next
    this.remaining -= devices
    const heldBy = waited > 0 ? this.#heldBy : 'none'
    const told = this.remaining > 0 ? binding : heldBy
    this.releases.push({ day, devices, binding: told, waited, heldBy })
    this.#next = day + 1
    this.#heldBy = 'none'
  }

  /** A day without a release; what held it first is what is told. */
  hold(binding: Binding): void {
    if (this.#heldBy === 'none') this.#heldBy = binding
  }

  giveWay(day: number, supplier: number): void {
    if (supplier === this.request.supplier) return
    if (this.gaveWayTo.size === 0) this.gaveWaySince = day
    this.gaveWayTo.add(supplier)
  }

  /** Nothing of it is released after all. */
  decline(): void {
    this.isDeclined = true
    this.releases.length = 0
    this.remaining = this.request.devices
  }
}

/** First come, first served (R10): by the day of filing, and of one day in the order of the list. */
export function jobsOf({ requests }: Portfolio, settings: Settings): Job[] {
  const order = requests.map((request, index) => ({ request, index }))
  order.sort((a, b) => a.request.filed - b.request.filed || a.index - b.index)
  return order.map(({ request, index }, rank) => new Job(request, index, rank, settings))
}
