// Octets for tests: from hex, from a seed, and compared without a copy.

import { Bytes } from '#core/bytes/bytes'
import { Random } from '#core/time/random'

/** The octets that the hex digits state; anything between them is skipped. */
export function fromHex(...parts: string[]): Bytes {
  return new Bytes(new Uint8Array(Buffer.from(parts.join('').replace(/[^0-9a-f]/gi, ''), 'hex')))
}

export function toHex(bytes: Bytes, at = 0, length = bytes.length - at): string {
  return Buffer.from(bytes.u8.subarray(at, at + length)).toString('hex')
}

/** `length` octets that depend on `seed` alone. */
export function seeded(length: number, seed = 1): Uint8Array {
  const octets = new Uint8Array(length)
  new Random(seed, 'test').fill(octets)
  return octets
}

/** True when the first `length` octets of both are the same. */
export function sameStart(a: Uint8Array, b: Uint8Array, length: number): boolean {
  return Buffer.compare(a.subarray(0, length), b.subarray(0, length)) === 0
}
