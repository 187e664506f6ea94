// Any file becomes an image to carry: ZigBee OTA, Intel HEX, S-record, or raw octets when it is none of them. What it is
// its octets say, in every command the same; a name only adds a hint. A file that starts as one of the known formats and is
// damaged, that is no firmware or that firmware must be taken out of first is refused, not carried as raw by accident.

import { MAX_IMAGE_SIZE } from '../block/geometry.ts'
import type { Bytes } from '../bytes/bytes.ts'
import { hanrigError } from '../errors/codes.ts'
import { findContent } from './content/content.ts'
import type { Content } from './content/found.ts'
import { hasOtaMagic } from './header.ts'
import { looksLikeIntelHex, parseIntelHex } from './intel-hex.ts'
import type { AddressRange, FlatImage } from './memory-map.ts'
import type { ImageNote } from './note.ts'
import { type ImageKind, type OtaImage, readOtaImage } from './ota-image.ts'
import { findRecordText } from './record-text.ts'
import { looksLikeSrec, parseSrec } from './srec.ts'
import { findWrapped, inner, unwrap, type Wrapped } from './wrapped.ts'

/** How a firmware file is written. */
export type ImageFormat = 'ota' | 'hex' | 'srec' | 'raw'
export const IMAGE_FORMATS: readonly ImageFormat[] = ['ota', 'hex', 'srec', 'raw']

/** A firmware file that was opened. */
export interface OpenedImage {
  /** How it is written. */
  readonly format: ImageFormat
  /** The octets to carry: of HEX and S-record files the binary inside, of all others the file. */
  readonly octets: Bytes
  /** The pieces of an OTA file. */
  readonly ota: OtaImage | undefined
  /** Addresses of a HEX or S-record file. */
  readonly flat: FlatImage | undefined
  /** Firmware in the wrapping of a family of boot loaders. */
  readonly contains: Content | undefined
  /** What is odd about it and no reason to refuse it. */
  readonly notes: readonly ImageNote[]
}

/** What a file has to be; left out, it is found. */
export interface OpenOptions {
  /** The format it has to be; left out, it is found. */
  format?: ImageFormat | undefined
  /** The kind that an OTA file has to be; left out, it is found. */
  kind?: ImageKind | undefined
  /** Refuse an OTA file that deviates from what it should be. */
  strict?: boolean | undefined
  /** Take the OTA file out of what is around it. */
  unwrap?: boolean | undefined
  /** The addresses of an Intel HEX or S-record file to take; left out, all. */
  range?: AddressRange | undefined
  /** The file's name, for a hint. */
  name?: string | undefined
}

/**
 * Opens the octets of a firmware file: finds its format, takes an OTA file apart, and makes one image of the records of an
 * Intel HEX or S-record file.
 * @throws HanrigError IMAGE_EMPTY, IMAGE_TOO_LARGE, a fault of the format (IMAGE_*, HEX_*, SREC_*, ADDRESS_*),
 *   IMAGE_NOT_FIRMWARE, IMAGE_TO_TAKE_APART, IMAGE_WRAPPED, IMAGE_NO_OTA_INSIDE, or IMAGE_NO_USE for an option that this
 *   file has no use for.
 * @example
 * const { format, octets, ota } = openImage(new Bytes(readFileSync('firmware.ota')))
 * console.log(format, octets.length, ota?.header.fileVersion)
 */
export function openImage(file: Bytes, options: OpenOptions = {}): OpenedImage {
  if (file.length === 0) throw hanrigError('HANRIG_IMAGE_EMPTY', 'The file is empty.')
  const wrapped = options.unwrap ? unwrap(file) : undefined
  const unwrapped = wrapped ? inner(file, wrapped) : file
  const { format = findFormat(unwrapped), kind, range, strict } = options
  refuseUnused(format, options)
  const contains = options.format === undefined && format === 'raw' ? known(file) : undefined
  const flat =
    format === 'hex'
      ? parseIntelHex(unwrapped, range)
      : format === 'srec'
        ? parseSrec(unwrapped, range)
        : undefined
  const octets = flat?.octets ?? unwrapped
  if (octets.length > MAX_IMAGE_SIZE) {
    throw hanrigError('HANRIG_IMAGE_TOO_LARGE', `The image has ${octets.length} B.`)
  }
  const ota = format === 'ota' ? readOtaImage(octets, kind, strict) : undefined
  const notes = [
    ...noteWrapping(file, wrapped),
    ...(ota?.notes ?? flat?.notes ?? []),
    ...noteContent(contains),
    ...(contains || options.format !== undefined ? [] : noteName(format, options.name)),
  ]
  return { format, octets, ota, flat, contains, notes }
}

