// The HAN as hanrig models it: a two-octet cluster id (little-endian), then a whole ZCL frame of that cluster. Joining,
// routing and security are outside; what is inside is real ZCL, also around hanrig's own messages, which travel as the
// data of tunnelling's TransferData.

import { Bytes } from '#core/bytes/bytes'
import { OTA_CLUSTER } from '#core/ota/codes'
import type { Archive } from '#core/state/archive'
import type { Link } from './link.ts'
import { MAX_CONTROL_FRAME } from './wire.ts'

export const CLUSTER_HEADER = 2
/** ZigBee Smart Energy tunnelling: carries GBCS messages in GB. */
export const TUNNEL_CLUSTER = 0x0704
/** ZigBee Smart Energy metering: where a sleepy device reads the hub's functional notification flags. */
export const METERING_CLUSTER = 0x0702
/** Before a message: ZCL header (3), tunnel id (2), and an octet 0, with which no GBCS message begins. */
export const TUNNEL_HEADER = 6
export const MAX_HAN_FRAME = CLUSTER_HEADER + TUNNEL_HEADER + MAX_CONTROL_FRAME

/** Bit of the functional notification flags: new OTA firmware (ZSE D.3.3.2). */
export const NEW_FIRMWARE = 1
/** TransferData: the same command id on the way to the server; from it, 0x01. */
const TRANSFER_TO_SERVER = 0x02
const TRANSFER_TO_CLIENT = 0x01
const TUNNEL_ID = 1
const FLAGS_ATTRIBUTE = 0x0000
const READ_ATTRIBUTES = 0x00
const READ_ATTRIBUTES_RESPONSE = 0x01
const BITMAP32 = 0x1b
/** Profile-wide frame control: the metering server asks its client, no default response; and the answer. */
const FROM_METERING_SERVER = 0x18
const FROM_METERING_CLIENT = 0x10
const READ_LENGTH = 5
const FLAGS_LENGTH = 11

/** A frame to be filled from CLUSTER_HEADER on. */
export function hanFrame(cluster: number): Bytes {
  const frame = Bytes.alloc(MAX_HAN_FRAME)
  frame.dv.setUint16(0, cluster, true)
  return frame
}

/** The cluster of the frame at `at`. */
export function clusterOf(src: Bytes, at: number): number {
  return src.dv.getUint16(at, true)
}

/** True when the frame at `at` is one of the OTA cluster. */
export function isOta(src: Bytes, at: number): boolean {
  return clusterOf(src, at) === OTA_CLUSTER
}

/** Writes the question for the functional notification flags; returns its length. */
export function encodeFlagsRead(out: Bytes, at: number, sequence: number): number {
  out.u8[at] = FROM_METERING_SERVER
  out.u8[at + 1] = sequence
  out.u8[at + 2] = READ_ATTRIBUTES
  out.dv.setUint16(at + 3, FLAGS_ATTRIBUTE, true)
  return READ_LENGTH
}

/** True when the ZCL frame at `at` asks for the flags. */
export function isFlagsRead(src: Bytes, at: number, length: number): boolean {
  return (
    length >= READ_LENGTH &&
    src.u8[at] === FROM_METERING_SERVER &&
    src.u8[at + 2] === READ_ATTRIBUTES &&
    src.dv.getUint16(at + 3, true) === FLAGS_ATTRIBUTE
  )
}

/** Writes the answer to the question at `asked` of `src`; returns its length. */
export function encodeFlags(
  out: Bytes,
  at: number,
  src: Bytes,
  asked: number,
  flags: number,
): number {
  out.u8[at] = FROM_METERING_CLIENT
  out.u8[at + 1] = src.u8[asked + 1]!
  out.u8[at + 2] = READ_ATTRIBUTES_RESPONSE
  out.dv.setUint16(at + 3, FLAGS_ATTRIBUTE, true)
  out.u8[at + 5] = 0
  out.u8[at + 6] = BITMAP32
  out.dv.setUint32(at + 7, flags, true)
  return FLAGS_LENGTH
}

/** The flags in the ZCL frame at `at`; 0 when it is no answer with flags. */
export function decodeFlags(src: Bytes, at: number, length: number): number {
  const isAnswer = length >= FLAGS_LENGTH && src.u8[at + 2] === READ_ATTRIBUTES_RESPONSE
  return isAnswer && src.u8[at + 5] === 0 ? src.dv.getUint32(at + 7, true) : 0
}

/** A link that puts every frame into TransferData; for a courier. */
export class Tunnel implements Link {
  readonly #inner: Link
  readonly #frame = hanFrame(TUNNEL_CLUSTER)
  #sequence = 0

  /** @param fromServer true at the hub: it is the tunnel's server. */
  constructor(inner: Link, fromServer = false) {
    this.#inner = inner
    const { u8, dv } = this.#frame
    // Cluster-specific; from the server with its direction bit; no default response.
    u8[CLUSTER_HEADER] = fromServer ? 0x19 : 0x11
    u8[CLUSTER_HEADER + 2] = fromServer ? TRANSFER_TO_CLIENT : TRANSFER_TO_SERVER
    dv.setUint16(CLUSTER_HEADER + 3, TUNNEL_ID, true)
  }

  archive(a: Archive): void {
    this.#sequence = a.number(this.#sequence)
  }

  send(src: Bytes, at: number, length: number, extraDelay: number): void {
    this.#sequence = (this.#sequence + 1) & 255
    this.#frame.u8[CLUSTER_HEADER + 1] = this.#sequence
    this.#frame.u8.set(src.u8.subarray(at, at + length), CLUSTER_HEADER + TUNNEL_HEADER)
    this.#inner.send(this.#frame, 0, CLUSTER_HEADER + TUNNEL_HEADER + length, extraDelay)
  }
}
