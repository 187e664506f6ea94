// X.509 certificates with the fields that organisations and devices have in the SMKI (docs/SPEC.md §14), made so that the same
// input gives the same octets, and read back: who it is, in what role, for what.

import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import { Bytes } from '#core/bytes/bytes'
import { decodeEui64, encodeEui64 } from '#core/eui64/octets'
import { sha256 } from '../crypto/crypto.ts'
import { publicPoint, signP256 } from '../crypto/sign.ts'
import { hanrigError } from '../errors/errors.ts'
import {
  BIT_STRING,
  BOOLEAN,
  bits,
  context,
  type Der,
  integer,
  noDer,
  OCTET_STRING,
  objectId,
  objectIdText,
  readInside,
  readValues,
  SET,
  sequence,
  time,
  UTF8_STRING,
  value,
} from './der.ts'

/** What a key is for: signing messages, agreeing on MACs, signing XML, or signing certificates. */
export const USAGES = ['ds', 'ka', 'xml', 'ca'] as const
export type Usage = (typeof USAGES)[number]

/** Roles of organisations, written as two hexadecimal digits in the organisational unit. */
export const ROLES: Readonly<Record<number, string>> = {
  0: 'root',
  1: 'recovery',
  2: 'supplier',
  3: 'network operator',
  4: 'access control broker',
  5: 'transitional change of supplier',
  6: 'WAN provider',
  7: 'issuing authority',
  8: 'load controller',
  127: 'other',
  135: 'XML signing',
  137: 'DSP XML signing',
}
const FIRST_XML_ROLE = 135

const ECDSA_SHA256 = '1.2.840.10045.4.3.2'
const EC_PUBLIC_KEY = '1.2.840.10045.2.1'
const P256 = '1.2.840.10045.3.1.7'
const COMMON_NAME = '2.5.4.3'
const ORGANISATIONAL_UNIT = '2.5.4.11'
const UNIQUE_ID = '2.5.4.45'
const SUBJECT_KEY_ID = '2.5.29.14'
const KEY_USAGE = '2.5.29.15'
const ALTERNATIVE_NAME = '2.5.29.17'
const BASIC_CONSTRAINTS = '2.5.29.19'
const POLICIES = '2.5.29.32'
const AUTHORITY_KEY_ID = '2.5.29.35'
const HARDWARE_MODULE_NAME = '1.3.6.1.5.5.7.8.4'
/** Hardware type of GB smart metering devices. */
const DEVICE_TYPE = '1.2.826.0.1.8641679.1.2.2.1'

/** Key usages as bit strings: unused bits and the octet. */
const SIGNING = bits(Buffer.of(0x80), 7)
const AGREEING = bits(Buffer.of(0x08), 3)
const CERTIFYING = bits(Buffer.of(0x04), 2)
const TRUE = value(BOOLEAN, Buffer.of(0xff))

/** A name: those of organisations and authorities have a role, those of organisations an id as well; devices have none. */
export interface Name {
  readonly common?: string | undefined
  readonly role?: number | undefined
  readonly id?: string | undefined
}

export interface CertificateFields {
  readonly subject: Name
  /** Whether the subject is a device: its id then stands in the alternative name alone. */
  readonly isDevice: boolean
  readonly usage: Usage
  /** The subject's public key, an uncompressed point. */
  readonly point: Uint8Array
  readonly issuer: Name
  /** The issuer's private key. */
  readonly issuerSecret: Uint8Array
  /** 16 octets. */
  readonly serial: Uint8Array
  /** Unix ms. */
  readonly from: number
  readonly until: number
  /** Object identifier; none for a root. */
  readonly policy: string | undefined
}

