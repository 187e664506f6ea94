// What happens to a device around its download: it is away at first, it verifies, activates at once or at a date, cuts the
// hub's supply meanwhile, and its home has outages of its own. The supply's gaps become AD1s, and the DSP judges them.

import { ActivationTracker } from '#core/power/activation-tracker'
import { GuidList } from '#core/power/guid-list'
import { Incidents } from '#core/power/incidents'
import {
  DEFAULT_TRACKING,
  FORWARD_NO_ACTIVATION,
  FORWARD_NOT_LISTED,
  SUPPRESSED,
} from '#core/power/suppression'
import { Random } from '#core/time/random'
import { Stream, unitOf } from './draws.ts'
import type { EstateFields } from './estate-fields.ts'
import type { SimulatedBatch, Simulation } from './simulation.ts'
import { BY_BATCH, CUT_BIN, DAILY, DAY, MINUTE, type Tally, TOTALS } from './tally.ts'
import { OVERDUE } from './transfer.ts'

/** EUI-64s: the high half of the ids in the public GBCS vectors; a device's hub follows it. */
const EUI64_HIGH = 0x00db1234

const onDay = (name: (typeof DAILY)[number]) => DAILY.indexOf(name)
const ofBatch = (name: (typeof BY_BATCH)[number]) => BY_BATCH.indexOf(name)
const RELEASED = onDay('released')
const UPDATED = onDay('updated')
const FAILED = onDay('failed')
const RAISED = onDay('raised')
const FORWARDED = onDay('forwarded')
const SUPPRESSED_ON = onDay('suppressed')
const GENUINE = onDay('genuine')
const HIDDEN = onDay('hidden')
const BATCH_UPDATED = ofBatch('updated')
const IN_TIME = ofBatch('inTime')
const LATE = ofBatch('late')
const EXPIRED = ofBatch('expired')
const NOT_ACTIVATED = ofBatch('notActivated')
const ABSENT = ofBatch('absent')
const UNREACHED = ofBatch('unreached')
const FALSE_FORWARDED = TOTALS.indexOf('falseForwarded')
const CUTS = TOTALS.indexOf('cuts')
const OUTAGES = TOTALS.indexOf('outages')
const TRACKED = TOTALS.indexOf('tracked')

/** Away for longer than anything is waited for. */
export const NEVER = 2 ** 48

export class Life {
  readonly #fields: EstateFields
  readonly #horizon: number
  readonly #tally: Tally
  readonly #life: Stream
  readonly #supply: Stream
  readonly #reach: Stream
  readonly #wake: Stream
  /** Begun with a device it gives the device's place in the network. */
  readonly #place: Stream
  /** Made when the first device needs them: a thread that plays nothing needs none. */
  #incidents: Incidents | undefined
  readonly #seed: number
  /** One device is judged at a time: records are found by their hub, so those of others would change nothing. */
  readonly #list = new GuidList(1)
  readonly #tracker: ActivationTracker
  #device = 0
  #isAbsent = false
  #isUnreached = false
  /** When the DSP saw the command, what it recorded, and the gap that the activation made; NaN for none. */
  #seen = Number.NaN
  #recorded = Number.NaN
  #cutFrom = Number.NaN
  #cutTo = Number.NaN
  #isListed = false

