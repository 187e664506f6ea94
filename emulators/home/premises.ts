// One home and the services behind it, wired on one clock: Supplier, DCO (SMETS1) or relay (SMETS2), Communications Hub,
// devices, with lossy lines between them and the DSP listening. Bytes in, bytes out, events out; what is done in it is
// the director's. Built the same way from the same scenario every time, so that what is saved fits what loads.

import { FRAME_HEADER } from '#core/block/block-frame'
import { DEFAULT_TRACKING, type TrackingConfig } from '#core/power/suppression'
import type { Archive } from '#core/state/archive'
import { VirtualClock } from '#core/time/virtual-clock'
import type { Capture } from '../capture/capture.ts'
import type { TrustAnchor } from '../crypto/crypto.ts'
import type { MakeBody } from '../device/body.ts'
import { Hub } from '../device/hub.ts'
import { HUB_NAME, type Neighbour } from '../device/hub-setup.ts'
import { ImageServer } from '../device/image-server.ts'
import { OtaDevice } from '../device/ota-device.ts'
import type { SenderConfig } from '../link/block-sender.ts'
import { Channel } from '../link/channel.ts'
import type { CourierConfig } from '../link/courier.ts'
import type { DelayLineSize } from '../link/delay-line.ts'
import { isOta, MAX_HAN_FRAME } from '../link/han.ts'
import { Line, lineWrongs } from '../link/line.ts'
import type { Receiver } from '../link/link.ts'
import { MAX_CONTROL_FRAME } from '../link/wire.ts'
import { findProfile, HUB, type ServiceValues } from '../profile/profiles.ts'
import { BOX_IMAGES } from '../profile/types.ts'
import type { DeviceSpec, Scenario, Wrong } from '../scenario/schema/schema.ts'
import { Dco } from '../service/dco.ts'
import { type Descriptor, describe } from '../service/descriptor.ts'
import { Dsp } from '../service/dsp.ts'
import { Relay } from '../service/relay.ts'
import { Supplier } from '../service/supplier.ts'
import { type Disk, MemoryDisk } from '../storage/disk.ts'
import { Trace, type TraceSink } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'
import type { Cargo } from './cargo.ts'
import { identityOf, idOf, idsOf } from './identity.ts'
import { Restarts } from './restarts.ts'

export interface PremisesOptions {
  readonly scenario: Scenario
  /** Images by name. */
  readonly cargo: ReadonlyMap<string, Cargo>
  /** Whose signature the devices require; undefined leaves signatures unchecked. */
  readonly anchor: TrustAnchor | undefined
  readonly disk: Disk
  /** What stands behind devices, by name; the others are emulated to the bottom. */
  readonly bodies?: ReadonlyMap<string, MakeBody> | undefined
  /** False where single frames are only counted. */
  readonly frames?: boolean | undefined
}

/** Name of the Supplier's own server in the home. */
export const HOME_SERVER = 'home-server'
const TIMERS = 32_768
/** Frames in flight: questions, answers and messages. */
const WAN_MESSAGES = 32
const HAN_SLOTS = 32
const ENDPOINT = 1

/** Supplier to DCC and back, DCC to hub and back. */
interface WanLines {
  readonly wanUp: Line
  readonly wanDown: Line
  readonly cspDown: Line
  readonly cspUp: Line
}

/** A device and its lines to it and from it. */
interface HanLines {
  readonly name: string
  readonly spec: DeviceSpec
  readonly down: Line
  readonly up: Line
}

export class Premises {
  readonly clock = new VirtualClock(TIMERS)
  readonly trace: Trace
  readonly channel = new Channel()
  readonly supplier: Supplier
  readonly dco: Dco | undefined
  readonly relay: Relay | undefined
  readonly dsp: Dsp
  readonly hub: Hub
  readonly homeServer: ImageServer
  readonly devices: ReadonlyMap<string, OtaDevice>
  /** EUI-64 by name; the hub's too. */
  readonly ids: ReadonlyMap<string, string>
  readonly #lines = new Map<string, Line>()
  readonly #options: PremisesOptions
  readonly #world: World
  readonly #courier: CourierConfig
  /** Most octets of the slot that any image needs. */
  readonly #largestImage: number
  /** Devices that ask the home server instead of the hub. */
  readonly #homeServed = new Set<string>()
  readonly #restarts: Restarts

