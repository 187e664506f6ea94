// The envelope of a GBCS message: [MAC header] general-signing APDU [MAC], octets to fields and back (docs/SPEC.md §13).
// Everything is big-endian. One GbcsMessage is made once and filled again and again; reading never throws and never allocates.
// Reading is strict: whatever is not as laid down is a misfit with a code of its own, so that two readers cannot differ.

import { type Bytes, copyBytes } from '../bytes/bytes.ts'
import { COMMAND } from './codes.ts'
import {
  CIPHERING_FIELDS,
  DATE_TIME,
  DIRECTION,
  ENTITY_ID,
  INVOCATION_COUNTER,
  type Misfit,
  NO_MESSAGE,
  OTHER_INFORMATION,
  READ,
  SECURITY_CONTROL,
  SIGNATURE_LENGTH,
  TRAILING,
  TRANSACTION,
  TRUNCATED,
} from './misfits.ts'
import { Reader } from './reader.ts'
import { DLMS_TIME } from './times.ts'

export const GENERAL_CIPHERING = 0xdd
export const GENERAL_SIGNING = 0xdf
/** Security control: suite 1, authenticated only. */
export const AUTHENTICATED = 0x11
export const SIGNATURE_OCTETS = 64
export const MAC_OCTETS = 12

/** How a message ends. A pre-command, which no signature is in yet, may stop before the octet that tells its length. */
export const OPEN = 0
export const UNSIGNED = 1
export const SIGNED = 2
export type Ending = 0 | 1 | 2

/** What follows the message code: nothing, the remote party that is spoken for and its counter, or an own counter as well. */
export const PLAIN = 0
export const FOR_PARTY = 1
export const FOR_PARTY_COUNTED = 2
export type Supplement = 0 | 1 | 2

const TRANSACTION_OCTETS = 9
const ID_OCTETS = 8
/** Of the MAC header what its length counts: security control and invocation counter. */
const SECURITY_OCTETS = 5
/** Octets of the other information by its supplement. */
const OTHER_OCTETS = [2, 18, 26] as const
const MAX_LENGTH = 0xffff
const NONE = -1

/** The fields of a message. Offsets are into the memory that it was read from or written to; -1 where there is nothing. */
export class GbcsMessage {
  /** COMMAND, RESPONSE or ALERT. */
  direction = 0
  /** Originator counter, u64 as two int32 words. */
  counterHigh = 0
  counterLow = 0
  /** Business originator and recipient, EUI-64s as two int32 words. */
  originatorHigh = 0
  originatorLow = 0
  recipientHigh = 0
  recipientLow = 0
  /** DLMS date-time of the header, 12 octets, which responses to critical commands carry. */
  dateTimeAt = NONE
  messageCode = 0
  supplement: Supplement = PLAIN
  /** The remote party that the message is for, when the ACB speaks for it, and that party's counter. */
  partyHigh = 0
  partyLow = 0
  partyCounterHigh = 0
  partyCounterLow = 0
  /** Supplementary originator counter. */
  ownCounterHigh = 0
  ownCounterLow = 0
  /** What else the other information has: a key agreement certificate. Only with FOR_PARTY_COUNTED. */
  moreAt = 0
  moreLength = 0
  contentAt = 0
  contentLength = 0
  ending: Ending = OPEN
  signatureAt = NONE
  hasMac = false
  macAt = NONE
  /** The general-signing APDU, from DF up to the end of its signature. */
  apduAt = 0
  apduLength = 0
  /** Of a message that was not read: where the misfit is. */
  misfitAt = 0
}

const reader = new Reader()

/** Reads the `length` octets at `at`, which `src` has, into `m`. After a misfit `m` means nothing but for `misfitAt`. */
export function decodeMessage(src: Bytes, at: number, length: number, m: GbcsMessage): Misfit {
  const r = reader
  r.start(src, at, length)
  readMessage(r, m)
  m.misfitAt = r.misfitAt
  return r.misfit
}

function readMessage(r: Reader, m: GbcsMessage): void {
  m.hasMac = false
  m.macAt = NONE
  const first = r.u8()
  if (first === GENERAL_CIPHERING) {
    readMacHeader(r, m)
    r.octet(GENERAL_SIGNING, NO_MESSAGE)
  } else if (first !== GENERAL_SIGNING) r.fail(NO_MESSAGE, r.at - 1)
  m.apduAt = r.at - 1
  m.apduLength = r.end - m.apduAt
  readGroupingHeader(r, m)
  m.contentLength = r.length()
  m.contentAt = r.skip(m.contentLength)
  readSignature(r, m)
}

