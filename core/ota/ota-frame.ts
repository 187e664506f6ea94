// ZCL frames of the OTA cluster: octets to fields and back, byte-identical to zigbee-herdsman (tested so).
// One OtaFrame is made once and filled again and again; decoding never throws and never allocates.
// Every layout is little-endian and stands in docs/SPEC.md; nothing here knows a state or a device.

import { type Bytes, copyBytes } from '../bytes/bytes.ts'
import {
  BLOCK_PERIOD_PRESENT,
  DEFAULT_RESPONSE,
  HARDWARE_VERSION_PRESENT,
  IEEE_PRESENT,
  IMAGE_BLOCK_REQUEST,
  IMAGE_BLOCK_RESPONSE,
  IMAGE_NOTIFY,
  IMAGE_PAGE_REQUEST,
  QUERY_DEVICE_SPECIFIC_FILE_REQUEST,
  QUERY_DEVICE_SPECIFIC_FILE_RESPONSE,
  QUERY_NEXT_IMAGE_REQUEST,
  QUERY_NEXT_IMAGE_RESPONSE,
  SUCCESS,
  UPGRADE_END_REQUEST,
  UPGRADE_END_RESPONSE,
  WAIT_FOR_DATA,
} from './codes.ts'

/** Octets of the ZCL header: frame control, sequence, command. */
export const ZCL_HEADER = 3
/** Octets of a successful image block response before its data. */
export const BLOCK_RESPONSE_HEADER = ZCL_HEADER + 14
/** Longest frame that this codec writes: a block response with 255 octets of data. */
export const MAX_OTA_FRAME = BLOCK_RESPONSE_HEADER + 255

const CLUSTER_SPECIFIC = 0x01
const MANUFACTURER_SPECIFIC = 0x04
const FROM_SERVER = 0x08
const DISABLE_DEFAULT_RESPONSE = 0x10
const REQUEST_CONTROL = CLUSTER_SPECIFIC
const SERVER_CONTROL = CLUSTER_SPECIFIC | FROM_SERVER | DISABLE_DEFAULT_RESPONSE

// The two frames that come once a block are handled by word, and with constants of this module's own: the
// compiler takes those for constants, and loads exported and imported ones every time. They are alike: a plain
// request is as long as a response before its data, its field control lies where the response has its status.
const BLOCK_HEADER = BLOCK_RESPONSE_HEADER
const BLOCK_RESPONSE = IMAGE_BLOCK_RESPONSE
const BLOCK_REQUEST = IMAGE_BLOCK_REQUEST
/** Their first words with sequence and status or field control 0. */
const BLOCK_HEAD = SERVER_CONTROL | (IMAGE_BLOCK_RESPONSE << 16)
const REQUEST_HEAD = REQUEST_CONTROL | (IMAGE_BLOCK_REQUEST << 16)
/** The bits by which they are known: status, command and frame control, but for the default response's bit. */
const BLOCK_MASK = 0xffff_000f | 0
const BLOCK_KNOWN = BLOCK_HEAD & BLOCK_MASK
const REQUEST_KNOWN = REQUEST_HEAD & BLOCK_MASK

/** The frame was read, and its fields are in the OtaFrame. */
export const DECODED = 0
/** Not a frame for this cluster: profile-wide but no default response, or manufacturer-specific. */
export const NOT_OTA = 1
/** A command that the cluster does not have, or one that comes from the wrong side. */
export const UNKNOWN_COMMAND = 2
/** The frame ends before its last field. */
export const TRUNCATED = 3

/** DECODED 0, NOT_OTA 1, UNKNOWN_COMMAND 2, TRUNCATED 3. */
export type DecodeCode = 0 | 1 | 2 | 3

