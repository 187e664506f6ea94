// An OTA file taken apart without copying: which kind it is and where its pieces lie.
//   GB upgrade image  header, Manufacturer Image, force-replace octet, 0x40, 64-octet signature; no sub-elements
//   GB unsigned       header, Manufacturer Image to the end (the PPMID sample)
//   standard          header, sub-elements (tag u16, length u32, data) that fill the file exactly
//   opaque            header, then something that is none of these: an encrypted body, padding, a damaged trailer
// Kind is decided by evidence of the whole file, never by its first octets: a Manufacturer Image may start with
// what looks like a sub-element, and a standard file may hold 00 40 where a trailer would start.

import { Bytes } from '../bytes/bytes.ts'
import { hanrigError } from '../errors/codes.ts'
import {
  deviates,
  HAS_HARDWARE_VERSIONS,
  headerLengthOf,
  MIN_HEADER,
  type OtaHeader,
  readHeader,
} from './header.ts'
import type { ImageNote } from './note.ts'

/**
 * What an OTA file is: a GB upgrade image with a signature or without, a standard file of
 * sub-elements, or one of which only the header is understood.
 */
export type ImageKind = 'gb-signed' | 'gb-unsigned' | 'standard' | 'opaque'
export const IMAGE_KINDS: readonly ImageKind[] = ['gb-signed', 'gb-unsigned', 'standard', 'opaque']

export const SIGNATURE_LENGTH = 64
/** Force-replace octet, length octet, signature. */
export const TRAILER_LENGTH = 2 + SIGNATURE_LENGTH
const ELEMENT_HEADER = 6
/** Sub-element tag of the upgrade image itself (ZCL). */
const TAG_UPGRADE_IMAGE = 0x0000
/** Telink's tag of an encrypted image; two octets about it stand between length and data, and the length leaves them out. */
const TAG_TELINK_AES = 0xf000
const TELINK_INFO = 2

/** Octets of a file. */
export interface Range {
  /** Offset of the first one. */
  readonly at: number
  /** How many. */
  readonly length: number
}

/** A sub-element of a standard file: the octets of its data. */
export interface SubElement extends Range {
  /** Its tag, u16; 0 is the upgrade image itself. */
  readonly tag: number
}

/** An OTA file, taken apart. Nothing is copied: ranges are octets of the file. */
export interface OtaImage {
  /** The octets that the header counts. */
  readonly file: Bytes
  /** What it is. */
  readonly kind: ImageKind
  /** Its header. */
  readonly header: OtaHeader
  /** Everything after the header: the Upgrade Image. */
  readonly upgradeImage: Range
  /** What is hashed and signed: the Manufacturer Image; of a standard file, the Upgrade Image. */
  readonly hashed: Range
  /** Force-replace octet of a signed GB file. */
  readonly forceReplace: number | undefined
  /** The signature, r then s, of a signed GB file. */
  readonly signature: Range | undefined
  /** Sub-elements of a standard file; of an opaque one those before the first that does not fit. */
  readonly elements: readonly SubElement[]
  /** What is unusual and not wrong enough to refuse. */
  readonly notes: readonly ImageNote[]
}

/**
 * Takes an OTA file apart.
 * @param kind the kind it has to be; left out, it is found.
 * @param strict refuses what deviates from header and body as they should be. A GB kind that is asked for is strict, too.
 * @throws HanrigError for a header fault, BAD_TRAILER or BAD_ELEMENT.
 */
export function readOtaImage(file: Bytes, kind?: ImageKind, strict = false): OtaImage {
  const notes: ImageNote[] = []
  const taken = strict || kind === 'gb-signed' || kind === 'gb-unsigned' ? undefined : notes
  const header = readHeader(file, taken)
  const { totalSize } = header
  const whole = totalSize === file.length ? file : new Bytes(file.u8.subarray(0, totalSize))
  const at = Math.max(header.headerLength, MIN_HEADER)
  const body = { at, length: totalSize - at }
  const elements = findElements(whole, body, notes)
  const hasGbHeader = header.fieldControl === HAS_HARDWARE_VERSIONS
  const chosen = kind ?? findKind(whole, hasGbHeader, body, elements, notes, taken)
  if (chosen === 'standard' && !elements.fit) {
    throw hanrigError('HANRIG_IMAGE_BAD_ELEMENT', misfit(whole, elements.list, body))
  }
  if (chosen === 'gb-signed' && !hasTrailer(whole, body)) {
    throw hanrigError('HANRIG_IMAGE_BAD_TRAILER', badTrailer(whole, body))
  }
  noteHeader(header, notes)
  const list = chosen === 'standard' || chosen === 'opaque' ? elements.list : []
  if (chosen === 'standard' && list.every(({ length }) => length === 0)) {
    notes.push({
      code: 'no-firmware',
      message: 'No sub-element has an octet in it: there is no firmware in this file.',
      at,
    })
  }

  const signed = chosen === 'gb-signed'
  return {
    file: whole,
    kind: chosen,
    header,
    upgradeImage: body,
    hashed: { at, length: body.length - (signed ? TRAILER_LENGTH : 0) },
    forceReplace: signed ? whole.u8[totalSize - TRAILER_LENGTH] : undefined,
    signature: signed ? { at: totalSize - SIGNATURE_LENGTH, length: SIGNATURE_LENGTH } : undefined,
    elements: list,
    notes,
  }
}

/** The octets of a range: a view, no copy. */
export function slice(file: Bytes, range: Range): Uint8Array {
  return file.u8.subarray(range.at, range.at + range.length)
}