function readMacHeader(r: Reader, m: GbcsMessage): void {
  r.long(0, CIPHERING_FIELDS)
  r.word(0, CIPHERING_FIELDS)
  const length = r.length()
  if (r.misfit !== READ) return
  if (length !== r.left) {
    r.fail(length > r.left ? TRUNCATED : TRAILING, length > r.left ? r.end : r.at + length)
    return
  }
  r.octet(AUTHENTICATED, SECURITY_CONTROL)
  r.long(0, INVOCATION_COUNTER)
  if (r.left < MAC_OCTETS) r.fail(TRUNCATED, r.end)
  r.end -= MAC_OCTETS
  m.hasMac = true
  m.macAt = r.end
}

function readGroupingHeader(r: Reader, m: GbcsMessage): void {
  r.octet(TRANSACTION_OCTETS, TRANSACTION)
  m.direction = r.u8()
  if (m.direction < 1 || m.direction > 3) r.fail(DIRECTION, r.at - 1)
  m.counterHigh = r.half()
  m.counterLow = r.half()
  r.octet(ID_OCTETS, ENTITY_ID)
  m.originatorHigh = r.half()
  m.originatorLow = r.half()
  r.octet(ID_OCTETS, ENTITY_ID)
  m.recipientHigh = r.half()
  m.recipientLow = r.half()
  const dateTime = r.u8()
  m.dateTimeAt = dateTime === DLMS_TIME ? r.dlmsTime() : NONE
  if (dateTime !== 0 && dateTime !== DLMS_TIME) r.fail(DATE_TIME, r.at - 1)
  readOtherInformation(r, m)
}

function readOtherInformation(r: Reader, m: GbcsMessage): void {
  const at = r.at
  const length = r.length()
  m.messageCode = r.u16()
  m.supplement = PLAIN
  m.moreLength = 0
  if (length === OTHER_OCTETS[PLAIN]) return
  if (length !== OTHER_OCTETS[FOR_PARTY] && length < OTHER_OCTETS[FOR_PARTY_COUNTED]) {
    r.fail(OTHER_INFORMATION, at)
    return
  }
  m.supplement = FOR_PARTY
  m.partyHigh = r.half()
  m.partyLow = r.half()
  m.partyCounterHigh = r.half()
  m.partyCounterLow = r.half()
  if (length === OTHER_OCTETS[FOR_PARTY]) return
  m.supplement = FOR_PARTY_COUNTED
  m.ownCounterHigh = r.half()
  m.ownCounterLow = r.half()
  m.moreLength = length - OTHER_OCTETS[FOR_PARTY_COUNTED]
  m.moreAt = r.skip(m.moreLength)
}

function readSignature(r: Reader, m: GbcsMessage): void {
  m.signatureAt = NONE
  m.ending = OPEN
  if (r.misfit !== READ) return
  // Only a pre-command may stop here, and it has no MAC.
  if (r.left === 0 && m.direction === COMMAND && !m.hasMac) return
  const length = r.u8()
  if (length === SIGNATURE_OCTETS) {
    m.ending = SIGNED
    m.signatureAt = r.skip(SIGNATURE_OCTETS)
  } else if (length === 0) m.ending = UNSIGNED
  else r.fail(SIGNATURE_LENGTH, r.at - 1)
  r.finish()
}

/** Octets that encodeMessage writes of `m`. */
export function messageLength(m: GbcsMessage): number {
  const apdu = apduLengthOf(m)
  if (!m.hasMac) return apdu
  const length = SECURITY_OCTETS + apdu + MAC_OCTETS
  return 7 + lengthOctets(length) + length
}

function apduLengthOf(m: GbcsMessage): number {
  const other = otherLength(m)
  return (
    29 +
    (m.dateTimeAt === NONE ? 1 : 1 + DLMS_TIME) +
    (lengthOctets(other) + other) +
    (lengthOctets(m.contentLength) + m.contentLength) +
    (m.ending === OPEN ? 0 : m.ending === UNSIGNED ? 1 : 1 + SIGNATURE_OCTETS)
  )
}

function otherLength(m: GbcsMessage): number {
  return OTHER_OCTETS[m.supplement] + (m.supplement === FOR_PARTY_COUNTED ? m.moreLength : 0)
}