/** The fields of any OTA frame; which of them mean something follows from `command` and `status`. */
export class OtaFrame {
  /** ZCL transaction sequence number, u8. */
  sequence = 0
  /**
   * Id of the cluster's command, u8: 0x05 is the image block response. 0x0b of a profile-wide frame is the default response.
   */
  command = 0
  /** True when the frame comes from the OTA server. */
  fromServer = false
  /** ZCL status, u8: 0x00 SUCCESS, 0x95 ABORT, 0x96 INVALID_IMAGE, 0x97 WAIT_FOR_DATA, 0x98 NO_IMAGE_AVAILABLE. */
  status = 0
  /** The command that a default response answers. */
  answered = 0
  /** Which optional fields a request has, u8. */
  fieldControl = 0
  /** Manufacturer code, u16; 0xffff is any. */
  manufacturerCode = 0
  /** Image type, u16; 0xffff is any. */
  imageType = 0
  /** File version, u32; 0xffffffff is any. */
  fileVersion = 0
  /** Hardware version word, u16. */
  hardwareVersion = 0
  /** ZigBee stack version, u16. */
  stackVersion = 0
  /** Octets of the whole OTA file, header included. */
  imageSize = 0
  /** Octet of the file at which data is asked for or given, u32. */
  fileOffset = 0
  /** Most data octets that the client takes in one response, u8. */
  maxDataSize = 0
  /** Data octets of a block response, u8. */
  dataSize = 0
  /** Where a decoded block response's data lies: an offset into the memory that was decoded. */
  dataAt = 0
  /** Octets that a page request asks for, u16. */
  pageSize = 0
  /** Milliseconds between the responses to a page request, u16. */
  responseSpacing = 0
  /** ZigBee UTC seconds, u32. */
  currentTime = 0
  /** When a client that waits may ask again, u32: ZigBee UTC seconds, or from now on when currentTime is 0. */
  requestTime = 0
  /** When the image is to be activated, u32, as requestTime; 0xffffffff: wait for a command. */
  upgradeTime = 0
  /** Milliseconds, u16. */
  minBlockPeriod = 0
  /** Of an image notify, which of its fields are there, 0..3. */
  payloadType = 0
  /** Percent, 1..100. */
  queryJitter = 0
  /** Low word of the EUI-64 of a request; two words, so that no BigInt is made. */
  ieeeLow = 0
  /** High word of the EUI-64 of a request. */
  ieeeHigh = 0
}

/** Reads the frame of `length` octets at `at` into `f`. Fields that the frame does not have keep their value. */
export function decodeOta(src: Bytes, at: number, length: number, f: OtaFrame): DecodeCode {
  const dv = src.dv
  if (length >= BLOCK_HEADER) {
    const head = dv.getInt32(at, true)
    if ((head & BLOCK_MASK) === BLOCK_KNOWN) {
      const image = dv.getInt32(at + 4, true)
      const dataSize = dv.getUint8(at + 16)
      f.sequence = (head >>> 8) & 255
      f.command = BLOCK_RESPONSE
      f.fromServer = true
      f.status = 0 // SUCCESS
      f.manufacturerCode = image & 0xffff
      f.imageType = image >>> 16
      f.fileVersion = dv.getUint32(at + 8, true)
      f.fileOffset = dv.getUint32(at + 12, true)
      f.dataSize = dataSize
      f.dataAt = at + BLOCK_HEADER
      return length < BLOCK_HEADER + dataSize ? TRUNCATED : DECODED
    }
    if ((head & BLOCK_MASK) === REQUEST_KNOWN) return decodeRequest(dv, at, head, f)
  }
  return decodeAny(dv, at, length, f)
}

/** The plain image block request at `at`. A function of its own: the one above is small enough to be inlined. */
function decodeRequest(dv: DataView, at: number, head: number, f: OtaFrame): DecodeCode {
  const image = dv.getInt32(at + 4, true)
  f.sequence = (head >>> 8) & 255
  f.command = BLOCK_REQUEST
  f.fromServer = false
  f.fieldControl = 0
  f.manufacturerCode = image & 0xffff
  f.imageType = image >>> 16
  f.fileVersion = dv.getUint32(at + 8, true)
  f.fileOffset = dv.getUint32(at + 12, true)
  f.maxDataSize = dv.getUint8(at + 16)
  return DECODED
}

