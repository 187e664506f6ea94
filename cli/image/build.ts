// `hanrig image build`: puts a binary into an OTA file, GB or standard. The same input gives the same octets:
// signatures are deterministic (RFC 6979). What was built is read back before it is written.

import { createPrivateKey } from 'node:crypto'
import { Command } from 'commander'
import type { Bytes } from '#core/bytes/bytes'
import { buildGbImage, buildStandardImage } from '#core/image/build'
import type { HeaderFields } from '#core/image/header'
import { openImage } from '#core/image/open'
import { type ImageKind, readOtaImage, SIGNATURE_LENGTH } from '#core/image/ota-image'
import { hanrigError } from '../errors/errors.ts'
import {
  addressRange,
  imageFormat,
  oneOf,
  openFile,
  type ReadAs,
  tellNotes,
  whole,
} from '../options/options.ts'
import { readWhole } from '../output/files.ts'
import { count } from '../output/format.ts'
import { oneLine } from '../output/harmless.ts'
import { print, printJson } from '../output/output.ts'
import { shareStdout, writeOut } from '../output/outputs.ts'
import { imageFacts } from './describe.ts'

/** The kinds that can be built: what is opaque was made by somebody else. */
const BUILT = ['gb-signed', 'gb-unsigned', 'standard'] as const
const U16 = whole(0, 0xffff)
const U32 = whole(0, 0xffffffff)

interface BuildOptions extends ReadAs {
  out: string
  manufacturer: number
  imageType: number
  fileVersion: number
  stackVersion: number
  string: string
  minHardware?: number
  maxHardware?: number
  sign?: string
  signature?: string
  forceReplace?: true
  json?: true
}

export function buildCommand(): Command {
  return new Command('build')
    .description('Wrap a binary, Intel HEX or S-record file in a ZigBee OTA file.')
    .argument('<file>', 'the Manufacturer Image: raw, Intel HEX or S-record')
    .requiredOption('--out <file>', 'OTA file to write')
    .option('--kind <kind>', 'gb-signed, gb-unsigned or standard', oneOf(BUILT))
    .option('--manufacturer <code>', 'ZigBee manufacturer code', U16, 0x121d)
    .option('--image-type <type>', 'image type', U16, 0)
    .option('--file-version <version>', 'file version', U32, 1)
    .option('--stack-version <version>', 'ZigBee stack version; 2 is PRO', U16, 2)
    .option('--string <text>', 'header string, up to 32 ASCII characters', '')
    .option('--min-hardware <word>', 'lowest hardware version', U16)
    .option('--max-hardware <word>', 'highest hardware version', U16)
    .option('--sign <pem>', 'P-256 private key that signs the Manufacturer Image')
    .option('--signature <file>', 'signature made elsewhere: 64 octets, r then s')
    .option('--force-replace', 'set the force-replace octet of a signed GB image')
    .option('--format <format>', 'read the input as hex, srec or raw', imageFormat)
    .option('--range <from..to>', 'of Intel HEX or S-records: these addresses only', addressRange)
    .option('--json', 'print one JSON line')
    .action(async (file: string, options: BuildOptions) => {
      shareStdout({ '--json': options.json }, { '--out': options.out })
      const built = await build(file, options)
      await writeOut(options.out, built.u8)
      if (options.json)
        printJson({ name: 'built', file: options.out, ...imageFacts(openImage(built)) })
      else print(`${oneLine(options.out)}: ${count(built.length)} B\n`)
    })
}

async function build(file: string, options: BuildOptions): Promise<Bytes> {
  if (options.sign !== undefined && options.signature !== undefined) {
    throw hanrigError('HANRIG_USAGE', 'Give --sign or --signature, not both.')
  }
  const { kind: _, ...readAs } = options
  const input = openFile(file, readAs)
  tellNotes(input)
  const signature = await signatureOf(input.octets.u8, options)
  const kind: ImageKind = options.kind ?? (signature ? 'gb-signed' : 'gb-unsigned')
  if ((kind === 'gb-signed') !== (signature !== undefined)) {
    throw hanrigError(
      'HANRIG_USAGE',
      kind === 'gb-signed'
        ? 'A gb-signed image needs --sign or --signature.'
        : `A ${kind} image carries no signature: leave --sign and --signature out.`,
    )
  }
  if (options.forceReplace && kind !== 'gb-signed') {
    throw hanrigError('HANRIG_USAGE', '--force-replace means nothing without a signature.')
  }
  const fields = fieldsOf(options, kind)
  const octets = input.octets.u8
  const built =
    kind === 'standard'
      ? buildStandardImage(fields, [{ tag: 0, data: octets }])
      : buildGbImage(
          fields,
          octets,
          signature && { forceReplace: options.forceReplace === true, signature },
        )
  readOtaImage(built, kind)
  return built
}

function fieldsOf(options: BuildOptions, kind: ImageKind): HeaderFields {
  const { minHardware, maxHardware } = options
  if (options.string.length > 32 || /[^\x20-\x7e]/.test(options.string)) {
    throw hanrigError('HANRIG_USAGE', '--string takes up to 32 printable ASCII characters.')
  }
  const min = minHardware ?? 0
  const max = maxHardware ?? 0xffff
  if (min > max) {
    throw hanrigError('HANRIG_USAGE', '--min-hardware is above --max-hardware.')
  }
  // GB files always name hardware versions; a standard one does when it was asked to.
  const given = minHardware !== undefined || maxHardware !== undefined
  return {
    manufacturerCode: options.manufacturer,
    imageType: options.imageType,
    fileVersion: options.fileVersion,
    stackVersion: options.stackVersion,
    headerString: options.string,
    hardware: given || kind !== 'standard' ? { min, max } : undefined,
  }
}

async function signatureOf(
  data: Uint8Array,
  options: BuildOptions,
): Promise<Uint8Array | undefined> {
  if (options.signature !== undefined) {
    const signature = readWhole(options.signature).u8
    if (signature.length !== SIGNATURE_LENGTH) {
      throw hanrigError(
        'HANRIG_KEY_UNUSABLE',
        `The signature has ${signature.length} octets, not ${SIGNATURE_LENGTH} (r then s, no DER).`,
      )
    }
    return signature
  }
  return options.sign === undefined ? undefined : sign(data, readWhole(options.sign).u8)
}

async function sign(data: Uint8Array, pem: Uint8Array): Promise<Uint8Array> {
  let jwk: { crv?: string; d?: string }
  try {
    jwk = createPrivateKey(Buffer.from(pem)).export({ format: 'jwk' })
  } catch {
    throw hanrigError('HANRIG_KEY_UNUSABLE', 'The signing key is not a PEM private key.')
  }
  if (jwk.crv !== 'P-256' || jwk.d === undefined) {
    throw hanrigError('HANRIG_KEY_UNUSABLE', 'The signing key is not a P-256 key.')
  }
  const { signP256 } = await import('#emulators/crypto/sign')
  return signP256(data, new Uint8Array(Buffer.from(jwk.d, 'base64url')))
}
