// EUI-64s as eight octets: most significant first in hanrig's messages, least significant first in ZigBee, on the air and in
// the header of an image.

import { Bytes } from '../bytes/bytes.ts'
import { readTextHalves } from './eui64.ts'
import { eui64Text } from './text.ts'

export const EUI64_LENGTH = 8

/** Writes '00-DB-12-34-56-78-90-A0' as eight octets at `at`, most significant first. @throws RangeError for another text. */
export function encodeEui64(out: Bytes, at: number, eui64: string): void {
  readEui64(eui64)
  out.dv.setInt32(at, halves[0]!)
  out.dv.setInt32(at + 4, halves[1]!)
}

/** Reads the eight octets at `at`, most significant first. */
export function decodeEui64({ dv }: Bytes, at: number): string {
  return eui64Text(dv.getInt32(at), dv.getInt32(at + 4))
}

/** An EUI-64 as ZigBee sends it, least significant octet first. @throws RangeError for a text that is none. */
export function airEui64(eui64: string): Bytes {
  const out = Bytes.alloc(EUI64_LENGTH)
  readEui64(eui64)
  out.dv.setInt32(0, halves[1]!, true)
  out.dv.setInt32(4, halves[0]!, true)
  return out
}

/** Reads the eight octets at `at`, least significant first. */
export function decodeAirEui64({ dv }: Bytes, at: number): string {
  return eui64Text(dv.getInt32(at + 4, true), dv.getInt32(at, true))
}

const halves = new Int32Array(2)

function readEui64(text: string): void {
  if (!readTextHalves(text, halves)) throw new RangeError(`${text} is no EUI-64`)
}
