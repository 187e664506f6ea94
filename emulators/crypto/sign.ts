// Signing images, with a deterministic signature (RFC 6979): the same image and key give the same file.
// node:crypto signs with random numbers; hence a library here, while verifying is node:crypto's.

import { p256 } from '@noble/curves/nist.js'
import { sha256 } from './crypto.ts'

/** @param secret a P-256 private key, 32 octets. Returns r then s, 64 octets, over SHA-256 of `data`. */
export function signP256(data: Uint8Array, secret: Uint8Array): Uint8Array {
  return p256.sign(sha256(data), secret, { prehash: false, lowS: false })
}

/** The public key of `secret`: an uncompressed point, 65 octets. */
export function publicPoint(secret: Uint8Array): Uint8Array {
  return p256.getPublicKey(secret, false)
}
