// ZigBee's Device_annce (053474r20, 2.4.3.1.11), by which a box tells its PAN which EUI-64 stands behind its short
// address; analysers learn it from there. In a capture it opens the file for each box, though hanrig's boxes send none.

import { Bytes } from '#core/bytes/bytes'

/** ZigBee device profile and object, and the cluster of the announcement. */
export const ZDP_PROFILE = 0x0000
export const ZDO_ENDPOINT = 0
export const DEVICE_ANNCE = 0x0013

/** MAC capabilities: full function, mains supply, receiver on when idle, address to be allocated. */
const AWAKE = 0x8e
/** Those of a battery device that sleeps. */
const SLEEPY = 0x80

/** The announcement's payload. */
export function deviceAnnounce(shortAddress: number, eui64: Bytes, sleepy: boolean): Bytes {
  const payload = Bytes.alloc(12)
  const { dv, u8 } = payload
  // Octet 0 is the transaction's sequence number: a box announces itself once.
  dv.setUint16(1, shortAddress, true)
  u8.set(eui64.u8, 3)
  dv.setUint8(11, sleepy ? SLEEPY : AWAKE)
  return payload
}
