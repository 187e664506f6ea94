// A device as a node of a ZigBee network: it joins, says what it is, and carries the OTA frames of the device inside it.
// The device is the one of the HAN and knows nothing of this; whatever it says goes out after its turnaround.

import { type Bytes, copyBytes } from '#core/bytes/bytes'
import { OTA_CLUSTER } from '#core/ota/codes'
import type { Archive } from '#core/state/archive'
import type { VirtualClock } from '#core/time/virtual-clock'
import type { OtaDevice } from '../device/ota-device.ts'
import { DelayLine } from '../link/delay-line.ts'
import { clusterOf, METERING_CLUSTER } from '../link/han.ts'
import type { Link } from '../link/link.ts'
import type { DeviceValues } from '../profile/profiles.ts'
import type { DeviceType } from '../profile/types.ts'
import type { Trace } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'
import {
  ALL_ENDPOINTS,
  APS_HEADER,
  AT_CLUSTER,
  AT_DESTINATION,
  AT_PROFILE,
  AT_SOURCE,
  apsFrame,
  MAX_APS,
  writeApsHeader,
  ZDO_ENDPOINT,
  ZDO_PROFILE,
} from './aps.ts'
import type { NodeNames } from './attributes.ts'
import { type Endpoint, endpointOf, type NodeDescription } from './endpoint.ts'
import { answerZcl, isOfCluster } from './zcl.ts'
import {
  answerZdo,
  type Binding,
  DEVICE_ANNCE,
  RESPONSE,
  writeAnnounce,
  type ZdoOwner,
} from './zdo.ts'

/** No network address. */
export const NO_ADDRESS = 0xfffe
/** Frames that wait for their turnaround at most. */
const THINKING = 64
/** Where an upgrade server is until one has spoken; a real device would ask for it (inferred). */
const USUAL_ENDPOINT = 1
/** From joining to the announce, ms: the time that a key exchange takes would lie here (chosen). */
const ANNOUNCE_AFTER = 5
const MOST_BINDINGS = 16
const BINDING_SIZE = 21

export interface NodeSetup {
  readonly name: string
  readonly type: DeviceType
  readonly values: DeviceValues
  readonly names: NodeNames
  readonly manufacturerCode: number
  /** EUI-64, lowest octet first. */
  readonly ieee: Uint8Array
}

/** What the network hears of a node. */
export interface NodeWatcher {
  nodeLeft(node: ZigbeeNode, rejoins: boolean): void
  /** A node runs again; it may want to join. */
  nodeRestarted(): void
}

export class ZigbeeNode implements ZdoOwner {
  readonly name: string
  readonly ieee: Uint8Array
  readonly description: NodeDescription
  readonly device: OtaDevice
  readonly bindings: Binding[] = []
  address = NO_ADDRESS
  /** Times that something changed that is kept without power, besides the firmware. */
  changes = 0
  /** What leads to the coordinator. */
  up: Link | undefined
  watcher: NodeWatcher | undefined
  readonly #setup: NodeSetup
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #endpoint: Endpoint
  readonly #think: DelayLine
  readonly #out = apsFrame()
  readonly #request = apsFrame()
  readonly #announceTimer: number
  readonly #leaveTimer: number
  readonly #queryTimer: number
  #sequence = 0
  #rejoins = false
  /** The upgrade server's endpoint, and the profile that it speaks. */
  #server = USUAL_ENDPOINT
  #profile: number