/** @param taken where deviations go; undefined refuses them. */
function findKind(
  file: Bytes,
  hasGbHeader: boolean,
  upgradeImage: Range,
  elements: Elements,
  notes: ImageNote[],
  taken: ImageNote[] | undefined,
): ImageKind {
  // Sub-elements that end exactly at the last octet are 32 bits of evidence or more; a trailer's two octets
  // are 15. So a file that is both is far likelier a standard one, and it is said that it might not be.
  const trailer = hasGbHeader && hasTrailer(file, upgradeImage)
  if (elements.fit) {
    if (trailer) {
      notes.push({
        code: 'also-gb-signed',
        message: 'The file also reads as a signed GB upgrade image.',
        at: file.length - TRAILER_LENGTH,
      })
    }
    return 'standard'
  }
  if (trailer) return 'gb-signed'
  if (!hasGbHeader || startsLikeElement(file, upgradeImage)) {
    deviates(taken, 'HANRIG_IMAGE_BAD_ELEMENT', {
      code: 'element-misfit',
      message: misfit(file, elements.list, upgradeImage),
      at: endOf(elements.list, upgradeImage),
    })
    return 'opaque'
  }
  if (endsLikeSignature(file, upgradeImage)) {
    deviates(taken, 'HANRIG_IMAGE_BAD_TRAILER', {
      code: 'trailer-misfit',
      message: badTrailer(file, upgradeImage),
      at: file.length - TRAILER_LENGTH,
    })
    return 'opaque'
  }
  return 'gb-unsigned'
}

interface Elements {
  /** Those that lie in the file, from the first on. */
  readonly list: SubElement[]
  /** Whether they end exactly where the file does. */
  readonly fit: boolean
}

function findElements(file: Bytes, body: Range, notes: ImageNote[]): Elements {
  const plain = readElements(file, body, 0)
  if (plain.fit) return plain
  const telink = readElements(file, body, TELINK_INFO)
  if (!telink.fit) return plain
  notes.push({
    code: 'element-telink',
    message:
      'A sub-element with tag 0xF000 has two octets more than its length states: it is encrypted for Telink.',
    at: telink.list.find(({ tag }) => tag === TAG_TELINK_AES)!.at,
  })
  return telink
}

/** @param telinkInfo octets between length and data of a sub-element with Telink's tag. */
function readElements(file: Bytes, { at, length }: Range, telinkInfo: number): Elements {
  const list: SubElement[] = []
  const end = at + length
  while (at < end) {
    if (end - at < ELEMENT_HEADER) return { list, fit: false }
    const tag = file.dv.getUint16(at, true)
    const size = file.dv.getUint32(at + 2, true)
    const data = at + ELEMENT_HEADER + (tag === TAG_TELINK_AES ? telinkInfo : 0)
    if (data + size > end) return { list, fit: false }
    list.push({ tag, at: data, length: size })
    at = data + size
  }
  return { list, fit: true }
}

function endOf(list: readonly SubElement[], { at }: Range): number {
  const last = list.at(-1)
  return last ? last.at + last.length : at
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

/** Why the sub-elements do not end where the file does. */
function misfit(file: Bytes, list: readonly SubElement[], body: Range): string {
  const at = endOf(list, body)
  const left = body.at + body.length - at
  const states =
    left < ELEMENT_HEADER
      ? `has ${left} B left, fewer than its own header`
      : `states ${file.dv.getUint32(at + 2, true)} B, but ${left - ELEMENT_HEADER} B are left`
  return `Sub-element ${list.length} at offset ${at} ${states}.`
}

function badTrailer(file: Bytes, upgradeImage: Range): string {
  if (upgradeImage.length <= TRAILER_LENGTH) {
    return `The Upgrade Image of ${upgradeImage.length} B has no room for a trailer of ${TRAILER_LENGTH} B and an image.`
  }
  const at = file.length - TRAILER_LENGTH
  return `The trailer at offset ${at} has force-replace ${file.u8[at]} and signature length 0x${file.u8[at + 1]!.toString(16).padStart(2, '0')}, which must be 0 or 1 and 0x40.`
}

function noteHeader(header: OtaHeader, notes: ImageNote[]): void {
  const note = (is: boolean, code: ImageNote['code'], at: number, message: string): void => {
    if (is) notes.push({ code, message, at })
  }
  const { headerVersion, headerLength, fieldControl, minHardware, maxHardware } = header
  const version = headerVersion.toString(16)
  note(headerVersion >>> 8 !== 1, 'header-version', 4, `Header version 0x${version} is not 0x01xx.`)
  const needed = headerLengthOf(fieldControl)
  note(
    headerLength > needed,
    'header-long',
    6,
    `The header has ${headerLength} B, but its field control accounts for ${needed} B.`,
  )
  note(
    (fieldControl & ~0x0007) !== 0,
    'field-control-reserved',
    8,
    `Field control 0x${fieldControl.toString(16)} has bits that ZCL reserves.`,
  )
  note(
    minHardware !== undefined && minHardware > maxHardware!,
    'hardware-range-empty',
    headerLengthOf(fieldControl & ~HAS_HARDWARE_VERSIONS),
    'The minimum hardware version is above the maximum: no device can take this image.',
  )
  note(
    header.manufacturerCode === 0xffff,
    'manufacturer-wildcard',
    10,
    'Manufacturer code 0xFFFF is the wildcard: a device that checks its own refuses it.',
  )
  note(
    header.imageType >= 0xffc0,
    'image-type-reserved',
    12,
    'Image types from 0xFFC0 are reserved: credentials, configuration, log, wildcard.',
  )
  note(
    header.fileVersion === 0xffffffff,
    'file-version-wildcard',
    14,
    'File version 0xFFFFFFFF is the wildcard and cannot name a firmware.',
  )
}
