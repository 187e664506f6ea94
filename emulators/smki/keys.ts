// Whose keys are known: certificates, with the private keys that go with them where there are any. Either of the test hierarchy,
// which has a key for everybody, or of the files that somebody keeps.

import { createPrivateKey } from 'node:crypto'
import { publicPoint, SECRET_OCTETS } from '../crypto/sign.ts'
import { hanrigError } from '../errors/errors.ts'
import { type Certificate, readCertificate, type Usage } from './certificate.ts'
import { ORGANISATIONS, type TestHierarchy } from './hierarchy.ts'

export interface Known {
  readonly certificate: Certificate
  /** Private key, 32 octets; undefined where it is not known. */
  readonly secret: Uint8Array | undefined
}

export interface Keys {
  /** What is known of the party with the EUI-64 `id`. */
  find(id: string, usage: Exclude<Usage, 'ca'>): Known | undefined
}

/** The test hierarchy's keys: whoever is none of its organisations is a device. */
export function testKeys(hierarchy: TestHierarchy): Keys {
  return {
    find(id, usage) {
      const organisation = ORGANISATIONS.find(each => each.id === id)
      if (organisation) return hierarchy.organisation(organisation, usage)
      return usage === 'xml' ? undefined : hierarchy.device(id, usage)
    },
  }
}

/** A file that may hold a certificate or a private key, PEM or DER. */
export interface TrustFile {
  readonly name: string
  readonly octets: Uint8Array
}

/** Certificates and keys of files; which key goes with which certificate is told by the key. */
export class KeyFiles implements Keys {
  /** All certificates, authorities' too, in the order of the files. */
  readonly all: readonly (Known & { readonly name: string })[]

  /** @throws HanrigError CERTIFICATE_UNUSABLE or KEY_UNUSABLE, naming the file. */
  constructor(files: readonly TrustFile[]) {
    const secrets = new Map<string, Uint8Array>()
    const certificates: { name: string; certificate: Certificate }[] = []
    for (const { name, octets } of files) {
      if (isPrivateKey(octets)) {
        const secret = readSecret(name, octets)
        secrets.set(hexOf(publicPoint(secret)), secret)
      } else certificates.push({ name, certificate: readNamed(name, octets) })
    }
    this.all = certificates.map(({ name, certificate }) => {
      return { name, certificate, secret: secrets.get(hexOf(certificate.point)) }
    })
  }

  /** Of several certificates the one that begins last. */
  find(id: string, usage: Exclude<Usage, 'ca'>): Known | undefined {
    return this.all
      .filter(({ certificate }) => certificate.id === id && certificate.usage === usage)
      .toSorted((a, b) => b.certificate.from - a.certificate.from)[0]
  }

  /** Whether the certificate's issuers are all here, up to one that issued itself, and every signature is right. */
  hasChain(certificate: Certificate): boolean {
    let current = certificate.x509
    // A chain is not longer than there are certificates.
    for (let i = 0; i <= this.all.length; i++) {
      const issuer = this.all.find(
        ({ certificate: { x509, usage } }) => usage === 'ca' && current.checkIssued(x509),
      )?.certificate.x509
      if (!issuer || !current.verify(issuer.publicKey)) return false
      if (issuer.fingerprint256 === current.fingerprint256) return true
      current = issuer
    }
    return false
  }
}

function isPrivateKey(octets: Uint8Array): boolean {
  return Buffer.from(octets).toString('latin1').includes('PRIVATE KEY-----')
}

function readSecret(name: string, pem: Uint8Array): Uint8Array {
  let jwk: { crv?: string; d?: string }
  try {
    jwk = createPrivateKey(Buffer.from(pem)).export({ format: 'jwk' })
  } catch {
    throw hanrigError('HANRIG_KEY_UNUSABLE', `${name} is no PEM private key without a password.`)
  }
  const secret = Buffer.from(jwk.d ?? '', 'base64url')
  if (jwk.crv !== 'P-256' || secret.length !== SECRET_OCTETS) {
    throw hanrigError('HANRIG_KEY_UNUSABLE', `${name} holds no P-256 key.`)
  }
  return secret
}

function readNamed(name: string, octets: Uint8Array): Certificate {
  try {
    return readCertificate(octets)
  } catch (error) {
    throw hanrigError('HANRIG_CERTIFICATE_UNUSABLE', `${name}: ${(error as Error).message}`)
  }
}

function hexOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex')
}
