// Which day gets which devices. Two lawful ways when a second User comes (R11): it takes what the first one left, or the
// capacity of a day is shared by the Users that want it. Either way nothing starves: a day is full or nobody is waiting.

import type { Job } from './job.ts'
import { Limits } from './limits.ts'
import { dueDayOf } from './mp230.ts'
import type { Binding } from './plan.ts'
import type { Portfolio } from './portfolio.ts'
import type { Settings } from './settings.ts'

/** Releases all that can be, into the jobs. @param jobs in the order of arrival. */
export function place(jobs: readonly Job[], portfolio: Portfolio, settings: Settings): void {
  const limits = new Limits(portfolio, settings)
  for (const job of jobs) job.isTooLarge = job.weight > mostOf(job, settings)
  const large = jobs.filter(job => job.large && !job.isTooLarge)
  const classes = byPrecedence(large, settings)
  if (settings.secondUser === 'next-window') placeInTurn(classes, limits, settings)
  else placeInShares(classes, limits, settings)
  for (const job of jobs) if (!job.large) placeBeside(job, limits, settings)
}

/** The most that one image may count as, to fit into any day at all. */
function mostOf(job: Job, settings: Settings): number {
  const { rules, capacity, spare, unscheduled, reserve } = settings
  const room = Math.floor(capacity * Math.max(...spare))
  if (job.scheduled) return room - reserve
  return rules === 'before' ? room : Math.min(room, unscheduled)
}

/** Jobs that go before others, together; the highest precedence first. */
function byPrecedence(jobs: readonly Job[], { precedence }: Settings): Job[][] {
  if (!precedence) return [[...jobs]]
  const classes = Map.groupBy(jobs, job => job.request.priority)
  return [...classes].sort(([a], [b]) => b - a).map(([, members]) => members)
}

/** Who took from each day with a higher precedence than those who are placed now. */
class Ahead {
  readonly #days: Job[][] = []

  note(day: number, job: Job): void {
    const there = this.#days[day]
    if (there) there.push(job)
    else this.#days[day] = [job]
  }

  /** Those that came later than `job` and still went before it. */
  of(day: number, job: Job): readonly Job[] {
    return this.#days[day]?.filter(({ rank }) => rank > job.rank) ?? []
  }
}

/** First come, first served: each request takes what those before it left, on all its days. */
function placeInTurn(
  classes: readonly (readonly Job[])[],
  limits: Limits,
  settings: Settings,
): void {
  const ahead = new Ahead()
  for (const [i, jobs] of classes.entries()) {
    for (const job of jobs) {
      for (let day = job.earliest; job.remaining > 0 && day < settings.horizon; day++) {
        const { devices, binding } = limits.allowed(job, day)
        const why = devices < job.remaining ? yielded(job, day, binding, ahead) : binding
        if (devices === 0) {
          job.hold(why)
          continue
        }
        limits.take(job, day, devices)
        job.release(day, devices, why)
      }
      if (settings.declineLate && isLate(job, settings)) {
        for (const { day, devices } of job.releases) limits.take(job, day, -devices)
        job.decline()
      }
    }
    if (i + 1 === classes.length) break
    for (const job of jobs) for (const { day } of job.releases) ahead.note(day, job)
  }
}

/** The capacity that later requests with precedence took, where it was that which was missing. */
function yielded(job: Job, day: number, binding: Binding, ahead: Ahead): Binding {
  if (binding !== 'capacity') return binding
  const later = ahead.of(day, job)
  for (const { request } of later) job.giveWay(day, request.supplier)
  return later.length > 0 ? 'precedence' : binding
}

function isLate(job: Job, settings: Settings): boolean {
  const { deadline } = job.request
  if (deadline === undefined) return false
  const last = job.releases.at(-1)
  const lag = settings.countAt === '11.1' ? settings.lead : 0
  return job.remaining > 0 || !last || dueDayOf(last.day + lag, settings) > deadline
}

/** Day by day: the Users of a precedence share what is left in equal parts; nobody's part is larger than it can use. */
function placeInShares(
  classes: readonly (readonly Job[])[],
  limits: Limits,
  settings: Settings,
): void {
  if (settings.declineLate) throw new RangeError('what is declined is decided in turn')
  let waiting = classes.map(jobs => jobs.filter(job => !job.isDeclined))
  for (let day = 0; day < settings.horizon; day++) {
    waiting = waiting.map(jobs => jobs.filter(job => job.remaining > 0))
    if (waiting.every(jobs => jobs.length === 0)) return
    const ahead = new Ahead()
    for (const jobs of waiting) {
      const there = jobs.filter(job => job.earliest <= day)
      const granted = share(there, day, limits)
      for (const job of there) settleDay(job, day, granted, limits, ahead)
      for (const [job] of granted) ahead.note(day, job)
    }
  }
}

/** Shares a day between Users: a round gives each an equal part of what is left, until nobody can take more. */
function share(jobs: readonly Job[], day: number, limits: Limits): Map<Job, number> {
  const granted = new Map<Job, number>()
  let hungry = [...Map.groupBy(jobs, job => job.request.supplier).values()]
  while (hungry.length > 0) {
    // All parts of a round are told before any is taken: what one leaves is for all in the next.
    const parts = hungry.map(own => {
      const room = Math.max(...own.map(job => limits.room(job, day)))
      return Math.max(Math.floor(room / hungry.length), Math.min(...own.map(job => job.weight)))
    })
    hungry = hungry.filter((own, i) => serve(own, day, parts[i]!, limits, granted) > 0)
  }
  return granted
}

/** Gives a User's requests, in turn, up to `part` images; returns how many images they took. */
function serve(
  own: readonly Job[],
  day: number,
  part: number,
  limits: Limits,
  granted: Map<Job, number>,
): number {
  let taken = 0
  for (const job of own) {
    const before = granted.get(job) ?? 0
    const { devices } = limits.allowed(job, day, before)
    const more = Math.min(devices, Math.floor((part - taken) / job.weight))
    if (more <= 0) continue
    limits.take(job, day, more)
    granted.set(job, before + more)
    taken += more * job.weight
  }
  return taken
}

/** Turns what a job was granted into its release of the day, and says what kept it from more. */
function settleDay(
  job: Job,
  day: number,
  granted: ReadonlyMap<Job, number>,
  limits: Limits,
  ahead: Ahead,
): void {
  const devices = granted.get(job) ?? 0
  let why: Binding = 'none'
  if (devices < job.remaining) {
    why = yielded(job, day, limits.allowed(job, day, devices).binding, ahead)
    const others = [...granted.keys()].filter(
      ({ request }) => request.supplier !== job.request.supplier,
    )
    if (why === 'capacity' && others.length > 0) {
      why = 'share'
      for (const { rank, request } of others) {
        if (rank > job.rank) job.giveWay(day, request.supplier)
      }
    }
  }
  if (devices > 0) job.release(day, devices, why)
  else job.hold(why)
}

/** What is not large counts against no limit of a day, unless it is mixed with what is. */
function placeBeside(job: Job, limits: Limits, { horizon }: Settings): void {
  for (let day = job.earliest; job.remaining > 0 && day < horizon; day++) {
    const { devices, binding } = limits.allowedBeside(job, day)
    if (devices > 0) job.release(day, devices, binding)
    else job.hold(binding)
  }
}
