// The Communications Hub: takes images from the WAN, serves them in the HAN, relays activation commands and alerts,
// updates itself, and watches its own supply. Without supply its HAN is dead and only alerts leave it. What it stores
// and the messages that it carries survive a loss of power. Here is the box with its supply, and which part gets what.

import type { Bytes } from '#core/bytes/bytes'
import { OTA_CLUSTER } from '#core/ota/codes'
import { QUIET, SupplyMonitor } from '#core/power/supply-monitor'
import type { Archive } from '#core/state/archive'
import { Random } from '#core/time/random'
import type { VirtualClock } from '#core/time/virtual-clock'
import {
  CLUSTER_HEADER,
  clusterOf,
  encodeFlags,
  hanFrame,
  isFlagsRead,
  METERING_CLUSTER,
  NEW_FIRMWARE,
  TUNNEL_CLUSTER,
} from '../link/han.ts'
import type { Said, Trace, TraceName } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'
import { Firmware, type FirmwareBox } from './firmware.ts'
import { powerWent, withPower } from './flash.ts'
import { HubIntake } from './hub-intake.ts'
import { HubMail } from './hub-mail.ts'
import { OwnImage } from './hub-own-image.ts'
import { HUB_NAME, type HubSetup } from './hub-setup.ts'
import { CODE_DISCARDED, ImageServer } from './image-server.ts'

/** Who keeps the supply from the hub when it is no device that activates: an outage of its own, or its ESME without mains. */
const OUTAGE = 'outage'
const FEED = 'feed'
const CUTTERS = [OUTAGE, FEED]

export class Hub {
  /** Works: has supply, has booted, and is not installing its own firmware. */
  powered = true
  readonly images: ImageServer
  readonly firmware: Firmware
  readonly intake: HubIntake
  readonly #setup: HubSetup
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #mail: HubMail
  readonly #ownImage: OwnImage
  readonly #monitor: SupplyMonitor
  readonly #monitorTimer: number
  readonly #bootTimer: number
  /** When each of the CUTTERS gives the supply back, and the timers of that. */
  readonly #backTimers: readonly number[]
  readonly #backAt = [0, 0]
  /** Jitter of AD1. */
  readonly #random: Random
  readonly #flags = hanFrame(METERING_CLUSTER)
  /** Who keeps the supply from the hub: devices that activate, and CUTTERS. */
  readonly #cuts = new Set<string>()

  constructor(world: World, setup: HubSetup) {
    const { clock, trace, seed } = world
    const { ad1Threshold, ad1Strict } = setup.values
    this.#setup = setup
    this.#clock = clock
    this.#trace = trace
    this.images = this.#makeImages(world)
    this.firmware = this.#makeFirmware(world)
    this.#monitor = new SupplyMonitor({ threshold: ad1Threshold, strict: ad1Strict !== 0 })
    this.#monitorTimer = clock.timer(() => this.#watch(this.#monitor.tick(clock.now)))
    this.#bootTimer = clock.timer(() => this.#guard(this.#boot))
    this.#backTimers = CUTTERS.map(by => clock.timer(() => this.supply(true, by)))
    this.#random = new Random(seed, `${HUB_NAME}.alerts`)
    this.#mail = new HubMail(world, setup, payload => this.firmware.command(payload))
    this.#ownImage = new OwnImage(this.firmware, ({ fileVersion }) =>
      this.#mail.transferEnded(setup.id, CODE_DISCARDED, fileVersion, 'refused'),
    )
    const to = { images: this.images, ownImage: this.#ownImage, mail: this.#mail }
    this.intake = new HubIntake(trace, setup, to)
  }

