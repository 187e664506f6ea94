// A made-up stream of events, for trying things without data: activations under MP230's day, the outages that they cause,
// genuine ones, fast and slow clocks, cancellations, a list that lacks some. One seed, one stream. Every number is a field;
// what has a source says so, the rest is chosen.

import { CANCEL_TIME } from '#core/power/activation'
import { Incidents } from '#core/power/incidents'
import { AD1_THRESHOLD } from '#core/power/supply-monitor'
import { Random } from '#core/time/random'
import { TimerQueue } from '#core/time/timer-queue'
import {
  ACTIVATION,
  AD1,
  BY_ACTIVATION,
  EventBatch,
  FAILED,
  GENUINE,
  LIST_ADD,
  SUCCEEDED,
} from './event-batch.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A made-up estate. */
export interface SyntheticOptions {
  /** ESMEs, each with a hub of its own. */
  readonly devices: number
  /** Days of the stream. */
  readonly days: number
  /** 0..2^32-1; the same one gives the same stream. */
  readonly seed: number
  /** Day of a storm, from 0; none by default. */
  readonly storm?: number | undefined
}

/** Shares are of one, times ms. */
export const SYNTHETIC = {
  /** MP230: devices a day. */
  perDay: 12_000,
  /** First activation of a day, and the last. */
  dayFrom: 8 * HOUR,
  dayTo: 20 * HOUR,
  /** Start of the stream. */
  start: Date.UTC(2026, 0, 5),
  /** ESMEs that cut the hub's supply: made before MP102A. The share is chosen. */
  cutsSupply: 0.6,
  /** Of those, the ones on the list. Chosen: a list is never quite whole. */
  listed: 0.97,
  futureDated: 0.3,
  futureFrom: HOUR,
  futureTo: DAY,
  cancelled: 0.02,
  fails: 0.005,
  /** MP102B: 12 to 15 minutes from the activation. */
  outageFrom: 12 * MINUTE,
  outageTo: 15 * MINUTE,
  /** MP102B names outliers and no figures: chosen. */
  outliers: 0.02,
  outlierTo: 50 * MINUTE,
  /** MP102B: a clock a few minutes wrong; one in ten by up to eight either way is chosen. */
  clockWrong: 0.1,
  clockSkew: 8 * MINUTE,
  /** Genuine outages: as a campaign's (SPEC 10.3). */
  outagesPerYear: 0.5,
  outageMean: 76 * MINUTE,
  outageSpread: 1.5,
  stormTimes: 15,
  stormShort: 0.5,
  /** Hubs without the reserve power to speak while they are off: they alert when they are back. No source; chosen. */
  alertsWhenBack: 0.25,
  bootTime: 30 * SECOND,
  /** From the hub's decision to the DSP's receipt. */
  latencyFrom: 500,
  latencyTo: 20 * SECOND,
} as const

/** Prefixes of the made-up EUI-64s. */
const ESME_HI = 0x00db_1234
const HUB_HI = 0x000d_6f00

/** Homes are activated in no order of streets; a prime, so that all have their turn before one has its second. */
const STRIDE = 1_000_003

/** An event that comes later, by the number of its timer. */
interface Waiting {
  kind: number
  home: number
  execution: number
  start: number
  end: number
  cause: number
}

export class Synthetic {
  /** Events made so far. */
  events = 0
  /** Share of the days that are over, 0 to 1. */
  done = 0
  readonly #options: SyntheticOptions
  readonly #take: (batch: EventBatch) => void
  readonly #batch = new EventBatch()
  readonly #queue: TimerQueue
  readonly #waiting: Waiting[]
  readonly #free: number[]
  readonly #draw: Random
  readonly #genuine: Random
  readonly #incidents: Incidents
  /** The incidents' numbers in the order of time. */
  readonly #order: Uint32Array
  readonly #shuffle: Shuffle

