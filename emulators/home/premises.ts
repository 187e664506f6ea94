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
import { HUB_NAME, Hub } from '../device/hub.ts'
import { ImageServer } from '../device/image-server.ts'
import { OtaDevice } from '../device/ota-device.ts'
import { Channel } from '../link/channel.ts'
import { isOta, MAX_HAN_FRAME } from '../link/han.ts'
import { Line, lineWrongs } from '../link/line.ts'
import type { Receiver } from '../link/link.ts'
import { MAX_CONTROL_FRAME } from '../link/wire.ts'
import { findProfile, HUB, type LinkValues, type ServiceValues } from '../profile/profiles.ts'
import { BOX_IMAGES } from '../profile/types.ts'
import type { Scenario, Wrong } from '../scenario/schema/schema.ts'
import { Dco } from '../service/dco.ts'
import { type Descriptor, describe } from '../service/descriptor.ts'
import { Dsp } from '../service/dsp.ts'
import { Relay } from '../service/relay.ts'
import { Supplier } from '../service/supplier.ts'
import { type Disk, MemoryDisk } from '../storage/disk.ts'
import { Trace, type TraceSink } from '../trace/trace.ts'
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
const HAN_SLOTS = 32
const ENDPOINT = 1

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
  readonly lines: ReadonlyMap<string, Line>
  readonly #options: PremisesOptions
  /** Devices that ask the home server instead of the hub. */
  readonly #homeServed = new Set<string>()
  readonly #restarts: Restarts

  constructor(options: PremisesOptions, sink: TraceSink) {
    const { scenario, cargo, anchor } = options
    const { clock } = this
    const { seed, service, start } = scenario
    this.#options = options
    this.#restarts = new Restarts(clock, seed)
    const trace = new Trace(clock, sink, options.frames ?? true)
    this.trace = trace
    this.ids = idsOf(scenario)
    const lines = new Map<string, Line>()
    this.lines = lines
    const line = (name: string, maxFrame: number, slots: number, wrongs: readonly Wrong[] = []) => {
      const values = scenario.links[name]!
      const channel = name.startsWith('han') ? this.channel : undefined
      const made = new Line(clock, trace, seed, {
        name,
        values,
        size: { maxFrame, slots },
        channel,
        wrongs: lineWrongs(wrongs),
      })
      lines.set(name, made)
      return made
    }
    // Two windows, for what was held back or sent twice, and room for questions and messages.
    const wanFrame = Math.max(FRAME_HEADER + service.wanBlockSize, MAX_CONTROL_FRAME)
    const frames = Math.ceil(service.windowSize / (FRAME_HEADER + service.wanBlockSize))
    const most = Math.max(...[...cargo.values()].map(each => this.#blocksOf(each)), 1)
    const slots = 2 * Math.min(frames, service.windowBlocks, most) + 32
    const wanUp = line('wan.up', wanFrame, slots)
    const wanDown = line('wan.down', wanFrame, 32)
    const cspDown = line('csp.down', wanFrame, slots)
    const cspUp = line('csp.up', wanFrame, 32)

    const longest = Math.max(
      0,
      ...Object.values(scenario.devices).map(d => d.values.messageTimeout),
    )
    const courier = { timeout: longest, maxTries: service.maxTries * 10 }
    const sender = ({ bitRate, overhead }: LinkValues) => ({
      windowSize: service.windowSize,
      windowBlocks: service.windowBlocks,
      answerTimeout: service.answerTimeout,
      maxTries: service.maxTries,
      bitRate,
      overhead,
    })
    const smets1 = scenario.generation === 'smets1'
    this.dsp = new Dsp(trace, suppressionOf(service), () => start + clock.now)
    this.supplier = new Supplier(
      clock,
      trace,
      sender(scenario.links['wan.up']!),
      courier,
      wanUp.link,
      start,
      smets1,
    )
    const links = { toSupplier: wanDown.link, toHub: cspDown.link }
    if (smets1) {
      this.dco = new Dco(clock, trace, {
        batch: service.batch,
        sender: sender(scenario.links['csp.down']!),
        courier,
        ...links,
        disk: options.disk,
        dsp: this.dsp,
      })
    } else this.relay = new Relay(clock, courier, links, this.dsp)
    const dcc = this.dco ?? this.relay!

    const largestImage = Math.max(1024, ...[...cargo.values()].map(c => c.image.octets.length))
    const names = Object.keys(scenario.devices)
    const down = names.map(name =>
      line(`han.${name}.down`, MAX_HAN_FRAME, HAN_SLOTS, scenario.hub.wrong),
    )
    const up = names.map(name =>
      line(`han.${name}.up`, MAX_HAN_FRAME, HAN_SLOTS, scenario.devices[name]!.wrong),
    )
    const neighbours = names.map((name, i) => ({
      id: this.ids.get(name)!,
      type: scenario.devices[name]!.type,
      isSleepy: scenario.devices[name]!.values.wakeInterval > 0,
      link: down[i]!.link,
    }))
    this.hub = new Hub(clock, trace, seed, {
      id: this.ids.get(HUB_NAME)!,
      values: scenario.hub.values,
      neighbours,
      wan: cspUp.link,
      courier,
      startUnixMs: start,
      ...identityOf(cargo, 'hub'),
      fileVersion: scenario.hub.version,
      anchor,
      largestImage,
    })
    this.homeServer = new ImageServer(
      HOME_SERVER,
      clock,
      trace,
      HUB,
      neighbours,
      start,
      (target, code, fileVersion, transfer) =>
        trace.emit(HOME_SERVER, code === 0 ? 'transfer-complete' : 'transfer-failed', {
          target,
          code,
          fileVersion,
          transfer,
        }),
    )
    for (const step of scenario.steps) {
      if (step.kind !== 'distribute' || step.via !== 'han') continue
      for (const name of step.to) this.#homeServed.add(name)
    }
    const devices = new Map<string, OtaDevice>()
    this.devices = devices
    for (const [i, name] of names.entries()) {
      const spec = scenario.devices[name]!
      const id = this.ids.get(name)!
      const device = new OtaDevice(
        {
          name,
          type: spec.type,
          id,
          profile: { ...findProfile(spec.profile)!, values: spec.values },
          ...identityOf(cargo, spec.type),
          fileVersion: spec.version,
          oneStep: BOX_IMAGES[spec.type].service !== '11.1',
          anchor,
          startUnixMs: start,
          largestImage,
          hubSupply: on => this.hub.supply(on, id),
          body: options.bodies?.get(name),
          restarted: () => {},
        },
        clock,
        trace,
        seed,
        courier,
        up[i]!.link,
      )
      devices.set(name, device)
      up[i]!.receiver = this.#router(name, i)
      down[i]!.receiver = device.receive
      if (spec.type === 'esme') this.dsp.join(id, this.ids.get(HUB_NAME)!)
      if (BOX_IMAGES[spec.type].service === undefined) this.dsp.leaveOut(id)
      if (spec.listed) this.dsp.list(id)
      this.#restarts.add(spec.wrong, name, time => device.cutPower(time))
    }
    this.#restarts.add(scenario.hub.wrong, HUB_NAME, time => this.hub.cutPower(time))

    wanUp.receiver = dcc.receiveFromSupplier
    wanDown.receiver = this.supplier.receive
    cspDown.receiver = this.hub.receiveFromWan
    cspUp.receiver = dcc.receiveFromHub
  }

  /** Lets the devices live; the first thing of a run that is not loaded. */
  begin(): void {
    const { scenario } = this.#options
    for (const [name, device] of this.devices) device.begin(scenario.devices[name]!.plugged)
    this.#restarts.begin()
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

  #router(name: string, i: number): Receiver {
    const { hub, homeServer } = this
    const toHub: Receiver = (src, at, length) => hub.receiveFromHan(i, src, at, length)
    if (!this.#homeServed.has(name)) return toHub
    return (src, at, length) => {
      if (isOta(src, at)) homeServer.take(i, src, at, length)
      else toHub(src, at, length)
    }
  }

  #blocksOf({ image }: Cargo): number {
    return Math.ceil(image.octets.length / this.#options.scenario.service.wanBlockSize)
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
