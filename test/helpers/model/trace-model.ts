// Rules that the events of any run obey, whatever its faults: a box says nothing while it is off, alerts follow from
// what happened, versions change by activations alone, answers answer what was asked. A second opinion, written from the
// events and the scenario only: it knows nothing of how the emulators work. Each breach is `rule: what was seen`.

import type { Cargo } from '#emulators/home/cargo'
import type { EventOf, TraceEvent } from '#emulators/trace/trace'
import type { Played } from './played.ts'
import type { BoxFacts } from './sent.ts'

type Outcome = Extract<EventOf<'srv-response'>, { service: '11.3' }>

interface Command {
  readonly device: string
  readonly cancels: boolean
  /** Unix ms; undefined for at once. */
  readonly time: number | undefined
  answered: boolean
}

interface Box {
  readonly facts: BoxFacts
  /** Its clock minus virtual time, ms. */
  readonly epoch: number
  readonly fails: boolean
  readonly id: string
  on: boolean
  version: number
  /** What the last verification found, and of which octets. */
  verified: 'nothing' | 'right' | 'wrong'
  /** The right image of which it last said so. */
  image: Cargo | undefined
  activating: boolean
  scheduled: number | undefined
  /** Code of the last activation that ended or was refused. */
  outcome: number | undefined
  /** Versions that it ran so far, and those that an activation brought. */
  readonly versions: Set<number>
  readonly reached: Set<number>
  /** Alerts raised and not yet received, as `code detail`. */
  readonly alerts: string[]
  rotten: boolean
  lostAt: number
  ad1: boolean
}

/** What a hub without supply may still say. */
const OFF_WORDS = ['alert-raised', 'slot-emptied', 'slot-refused', 'supply-restored']
const ACCEPTED_NULL = 5
/** What the hub says of a command whose taking it never heard of: the device may have taken it, and answer too. */
const NOT_DELIVERED = 8
const OUTCOMES = [0, 1, 2, 3, ACCEPTED_NULL, NOT_DELIVERED]

export function breachesOfTrace(run: Played, boxes: readonly BoxFacts[]): string[] {
  return new TraceModel(run, boxes).breaches()
}

class TraceModel {
  readonly #run: Played
  readonly #boxes = new Map<string, Box>()
  readonly #byId = new Map<string, Box>()
  readonly #commands = new Map<number, Command>()
  readonly #answered = new Map<number, boolean>()
  readonly #breaches: string[] = []
  #now = 0

  constructor(run: Played, boxes: readonly BoxFacts[]) {
    this.#run = run
    const { scenario, premises } = run
    for (const facts of boxes) {
      const device = scenario.devices[facts.name]
      const id = premises.ids.get(facts.name)!
      const box: Box = {
        facts,
        epoch: scenario.start + (device?.values.clockSkew ?? 0),
        fails: (device ?? scenario.hub).values.activationFails !== 0,
        id,
        on: device?.plugged ?? true,
        version: facts.version,
        verified: 'nothing',
        image: undefined,
        activating: false,
        scheduled: undefined,
        outcome: undefined,
        versions: new Set([facts.version]),
        reached: new Set(),
        alerts: [],
        rotten: false,
        lostAt: -1,
        ad1: false,
      }
      this.#boxes.set(facts.name, box)
      this.#byId.set(id, box)
    }
  }

  breaches(): string[] {
    const { scenario, events, premises } = this.#run
    for (const event of events) {
      if (event.t < this.#now) this.#say('time runs on', `${event.t} after ${this.#now}`)
      if (!Number.isInteger(event.t) || event.t > scenario.until) {
        this.#say('events come at whole ms before the end', `${event.name} at ${event.t}`)
      }
      this.#now = event.t
      this.#heed(event)
    }
    for (const [name, box] of this.#boxes) {
      const { firmware } = premises.devices.get(name) ?? premises.hub
      if (firmware.fileVersion !== box.version) {
        this.#say('versions change by activations alone', `${name} runs ${firmware.fileVersion}`)
      }
    }
    return this.#breaches
  }

  #say(rule: string, seen: string): void {
    this.#breaches.push(`${rule}: ${seen} at ${this.#now} ms`)
  }