function decodeAny(dv: DataView, at: number, length: number, f: OtaFrame): DecodeCode {
  if (length < ZCL_HEADER) return TRUNCATED
  const control = dv.getUint8(at)
  if (control & MANUFACTURER_SPECIFIC) return NOT_OTA
  const command = dv.getUint8(at + 2)
  f.sequence = dv.getUint8(at + 1)
  f.command = command
  f.fromServer = (control & FROM_SERVER) !== 0

  const p = at + ZCL_HEADER
  const room = length - ZCL_HEADER
  if ((control & 3) !== CLUSTER_SPECIFIC) {
    if ((control & 3) !== 0 || command !== DEFAULT_RESPONSE) return NOT_OTA
    if (room < 2) return TRUNCATED
    f.answered = dv.getUint8(p)
    f.status = dv.getUint8(p + 1)
    return DECODED
  }

  // What else may come once a block stands first: refusals, and requests with optional fields.
  if (command === IMAGE_BLOCK_RESPONSE && f.fromServer) {
    if (room < 1) return TRUNCATED
    f.status = dv.getUint8(p)
    if (f.status === SUCCESS) return TRUNCATED // A whole one never comes here.
    if (f.status !== WAIT_FOR_DATA) return DECODED
    if (room < 11) return TRUNCATED
    f.currentTime = dv.getUint32(p + 1, true)
    f.requestTime = dv.getUint32(p + 5, true)
    f.minBlockPeriod = dv.getUint16(p + 9, true)
    return DECODED
  }
  if (command === IMAGE_BLOCK_REQUEST && !f.fromServer) {
    if (room < 14) return TRUNCATED
    f.fieldControl = dv.getUint8(p)
    f.manufacturerCode = dv.getUint16(p + 1, true)
    f.imageType = dv.getUint16(p + 3, true)
    f.fileVersion = dv.getUint32(p + 5, true)
    f.fileOffset = dv.getUint32(p + 9, true)
    f.maxDataSize = dv.getUint8(p + 13)
    let q = p + 14
    if (f.fieldControl & IEEE_PRESENT) {
      if (room < 22) return TRUNCATED
      f.ieeeLow = dv.getUint32(q, true)
      f.ieeeHigh = dv.getUint32(q + 4, true)
      q += 8
    }
    if (f.fieldControl & BLOCK_PERIOD_PRESENT) {
      // Devices are known to set the bit and leave the field out; herdsman forgives that, and so do we.
      if (p + room - q < 2) f.fieldControl &= ~BLOCK_PERIOD_PRESENT
      else f.minBlockPeriod = dv.getUint16(q, true)
    }
    return DECODED
  }
  return f.fromServer ? decodeFromServer(dv, p, room, f) : decodeFromClient(dv, p, room, f)
}

function decodeFromServer(dv: DataView, p: number, room: number, f: OtaFrame): DecodeCode {
  switch (f.command) {
    case IMAGE_NOTIFY: {
      if (room < 2) return TRUNCATED
      f.payloadType = dv.getUint8(p)
      f.queryJitter = dv.getUint8(p + 1)
      const type = f.payloadType
      if (room < (type >= 3 ? 10 : type === 2 ? 6 : type === 1 ? 4 : 2)) return TRUNCATED
      if (type >= 1) f.manufacturerCode = dv.getUint16(p + 2, true)
      if (type >= 2) f.imageType = dv.getUint16(p + 4, true)
      if (type >= 3) f.fileVersion = dv.getUint32(p + 6, true)
      return DECODED
    }
    case QUERY_NEXT_IMAGE_RESPONSE:
    case QUERY_DEVICE_SPECIFIC_FILE_RESPONSE:
      if (room < 1) return TRUNCATED
      f.status = dv.getUint8(p)
      if (f.status !== SUCCESS) return DECODED
      if (room < 13) return TRUNCATED
      readImage(dv, p + 1, f)
      f.imageSize = dv.getUint32(p + 9, true)
      return DECODED
    case UPGRADE_END_RESPONSE:
      if (room < 16) return TRUNCATED
      readImage(dv, p, f)
      f.currentTime = dv.getUint32(p + 8, true)
      f.upgradeTime = dv.getUint32(p + 12, true)
      return DECODED
    default:
      return UNKNOWN_COMMAND
  }
}