/** A certificate as DER. */
export function makeCertificate(fields: CertificateFields): Buffer {
  const algorithm = sequence(objectId(ECDSA_SHA256))
  const body = sequence(
    value(context(0), integer(Buffer.of(2))),
    integer(fields.serial),
    algorithm,
    nameOf(fields.issuer),
    sequence(time(fields.from), time(fields.until)),
    fields.isDevice ? sequence() : nameOf(fields.subject),
    sequence(sequence(objectId(EC_PUBLIC_KEY), objectId(P256)), bits(fields.point)),
    value(context(3), sequence(...extensionsOf(fields))),
  )
  const signature = signP256(body, fields.issuerSecret)
  const pair = sequence(integer(signature.subarray(0, 32)), integer(signature.subarray(32)))
  return sequence(body, algorithm, bits(pair))
}

function nameOf({ common, role, id }: Name): Buffer {
  const parts: Buffer[] = []
  const add = (type: string, of: Uint8Array) => parts.push(value(SET, sequence(objectId(type), of)))
  const text = (words: string) => value(UTF8_STRING, Buffer.from(words, 'utf8'))
  if (role !== undefined) add(ORGANISATIONAL_UNIT, text(roleText(role)))
  if (common !== undefined) add(COMMON_NAME, text(common))
  if (id !== undefined) add(UNIQUE_ID, bits(eui64Octets(id)))
  return sequence(...parts)
}

/** A role as the organisational unit has it. */
export function roleText(role: number): string {
  return role.toString(16).toUpperCase().padStart(2, '0')
}

function extensionsOf(fields: CertificateFields): Buffer[] {
  const { subject, isDevice, usage, point, policy, issuerSecret } = fields
  const use = usage === 'ca' ? CERTIFYING : usage === 'ka' ? AGREEING : SIGNING
  const issuerId = keyId(publicPoint(issuerSecret))
  const all = [
    extension(KEY_USAGE, true, use),
    extension(SUBJECT_KEY_ID, false, value(OCTET_STRING, keyId(point))),
    extension(AUTHORITY_KEY_ID, false, sequence(value(0x80, issuerId))),
  ]
  if (policy) all.push(extension(POLICIES, true, sequence(sequence(objectId(policy)))))
  if (usage === 'ca') all.push(extension(BASIC_CONSTRAINTS, true, sequence(TRUE)))
  if (isDevice) all.push(extension(ALTERNATIVE_NAME, true, sequence(hardwareName(subject.id!))))
  return all
}

function extension(type: string, isCritical: boolean, octets: Uint8Array): Buffer {
  const critical = isCritical ? [TRUE] : []
  return sequence(objectId(type), ...critical, value(OCTET_STRING, octets))
}

function hardwareName(id: string): Buffer {
  const name = sequence(objectId(DEVICE_TYPE), value(OCTET_STRING, eui64Octets(id)))
  return value(context(0), objectId(HARDWARE_MODULE_NAME), value(context(0), name))
}

/** Key identifier of RFC 5280, method 2: 0100 and the last 60 bits of SHA-1 of the point. */
function keyId(point: Uint8Array): Buffer {
  const id = createHash('sha1').update(point).digest().subarray(12)
  id[0] = 0x40 | (id[0]! & 0x0f)
  return id
}

function eui64Octets(id: string): Uint8Array {
  const octets = Bytes.alloc(8)
  encodeEui64(octets, 0, id)
  return octets.u8
}

/** What a certificate says. */
export interface Certificate {
  readonly der: Uint8Array
  /** EUI-64 of the organisation or device; undefined in an authority's. */
  readonly id: string | undefined
  readonly isDevice: boolean
  readonly usage: Usage
  readonly role: number | undefined
  readonly common: string | undefined
  /** Hexadecimal. */
  readonly serial: string
  /** Unix ms. */
  readonly from: number
  readonly until: number
  /** An uncompressed point. */
  readonly point: Uint8Array
  readonly key: KeyObject
  readonly x509: X509Certificate
}

/**
 * Reads a certificate, DER or PEM.
 * @throws HanrigError CERTIFICATE_UNUSABLE when it is none, or none of the SMKI's kind.
 */
