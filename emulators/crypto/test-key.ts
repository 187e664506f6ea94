// The test Supplier: a key that is printed here for everyone to see, so nothing outside hanrig trusts it.

import { sha256 } from './crypto.ts'
import { publicPoint, signP256 } from './sign.ts'

const TEST_KEY = sha256(new TextEncoder().encode('hanrig test supplier key, trusted by nobody'))

/** The test Supplier's public key: an uncompressed P-256 point, 65 octets. */
export function testPublicKey(): Uint8Array {
  return publicPoint(TEST_KEY)
}

/** The test Supplier's signature over `data`: r then s, 64 octets, deterministic (RFC 6979). */
export function testSignature(data: Uint8Array): Uint8Array {
  return signP256(data, TEST_KEY)
}
