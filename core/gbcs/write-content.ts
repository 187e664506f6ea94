// The contents of known use cases, fields to octets: the other half of content.ts, whose constants it uses.

import { type Bytes, copyBytes } from '../bytes/bytes.ts'
import { ACCEPTED_NULL, HASH_LENGTH, IMMEDIATE } from '../power/activation.ts'
import { zigbeeUtc } from '../time/utc.ts'
import * as C from './codes.ts'
import {
  ACCESS_REQUEST,
  ACCESS_RESPONSE,
  ANSWER_OCTETS,
  DATA_NOTIFICATION,
  DLMS_OCTETS,
  DLMS_STRUCTURE,
  DLMS_U16,
  type GbcsContent,
  GENERALIZED,
  INTEGER,
  invokeId,
  METERING,
  NETWORK_ATTRIBUTE,
  NETWORK_CLASS,
  NETWORK_OBIS,
  NETWORK_OBIS_END,
  NONE,
  NULL,
  OCTET_STRING,
  READ_OCTETS,
  REFUSAL_OCTETS,
  SEQUENCE,
  VERSION_ATTRIBUTE,
  VERSION_CLASS,
  VERSION_OBIS,
  VERSION_OBIS_END,
  VERSION_OCTETS,
  ZCL_OCTETS,
  ZCL_READ,
  ZSE,
} from './content.ts'
import type { GbcsMessage } from './message.ts'
import { DLMS_TIME, GENERALIZED_TIME_LENGTH, writeDlmsTime, writeGeneralizedTime } from './times.ts'

/** The longest content that encodeContent makes but for the list of a CCS06 response, whose length the caller knows. */
export const MAX_CONTENT = 96

/**
 * Writes the content of `m`'s use case and direction as `b` has it, and tells `m` where it lies. A hash and a list are copied from
 * `data`.
 * @param out with room for MAX_CONTENT octets, and those of a list; it must not overlap with what is copied.
 * @returns octets written.
 * @throws RangeError when no layout is known for it, or a counter is above 2^63 - 1.
 */
export function encodeContent(
  out: Bytes,
  at: number,
  m: GbcsMessage,
  b: GbcsContent,
  data: Bytes,
): number {
  b.layout = C.layoutOf(m.messageCode, m.direction)
  const length = writeContent(out, at, m, b, data) - at
  m.contentAt = at
  m.contentLength = length
  return length
}

