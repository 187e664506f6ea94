// What two parties agree on, and the MACs under it: ECDH on P-256, then for each message a key of its own by SHA-256
// (SP 800-56A, one step) and AES-128-GMAC. The agreement is made once a pair; it costs more than all else of a MAC.

import { createCipheriv, createECDH, hash } from 'node:crypto'
import type { Gmac } from '#core/gbcs/protect'
import { hanrigError } from '../errors/errors.ts'

const KEY_OCTETS = 16
const TAG_OCTETS = 12
/** The counter of the KDF's only step. */
const FIRST_STEP = Uint8Array.of(0, 0, 0, 1)

/**
 * The secret that the owner of `secret` shares with the owner of `point`: the x coordinate, 32 octets.
 * @param secret a P-256 private key, 32 octets.
 * @param point the other's public key, an uncompressed point of 65 octets.
 * @throws HanrigError KEY_UNUSABLE when the point is not on the curve.
 */
export function agree(secret: Uint8Array, point: Uint8Array): Uint8Array {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(secret)
  try {
    return ecdh.computeSecret(point)
  } catch {
    throw hanrigError('HANRIG_KEY_UNUSABLE', 'The public key is no point of P-256.')
  }
}

/** The key of one message: 16 octets. */
export function deriveKey(agreed: Uint8Array, otherInfo: Uint8Array): Uint8Array {
  const input = Buffer.concat([FIRST_STEP, agreed, otherInfo])
  return hash('sha256', input, 'buffer').subarray(0, KEY_OCTETS)
}

/** The MACs of a pair, by what it agreed on. */
export function gmacOf(agreed: Uint8Array): Gmac {
  return (otherInfo, iv, aad) => {
    const key = deriveKey(agreed, otherInfo)
    const cipher = createCipheriv('aes-128-gcm', key, iv, { authTagLength: TAG_OCTETS })
    cipher.setAAD(aad)
    cipher.final()
    return cipher.getAuthTag()
  }
}
