// What a message of a known use case says: the octets of its content to fields and back, one layout for each use case and
// direction (docs/SPEC.md §13.4). One GbcsContent is made once and filled again and again; reading never throws and never
// allocates.

import { type Bytes, copyBytes } from '../bytes/bytes.ts'
import { ACCEPTED_NULL, HASH_LENGTH, IMMEDIATE } from '../power/activation.ts'
import { ZIGBEE_EPOCH, zigbeeUtc } from '../time/utc.ts'
import * as C from './codes.ts'
import type { GbcsMessage } from './message.ts'
import {
  BODY_COUNTER,
  CONTENT_LENGTH,
  CONTENT_TAG,
  INVOKE_ID,
  type Misfit,
  READ,
  VALUE,
} from './misfits.ts'
import { Reader } from './reader.ts'
import {
  DAY_MS,
  DLMS_TIME,
  dlmsDay,
  dlmsMs,
  GENERALIZED_TIME_LENGTH,
  writeDlmsTime,
  writeGeneralizedTime,
} from './times.ts'

/** The longest content that writeContent makes but for the list of a CCS06 response, whose length the caller knows. */
export const MAX_CONTENT = 96

// Tags of DER.
const SEQUENCE = 0x30
const INTEGER = 0x02
const OCTET_STRING = 0x04
const NULL = 0x05
const GENERALIZED = 0x18
// APDUs and data of DLMS.
const ACCESS_REQUEST = 0xd9
const ACCESS_RESPONSE = 0xda
const DATA_NOTIFICATION = 0x0f
const LONG_INVOKE = 0x20
const DLMS_OCTETS = 0x09
const DLMS_U16 = 0x12
const DLMS_STRUCTURE = 0x02
const DLMS_ARRAY = 0x01
// ZigBee: the Smart Energy profile, and what GCS38 reads.
const ZSE = 0x0109
const METERING = 0x0702
const ZCL_OCTETS = 0x41
/** Read attributes of 0x0206, customer firmware version; frame control, sequence, command, attribute. */
const ZCL_READ = 0x0000_0006
const READ_OCTETS = 5
const ANSWER_OCTETS = 12
const REFUSAL_OCTETS = 6

const VERSION_OCTETS = 4
const NONE = -1
const MAX_DEPTH = 6

/** The fields of any content; which of them mean something follows from the layout. Offsets are into the memory read. */
export class GbcsContent {
  layout: C.Layout = C.OPAQUE
  /** SHA-256 of a Manufacturer Image, 32 octets. */
  hashAt = 0
  /** Originator counter of the command, two words: in a CS06 alert that of the command reported. */
  counterHigh = 0
  counterLow = 0
  /** Unix ms, or IMMEDIATE or CANCEL_TIME of core/power/activation. */
  executionTime: number = IMMEDIATE
  alertCode = 0
  /**
   * CS06: response code 0..3, or ACCEPTED_NULL of core/power/activation. CCS08: 0 success, 1 image discarded, 2 hardware version
   * mismatch, 3 transfer failure. CS08 and CS09: 0 or 1. ECS52 and CCS06: a DLMS result, GCS38: a ZCL status, 0 is success.
   */
  code = 0
  /** Firmware version, u32; of a read that failed it means nothing. */
  version = 0
  /** The device that a transfer was for, EUI-64 as two words. */
  deviceHigh = 0
  deviceLow = 0
  /** When an alert was raised; ECS80: when the supply went and came back. Unix ms. */
  time = 0
  interruption = 0
  restoration = 0
  /** Where such a time stands as a DLMS date-time; -1 where it is none. When writing it is copied unless this is -1. */
  timeAt = NONE
  interruptionAt = NONE
  restorationAt = NONE
  /** CCS06 response: an array of DLMS, as octets; readHanDevice reads its elements. */
  listAt = 0
  listLength = 0
  /** Where the field stands that did not fit. */
  misfitAt = 0
}

const reader = new Reader()