export function readCertificate(octets: Uint8Array): Certificate {
  let x509: X509Certificate
  let key: KeyObject
  try {
    x509 = new X509Certificate(octets)
    key = x509.publicKey
  } catch {
    throw hanrigError('HANRIG_CERTIFICATE_UNUSABLE', 'It is no X.509 certificate.')
  }
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw hanrigError('HANRIG_CERTIFICATE_UNUSABLE', 'The key in the certificate is not on P-256.')
  }
  const der = x509.raw
  const fields = readValues(readInside(der)[0]!.body)
  // Only version 3 has extensions, and begins with its number.
  if (fields[0]?.tag !== context(0) || fields.length < 8) throw noDer()
  const extensions = extensionsIn(fields)
  const subject = subjectIn(fields[5]!)
  const deviceId = deviceIdIn(extensions.get(ALTERNATIVE_NAME))
  return {
    der,
    common: subject.common,
    role: subject.role,
    id: deviceId ?? subject.id,
    isDevice: deviceId !== undefined,
    usage: usageIn(extensions.get(KEY_USAGE), subject.role),
    serial: x509.serialNumber.toLowerCase(),
    from: Date.parse(x509.validFrom),
    until: Date.parse(x509.validTo),
    point: key.export({ type: 'spki', format: 'der' }).subarray(-65),
    key,
    x509,
  }
}

function extensionsIn(fields: readonly Der[]): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  const field = fields.find(({ tag }) => tag === context(3))
  for (const { body } of field ? readInside(field.body) : []) {
    const parts = readValues(body)
    if (parts.length < 2) throw noDer()
    found.set(objectIdText(parts[0]!.body), parts.at(-1)!.body)
  }
  return found
}

function subjectIn(field: Der): { common?: string; role?: number; id?: string } {
  const name: { common?: string; role?: number; id?: string } = {}
  for (const set of readValues(field.body)) {
    for (const attribute of readValues(set.body)) {
      const [type, of] = readValues(attribute.body)
      if (!type || !of) throw noDer()
      const kind = objectIdText(type.body)
      const text = Buffer.from(of.body).toString('utf8')
      if (kind === COMMON_NAME) name.common = text
      if (kind === ORGANISATIONAL_UNIT && /^[0-9a-f]{2}$/i.test(text)) {
        name.role = Number.parseInt(text, 16)
      }
      if (kind === UNIQUE_ID && of.tag === BIT_STRING && of.body.length === 9) {
        name.id = idOf(of.body.subarray(1))
      }
    }
  }
  return name
}

function deviceIdIn(names: Uint8Array | undefined): string | undefined {
  for (const name of names ? readInside(names) : []) {
    if (name.tag !== context(0)) continue
    const [type, of] = readValues(name.body)
    if (!type || !of || objectIdText(type.body) !== HARDWARE_MODULE_NAME) continue
    const serial = readInside(of.body)[1]
    if (serial?.body.length === 8) return idOf(serial.body)
  }
  return undefined
}

function usageIn(extension: Uint8Array | undefined, role: number | undefined): Usage {
  const use = extension && readValues(extension)[0]?.body[1]
  if (use === 0x08) return 'ka'
  if (use === 0x80) return (role ?? 0) >= FIRST_XML_ROLE ? 'xml' : 'ds'
  if (use !== undefined && (use & 0x04) !== 0) return 'ca'
  const sentence =
    'The key usage of the certificate is not one of digitalSignature, keyAgreement and keyCertSign.'
  throw hanrigError('HANRIG_CERTIFICATE_UNUSABLE', sentence)
}

function idOf(octets: Uint8Array): string {
  return decodeEui64(new Bytes(octets), 0)
}

/** 16 octets of a serial number that depends on `text` alone: positive, and not zero. */
export function serialOf(text: string): Uint8Array {
  const serial = sha256(new TextEncoder().encode(text)).subarray(0, 16)
  serial[0] = 0x40 | (serial[0]! & 0x3f)
  return serial
}
