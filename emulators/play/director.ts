// Has the steps of a scenario done, in order: each begins when the one before it has ended; a step with a time of its own
// runs then, beside the others. What has ended is known from the trace alone. Nothing is done inside an event: an event
// only arms the timer that goes on.

import { CANCEL_TIME, HASH_LENGTH, IMMEDIATE } from '#core/power/activation'
import type { Archive } from '#core/state/archive'
import type { Cargo } from '../home/cargo.ts'
import type { Premises } from '../home/premises.ts'
import type { Scenario, Step } from '../scenario/schema/schema.ts'
import type { Distribution } from '../service/supplier.ts'
import type { EventOf, FieldsOf, TraceEvent } from '../trace/trace.ts'

type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>

/** What the step in hand waits for. */
interface Waits {
  /** Service request numbers: of SRV 11.1 and 11.4, and counters of SRV 11.3. */
  readonly distributions: Set<number>
  readonly commands: Set<number>
  /** Devices, by name, that are to say that they hold an image before their command goes out. */
  readonly holders: Set<string>
}

/** Alerts that say whether a device holds an image: its own, and the hub's of the transfer. */
const TELLING = ['8F72', '8F1C', '8F8A', '8F89']

export class Director {
  readonly #scenario: Scenario
  readonly #premises: Premises
  readonly #cargo: ReadonlyMap<string, Cargo>
  readonly #sequence: readonly Step[]
  readonly #goOn: number
  readonly #timeout: number
  /** Steps with a time of their own. */
  readonly #timed: readonly { readonly at: number; readonly timer: number }[]
  readonly #waits: Waits = { distributions: new Set(), commands: new Set(), holders: new Set() }
  /** Distributions so far, as image and targets: what a Supplier that is loaded is told again. */
  readonly #sent: { readonly image: string; readonly targets: readonly string[] }[] = []
  /** Alerts and file versions that the Supplier heard of devices, by EUI-64: `8F72 2`. */
  readonly #heard = new Map<string, string>()
  /** The step in hand; the number of steps when all have ended. */
  #at = -1
  /** A step that waits for a timer, or for an event. */
  #pausing = false
  #awaiting = false

