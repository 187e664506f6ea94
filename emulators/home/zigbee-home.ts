// A home whose hub is somebody else's ZigBee host: the devices of a scenario, each a node of one network, with the
// scenario's faults on the way. What is sent to them is the host's business; of the steps only those are taken that
// happen to devices at a stated time.

import { airEui64 } from '#core/eui64/octets'
import type { Archive } from '#core/state/archive'
import { Random } from '#core/time/random'
import { VirtualClock } from '#core/time/virtual-clock'
import type { TrustAnchor } from '../crypto/crypto.ts'
import { OtaDevice } from '../device/ota-device.ts'
import { Channel } from '../link/channel.ts'
import { Line, lineWrongs } from '../link/line.ts'
import type { Link } from '../link/link.ts'
import { WrongLink } from '../link/wrong.ts'
import { findProfile } from '../profile/profiles.ts'
import type { DeviceSpec, Scenario, Step } from '../scenario/schema/schema.ts'
import { Trace, type TraceSink } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'
import { MAX_APS } from '../zigbee/aps.ts'
import { Network, type Station } from '../zigbee/network.ts'
import { ZigbeeNode } from '../zigbee/node.ts'
import { SurvivalReport } from '../zigbee/survival.ts'
import type { Cargo } from './cargo.ts'
import { type Identity, identityOf, idsOf } from './identity.ts'
import { Restarts } from './restarts.ts'

export interface ZigbeeHomeOptions {
  readonly scenario: Scenario
  /** Images that the scenario names: what a device says of itself is what the one for it says. */
  readonly cargo: ReadonlyMap<string, Cargo>
  readonly anchor: TrustAnchor | undefined
  /** What every device says of itself instead. */
  readonly identity?: Identity | undefined
  /** Basic-cluster names; the model is the profile's name when left out. */
  readonly manufacturer?: string | undefined
  readonly model?: string | undefined
  /** Unix ms at virtual time 0. */
  readonly startUnixMs: number
  /** True for an event of each frame that something happens to. */
  readonly frames: boolean
}

const MAKER = 'hanrig'
/** Frames in flight on one line: a host may stream a page of 64 KiB. */
const SLOTS = 256
/** Timers of a device with its lines. */
const TIMERS_EACH = 2 * SLOTS + 128
/** Memory for pending images of all devices together, and for one. */
const ALL_SLOTS = 512 * 1024 * 1024
const LARGEST_IMAGE = 16 * 1024 * 1024
/** Alerts have nowhere to go: no ZigBee host takes them. */
const AWAY_FROM_DCC = { sendsAlerts: 0 }
const COURIER = { timeout: 60_000, maxTries: 1 }

export class ZigbeeHome {
  readonly clock: VirtualClock
  readonly trace: Trace
  readonly #world: World
  readonly network: Network
  readonly nodes: readonly ZigbeeNode[]
  readonly survival: SurvivalReport
  readonly #scenario: Scenario
  readonly #restarts: Restarts
  readonly #wrongs = new Map<string, readonly WrongLink[]>()
  readonly #stations: readonly Station[]
  /** True when there is something to go on with. */
  #wasThere = false

