// The ZigBee OTA file header: where each field lies, reading and writing it. Little-endian throughout.
// Source: ZCL chapter 11 (OTA file format), checked against GB sample images and three vendors' files.
// A header that contradicts itself or the file's length is refused here, before anyone trusts a length in it; who wants to
// read it all the same takes notes, and gets lengths that lie in the file.

import type { Bytes } from '../bytes/bytes.ts'
import { hanrigError } from '../errors/codes.ts'
import { decodeAirEui64 } from '../eui64/octets.ts'
import { plainEui64 } from '../eui64/text.ts'
import type { ImageNote } from './note.ts'

/** Upgrade file identifier, the first four octets of every OTA file. */
export const OTA_MAGIC = 0x0beef11e
/** Header version that hanrig writes. */
export const HEADER_VERSION = 0x0100
/** Octets of a header without optional fields. */
export const MIN_HEADER = 56
export const HEADER_STRING_LENGTH = 32

/** Field-control bits. */
export const HAS_CREDENTIAL_VERSION = 0x0001
export const HAS_DESTINATION = 0x0002
export const HAS_HARDWARE_VERSIONS = 0x0004

const AT_VERSION = 4
const AT_LENGTH = 6
const AT_FIELD_CONTROL = 8
const AT_MANUFACTURER = 10
const AT_IMAGE_TYPE = 12
const AT_FILE_VERSION = 14
const AT_STACK_VERSION = 18
const AT_STRING = 20
const AT_TOTAL_SIZE = 52

/** The header of an OTA file, as it stands there. */
export interface OtaHeader {
  /** Version of the header's own format; 0x0100. */
  headerVersion: number
  /** Octets of the header, optional fields included. */
  headerLength: number
  /** Which optional fields there are: 1 credential version, 2 destination, 4 hardware versions. */
  fieldControl: number
  /** Manufacturer code, u16. */
  manufacturerCode: number
  /** Image type, u16. */
  imageType: number
  /** File version, u32. */
  fileVersion: number
  /** ZigBee stack version; 2 is ZigBee PRO. */
  stackVersion: number
  /** 32 octets of text: a view into the file. */
  headerString: Uint8Array
  /** Octets of the whole file, header and trailer included. */
  totalSize: number
  /** Security credential version; undefined without the field. */
  credentialVersion: number | undefined
  /** EUI-64 that the file is for, most significant octet first, 16 hex digits. */
  destination: string | undefined
  /** Lowest hardware version word (version << 8 | revision) that it is for; undefined without the field. */
  minHardware: number | undefined
  /** Highest hardware version word that it is for; undefined without the field. */
  maxHardware: number | undefined
}

/** True when the octets start with the OTA file identifier. */
export function hasOtaMagic(file: Bytes): boolean {
  return file.length >= 4 && file.dv.getUint32(0, true) === OTA_MAGIC
}

/** Octets that the header takes by its field control. */
export function headerLengthOf(fieldControl: number): number {
  return (
    MIN_HEADER +
    (fieldControl & HAS_CREDENTIAL_VERSION ? 1 : 0) +
    (fieldControl & HAS_DESTINATION ? 8 : 0) +
    (fieldControl & HAS_HARDWARE_VERSIONS ? 4 : 0)
  )
}

/**
 * Reads and checks the header of a whole OTA file.
 * @param notes takes what deviates and need not be refused: octets after the total size, and a header that is shorter than
 * its field control needs, whose missing fields are then undefined. Left out, both are refused.
 * @throws HanrigError BAD_MAGIC, TRUNCATED, OVERSIZED, BAD_HEADER_LENGTH or NO_PAYLOAD.
 */
export function readHeader(file: Bytes, notes?: ImageNote[]): OtaHeader {
  const { dv } = file
  if (!hasOtaMagic(file)) {
    throw hanrigError(
      'HANRIG_IMAGE_BAD_MAGIC',
      'The file does not start with the OTA identifier 0x0BEEF11E.',
    )
  }
  if (file.length < MIN_HEADER) {
    throw hanrigError(
      'HANRIG_IMAGE_TRUNCATED',
      `The file ends after ${file.length} B, inside its OTA header of at least ${MIN_HEADER} B.`,
    )
  }
  const headerLength = dv.getUint16(AT_LENGTH, true)
  const fieldControl = dv.getUint16(AT_FIELD_CONTROL, true)
  const totalSize = dv.getUint32(AT_TOTAL_SIZE, true)
  checkLengths(file.length, headerLength, fieldControl, totalSize, notes)

  let at = MIN_HEADER
  const take = (bit: number, length: number): number => {
    if (!(fieldControl & bit)) return -1
    at += length
    return at <= headerLength ? at - length : -1
  }
  const credential = take(HAS_CREDENTIAL_VERSION, 1)
  const destination = take(HAS_DESTINATION, 8)
  const hardware = take(HAS_HARDWARE_VERSIONS, 4)
  return {
    headerVersion: dv.getUint16(AT_VERSION, true),
    headerLength,
    fieldControl,
    manufacturerCode: dv.getUint16(AT_MANUFACTURER, true),
    imageType: dv.getUint16(AT_IMAGE_TYPE, true),
    fileVersion: dv.getUint32(AT_FILE_VERSION, true),
    stackVersion: dv.getUint16(AT_STACK_VERSION, true),
    headerString: file.u8.subarray(AT_STRING, AT_STRING + HEADER_STRING_LENGTH),
    totalSize,
    credentialVersion: credential < 0 ? undefined : dv.getUint8(credential),
    destination: destination < 0 ? undefined : plainEui64(decodeAirEui64(file, destination)),
    minHardware: hardware < 0 ? undefined : dv.getUint16(hardware, true),
    maxHardware: hardware < 0 ? undefined : dv.getUint16(hardware + 2, true),
  }
}