/** Reads the content of `m`, which was read from `src`, into `b`. An OPAQUE one is left as octets. */
export function decodeContent(src: Bytes, m: GbcsMessage, b: GbcsContent): Misfit {
  const r = reader
  r.start(src, m.contentAt, m.contentLength)
  b.layout = C.layoutOf(m.messageCode, m.direction)
  switch (b.layout) {
    case C.OPAQUE:
      return READ
    case C.CS06_COMMAND:
      readCs06Command(r, m, b)
      break
    case C.CS06_RESPONSE:
      readCs06Response(r, b)
      break
    case C.CS06_ALERT:
      readCs06Alert(r, b)
      break
    case C.CS08_COMMAND:
      r.word(NULL << 8, CONTENT_TAG)
      break
    case C.CS08_RESPONSE:
      readSequence(r)
      readVersion(r, b, OCTET_STRING)
      readCode(r, b, 1)
      break
    case C.ECS52_COMMAND:
    case C.CCS06_COMMAND:
      readAccessRequest(r, m, b.layout)
      break
    case C.ECS52_RESPONSE:
    case C.CCS06_RESPONSE:
      readAccessResponse(r, m, b)
      break
    case C.GCS38_COMMAND:
      readZclHeader(r)
      r.word(READ_OCTETS, CONTENT_LENGTH)
      r.long(ZCL_READ, VALUE)
      r.octet(0x02, VALUE)
      break
    case C.GCS38_RESPONSE:
      readZclResponse(r, b)
      break
    case C.CCS08_ALERT:
      readCcs08(r, b)
      break
    case C.CS09_ALERT:
      readSequence(r)
      readAlertCode(r, b, C.PPMID_ACTIVATION, C.PPMID_ACTIVATION)
      r.generalizedTime(CONTENT_TAG)
      b.time = r.day * DAY_MS + r.ms
      b.timeAt = NONE
      readVersion(r, b, OCTET_STRING)
      readCode(r, b, 1)
      break
    case C.FDRA_DLMS_ALERT:
      readNotification(r, m, 3)
      readEventCode(r, b)
      b.timeAt = readDate(r)
      b.hashAt = readOctets(r, DLMS_OCTETS, HASH_LENGTH)
      break
    case C.FDRA_ZIGBEE_ALERT:
      r.word(ZSE, VALUE)
      r.octet(0x01, VALUE)
      readAlertWord(r, b)
      b.time = ((r.half() >>> 0) + ZIGBEE_EPOCH) * 1000
      b.timeAt = NONE
      b.hashAt = readOctets(r, DLMS_OCTETS, HASH_LENGTH)
      break
    default:
      readEcs80(r, m, b)
  }
  const misfit = r.finish()
  b.misfitAt = r.misfitAt
  if (misfit === READ) settleTimes(src, b)
  return misfit
}

function readCs06Command(r: Reader, m: GbcsMessage, b: GbcsContent): void {
  readSequence(r)
  b.hashAt = readOctets(r, OCTET_STRING, HASH_LENGTH)
  const at = r.at
  r.counter(CONTENT_TAG)
  takeCounter(r, b)
  if (b.counterHigh !== m.counterHigh || b.counterLow !== m.counterLow) r.fail(BODY_COUNTER, at)
  b.executionTime = IMMEDIATE
  if (r.misfit !== READ || r.left === 0) return
  r.generalizedTime(CONTENT_TAG)
  b.executionTime = r.day * DAY_MS + r.ms
}

function readCs06Response(r: Reader, b: GbcsContent): void {
  if (r.left === 2) {
    r.word(NULL << 8, CONTENT_TAG)
    b.code = ACCEPTED_NULL
  } else readOutcome(r, b)
}

function readCs06Alert(r: Reader, b: GbcsContent): void {
  readSequence(r)
  readAlertCode(r, b, C.ACTIONED, C.NOT_ACTIONED)
  r.generalizedTime(CONTENT_TAG)
  b.executionTime = r.day * DAY_MS + r.ms
  r.counter(CONTENT_TAG)
  takeCounter(r, b)
  readOutcome(r, b)
}

function readOutcome(r: Reader, b: GbcsContent): void {
  readSequence(r)
  readCode(r, b, 3)
  readVersion(r, b, OCTET_STRING)
}

function readCcs08(r: Reader, b: GbcsContent): void {
  readSequence(r)
  readAlertCode(r, b, C.TRANSFER_FAILED, C.TRANSFER_SUCCEEDED)
  r.generalizedTime(CONTENT_TAG)
  b.time = r.day * DAY_MS + r.ms
  b.timeAt = NONE
  r.octet(OCTET_STRING, CONTENT_TAG)
  r.octet(8, CONTENT_LENGTH)
  b.deviceHigh = r.half()
  b.deviceLow = r.half()
  readVersion(r, b, OCTET_STRING)
  readCode(r, b, 3)
}

