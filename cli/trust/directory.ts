// A directory of certificates and private keys, as `hanrig trust create` writes one or somebody keeps his own.

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { TestHierarchy } from '#emulators/smki/hierarchy'
import { KeyFiles, type Keys, type TrustFile, testKeys } from '#emulators/smki/keys'
import { readInput, unreadable } from '#emulators/storage/input'
import { hanrigError } from '../errors/errors.ts'

/** What such files are called. */
const NAMES = /\.(pem|crt|cer|der|key)$/i
const MAX_FILES = 10_000
/** Far more than a certificate, or a key, has. */
const BOUND = { most: 65_536, code: 'HANRIG_FILE_TOO_LARGE' } as const

/** The word for hanrig's test hierarchy in place of a directory. */
export const TEST = 'test'

/** The keys that --trust names; none without it. */
export function keysOf(trust: string | undefined): Keys {
  if (trust === undefined) return { find: () => undefined }
  return trust === TEST ? testKeys(new TestHierarchy()) : readDirectory(trust)
}

/** @throws HanrigError FILE_NOT_FOUND, FILE_UNREADABLE, FILE_TOO_LARGE, CERTIFICATE_UNUSABLE or KEY_UNUSABLE. */
export function readDirectory(path: string): KeyFiles {
  const found = new KeyFiles(filesIn(path))
  if (found.all.length > 0) return found
  throw hanrigError('HANRIG_CERTIFICATE_UNUSABLE', `${path} holds no certificate.`)
}

function filesIn(path: string): TrustFile[] {
  let names: string[]
  try {
    names = readdirSync(path)
  } catch (error) {
    throw unreadable(path, error)
  }
  const wanted = names.filter(name => NAMES.test(name)).sort()
  if (wanted.length > MAX_FILES) {
    const sentence = `${path} has ${wanted.length} files of certificates and keys; ${MAX_FILES} are the most.`
    throw hanrigError('HANRIG_CERTIFICATE_UNUSABLE', sentence)
  }
  return wanted.map(name => ({ name, octets: readInput(join(path, name), BOUND) }))
}