function writeContent(out: Bytes, at: number, m: GbcsMessage, b: GbcsContent, data: Bytes): number {
  const { dv } = out
  switch (b.layout) {
    case C.CS06_COMMAND: {
      b.counterHigh = m.counterHigh
      b.counterLow = m.counterLow
      let p = writeHash(out, at + 2, OCTET_STRING, b, data)
      p = writeCounter(dv, p, b.counterHigh, b.counterLow)
      if (b.executionTime !== IMMEDIATE) p = writeTime(dv, p, b.executionTime)
      return close(dv, at, p)
    }
    case C.CS06_RESPONSE:
      if (b.code !== ACCEPTED_NULL) return writeOutcome(dv, at, b)
      dv.setUint16(at, NULL << 8)
      return at + 2
    case C.CS06_ALERT: {
      let p = writeInteger(dv, at + 2, b.alertCode)
      p = writeTime(dv, p, b.executionTime)
      p = writeCounter(dv, p, b.counterHigh, b.counterLow)
      return close(dv, at, writeOutcome(dv, p, b))
    }
    case C.CS08_COMMAND:
      dv.setUint16(at, NULL << 8)
      return at + 2
    case C.CS08_RESPONSE:
      return close(dv, at, writeInteger(dv, writeVersion(dv, at + 2, OCTET_STRING, b), b.code))
    case C.ECS52_COMMAND:
    case C.CCS06_COMMAND:
      return writeAccessRequest(dv, at, m, b.layout)
    case C.ECS52_RESPONSE:
    case C.CCS06_RESPONSE:
      return writeAccessResponse(out, at, m, b, data)
    case C.GCS38_COMMAND:
      writeZclHeader(dv, at, READ_OCTETS)
      dv.setUint32(at + 8, ZCL_READ)
      dv.setUint8(at + 12, 0x02)
      return at + 13
    case C.GCS38_RESPONSE:
      writeZclHeader(dv, at, b.code === 0 ? ANSWER_OCTETS : REFUSAL_OCTETS)
      dv.setUint32(at + 8, 0x0800_0106)
      dv.setUint8(at + 12, 0x02)
      dv.setUint8(at + 13, b.code)
      return b.code === 0 ? writeVersion(dv, at + 14, ZCL_OCTETS, b) : at + 14
    case C.CCS08_ALERT: {
      let p = writeTime(dv, writeInteger(dv, at + 2, b.alertCode), b.time)
      dv.setUint16(p, (OCTET_STRING << 8) | 8)
      dv.setInt32(p + 2, b.deviceHigh)
      dv.setInt32(p + 6, b.deviceLow)
      p = writeVersion(dv, p + 10, OCTET_STRING, b)
      return close(dv, at, writeInteger(dv, p, b.code))
    }
    case C.CS09_ALERT: {
      const p = writeTime(dv, writeInteger(dv, at + 2, b.alertCode), b.time)
      return close(dv, at, writeInteger(dv, writeVersion(dv, p, OCTET_STRING, b), b.code))
    }
    case C.FDRA_DLMS_ALERT: {
      const p = writeDate(out, writeNotification(dv, at, m, b, 3), b.timeAt, b.time, data)
      return writeHash(out, p, DLMS_OCTETS, b, data)
    }
    case C.FDRA_ZIGBEE_ALERT:
      dv.setUint16(at, ZSE)
      dv.setUint8(at + 2, 0x01)
      dv.setUint16(at + 3, b.alertCode)
      dv.setUint32(at + 5, zigbeeUtc(b.time))
      return writeHash(out, at + 9, DLMS_OCTETS, b, data)
    case C.ECS80_ALERT: {
      let p = writeDate(out, writeNotification(dv, at, m, b, 4), b.timeAt, b.time, data)
      p = writeDate(out, p, b.interruptionAt, b.interruption, data)
      return writeDate(out, p, b.restorationAt, b.restoration, data)
    }
    default:
      throw new RangeError('no layout is known for this use case and direction')
  }
}

/** A SEQUENCE of what was written from two octets behind `at` on. No content here has 128 octets or more. */
function close(dv: DataView, at: number, end: number): number {
  dv.setUint8(at, SEQUENCE)
  dv.setUint8(at + 1, end - at - 2)
  return end
}

function writeOutcome(dv: DataView, at: number, b: GbcsContent): number {
  return close(dv, at, writeVersion(dv, writeInteger(dv, at + 2, b.code), OCTET_STRING, b))
}

/** An INTEGER 0..0xFFFF in its shortest form. */
function writeInteger(dv: DataView, at: number, value: number): number {
  dv.setUint8(at, INTEGER)
  const octets = value < 0x80 ? 1 : value < 0x8000 ? 2 : 3
  dv.setUint8(at + 1, octets)
  for (let i = 0; i < octets; i++) dv.setUint8(at + 2 + i, value >>> (8 * (octets - 1 - i)))
  return at + 2 + octets
}

/** An INTEGER of two words in its shortest form. */
function writeCounter(dv: DataView, at: number, high: number, low: number): number {
  if (high < 0) throw new RangeError('a counter in a content is at most 2^63 - 1')
  dv.setUint8(at, INTEGER)
  dv.setInt32(at + 2, high)
  dv.setInt32(at + 6, low)
  let zeros = 0
  while (zeros < 7 && dv.getUint8(at + 2 + zeros) === 0 && dv.getUint8(at + 3 + zeros) < 0x80)
    zeros++
  const octets = 8 - zeros
  for (let i = 0; i < octets; i++) dv.setUint8(at + 2 + i, dv.getUint8(at + 2 + zeros + i))
  dv.setUint8(at + 1, octets)
  return at + 2 + octets
}