/**
 * Writes the message that `m` describes. Date-time, certificate, content and a signature that there is already are copied from
 * `data`, where m's offsets say; afterwards m's offsets are those of `out`. A signature that is still to be made is 64 zeros,
 * the MAC always 12.
 * @param out with room for messageLength(m) octets at `at`; it must not overlap with what is copied.
 * @returns octets written.
 * @throws RangeError when a length is above 65,535.
 */
export function encodeMessage(out: Bytes, at: number, m: GbcsMessage, data: Bytes): number {
  const { dv, u8 } = out
  const apdu = apduLengthOf(m)
  let p = at
  if (m.hasMac) {
    dv.setUint8(p, GENERAL_CIPHERING)
    u8.fill(0, p + 1, p + 7)
    p = writeLength(dv, p + 7, SECURITY_OCTETS + apdu + MAC_OCTETS)
    dv.setUint8(p, AUTHENTICATED)
    dv.setUint32(p + 1, 0)
    p += SECURITY_OCTETS
  }
  m.apduAt = p
  m.apduLength = apdu
  p = writeGroupingHeader(out, p, m, data)
  p = writeLength(dv, p, m.contentLength)
  copyBytes(out, p, data, m.contentAt, m.contentLength)
  m.contentAt = p
  p += m.contentLength
  if (m.ending !== OPEN) dv.setUint8(p++, m.ending === SIGNED ? SIGNATURE_OCTETS : 0)
  if (m.ending === SIGNED) {
    if (m.signatureAt === NONE) u8.fill(0, p, p + SIGNATURE_OCTETS)
    else copyBytes(out, p, data, m.signatureAt, SIGNATURE_OCTETS)
    m.signatureAt = p
    p += SIGNATURE_OCTETS
  } else m.signatureAt = NONE
  m.macAt = m.hasMac ? p : NONE
  if (m.hasMac) {
    u8.fill(0, p, p + MAC_OCTETS)
    p += MAC_OCTETS
  }
  return p - at
}

function writeGroupingHeader(out: Bytes, at: number, m: GbcsMessage, data: Bytes): number {
  const dv = out.dv
  dv.setUint8(at, GENERAL_SIGNING)
  dv.setUint8(at + 1, TRANSACTION_OCTETS)
  dv.setUint8(at + 2, m.direction)
  writeWords(dv, at + 3, m.counterHigh, m.counterLow)
  dv.setUint8(at + 11, ID_OCTETS)
  writeWords(dv, at + 12, m.originatorHigh, m.originatorLow)
  dv.setUint8(at + 20, ID_OCTETS)
  writeWords(dv, at + 21, m.recipientHigh, m.recipientLow)
  let p = at + 29
  if (m.dateTimeAt === NONE) dv.setUint8(p++, 0)
  else {
    dv.setUint8(p, DLMS_TIME)
    copyBytes(out, p + 1, data, m.dateTimeAt, DLMS_TIME)
    m.dateTimeAt = p + 1
    p += 1 + DLMS_TIME
  }
  p = writeLength(dv, p, otherLength(m))
  dv.setUint16(p, m.messageCode)
  p += 2
  if (m.supplement === PLAIN) return p
  writeWords(dv, p, m.partyHigh, m.partyLow)
  writeWords(dv, p + 8, m.partyCounterHigh, m.partyCounterLow)
  p += 16
  if (m.supplement === FOR_PARTY) return p
  writeWords(dv, p, m.ownCounterHigh, m.ownCounterLow)
  copyBytes(out, p + 8, data, m.moreAt, m.moreLength)
  m.moreAt = p + 8
  return p + 8 + m.moreLength
}

function writeWords(dv: DataView, at: number, high: number, low: number): void {
  dv.setInt32(at, high)
  dv.setInt32(at + 4, low)
}

/** Octets of a length of BER. */
function lengthOctets(length: number): number {
  if (length > MAX_LENGTH) throw new RangeError(`a length of ${length} is above ${MAX_LENGTH}`)
  return length < 0x80 ? 1 : length < 0x100 ? 2 : 3
}

function writeLength(dv: DataView, at: number, length: number): number {
  const octets = lengthOctets(length)
  if (octets === 1) dv.setUint8(at, length)
  else if (octets === 2) dv.setUint16(at, 0x8100 | length)
  else {
    dv.setUint8(at, 0x82)
    dv.setUint16(at + 1, length)
  }
  return at + octets
}