function checkLengths(
  fileLength: number,
  headerLength: number,
  fieldControl: number,
  totalSize: number,
  notes: ImageNote[] | undefined,
): void {
  const needed = headerLengthOf(fieldControl)
  if (headerLength < needed) {
    deviates(notes, 'HANRIG_IMAGE_BAD_HEADER_LENGTH', {
      code: 'header-short',
      message: `The header states a length of ${headerLength} B, but its field control 0x${fieldControl.toString(16).padStart(4, '0')} needs ${needed} B.`,
      at: AT_LENGTH,
    })
  }
  if (headerLength > fileLength) {
    throw hanrigError(
      'HANRIG_IMAGE_BAD_HEADER_LENGTH',
      `The header states a length of ${headerLength} B, beyond the file of ${fileLength} B.`,
    )
  }
  if (totalSize > fileLength) {
    throw hanrigError(
      'HANRIG_IMAGE_TRUNCATED',
      `The header states ${totalSize} B, but the file has ${fileLength} B: ${totalSize - fileLength} B are missing.`,
    )
  }
  const body = Math.max(headerLength, MIN_HEADER)
  if (totalSize < fileLength) {
    // A size that ends in the header is no size: then nothing can be cut by it.
    deviates(totalSize > body ? notes : undefined, 'HANRIG_IMAGE_OVERSIZED', {
      code: 'trailing-octets',
      message: `The header states ${totalSize} B, but the file has ${fileLength} B: ${fileLength - totalSize} B too many.`,
      at: totalSize,
    })
  }
  if (totalSize <= body) {
    throw hanrigError(
      'HANRIG_IMAGE_NO_PAYLOAD',
      `The file ends with its header of ${headerLength} B.`,
    )
  }
}

/** Notes what deviates, or refuses it where nobody takes notes. */
export function deviates(
  notes: ImageNote[] | undefined,
  code: Parameters<typeof hanrigError>[0],
  note: ImageNote,
): asserts notes {
  if (!notes) throw hanrigError(code, note.message)
  notes.push(note)
}

/** What a header needs to be written; the sizes follow. */
export interface HeaderFields {
  /** Manufacturer code, u16. */
  manufacturerCode: number
  /** Image type, u16. */
  imageType: number
  /** File version, u32; a device takes what is above its own. */
  fileVersion: number
  /** ZigBee stack version, u16; 2 is ZigBee PRO. */
  stackVersion: number
  /** Up to 32 characters of ASCII; the rest is zero. */
  headerString: string
  /** Hardware version words (version << 8 | revision), both included, or undefined to leave the field out. */
  hardware: { min: number; max: number } | undefined
}

/** Writes a header to `out` at 0 and returns its length; `payload` octets follow it in the file. */
export function writeHeader(out: Bytes, fields: HeaderFields, payload: number): number {
  const fieldControl = fields.hardware ? HAS_HARDWARE_VERSIONS : 0
  const length = headerLengthOf(fieldControl)
  const { dv } = out
  dv.setUint32(0, OTA_MAGIC, true)
  dv.setUint16(AT_VERSION, HEADER_VERSION, true)
  dv.setUint16(AT_LENGTH, length, true)
  dv.setUint16(AT_FIELD_CONTROL, fieldControl, true)
  dv.setUint16(AT_MANUFACTURER, fields.manufacturerCode, true)
  dv.setUint16(AT_IMAGE_TYPE, fields.imageType, true)
  dv.setUint32(AT_FILE_VERSION, fields.fileVersion, true)
  dv.setUint16(AT_STACK_VERSION, fields.stackVersion, true)
  for (let i = 0; i < HEADER_STRING_LENGTH; i++) {
    dv.setUint8(
      AT_STRING + i,
      i < fields.headerString.length ? fields.headerString.charCodeAt(i) : 0,
    )
  }
  dv.setUint32(AT_TOTAL_SIZE, length + payload, true)
  if (fields.hardware) {
    dv.setUint16(MIN_HEADER, fields.hardware.min, true)
    dv.setUint16(MIN_HEADER + 2, fields.hardware.max, true)
  }
  return length
}

/** What is not for a screen: control characters, and those that turn or hide text. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu

/**
 * The header string as text: up to its first zero octet, as UTF-8, or as ASCII when it is no UTF-8. Whatever is not
 * printable is a dot; so is a character of UTF-8 that the field’s end cuts off.
 */
export function headerText(header: OtaHeader): string {
  const end = header.headerString.indexOf(0)
  const octets = header.headerString.subarray(0, end < 0 ? undefined : end)
  for (let cut = 0; cut < 4; cut++) {
    const tail = octets.subarray(octets.length - cut)
    const text = cut <= octets.length && tail.every(c => c >= 0x80) && utf8(octets, cut)
    if (text !== false) return (text.replace(UNPRINTABLE, '.') + '.'.repeat(cut)).trimEnd()
  }
  return String.fromCharCode(...octets)
    .replace(/[^ -~]/g, '.')
    .trimEnd()
}

/** The octets but for the last `cut` as text, or false when they are no UTF-8. */
function utf8(octets: Uint8Array, cut: number): string | false {
  const escaped = Array.from(
    octets.subarray(0, octets.length - cut),
    octet => `%${octet.toString(16).padStart(2, '0')}`,
  )
  try {
    return decodeURIComponent(escaped.join(''))
  } catch {
    return false
  }
}