function writeTime(dv: DataView, at: number, unixMs: number): number {
  dv.setUint16(at, (GENERALIZED << 8) | GENERALIZED_TIME_LENGTH)
  return writeGeneralizedTime(dv, at + 2, unixMs)
}

function writeVersion(dv: DataView, at: number, tag: number, b: GbcsContent): number {
  dv.setUint8(at, tag)
  dv.setUint8(at + 1, VERSION_OCTETS)
  dv.setUint32(at + 2, b.version)
  return at + 6
}

function writeHash(out: Bytes, at: number, tag: number, b: GbcsContent, data: Bytes): number {
  out.dv.setUint16(at, (tag << 8) | HASH_LENGTH)
  copyBytes(out, at + 2, data, b.hashAt, HASH_LENGTH)
  return at + 2 + HASH_LENGTH
}

function writeDate(out: Bytes, at: number, dateAt: number, unixMs: number, data: Bytes): number {
  out.dv.setUint16(at, (DLMS_OCTETS << 8) | DLMS_TIME)
  if (dateAt === NONE) return writeDlmsTime(out.dv, at + 2, unixMs)
  copyBytes(out, at + 2, data, dateAt, DLMS_TIME)
  return at + 2 + DLMS_TIME
}

function writeNotification(
  dv: DataView,
  at: number,
  m: GbcsMessage,
  b: GbcsContent,
  elements: number,
): number {
  dv.setUint8(at, DATA_NOTIFICATION)
  dv.setInt32(at + 1, invokeId(m))
  dv.setUint8(at + 5, 0)
  dv.setUint16(at + 6, (DLMS_STRUCTURE << 8) | elements)
  dv.setUint8(at + 8, DLMS_U16)
  dv.setUint16(at + 9, b.alertCode)
  return at + 11
}

function writeAccessRequest(dv: DataView, at: number, m: GbcsMessage, layout: C.Layout): number {
  const isVersion = layout === C.ECS52_COMMAND
  dv.setUint8(at, ACCESS_REQUEST)
  dv.setInt32(at + 1, invokeId(m))
  dv.setUint16(at + 5, 0x0001)
  dv.setUint8(at + 7, 0x01)
  dv.setUint16(at + 8, isVersion ? VERSION_CLASS : NETWORK_CLASS)
  dv.setUint32(at + 10, isVersion ? VERSION_OBIS : NETWORK_OBIS)
  dv.setUint16(at + 14, isVersion ? VERSION_OBIS_END : NETWORK_OBIS_END)
  dv.setUint8(at + 16, isVersion ? VERSION_ATTRIBUTE : NETWORK_ATTRIBUTE)
  dv.setUint16(at + 17, 0x0100)
  return at + 19
}

function writeAccessResponse(
  out: Bytes,
  at: number,
  m: GbcsMessage,
  b: GbcsContent,
  data: Bytes,
): number {
  const { dv } = out
  dv.setUint8(at, ACCESS_RESPONSE)
  dv.setInt32(at + 1, invokeId(m))
  dv.setUint16(at + 5, 0)
  dv.setUint8(at + 7, 0x01)
  let p = at + 8
  if (b.code !== 0) dv.setUint8(p++, 0)
  else if (b.layout === C.ECS52_RESPONSE) p = writeVersion(dv, p, DLMS_OCTETS, b)
  else {
    copyBytes(out, p, data, b.listAt, b.listLength)
    p += b.listLength
  }
  dv.setUint16(p, 0x0101)
  dv.setUint8(p + 2, b.code)
  return p + 3
}

function writeZclHeader(dv: DataView, at: number, length: number): void {
  dv.setUint16(at, ZSE)
  dv.setUint16(at + 2, 0x0101)
  dv.setUint16(at + 4, METERING)
  dv.setUint16(at + 6, length)
}
