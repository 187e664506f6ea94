// Genuine outages of a distribution network: incidents come as a Poisson process in each area, and each takes a stretch of
// the network, small (low voltage) or large (high voltage), for a lognormal time. A home's place in the network is a number
// that whoever asks makes by a hash of the home: never by its place in a campaign, or neighbours would be updated together.

import type { Random } from '../time/random.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
export const YEAR = 365.25 * DAY

/** Places of the network are uint32; a cell is a run of 2^16 of them. */
const CELL_BITS = 16
const CELLS = 2 ** (32 - CELL_BITS)
const PLACES = 2 ** 32

/** Customers and areas of Great Britain: licence areas of Network Operators and what they serve. */
export const CUSTOMERS = 29_900_000
export const AREAS = 14

/** Customers of an incident, log-uniform from the least to the most, and the share of incidents that are so. Inferred. */
const SIZES = [
  { share: 0.8, least: 1, most: 60 },
  { share: 0.2, least: 300, most: 5_000 },
] as const

/** Incidents are kept: where more would come, fewer and larger ones do. */
const MOST_INCIDENTS = 1_000_000

/** How often incidents come and how long they last. Times are ms. */
export interface IncidentRules {
  /** Interruptions of a home a year. */
  readonly perYear: number
  /** How long an interruption lasts on average. */
  readonly mean: number
  /** Standard deviation of that, in means. */
  readonly spread: number
  /** Start of a day on which incidents come so many times as often; once is no storm. */
  readonly stormFrom: number
  readonly stormTimes: number
  /** Share of a storm's interruptions that are shorter than three minutes. */
  readonly stormShort: number
}

/** Mean of SIZES: a log-uniform size is (most - least) / ln(most / least) on average. */
const MEAN_SIZE = SIZES.reduce(
  (sum, { share, least, most }) => sum + (share * (most - least)) / Math.log(most / least),
  0,
)

/** All incidents of a time; those of an area follow each other in the order of time. */
export class Incidents {
  readonly count: number
  readonly start: Float64Array
  readonly end: Float64Array
  /** First place, and how many places: they never leave their area, but go on at its beginning. */
  readonly place: Float64Array
  readonly width: Float64Array
  /** Incidents by cell: those of cell c are #byCell[#first[c]] up to #first[c + 1], in the order of time. */
  readonly #first: Uint32Array
  readonly #byCell: Uint32Array
  #place = 0
  #next = 0
  #until = 0