/** The format that the first octets show; 'raw' when they show none. */
export function findFormat(file: Bytes): ImageFormat {
  if (hasOtaMagic(file)) return 'ota'
  if (looksLikeIntelHex(file)) return 'hex'
  if (looksLikeSrec(file)) return 'srec'
  return 'raw'
}

/** What a file of no known format is. @throws HanrigError when it must not be carried as it is. */
function known(file: Bytes): Content | undefined {
  const content = findContent(file) ?? findRecordText(file)
  if (content?.standing === 'for-a-loader') return content
  if (content) {
    const { name, advice, standing } = content
    throw hanrigError(
      standing === 'no-firmware' ? 'HANRIG_IMAGE_NOT_FIRMWARE' : 'HANRIG_IMAGE_TO_TAKE_APART',
      `The file is ${name}: ${advice}.`,
    )
  }
  const wrapped = findWrapped(file)
  if (wrapped) {
    throw hanrigError(
      'HANRIG_IMAGE_WRAPPED',
      `A ZigBee OTA file begins at octet ${wrapped.at}, after ${wrapped.wrapping}.`,
    )
  }
  return undefined
}

/** An option is obeyed or refused, never ignored. */
function refuseUnused(format: ImageFormat, { kind, range }: OpenOptions): void {
  if (range && format !== 'hex' && format !== 'srec') {
    throw hanrigError(
      'HANRIG_IMAGE_NO_USE',
      'A range picks addresses, which only Intel HEX and S-record files have.',
    )
  }
  if (kind && format !== 'ota') {
    throw hanrigError(
      'HANRIG_IMAGE_NO_USE',
      `A kind is one of ZigBee OTA files, and this file is none: ${FORMAT_NAMES[format]}.`,
    )
  }
}

function noteWrapping(file: Bytes, wrapped: Wrapped | undefined): ImageNote[] {
  if (!wrapped || wrapped.length === file.length) return []
  const { at, length, wrapping } = wrapped
  const after = file.length - at - length
  const before = at === 0 ? '' : `${at} B before it (${wrapping}) and `
  const message = `The OTA file of ${length} B was taken out: ${before}${after} B after it are left out.`
  return [{ code: 'unwrapped', message, at }]
}

function noteContent(contains: Content | undefined): ImageNote[] {
  if (!contains) return []
  const { name, advice } = contains
  return [{ code: 'contains', message: `The file is ${name}: ${advice}.`, at: 0 }]
}

/** Formats by how names of their files end. */
const ENDINGS: Readonly<Record<string, ImageFormat>> = {
  ota: 'ota',
  zigbee: 'ota',
  hex: 'hex',
  ihex: 'hex',
  ihx: 'hex',
  s19: 'srec',
  s28: 'srec',
  s37: 'srec',
  srec: 'srec',
  mot: 'srec',
}

function noteName(format: ImageFormat, name: string | undefined): ImageNote[] {
  const ending = /\.([a-z0-9]+)$/i.exec(name ?? '')?.[1]?.toLowerCase() ?? ''
  const named = ENDINGS[ending]
  if (named === undefined || named === format || format !== 'raw') return []
  const message = `The name ends in .${ending}, and the file is no ${FORMAT_NAMES[named]}: it is carried as raw octets.`
  return [{ code: 'name-misfit', message }]
}

/** Names of the formats for people. */
export const FORMAT_NAMES: Readonly<Record<ImageFormat, string>> = {
  ota: 'ZigBee OTA file',
  hex: 'Intel HEX',
  srec: 'Motorola S-record',
  raw: 'unknown format, carried as raw octets',
}

/** What an opened file is, for people. */
export function formatName({ format, contains }: OpenedImage): string {
  return contains ? `${contains.name}, carried as it is` : FORMAT_NAMES[format]
}
