// A message as it may be given: hexadecimal digits on the command line, or a file that holds octets, hexadecimal or base64 text (a
// DUIS payload is base64).

import { existsSync } from 'node:fs'
import { Bytes } from '#core/bytes/bytes'
import { readInput } from '#emulators/storage/input'
import { hanrigError } from '../errors/errors.ts'

const HEX = /^[0-9a-f\s:]+$/i
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/
/** Far above the longest message, in any of its forms. */
const BOUND = { most: 1024 * 1024, code: 'HANRIG_FILE_TOO_LARGE' } as const

/** @throws HanrigError GBCS_MALFORMED, or what readInput throws. */
export function messageOctets(given: string): Bytes {
  const digits = digitsOf(given)
  if (digits !== undefined && !existsSync(given)) return ofHex(digits)
  const file = readInput(given, BOUND)
  const text = Buffer.from(file).toString('latin1')
  const inFile = digitsOf(text)
  if (inFile !== undefined) return ofHex(inFile)
  return BASE64.test(text) ? ofOctets(Buffer.from(text, 'base64')) : new Bytes(file)
}

function digitsOf(text: string): string | undefined {
  return HEX.test(text) ? text.replace(/[\s:]/g, '') : undefined
}

function ofHex(digits: string): Bytes {
  if (digits.length % 2 === 0) return ofOctets(Buffer.from(digits, 'hex'))
  throw hanrigError(
    'HANRIG_GBCS_MALFORMED',
    `There are ${digits.length} hexadecimal digits: an even number makes octets.`,
  )
}

function ofOctets(octets: Uint8Array): Bytes {
  return new Bytes(new Uint8Array(octets))
}