  /** @param take takes a batch, which is used again afterwards. */
  constructor(options: SyntheticOptions, take: (batch: EventBatch) => void) {
    this.#options = options
    this.#take = take
    const { devices, days, seed, storm } = options
    const { start, outagesPerYear: perYear, outageMean: mean, outageSpread: spread } = SYNTHETIC
    const { stormTimes, stormShort } = SYNTHETIC
    const rules = {
      perYear,
      mean,
      spread,
      stormFrom: start + (storm ?? 0) * DAY,
      stormTimes: storm === undefined ? 1 : stormTimes,
      stormShort,
    }
    this.#incidents = new Incidents(
      area => new Random(seed, `alerts.outages.${area}`),
      rules,
      start,
      start + days * DAY,
    )
    const { start: begins } = this.#incidents
    this.#order = Uint32Array.from(begins, (_, i) => i).sort((a, b) => begins[a]! - begins[b]!)
    this.#shuffle = new Shuffle(devices, seed)
    // What waits was activated within the last two days, or belongs to outages that are not over.
    const most = 6 * Math.min(SYNTHETIC.perDay, devices) + this.#mostOut() + 64
    this.#queue = new TimerQueue(most)
    this.#waiting = Array.from({ length: most }, () => ({
      kind: 0,
      home: 0,
      execution: 0,
      start: 0,
      end: 0,
      cause: 0,
    }))
    this.#free = Array.from({ length: most }, (_, id) => most - 1 - id)
    this.#draw = new Random(options.seed, 'alerts.activations')
    this.#genuine = new Random(options.seed, 'alerts.genuine')
  }

  /** The stream, batch by batch; stops between two of them when the generator is left. */
  *run(): Generator<void> {
    const { devices, days } = this.#options
    const { start, perDay, dayFrom, dayTo } = SYNTHETIC
    for (let home = 0; home < devices; home++) {
      if (!this.#isListed(home)) continue
      this.#emit(LIST_ADD, home, start)
      if (this.#batch.isFull) yield this.#flush()
    }
    const perDayHere = Math.min(perDay, devices)
    const step = (dayTo - dayFrom) / perDayHere
    let nextIncident = 0
    for (let day = 0; day < days; day++) {
      this.done = day / days
      for (let n = 0; n <= perDayHere; n++) {
        const isOver = n === perDayHere
        const at = start + day * DAY + (isOver ? DAY : dayFrom + Math.floor(n * step))
        for (;;) {
          const incident = this.#order[nextIncident]
          const begins = incident === undefined ? at : this.#incidents.start[incident]!
          // What is due before an incident comes before it, so that no more wait than must.
          const until = Math.min(at, begins)
          while (this.#queue.first >= 0 && this.#queue.dueOf(this.#queue.first) <= until) {
            this.#come()
            if (this.#batch.isFull) yield this.#flush()
          }
          if (incident === undefined || begins >= at) break
          this.#strike(incident)
          nextIncident++
        }
        if (isOver) continue
        this.#activate(((day * perDayHere + n) * STRIDE) % devices, at)
        if (this.#batch.isFull) yield this.#flush()
      }
    }
    while (this.#queue.first >= 0) {
      this.#come()
      if (this.#batch.isFull) yield this.#flush()
    }
    yield this.#flush()
  }

  #flush(): void {
    if (this.#batch.length > 0) this.#take(this.#batch)
    this.#batch.length = 0
  }

  /** The home's own luck, the same whenever it is asked. */
  #luck(home: number, salt: number): number {
    const h = Math.imul(home ^ Math.imul(salt, 0x9e3779b1) ^ this.#options.seed, 0x85ebca6b)
    return (Math.imul(h ^ (h >>> 15), 0xc2b2ae35) >>> 0) / 2 ** 32
  }

  #cuts(home: number): boolean {
    return this.#luck(home, 1) < SYNTHETIC.cutsSupply
  }

  #isListed(home: number): boolean {
    return this.#cuts(home) && this.#luck(home, 2) < SYNTHETIC.listed
  }

  #activate(home: number, at: number): void {
    const draw = this.#draw
    const { futureFrom, futureTo, cancelled } = SYNTHETIC
    const isLater = draw.chance(SYNTHETIC.futureDated)
    const execution = isLater ? at + draw.between(futureFrom, futureTo) : Number.NaN
    const i = this.#emit(ACTIVATION, home, at)
    this.#batch.executionTime[i] = execution
    if (isLater && draw.chance(cancelled)) {
      this.#wait(ACTIVATION, home, draw.between(at + 1, execution - 1), { execution: CANCEL_TIME })
      return
    }
    const isWrong = isLater && draw.chance(SYNTHETIC.clockWrong)
    const skew = isWrong ? draw.between(-SYNTHETIC.clockSkew, SYNTHETIC.clockSkew) : 0
    // A clock that is ahead has the meter activate before its time.
    const start = Math.max(at, isLater ? execution - skew : at)
    const isOutlier = draw.chance(SYNTHETIC.outliers)
    const { outageFrom, outageTo, outlierTo } = SYNTHETIC
    const length = draw.between(isOutlier ? outageTo : outageFrom, isOutlier ? outlierTo : outageTo)
    const end = start + length
    if (this.#cuts(home)) this.#alert(home, start, end, BY_ACTIVATION, draw)
    const answer = draw.chance(SYNTHETIC.fails) ? FAILED : SUCCEEDED
    this.#wait(answer, home, end + draw.between(SECOND, MINUTE), { execution })
  }

  /** A genuine outage of the homes that an incident takes. */
  #strike(incident: number): void {
    const start = this.#incidents.start[incident]!
    const end = this.#incidents.end[incident]!
    if (end - start <= AD1_THRESHOLD) return
    for (const [from, to] of this.#homesOf(incident)) {
      for (let rank = from; rank < to; rank++) {
        this.#alert(this.#shuffle.at(rank), start, end, GENUINE, this.#genuine)
      }
    }
  }

  /** Homes of an incident, as ranks [from, to) of the shuffled estate, which is the whole network. */
  #homesOf(incident: number): [number, number][] {
    const { devices } = this.#options
    const rank = (place: number) => Math.ceil((place * devices) / 2 ** 32)
    return this.#incidents.stretches(incident).map(([from, to]) => [rank(from), rank(to)])
  }

  /** Most homes whose AD1s wait at a time: all that are out, and those that came back just now. */
  #mostOut(): number {
    const after = SYNTHETIC.bootTime + SYNTHETIC.latencyTo
    const { start, end } = this.#incidents
    const changes = [...this.#order].flatMap(i => {
      const homes = this.#homesOf(i).reduce((sum, [from, to]) => sum + to - from, 0)
      const until = Math.max(end[i]!, start[i]! + AD1_THRESHOLD + 1) + after
      return homes === 0 ? [] : [[start[i]!, homes] as const, [until, -homes] as const]
    })
    // What ends in the millisecond in which another begins is still waiting.
    changes.sort(([a, m], [b, n]) => a - b || n - m)
    let out = 0
    let most = 0
    for (const [, homes] of changes) {
      out += homes
      most = Math.max(most, out)
    }
    return most
  }

  #alert(home: number, start: number, end: number, cause: number, draw: Random): void {
    const late = draw.between(SYNTHETIC.latencyFrom, SYNTHETIC.latencyTo)
    const isMute = this.#luck(home, 3) < SYNTHETIC.alertsWhenBack
    const raised = isMute ? end + SYNTHETIC.bootTime : start + AD1_THRESHOLD + 1
    this.#wait(AD1, home, raised + late, { start, end, cause })
  }

  #wait(kind: number, home: number, due: number, fields: Partial<Waiting>): void {
    const id = this.#free.pop()
    if (id === undefined) throw new RangeError('more events wait than were reckoned with')
    const none = { execution: Number.NaN, start: Number.NaN, end: Number.NaN, cause: 0 }
    Object.assign(this.#waiting[id]!, none, { kind, home }, fields)
    this.#queue.arm(id, due)
  }

  /** The event that waits for the earliest time happens. */
  #come(): void {
    const id = this.#queue.first
    const { kind, home, execution, start, end, cause } = this.#waiting[id]!
    const i = this.#emit(kind, home, this.#queue.dueOf(id))
    const batch = this.#batch
    batch.executionTime[i] = execution
    batch.outageStart[i] = start
    batch.outageEnd[i] = end
    batch.cause[i] = cause
    this.#queue.disarm(id)
    this.#free.push(id)
  }

  #emit(kind: number, home: number, time: number): number {
    const batch = this.#batch
    const i = batch.begin()
    batch.kind[i] = kind
    batch.time[i] = time
    if (kind !== AD1) {
      batch.device[2 * i] = ESME_HI
      batch.device[2 * i + 1] = home
    }
    if (kind !== LIST_ADD) {
      batch.hub[2 * i] = HUB_HI
      batch.hub[2 * i + 1] = home
    }
    batch.length++
    this.events++
    return i
  }
}

/** The numbers below `size` in an order of their own that can be asked for place by place, without a table. */
class Shuffle {
  readonly #size: number
  readonly #half: number
  readonly #keys: number[]

  constructor(size: number, seed: number) {
    const random = new Random(seed, 'alerts.homes')
    this.#size = size
    this.#half = Math.max(1, Math.ceil(Math.log2(Math.max(2, size)) / 2))
    this.#keys = Array.from({ length: 4 }, () => random.bits())
  }

  /** A Feistel network over the next power of four, walked on until it comes to a number below the size. */
  at(place: number): number {
    const mask = 2 ** this.#half - 1
    let x = place
    do {
      let left = x >>> this.#half
      let right = x & mask
      for (const key of this.#keys) {
        const h = Math.imul((right ^ key) | 0, 0x85ebca6b)
        const mixed = left ^ (Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 9)
        left = right
        right = mixed & mask
      }
      x = ((left << this.#half) | right) >>> 0
    } while (x >= this.#size)
    return x
  }
}