  constructor(scenario: Scenario, premises: Premises, cargo: ReadonlyMap<string, Cargo>) {
    this.#scenario = scenario
    this.#premises = premises
    this.#cargo = cargo
    const { clock } = premises
    this.#sequence = scenario.steps.filter(step => step.at === undefined)
    this.#goOn = clock.timer(() => this.#proceed())
    this.#timeout = clock.timer(() => this.#expire())
    this.#timed = scenario.steps
      .filter(step => step.at !== undefined)
      .map(step => ({ at: step.at!, timer: clock.timer(() => this.#perform(step, false)) }))
  }

  /** True when every step has ended. */
  get ended(): boolean {
    return this.#at >= this.#sequence.length
  }

  /** The step that has not ended, for people; undefined when all have. */
  get stuck(): Step | undefined {
    return this.#sequence[this.#at]
  }

  begin(): void {
    const { clock } = this.#premises
    clock.after(this.#goOn, 0)
    for (const { at, timer } of this.#timed) clock.at(timer, at)
  }

  /** Hears an event of the trace. */
  heed(event: TraceEvent): void {
    if (event.source === 'supplier' && event.name === 'alert-received') this.#heardOf(event)
    if (event.source === 'supplier' && event.name === 'srv-response') this.#answered(event)
    const step = this.#sequence[this.#at]
    if (this.#awaiting && step?.kind === 'wait-event' && matches(event, step)) {
      this.#awaiting = false
      this.#resume()
    }
  }

  /** Every distribution so far, made again. */
  get requests(): Distribution[] {
    return this.#sent.map(({ image, targets }) => ({
      image: this.#cargo.get(image)!.image.octets,
      descriptor: this.#premises.describe(image, targets),
    }))
  }

  archive(a: Archive): void {
    this.#at = a.number(this.#at)
    this.#pausing = a.flag(this.#pausing)
    this.#awaiting = a.flag(this.#awaiting)
    archiveSet(a, this.#waits.distributions, Number)
    archiveSet(a, this.#waits.commands, Number)
    archiveSet(a, this.#waits.holders, String)
    const heard = [...this.#heard]
    const count = a.number(heard.length)
    for (let i = 0; i < count; i++) {
      const device = a.text(heard[i]?.[0] ?? '')
      this.#heard.set(device, a.text(heard[i]?.[1] ?? ''))
    }
    const sent = a.number(this.#sent.length)
    for (let i = 0; i < sent; i++) {
      const image = a.text(this.#sent[i]?.image ?? '')
      const targets = a.text(this.#sent[i]?.targets.join(' ') ?? '').split(' ')
      if (a.loading) this.#sent.push({ image, targets })
    }
  }

  #heardOf({ code, about, version }: EventOf<'alert-received'>): void {
    if (!TELLING.includes(code)) return
    this.#heard.set(about, `${code} ${version}`)
    if (this.#waits.holders.size > 0) this.#resume()
  }

  #answered(response: EventOf<'srv-response'>): void {
    const { distributions, commands } = this.#waits
    const { request } = response
    const isCommand = response.service === '11.3'
    if (!isCommand && !response.ok) this.#refused(request)
    if ((isCommand ? commands : distributions).delete(request)) this.#resume()
  }

  #resume(): void {
    this.#premises.clock.after(this.#goOn, 0)
  }

  /** Looks whether the step in hand has ended, and begins the next. */
  #proceed(): void {
    const step = this.#sequence[this.#at]
    if (step?.kind === 'activate') this.#activateHolders(step)
    const { distributions, commands, holders } = this.#waits
    const waits = distributions.size + commands.size + holders.size > 0
    if (waits || this.#awaiting || this.#pausing) return
    this.#premises.clock.cancel(this.#timeout)
    if (this.ended) return
    const next = this.#sequence[++this.#at]
    if (!next) return
    this.#perform(next, true)
    if (!this.#pausing && !this.#awaiting) this.#resume()
  }

  #expire(): void {
    const step = this.#sequence[this.#at]
    if (this.#awaiting) {
      this.#awaiting = false
      this.#fail(step!, `no ${step?.kind === 'wait-event' ? step.event : 'event'} came in time`)
    }
    this.#pausing = false
    this.#proceed()
  }

  #fail(step: Step, reason: string): void {
    this.#premises.trace.emit('run', 'step-failed', { kind: step.kind, line: step.line, reason })
  }

  #perform(step: Step, inTurn: boolean): void {
    const { trace, clock, devices, hub } = this.#premises
    trace.emit('run', 'step', tracedStep(step))
    switch (step.kind) {
      case 'distribute':
        this.#distribute(step, inTurn)
        break
      case 'activate':
        this.#activate(step, inTurn)
        break
      case 'cancel':
        for (const name of step.on) this.#command(name, undefined, CANCEL_TIME, inTurn)
        break
      case 'wait':
        if (!inTurn) break
        this.#pausing = true
        clock.after(this.#timeout, step.for)
        break
      case 'wait-event':
        if (!inTurn) break
        this.#awaiting = true
        clock.at(this.#timeout, Math.min(clock.now + step.atMost, this.#scenario.until))
        break
      case 'cut-power':
      case 'cut-mains':
        for (const name of step.on) this.#premises.cutPower(name, step.for)
        break
      case 'unplug':
        for (const name of step.on) this.#premises.plug(name, false)
        break
      case 'plug':
        for (const name of step.on) this.#premises.plug(name, true)
        break
      case 'pull':
        for (const name of step.on) {
          if (devices.get(name)?.firmware.pullCable(step.for)) continue
          this.#fail(step, `${name} has no board whose cable can be pulled`)
        }
        break
      case 'query':
        for (const name of step.on) devices.get(name)?.query()
        break
      case 'discard':
        hub.images.discard(this.#cargo.get(step.image)!.fileVersion)
        break
      case 'rot':
        for (const name of step.on) (devices.get(name) ?? hub).firmware.flash.rot()
        break
      case 'relist':
        this.#premises.dsp.relist(step.on.map(name => this.#premises.ids.get(name)!))
        break
    }
  }

  #distribute({ image, to, via }: StepOf<'distribute'>, inTurn: boolean): void {
    if (via === 'han') {
      this.#premises.serveAtHome(image, to)
      return
    }
    for (const name of to) this.#heard.delete(this.#premises.ids.get(name)!)
    const request = this.#sent.push({ image, targets: to }) - 1
    if (inTurn) this.#waits.distributions.add(request)
    this.#premises.supplier.distribute({
      image: this.#cargo.get(image)!.image.octets,
      descriptor: this.#premises.describe(image, to),
    })
  }

  /** A distribution was refused: none of its targets will ever say that it holds the image. */
  #refused(request: number): void {
    const { image, targets } = this.#sent[request]!
    const { fileVersion } = this.#cargo.get(image)!
    for (const name of targets) {
      this.#heard.set(this.#premises.ids.get(name)!, `8F89 ${fileVersion}`)
    }
    if (this.#waits.holders.size > 0) this.#resume()
  }

  #activate(step: StepOf<'activate'>, inTurn: boolean): void {
    const mayWait = inTurn && step.wait && this.#scenario.generation === 'smets2'
    for (const name of step.on) {
      // What was never sent there is not waited for: the device itself says that it has no image.
      const wasSent = this.#sent.some(
        ({ image, targets }) => image === step.image && targets.includes(name),
      )
      if (mayWait && wasSent) this.#waits.holders.add(name)
      else this.#commandNow(step, name, inTurn)
    }
  }

  /** Sends the commands for those that hold the image by now, and gives those up that cannot. */
  #activateHolders(step: StepOf<'activate'>): void {
    const { fileVersion } = this.#cargo.get(step.image)!
    for (const name of this.#waits.holders) {
      const heard = this.#heard.get(this.#premises.ids.get(name)!)
      if (heard === `8F72 ${fileVersion}` || heard === `8F8A ${fileVersion}`) {
        // The hub's 8F8A may come before the device's own 8F72; both say that it verified.
        this.#waits.holders.delete(name)
        this.#commandNow(step, name, true)
      } else if (heard === `8F1C ${fileVersion}` || heard === `8F89 ${fileVersion}`) {
        this.#waits.holders.delete(name)
        this.#fail(step, `${name} cannot hold the image: ${heard.slice(0, 4)}`)
      } else if (this.#tookOther(step, name, heard)) {
        this.#waits.holders.delete(name)
        this.#fail(step, `${name} took another image in its place`)
      }
    }
  }

  /** True when a device was sent another image later, and has answered for that one. */
  #tookOther(step: StepOf<'activate'>, name: string, heard: string | undefined): boolean {
    const { image } = this.#sent.findLast(({ targets }) => targets.includes(name))!
    return image !== step.image && heard?.slice(5) === String(this.#cargo.get(image)!.fileVersion)
  }

  #commandNow({ image, hash, in: delay }: StepOf<'activate'>, name: string, inTurn: boolean): void {
    const right = this.#cargo.get(image)!.hash
    const stated = hash === 'right' ? right : right.map(octet => octet ^ 0xff)
    const time = delay === 0 ? IMMEDIATE : this.#premises.supplier.now + delay
    this.#command(name, stated, time, inTurn)
  }

  #command(name: string, hash: Uint8Array | undefined, time: number, inTurn: boolean): void {
    const { supplier, ids } = this.#premises
    const stated = hash ?? new Uint8Array(HASH_LENGTH)
    const counter = supplier.activate(ids.get(name)!, stated, time)
    if (inTurn) this.#waits.commands.add(counter)
  }
}

/** A step and what it is about, for the trace. */
function tracedStep(step: Step): FieldsOf<'step'> {
  const { kind, line } = step
  switch (kind) {
    case 'distribute':
      return { kind, line, image: step.image, on: step.to, via: step.via }
    case 'activate':
      return { kind, line, image: step.image, on: step.on }
    case 'discard':
      return { kind, line, image: step.image }
    case 'wait':
      return { kind, line, for: step.for }
    case 'wait-event':
      return { kind, line, event: step.event }
    default:
      return { kind, line, on: step.on }
  }
}

/** True when an event is what is looked for. */
export function matches(
  event: TraceEvent,
  wanted: {
    readonly event: string
    readonly source?: string | undefined
    readonly where: Readonly<Record<string, unknown>>
  },
): boolean {
  if (event.name !== wanted.event) return false
  if (wanted.source !== undefined && event.source !== wanted.source) return false
  return Object.entries(wanted.where).every(([field, value]) => Reflect.get(event, field) === value)
}

function archiveSet<T extends string | number>(
  a: Archive,
  set: Set<T>,
  of: (text: string) => T,
): void {
  const values = [...set]
  const count = a.number(values.length)
  for (let i = 0; i < count; i++) set.add(of(a.text(String(values[i]))))
}
