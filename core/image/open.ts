// Any file becomes an image to carry: ZigBee OTA, Intel HEX, S-record, or raw octets when it is none of them.
// A file that starts as one of the known formats and is damaged is refused, not carried as raw by accident.

import { MAX_IMAGE_SIZE } from '../block/geometry.ts'
import type { Bytes } from '../bytes/bytes.ts'
import { hanrigError } from '../errors/codes.ts'
import { hasOtaMagic } from './header.ts'
import { looksLikeIntelHex, parseIntelHex } from './intel-hex.ts'
import type { Extent, FlatImage } from './memory-map.ts'
import { type ImageKind, type OtaImage, readOtaImage } from './ota-image.ts'
import { looksLikeSrec, parseSrec } from './srec.ts'

export type ImageFormat = 'ota' | 'hex' | 'srec' | 'raw'
export const IMAGE_FORMATS: readonly ImageFormat[] = ['ota', 'hex', 'srec', 'raw']

export interface OpenedImage {
  readonly format: ImageFormat
  /** The octets to carry: of HEX and S-record files the binary inside, of all others the file. */
  readonly octets: Bytes
  /** The pieces of an OTA file. */
  readonly ota: OtaImage | undefined
  /** Addresses of a HEX or S-record file. */
  readonly flat: FlatImage | undefined
}

export interface OpenOptions {
  /** The format it has to be; left out, it is found. */
  format?: ImageFormat | undefined
  /** The kind that an OTA file has to be; left out, it is found. */
  kind?: ImageKind | undefined
  /** Addresses whose octets a HEX or S-record file keeps to itself. */
  leaveOut?: readonly Extent[] | undefined
}

/**
 * Opens a file's octets.
 * @throws HanrigError IMAGE_EMPTY, IMAGE_TOO_LARGE, or a fault of the format.
 */
export function openImage(file: Bytes, options: OpenOptions = {}): OpenedImage {
  if (file.length === 0) throw hanrigError('HANRIG_IMAGE_EMPTY', 'The file is empty.')
  const format = options.format ?? findFormat(file)
  const { leaveOut } = options
  const flat =
    format === 'hex'
      ? parseIntelHex(file, leaveOut)
      : format === 'srec'
        ? parseSrec(file, leaveOut)
        : undefined
  const octets = flat?.octets ?? file
  if (octets.length > MAX_IMAGE_SIZE) {
    throw hanrigError('HANRIG_IMAGE_TOO_LARGE', `The image has ${octets.length} B.`)
  }
  const ota = format === 'ota' ? readOtaImage(octets, options.kind) : undefined
  return { format, octets, ota, flat }
}

/** The format that the first octets show; 'raw' when they show none. */
export function findFormat(file: Bytes): ImageFormat {
  if (hasOtaMagic(file)) return 'ota'
  if (looksLikeIntelHex(file)) return 'hex'
  if (looksLikeSrec(file)) return 'srec'
  return 'raw'
}

/** Names of the formats for people. */
export const FORMAT_NAMES: Readonly<Record<ImageFormat, string>> = {
  ota: 'ZigBee OTA file',
  hex: 'Intel HEX',
  srec: 'Motorola S-record',
  raw: 'unknown format, carried as raw octets',
}
