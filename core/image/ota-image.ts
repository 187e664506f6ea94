// An OTA file taken apart without copying: which kind it is and where its pieces lie.
//   GB upgrade image  header, Manufacturer Image, force-replace octet, 0x40, 64-octet signature; no sub-elements
//   GB unsigned       header, Manufacturer Image to the end (the PPMID sample)
//   standard          header, sub-elements (tag u16, length u32, data) that fill the file exactly
// Kind is decided by evidence of the whole file, never by its first octets: a Manufacturer Image may start with
// what looks like a sub-element, and a standard file may hold 00 40 where a trailer would start.

import type { Bytes } from '../bytes/bytes.ts'
import { hanrigError } from '../errors/codes.ts'
import type { HanrigError } from '../errors/errors.ts'
import { HAS_HARDWARE_VERSIONS, type OtaHeader, readHeader } from './header.ts'

export type ImageKind = 'gb-signed' | 'gb-unsigned' | 'standard'
export const IMAGE_KINDS: readonly ImageKind[] = ['gb-signed', 'gb-unsigned', 'standard']

export const SIGNATURE_LENGTH = 64
/** Force-replace octet, length octet, signature. */
export const TRAILER_LENGTH = 2 + SIGNATURE_LENGTH
const ELEMENT_HEADER = 6
/** Sub-element tag of the upgrade image itself (ZCL). */
const TAG_UPGRADE_IMAGE = 0x0000

export interface Range {
  readonly at: number
  readonly length: number
}

export interface SubElement extends Range {
  readonly tag: number
}

export interface OtaImage {
  readonly file: Bytes
  readonly kind: ImageKind
  readonly header: OtaHeader
  /** Everything after the header: the Upgrade Image. */
  readonly upgradeImage: Range
  /** What is hashed and signed: the Manufacturer Image; of a standard file, the Upgrade Image. */
  readonly hashed: Range
  /** Force-replace octet of a signed GB file. */
  readonly forceReplace: number | undefined
  /** The signature, r then s, of a signed GB file. */
  readonly signature: Range | undefined
  /** Sub-elements of a standard file. */
  readonly elements: readonly SubElement[]
  /** The kind was not given, standard was found, and the file also reads as a signed GB one: it might be that. */
  readonly alsoSigned: boolean
  /** What is unusual beside that, one sentence each, and not wrong enough to refuse. */
  readonly notes: readonly string[]
}

/**
 * Takes an OTA file apart.
 * @param kind the kind it has to be; left out, it is found.
 * @throws HanrigError for a header fault, BAD_TRAILER or BAD_ELEMENT.
 */
export function readOtaImage(file: Bytes, kind?: ImageKind): OtaImage {
  const header = readHeader(file)
  const notes: string[] = []
  const upgradeImage = { at: header.headerLength, length: file.length - header.headerLength }
  const elements = readElements(file, upgradeImage)
  const hasGbHeader = header.fieldControl === HAS_HARDWARE_VERSIONS
  const hasBoth = elements !== undefined && hasGbHeader && hasTrailer(file, upgradeImage)
  const chosen = kind ?? findKind(file, hasGbHeader, upgradeImage, elements)
  if (chosen === 'standard' && !elements) throw brokenElements(file, upgradeImage)
  if (chosen === 'gb-signed' && !hasTrailer(file, upgradeImage)) {
    throw badTrailer(file, upgradeImage)
  }
  noteHeader(header, notes)

  const signed = chosen === 'gb-signed'
  const end = file.length
  return {
    file,
    kind: chosen,
    header,
    upgradeImage,
    hashed: {
      at: upgradeImage.at,
      length: upgradeImage.length - (signed ? TRAILER_LENGTH : 0),
    },
    forceReplace: signed ? file.u8[end - TRAILER_LENGTH] : undefined,
    signature: signed ? { at: end - SIGNATURE_LENGTH, length: SIGNATURE_LENGTH } : undefined,
    elements: chosen === 'standard' ? elements! : [],
    alsoSigned: hasBoth && kind === undefined,
    notes,
  }
}

/** The octets of a range: a view, no copy. */
export function slice(file: Bytes, range: Range): Uint8Array {
  return file.u8.subarray(range.at, range.at + range.length)
}

function findKind(
  file: Bytes,
  hasGbHeader: boolean,
  upgradeImage: Range,
  elements: SubElement[] | undefined,
): ImageKind {
  // Sub-elements that end exactly at the last octet are 32 bits of evidence or more; a trailer's two octets
  // are 15. So a file that is both is far likelier a standard one, and it is said that it might not be.
  if (elements) return 'standard'
  if (hasGbHeader && hasTrailer(file, upgradeImage)) return 'gb-signed'
  if (!hasGbHeader || startsLikeElement(file, upgradeImage))
    throw brokenElements(file, upgradeImage)
  if (endsLikeSignature(file, upgradeImage)) throw badTrailer(file, upgradeImage)
  return 'gb-unsigned'
}

