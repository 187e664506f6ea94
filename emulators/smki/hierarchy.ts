// A hierarchy of trust for tests: one root, an authority for organisations and one for devices, and for each party the key pairs
// that the SMKI gives it. All of it follows from a seed that anyone can read here, so nobody else trusts it: names say so,
// and its policies lie in the arc for examples (2.999).

import { sha256 } from '../crypto/crypto.ts'
import { isSecret, publicPoint } from '../crypto/sign.ts'
import { BOX_IMAGES } from '../profile/types.ts'
import {
  type Certificate,
  makeCertificate,
  type Name,
  readCertificate,
  serialOf,
  type Usage,
} from './certificate.ts'

/** An organisation of the hierarchy, by its role. */
export interface Organisation {
  readonly id: string
  readonly role: number
}

export interface Holder {
  readonly certificate: Certificate
  /** Private key, 32 octets. */
  readonly secret: Uint8Array
}

export interface HierarchyOptions {
  /** Other seeds give other keys. */
  readonly seed?: string
  /** When certificates of organisations begin, Unix ms; they last ten years. */
  readonly from?: number
}

/** Role of the Access Control Broker, with which the DCC makes the MACs of commands. */
export const ACB_ROLE = 4
export const SUPPLIER_ROLE = 2
const XML_ROLE = 135
const DSP_XML_ROLE = 137

/** Ids of organisations in the public test vectors; the DCC's own is also the target of its non-device requests. */
export const ACB = '90-B3-D5-1F-30-00-00-02'
export const ORGANISATIONS: readonly Organisation[] = [
  { id: ACB, role: ACB_ROLE },
  { id: '90-B3-D5-1F-30-00-00-04', role: 5 },
  { id: '90-B3-D5-1F-30-00-00-07', role: 6 },
  { id: '90-B3-D5-1F-30-01-00-00', role: SUPPLIER_ROLE },
  { id: '90-B3-D5-1F-30-01-00-08', role: 8 },
  { id: '90-B3-D5-1F-30-02-00-00', role: 3 },
  { id: '90-B3-D5-1F-30-03-00-00', role: SUPPLIER_ROLE },
]

/** Ids of devices in the public test vectors, one of each type. */
export const DEVICES: readonly string[] = Object.values(BOX_IMAGES)
  .map(({ id }) => `00-DB-12-34-56-78-90-${id.toString(16).toUpperCase()}`)
  .sort()

const ROOT: Name = { role: 0, common: 'hanrig TEST root, trusted by nobody' }
const ORGANISATION_ISSUER: Name = { role: 7, common: 'hanrig TEST Z1' }
const DEVICE_ISSUER: Name = { common: 'hanrig TEST E357' }
const ORGANISATION_POLICY = '2.999.1.1'
const DEVICE_POLICY = '2.999.1.2'

const DEFAULT_FROM = Date.UTC(2025, 0, 1)
/** 9999-12-31T23:59:59Z: never. */
const NEVER = 253_402_300_799_000

/** What a holder is to have a certificate for. */
interface Subject {
  readonly name: Name
  readonly isDevice: boolean
  readonly usage: Usage
  readonly policy: string | undefined
  readonly until: number
}

export class TestHierarchy {
  readonly root: Holder
  readonly organisationIssuer: Holder
  readonly deviceIssuer: Holder
  readonly #seed: string
  readonly #from: number
  readonly #tenYears: number
  readonly #made = new Map<string, Holder>()

  constructor({ seed = '', from = DEFAULT_FROM }: HierarchyOptions = {}) {
    this.#seed = seed
    this.#from = from
    const end = new Date(from)
    end.setUTCFullYear(end.getUTCFullYear() + 10)
    this.#tenYears = end.getTime() - 1000
    const authority = (name: Name, policy?: string) => ({
      ...{ name, isDevice: false, usage: 'ca' as const, policy, until: NEVER },
    })
    this.root = this.#make('root', authority(ROOT))
    const under = { name: ROOT, holder: this.root }
    const organisations = authority(ORGANISATION_ISSUER, ORGANISATION_POLICY)
    this.organisationIssuer = this.#make('organisations', organisations, under)
    this.deviceIssuer = this.#make('devices', authority(DEVICE_ISSUER, DEVICE_POLICY), under)
  }

  /** An organisation's key pair and certificate. An XML signing one has a role of its own. */
  organisation({ id, role }: Organisation, usage: Exclude<Usage, 'ca'>): Holder {
    const xmlRole = role === ACB_ROLE ? DSP_XML_ROLE : XML_ROLE
    const name = { role: usage === 'xml' ? xmlRole : role, common: `hanrig TEST ${id}`, id }
    return this.#make(
      `${id} ${name.role} ${usage}`,
      { name, isDevice: false, usage, policy: ORGANISATION_POLICY, until: this.#tenYears },
      { name: ORGANISATION_ISSUER, holder: this.organisationIssuer },
    )
  }

  /** A device's. It never ends. */
  device(id: string, usage: 'ds' | 'ka'): Holder {
    return this.#make(
      `${id} ${usage}`,
      { name: { id }, isDevice: true, usage, policy: DEVICE_POLICY, until: NEVER },
      { name: DEVICE_ISSUER, holder: this.deviceIssuer },
    )
  }

  /** What was made once is kept: a certificate takes a signature. */
  #make(label: string, subject: Subject, issuer?: { name: Name; holder: Holder }): Holder {
    const known = this.#made.get(label)
    if (known) return known
    const secret = this.#secretOf(label)
    const der = makeCertificate({
      subject: subject.name,
      isDevice: subject.isDevice,
      usage: subject.usage,
      point: publicPoint(secret),
      issuer: issuer?.name ?? subject.name,
      issuerSecret: issuer?.holder.secret ?? secret,
      serial: serialOf(`hanrig test serial ${this.#seed} ${label} ${this.#from}`),
      from: this.#from,
      until: subject.until,
      policy: subject.policy,
    })
    const holder = { certificate: readCertificate(der), secret }
    this.#made.set(label, holder)
    return holder
  }

  /** The first of a row of hashes that is a private key; all but one in 2^32 are. */
  #secretOf(label: string): Uint8Array {
    for (let i = 0; ; i++) {
      const text = `hanrig test key, trusted by nobody: ${this.#seed} ${label} ${i}`
      const secret = sha256(new TextEncoder().encode(text))
      if (isSecret(secret)) return secret
    }
  }
}