  /** @param streamOf the draws of each area. */
  constructor(streamOf: (area: number) => Random, rules: IncidentRules, from: number, to: number) {
    const drawn = draw(streamOf, rules, from, to)
    this.count = drawn.length
    this.start = Float64Array.from(drawn, each => each.start)
    this.end = Float64Array.from(drawn, each => each.end)
    this.place = Float64Array.from(drawn, each => each.place)
    this.width = Float64Array.from(drawn, each => each.width)
    this.#first = new Uint32Array(CELLS + 1)
    for (const each of drawn) eachCell(each, cell => this.#first[cell + 1]!++)
    for (let cell = 0; cell < CELLS; cell++) this.#first[cell + 1]! += this.#first[cell]!
    const at = this.#first.slice()
    this.#byCell = new Uint32Array(this.#first[CELLS]!)
    for (const [i, each] of drawn.entries()) {
      eachCell(each, cell => {
        this.#byCell[at[cell]!++] = i
      })
    }
  }

  /** Goes to the incidents of a home. @param place the home's, any 32 bits. */
  seek(place: number): void {
    const cell = place >>> CELL_BITS
    this.#place = place >>> 0
    this.#next = this.#first[cell]!
    this.#until = this.#first[cell + 1]!
  }

  /** The home's next incident in the order of time; -1 when there is none. */
  next(): number {
    while (this.#next < this.#until) {
      const i = this.#byCell[this.#next++]!
      if (this.#takes(i)) return i
    }
    return -1
  }

  /** Whether an incident that is in the home's cell takes the home. */
  #takes(i: number): boolean {
    const behind = this.#place - this.place[i]!
    if (behind >= 0) return behind < this.width[i]!
    return behind + areaOf(this.#place).size < this.width[i]!
  }

  /** Stretches [from, to) of places that an incident takes: one, or two where it went on at its area's beginning. */
  stretches(i: number): [number, number][] {
    return stretchesOf(this.place[i]!, this.width[i]!)
  }
}

interface Drawn {
  readonly start: number
  readonly end: number
  readonly place: number
  readonly width: number
}

function draw(
  streamOf: (area: number) => Random,
  rules: IncidentRules,
  from: number,
  to: number,
): Drawn[] {
  const { perYear, stormFrom, stormTimes } = rules
  const drawn: Drawn[] = []
  if (!(perYear > 0)) return drawn
  const stormDays = stormTimes > 1 ? stormTimes - 1 : 0
  const expected = (perYear * CUSTOMERS * (to - from + stormDays * DAY)) / YEAR / MEAN_SIZE
  const larger = Math.max(1, expected / MOST_INCIDENTS)
  for (let area = 0; area < AREAS; area++) {
    const random = streamOf(area)
    const { first, size } = bounds(area)
    const customers = (CUSTOMERS * size) / PLACES
    const gap = (YEAR * MEAN_SIZE * larger) / (perYear * customers)
    let at = from
    for (;;) {
      at = later(at, -Math.log(unit(random)) * gap, stormFrom, stormTimes)
      if (!(at < to)) break
      const start = Math.floor(at)
      const isStorm = at >= stormFrom && at < stormFrom + DAY && stormTimes > 1
      const isShort = isStorm && unit(random) < rules.stormShort
      const length = isShort ? 3 * MINUTE * unit(random) : lognormal(rules, random)
      const share = (sizeOf(random) * larger) / customers
      drawn.push({
        start,
        end: start + Math.max(1, Math.round(length)),
        place: first + Math.floor(unit(random) * size),
        width: Math.min(size, Math.max(1, Math.round(share * size))),
      })
    }
  }
  return drawn
}

/** `ms` of usual time after `at`; on the day of a storm time counts as often as incidents do. */
function later(at: number, ms: number, stormFrom: number, times: number): number {
  if (!(times > 1) || at >= stormFrom + DAY) return at + ms
  let left = ms
  let now = at
  if (now < stormFrom) {
    if (left < stormFrom - now) return now + left
    left -= stormFrom - now
    now = stormFrom
  }
  const inStorm = (stormFrom + DAY - now) * times
  return left < inStorm ? now + left / times : stormFrom + DAY + (left - inStorm)
}

function lognormal({ mean, spread }: IncidentRules, random: Random): number {
  const variance = Math.log(1 + spread * spread)
  const normal = Math.sqrt(-2 * Math.log(unit(random))) * Math.cos(2 * Math.PI * unit(random))
  return mean * Math.exp(Math.sqrt(variance) * normal - variance / 2)
}

function sizeOf(random: Random): number {
  const { least, most } = unit(random) < SIZES[0].share ? SIZES[0] : SIZES[1]
  return least * (most / least) ** unit(random)
}

/** Above 0 and below 1. */
function unit(random: Random): number {
  return ((random.bits() >>> 0) + 0.5) / PLACES
}

/** Whole cells: a cell is of one area. */
function bounds(area: number): { first: number; size: number } {
  const cell = (n: number) => Math.floor((n * CELLS) / AREAS) * 2 ** CELL_BITS
  return { first: cell(area), size: cell(area + 1) - cell(area) }
}

const BOUNDS = Array.from({ length: AREAS }, (_, area) => bounds(area))

function areaOf(place: number): { first: number; size: number } {
  const guess = Math.floor((place * AREAS) / PLACES)
  const own = BOUNDS[guess]!
  return place < own.first + own.size ? own : BOUNDS[guess + 1]!
}

function stretchesOf(place: number, width: number): [number, number][] {
  const { first, size } = areaOf(place)
  const over = place + width - (first + size)
  if (over <= 0) return [[place, place + width]]
  return [
    [place, first + size],
    [first, first + Math.min(over, place - first)],
  ]
}

function eachCell({ place, width }: Drawn, see: (cell: number) => void): void {
  const cellOf = (at: number) => Math.floor(at / 2 ** CELL_BITS)
  const { first, size } = areaOf(place)
  const end = place + width
  const own = cellOf(place)
  const last = cellOf(Math.min(end, first + size) - 1)
  for (let cell = own; cell <= last; cell++) see(cell)
  if (end <= first + size) return
  // It went on at its area's beginning, at most until it meets itself.
  const over = Math.min(cellOf(end - size - 1), own - 1)
  for (let cell = cellOf(first); cell <= over; cell++) see(cell)
}
