// Serves firmware in the HAN as ZigBee OTA server: images in slots, one OTA server a client, each answer in the call that
// took the question. The Communications Hub has one; so has a Supplier's own server for what the DCC does not update.
// Slot rule (inferred from the name of the force-replace flag): one image for each device type; while somebody still waits
// for it, only an image with force-replace takes its place. The same file for other devices of the type takes no place.

import { Bytes } from '#core/bytes/bytes'
import { OTA_CLUSTER, WAIT_FOR_COMMAND } from '#core/ota/codes'
import {
  DELIVERED,
  DISCARDED,
  FAILED,
  HARDWARE_MISMATCH,
  ON_OFFER,
  OtaServer,
  SERVER_STATES,
  SERVING,
} from '#core/ota/server'
import type { Archive } from '#core/state/archive'
import { zigbeeUtc } from '#core/time/utc'
import type { VirtualClock } from '#core/time/virtual-clock'
import { CLUSTER_HEADER, hanFrame, isOta } from '../link/han.ts'
import type { Link } from '../link/link.ts'
import type { HubValues } from '../profile/profiles.ts'
import {
  archiveDescriptor,
  type Descriptor,
  encodeDescriptor,
  isFor,
} from '../service/descriptor.ts'
import type { Trace } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'

/** A device that may be served. */
export interface Client {
  /** EUI-64. */
  readonly id: string
  readonly isSleepy: boolean
  readonly link: Link
}

export interface ImageServerSetup {
  /** Name in the trace. */
  readonly name: string
  readonly values: HubValues
  readonly clients: readonly Client[]
  readonly startUnixMs: number
  /** Called when a transfer to a target has ended, with its CCS08 code. */
  readonly report: (target: string, code: number, fileVersion: number, state: string) => void
}

/** CCS08 transfer codes, by the state in which a server ended. */
const CCS08 = new Map([
  [DELIVERED, 0],
  [DISCARDED, 1],
  [HARDWARE_MISMATCH, 2],
  [FAILED, 3],
])
/** CCS08: the image was discarded. */
export const CODE_DISCARDED = 1

interface Slot {
  readonly descriptor: Descriptor
  readonly memory: Bytes
  /** All octets are here. */
  whole: boolean
  /** When it is discarded if it has not come whole, or nobody has taken it, ms. */
  discardAt: number
}

export class ImageServer {
  readonly servers: readonly OtaServer[]
  readonly #name: string
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #values: HubValues
  readonly #clients: readonly Client[]
  readonly #report: ImageServerSetup['report']
  readonly #slots: Slot[] = []
  readonly #notifyTimers: readonly number[]
  readonly #pageTimers: readonly number[]
  readonly #retentionTimer: number
  readonly #reply = hanFrame(OTA_CLUSTER)
  #powered = true

  constructor({ clock, trace }: World, setup: ImageServerSetup) {
    const { name, values, clients, startUnixMs, report } = setup
    this.#name = name
    this.#clock = clock
    this.#trace = trace
    this.#values = values
    this.#clients = clients
    this.#report = report
    const { serverMaxDataSize, minBlockPeriod, pages, minPageSpacing } = values
    const config = {
      maxDataSize: serverMaxDataSize,
      minBlockPeriod,
      pages: pages !== 0,
      minPageSpacing,
    }
    this.servers = clients.map(() => new OtaServer(config, zigbeeUtc(startUnixMs)))
    this.#notifyTimers = clients.map((_, i) => clock.timer(this.#notify, i))
    this.#pageTimers = clients.map((_, i) => clock.timer(this.#page, i))
    this.#retentionTimer = clock.timer(() => this.#expire())
  }

  /** The state of one client's transfer. */
  stateOf(client: number): string {
    return SERVER_STATES[this.servers[client]!.state]!
  }

  /** True when an image waits for this client, or is on its way to it. */
  hasNews(client: number): boolean {
    const { state } = this.servers[client]!
    return state === ON_OFFER || state === SERVING
  }