function decodeFromClient(dv: DataView, p: number, room: number, f: OtaFrame): DecodeCode {
  switch (f.command) {
    case QUERY_NEXT_IMAGE_REQUEST:
      if (room < 9) return TRUNCATED
      f.fieldControl = dv.getUint8(p)
      readImage(dv, p + 1, f)
      if (!(f.fieldControl & HARDWARE_VERSION_PRESENT)) return DECODED
      if (room < 11) return TRUNCATED
      f.hardwareVersion = dv.getUint16(p + 9, true)
      return DECODED
    case IMAGE_PAGE_REQUEST:
      if (room < 18) return TRUNCATED
      f.fieldControl = dv.getUint8(p)
      readImage(dv, p + 1, f)
      f.fileOffset = dv.getUint32(p + 9, true)
      f.maxDataSize = dv.getUint8(p + 13)
      f.pageSize = dv.getUint16(p + 14, true)
      f.responseSpacing = dv.getUint16(p + 16, true)
      if (!(f.fieldControl & IEEE_PRESENT)) return DECODED
      if (room < 26) return TRUNCATED
      f.ieeeLow = dv.getUint32(p + 18, true)
      f.ieeeHigh = dv.getUint32(p + 22, true)
      return DECODED
    case UPGRADE_END_REQUEST:
      if (room < 9) return TRUNCATED
      f.status = dv.getUint8(p)
      readImage(dv, p + 1, f)
      return DECODED
    case QUERY_DEVICE_SPECIFIC_FILE_REQUEST:
      if (room < 18) return TRUNCATED
      f.ieeeLow = dv.getUint32(p, true)
      f.ieeeHigh = dv.getUint32(p + 4, true)
      readImage(dv, p + 8, f)
      f.stackVersion = dv.getUint16(p + 16, true)
      return DECODED
    default:
      return UNKNOWN_COMMAND
  }
}

function readImage(dv: DataView, p: number, f: OtaFrame): void {
  f.manufacturerCode = dv.getUint16(p, true)
  f.imageType = dv.getUint16(p + 2, true)
  f.fileVersion = dv.getUint32(p + 4, true)
}

function writeImage(dv: DataView, p: number, f: OtaFrame): void {
  dv.setUint16(p, f.manufacturerCode, true)
  dv.setUint16(p + 2, f.imageType, true)
  dv.setUint32(p + 4, f.fileVersion, true)
}

/**
 * Writes a successful image block response with `size` (0..255) octets of `data` at `from`.
 * Returns the frame's length.
 */
export function encodeBlockResponse(
  out: Bytes,
  at: number,
  sequence: number,
  manufacturerCode: number,
  imageType: number,
  fileVersion: number,
  fileOffset: number,
  data: Bytes,
  from: number,
  size: number,
): number {
  const dv = out.dv
  dv.setInt32(at, BLOCK_HEAD | (sequence << 8), true)
  dv.setInt32(at + 4, manufacturerCode | (imageType << 16), true)
  dv.setInt32(at + 8, fileVersion, true)
  dv.setInt32(at + 12, fileOffset, true)
  dv.setUint8(at + 16, size)
  copyBytes(out, at + BLOCK_HEADER, data, from, size)
  return BLOCK_HEADER + size
}

/** Writes an image block request without optional fields; returns its length. */
export function encodeBlockRequest(
  out: Bytes,
  at: number,
  sequence: number,
  manufacturerCode: number,
  imageType: number,
  fileVersion: number,
  fileOffset: number,
  maxDataSize: number,
): number {
  const dv = out.dv
  dv.setInt32(at, REQUEST_HEAD | (sequence << 8), true)
  dv.setInt32(at + 4, manufacturerCode | (imageType << 16), true)
  dv.setInt32(at + 8, fileVersion, true)
  dv.setInt32(at + 12, fileOffset, true)
  dv.setUint8(at + 16, maxDataSize)
  return BLOCK_HEADER
}

/**
 * Writes the frame that `f` describes and returns its length. A block response's data is copied from
 * `data` at f.dataAt. Optional fields are written when f.fieldControl or f.payloadType announces them.
 * The caller has room for MAX_OTA_FRAME octets.
 */
