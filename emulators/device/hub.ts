// The Communications Hub: takes an image from the WAN, serves it in the HAN as ZigBee OTA server, relays activation
// commands and alerts, and watches its own supply. Without supply its HAN is dead and only alerts leave it.

import { Reassembler } from '../../core/block/reassembler.ts'
import { Bytes } from '../../core/bytes/bytes.ts'
import { OTA_CLUSTER, WAIT_FOR_COMMAND } from '../../core/ota/codes.ts'
import {
  DELIVERED,
  DISCARDED,
  FAILED,
  HARDWARE_MISMATCH,
  ON_OFFER,
  OtaServer,
  SERVER_STATES,
} from '../../core/ota/server.ts'
import { QUIET, SupplyMonitor } from '../../core/power/supply-monitor.ts'
import { zigbeeUtc } from '../../core/time/utc.ts'
import type { VirtualClock } from '../../core/time/virtual-clock.ts'
import { BlockReceiver, type BlockStore } from '../link/block-receiver.ts'
import { Courier, type CourierConfig } from '../link/courier.ts'
import type { Link } from '../link/link.ts'
import { ALERT, SRV_11_3, SRV_11_3_RESPONSE } from '../link/wire.ts'
import type { HubValues } from '../profile/profiles.ts'
import { type Descriptor, decodeDescriptor, imageIdOf } from '../service/descriptor.ts'
import { type AlertCode, encodeAlert } from '../service/messages.ts'
import type { Trace } from '../trace.ts'
import { CLUSTER_HEADER, hanFrame, isOta, Tunnel } from './han.ts'

const NAME = 'hub'
/** Blocks are kept in RAM: a flush has nothing to do. */
const BATCH = 64

/** CCS08 transfer codes, by the state in which the server ended. */
const CCS08 = new Map([
  [DELIVERED, 0],
  [DISCARDED, 1],
  [HARDWARE_MISMATCH, 2],
  [FAILED, 3],
])

export class Hub {
  powered = true
  readonly server: OtaServer
  readonly incoming: BlockReceiver
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #values: HubValues
  readonly #startUnixMs: number
  readonly #han: Link
  readonly #wanCourier: Courier
  readonly #hanCourier: Courier
  readonly #monitor: SupplyMonitor
  readonly #monitorTimer: number
  readonly #bootTimer: number
  readonly #notifyTimer: number
  readonly #retentionTimer: number
  readonly #reply = hanFrame(OTA_CLUSTER)
  #descriptor: Descriptor | undefined

