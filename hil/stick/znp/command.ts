// A command of TI's serial protocol: a row of a table, and what it may ask of the stick that has the table.

import type { Endpoint } from '#emulators/zigbee/endpoint'
import type { Network } from '#emulators/zigbee/network'
import type { OctetReader } from '#emulators/zigbee/octets'
import type { NetworkParameters } from '../front.ts'
import type { UnpiWriter } from '../unpi.ts'
import type { NvStore } from './nv.ts'

/** Types of frame, in the upper bits of the first command octet. */
export const SREQ = 0x20
export const AREQ = 0x40
export const SRSP = 0x60

/** Subsystems, in its lower bits. */
export const SYS = 1
export const AF = 4
export const ZDO = 5
export const UTIL = 7
export const APP_CNF = 15

/** States of the coordinator. */
export const STARTED = 9
export const NOT_STARTED = 0

/** The stick as its commands see it. */
export interface ZnpOwner {
  readonly nv: NvStore
  readonly network: Network
  readonly endpoints: Map<number, Endpoint>
  /** Groups of the host's endpoints: endpoint << 16 | group. */
  readonly groups: Set<number>
  /** EUI-64, lowest octet first. */
  readonly ieee: Uint8Array
  /** STARTED or NOT_STARTED. */
  readonly state: number
  /** The network that is up. */
  readonly parameters: NetworkParameters | undefined
  readonly hasNetwork: boolean
  /** Status of a data request before anything is sent. */
  readonly acceptance: number
  /** Channels that a network may be formed on, bit 11 to 26. */
  channels: number
  /** True when the host wants ZDO frames as they are, too. */
  rawZdo: boolean
  /** Begins an event; the caller writes its data and ends it. */
  event(command0: number, command1: number): UnpiWriter
  /** Has `work` done when the command that is being answered has its answer. */
  afterwards(work: () => void): void
  /** A new network, by what the host wrote. */
  form(): void
  /** The network of before. */
  resume(): void
  /** The network address of a node, or of the stick; one that nobody has when there is none. */
  addressOf(ieee: Uint8Array): number
  /** Sends a ZDO request; its answer becomes an event. */
  askZdo(address: number, cluster: number, payload: Uint8Array): void
  /** Sends data of the host, `length` octets that `r` reads next; it is confirmed by an event. */
  data(
    address: number,
    destination: number,
    source: number,
    profile: number,
    cluster: number,
    transaction: number,
    r: OctetReader,
    length: number,
  ): void
}

/** Reads the request and writes the data of its answer; whoever calls it begins and ends the answer's frame. */
type Answer = (stick: ZnpOwner, r: OctetReader, w: UnpiWriter) => void

export interface ZnpCommand {
  /** Second command octet. */
  readonly number: number
  /** TI's name. */
  readonly name: string
  readonly answer: Answer
}

/** Commands of one subsystem. */
export type ZnpCommands = readonly ZnpCommand[]

/** A row of such a table. */
export function command(number: number, name: string, answer: Answer): ZnpCommand {
  return { number, name, answer }
}