  /**
   * Makes room for an image. Returns its memory, or undefined when the slot rule refuses it.
   * @param early whether clients may ask for what is here while the rest is still coming.
   */
  open(descriptor: Descriptor, early: boolean): Bytes | undefined {
    if (!this.#admits(descriptor)) return undefined
    // One image arrives at a time: what has not come whole by now was given up.
    for (const slot of this.#slots.filter(each => !each.whole)) this.#empty(slot)
    const ofType = this.#slots.filter(slot => isSameType(slot.descriptor, descriptor))
    const waited = ofType.filter(slot => this.#isWaitedFor(slot))
    const isRival = (slot: Slot): boolean => !isSameFile(slot.descriptor, descriptor)
    if (!descriptor.forceReplace && waited.some(isRival)) return this.#refuse(descriptor)
    for (const slot of ofType) if (isRival(slot) || !waited.includes(slot)) this.#empty(slot)
    const isStored = this.#slots.some(slot => isSameFile(slot.descriptor, descriptor))
    if (!isStored && this.#slots.length >= this.#values.slots) {
      const idle = this.#slots.find(each => !this.#isWaitedFor(each))
      if (!idle) return this.#refuse(descriptor)
      this.#empty(idle)
    }
    const memory = Bytes.alloc(descriptor.geometry.size)
    const discardAt = this.#clock.now + this.#values.retention
    const fresh = { descriptor, memory, whole: false, discardAt }
    this.#slots.push(fresh)
    if (early) this.#offer(fresh, 0)
    this.#armRetention()
    return memory
  }

  /** The first `octets` octets of an image that is still coming are here. */
  grow(memory: Bytes, octets: number): void {
    const slot = this.#slots.find(each => each.memory === memory)
    for (const client of slot ? this.#targetsOf(slot.descriptor) : []) {
      this.servers[client]!.nowHas(octets)
    }
  }

  /** True while `memory` is an image's. */
  has(memory: Bytes): boolean {
    return this.#slots.some(each => each.memory === memory)
  }

  /** The image in `memory` is whole: it goes on offer to its targets. False when it was dropped meanwhile. */
  offer(memory: Bytes): boolean {
    const slot = this.#slots.find(each => each.memory === memory)
    if (!slot) return false
    const { descriptor } = slot
    slot.whole = true
    slot.discardAt = this.#clock.now + this.#values.retention
    this.#trace.emit(this.#name, 'slot-loaded', {
      fileVersion: descriptor.fileVersion,
      imageType: descriptor.imageType,
      size: descriptor.geometry.size,
      targets: descriptor.targets,
    })
    this.#offer(slot, descriptor.geometry.size)
    this.#armRetention()
    return true
  }

  /** Drops the image with this file version: who waits for it is told ABORT. */
  discard(fileVersion: number): void {
    for (const slot of this.#slots.filter(each => each.descriptor.fileVersion === fileVersion)) {
      this.#empty(slot)
    }
  }

  /** Without power nothing is sent; what is on offer stays so. */
  power(on: boolean): void {
    this.#powered = on
    for (const [i] of this.#clients.entries()) {
      this.#clock.cancel(this.#notifyTimers[i]!)
      this.#clock.cancel(this.#pageTimers[i]!)
      if (on) this.#notify(i)
    }
  }

  /** Takes a HAN frame from a client; answers those of the OTA cluster. */
  take(client: number, src: Bytes, at: number, length: number): void {
    if (isOta(src, at)) this.receive(client, src, at + CLUSTER_HEADER, length - CLUSTER_HEADER)
  }

  /** Takes a ZCL frame of the OTA cluster from a client and answers it. */
  receive(client: number, src: Bytes, at: number, length: number): void {
    const server = this.servers[client]!
    const before = server.state
    const size = server.answer(src, at, length, this.#clock.now, this.#reply, CLUSTER_HEADER)
    if (size > 0) this.#clients[client]!.link.send(this.#reply, 0, CLUSTER_HEADER + size, 0)
    if (
      server.deadline !== Number.POSITIVE_INFINITY ||
      this.#clock.isArmed(this.#pageTimers[client]!)
    ) {
      this.#clock.at(this.#pageTimers[client]!, server.deadline)
    }
    if (server.state !== before) this.#changed(client)
  }

  archive(a: Archive): void {
    const count = a.number(this.#slots.length)
    if (a.loading) this.#slots.length = 0
    for (let i = 0; i < count; i++) {
      const slot = this.#slots[i]
      const descriptor = archiveDescriptor(a, slot?.descriptor)!
      const memory = slot?.memory ?? Bytes.alloc(descriptor.geometry.size)
      a.numbers(memory.u8)
      const whole = a.flag(slot?.whole ?? false)
      const discardAt = a.number(slot?.discardAt ?? 0)
      if (a.loading) this.#slots.push({ descriptor, memory, whole, discardAt })
    }
    this.#powered = a.flag(this.#powered)
    for (const server of this.servers) {
      server.archive(a)
      const at = a.number(this.#slots.findIndex(each => each.memory === server.image?.memory))
      const slot = this.#slots[at]
      if (a.loading && slot) server.attach(served(slot.descriptor, slot.memory))
    }
  }

  /** The memory of the image that a transfer of this description goes to, for a receiver that comes back. */
  memoryOf(descriptor: Descriptor): Bytes | undefined {
    const sameTransfer = (slot: Slot): boolean =>
      Buffer.compare(encodeDescriptor(slot.descriptor).u8, encodeDescriptor(descriptor).u8) === 0
    return this.#slots.find(sameTransfer)?.memory
  }

  /** Refuses it to whoever it is not for; false when that is everybody. */
  #admits(descriptor: Descriptor): boolean {
    const { targets, destination, fileVersion, imageType } = descriptor
    const strangers = targets.filter(id => !isFor(descriptor, id))
    if (strangers.length === 0) return true
    this.#trace.emit(this.#name, 'slot-refused', { fileVersion, imageType, destination })
    for (const id of strangers) this.#report(id, CODE_DISCARDED, fileVersion, 'refused')
    return strangers.length < targets.length
  }

  #refuse(descriptor: Descriptor): undefined {
    this.#trace.emit(this.#name, 'slot-refused', {
      fileVersion: descriptor.fileVersion,
      imageType: descriptor.imageType,
    })
    for (const target of descriptor.targets) {
      this.#report(target, CODE_DISCARDED, descriptor.fileVersion, 'refused')
    }
    return undefined
  }

