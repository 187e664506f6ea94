// The APS data frame of ZigBee PRO (053474r20, 2.2.5.2.1), unicast or broadcast, whole or in blocks ("fragments"). It
// lies behind the NWK header. No security: in GB these frames are encrypted with a link key, which hanrig leaves out.

import type { Bytes } from '#core/bytes/bytes'
import { FCS, MAC_HEADER, MAX_PSDU } from './mac.ts'
import { NWK_HEADER } from './nwk.ts'

/** Octets of the header, and of the extended header that a block has besides. */
const APS_HEADER = 8
const EXTENDED_HEADER = 2
/** Octets of payload that one frame takes, and that one block of a longer payload takes. */
export const MAX_WHOLE = MAX_PSDU - MAC_HEADER - NWK_HEADER - APS_HEADER - FCS
export const MAX_BLOCK = MAX_WHOLE - EXTENDED_HEADER
/** The endpoint of a broadcast: all of them. */
export const ALL_ENDPOINTS = 0xff

/** Frame control. */
const BROADCAST = 0x08
const ACK_REQUEST = 0x40
const EXTENDED = 0x80
/** Extended frame control: which block. */
const FIRST_BLOCK = 1
const LATER_BLOCK = 2

export interface ApsRoute {
  readonly broadcast: boolean
  readonly toEndpoint: number
  readonly fromEndpoint: number
  readonly profile: number
}

/** Writes the header of a whole payload at `at`; returns where that payload goes. */
export function writeAps(
  out: Bytes,
  at: number,
  route: ApsRoute,
  cluster: number,
  counter: number,
): number {
  return write(out, at, route.broadcast ? BROADCAST : 0, route, cluster, counter)
}

/** Writes the header of block `index` of `count`, at most 255; returns where the block goes. */
export function writeApsBlock(
  out: Bytes,
  at: number,
  route: ApsRoute,
  cluster: number,
  counter: number,
  index: number,
  count: number,
): number {
  // Blocks must ask for acknowledgements (2.2.8.4.5.1).
  const end = write(out, at, ACK_REQUEST | EXTENDED, route, cluster, counter)
  out.dv.setUint8(end, index === 0 ? FIRST_BLOCK : LATER_BLOCK)
  // The first block's number says how many there are.
  out.dv.setUint8(end + 1, index === 0 ? count : index)
  return end + EXTENDED_HEADER
}

function write(
  out: Bytes,
  at: number,
  control: number,
  route: ApsRoute,
  cluster: number,
  counter: number,
): number {
  const { dv } = out
  dv.setUint8(at, control)
  dv.setUint8(at + 1, route.toEndpoint)
  dv.setUint16(at + 2, cluster, true)
  dv.setUint16(at + 4, route.profile, true)
  dv.setUint8(at + 6, route.fromEndpoint)
  dv.setUint8(at + 7, counter)
  return at + APS_HEADER
}
