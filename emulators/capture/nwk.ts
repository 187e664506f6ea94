// The NWK data frame of ZigBee PRO (053474r20, 3.3.2.1), between neighbours: no security, no source route. It lies behind
// the MAC header.

import type { Bytes } from '#core/bytes/bytes'
import { MAC_HEADER } from './mac.ts'

export const NWK_HEADER = 8
/** Broadcast to all whose receiver is on when idle. */
export const NWK_BROADCAST = 0xfffd

/** Frame control: data, protocol version 2 (ZigBee PRO). */
const DATA = 0x0008
/** A route is looked for when none is known; never for a broadcast. */
const DISCOVER_ROUTE = 0x0040
/** The sender's EUI-64 follows the header. */
const EXTENDED_SOURCE = 0x1000
/** Hops: twice nwkMaxDepth, which ZigBee PRO's stack profile sets to 15. */
const RADIUS = 30

/**
 * Writes the header; returns where its payload goes.
 * @param source the sender's EUI-64 as it is on the air, where the header is to name it too.
 */
export function writeNwk(
  out: Bytes,
  sequence: number,
  to: number,
  from: number,
  source: Bytes | undefined,
): number {
  const { dv } = out
  const control = to === NWK_BROADCAST ? DATA : DATA | DISCOVER_ROUTE
  dv.setUint16(MAC_HEADER, source ? control | EXTENDED_SOURCE : control, true)
  dv.setUint16(MAC_HEADER + 2, to, true)
  dv.setUint16(MAC_HEADER + 4, from, true)
  dv.setUint8(MAC_HEADER + 6, RADIUS)
  dv.setUint8(MAC_HEADER + 7, sequence)
  const end = MAC_HEADER + NWK_HEADER
  if (!source) return end
  out.u8.set(source.u8, end)
  return end + source.length
}