  /** @param make makes the device around its link to the network. */
  constructor(
    world: World,
    setup: NodeSetup,
    make: (han: Link, restarted: () => void) => OtaDevice,
  ) {
    const { clock, trace } = world
    const { name, ieee, type, values, manufacturerCode } = setup
    this.name = name
    this.ieee = ieee
    this.#setup = setup
    this.#clock = clock
    this.#trace = trace
    this.#endpoint = endpointOf(type)
    this.#profile = this.#endpoint.profile
    this.description = {
      isSleepy: values.wakeInterval > 0,
      isCoordinator: false,
      manufacturerCode,
      endpoints: [this.#endpoint],
    }
    const medium = { latency: values.turnaround, jitter: 0, bitRate: Infinity, overhead: 0 }
    this.#think = new DelayLine(world, {
      name: `${name}.turnaround`,
      values: medium,
      size: { maxFrame: MAX_APS, slots: THINKING },
      receiver: (src, at, length) => {
        if (this.isOnAir) this.up?.send(src, at, length, 0)
      },
    })
    this.#announceTimer = clock.timer(() => this.#announce())
    this.#leaveTimer = clock.timer(() => this.#leave())
    this.#queryTimer = clock.timer(() => this.device.query())
    const { bootTime } = values
    this.device = make({ send: (src, at, length) => this.#carry(src, at, length) }, () =>
      clock.after(this.#announceTimer, bootTime),
    )
  }

  get isJoined(): boolean {
    return this.address !== NO_ADDRESS
  }

  /** True while what it sends goes out. */
  get isOnAir(): boolean {
    return this.isJoined && this.device.powered
  }

  /** Takes its place in the network; a sleepy device is awake then. */
  join(address: number): void {
    this.address = address
    this.changes++
    this.#trace.emit(this.name, 'device-joined', { id: this.device.setup.id, address })
    this.#clock.after(this.#announceTimer, ANNOUNCE_AFTER)
    if (this.description.isSleepy) this.device.sleeper.wakeIn(0)
  }

  /** The network is no more, or the host has put it out. */
  forget(): void {
    if (!this.isJoined) return
    this.address = NO_ADDRESS
    this.changes++
    this.bindings.length = 0
    this.#server = USUAL_ENDPOINT
    this.#clock.cancel(this.#announceTimer)
    this.#trace.emit(this.name, 'device-left', { id: this.device.setup.id })
  }

  leave(rejoins: boolean): void {
    this.#rejoins = rejoins
    // After the answer has gone out.
    this.#clock.after(this.#leaveTimer, this.#setup.values.turnaround + ANNOUNCE_AFTER)
  }

  /** Takes a frame from the coordinator. */
  receive = (src: Bytes, at: number, length: number): void => {
    if (!this.isOnAir || length < APS_HEADER) return
    const endpoint = src.u8[at + AT_DESTINATION]!
    const cluster = src.dv.getUint16(at + AT_CLUSTER, true)
    const asdu = at + APS_HEADER
    const size = length - APS_HEADER
    if (endpoint === ZDO_ENDPOINT) {
      if (src.dv.getUint16(at + AT_PROFILE, true) !== ZDO_PROFILE) return
      this.changes++
      this.#reply(
        src,
        at,
        RESPONSE,
        answerZdo(this, cluster, src, asdu, size, this.#out, APS_HEADER),
      )
      return
    }
    if (endpoint !== this.#endpoint.id && endpoint !== ALL_ENDPOINTS) return
    if (cluster === OTA_CLUSTER && isOfCluster(src, asdu, size)) {
      this.#server = src.u8[at + AT_SOURCE]!
      this.#profile = src.dv.getUint16(at + AT_PROFILE, true)
      this.device.receive(src, at + AT_CLUSTER, length - AT_CLUSTER)
      return
    }
    const { device, description } = this
    const source = { device, names: this.#setup.names, isSleepy: description.isSleepy }
    this.#reply(src, at, 0, answerZcl(source, cluster, src, asdu, size, this.#out, APS_HEADER))
  }

  archive(a: Archive): void {
    this.address = a.number(this.address)
    this.#server = a.number(this.#server)
    this.#profile = a.number(this.#profile)
    const count = a.number(this.bindings.length)
    for (let i = 0; i < Math.min(count, MOST_BINDINGS); i++) {
      const kept = this.bindings[i] ?? new Uint8Array(BINDING_SIZE)
      const length = a.number(kept.length)
      this.bindings[i] = a.loading ? new Uint8Array(Math.min(length, BINDING_SIZE)) : kept
      a.numbers(this.bindings[i]!)
    }
  }

  /** Sends the `length` octets of an answer in #out to whoever asked by the frame at `at`. */
  #reply(src: Bytes, at: number, clusterBits: number, length: number): void {
    if (length === 0) return
    const asked = src.u8[at + AT_DESTINATION]!
    const from = asked === ALL_ENDPOINTS ? this.#endpoint.id : asked
    const profile = src.dv.getUint16(at + AT_PROFILE, true)
    const cluster = src.dv.getUint16(at + AT_CLUSTER, true) | clusterBits
    writeApsHeader(this.#out, from, src.u8[at + AT_SOURCE]!, profile, cluster)
    this.#think.send(this.#out, 0, APS_HEADER + length, 0)
  }

  /** Takes what the device says to its hub: only the OTA cluster means anything to a host. */
  #carry(src: Bytes, at: number, length: number): void {
    const cluster = clusterOf(src, at)
    if (cluster === METERING_CLUSTER) {
      // By this a hub learns that a sleepy device is awake; no host serves it, so the device asks for itself.
      this.device.sleeper.answered()
      if (this.isJoined) this.#clock.after(this.#queryTimer, 0)
    } else if (cluster === OTA_CLUSTER && this.isOnAir) {
      writeApsHeader(this.#request, this.#endpoint.id, this.#server, this.#profile, cluster)
      copyBytes(this.#request, AT_CLUSTER, src, at, length)
      this.#think.send(this.#request, 0, AT_CLUSTER + length, 0)
    }
  }

  #announce(): void {
    if (!this.isOnAir) {
      if (this.device.powered) this.watcher?.nodeRestarted()
      return
    }
    this.#trace.emit(this.name, 'device-announced', { address: this.address })
    this.#sequence = (this.#sequence + 1) & 255
    const length = writeAnnounce(this.#out, APS_HEADER, this.#sequence, this)
    writeApsHeader(this.#out, ZDO_ENDPOINT, ZDO_ENDPOINT, ZDO_PROFILE, DEVICE_ANNCE)
    this.up?.send(this.#out, 0, APS_HEADER + length, 0)
  }

  #leave(): void {
    if (!this.isJoined) return
    this.watcher?.nodeLeft(this, this.#rejoins)
    // One that comes back keeps its place and says so.
    if (this.#rejoins) this.#clock.after(this.#announceTimer, ANNOUNCE_AFTER)
    else this.forget()
  }
}