  #heed(event: TraceEvent): void {
    const { source, name } = event
    if (source === 'run' && event.name === 'step' && event.kind === 'rot') {
      for (const each of event.on) this.#boxes.get(each)!.rotten = true
    }
    if (source === 'supplier') this.#heedSupplier(event)
    if (source === 'dsp' && event.name === 'alert-received') this.#receive(event)
    const box = this.#boxes.get(source)
    if (!box) return
    const isOffWord =
      source === 'hub'
        ? OFF_WORDS.includes(name)
        : name === 'power-restored' || name === 'frame-unheard'
    if (!box.on && !isOffWord) this.#say('a box without power is silent', `${source} ${name}`)
    this.#heedBox(box, event)
  }

  #heedBox(box: Box, event: TraceEvent): void {
    const { source } = event
    switch (event.name) {
      case 'power-lost':
        box.on = false
        break
      case 'power-restored':
        if (box.on) this.#say('power comes once', source)
        box.on = true
        break
      case 'supply-lost':
        box.on = false
        box.lostAt = event.t
        box.ad1 = false
        break
      case 'supply-restored':
        if (box.on) this.#say('power comes once', source)
        box.on = true
        this.#afterOutage(box, event.t)
        break
      case 'booted':
        if (event.fileVersion !== box.version) {
          this.#say('a box boots what it ran', `${source} ${event.fileVersion}`)
        }
        if (!event.sound && !box.rotten) this.#say('what runs is whole', source)
        break
      case 'image-verified':
      case 'image-rejected':
        this.#heedVerification(box, event)
        break
      case 'activation-scheduled':
        box.scheduled = Date.parse(event.at)
        if (box.scheduled <= this.#localTime(box)) {
          this.#say('a schedule lies ahead', `${source} ${event.at}`)
        }
        break
      case 'activation-cancelled':
        box.scheduled = undefined
        break
      case 'activation-refused':
        box.outcome = event.code
        if (box.scheduled !== undefined && box.scheduled <= this.#localTime(box)) {
          box.scheduled = undefined
        }
        break
      case 'activation-began':
        this.#heedBeginning(box)
        break
      case 'activation-ended':
        this.#heedEnd(box, event)
        break
      case 'alert-raised':
        this.#heedAlert(box, event)
        break
    }
  }

  #heedVerification(
    box: Box,
    { source, name, sha256, hash }: EventOf<'image-verified' | 'image-rejected'>,
  ): void {
    box.image = box.facts.rightOne(sha256, hash)
    box.verified = name === 'image-verified' ? 'right' : 'wrong'
    const isTaken = box.verified === 'right'
    // What is signed may be right and the header around it not, by another's doing: then it may be refused.
    const isExact = box.image?.sha256 === sha256
    if (isTaken ? !box.image : isExact) {
      this.#say('right images are held, and no others', `${source} ${name}`)
    }
    if (box.activating) this.#say('nothing is verified during an activation', source)
  }

  #heedBeginning(box: Box): void {
    const { name, oneStep, commanded } = box.facts
    const interrupted = box.activating
    const now = this.#localTime(box)
    if (box.verified !== 'right') this.#say('only a right image is activated', name)
    if (!oneStep && !commanded.some(each => each === box.image)) {
      this.#say('only what was commanded is activated', `${name} ${box.image?.name}`)
    }
    const isDue = box.scheduled !== undefined && box.scheduled <= now
    const isAsked = [...this.#commands.values()].some(
      ({ device, cancels, time, answered }) =>
        device === box.id && !cancels && !answered && (time === undefined || time <= now),
    )
    if (!(oneStep || interrupted || isDue || isAsked)) {
      this.#say('an activation has a reason', `${name}, scheduled ${box.scheduled}`)
    }
    box.activating = true
    box.scheduled = undefined
  }

  #heedEnd(box: Box, { source, code, before, fileVersion }: EventOf<'activation-ended'>): void {
    if (!box.activating) this.#say('what ends began', source)
    if (before !== box.version) this.#say('versions change by activations alone', source)
    const expected = box.fails ? box.version : box.image?.fileVersion
    if (code !== (box.fails ? 3 : 0) || fileVersion !== expected) {
      this.#say('an activation runs its image', `${source} code ${code}, runs ${fileVersion}`)
    }
    box.activating = false
    box.outcome = code
    box.version = fileVersion
    box.versions.add(box.version)
    if (code === 0) {
      box.verified = 'nothing'
      box.reached.add(box.version)
    }
  }

  #heedAlert(box: Box, event: EventOf<'alert-raised'>): void {
    const { source, code, detail } = event
    const owed = (): boolean => {
      switch (code) {
        case '8F72':
          // Owed before the activation and told after a loss of power, or told at once.
          return box.verified === 'right'
        case '8F1C':
          return box.verified === 'wrong'
        case '8F66':
          return !box.facts.oneStep && detail === 0 && box.outcome === 0
        case '8F67':
          return !box.facts.oneStep && detail !== 0 && box.outcome === detail
        case '8F8B':
          return box.facts.oneStep && (detail === 0) === (box.outcome === 0)
        case '8F1B':
          return box.rotten
        case '8F8A':
          return source === 'hub' && detail === 0
        case '8F89':
          return source === 'hub' && [1, 2, 3].includes(detail)
        case 'AD1':
          return source === 'hub' && this.#owesAd1(box, event.t)
        default:
          return false
      }
    }
    if (!owed()) {
      this.#say('alerts follow from what happened', `${source} ${code} ${detail}, ${box.outcome}`)
    }
    if (code === 'AD1') box.ad1 = true
    box.alerts.push(`${code} ${detail}`)
  }

  #owesAd1(hub: Box, t: number): boolean {
    return hub.lostAt >= 0 && !hub.ad1 && this.#isOutage(t - hub.lostAt)
  }

  #isOutage(time: number): boolean {
    const { ad1Threshold, ad1Strict } = this.#run.scenario.hub.values
    return ad1Strict ? time > ad1Threshold : time >= ad1Threshold
  }

  #afterOutage(hub: Box, t: number): void {
    for (const { facts, on, activating } of this.#boxes.values()) {
      const cuts = this.#run.scenario.devices[facts.name]?.values.cutsHubSupply === 1
      if (cuts && on && activating)
        this.#say('an activation cuts the supply to its end', facts.name)
    }
    if (this.#isOutage(t - hub.lostAt) && !hub.ad1) {
      // The alert of an outage that ends in this very millisecond may come after its end.
      const { ad1Threshold, ad1Strict } = this.#run.scenario.hub.values
      const due = hub.lostAt + ad1Threshold + (ad1Strict ? 1 : 0)
      if (t > due) this.#say('a long outage raises AD1', `lost at ${hub.lostAt}`)
    }
  }

  #heedSupplier(event: TraceEvent): void {
    if (event.name === 'alert-received') this.#receive(event)
    if (event.name === 'srv-sent') {
      const { request } = event
      if (event.service === '11.3') {
        this.#commands.set(request, {
          device: event.device,
          cancels: event.cancels === true,
          time: event.executionTime === undefined ? undefined : Date.parse(event.executionTime),
          answered: false,
        })
      } else this.#answered.set(request, false)
    }
    if (event.name !== 'srv-response') return
    const { request } = event
    if (event.service === '11.3') this.#heedOutcome(event)
    else {
      if (this.#answered.get(request) !== (event.again === true)) {
        this.#say('a request is answered once', `${event.service} ${request}`)
      }
      this.#answered.set(request, true)
    }
  }

  #heedOutcome({ request, code, version, device }: Outcome): void {
    const command = this.#commands.get(request)
    if (!command || command.answered || command.device !== device) {
      this.#say('a request is answered once', `11.3 ${request}`)
      return
    }
    if (code === NOT_DELIVERED) return
    command.answered = true
    const box = this.#byId.get(device)!
    if (!OUTCOMES.includes(code)) this.#say('codes are those of GBCS', `${code}`)
    if (code === ACCEPTED_NULL && !command.cancels && command.time === undefined) {
      this.#say('only what is later is accepted without an outcome', `${request}`)
    }
    // Version 0 is what the DCO says, which does not know.
    if (version !== 0 && !box.versions.has(version)) {
      this.#say('a response states what ran', `${box.facts.name} ${version}`)
    }
    if (code === 0 && !box.reached.has(version)) {
      this.#say('success is a new version', `${box.facts.name} ${version}`)
    }
  }

  #receive({ code, detail, device }: EventOf<'alert-received'>): void {
    const box = this.#byId.get(device)!
    const at = box.alerts.indexOf(`${code} ${detail}`)
    if (at < 0) this.#say('what is received was raised', `${box.facts.name} ${code}`)
    else box.alerts.splice(at, 1)
  }

  #localTime(box: Box): number {
    return this.#now + box.epoch
  }
}