  constructor({ seed, fields, horizon }: Simulation, tally: Tally) {
    this.#fields = fields
    this.#horizon = horizon
    this.#tally = tally
    this.#life = new Stream(seed, 'estate.life')
    this.#supply = new Stream(seed, 'estate.supply')
    this.#reach = new Stream(seed, 'estate.reach')
    this.#wake = new Stream(seed, 'estate.wake')
    this.#place = new Stream(seed, 'estate.place')
    this.#seed = seed
    const window = fields.suppressionWindow
    this.#tracker = new ActivationTracker(this.#list, 1, {
      ...DEFAULT_TRACKING,
      window,
      endIncluded: fields.suppressionEndIncluded === 1,
      early: fields.suppressionEarly,
      retention: Math.max(window, DEFAULT_TRACKING.retention),
    })
  }

  /** Begins the life of device `device`: returns how long it is away when its turn comes, ms, or NEVER. */
  begin(device: number, { reach, isWoken }: SimulatedBatch): number {
    const { absentShare, absentMean } = this.#fields
    this.#device = device
    this.#life.begin(device)
    this.#isUnreached = reach < 1 && this.#isOutOf(reach, device)
    const waking = isWoken && !this.#isUnreached ? this.#waking(device) : 0
    if (this.#isUnreached) {
      this.#isAbsent = false
      return NEVER
    }
    this.#isAbsent = unitOf(this.#life.bits()) < absentShare
    return this.#isAbsent ? waking + lasting(absentMean, this.#life) : waking
  }

  /** How long it takes to wake a device's hub; one that does not wake is out of reach. */
  #waking(device: number): number {
    const { wakeSuccess, wakeDelay } = this.#fields
    this.#wake.begin(device)
    this.#isUnreached = unitOf(this.#wake.bits()) >= wakeSuccess
    return 1 + lasting(wakeDelay, this.#wake)
  }

  /** Whether an image has no way to a device: its hub cannot update it, or it left the HAN. */
  #isOutOf(reach: number, device: number): boolean {
    this.#reach.begin(device)
    return unitOf(this.#reach.bits()) >= reach
  }

  /**
   * Goes on after the download of the device that was begun last.
   * @param index the batch's.
   * @param start when the download began, ms.
   * @param duration how long it took, ms, or OVERDUE.
   */
  goOn(batch: SimulatedBatch, index: number, start: number, duration: number): boolean {
    const tally = this.#tally
    const row = index * BY_BATCH.length
    tally.daily[batch.day * DAILY.length + RELEASED]!++
    if (this.#isAbsent) tally.byBatch[row + ABSENT]!++
    if (this.#isUnreached) tally.byBatch[row + UNREACHED]!++
    this.#seen = Number.NaN
    this.#cutFrom = Number.NaN
    const isWhole = duration !== OVERDUE && start + duration <= batch.expires
    if (isWhole) {
      const verified = start + duration + this.#fields.verifyTime
      tally.byBatch[row + (verified <= batch.due ? IN_TIME : LATE)]!++
      const ended = this.#activate(batch, verified)
      const isUpdated = unitOf(this.#life.bits()) >= this.#fields.failShare
      tally.byBatch[row + (isUpdated ? BATCH_UPDATED : NOT_ACTIVATED)]!++
      this.#count(ended, isUpdated ? UPDATED : FAILED)
    } else {
      tally.byBatch[row + EXPIRED]!++
      this.#count(batch.expires, FAILED)
    }
    this.#suffer()
    return isWhole
  }

  /** Activates a verified image; returns when that is over. */
  #activate({ cutsSupply, inOneStep }: SimulatedBatch, verified: number): number {
    const f = this.#fields
    const random = this.#life
    let from: number
    this.#seen = verified
    if (!inOneStep && unitOf(random.bits()) < f.scheduledShare) {
      const night = Math.floor((verified - f.nightFrom) / DAY) * DAY + DAY + f.nightFrom
      this.#recorded = night + random.below(f.nightFor / MINUTE) * MINUTE
      const skew =
        unitOf(random.bits()) < f.skewShare ? (2 * unitOf(random.bits()) - 1) * f.skewLongest : 0
      from = Math.max(verified, this.#recorded - Math.round(skew))
    } else {
      this.#recorded = verified
      from = verified + random.below(f.commandDelay + 1)
    }
    if (unitOf(random.bits()) < f.lateShare) from += random.below(f.lateLongest + 1)
    const cuts = cutsSupply && unitOf(random.bits()) < f.cutsShare
    this.#isListed = cuts && unitOf(random.bits()) >= f.unlistedShare
    if (!cuts) return from + f.activationTime
    if (this.#isListed) this.#tally.totals[TRACKED]!++
    const isOutlier = unitOf(random.bits()) < f.outlierShare
    const shortest = isOutlier ? f.cutLongest : f.cutShortest
    const longest = Math.max(shortest, isOutlier ? f.outlierLongest : f.cutLongest)
    const length = shortest + random.below(longest - shortest + 1)
    this.#tally.totals[CUTS]!++
    const { cuts: bins } = this.#tally
    bins[Math.min(bins.length - 1, Math.floor(length / CUT_BIN))]!++
    this.#cutFrom = from
    this.#cutTo = from + length
    return from + length
  }

  /** The gaps of the hub's supply: outages as they come, and the activation's; what overlaps is one gap. */
  #suffer(): void {
    this.#incidents ??= incidentsOf(this.#seed, this.#fields, this.#horizon)
    const incidents = this.#incidents
    if (this.#isListed) this.#list.add(EUI64_HIGH, 2 * this.#device)
    this.#place.begin(this.#device)
    incidents.seek(this.#place.a)
    let incident = incidents.next()
    // Most homes have neither an outage nor a cut.
    if (incident < 0 && Number.isNaN(this.#cutFrom)) {
      this.#forget()
      return
    }
    this.#supply.begin(this.#device)
    let from = Number.NaN
    let to = Number.NaN
    let longestOutage = 0
    for (;;) {
      const cut = this.#cutFrom
      const next = incident < 0 ? Number.POSITIVE_INFINITY : incidents.start[incident]!
      const isCut = cut <= next
      const begins = isCut ? cut : next
      // The gap so far is over when the next one begins behind it, or none begins.
      if (from <= to && !(begins <= to && begins < this.#horizon)) {
        this.#alert(from, to, longestOutage)
        from = Number.NaN
        to = Number.NaN
        longestOutage = 0
      }
      if (!(begins < this.#horizon)) break
      const ends = isCut ? this.#cutTo : incidents.end[incident]!
      if (!(from <= to)) from = begins
      to = to >= ends ? to : ends
      if (isCut) this.#cutFrom = Number.NaN
      else {
        this.#tally.totals[OUTAGES]!++
        longestOutage = Math.max(longestOutage, ends - next)
        incident = incidents.next()
      }
    }
    this.#forget()
  }

  /** A gap ended: was it long enough for an AD1, and what did the DSP do with it? */
  #alert(from: number, to: number, longestOutage: number): void {
    const { ad1Threshold, ad1Strict, alertDelay } = this.#fields
    const isLong = (gap: number): boolean =>
      ad1Strict === 1 ? gap > ad1Threshold : gap >= ad1Threshold
    if (!isLong(to - from)) return
    const raised = from + ad1Threshold + ad1Strict
    const at = raised + this.#supply.below(alertDelay + 1)
    // What lies after the observation is not seen.
    if (at >= this.#horizon) return
    const isSuppressed = this.#judge(at)
    const isGenuine = isLong(longestOutage)
    this.#count(at, RAISED)
    this.#count(at, isSuppressed ? SUPPRESSED_ON : FORWARDED)
    if (isGenuine) this.#count(at, GENUINE)
    if (isGenuine && isSuppressed) this.#count(at, HIDDEN)
    if (!isGenuine && !isSuppressed) this.#tally.totals[FALSE_FORWARDED]!++
  }

  #judge(at: number): boolean {
    const device = 2 * this.#device
    const [high, hub] = [EUI64_HIGH, device + 1]
    if (this.#seen <= at) {
      this.#tracker.activation(high, device, high, hub, this.#recorded, this.#seen)
      this.#seen = Number.NaN
    }
    let verdict = this.#tracker.judge(high, hub, at)
    if (verdict === FORWARD_NO_ACTIVATION && !this.#isListed) verdict = FORWARD_NOT_LISTED
    this.#tally.verdicts[verdict]!++
    return verdict === SUPPRESSED
  }

  /** Makes room for the next device. */
  #forget(): void {
    const device = 2 * this.#device
    if (!this.#isListed) return
    this.#tracker.cancel(EUI64_HIGH, device, EUI64_HIGH, device + 1, this.#horizon)
    this.#list.remove(EUI64_HIGH, device)
    this.#isListed = false
  }

  /** Counts on the day of a moment; what lies after the observation is not seen. */
  #count(at: number, name: number): void {
    if (at < this.#horizon) this.#tally.daily[Math.floor(at / DAY) * DAILY.length + name]!++
  }
}

/** A time that is exponentially distributed, whole ms. */
function lasting(mean: number, random: Stream): number {
  return Math.round(-mean * Math.log(unitOf(random.bits())))
}

/** The incidents of the observation: of the seed and the fields alone, so that all who play have the same. */
function incidentsOf(seed: number, fields: EstateFields, horizon: number): Incidents {
  const { outagesPerYear, outageMean, outageSpread, stormDay, stormTimes, stormShort } = fields
  const rules = {
    perYear: outagesPerYear,
    mean: outageMean,
    spread: outageSpread,
    stormFrom: stormDay * DAY,
    stormTimes,
    stormShort,
  }
  return new Incidents(area => new Random(seed, `estate.outages.${area}`), rules, 0, horizon)
}