  constructor(options: ZigbeeHomeOptions, sink: TraceSink) {
    const { scenario } = options
    const { seed, devices } = scenario
    const count = Object.keys(devices).length
    this.#scenario = scenario
    this.clock = new VirtualClock(count * TIMERS_EACH + scenario.steps.length + 64)
    this.survival = new SurvivalReport()
    const tell: TraceSink = event => {
      sink(event)
      this.survival.heed(event)
    }
    this.trace = new Trace(this.clock, tell, options.frames)
    this.#world = { clock: this.clock, trace: this.trace, seed }
    this.#restarts = new Restarts(this.#world)
    const channel = new Channel()
    const ids = idsOf(scenario)
    this.#stations = Object.entries(devices).map(([name, spec]) =>
      this.#station(name, spec, ids.get(name)!, channel, options),
    )
    this.nodes = this.#stations.map(({ node }) => node)
    this.network = new Network(this.#world, channel, this.#stations)
    this.survival.watch(this.#stations, this.trace)
    for (const step of scenario.steps) this.#plan(step)
  }

  /** Lets the devices live; those that `load` brought back boot from their flash. */
  begin(): void {
    for (const { name, device } of this.nodes) {
      const { plugged } = this.#scenario.devices[name]!
      if (!this.#wasThere) device.begin(plugged)
      else {
        // The whole home has been without power since.
        device.begin(false)
        if (plugged) device.power(true)
      }
    }
    this.#restarts.begin()
  }

  /** Grows whenever something changes that is kept without power. */
  get revision(): number {
    let sum = 0
    for (const { device, changes } of this.nodes) sum += device.firmware.flash.writes + changes
    return sum
  }

  /** Walks what a home keeps without power: who is in the network, and every device's flash. */
  archiveKept(a: Archive): void {
    this.#wasThere ||= a.loading
    this.network.archive(a)
    for (const { device } of this.nodes) device.firmware.flash.archive(a)
  }

  /** What a device did wrong on purpose so far, and how often. */
  wrongsOf(name: string): { what: string; times: number }[] {
    return (this.#wrongs.get(name) ?? []).map(({ what, rewritten }) => ({ what, times: rewritten }))
  }

  #station(
    name: string,
    spec: DeviceSpec,
    id: string,
    channel: Channel,
    options: ZigbeeHomeOptions,
  ): Station {
    const world = this.#world
    const { scenario, cargo, anchor, startUnixMs, manufacturer = MAKER } = options
    const profile = findProfile(spec.profile)!
    const values = { ...spec.values, ...AWAY_FROM_DCC }
    const identity = options.identity ?? identityOf(cargo, spec.type)
    const size = { maxFrame: MAX_APS, slots: SLOTS }
    const line = (direction: 'up' | 'down'): Line => {
      const full = `han.${name}.${direction}`
      const values = scenario.links[full]!
      return new Line(world, { name: full, values, size, channel, wrongs: [] })
    }
    const up = line('up')
    const down = line('down')
    const model = options.model ?? profile.name
    const { manufacturerCode } = identity
    const ieee = airEui64(id).u8
    const largest = Math.floor(ALL_SLOTS / 2 / Object.keys(scenario.devices).length)
    const setup = {
      name,
      type: spec.type,
      values,
      names: { manufacturer, model },
      manufacturerCode,
      ieee,
    }
    const wrongs: WrongLink[] = []
    this.#wrongs.set(name, wrongs)
    const node = new ZigbeeNode(world, setup, (toHost, restarted) => {
      let han: Link = toHost
      for (const [i, rule] of lineWrongs(spec.wrong).entries()) {
        const wrong = `han.${name}.up`
        const random = new Random(world.seed, `${wrong}.${rule.what}.${i}`)
        const link = new WrongLink(world, { name: wrong, inner: han, rule, random })
        wrongs.push(link)
        han = link
      }
      return new OtaDevice(world, {
        name,
        type: spec.type,
        id,
        profile: { ...profile, values },
        courier: COURIER,
        han,
        ...identity,
        fileVersion: spec.version,
        // A ZigBee host knows no SRV 11.3: when it says so, the image runs.
        oneStep: false,
        anchor,
        startUnixMs,
        largestImage: Math.min(largest, LARGEST_IMAGE),
        hubSupply: () => {},
        restarted,
      })
    })
    this.#restarts.add(spec.wrong, name, time => node.device.cutPower(time))
    return { node, up, down, latency: scenario.links[`han.${name}.down`]!.latency }
  }

  /** Steps of a stated time that happen to devices. */
  #plan(step: Step): void {
    if (step.at === undefined || !happensToDevices(step)) return
    const { kind, line, on } = step
    const timer = this.clock.timer(() => {
      this.trace.emit('run', 'step', { kind, line, on })
      for (const { name, device } of this.nodes) if (on.includes(name)) ACTS[kind](device, step)
    })
    this.clock.at(timer, step.at)
  }
}

type DeviceStep = Extract<
  Step,
  { kind: 'cut-power' | 'cut-mains' | 'unplug' | 'plug' | 'query' | 'rot' }
>

const ACTS: Record<DeviceStep['kind'], (device: OtaDevice, step: DeviceStep) => void> = {
  'cut-power': (device, step) => device.cutPower('for' in step ? step.for : 0),
  'cut-mains': (device, step) => device.cutPower('for' in step ? step.for : 0),
  unplug: device => device.power(false),
  plug: device => device.power(true),
  query: device => device.query(),
  rot: device => device.firmware.flash.rot(),
}

function happensToDevices(step: Step): step is DeviceStep {
  return step.kind in ACTS
}
