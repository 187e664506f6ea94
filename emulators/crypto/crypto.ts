// The two primitives that the protocol needs and the core does not have: SHA-256 and ECDSA P-256, by node:crypto.

import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { VerifyP256 } from '#core/image/signature'
import { hanrigError } from '../errors/errors.ts'

/** SHA-256, 32 octets. */
export function sha256(data: Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest()
}

export function hex(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('hex')
}

/** Whom a device trusts to sign its images. */
export class TrustAnchor {
  readonly #key: KeyObject

  constructor(key: KeyObject) {
    this.#key = key
  }

  /** @param point an uncompressed P-256 point, 0x04 then x then y, 65 octets. */
  static ofPoint(point: Uint8Array): TrustAnchor {
    const x = Buffer.from(point.subarray(1, 33)).toString('base64url')
    const y = Buffer.from(point.subarray(33, 65)).toString('base64url')
    return new TrustAnchor(
      createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' }),
    )
  }

  /**
   * @param pem a PEM public key, private key or certificate.
   * @throws HanrigError KEY_UNUSABLE when it holds no P-256 key.
   */
  static ofPem(pem: string): TrustAnchor {
    let key: KeyObject
    try {
      key = createPublicKey(pem)
    } catch {
      throw hanrigError('HANRIG_KEY_UNUSABLE', 'The trust anchor is not a PEM key.')
    }
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
      throw hanrigError('HANRIG_KEY_UNUSABLE', 'The trust anchor is not a P-256 key.')
    }
    return new TrustAnchor(key)
  }

  /** The key as DER, for a snapshot. */
  get der(): Uint8Array {
    return this.#key.export({ type: 'spki', format: 'der' })
  }

  /** The key that `der` was taken of. */
  static ofDer(der: Uint8Array): TrustAnchor {
    return new TrustAnchor(createPublicKey({ key: Buffer.from(der), type: 'spki', format: 'der' }))
  }

  /** True when `signature` (r then s, 64 octets) is this key's over SHA-256 of `data`. */
  readonly verifies: VerifyP256 = (data, signature) =>
    verify('sha256', data, { key: this.#key, dsaEncoding: 'ieee-p1363' }, signature)
}
