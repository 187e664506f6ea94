// The coordinator's network without the coordinator: a star of nodes, each with a line up and a line down. A stick's
// front sends frames into it and hears what comes out; addresses, joining and who can be reached are decided here.

import type { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import { Random } from '#core/time/random'
import type { VirtualClock } from '#core/time/virtual-clock'
import type { Channel } from '../link/channel.ts'
import type { Line } from '../link/line.ts'
import type { Trace } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'
import type { NodeWatcher, ZigbeeNode } from './node.ts'

/** The stick's front. */
export interface Front {
  /** A frame of a node, headers and all. */
  apsReceived(node: ZigbeeNode, src: Bytes, at: number, length: number): void
  nodeJoined(node: ZigbeeNode): void
  nodeLeft(node: ZigbeeNode, rejoins: boolean): void
}

/** What becomes of a frame as the coordinator's MAC layer sees it; the numbers are those of TI's stack. */
export const DELIVERED = 0x00
export const NO_ROUTE = 0xcd
export const NO_ACK = 0xe9
export const EXPIRED = 0xf0

/** How long a frame waits for a sleepy node that does not fetch it, ms: macTransactionPersistenceTime. */
const PERSISTENCE = 7_680
/** How long a frame is repeated that nobody acknowledges, ms (chosen). */
const MAC_RETRIES = 12
/**
 * The first node asks to join this long after joining is permitted, and each other that long after it, ms (chosen).
 * A device has to scan first; herdsman's deCONZ adapter takes none that comes within its first few 100 ms.
 */
const JOINS_AFTER = 1_000
const JOINS_EVERY = 20
/** Addresses from here on have a meaning of their own. */
const FIRST_RESERVED = 0xfff0
export const BROADCAST = 0xfff8
/** Permit duration that never ends. */
const FOR_GOOD = 0xff

export interface Station {
  readonly node: ZigbeeNode
  readonly down: Line
  readonly up: Line
  readonly latency: number
}

export class Network implements NodeWatcher {
  /** Whoever hears what nodes send. */
  front: Front | undefined
  /** When the fate of the frame sent last is known, ms. */
  settlesAt = 0
  readonly stations: readonly Station[]
  readonly #clock: VirtualClock
  readonly #trace: Trace
  readonly #channel: Channel
  readonly #addresses: Random
  readonly #byAddress = new Map<number, Station>()
  readonly #joinTimers: number[]
  /** The network of before, and the address in it, of nodes that lost theirs while hanrig runs. */
  readonly #former = new Map<ZigbeeNode, { readonly network: string; readonly address: number }>()
  #name = ''
  #openUntil = Number.NEGATIVE_INFINITY

  constructor({ clock, trace, seed }: World, channel: Channel, stations: readonly Station[]) {
    this.#clock = clock
    this.#trace = trace
    this.#channel = channel
    this.#addresses = new Random(seed, 'addresses')
    this.stations = stations
    this.#joinTimers = stations.map((_, i) => clock.timer(() => this.#join(i)))
    for (const { node, down, up } of stations) {
      node.up = up.link
      node.watcher = this
      down.receiver = node.receive
      up.receiver = (src, at, length) => this.front?.apsReceived(node, src, at, length)
    }
  }

  get isOpen(): boolean {
    return this.#clock.now < this.#openUntil
  }

  /** Lets nodes join for `seconds`; 0 ends it, 255 is for good. */
  permitJoin(seconds: number): void {
    const { now } = this.#clock
    this.#openUntil = seconds === FOR_GOOD ? Number.POSITIVE_INFINITY : now + seconds * 1000
    this.#trace.emit('stick', 'permit-join', { seconds })
    if (seconds > 0) this.#invite()
  }

  /** Another network is formed: whoever was in the old one is in none. */
  form(): void {
    for (const [address, { node }] of this.#byAddress) {
      this.#former.set(node, { network: this.#name, address })
      node.forget()
    }
    this.#byAddress.clear()
  }

  /**
   * The network that runs from now on: nodes that were in it when another one was formed find it again, for a radio
   * network is whoever has its name and key. @param name of the network, the key in it.
   */
  runs(name: string): void {
    if (this.#name !== '' && this.#name !== name) this.form()
    for (const station of this.stations) {
      const former = this.#former.get(station.node)
      if (former?.network !== name || station.node.isJoined) continue
      this.#former.delete(station.node)
      this.#byAddress.set(former.address, station)
      station.node.join(former.address)
    }
    this.#name = name
  }

  /** The node with this network address. */
  at(address: number): ZigbeeNode | undefined {
    return this.#byAddress.get(address)?.node
  }

  /** The node with this EUI-64, lowest octet first, if it is in the network. */
  of(ieee: Uint8Array): ZigbeeNode | undefined {
    return this.stations.find(({ node }) => node.isJoined && Buffer.compare(node.ieee, ieee) === 0)
      ?.node
  }

  /**
   * Sends a frame to a node, or to all for an address of BROADCAST or above. Returns what the coordinator will be
   * told of it, which is known at `settlesAt`; that a frame was lost behind the first hop it never learns.
   */
  send(address: number, src: Bytes, at: number, length: number): number {
    const { now } = this.#clock
    this.settlesAt = now
    if (address >= BROADCAST) {
      for (const station of this.#byAddress.values()) {
        if (this.#reaches(station)) station.down.link.send(src, at, length, 0)
      }
      return DELIVERED
    }
    const station = this.#byAddress.get(address)
    if (!station) return NO_ROUTE
    if (!station.node.device.powered) {
      this.settlesAt = now + MAC_RETRIES
      return NO_ACK
    }
    if (!this.#reaches(station)) {
      this.settlesAt = now + PERSISTENCE
      return EXPIRED
    }
    station.down.link.send(src, at, length, 0)
    // On the instant medium the channel never fills, and the fate is known at once.
    const idleAt = Math.ceil(this.#channel.idleAt)
    this.settlesAt = Math.max(now, idleAt) + station.latency
    return DELIVERED
  }

  nodeRestarted(): void {
    if (this.isOpen) this.#invite()
  }

  nodeLeft(node: ZigbeeNode, rejoins: boolean): void {
    if (!rejoins) this.#byAddress.delete(node.address)
    this.front?.nodeLeft(node, rejoins)
  }

  archive(a: Archive): void {
    for (const { node } of this.stations) node.archive(a)
    if (!a.loading) return
    this.#byAddress.clear()
    for (const station of this.stations) {
      if (station.node.isJoined) this.#byAddress.set(station.node.address, station)
    }
  }

  #reaches({ node }: Station): boolean {
    return node.device.powered && !node.device.sleeper.asleep
  }

  #invite(): void {
    let nth = 0
    for (const [i, { node }] of this.stations.entries()) {
      if (node.isJoined) continue
      this.#clock.after(this.#joinTimers[i]!, JOINS_AFTER + JOINS_EVERY * nth++)
    }
  }

  #join(i: number): void {
    const station = this.stations[i]!
    const { node } = station
    if (!this.isOpen || node.isJoined || !node.device.powered) return
    let address: number
    do address = this.#addresses.between(1, FIRST_RESERVED - 1)
    while (this.#byAddress.has(address))
    this.#byAddress.set(address, station)
    node.join(address)
    this.front?.nodeJoined(node)
  }
}
