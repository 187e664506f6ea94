// The Communications Hub: takes images from the WAN, serves them in the HAN, relays activation commands and alerts,
// updates itself, and watches its own supply. Without supply its HAN is dead and only alerts leave it. What it stores
// and the messages that it carries survive a loss of power.

import { Reassembler } from '#core/block/reassembler'
import { Bytes } from '#core/bytes/bytes'
import { OTA_CLUSTER } from '#core/ota/codes'
import { QUIET, SupplyMonitor } from '#core/power/supply-monitor'
import type { Archive } from '#core/state/archive'
import { Random } from '#core/time/random'
import type { VirtualClock } from '#core/time/virtual-clock'
import type { TrustAnchor } from '../crypto/crypto.ts'
import { BlockReceiver, type BlockStore } from '../link/block-receiver.ts'
import { Courier, type CourierConfig } from '../link/courier.ts'
import {
  CLUSTER_HEADER,
  clusterOf,
  encodeFlags,
  hanFrame,
  isFlagsRead,
  METERING_CLUSTER,
  NEW_FIRMWARE,
  TUNNEL_CLUSTER,
  TUNNEL_HEADER,
  Tunnel,
} from '../link/han.ts'
import type { Link } from '../link/link.ts'
import { ALERT, controlKind, OPEN, SRV_11_3, SRV_11_3_RESPONSE } from '../link/wire.ts'
import type { HubValues } from '../profile/profiles.ts'
import type { BoxType } from '../profile/types.ts'
import {
  archiveDescriptor,
  type Descriptor,
  decodeDescriptor,
  imageIdOf,
} from '../service/descriptor.ts'
import {
  type AlertCode,
  decodeActivate,
  decodeOutcome,
  encodeAlert,
  encodeOutcome,
  undelivered,
} from '../service/messages.ts'
import type { FieldsOf, Said, Trace, TraceName } from '../trace/trace.ts'
import { Firmware } from './firmware.ts'
import { ACTIVATING, HELD, powerWent, withPower } from './flash.ts'
import { CODE_DISCARDED, ImageServer } from './image-server.ts'
import type { Expected } from './verify.ts'

export const HUB_NAME = 'hub'
/** Blocks are kept in RAM: a flush has nothing to do. */
const BATCH = 64

/** A device on the hub's HAN. */
export interface Neighbour {
  /** EUI-64. */
  readonly id: string
  readonly type: BoxType
  readonly isSleepy: boolean
  readonly link: Link
}

export interface HubSetup {
  /** EUI-64. */
  readonly id: string
  readonly values: HubValues
  readonly neighbours: readonly Neighbour[]
  readonly wan: Link
  readonly courier: CourierConfig
  readonly startUnixMs: number
  /** Its own firmware. */
  readonly manufacturerCode: number
  readonly imageType: number
  readonly fileVersion: number
  readonly expected: Expected
  readonly anchor: TrustAnchor | undefined
  readonly largestImage: number
}

interface Incoming extends BlockStore {
  readonly descriptor: Descriptor
}

/** Firmware for the hub itself. */
interface Own {
  readonly descriptor: Descriptor
  readonly image: Bytes
}

/** Who cuts the hub's supply when it is no device. */
const OUTAGE = 'outage'

export class Hub {
  /** Works: has supply, has booted, and is not installing its own firmware. */
  powered = true
  readonly images: ImageServer
  readonly firmware: Firmware
  readonly incoming: BlockReceiver
  readonly #setup: HubSetup
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #wanCourier: Courier
  readonly #couriers: readonly Courier[]
  readonly #tunnels: readonly Tunnel[]
  readonly #monitor: SupplyMonitor
  readonly #monitorTimer: number
  readonly #bootTimer: number
  readonly #supplyTimer: number
  readonly #listenTimers: readonly number[]
  readonly #expiryTimers: readonly number[]
  /** Counter of the last command that each neighbour answered. */
  readonly #answeredTo: Float64Array
  readonly #flags = hanFrame(METERING_CLUSTER)
  /** Who keeps the supply from the hub: devices that activate, an outage, or both. */
  readonly #cuts = new Set<string>()
  /** When the outage ends, ms. */
  #backAt = 0
  /** The image that is arriving, or arrived last. */
  #arriving: Incoming | undefined
  /** The hub's own image, from its last block until it is verified. */
  #own: Own | undefined

