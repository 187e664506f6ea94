// A firmware image made from code: a GB upgrade image with a right signature, the same octets every time.
// The key is a test key, printed here for everyone to see; nothing outside hanrig trusts it.

import { p256 } from '@noble/curves/nist.js'
import type { Bytes } from '../core/bytes/bytes.ts'
import { buildGbImage } from '../core/image/build.ts'
import { Random } from '../core/time/random.ts'
import { sha256 } from '../emulators/crypto.ts'

const TEST_KEY = sha256(new TextEncoder().encode('hanrig test supplier key, trusted by nobody'))

/** The test Supplier's public key: an uncompressed P-256 point, 65 octets. */
export function testPublicKey(): Uint8Array {
  return p256.getPublicKey(TEST_KEY, false)
}

/** The test Supplier's signature over `data`: r then s, 64 octets, deterministic (RFC 6979). */
export function testSignature(data: Uint8Array): Uint8Array {
  return p256.sign(sha256(data), TEST_KEY, { prehash: false, lowS: false })
}

export interface FixtureOptions {
  /** Octets of the whole OTA file. */
  readonly size: number
  readonly fileVersion?: number
  readonly seed?: number
}

/** Header of 60 octets and trailer of 66. */
const OVERHEAD = 126

/** A signed GB upgrade image of exactly `size` octets, at least 127. */
export function gbFixture({ size, fileVersion = 0x0102_0304, seed = 1 }: FixtureOptions): Bytes {
  const manufacturerImage = new Uint8Array(size - OVERHEAD)
  new Random(seed, 'fixture').fill(manufacturerImage)
  return buildGbImage(
    {
      manufacturerCode: 0x121d,
      imageType: 0x0000,
      fileVersion,
      stackVersion: 2,
      headerString: 'hanrig fixture ESME image',
      hardware: { min: 0x1111, max: 0x1211 },
    },
    manufacturerImage,
    { forceReplace: false, signature: testSignature(manufacturerImage) },
  )
}
