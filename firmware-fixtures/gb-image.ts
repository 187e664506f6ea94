// A firmware image made from code: a GB upgrade image with a right signature, the same octets every time.
// The key is hanrig's test key, which nothing outside hanrig trusts.

import type { Bytes } from '#core/bytes/bytes'
import { buildGbImage } from '#core/image/build'
import { Random } from '#core/time/random'
import { testSignature } from '#emulators/crypto/test-key'

export interface FixtureOptions {
  /** Octets of the whole OTA file, at least 127. */
  readonly size: number
  readonly seed?: number
}

/** Header of 60 octets and trailer of 66. */
const OVERHEAD = 126
const FIELDS = {
  manufacturerCode: 0x121d,
  imageType: 0x0000,
  fileVersion: 0x0102_0304,
  stackVersion: 2,
  headerString: 'hanrig fixture ESME image',
  hardware: { min: 0x1111, max: 0x1211 },
}

/** A signed GB upgrade image of exactly `size` octets. */
export function gbFixture({ size, seed = 1 }: FixtureOptions): Bytes {
  const manufacturerImage = new Uint8Array(size - OVERHEAD)
  new Random(seed, 'fixture').fill(manufacturerImage)
  return wrapForTest(manufacturerImage)
}

/** A GB upgrade image around any octets, signed with the test key. */
export function wrapForTest(manufacturerImage: Uint8Array): Bytes {
  return buildGbImage(FIELDS, manufacturerImage, {
    forceReplace: false,
    signature: testSignature(manufacturerImage),
  })
}