  #offer(slot: Slot, available: number): void {
    const { descriptor, memory } = slot
    for (const client of this.#targetsOf(descriptor)) {
      const server = this.servers[client]!
      // The same image again, for one whose first delivery has ended: a new one begins.
      if (server.image?.memory !== memory || !this.hasNews(client)) {
        const before = this.#slots.find(each => each.memory === server.image?.memory)
        if (before && this.hasNews(client) && !isSameFile(before.descriptor, descriptor)) {
          server.discard()
          this.#changed(client)
        }
        server.load(served(descriptor, memory))
      }
      server.nowHas(available)
      this.#notify(client)
    }
  }

  #targetsOf(descriptor: Descriptor): number[] {
    return [...this.#clients.keys()].filter(i => {
      const { id } = this.#clients[i]!
      return descriptor.targets.includes(id) && isFor(descriptor, id)
    })
  }

  #isWaitedFor(slot: Slot): boolean {
    if (!slot.whole) return true
    return this.#targetsOf(slot.descriptor).some(
      i => this.servers[i]!.image?.memory === slot.memory && this.hasNews(i),
    )
  }

  #empty(slot: Slot): void {
    this.#slots.splice(this.#slots.indexOf(slot), 1)
    this.#trace.emit(this.#name, 'slot-emptied', { fileVersion: slot.descriptor.fileVersion })
    for (const client of this.#targetsOf(slot.descriptor)) {
      const server = this.servers[client]!
      if (server.image?.memory !== slot.memory) continue
      const waited = this.hasNews(client)
      server.discard()
      if (waited) this.#changed(client)
    }
    this.#armRetention()
  }

  #changed(client: number): void {
    const { state, image } = this.servers[client]!
    const code = CCS08.get(state)
    if (code === undefined) return
    this.#clock.cancel(this.#notifyTimers[client]!)
    this.#clock.cancel(this.#pageTimers[client]!)
    this.#report(this.#clients[client]!.id, code, image!.fileVersion, SERVER_STATES[state]!)
    this.#armRetention()
  }

  /** The time runs only for images that somebody still waits for, be it for their blocks. */
  #armRetention(): void {
    const waited = this.#slots.filter(slot => this.#isWaitedFor(slot))
    this.#clock.at(this.#retentionTimer, Math.min(...waited.map(slot => slot.discardAt)))
  }

  #expire(): void {
    const { now } = this.#clock
    for (const slot of this.#slots.filter(
      each => each.discardAt <= now && this.#isWaitedFor(each),
    )) {
      this.#empty(slot)
    }
    this.#armRetention()
  }

  /** Tells a client of its image, again and again until it asks; a sleepy one reads a flag instead. */
  readonly #notify = (client: number): void => {
    const server = this.servers[client]!
    const { isSleepy, link, id } = this.#clients[client]!
    if (!this.#powered || isSleepy || server.state !== ON_OFFER) return
    this.#trace.emit(this.#name, 'image-notify', {
      fileVersion: server.image!.fileVersion,
      target: id,
    })
    const size = server.notify(this.#reply, CLUSTER_HEADER, this.#values.queryJitter)
    link.send(this.#reply, 0, CLUSTER_HEADER + size, 0)
    this.#clock.after(this.#notifyTimers[client]!, this.#values.notifyPeriod)
  }

  /** The next block of a page is due. */
  readonly #page = (client: number): void => {
    const server = this.servers[client]!
    const size = server.tick(this.#clock.now, this.#reply, CLUSTER_HEADER)
    if (size > 0) this.#clients[client]!.link.send(this.#reply, 0, CLUSTER_HEADER + size, 0)
    this.#clock.at(this.#pageTimers[client]!, server.deadline)
  }
}

function isSameType(a: Descriptor, b: Descriptor): boolean {
  return a.manufacturerCode === b.manufacturerCode && a.imageType === b.imageType
}

function isSameFile(a: Descriptor, b: Descriptor): boolean {
  return Buffer.compare(a.sha256, b.sha256) === 0
}

function served(descriptor: Descriptor, memory: Bytes) {
  return {
    memory,
    size: descriptor.geometry.size,
    manufacturerCode: descriptor.manufacturerCode,
    imageType: descriptor.imageType,
    fileVersion: descriptor.fileVersion,
    minHardware: descriptor.hardware?.min,
    maxHardware: descriptor.hardware?.max,
    // In one step: an upgrade time that has passed means now (ZCL); whether GB hubs say so is inferred.
    upgradeTime: descriptor.oneStep ? 0 : WAIT_FOR_COMMAND,
  }
}
