// EUI-64s: text with hyphens, as DUIS writes them, for people and traces; eight octets, most significant first, on wires.

import type { Bytes } from '../bytes/bytes.ts'

export const EUI64_LENGTH = 8

/** Writes the id '00-DB-12-34-56-78-90-A0' as eight octets at `at`. */
export function encodeId(out: Bytes, at: number, id: string): void {
  for (let i = 0; i < EUI64_LENGTH; i++) {
    out.u8[at + i] = Number.parseInt(id.slice(3 * i, 3 * i + 2), 16)
  }
}

/** Reads the id at `at`. */
export function decodeId(src: Bytes, at: number): string {
  const octets = [...src.u8.subarray(at, at + EUI64_LENGTH)]
  return octets.map(octet => octet.toString(16).padStart(2, '0').toUpperCase()).join('-')
}
