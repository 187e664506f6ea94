// DER, as much of it as certificates need: values written as nested octets, and read back as a tree of views. Reading checks every
// length, for a certificate may come from anywhere.

import { hanrigError } from '../errors/errors.ts'

export const BOOLEAN = 0x01
export const INTEGER = 0x02
export const BIT_STRING = 0x03
export const OCTET_STRING = 0x04
export const OBJECT_ID = 0x06
export const UTF8_STRING = 0x0c
export const SEQUENCE = 0x30
export const SET = 0x31
export const UTC_TIME = 0x17
export const GENERALIZED_TIME = 0x18
/** A context-specific tag, constructed. */
export const context = (n: number): number => 0xa0 | n

/** Years from which a date is a GeneralizedTime (RFC 5280 §4.1.2.5). */
const GENERALIZED_FROM = 2050

/** A value of `tag` that consists of `parts`. */
export function value(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const n = body.length
  const head = n < 0x80 ? [tag, n] : n < 0x100 ? [tag, 0x81, n] : [tag, 0x82, n >>> 8, n & 255]
  return Buffer.concat([Buffer.from(head), body])
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => value(SEQUENCE, ...parts)

/** A number that is not negative, from its octets. */
export function integer(octets: Uint8Array): Buffer {
  let from = 0
  while (from < octets.length - 1 && octets[from] === 0) from++
  const shortest = octets.subarray(from)
  return value(INTEGER, Buffer.alloc(shortest[0]! >= 0x80 ? 1 : 0), shortest)
}

/** An object identifier from its text, '1.2.840.10045.2.1'. */
export function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  return value(OBJECT_ID, Buffer.from([40 * first + second, ...rest].flatMap(base128)))
}

function base128(n: number): number[] {
  const digits = [n & 0x7f]
  for (let left = Math.floor(n / 128); left > 0; left = Math.floor(left / 128)) {
    digits.unshift(0x80 | (left & 0x7f))
  }
  return digits
}

/** A bit string of whole octets, or of the bits that are used. */
export function bits(octets: Uint8Array, unused = 0): Buffer {
  return value(BIT_STRING, Buffer.of(unused), octets)
}

/** A moment, in the form that certificates use for its year. */
export function time(unixMs: number): Buffer {
  const iso = new Date(unixMs).toISOString()
  const text = `${iso.slice(0, 19).replace(/[-T:]/g, '')}Z`
  const isLate = new Date(unixMs).getUTCFullYear() >= GENERALIZED_FROM
  return isLate
    ? value(GENERALIZED_TIME, Buffer.from(text, 'latin1'))
    : value(UTC_TIME, Buffer.from(text.slice(2), 'latin1'))
}

/** One value that was read: views of the octets. */
export interface Der {
  readonly tag: number
  readonly body: Uint8Array
  /** Tag and length too. */
  readonly whole: Uint8Array
}

/**
 * The values that `octets` consist of.
 * @throws HanrigError CERTIFICATE_UNUSABLE when they are no DER.
 */
export function readValues(octets: Uint8Array): Der[] {
  const values: Der[] = []
  for (let at = 0; at < octets.length; ) {
    const tag = octets[at]!
    const first = octets[at + 1] ?? 0x80
    const lengthOctets = first < 0x80 ? 0 : first & 0x7f
    let length = first
    if (lengthOctets > 0) {
      length = 0
      for (let i = 0; i < lengthOctets; i++) length = length * 256 + (octets[at + 2 + i] ?? 0)
    }
    const from = at + 2 + lengthOctets
    if (first === 0x80 || lengthOctets > 3 || from + length > octets.length) throw noDer()
    const end = from + length
    values.push({ tag, body: octets.subarray(from, end), whole: octets.subarray(at, end) })
    at = end
  }
  return values
}

/** The values inside the first of `octets`, which has to be of `tag`. */
export function readInside(octets: Uint8Array, tag = SEQUENCE): Der[] {
  const [first] = readValues(octets)
  if (first?.tag !== tag) throw noDer()
  return readValues(first.body)
}

/** The text of an object identifier that was read. */
export function objectIdText(body: Uint8Array): string {
  const parts: number[] = []
  let part = 0
  for (const octet of body) {
    part = part * 128 + (octet & 0x7f)
    if (octet >= 0x80) continue
    parts.push(part)
    part = 0
  }
  const [head = 0, ...rest] = parts
  const first = Math.min(2, Math.floor(head / 40))
  return [first, head - 40 * first, ...rest].join('.')
}

export function noDer() {
  return hanrigError('HANRIG_CERTIFICATE_UNUSABLE', 'The certificate is no DER.')
}
