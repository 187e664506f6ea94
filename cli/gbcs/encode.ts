// `hanrig gbcs encode`: a message from YAML, signed and MACed; what was made is read back before it is shown.

import { hex } from '#emulators/crypto/crypto'
import { buildMessage, readMessageText } from '#emulators/gbcs/build'
import { readInput } from '#emulators/storage/input'
import { oneLine } from '../output/harmless.ts'
import { print, printJson } from '../output/output.ts'
import { shareStdout, writeOut } from '../output/outputs.ts'
import { keysOf } from '../trust/directory.ts'
import { messageFacts } from './decode.ts'

/** A text of the longest message is shorter. */
const BOUND = { most: 262_144, code: 'HANRIG_FILE_TOO_LARGE' } as const

export interface EncodeOptions {
  trust: string
  acb: string
  out?: string
  json?: true
}

export async function encodeGbcs(file: string, options: EncodeOptions): Promise<void> {
  const { trust, acb, out, json } = options
  shareStdout({ '--json': json }, { '--out': out })
  const text = Buffer.from(readInput(file, BOUND)).toString('utf8')
  const keys = keysOf(trust)
  const octets = buildMessage(readMessageText(text, file), keys, acb)
  const facts = messageFacts(octets, keys, acb)
  if (out !== undefined) await writeOut(out, octets.u8)
  if (json) printJson({ ...facts, hex: hex(octets.u8) })
  else if (out === undefined) print(`${hex(octets.u8)}\n`)
  else print(`${oneLine(out)}: ${octets.length} B\n`)
}
