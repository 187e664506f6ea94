// ECDSA P-256 with the deterministic nonce of RFC 6979, on node:crypto: the same octets and key give the same signature, which
// node's own sign() does not offer. Point and HMAC are OpenSSL's; what is left is the nonce's walk and one inverse.
// The inverse takes a time that depends on the nonce, so these signatures are for test keys and offline tools.

import { createECDH, createHmac } from 'node:crypto'
import { sha256 } from './crypto.ts'

const CURVE = 'prime256v1'
/** Order of the curve's base point (SEC 2, secp256r1). */
const N = 0xffffffff_00000000_ffffffff_ffffffff_bce6faad_a7179e84_f3b9cac2_fc632551n
export const SECRET_OCTETS = 32
const ZERO = Uint8Array.of(0)
const ONE = Uint8Array.of(1)

/**
 * The signature of SHA-256 of `data`: r then s, 64 octets; s may be of either half.
 * @param secret a P-256 private key, 32 octets.
 * @throws RangeError when the secret is no private key.
 */
export function signP256(data: Uint8Array, secret: Uint8Array): Uint8Array {
  const d = numberOf(secret)
  if (!isSecret(secret)) throw new RangeError('the secret is no P-256 private key')
  const hash = numberOf(sha256(data)) % N
  for (const k of nonces(secret, octetsOf(hash))) {
    const r = numberOf(publicPoint(k).subarray(1, 33)) % N
    const s = (inverse(numberOf(k)) * ((hash + r * d) % N)) % N
    if (r !== 0n && s !== 0n) return Buffer.concat([octetsOf(r), octetsOf(s)])
  }
  throw new RangeError('the nonces of RFC 6979 have no end')
}

/**
 * The public key of `secret`: an uncompressed point, 65 octets.
 * @param secret 32 octets, as isSecret wants them.
 */
export function publicPoint(secret: Uint8Array): Uint8Array {
  const ecdh = createECDH(CURVE)
  ecdh.setPrivateKey(secret)
  return ecdh.getPublicKey()
}

/** Whether 32 octets are a private key: a number from 1 to the order of the curve less 1. */
export function isSecret(octets: Uint8Array): boolean {
  if (octets.length !== SECRET_OCTETS) return false
  const number = numberOf(octets)
  return number > 0n && number < N
}

/** RFC 6979 §3.2: the candidates for k in their order, 32 octets each. */
function* nonces(secret: Uint8Array, hash: Uint8Array): Generator<Uint8Array> {
  let key: Uint8Array = new Uint8Array(32)
  let value: Uint8Array = new Uint8Array(32).fill(1)
  const step = (...more: Uint8Array[]): void => {
    key = hmac(key, value, ...more)
    value = hmac(key, value)
  }
  step(ZERO, secret, hash)
  step(ONE, secret, hash)
  for (;;) {
    value = hmac(key, value)
    if (isSecret(value)) yield value
    step(ZERO)
  }
}

function hmac(key: Uint8Array, ...pieces: Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key)
  for (const piece of pieces) mac.update(piece)
  return mac.digest()
}

/** The inverse modulo N, by Euclid's extended algorithm. */
function inverse(a: bigint): bigint {
  let [r, newR] = [N, a]
  let [t, newT] = [0n, 1n]
  while (newR !== 0n) {
    const quotient = r / newR
    ;[r, newR] = [newR, r - quotient * newR]
    ;[t, newT] = [newT, t - quotient * newT]
  }
  return t < 0n ? t + N : t
}

function numberOf(octets: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(octets).toString('hex')}`)
}

function octetsOf(number: bigint): Uint8Array {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex')
}
