// `hanrig trust create`: the test hierarchy as files, the same octets every time.

import { createPrivateKey } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { plainEui64 } from '#core/eui64/text'
import { DEVICES, type Holder, ORGANISATIONS, TestHierarchy } from '#emulators/smki/hierarchy'
import { hanrigError } from '../errors/errors.ts'
import { print, printJson } from '../output/output.ts'
import { makeDirectory, writeWhole } from '../output/whole-file.ts'

export interface CreateOptions {
  device?: string[]
  seed: string
  from?: number
  json?: true
}

export function createTrust(directory: string, options: CreateOptions): void {
  makeDirectory(directory)
  if (readdirSync(directory).length > 0) {
    throw hanrigError('HANRIG_FILE_UNWRITABLE', `${directory} is not empty.`)
  }
  const { seed, from } = options
  const hierarchy = new TestHierarchy({ seed, ...(from !== undefined && { from }) })
  const holders = holdersOf(hierarchy, options.device ?? DEVICES)
  for (const [name, { certificate, secret }] of holders) {
    writeWhole(join(directory, `${name}.pem`), certificate.x509.toString())
    writeWhole(join(directory, `${name}.key`), pemOf(secret, certificate.point))
  }
  if (options.json) printJson({ name: 'trust', directory, certificates: holders.length })
  else
    print(`${directory}: ${holders.length} certificates with their private keys; for tests only\n`)
}

function holdersOf(hierarchy: TestHierarchy, devices: readonly string[]): [string, Holder][] {
  const usages = ['ds', 'ka', 'xml'] as const
  return [
    ['ca-root', hierarchy.root],
    ['ca-organisations', hierarchy.organisationIssuer],
    ['ca-devices', hierarchy.deviceIssuer],
    ...ORGANISATIONS.flatMap(each =>
      usages.map((usage): [string, Holder] => [
        `${plainEui64(each.id)}-${usage}`,
        hierarchy.organisation(each, usage),
      ]),
    ),
    ...devices.flatMap(id =>
      (['ds', 'ka'] as const).map((usage): [string, Holder] => [
        `${plainEui64(id)}-${usage}`,
        hierarchy.device(id, usage),
      ]),
    ),
  ]
}

function pemOf(secret: Uint8Array, point: Uint8Array): string {
  const text = (octets: Uint8Array) => Buffer.from(octets).toString('base64url')
  const jwk = {
    ...{ kty: 'EC', crv: 'P-256', d: text(secret) },
    ...{ x: text(point.subarray(1, 33)), y: text(point.subarray(33)) },
  }
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