/** The sub-elements, or undefined when they do not end exactly where the file does. */
function readElements(file: Bytes, { at, length }: Range): SubElement[] | undefined {
  const elements: SubElement[] = []
  const end = at + length
  while (at < end) {
    if (end - at < ELEMENT_HEADER) return undefined
    const tag = file.dv.getUint16(at, true)
    const size = file.dv.getUint32(at + 2, true)
    at += ELEMENT_HEADER
    if (size > end - at) return undefined
    elements.push({ tag, at, length: size })
    at += size
  }
  return elements
}

function hasTrailer(file: Bytes, upgradeImage: Range): boolean {
  const at = file.length - TRAILER_LENGTH
  if (upgradeImage.length <= TRAILER_LENGTH) return false
  return file.u8[at]! <= 1 && file.u8[at + 1] === SIGNATURE_LENGTH
}

/**
 * True when a GB header is followed by what can hardly be anything but a first sub-element: the upgrade-image tag
 * and a length that an image can have. Machine code passes for that only if it starts 00 00 .. .. .. 00.
 */
function startsLikeElement(file: Bytes, { at, length }: Range): boolean {
  if (length < ELEMENT_HEADER || file.dv.getUint16(at, true) !== TAG_UPGRADE_IMAGE) return false
  const size = file.dv.getUint32(at + 2, true)
  return size > 0 && size >>> 24 === 0
}

/**
 * True when the last 66 octets look like a trailer whose length octet is wrong: a force-replace octet of 0 or 1
 * and then 64 octets as varied as a signature (random ones hold 57 different values, 50 in one of 200 cases;
 * code, text and padding hold far fewer).
 */
function endsLikeSignature(file: Bytes, upgradeImage: Range): boolean {
  if (upgradeImage.length <= TRAILER_LENGTH) return false
  if (file.u8[file.length - TRAILER_LENGTH]! > 1) return false
  return new Set(file.u8.subarray(file.length - SIGNATURE_LENGTH)).size >= 50
}

function brokenElements(file: Bytes, { at, length }: Range): HanrigError {
  const end = at + length
  let number = 0
  while (
    end - at >= ELEMENT_HEADER &&
    file.dv.getUint32(at + 2, true) <= end - at - ELEMENT_HEADER
  ) {
    at += ELEMENT_HEADER + file.dv.getUint32(at + 2, true)
    number++
  }
  const states =
    end - at < ELEMENT_HEADER
      ? `has ${end - at} B left, fewer than its own header`
      : `states ${file.dv.getUint32(at + 2, true)} B, but ${end - at - ELEMENT_HEADER} B are left`
  return hanrigError('HANRIG_IMAGE_BAD_ELEMENT', `Sub-element ${number} at offset ${at} ${states}.`)
}

function badTrailer(file: Bytes, upgradeImage: Range): HanrigError {
  if (upgradeImage.length <= TRAILER_LENGTH) {
    return hanrigError(
      'HANRIG_IMAGE_BAD_TRAILER',
      `The Upgrade Image of ${upgradeImage.length} B has no room for a trailer of ${TRAILER_LENGTH} B and an image.`,
    )
  }
  const at = file.length - TRAILER_LENGTH
  return hanrigError(
    'HANRIG_IMAGE_BAD_TRAILER',
    `The trailer at offset ${at} has force-replace ${file.u8[at]} and signature length 0x${file.u8[at + 1]!.toString(16).padStart(2, '0')}, which must be 0 or 1 and 0x40.`,
  )
}

function noteHeader(header: OtaHeader, notes: string[]): void {
  if (header.headerVersion >>> 8 !== 1) {
    notes.push(`Header version 0x${header.headerVersion.toString(16)} is not 0x01xx.`)
  }
  if ((header.fieldControl & ~0x0007) !== 0) {
    notes.push(`Field control 0x${header.fieldControl.toString(16)} has bits that ZCL reserves.`)
  }
  if (header.minHardware !== undefined && header.minHardware > header.maxHardware!) {
    notes.push('The minimum hardware version is above the maximum: no device can take this image.')
  }
  if (header.manufacturerCode === 0xffff) {
    notes.push('Manufacturer code 0xFFFF is the wildcard: a device that checks its own refuses it.')
  }
  if (header.imageType >= 0xffc0) {
    notes.push('Image types from 0xFFC0 are reserved: credentials, configuration, log, wildcard.')
  }
  if (header.fileVersion === 0xffffffff) {
    notes.push('File version 0xFFFFFFFF is the wildcard and cannot name a firmware.')
  }
}
