// The MAC data frame of IEEE 802.15.4-2006 (7.2.2.2) as ZigBee sends it: inside one PAN, 16-bit addresses, FCS last.
// Without security, and the acknowledgements that it asks for are not in a capture: hanrig's links have none.

import type { Bytes } from '#core/bytes/bytes'
import { crc16 } from '#core/bytes/crc16'

/** Octets of the longest frame, FCS included: aMaxPHYPacketSize. */
export const MAX_PSDU = 127
export const MAC_HEADER = 9
export const FCS = 2
export const MAC_BROADCAST = 0xffff
/** The one PAN of an emulated home (inferred: a hub chooses any that is free). */
export const PAN_ID = 0x1a62

/** Frame control: data, PAN id compression, both addresses of 16 bits. */
const DATA = 0x8841
const ACK_REQUEST = 0x0020

/** Writes the header to the start of `out`. A broadcast asks for no acknowledgement. */
export function writeMac(out: Bytes, sequence: number, to: number, from: number): void {
  const { dv } = out
  dv.setUint16(0, to === MAC_BROADCAST ? DATA : DATA | ACK_REQUEST, true)
  dv.setUint8(2, sequence)
  dv.setUint16(3, PAN_ID, true)
  dv.setUint16(5, to, true)
  dv.setUint16(7, from, true)
}

/** Ends the frame of `length` octets so far with its FCS; returns its whole length. */
export function closeMac(out: Bytes, length: number): number {
  out.dv.setUint16(length, crc16(out, 0, length), true)
  return length + FCS
}
