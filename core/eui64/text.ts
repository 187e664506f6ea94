// EUI-64s as text: hanrig writes 00-DB-12-34-56-78-90-A0, as DUIS does, and names devices so; other spellings are read.

import { readTextHalves, writeEui64 } from './eui64.ts'

/** Characters of '00-DB-12-34-56-78-90-A0'. */
const LENGTH = 23

/** Eight octets in hexadecimal, all apart by hyphens or all by colons: what eui64Of reads, as a pattern for editors. */
export const EUI64 = /^[0-9A-Fa-f]{2}([-:])(?:[0-9A-Fa-f]{2}\1){6}[0-9A-Fa-f]{2}$/

/** An EUI-64 in hanrig's spelling, from its halves. */
export function eui64Text(hi: number, lo: number): string {
  writeEui64(ascii, 0, hi, lo)
  return String.fromCharCode(...ascii)
}

/** An EUI-64 given with hyphens or colons, in hanrig's spelling; undefined when the text is none. */
export function eui64Of(text: string): string | undefined {
  return text.length === LENGTH ? eui64From(text) : undefined
}

/** An EUI-64 in any usual spelling, in hanrig's: beside the above 16 hex digits, with 0x before them or without. */
export function eui64From(text: string): string | undefined {
  const digits = /^0x.{16}$/i.test(text) ? text.slice(2) : text
  return readTextHalves(digits, halves) ? eui64Text(halves[0]!, halves[1]!) : undefined
}

/** hanrig's spelling as 16 digits in lower case, as the header of an image names its device. */
export function plainEui64(eui64: string): string {
  return eui64.replaceAll('-', '').toLowerCase()
}

/** hanrig's spelling as ZigBee hosts write an IEEE address: '0x00158d0001020304'. */
export function toIeee(eui64: string): string {
  return `0x${plainEui64(eui64)}`
}

/** A ZigBee host's IEEE address in hanrig's spelling; what is none stays as it is. */
export function fromIeee(ieee: string): string {
  return eui64From(ieee) ?? ieee
}

const ascii = new Uint8Array(LENGTH)
const halves = new Int32Array(2)