  constructor(clock: VirtualClock, trace: Trace, seed: number, setup: HubSetup) {
    const { values, neighbours, startUnixMs, courier } = setup
    this.#setup = setup
    this.#clock = clock
    this.#trace = trace
    this.images = new ImageServer(
      HUB_NAME,
      clock,
      trace,
      values,
      neighbours,
      startUnixMs,
      (target, code, version, transfer) =>
        this.#alert(code === 0 ? '8F8A' : '8F89', code, version, target, { transfer, target }),
    )
    this.firmware = new Firmware(
      {
        name: HUB_NAME,
        values,
        manufacturerCode: setup.manufacturerCode,
        imageType: setup.imageType,
        fileVersion: setup.fileVersion,
        expected: setup.expected,
        anchor: setup.anchor,
        oneStep: false,
        slotSize: setup.largestImage,
        checkpointEvery: setup.largestImage,
        epoch: startUnixMs,
      },
      clock,
      trace,
      new Random(seed, 'hub.activation'),
      {
        alert: (code, detail, version) => this.#alert(code, detail, version, setup.id, {}),
        respond: (code, counter, version) =>
          this.#wanCourier.post(
            SRV_11_3_RESPONSE,
            encodeOutcome({ code, counter, version, device: setup.id }),
          ),
        imageTaken: () => this.#verifyOwn(),
        hubSupply: () => {},
        activationBegan: () => this.#stop(),
        activationEnded: () => {
          this.#start()
          this.#resumeOwn()
        },
        guard: work => this.#guard(work),
      },
    )
    this.#monitor = new SupplyMonitor({
      threshold: values.ad1Threshold,
      strict: values.ad1Strict !== 0,
    })
    this.#monitorTimer = clock.timer(() => this.#watch(this.#monitor.tick(clock.now)))
    this.#bootTimer = clock.timer(() => this.#guard(this.#boot))
    this.#supplyTimer = clock.timer(() => this.supply(true, OUTAGE))
    this.#wanCourier = new Courier(clock, courier, setup.wan, (kind, payload) => {
      if (kind === SRV_11_3) this.#command(payload)
    })
    this.#answeredTo = new Float64Array(neighbours.length)
    this.#tunnels = neighbours.map(({ link }) => new Tunnel(link, true))
    const relay = (kind: number, payload: Bytes): void => {
      if (kind === SRV_11_3_RESPONSE) this.#noteAnswer(payload)
      if (kind === SRV_11_3_RESPONSE || kind === ALERT) this.#wanCourier.post(kind, payload)
    }
    // Commands are all that is sent to a device.
    const lost = (_kind: number, payload: Bytes): void => this.#undelivered(payload)
    this.#couriers = this.#tunnels.map(tunnel => new Courier(clock, courier, tunnel, relay, lost))
    this.#listenTimers = neighbours.map((_, i) => clock.timer(this.#deafTo, i))
    this.#expiryTimers = neighbours.map((_, i) => clock.timer(this.#drop, i))
    for (const [i, { isSleepy }] of neighbours.entries()) if (isSleepy) this.#couriers[i]!.pause()
    this.incoming = new BlockReceiver(
      HUB_NAME,
      trace,
      BATCH,
      setup.wan,
      opening => this.#openSlot(opening),
      () => this.#arrived(),
    )
  }

  receiveFromWan = (src: Bytes, at: number, length: number): void => {
    // On reserve power the radio lives for its alerts: acknowledgements are heard, work is not taken on.
    try {
      if (this.#wanCourier.receive(src, at, length, this.powered) || !this.powered) return
      if (controlKind(src, at, length) === OPEN) this.#announcedAgain()
      this.incoming.receive(src, at, length)
    } catch (error) {
      powerWent(this, error)
    }
  }

  /** Takes a frame of the neighbour `from`, by its place in the setup. */
  receiveFromHan = (from: number, src: Bytes, at: number, length: number): void => {
    if (!this.powered) return
    const body = length - CLUSTER_HEADER
    const cluster = clusterOf(src, at)
    if (this.#setup.neighbours[from]!.isSleepy) this.#heard(from)
    if (cluster === OTA_CLUSTER) this.images.receive(from, src, at + CLUSTER_HEADER, body)
    else if (cluster === TUNNEL_CLUSTER) {
      this.#couriers[from]!.receive(src, at + CLUSTER_HEADER + TUNNEL_HEADER, body - TUNNEL_HEADER)
    } else if (cluster === METERING_CLUSTER && isFlagsRead(src, at + CLUSTER_HEADER, body)) {
      this.#sayFlags(from, src, at + CLUSTER_HEADER)
    }
  }

  /**
   * The supply comes or goes.
   * @param by whose doing it is, as EUI-64: the hub has supply while nobody keeps it away.
   */
  supply(on: boolean, by: string): void {
    const had = this.#hasSupply
    if (on) this.#cuts.delete(by)
    else this.#cuts.add(by)
    if (this.#hasSupply === had) return
    const { now } = this.#clock
    this.#emit(on ? 'supply-restored' : 'supply-lost')
    if (on) {
      this.#watch(this.#monitor.restored(now))
      this.#clock.cancel(this.#monitorTimer)
      this.#clock.after(this.#bootTimer, this.#setup.values.rebootTime)
    } else {
      this.#stop()
      this.firmware.powerOff()
      this.#clock.cancel(this.#bootTimer)
      this.#monitor.lost(now)
      this.#clock.at(this.#monitorTimer, this.#monitor.deadline)
    }
  }

  /** An outage of `duration` ms; Infinity for good. Of those that overlap the one that ends last counts. */
  cutPower(duration: number): void {
    const end = this.#clock.now + duration
    this.#backAt = this.#cuts.has(OUTAGE) ? Math.max(end, this.#backAt) : end
    this.supply(false, OUTAGE)
    this.#clock.at(this.#supplyTimer, this.#backAt)
  }

  archive(a: Archive): void {
    this.powered = a.flag(this.powered)
    for (const by of [OUTAGE, ...this.#setup.neighbours.map(({ id }) => id)]) {
      const isCut = a.flag(this.#cuts.has(by))
      if (isCut) this.#cuts.add(by)
      else this.#cuts.delete(by)
    }
    this.#backAt = a.number(this.#backAt)
    this.images.archive(a)
    this.firmware.archive(a)
    this.#monitor.archive(a)
    this.#wanCourier.archive(a)
    for (const courier of this.#couriers) courier.archive(a)
    for (const tunnel of this.#tunnels) tunnel.archive(a)
    a.numbers(this.#answeredTo)
    const own = archiveDescriptor(a, this.#own?.descriptor)
    if (own) {
      const image = this.#own?.image ?? Bytes.alloc(own.geometry.size)
      a.numbers(image.u8)
      this.#own = { descriptor: own, image }
    } else this.#own = undefined
    const descriptor = archiveDescriptor(a, this.#arriving?.descriptor)
    if (descriptor) {
      const memory =
        this.#arriving?.reassembler.image ??
        this.images.memoryOf(descriptor) ??
        Bytes.alloc(descriptor.geometry.size)
      this.#arriving ??= this.#storeOf(descriptor, memory)
      this.#arriving.reassembler.archive(a)
    }
    this.incoming.archive(a, () => this.#arriving!)
  }

  #watch(signal: number): void {
    if (signal !== QUIET) {
      this.#alert('AD1', 0, this.firmware.fileVersion, this.#setup.id, {
        outage: this.#clock.now - this.#monitor.lostAt,
      })
    }
  }

  get #hasSupply(): boolean {
    return this.#cuts.size === 0
  }

  /** The HAN goes silent. */
  #stop(): void {
    this.powered = false
    this.images.power(false)
    for (const [i, courier] of this.#couriers.entries()) {
      courier.pause()
      this.#clock.cancel(this.#listenTimers[i]!)
    }
  }

  /** Whoever calls it has supply: without it the boot timer is off, and so is the body that ends an activation. */
  #start(): void {
    this.powered = true
    this.#emit('hub-ready')
    this.images.power(true)
    for (const [i, { isSleepy }] of this.#setup.neighbours.entries()) {
      // A hub that restarts again and again is to give up a device that is gone none the less.
      if (!isSleepy) this.#couriers[i]!.resume(false)
    }
  }

  readonly #boot = (): void => {
    this.#start()
    this.firmware.boot()
    this.#resumeOwn()
  }

  /** What is whole is offered once more; what was dropped before it was whole is received anew. */
  #announcedAgain(): void {
    const { store } = this.incoming
    if (!store) return
    const { map, image } = store.reassembler
    if (map.complete || !(this.images.has(image) || this.#isForItself)) {
      this.incoming.store = undefined
    }
  }

  /** Whether what is arriving is the hub's own image, for which it needs no slot. */
  get #isForItself(): boolean {
    return this.#arriving!.descriptor.targets.includes(this.#setup.id)
  }

  #openSlot(opening: Bytes): BlockStore | undefined {
    const descriptor = decodeDescriptor(opening)
    if (!descriptor) return undefined
    const arrived = this.#arriving
    if (
      arrived?.reassembler.map.complete &&
      imageIdOf(arrived.descriptor) === imageIdOf(descriptor) &&
      (this.images.has(arrived.reassembler.image) || this.#isForItself)
    ) {
      return arrived
    }
    const { values, neighbours, id } = this.#setup
    const types = neighbours.filter(each => descriptor.targets.includes(each.id))
    if (
      !values.updatesPpmidAndHcalcs &&
      types.some(({ type }) => type === 'ppmid' || type === 'hcalcs')
    ) {
      for (const target of descriptor.targets) this.#refused(target, descriptor)
      return undefined
    }
    const isOwn = descriptor.targets.includes(id)
    const early = values.serveWhileReceiving !== 0
    const memory =
      types.length === 0 && isOwn
        ? Bytes.alloc(descriptor.geometry.size)
        : this.images.open(descriptor, early)
    return memory && this.#storeOf(descriptor, memory)
  }

  #storeOf(descriptor: Descriptor, memory: Bytes): Incoming {
    const { geometry } = descriptor
    const reassembler = new Reassembler(geometry, imageIdOf(descriptor), memory)
    const { map } = reassembler
    const grow = (): void => {
      const missing = map.firstMissing()
      this.images.grow(memory, missing < 0 ? geometry.size : missing * geometry.blockSize)
    }
    const early = this.#setup.values.serveWhileReceiving !== 0
    this.#arriving = { descriptor, reassembler, append: early ? grow : () => {}, flush() {} }
    return this.#arriving
  }

  #refused(target: string, { fileVersion }: Descriptor): void {
    this.#alert('8F89', CODE_DISCARDED, fileVersion, target, { transfer: 'refused', target })
  }

  /** All blocks of an image are here. */
  #arrived(): void {
    const { descriptor, reassembler } = this.#arriving!
    const { id } = this.#setup
    if (!this.images.offer(reassembler.image)) {
      for (const target of descriptor.targets) if (target !== id) this.#refused(target, descriptor)
    }
    if (!this.#isForItself) return
    // One that was not verified yet gives way, and whoever sent it is told.
    const earlier = this.#own
    if (earlier && earlier.image !== reassembler.image) this.#refused(id, earlier.descriptor)
    this.#own = { descriptor, image: reassembler.image }
    // Sent once more: that it is held is said once more.
    if (this.#holdsOwn) this.firmware.confirm()
    this.#resumeOwn()
  }

  /** Writes the hub's own image to its slot, where it is verified. */
  #takeOwn({ descriptor, image }: Own): void {
    const { firmware } = this
    const { size } = descriptor.geometry
    firmware.begins(descriptor.fileVersion, size, 0)
    firmware.flash.pending.u8.set(image.u8.subarray(0, size))
    firmware.took(0, size, size)
    firmware.take(size, descriptor.fileVersion)
  }

  #verifyOwn(): void {
    const { size, fileVersion } = this.firmware.flash.kept
    this.firmware.verify(size, fileVersion, undefined)
    this.#own = undefined
  }

  /** Takes the hub's own image, unless it is held already; once more if the power went before it was verified. */
  #resumeOwn(): void {
    const own = this.#own
    if (!own || this.firmware.flash.kept.pending === ACTIVATING) return
    if (this.#holdsOwn) this.#own = undefined
    else this.#takeOwn(own)
  }

  /** Whether what it holds is the image that came for it. */
  get #holdsOwn(): boolean {
    const { kept, pending } = this.firmware.flash
    if (!this.#own || kept.pending !== HELD) return false
    return Buffer.compare(pending.u8.subarray(0, kept.size), this.#own.image.u8) === 0
  }

  #guard(work: () => void): void {
    withPower(this, work)
  }

  /** An activation command from the WAN: its own, or a neighbour's. */
  #command(payload: Bytes): void {
    const { device } = decodeActivate(payload)
    if (device === this.#setup.id) {
      this.firmware.command(payload)
      return
    }
    const i = this.#neighbour(device)
    if (i < 0) return
    this.#couriers[i]!.post(SRV_11_3, payload)
    // Somebody waits for it: the run must not end while it lies here for a device that sleeps.
    if (this.#setup.neighbours[i]!.isSleepy) {
      this.#clock.after(this.#expiryTimers[i]!, this.#setup.values.messageRetention)
    }
  }

  /** A device answers its commands in the order of their counters. */
  #noteAnswer(payload: Bytes): void {
    const { device, counter } = decodeOutcome(payload)
    this.#answeredTo[this.#neighbour(device)] = counter
  }

  #neighbour(device: string): number {
    return this.#setup.neighbours.findIndex(({ id }) => id === device)
  }

  /** A command that its device never took: its Supplier is not left waiting. */
  #undelivered(payload: Bytes): void {
    const { device, counter } = decodeActivate(payload)
    // Taken all the same: every acknowledgement was lost, the answer was not.
    if (counter <= this.#answeredTo[this.#neighbour(device)]!) return
    this.#wanCourier.post(SRV_11_3_RESPONSE, undelivered(payload))
  }

  /** A sleepy device was heard, so for a moment it listens. */
  #heard(from: number): void {
    this.#couriers[from]!.resume()
    this.#clock.after(this.#listenTimers[from]!, this.#setup.values.listenTime)
  }

  readonly #deafTo = (neighbour: number): void => {
    const courier = this.#couriers[neighbour]!
    courier.pause()
    if (courier.idle) this.#clock.cancel(this.#expiryTimers[neighbour]!)
  }

  readonly #drop = (neighbour: number): void => {
    this.#couriers[neighbour]!.drop()
  }

  #sayFlags(to: number, src: Bytes, asked: number): void {
    const flags = this.images.hasNews(to) ? NEW_FIRMWARE : 0
    const size = encodeFlags(this.#flags, CLUSTER_HEADER, src, asked, flags)
    this.#setup.neighbours[to]!.link.send(this.#flags, 0, CLUSTER_HEADER + size, 0)
  }

  #alert(
    code: AlertCode,
    detail: number,
    version: number,
    about: string,
    fields: Omit<FieldsOf<'alert-raised'>, 'code' | 'detail'>,
  ): void {
    this.#emit('alert-raised', { code, detail, ...fields })
    const at = this.#setup.startUnixMs + this.#clock.now
    const device = this.#setup.id
    this.#wanCourier.post(ALERT, encodeAlert({ code, at, detail, version, device, about }))
  }

  #emit<N extends TraceName>(name: N, ...fields: Said<N>): void {
    this.#trace.emit(HUB_NAME, name, ...fields)
  }
}
