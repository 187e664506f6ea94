// What is hashed and signed of an OTA file: the Manufacturer Image and nothing else, neither header nor trailer.
// The primitives are handed in; the core has no cryptography of its own.

import { type OtaImage, slice } from './ota-image.ts'

/** SHA-256 of `data`, 32 octets. */
export type Sha256 = (data: Uint8Array) => Uint8Array

/** True when `signature` (r then s, 64 octets) is the trusted P-256 key's over SHA-256 of `data`. */
export type VerifyP256 = (data: Uint8Array, signature: Uint8Array) => boolean

/** The hash that SRV 11.3 states and that 8F72 and 8F1C report. */
export function manufacturerImageHash(image: OtaImage, sha256: Sha256): Uint8Array {
  return sha256(slice(image.file, image.hashed))
}

/** Whether the image's signature is right; undefined when it carries none. */
export function signatureIsRight(image: OtaImage, verify: VerifyP256): boolean | undefined {
  if (!image.signature) return undefined
  return verify(slice(image.file, image.hashed), slice(image.file, image.signature))
}