function readEcs80(r: Reader, m: GbcsMessage, b: GbcsContent): void {
  readNotification(r, m, 4)
  r.octet(DLMS_U16, CONTENT_TAG)
  const at = r.at
  b.alertCode = r.u16()
  if (b.alertCode < C.SUPPLY_RESTORED || b.alertCode > C.LAST_SUPPLY_RESTORED) r.fail(VALUE, at)
  b.timeAt = readDate(r)
  b.interruptionAt = readDate(r)
  b.restorationAt = readDate(r)
}

/** A SEQUENCE that ends where the content does: no use case has anything behind it. */
function readSequence(r: Reader): void {
  r.octet(SEQUENCE, CONTENT_TAG)
  const at = r.at
  const length = r.length()
  if (length !== r.left) r.fail(CONTENT_LENGTH, at)
}

function readOctets(r: Reader, tag: number, length: number): number {
  r.octet(tag, CONTENT_TAG)
  r.octet(length, CONTENT_LENGTH)
  return r.skip(length)
}

function readVersion(r: Reader, b: GbcsContent, tag: number): void {
  r.octet(tag, CONTENT_TAG)
  r.octet(VERSION_OCTETS, CONTENT_LENGTH)
  b.version = r.half() >>> 0
}

function readCode(r: Reader, b: GbcsContent, most: number): void {
  const at = r.at
  b.code = r.integer(CONTENT_TAG)
  if (b.code > most) r.fail(VALUE, at)
}

function readAlertCode(r: Reader, b: GbcsContent, one: number, other: number): void {
  const at = r.at
  b.alertCode = r.integer(CONTENT_TAG)
  if (b.alertCode !== one && b.alertCode !== other) r.fail(VALUE, at)
}

function readEventCode(r: Reader, b: GbcsContent): void {
  r.octet(DLMS_U16, CONTENT_TAG)
  readAlertWord(r, b)
}

function readAlertWord(r: Reader, b: GbcsContent): void {
  const at = r.at
  b.alertCode = r.u16()
  if (b.alertCode !== C.VERIFIED && b.alertCode !== C.VERIFICATION_FAILED) r.fail(VALUE, at)
}

function readDate(r: Reader): number {
  r.octet(DLMS_OCTETS, CONTENT_TAG)
  r.octet(DLMS_TIME, CONTENT_LENGTH)
  return r.dlmsTime()
}

function takeCounter(r: Reader, b: GbcsContent): void {
  b.counterHigh = r.counterHigh
  b.counterLow = r.counterLow
}

/** The head of a DLMS APDU: its tag and a long invoke id, of which the counter is a part. */
function readInvoke(r: Reader, m: GbcsMessage, apdu: number): void {
  r.octet(apdu, CONTENT_TAG)
  r.long(invokeId(m), INVOKE_ID)
}

function invokeId(m: GbcsMessage): number {
  return (LONG_INVOKE << 24) | (m.counterLow & 0xff_ffff)
}

function readNotification(r: Reader, m: GbcsMessage, elements: number): void {
  readInvoke(r, m, DATA_NOTIFICATION)
  r.octet(0, VALUE)
  r.octet(DLMS_STRUCTURE, CONTENT_TAG)
  r.octet(elements, CONTENT_LENGTH)
}

/** One get of one attribute, without a time; then one datum, null. */
function readAccessRequest(r: Reader, m: GbcsMessage, layout: C.Layout): void {
  readInvoke(r, m, ACCESS_REQUEST)
  r.word(0x0001, VALUE)
  r.octet(0x01, VALUE)
  const isVersion = layout === C.ECS52_COMMAND
  r.word(isVersion ? VERSION_CLASS : NETWORK_CLASS, VALUE)
  r.long(isVersion ? VERSION_OBIS : NETWORK_OBIS, VALUE)
  r.word(isVersion ? VERSION_OBIS_END : NETWORK_OBIS_END, VALUE)
  r.octet(isVersion ? VERSION_ATTRIBUTE : NETWORK_ATTRIBUTE, VALUE)
  r.word(0x0100, VALUE)
}

