// A plan as it is played: batches of numbered devices with their times, cut into tasks that any thread can take. What a
// device does depends on the seed and its number, so neither the cut nor who takes what decides anything.

import { outlives } from '#core/campaign/endings'
import type { CampaignPlan } from '#core/campaign/plan'
import { hanrigError } from '../errors/errors.ts'
import { attemptLoss } from '../profile/han-profile.ts'
import type { Engine } from './engines.ts'
import type { EstateFields } from './estate-fields.ts'
import { MOST_BLOCKS, PLAYING } from './events.ts'
import { DAY, MINUTE, type TallySize } from './tally.ts'
import { LONGEST_DOWNLOAD, MOST_LOSS, Rules } from './transfer.ts'

/** Devices of one image that are released together. Times are ms from the start of day 0. */
export interface SimulatedBatch {
  readonly supplier: number
  readonly day: number
  /** Number of its first device; they follow each other. */
  readonly first: number
  readonly devices: number
  /** The first ones, in groups of `sharedBy`, are behind shared bearers. */
  readonly shared: number
  readonly blocks: number
  readonly released: number
  /** When its target response time is over. */
  readonly due: number
  /** When it is given up for devices that it has not reached; before its release where SRV 11.1 fails. */
  readonly expires: number
}

/** Everything that a thread has to know: it crosses to it as it is. */
export interface Simulation {
  readonly seed: number
  readonly fields: EstateFields
  readonly engine: Engine
  readonly batches: readonly SimulatedBatch[]
  readonly devices: number
  /** When the observation ends, ms. */
  readonly horizon: number
  readonly size: TallySize
}

/** Devices `from` up to `to` of a batch, counted from its first. */
export interface Piece {
  readonly batch: number
  readonly from: number
  readonly to: number
}

export interface Task {
  readonly engine: 'totals' | 'events'
  readonly pieces: readonly Piece[]
  readonly devices: number
}

/** Devices in a task: many more than play at a time, and few enough that threads end together. */
const TASK = 4 * PLAYING

/** Days that are looked at after the last image was given up: the dates of the last activations lie there. */
const AFTERWARDS = 2

/** Most bins of the histogram of retries. */
const BINS = 4_096

/**
 * Makes a simulation of a plan.
 * @throws HanrigError HANRIG_USAGE when an image could not be delivered in the time that the engine can count.
 */
export function simulationOf(
  plan: CampaignPlan,
  fields: EstateFields,
  seed: number,
  engine: Engine,
): Simulation {
  refuseHopeless(fields)
  const { lifetime, dcoDays } = plan.settings
  const { sharedBy, sharedShare, blockSize } = fields
  let first = 0
  const batches = plan.batches.map((batch): SimulatedBatch => {
    const { devices, day, minute, octets, loggedDay, dueDay, supplier, request } = batch
    const { generation } = plan.portfolio.requests[request]!
    const at = minute * MINUTE
    const shared = Math.floor((devices * sharedShare) / sharedBy) * sharedBy
    const simulated = {
      supplier,
      day,
      first,
      devices,
      shared: engine === 'totals' ? 0 : shared,
      blocks: Math.ceil(octets / blockSize),
      released: day * DAY + at,
      due: dueDay * DAY + at,
      expires: outlives(generation, dcoDays, lifetime)
        ? (loggedDay + lifetime) * DAY + at
        : day * DAY + at + fields.retention,
    }
    first += devices
    return simulated
  })
  const days = Math.max(0, plan.lastDay + 1) + Math.ceil(fields.retention / DAY) + AFTERWARDS
  const most = batches.reduce((blocks, batch) => Math.max(blocks, batch.blocks), 1)
  refuseEndless(most, fields)
  return {
    seed,
    fields,
    engine,
    batches,
    devices: first,
    horizon: days * DAY,
    size: {
      days,
      batches: batches.length,
      longest: Math.min(fields.retention, LONGEST_DOWNLOAD),
      ...retriesBins(most, fields),
    },
  }
}

/** Request and answer must come through now and then. */
function refuseHopeless({ loss }: EstateFields): void {
  if (attemptLoss(loss) <= MOST_LOSS) return
  const percent = Math.round(loss * 100)
  throw hanrigError(
    'HANRIG_USAGE',
    `Where ${percent} % of frames are lost each way, more than nine attempts of ten at a block come to nothing: use a lower loss.`,
  )
}

/** Durations are counted in ms as int32, with room for a last wait. */
function refuseEndless(blocks: number, fields: EstateFields): void {
  const { roundTrip, jitter, sharedShare, sharedBy, airTime } = fields
  const perBlock = roundTrip + jitter + (sharedShare > 0 ? sharedBy * airTime : 0)
  if (blocks <= MOST_BLOCKS && blocks * perBlock < 2 ** 30) return
  const days = Math.ceil((blocks * perBlock) / DAY)
  throw hanrigError(
    'HANRIG_USAGE',
    `An image of ${blocks} blocks takes up to ${days} days without any loss: use larger blocks or a shorter round trip.`,
  )
}

/** Bins of about a fifth of the standard deviation, far beyond what the largest image will need. */
function retriesBins(blocks: number, fields: EstateFields) {
  const loss = attemptLoss(fields.loss)
  const mean = (blocks * loss) / (1 - loss)
  const deviation = Math.sqrt(mean / (1 - loss))
  const most = mean + 12 * deviation + 20
  const rough = Math.max(1, deviation / 4, most / BINS)
  const power = 10 ** Math.floor(Math.log10(rough))
  const retriesBin = [1, 2, 5, 10].map(n => n * power).find(n => n >= rough)!
  return { retriesBin, retriesBins: Math.ceil(most / retriesBin) + 1 }
}

/** The rules of a transfer in a simulation. */
export function rulesOf({ fields, size }: Simulation): Rules {
  return new Rules({ ...fields, loss: attemptLoss(fields.loss), lifetime: size.longest })
}

/** What there is to be done. Devices that share a bearer are never parted. */
export function tasksOf({ engine, batches, fields }: Simulation): Task[] {
  const events = new Cutter('events', fields.sharedBy)
  const totals = new Cutter('totals', fields.sharedBy)
  for (const [batch, { devices, shared }] of batches.entries()) {
    events.add(batch, 0, engine === 'events' ? devices : shared)
    if (engine !== 'events') totals.add(batch, shared, devices)
  }
  // What takes longest is begun first.
  return [...events.end(), ...totals.end()]
}

/** Gathers small pieces into tasks and cuts large ones. */
class Cutter {
  readonly #engine: Task['engine']
  /** Devices in a task: whole groups. */
  readonly #full: number
  readonly #tasks: Task[] = []
  #pieces: Piece[] = []
  #devices = 0

  constructor(engine: Task['engine'], group: number) {
    this.#engine = engine
    this.#full = Math.ceil(TASK / group) * group
  }

  add(batch: number, from: number, to: number): void {
    while (from < to) {
      const until = Math.min(to, from + this.#full)
      if (this.#devices + until - from > this.#full) this.#close()
      this.#pieces.push({ batch, from, to: until })
      this.#devices += until - from
      from = until
    }
  }

  end(): Task[] {
    this.#close()
    return this.#tasks
  }

  #close(): void {
    if (this.#devices === 0) return
    this.#tasks.push({ engine: this.#engine, pieces: this.#pieces, devices: this.#devices })
    this.#pieces = []
    this.#devices = 0
  }
}