  receiveFromWan = (src: Bytes, at: number, length: number): void => {
    // On reserve power the radio lives for its alerts: acknowledgements are heard, work is not taken on.
    try {
      if (this.#mail.receiveFromWan(src, at, length, this.powered) || !this.powered) return
      this.intake.receive(src, at, length)
    } catch (error) {
      powerWent(this, error)
    }
  }

  /** Takes a frame of the neighbour `from`, by its place in the setup. */
  receiveFromHan = (from: number, src: Bytes, at: number, length: number): void => {
    if (!this.powered) return
    const body = length - CLUSTER_HEADER
    const cluster = clusterOf(src, at)
    if (this.#setup.neighbours[from]!.isSleepy) this.#mail.heard(from)
    if (cluster === OTA_CLUSTER) this.images.receive(from, src, at + CLUSTER_HEADER, body)
    else if (cluster === TUNNEL_CLUSTER) {
      this.#mail.receiveFromHan(from, src, at + CLUSTER_HEADER, body)
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
      const { alertJitter } = this.#setup.values
      this.#monitor.lost(now, alertJitter > 0 ? this.#random.between(0, alertJitter) : 0)
      this.#clock.at(this.#monitorTimer, this.#monitor.deadline)
    }
  }

  /** An outage of `duration` ms; Infinity for good. Of those that overlap the one that ends last counts. */
  cutPower(duration: number): void {
    this.#cut(CUTTERS.indexOf(OUTAGE), duration)
  }

  /** The ESME that feeds it has no mains for `duration` ms, Infinity until they are back; 0: they are. */
  cutFeed(duration: number): void {
    const feed = CUTTERS.indexOf(FEED)
    if (duration > 0) this.#cut(feed, duration)
    else {
      this.#clock.cancel(this.#backTimers[feed]!)
      this.supply(true, FEED)
    }
  }

  #cut(cutter: number, duration: number): void {
    const by = CUTTERS[cutter]!
    const end = this.#clock.now + duration
    this.#backAt[cutter] = this.#cuts.has(by) ? Math.max(end, this.#backAt[cutter]!) : end
    this.supply(false, by)
    this.#clock.at(this.#backTimers[cutter]!, this.#backAt[cutter]!)
  }

  archive(a: Archive): void {
    this.powered = a.flag(this.powered)
    for (const by of [...CUTTERS, ...this.#setup.neighbours.map(({ id }) => id)]) {
      const isCut = a.flag(this.#cuts.has(by))
      if (isCut) this.#cuts.add(by)
      else this.#cuts.delete(by)
    }
    for (const i of this.#backAt.keys()) this.#backAt[i] = a.number(this.#backAt[i]!)
    this.#random.archive(a)
    this.images.archive(a)
    this.firmware.archive(a)
    this.#monitor.archive(a)
    this.#mail.archive(a)
    this.#ownImage.archive(a)
    this.intake.archive(a)
  }

  #makeImages(world: World): ImageServer {
    const { values, neighbours, startUnixMs } = this.#setup
    return new ImageServer(world, {
      name: HUB_NAME,
      values,
      clients: neighbours,
      startUnixMs,
      report: (target, code, version, transfer) =>
        this.#mail.transferEnded(target, code, version, transfer),
    })
  }

  #makeFirmware(world: World): Firmware {
    const { values, manufacturerCode, imageType, fileVersion, expected, anchor } = this.#setup
    const { largestImage, startUnixMs, id, stackVersion, credentialVersion } = this.#setup
    return new Firmware(
      world,
      {
        name: HUB_NAME,
        values,
        manufacturerCode,
        imageType,
        id,
        stackVersion,
        credentialVersion,
        fileVersion,
        expected,
        anchor,
        oneStep: false,
        slotSize: largestImage,
        checkpointEvery: largestImage,
        epoch: startUnixMs,
      },
      this.#firmwareBox(),
    )
  }

  #firmwareBox(): FirmwareBox {
    return {
      alert: (code, detail, version) => this.#mail.alert(code, detail, version, this.#setup.id, {}),
      respond: (code, counter, version) => this.#mail.respond(code, counter, version),
      imageTaken: () => this.#ownImage.verify(),
      hubSupply: () => {},
      activationBegan: () => this.#stop(),
      activationEnded: () => {
        this.#start()
        this.#ownImage.resume()
      },
      guard: work => this.#guard(work),
    }
  }

  #watch(signal: number): void {
    if (signal !== QUIET && this.#setup.raisesAd1) {
      const outage = this.#clock.now - this.#monitor.lostAt
      this.#mail.alert('AD1', outage, this.firmware.fileVersion, this.#setup.id, { outage })
    }
  }

  get #hasSupply(): boolean {
    return this.#cuts.size === 0
  }

  /** The HAN goes silent. */
  #stop(): void {
    this.powered = false
    this.images.power(false)
    this.#mail.pause()
  }

  /** Whoever calls it has supply: without it the boot timer is off, and so is the body that ends an activation. */
  #start(): void {
    this.powered = true
    this.#emit('hub-ready')
    this.images.power(true)
    this.#mail.resume()
  }

  readonly #boot = (): void => {
    this.#start()
    this.firmware.boot()
    this.#ownImage.resume()
  }

  #guard(work: () => void): void {
    withPower(this, work)
  }

  #sayFlags(to: number, src: Bytes, asked: number): void {
    const flags = this.images.hasNews(to) ? NEW_FIRMWARE : 0
    const size = encodeFlags(this.#flags, CLUSTER_HEADER, src, asked, flags)
    this.#setup.neighbours[to]!.link.send(this.#flags, 0, CLUSTER_HEADER + size, 0)
  }

  #emit<N extends TraceName>(name: N, ...fields: Said<N>): void {
    this.#trace.emit(HUB_NAME, name, ...fields)
  }
}