export function encodeOta(out: Bytes, at: number, f: OtaFrame, data?: Bytes): number {
  const dv = out.dv
  const p = at + ZCL_HEADER
  dv.setUint8(at, f.fromServer ? SERVER_CONTROL : REQUEST_CONTROL)
  dv.setUint8(at + 1, f.sequence)
  dv.setUint8(at + 2, f.command)
  switch (f.command) {
    case IMAGE_NOTIFY: {
      const type = f.payloadType
      dv.setUint8(p, type)
      dv.setUint8(p + 1, f.queryJitter)
      if (type >= 1) dv.setUint16(p + 2, f.manufacturerCode, true)
      if (type >= 2) dv.setUint16(p + 4, f.imageType, true)
      if (type >= 3) dv.setUint32(p + 6, f.fileVersion, true)
      return ZCL_HEADER + (type >= 3 ? 10 : type === 2 ? 6 : type === 1 ? 4 : 2)
    }
    case QUERY_NEXT_IMAGE_REQUEST:
      dv.setUint8(p, f.fieldControl)
      writeImage(dv, p + 1, f)
      if (!(f.fieldControl & HARDWARE_VERSION_PRESENT)) return ZCL_HEADER + 9
      dv.setUint16(p + 9, f.hardwareVersion, true)
      return ZCL_HEADER + 11
    case QUERY_NEXT_IMAGE_RESPONSE:
    case QUERY_DEVICE_SPECIFIC_FILE_RESPONSE:
      dv.setUint8(p, f.status)
      if (f.status !== SUCCESS) return ZCL_HEADER + 1
      writeImage(dv, p + 1, f)
      dv.setUint32(p + 9, f.imageSize, true)
      return ZCL_HEADER + 13
    case IMAGE_BLOCK_REQUEST: {
      dv.setUint8(p, f.fieldControl)
      writeImage(dv, p + 1, f)
      dv.setUint32(p + 9, f.fileOffset, true)
      dv.setUint8(p + 13, f.maxDataSize)
      let q = p + 14
      if (f.fieldControl & IEEE_PRESENT) {
        dv.setUint32(q, f.ieeeLow, true)
        dv.setUint32(q + 4, f.ieeeHigh, true)
        q += 8
      }
      if (f.fieldControl & BLOCK_PERIOD_PRESENT) {
        dv.setUint16(q, f.minBlockPeriod, true)
        q += 2
      }
      return q - at
    }
    case IMAGE_PAGE_REQUEST:
      dv.setUint8(p, f.fieldControl)
      writeImage(dv, p + 1, f)
      dv.setUint32(p + 9, f.fileOffset, true)
      dv.setUint8(p + 13, f.maxDataSize)
      dv.setUint16(p + 14, f.pageSize, true)
      dv.setUint16(p + 16, f.responseSpacing, true)
      if (!(f.fieldControl & IEEE_PRESENT)) return ZCL_HEADER + 18
      dv.setUint32(p + 18, f.ieeeLow, true)
      dv.setUint32(p + 22, f.ieeeHigh, true)
      return ZCL_HEADER + 26
    case IMAGE_BLOCK_RESPONSE:
      dv.setUint8(p, f.status)
      if (f.status === SUCCESS) {
        writeImage(dv, p + 1, f)
        dv.setUint32(p + 9, f.fileOffset, true)
        dv.setUint8(p + 13, f.dataSize)
        if (data) copyBytes(out, p + 14, data, f.dataAt, f.dataSize)
        return BLOCK_RESPONSE_HEADER + f.dataSize
      }
      if (f.status !== WAIT_FOR_DATA) return ZCL_HEADER + 1
      dv.setUint32(p + 1, f.currentTime, true)
      dv.setUint32(p + 5, f.requestTime, true)
      dv.setUint16(p + 9, f.minBlockPeriod, true)
      return ZCL_HEADER + 11
    case UPGRADE_END_REQUEST:
      dv.setUint8(p, f.status)
      writeImage(dv, p + 1, f)
      return ZCL_HEADER + 9
    case UPGRADE_END_RESPONSE:
      writeImage(dv, p, f)
      dv.setUint32(p + 8, f.currentTime, true)
      dv.setUint32(p + 12, f.upgradeTime, true)
      return ZCL_HEADER + 16
    case QUERY_DEVICE_SPECIFIC_FILE_REQUEST:
      dv.setUint32(p, f.ieeeLow, true)
      dv.setUint32(p + 4, f.ieeeHigh, true)
      writeImage(dv, p + 8, f)
      dv.setUint16(p + 16, f.stackVersion, true)
      return ZCL_HEADER + 18
    default:
      // A default response: profile-wide, and never itself answered by one.
      dv.setUint8(at, (f.fromServer ? FROM_SERVER : 0) | DISABLE_DEFAULT_RESPONSE)
      dv.setUint8(p, f.answered)
      dv.setUint8(p + 1, f.status)
      return ZCL_HEADER + 2
  }
}
