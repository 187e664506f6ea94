// What a message of a known use case says: the octets of its content as fields, one layout for each use case and
// direction (docs/SPEC.md §13.4; write-content.ts goes the other way). One GbcsContent is made once and filled again and again;
// reading never throws and never allocates.

import type { Bytes } from '../bytes/bytes.ts'
import { ACCEPTED_NULL, HASH_LENGTH, IMMEDIATE } from '../power/activation.ts'
import { ZIGBEE_EPOCH } from '../time/utc.ts'
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
import { DAY_MS, DLMS_TIME, dlmsDay, dlmsMs } from './times.ts'

// Tags of DER.
export const SEQUENCE = 0x30
export const INTEGER = 0x02
export const OCTET_STRING = 0x04
export const NULL = 0x05
export const GENERALIZED = 0x18
// APDUs and data of DLMS.
export const ACCESS_REQUEST = 0xd9
export const ACCESS_RESPONSE = 0xda
export const DATA_NOTIFICATION = 0x0f
const LONG_INVOKE = 0x20
export const DLMS_OCTETS = 0x09
export const DLMS_U16 = 0x12
export const DLMS_STRUCTURE = 0x02
const DLMS_ARRAY = 0x01
// ZigBee: the Smart Energy profile, and what GCS38 reads.
export const ZSE = 0x0109
export const METERING = 0x0702
export const ZCL_OCTETS = 0x41
/** Read attributes of 0x0206, customer firmware version; frame control, sequence, command, attribute. */
export const ZCL_READ = 0x0000_0006
export const READ_OCTETS = 5
export const ANSWER_OCTETS = 12
export const REFUSAL_OCTETS = 6

export const VERSION_OCTETS = 4
export const NONE = -1
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
  /** CCS06 response: an array of DLMS, as octets; readHanDevices reads its elements. */
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

/** The long invoke id of a message's DLMS APDU: a constant and the low 24 bits of its counter. */
export function invokeId(m: GbcsMessage): number {
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
export const VERSION_CLASS = 1
export const VERSION_OBIS = 0x0000_0002
export const VERSION_OBIS_END = 0x01ff
export const VERSION_ATTRIBUTE = 2
export const NETWORK_CLASS = 104
export const NETWORK_OBIS = 0x0000_1e03
export const NETWORK_OBIS_END = 0x00ff
export const NETWORK_ATTRIBUTE = 4

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
