// Signature and MAC of a message: which octets they cover and what goes into the key. The primitives are handed in; the core
// has no cryptography of its own.
// The signature covers the APDU from behind DF to the end of the content. The MAC is AES-128-GMAC under a key for this message
// alone, derived from what two parties agree on, both entity ids, the direction and the originator counter: hence no counter
// may ever be issued twice.

import type { Bytes } from '../bytes/bytes.ts'
import type { VerifyP256 } from '../image/signature.ts'
import { AUTHENTICATED, type GbcsMessage, MAC_OCTETS, SIGNATURE_OCTETS, SIGNED } from './message.ts'

/** Signature of SHA-256 of `data` by a P-256 key: r then s, 64 octets. */
export type SignP256 = (data: Uint8Array) => Uint8Array

/**
 * AES-128-GMAC of `aad`, 12 octets, under the key that SHA-256 derives from the secret of two parties (SP 800-56A, one step)
 * and `otherInfo`.
 * @param iv 12 octets.
 */
export type Gmac = (otherInfo: Uint8Array, iv: Uint8Array, aad: Uint8Array) => Uint8Array

/** Algorithm id of the derived key (aes128-gcm) in the other information of the KDF. */
const ALGORITHM = [0x60, 0x85, 0x74, 0x06, 0x08, 0x03, 0x00]
const AAD_HEAD = 6
const NONE = -1

/** Makes the signature of a message that encodeMessage wrote to `out`. A MAC that it has must be made afterwards. */
export function signMessage(out: Bytes, m: GbcsMessage, sign: SignP256): void {
  if (m.ending !== SIGNED || m.signatureAt === NONE)
    throw new RangeError('it has no room to sign in')
  out.u8.set(sign(signedOctets(out, m)), m.signatureAt)
}

/** Whether the message's signature is that of the key behind `verify`; false when it has none. */
export function signatureIsRight(src: Bytes, m: GbcsMessage, verify: VerifyP256): boolean {
  if (m.signatureAt === NONE) return false
  const signature = src.u8.subarray(m.signatureAt, m.signatureAt + SIGNATURE_OCTETS)
  return verify(signedOctets(src, m), signature)
}

/** Makes the MAC of a message that encodeMessage wrote to `out`. */
export function macMessage(out: Bytes, m: GbcsMessage, gmac: Gmac): void {
  if (m.macAt === NONE) throw new RangeError('it has no MAC')
  out.u8.set(macOf(out, m, gmac), m.macAt)
}

/** Whether the message's MAC is right under the secret behind `gmac`; false when it has none. */
export function macIsRight(src: Bytes, m: GbcsMessage, gmac: Gmac): boolean {
  if (m.macAt === NONE) return false
  const mac = macOf(src, m, gmac)
  let differing = 0
  for (let i = 0; i < MAC_OCTETS; i++) differing |= mac[i]! ^ src.u8[m.macAt + i]!
  return differing === 0
}

/** From behind DF to the last octet of the content: a view. */
function signedOctets(src: Bytes, m: GbcsMessage): Uint8Array {
  return src.u8.subarray(m.apduAt + 1, m.contentAt + m.contentLength)
}

function macOf(src: Bytes, m: GbcsMessage, gmac: Gmac): Uint8Array {
  const { apduAt, apduLength } = m
  // The transaction id (length, direction, counter) and both ids stand in the header as they go into the key.
  const transaction = src.u8.subarray(apduAt + 1, apduAt + 11)
  const originator = src.u8.subarray(apduAt + 12, apduAt + 20)
  const recipient = src.u8.subarray(apduAt + 21, apduAt + 29)
  const info = new Uint8Array(33)
  info.set(ALGORITHM)
  info.set(originator, 7)
  info.set(transaction, 15)
  info.set(recipient, 25)
  const iv = new Uint8Array(12)
  iv.set(originator)
  const aad = new Uint8Array(AAD_HEAD + apduLength)
  aad[0] = AUTHENTICATED
  aad.set(src.u8.subarray(apduAt, apduAt + apduLength), AAD_HEAD)
  return gmac(info, iv, aad)
}
