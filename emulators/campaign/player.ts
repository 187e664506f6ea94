// One thread's share of a simulation: takes tasks, plays their devices by the engine that each wants, and counts.

import { byWakes } from '#core/campaign/sleeper'
import { Stream } from './draws.ts'
import { EventEngine, PLAYING, Roster } from './events.ts'
import { Life } from './life.ts'
import { rulesOf, type SimulatedBatch, type Simulation, type Task } from './simulation.ts'
import { DURATION_BIN, Tally, TOTALS } from './tally.ts'
import { ExactTotals } from './totals.ts'
import { OVERDUE, type Rules, Transfers } from './transfer.ts'

const DEVICES = TOTALS.indexOf('devices')
const BLOCKS = TOTALS.indexOf('blocks')
const RETRIES = TOTALS.indexOf('retries')
const STOPS = TOTALS.indexOf('stops')
const SHARED = TOTALS.indexOf('shared')

/** Devices between two reports of the totals engine. */
const REPORTED = 1_024

/** Told how many devices of a task are done, and how many blocks were asked for. */
export type Heed = (devices: number, blocks: number) => void

export class Player {
  readonly tally: Tally
  readonly #simulation: Simulation
  readonly #rules: Rules
  readonly #transfer: Stream
  readonly #life: Life
  readonly #totals: ExactTotals
  /** Made when the first task wants it. */
  #events: EventEngine | undefined

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    this.#rules = rulesOf(simulation)
    this.tally = new Tally(simulation.size)
    this.#transfer = new Stream(simulation.seed, 'estate.transfer')
    this.#life = new Life(simulation, this.tally)
    this.#totals = new ExactTotals(this.#rules, this.#transfer)
  }

  play(task: Task, heed?: Heed): void {
    if (task.engine === 'totals') this.#playTotals(task, heed)
    else this.#playEvents(task, heed)
  }

  #playTotals({ pieces }: Task, heed?: Heed): void {
    const { batches } = this.#simulation
    const out = new Transfers(1)
    let devices = 0
    let blocks = 0
    for (const { batch: index, from, to } of pieces) {
      const batch = batches[index]!
      for (let i = from; i < to; i++) {
        const away = this.#life.begin(batch.first + i, batch)
        this.#totals.play(batch.first + i, batch.blocks, out, 0)
        this.#count(batch, index, this.#turnOf(batch, i) + away, out, 0, false)
        blocks += batch.blocks
        if (++devices % REPORTED === 0) heed?.(devices, blocks)
      }
    }
    heed?.(devices, blocks)
  }

  #playEvents({ pieces, devices }: Task, heed?: Heed): void {
    const { batches, fields } = this.#simulation
    const roster = new Roster(devices)
    const start = new Float64Array(devices)
    const index = new Int32Array(devices)
    for (const piece of pieces) {
      const batch = batches[piece.batch]!
      for (let i = piece.from; i < piece.to; ) {
        const group = i < batch.shared ? Math.min(fields.sharedBy, batch.shared - i) : 1
        const place = roster.count
        this.#enter(roster, start, batch, i, group)
        index.fill(piece.batch, place, roster.count)
        i += group
      }
    }
    const out = new Transfers(devices)
    this.#events ??= new EventEngine(this.#rules, this.#transfer, fields.sharedBy, PLAYING)
    this.#events.play(roster, out, heed)
    for (let place = 0; place < devices; place++) {
      const batch = batches[index[place]!]!
      const device = roster.device[place]!
      this.#life.begin(device, batch)
      const isShared = device - batch.first < batch.shared
      this.#count(batch, index[place]!, start[place]!, out, place, isShared)
    }
  }

  /** Enters devices `i` on, all of one bearer. Who is away when its turn comes is alone when it is back. */
  #enter(
    roster: Roster,
    start: Float64Array,
    batch: SimulatedBatch,
    i: number,
    group: number,
  ): void {
    const away = Array.from({ length: group }, (_, k) =>
      this.#life.begin(batch.first + i + k, batch),
    )
    const present = away.filter(ms => ms === 0).length
    let begun = -1
    // The absent first, so that those who share follow each other.
    for (const isPresent of [false, true]) {
      for (const [k, ms] of away.entries()) {
        if ((ms === 0) !== isPresent) continue
        const at = this.#turnOf(batch, i + k)
        start[roster.count] = at + ms
        if (!isPresent) roster.add(batch.first + i + k, batch.blocks, 0, 1)
        else {
          roster.add(
            batch.first + i + k,
            batch.blocks,
            begun < 0 ? 0 : at - begun,
            begun < 0 ? present : 0,
          )
          if (begun < 0) begun = at
        }
      }
    }
  }

  /** When the turn of a batch's `i`th device comes, ms. */
  #turnOf({ released, devices }: SimulatedBatch, i: number): number {
    return released + Math.floor((i * this.#simulation.fields.releaseTime) / devices)
  }

  /** How long a download takes by the clock where the device sleeps. */
  #byWakes({ awakeTime, wakeInterval }: SimulatedBatch, duration: number): number {
    if (wakeInterval === 0 || duration === OVERDUE) return duration
    const took = byWakes(duration, awakeTime, wakeInterval)
    return took > this.tally.size.longest ? OVERDUE : took
  }

  #count(
    batch: SimulatedBatch,
    index: number,
    start: number,
    out: Transfers,
    at: number,
    isShared: boolean,
  ): void {
    const { totals, size, retries, durations, sharedDurations } = this.tally
    totals[DEVICES]!++
    if (isShared) totals[SHARED]!++
    const duration = this.#byWakes(batch, out.duration[at]!)
    if (!this.#life.goOn(batch, index, start, duration)) return
    const lost = out.retries[at]!
    totals[BLOCKS]! += batch.blocks
    totals[RETRIES]! += lost
    totals[STOPS]! += out.stops[at]!
    retries[Math.min(size.retriesBins - 1, Math.floor(lost / size.retriesBin))]!++
    const bins = isShared ? sharedDurations : durations
    bins[Math.floor(duration / DURATION_BIN)]!++
  }
}