// ECS52 reads class 1, 0-0:0.2.1.255, attribute 2; CCS06 class 104 (ZigBee network control), 0-0:30.3.0.255, attribute 4.
const VERSION_CLASS = 1
const VERSION_OBIS = 0x0000_0002
const VERSION_OBIS_END = 0x01ff
const VERSION_ATTRIBUTE = 2
const NETWORK_CLASS = 104
const NETWORK_OBIS = 0x0000_1e03
const NETWORK_OBIS_END = 0x00ff
const NETWORK_ATTRIBUTE = 4

function readAccessResponse(r: Reader, m: GbcsMessage, b: GbcsContent): void {
  readInvoke(r, m, ACCESS_RESPONSE)
  r.word(0, VALUE)
  r.octet(0x01, VALUE)
  const at = r.at
  const tag = r.u8()
  b.version = 0
  b.listAt = r.at - 1
  if (tag === DLMS_OCTETS && b.layout === C.ECS52_RESPONSE) {
    r.octet(VERSION_OCTETS, CONTENT_LENGTH)
    b.version = r.half() >>> 0
  } else if (tag === DLMS_ARRAY && b.layout === C.CCS06_RESPONSE) {
    skipElements(r, r.length(), 1)
  } else if (tag !== 0) r.fail(CONTENT_TAG, at)
  b.listLength = tag === DLMS_ARRAY ? r.at - b.listAt : 0
  r.word(0x0101, VALUE)
  const resultAt = r.at
  b.code = r.u8()
  // What was read is there when the result is success, and only then.
  if ((tag === 0) !== (b.code !== 0)) r.fail(VALUE, resultAt)
}

/** Passes over `count` data of DLMS. */
function skipElements(r: Reader, count: number, depth: number): void {
  for (; count > 0 && r.misfit === READ; count--) skipDatum(r, depth)
}

function skipDatum(r: Reader, depth: number): void {
  const at = r.at
  const tag = r.u8()
  if (depth > MAX_DEPTH) r.fail(CONTENT_TAG, at)
  else if (tag === DLMS_ARRAY || tag === DLMS_STRUCTURE) skipElements(r, r.length(), depth + 1)
  else if (tag === DLMS_OCTETS) r.skip(r.length())
  else if (tag === 0x04) r.skip((r.length() + 7) >>> 3)
  else if (tag === 0x03 || tag === 0x0f || tag === 0x11 || tag === 0x16) r.skip(1)
  else if (tag === 0x10 || tag === DLMS_U16) r.skip(2)
  else if (tag === 0x05 || tag === 0x06) r.skip(4)
  else if (tag !== 0) r.fail(CONTENT_TAG, at)
}

/** One component, the last, of cluster Metering. */
function readZclHeader(r: Reader): void {
  r.word(ZSE, VALUE)
  r.word(0x0101, VALUE)
  r.word(METERING, VALUE)
}

function readZclResponse(r: Reader, b: GbcsContent): void {
  readZclHeader(r)
  const at = r.at
  const length = r.u16()
  r.word(0x0800, VALUE)
  r.octet(0x01, VALUE)
  r.word(0x0602, VALUE)
  b.code = r.u8()
  b.version = 0
  if (length !== (b.code === 0 ? ANSWER_OCTETS : REFUSAL_OCTETS)) r.fail(CONTENT_LENGTH, at)
  if (b.code === 0) readVersion(r, b, ZCL_OCTETS)
}

/** Times that stand as DLMS date-times become Unix ms, NO_MOMENT where they are not specified. */
function settleTimes({ dv }: Bytes, b: GbcsContent): void {
  const { layout, timeAt, interruptionAt, restorationAt } = b
  if (layout !== C.FDRA_DLMS_ALERT && layout !== C.ECS80_ALERT) return
  // Written as sums alone: of a choice between two numbers the engine would make one on the heap.
  b.time = dlmsDay(dv, timeAt) * DAY_MS + dlmsMs(dv, timeAt)
  if (layout === C.FDRA_DLMS_ALERT) return
  b.interruption = dlmsDay(dv, interruptionAt) * DAY_MS + dlmsMs(dv, interruptionAt)
  b.restoration = dlmsDay(dv, restorationAt) * DAY_MS + dlmsMs(dv, restorationAt)
}

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