  constructor(options: PremisesOptions, sink: TraceSink) {
    const { scenario } = options
    const { clock } = this
    this.#options = options
    this.trace = new Trace(clock, sink, options.frames ?? true)
    this.#world = { clock, trace: this.trace, seed: scenario.seed }
    this.#restarts = new Restarts(this.#world)
    this.ids = idsOf(scenario)
    this.#courier = this.#courierConfig()
    this.#largestImage = this.#mostOctets(1024)
    // In the order of what is on the way from the Supplier to the devices.
    const wan = this.#wanLines()
    this.dsp = new Dsp(
      this.trace,
      suppressionOf(scenario.service),
      () => scenario.start + clock.now,
      scenario.dsp,
    )
    this.supplier = this.#makeSupplier(wan)
    const isSmets1 = scenario.generation === 'smets1'
    this.dco = isSmets1 ? this.#makeDco(wan) : undefined
    this.relay = isSmets1 ? undefined : this.#makeRelay(wan)
    const han = this.#hanLines()
    const neighbours = this.#neighbours(han)
    this.hub = this.#makeHub(wan, neighbours)
    this.homeServer = this.#makeHomeServer(neighbours)
    this.#noteHomeServed()
    this.devices = new Map(han.map((lines, i) => [lines.name, this.#addDevice(lines, i)]))
    this.#restarts.add(scenario.hub.wrong, HUB_NAME, time => this.hub.cutPower(time))
    this.#connect(wan)
  }

  get lines(): ReadonlyMap<string, Line> {
    return this.#lines
  }

  /** Lets the devices live; the first thing of a run that is not loaded. */
  begin(): void {
    const { scenario } = this.#options
    for (const [name, device] of this.devices) device.begin(scenario.devices[name]!.plugged)
    this.#restarts.begin()
  }

  /** A box loses its supply for `duration` ms, and the hub with the ESME that feeds it. */
  cutPower(name: string, duration: number): void {
    const device = this.devices.get(name)
    if (device) device.cutPower(duration)
    else this.hub.cutPower(duration)
    if (this.#feeds(name)) this.hub.cutFeed(duration)
  }

  /** A device is plugged in or unplugged, and the hub with the ESME that feeds it. */
  plug(name: string, on: boolean): void {
    this.devices.get(name)!.power(on)
    if (this.#feeds(name)) this.hub.cutFeed(on ? 0 : Number.POSITIVE_INFINITY)
  }

  #feeds(name: string): boolean {
    return this.#options.scenario.hub.fedBy === name
  }

  /** Has `capture` hear the HAN. */
  captureWith(capture: Capture): void {
    const node = (name: string, shortAddress: number, eui64: string, sleepy: boolean): number =>
      capture.node({ name, shortAddress, eui64, endpoint: ENDPOINT, sleepy })
    const hub = node(HUB_NAME, 0, this.ids.get(HUB_NAME)!, false)
    const serves = this.#homeServed.size > 0
    const server = serves ? node(HOME_SERVER, 0x00ff, idOf(0x90af), false) : hub
    for (const [i, [name, device]] of [...this.devices].entries()) {
      const number = node(name, i + 1, device.setup.id, device.sleeper.isSleepy)
      const peer = this.#homeServed.has(name) ? server : hub
      this.lines.get(`han.${name}.up`)!.tap = capture.tap(number, peer)
      this.lines.get(`han.${name}.down`)!.tap = capture.tap(peer, number)
    }
  }

  /** Describes an image for devices of this home, by name. */
  describe(
    name: string,
    targets: readonly string[],
    oneStep = BOX_IMAGES[this.#options.cargo.get(name)!.for].service === '11.4',
  ): Descriptor {
    const { image } = this.#options.cargo.get(name)!
    const blockSize = Math.min(this.#options.scenario.service.wanBlockSize, image.octets.length)
    const ids = targets.map(target => this.ids.get(target)!)
    return describe(image, blockSize, ids, oneStep)
  }

  /** Puts an image on the Supplier's own server in the home. */
  serveAtHome(name: string, targets: readonly string[]): void {
    const memory = this.homeServer.open(this.describe(name, targets, true), false)
    if (!memory) return
    memory.u8.set(this.#options.cargo.get(name)!.image.octets.u8)
    this.homeServer.offer(memory)
  }

  /** @param requests what the Supplier was asked to send so far, for one that is loaded. */
  archive(a: Archive, requests: Parameters<Supplier['archive']>[1]): void {
    this.clock.archive(a)
    this.channel.archive(a)
    for (const line of this.lines.values()) line.archive(a)
    const { disk } = this.#options
    if (disk instanceof MemoryDisk) disk.archive(a)
    this.dsp.archive(a)
    this.supplier.archive(a, requests)
    this.dco?.archive(a)
    this.relay?.archive(a)
    this.hub.archive(a)
    this.homeServer.archive(a)
    for (const device of this.devices.values()) device.archive(a)
  }

  /** A device's messages are repeated after the longest time-out of any. */
  #courierConfig(): CourierConfig {
    const { devices, service } = this.#options.scenario
    const timeouts = Object.values(devices).map(({ values }) => values.messageTimeout)
    return { timeout: Math.max(0, ...timeouts), maxTries: service.maxTries * 10 }
  }

  /** Octets of the largest image, or `least` where that is more. */
  #mostOctets(least: number): number {
    const images = [...this.#options.cargo.values()].map(each => each.image)
    return Math.max(least, ...images.map(({ octets }) => octets.length))
  }

  #line(name: string, size: DelayLineSize, wrongs: readonly Wrong[] = []): Line {
    const values = this.#options.scenario.links[name]!
    const channel = name.startsWith('han') ? this.channel : undefined
    const line = new Line(this.#world, { name, values, size, channel, wrongs: lineWrongs(wrongs) })
    this.#lines.set(name, line)
    return line
  }

  #wanLines(): WanLines {
    const { wanBlockSize, windowSize, windowBlocks } = this.#options.scenario.service
    const maxFrame = Math.max(FRAME_HEADER + wanBlockSize, MAX_CONTROL_FRAME)
    // Two windows, for what was held back or sent twice, and room for questions and messages.
    const frames = Math.ceil(windowSize / (FRAME_HEADER + wanBlockSize))
    const most = Math.ceil(this.#mostOctets(1) / wanBlockSize)
    const blocks = { maxFrame, slots: 2 * Math.min(frames, windowBlocks, most) + WAN_MESSAGES }
    const answers = { maxFrame, slots: WAN_MESSAGES }
    return {
      wanUp: this.#line('wan.up', blocks),
      wanDown: this.#line('wan.down', answers),
      cspDown: this.#line('csp.down', blocks),
      cspUp: this.#line('csp.up', answers),
    }
  }

  /** How blocks are sent over this link. */
  #senderFor(link: string): SenderConfig {
    const { service, links } = this.#options.scenario
    const { windowSize, windowBlocks, answerTimeout, maxTries } = service
    const { bitRate, overhead } = links[link]!
    return { windowSize, windowBlocks, answerTimeout, maxTries, bitRate, overhead }
  }

  #makeSupplier({ wanUp }: WanLines): Supplier {
    const { generation, start, devices } = this.#options.scenario
    return new Supplier(this.#world, {
      sender: this.#senderFor('wan.up'),
      courier: this.#courier,
      link: wanUp.link,
      startUnixMs: start,
      hasDco: generation === 'smets1',
      typeOf: id => {
        const name = [...this.ids].find(([, each]) => each === id)?.[0]
        return name === HUB_NAME ? 'hub' : devices[name ?? '']?.type
      },
    })
  }

  #makeDco({ wanDown, cspDown }: WanLines): Dco {
    const { disk, scenario } = this.#options
    return new Dco(this.#world, {
      batch: scenario.service.batch,
      sender: this.#senderFor('csp.down'),
      courier: this.#courier,
      toSupplier: wanDown.link,
      toHub: cspDown.link,
      disk,
      dsp: this.dsp,
    })
  }

  #makeRelay({ wanDown, cspDown }: WanLines): Relay {
    const links = { toSupplier: wanDown.link, toHub: cspDown.link }
    return new Relay(this.clock, this.#courier, links, this.dsp)
  }

  /** A line to and a line from each device: first all of those to them, then all of those from them. */
  #hanLines(): HanLines[] {
    const { devices, hub } = this.#options.scenario
    const size = { maxFrame: MAX_HAN_FRAME, slots: HAN_SLOTS }
    const specs = Object.entries(devices)
    const down = specs.map(([name]) => this.#line(`han.${name}.down`, size, hub.wrong))
    const up = specs.map(([name, { wrong }]) => this.#line(`han.${name}.up`, size, wrong))
    return specs.map(([name, spec], i) => ({ name, spec, down: down[i]!, up: up[i]! }))
  }

  /** The devices as the hub knows them. */
  #neighbours(han: readonly HanLines[]): Neighbour[] {
    return han.map(({ name, spec, down }) => ({
      id: this.ids.get(name)!,
      type: spec.type,
      isSleepy: spec.values.wakeInterval > 0,
      link: down.link,
    }))
  }

  #makeHub({ cspUp }: WanLines, neighbours: readonly Neighbour[]): Hub {
    const { scenario, cargo, anchor } = this.#options
    return new Hub(this.#world, {
      id: this.ids.get(HUB_NAME)!,
      values: scenario.hub.values,
      neighbours,
      wan: cspUp.link,
      courier: this.#courier,
      startUnixMs: scenario.start,
      raisesAd1: scenario.hub.ad1 !== 'no',
      ...identityOf(cargo, 'hub'),
      fileVersion: scenario.hub.version,
      anchor,
      largestImage: this.#largestImage,
    })
  }

  #makeHomeServer(clients: readonly Neighbour[]): ImageServer {
    return new ImageServer(this.#world, {
      name: HOME_SERVER,
      values: HUB,
      clients,
      startUnixMs: this.#options.scenario.start,
      report: (target, code, fileVersion, transfer) =>
        this.trace.emit(HOME_SERVER, code === 0 ? 'transfer-complete' : 'transfer-failed', {
          target,
          code,
          fileVersion,
          transfer,
        }),
    })
  }

  /** Whoever is sent an image by way of the HAN asks the home server. */
  #noteHomeServed(): void {
    for (const step of this.#options.scenario.steps) {
      if (step.kind !== 'distribute' || step.via !== 'han') continue
      for (const name of step.to) this.#homeServed.add(name)
    }
  }

  /** Makes the device at its place in the HAN, connects it, and makes it known to the DSP. */
  #addDevice({ name, spec, down, up }: HanLines, place: number): OtaDevice {
    const { scenario, cargo, anchor, bodies } = this.#options
    const id = this.ids.get(name)!
    const { service } = BOX_IMAGES[spec.type]
    const device = new OtaDevice(this.#world, {
      name,
      type: spec.type,
      id,
      profile: { ...findProfile(spec.profile)!, values: spec.values },
      courier: this.#courier,
      han: up.link,
      ...identityOf(cargo, spec.type),
      fileVersion: spec.version,
      oneStep: service !== '11.1',
      anchor,
      startUnixMs: scenario.start,
      largestImage: this.#largestImage,
      hubSupply: on => this.hub.supply(on, id),
      body: bodies?.get(name),
      restarted: () => {},
    })
    up.receiver = this.#router(name, place)
    down.receiver = device.receive
    if (spec.type === 'esme') this.dsp.join(id, this.ids.get(HUB_NAME)!)
    if (service === undefined) this.dsp.leaveOut(id)
    if (spec.listed) this.dsp.list(id)
    this.#restarts.add(spec.wrong, name, time => device.cutPower(time))
    return device
  }

  #connect({ wanUp, wanDown, cspDown, cspUp }: WanLines): void {
    const dcc = this.dco ?? this.relay!
    wanUp.receiver = dcc.receiveFromSupplier
    wanDown.receiver = this.supplier.receive
    cspDown.receiver = this.hub.receiveFromWan
    cspUp.receiver = dcc.receiveFromHub
  }

  #router(name: string, i: number): Receiver {
    const { hub, homeServer } = this
    const toHub: Receiver = (src, at, length) => hub.receiveFromHan(i, src, at, length)
    if (!this.#homeServed.has(name)) return toHub
    return (src, at, length) => {
      if (isOta(src, at)) homeServer.take(i, src, at, length)
      else toHub(src, at, length)
    }
  }
}

function suppressionOf(values: ServiceValues): TrackingConfig {
  return {
    ...DEFAULT_TRACKING,
    window: values.suppressionWindow,
    endIncluded: values.suppressionEndIncluded !== 0,
    early: values.suppressionEarly,
    lastWins: values.suppressionLastWins !== 0,
    clearOnSuppressed: values.suppressionUsedUp !== 0,
    cancelStarted: values.suppressionCancelStarted !== 0,
    keepUnlisted: values.suppressionKeepUnlisted !== 0,
    // A home has few records, and a run may last for weeks: none is forgotten.
    retention: Number.POSITIVE_INFINITY,
  }
}
