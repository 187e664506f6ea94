// The images of a scenario, made or read: what a file holds is the caller's to read.

import type { Bytes } from '#core/bytes/bytes'
import { buildGbImage } from '#core/image/build'
import { type OpenedImage, openImage } from '#core/image/open'
import { Random } from '#core/time/random'
import { testSignature } from '../crypto/test-key.ts'
import { type Cargo, cargoOf } from '../home/cargo.ts'
import { BOX_IMAGES, SAMPLE_MANUFACTURER } from '../profile/types.ts'
import type { ImageSource, Scenario } from '../scenario/schema/schema.ts'

/** OTA header with hardware versions, and trailer. */
const HEADER = 60
const TRAILER = 66
const ZIGBEE_PRO = 2

/**
 * Makes or opens every image of a scenario.
 * @param read reads a file that the scenario names.
 */
export function loadCargo(
  scenario: Scenario,
  read: (path: string) => Bytes,
): ReadonlyMap<string, Cargo> {
  const cargo = new Map<string, Cargo>()
  for (const [name, source] of Object.entries(scenario.images)) {
    const isFile = source.kind === 'file'
    const image = isFile ? opened(source, read) : make(source)
    cargo.set(name, cargoOf(name, image, source.for, isFile))
  }
  return cargo
}

function opened(
  source: Extract<ImageSource, { kind: 'file' }>,
  read: (path: string) => Bytes,
): OpenedImage {
  const { file: name, format, imageKind: kind, strict, unwrap, range } = source
  const image = openImage(read(name), { format, kind, strict, unwrap, range, name })
  if (!source.wrap || image.ota) return image
  const made = { for: source.for, version: 2, hardware: [0, 0xffff] as const, forceReplace: false }
  return wrapped({ ...made, signature: 'right' }, image.octets.u8)
}

type Made = Extract<ImageSource, { kind: 'made' }>

function make(source: Made): OpenedImage {
  const trailer = source.signature === 'none' ? 0 : TRAILER
  const manufacturerImage = new Uint8Array(source.size - HEADER - trailer)
  new Random(source.seed, `image.${source.for}`).fill(manufacturerImage)
  return wrapped(source, manufacturerImage)
}

type Wrapping = Pick<Made, 'for' | 'version' | 'signature' | 'forceReplace'> & {
  readonly hardware: readonly [number, number]
}

function wrapped(source: Wrapping, manufacturerImage: Uint8Array): OpenedImage {
  const { version, signature, forceReplace, hardware } = source
  const file = buildGbImage(
    {
      manufacturerCode: SAMPLE_MANUFACTURER,
      imageType: BOX_IMAGES[source.for].imageType,
      fileVersion: version,
      stackVersion: ZIGBEE_PRO,
      headerString: `hanrig ${source.for} image`,
      hardware: { min: hardware[0], max: hardware[1] },
    },
    manufacturerImage,
    signature === 'none'
      ? undefined
      : { forceReplace, signature: sign(manufacturerImage, signature) },
  )
  return openImage(file, { kind: signature === 'none' ? 'gb-unsigned' : 'gb-signed' })
}

function sign(manufacturerImage: Uint8Array, signature: 'right' | 'wrong'): Uint8Array {
  const signed = testSignature(manufacturerImage)
  if (signature === 'wrong') signed[0]! ^= 1
  return signed
}
