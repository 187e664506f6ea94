// The HAN of a run as a capture file that Wireshark opens (pcapng): what the taps see, in the frames that a radio sniffer
// would have seen around it. The time of a packet is the run's; its comment says what happened to it on the way.
// Not in it, because the emulated links have none: acknowledgements, joining, routing and security.

import { Bytes } from '#core/bytes/bytes'
import { airEui64 } from '#core/eui64/octets'
import { ZSE_PROFILE } from '#core/ota/codes'
import { CLUSTER_HEADER } from '../link/han.ts'
import type { Tap } from '../link/tap.ts'
import { ALL_ENDPOINTS } from './aps.ts'
import { MAX_PSDU } from './mac.ts'
import {
  enhancedPacket,
  IEEE802_15_4_WITH_FCS,
  interfaceDescription,
  sectionHeader,
} from './pcapng.ts'
import { type Route, Transmitter } from './transmitter.ts'

const ABOUT =
  'HAN of an emulated home. Payloads and times are those that the emulated devices exchanged; the MAC, NWK and APS ' +
  'headers are written around them, without security and without acknowledgements. The first frames announce each ' +
  'device and name it in a comment; other comments tell of faults on the air.'

/** Receiver of a tap that hears broadcasts. */
export const BROADCAST = -1
/** ZigBee's highest short address of a device. */
const MAX_SHORT_ADDRESS = 0xfff7
const HIGHEST_ENDPOINT = 240

/** ZigBee device profile and object, and the cluster of the announcement. */
const ZDP_PROFILE = 0x0000
const ZDO_ENDPOINT = 0
export const DEVICE_ANNCE = 0x0013

/** MAC capabilities: full function, mains supply, receiver on when idle, address to be allocated. */
const AWAKE = 0x8e
/** Those of a battery device that sleeps. */
const SLEEPY = 0x80

export interface HanNode {
  /** For people: the device's name in the run. */
  readonly name: string
  /** 0..0xfff7, one of its own; a hub has 0. */
  readonly shortAddress: number
  /** With hyphens, as 00-DB-12-34-56-78-90-A0. */
  readonly eui64: string
  /** Where its clusters live, 1..240. */
  readonly endpoint: number
  /** True when its receiver is off while it is idle. */
  readonly sleepy: boolean
}

interface Station {
  readonly node: HanNode
  readonly transmitter: Transmitter
}

export class Capture {
  /** Packets written. */
  packets = 0
  readonly #clock: { readonly now: number }
  readonly #startUnixMs: number
  readonly #write: (chunk: Uint8Array) => void
  readonly #stations: Station[] = []
  #comment = ''

  /**
   * Begins the file.
   * @param clock milliseconds since the run began, whole
   * @param startUnixMs wall-clock time at 0 of the clock
   * @param write takes the file's octets, a block at a time; they are its to keep
   * @param application who writes the file: a name and a version
   */
  constructor(
    clock: { readonly now: number },
    startUnixMs: number,
    write: (chunk: Uint8Array) => void,
    application: string,
  ) {
    this.#clock = clock
    this.#startUnixMs = startUnixMs
    this.#write = write
    write(sectionHeader(application, ABOUT))
    write(interfaceDescription(IEEE802_15_4_WITH_FCS, MAX_PSDU, 'han', 'Emulated ZigBee HAN'))
  }

  /**
   * Makes a device known, with a frame that announces it; returns its number for tap().
   * @throws RangeError when an address or the endpoint is none, or the short address is taken.
   */
  node(node: HanNode): number {
    const { name, shortAddress, eui64, endpoint, sleepy } = node
    const hex = `0x${shortAddress.toString(16).padStart(4, '0')}`
    if (!(shortAddress >= 0 && shortAddress <= MAX_SHORT_ADDRESS)) {
      throw new RangeError(`${hex} is no short address`)
    }
    if (!(endpoint >= 1 && endpoint <= HIGHEST_ENDPOINT)) {
      throw new RangeError(`${endpoint} is no endpoint`)
    }
    if (this.#stations.some(other => other.node.shortAddress === shortAddress)) {
      throw new RangeError(`the short address ${hex} is taken`)
    }
    const source = airEui64(eui64)
    const announcement = deviceAnnounce(shortAddress, source, sleepy)
    const transmitter = new Transmitter(shortAddress, this.#packet)
    const number = this.#stations.push({ node, transmitter }) - 1
    const route = {
      broadcast: true,
      to: 0,
      toEndpoint: ZDO_ENDPOINT,
      fromEndpoint: ZDO_ENDPOINT,
      profile: ZDP_PROFILE,
      // From here an analyser knows whose the short address is, and shows the EUI-64 in every packet.
      source,
    }
    this.#comment = `${name} has ${hex}, EUI-64 ${eui64}, endpoint ${endpoint} (note of hanrig, not sent in the run)`
    transmitter.send(route, DEVICE_ANNCE, announcement, 0, announcement.length)
    return number
  }

  /**
   * Hears what one device sends to another, or to all (BROADCAST). Its frames are HAN frames: cluster id, then ZCL.
   * @throws RangeError when a number is not one that node() gave.
   */
  tap(from: number, to: number): Tap {
    const { node, transmitter } = this.#station(from)
    const route: Route = {
      broadcast: to === BROADCAST,
      to: to === BROADCAST ? 0 : this.#station(to).node.shortAddress,
      toEndpoint: to === BROADCAST ? ALL_ENDPOINTS : this.#station(to).node.endpoint,
      fromEndpoint: node.endpoint,
      profile: ZSE_PROFILE,
    }
    return {
      frame: (src, at, length, fault) => {
        const cluster = src.dv.getUint16(at, true)
        this.#comment = fault
        transmitter.send(route, cluster, src, at + CLUSTER_HEADER, length - CLUSTER_HEADER)
      },
    }
  }

  #station(number: number): Station {
    const station = this.#stations[number]
    if (!station) throw new RangeError(`no device has the number ${number}`)
    return station
  }

  // A comment stands where Wireshark shows the whole payload: at the last of its frames. One fault, one comment.
  readonly #packet = (psdu: Bytes, length: number, last: boolean): void => {
    const unixMs = this.#startUnixMs + this.#clock.now
    this.#write(enhancedPacket(unixMs, psdu.u8, length, last ? this.#comment : ''))
    this.packets++
  }
}

/**
 * The payload of ZigBee's Device_annce (053474r20, 2.4.3.1.11), by which a box tells its PAN which EUI-64 stands behind its
 * short address; analysers learn it from there. It opens the file for each box, though hanrig's boxes send none.
 */
function deviceAnnounce(shortAddress: number, eui64: Bytes, sleepy: boolean): Bytes {
  const payload = Bytes.alloc(12)
  const { dv, u8 } = payload
  // Octet 0 is the transaction's sequence number: a box announces itself once.
  dv.setUint16(1, shortAddress, true)
  u8.set(eui64.u8, 3)
  dv.setUint8(11, sleepy ? SLEEPY : AWAKE)
  return payload
}
