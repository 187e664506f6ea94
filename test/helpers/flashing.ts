// Flashing for tests: an image from a seed, options with short times, virtual boards by name.

import { Bytes } from '#core/bytes/bytes'
import { sha256 } from '#emulators/crypto/crypto'
import { Flash, type FlashOptions } from '#hil/flash/flash'
import type { FlashImage } from '#hil/flash/image'
import { seeded } from './octets.ts'

export function imageOf(size: number, seed = 1, fileVersion?: number): FlashImage {
  const octets = new Bytes(seeded(size, seed))
  return {
    name: 'firmware.bin',
    octets,
    sha256: sha256(octets.u8),
    fileVersion,
    hardware: undefined,
    manufacturerCode: undefined,
    imageType: undefined,
  }
}

/** Short enough for a test, long enough for a busy machine. */
export const QUICK = { helloEvery: 10, helloWithin: 3_000, repeatAfter: 20, silentAfter: 3_000 }

export function flashOptions(image: FlashImage, more: Partial<FlashOptions> = {}): FlashOptions {
  return {
    image,
    protocol: 'agent',
    activate: true,
    activationMs: 0,
    keepSupply: true,
    allowDowngrade: false,
    force: false,
    wait: 5_000,
    lookEvery: 1,
    times: QUICK,
    ...more,
  }
}

/** Flashes and returns what came of it. */
export async function flashed(
  address: string,
  image: FlashImage,
  more: Partial<FlashOptions> = {},
): Promise<Flash> {
  const flash = new Flash(address, flashOptions(image, more))
  await flash.run(new AbortController().signal)
  return flash
}
