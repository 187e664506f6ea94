// An APS frame as a node and the coordinator hand it to each other: endpoints, profile, cluster, then what the frame
// carries. From its cluster on it is a frame of the HAN (device/han.ts), so a device reads it where it lies.

import { Bytes, copyBytes } from '#core/bytes/bytes'

export const AT_SOURCE = 0
export const AT_DESTINATION = 1
export const AT_PROFILE = 2
export const AT_CLUSTER = 4
export const APS_HEADER = 6
/** Octets that one frame carries at most: a block response with 255 octets of data, and room. */
export const MAX_ASDU = 300
export const MAX_APS = APS_HEADER + MAX_ASDU

/** ZigBee device profile: what is sent to and from endpoint 0. */
export const ZDO_PROFILE = 0x0000
export const ZDO_ENDPOINT = 0
/** All endpoints of a node. */
export const ALL_ENDPOINTS = 0xff

/** Memory for one frame. */
export function apsFrame(): Bytes {
  return Bytes.alloc(MAX_APS)
}

/** Writes the header. */
export function writeApsHeader(
  out: Bytes,
  source: number,
  destination: number,
  profile: number,
  cluster: number,
): void {
  out.u8[AT_SOURCE] = source
  out.u8[AT_DESTINATION] = destination
  out.dv.setUint16(AT_PROFILE, profile, true)
  out.dv.setUint16(AT_CLUSTER, cluster, true)
}

/** Writes a whole frame around `length` octets of `src` at `at`; returns its length. */
export function writeAps(
  out: Bytes,
  source: number,
  destination: number,
  profile: number,
  cluster: number,
  src: Bytes,
  at: number,
  length: number,
): number {
  writeApsHeader(out, source, destination, profile, cluster)
  copyBytes(out, APS_HEADER, src, at, length)
  return APS_HEADER + length
}