  constructor(
    clock: VirtualClock,
    trace: Trace,
    values: HubValues,
    courier: CourierConfig,
    links: { wan: Link; han: Link },
    startUnixMs: number,
  ) {
    this.#clock = clock
    this.#trace = trace
    this.#values = values
    this.#startUnixMs = startUnixMs
    this.#han = links.han
    this.server = new OtaServer(
      { maxDataSize: values.serverMaxDataSize, minBlockPeriod: values.minBlockPeriod },
      zigbeeUtc(startUnixMs),
    )
    this.#monitor = new SupplyMonitor({
      threshold: values.ad1Threshold,
      strict: values.ad1Strict !== 0,
    })
    this.#monitorTimer = clock.timer(() => this.#watch(this.#monitor.tick(clock.now)))
    this.#bootTimer = clock.timer(() => this.#booted())
    this.#notifyTimer = clock.timer(() => this.#notify())
    this.#retentionTimer = clock.timer(() => this.#discard())
    this.#wanCourier = new Courier(clock, courier, links.wan, (kind, payload) => {
      if (kind === SRV_11_3) this.#hanCourier.post(kind, payload)
    })
    this.#hanCourier = new Courier(clock, courier, new Tunnel(links.han), (kind, payload) => {
      if (kind === SRV_11_3_RESPONSE || kind === ALERT) this.#wanCourier.post(kind, payload)
    })
    this.incoming = new BlockReceiver(
      NAME,
      trace,
      BATCH,
      links.wan,
      opening => this.#openSlot(opening),
      () => this.#offer(),
    )
  }

  receiveFromWan = (src: Bytes, at: number, length: number): void => {
    // On reserve power the radio lives for its alerts: acknowledgements are heard, work is not taken on.
    if (this.#wanCourier.receive(src, at, length) || !this.powered) return
    this.incoming.receive(src, at, length)
  }

  receiveFromHan = (src: Bytes, at: number, length: number): void => {
    if (!this.powered) return
    if (isOta(src, at)) this.#onOta(src, at + CLUSTER_HEADER, length - CLUSTER_HEADER)
    else this.#hanCourier.receive(src, at + CLUSTER_HEADER, length - CLUSTER_HEADER)
  }

  /** The supply comes or goes. */
  supply(on: boolean): void {
    const { now } = this.#clock
    this.#trace.emit(NAME, on ? 'supply-restored' : 'supply-lost')
    if (on) {
      this.#watch(this.#monitor.restored(now))
      this.#clock.cancel(this.#monitorTimer)
      this.#clock.after(this.#bootTimer, this.#values.rebootTime)
    } else {
      this.powered = false
      this.#clock.cancel(this.#bootTimer)
      this.#monitor.lost(now)
      this.#clock.at(this.#monitorTimer, this.#monitor.deadline)
    }
  }

  #watch(signal: number): void {
    if (signal !== QUIET) {
      this.#alert('AD1', 0, 0, { outage: this.#clock.now - this.#monitor.lostAt })
    }
  }

  #booted(): void {
    this.powered = true
    this.#trace.emit(NAME, 'hub-ready')
    if (this.server.state === ON_OFFER) this.#notify()
  }

  #openSlot(opening: Bytes): BlockStore | undefined {
    const descriptor = decodeDescriptor(opening)
    if (!descriptor) return undefined
    this.#descriptor = descriptor
    const { geometry } = descriptor
    const reassembler = new Reassembler(geometry, imageIdOf(descriptor), Bytes.alloc(geometry.size))
    return { reassembler, append() {}, flush() {} }
  }

  #offer(): void {
    const descriptor = this.#descriptor!
    this.server.load({
      memory: this.incoming.store!.reassembler.image,
      size: descriptor.geometry.size,
      manufacturerCode: descriptor.manufacturerCode,
      imageType: descriptor.imageType,
      fileVersion: descriptor.fileVersion,
      minHardware: descriptor.hardware?.min,
      maxHardware: descriptor.hardware?.max,
      upgradeTime: WAIT_FOR_COMMAND,
    })
    this.#clock.after(this.#retentionTimer, this.#values.retention)
    this.#notify()
  }

  /** Nobody took the image in all that time. */
  #discard(): void {
    this.server.discard()
    this.#onChange()
  }

  /** Tells the HAN of the image, again and again until the device asks for it. */
  #notify(): void {
    if (!this.powered || this.server.state !== ON_OFFER) return
    this.#trace.emit(NAME, 'image-notify', { fileVersion: this.#descriptor!.fileVersion })
    const size = this.server.notify(this.#reply, CLUSTER_HEADER, this.#values.queryJitter)
    this.#han.send(this.#reply, 0, CLUSTER_HEADER + size, 0)
    this.#clock.after(this.#notifyTimer, this.#values.notifyPeriod)
  }

  #onOta(src: Bytes, at: number, length: number): void {
    const { server } = this
    const before = server.state
    const size = server.answer(src, at, length, this.#clock.now, this.#reply, CLUSTER_HEADER)
    if (size > 0) this.#han.send(this.#reply, 0, CLUSTER_HEADER + size, 0)
    if (server.state !== before) this.#onChange()
  }

  #onChange(): void {
    const code = CCS08.get(this.server.state)
    if (code === undefined) return
    this.#clock.cancel(this.#retentionTimer)
    const { fileVersion } = this.#descriptor!
    this.#alert(code === 0 ? '8F8A' : '8F89', code, fileVersion, {
      transfer: SERVER_STATES[this.server.state],
    })
  }

  #alert(code: AlertCode, detail: number, version: number, fields: Record<string, unknown>): void {
    this.#trace.emit(NAME, 'alert-raised', { code, detail, ...fields })
    const at = this.#startUnixMs + this.#clock.now
    this.#wanCourier.post(ALERT, encodeAlert({ code, at, detail, version }))
  }
}
