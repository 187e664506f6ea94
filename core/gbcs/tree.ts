// A message as plain data, for people and for JSON: every field by its name, codes with their meaning, octets in hexadecimal,
// counters as decimal text (they are u64), times in ISO 8601. What a content without a layout says is its octets.

import type { Bytes } from '../bytes/bytes.ts'
import { eui64Text } from '../eui64/text.ts'
import { ACCEPTED_NULL, CANCEL_TIME, HASH_LENGTH, IMMEDIATE } from '../power/activation.ts'
import * as C from './codes.ts'
import type { GbcsContent } from './content.ts'
import { readHanDevices } from './han-devices.ts'
import {
  FOR_PARTY_COUNTED,
  type GbcsMessage,
  MAC_OCTETS,
  OPEN,
  PLAIN,
  SIGNATURE_OCTETS,
  SIGNED,
} from './message.ts'
import { DLMS_TIME, NO_MOMENT, readDlmsTime } from './times.ts'

/** A field's value: text, a number, null where there is nothing, or fields inside. */
export type Leaf = string | number | boolean | null
export type Tree = { readonly [name: string]: Leaf | Tree | readonly Tree[] }

const OUTCOMES = ['success', 'no image held', 'hash mismatch', 'activation failure']
const TRANSFERS = ['success', 'image discarded', 'hardware version mismatch', 'transfer failure']
const DONE = ['success', 'failure']

/** The message that was read from `src` into `m` and `b`. */
export function messageTree(src: Bytes, m: GbcsMessage, b: GbcsContent): Tree {
  return {
    useCase: C.useCaseOf(m.messageCode) ?? null,
    purpose: C.purposeOf(m.messageCode) ?? null,
    messageCode: hexNumber(m.messageCode, 4),
    direction: C.DIRECTIONS[m.direction]!,
    preCommand: m.direction === C.COMMAND && !m.hasMac,
    originator: eui64Text(m.originatorHigh, m.originatorLow),
    recipient: eui64Text(m.recipientHigh, m.recipientLow),
    counter: counterText(m.counterHigh, m.counterLow),
    dateTime: m.dateTimeAt < 0 ? null : dateTree(src, m.dateTimeAt),
    for: m.supplement === PLAIN ? null : partyTree(src, m),
    content: contentTree(src, b),
    contentOctets: hexOctets(src, m.contentAt, m.contentLength),
    signature: m.ending === SIGNED ? hexOctets(src, m.signatureAt, SIGNATURE_OCTETS) : null,
    signatureOctet: m.ending !== OPEN,
    mac: m.hasMac ? hexOctets(src, m.macAt, MAC_OCTETS) : null,
  }
}

function partyTree(src: Bytes, m: GbcsMessage): Tree {
  const party = {
    party: eui64Text(m.partyHigh, m.partyLow),
    counter: counterText(m.partyCounterHigh, m.partyCounterLow),
  }
  if (m.supplement !== FOR_PARTY_COUNTED) return party
  return {
    ...party,
    originatorCounter: counterText(m.ownCounterHigh, m.ownCounterLow),
    certificate: m.moreLength === 0 ? null : hexOctets(src, m.moreAt, m.moreLength),
  }
}

/** The fields of a content; of one without a layout none. */
function contentTree(src: Bytes, b: GbcsContent): Tree {
  switch (b.layout) {
    case C.CS06_COMMAND:
      return {
        hash: hexOctets(src, b.hashAt, HASH_LENGTH),
        originatorCounter: counterText(b.counterHigh, b.counterLow),
        executionDateTime: b.executionTime === IMMEDIATE ? null : isoTime(b.executionTime),
        cancels: b.executionTime === CANCEL_TIME,
      }
    case C.CS06_RESPONSE:
      return b.code === ACCEPTED_NULL ? { accepted: true } : outcomeTree(b)
    case C.CS06_ALERT:
      return {
        alertCode: alertText(b),
        executionDateTime: isoTime(b.executionTime),
        originatorCounter: counterText(b.counterHigh, b.counterLow),
        ...outcomeTree(b),
      }
    case C.CS08_RESPONSE:
      return { firmwareVersion: versionText(b), result: b.code, meaning: DONE[b.code]! }
    case C.ECS52_RESPONSE:
    case C.GCS38_RESPONSE:
      return { firmwareVersion: b.code === 0 ? versionText(b) : null, result: b.code }
    case C.CCS06_RESPONSE:
      return { result: b.code, devices: devicesTree(src, b) }
    case C.CCS08_ALERT:
      return {
        alertCode: alertText(b),
        time: isoTime(b.time),
        device: eui64Text(b.deviceHigh, b.deviceLow),
        fileVersion: versionText(b),
        transferCode: b.code,
        meaning: TRANSFERS[b.code]!,
      }
    case C.CS09_ALERT:
      return {
        alertCode: alertText(b),
        time: isoTime(b.time),
        firmwareVersion: versionText(b),
        responseCode: b.code,
        meaning: DONE[b.code]!,
      }
    case C.FDRA_DLMS_ALERT:
    case C.FDRA_ZIGBEE_ALERT:
      return {
        alertCode: alertText(b),
        time: isoTime(b.time),
        hash: hexOctets(src, b.hashAt, HASH_LENGTH),
      }
    case C.ECS80_ALERT:
      return {
        alertCode: alertText(b),
        time: isoTime(b.time),
        interruption: isoTime(b.interruption),
        restoration: isoTime(b.restoration),
      }
    default:
      return b.layout === C.OPAQUE ? { known: false } : {}
  }
}

function outcomeTree(b: GbcsContent): Tree {
  return { responseCode: b.code, meaning: OUTCOMES[b.code]!, firmwareVersion: versionText(b) }
}

function devicesTree(src: Bytes, b: GbcsContent): readonly Tree[] | null {
  const devices = readHanDevices(src, b)
  if (!devices) return null
  return devices.map(({ idHigh, idLow, status, rssi, lqi, last, ...rest }) => ({
    device: eui64Text(idHigh, idLow),
    status: hexNumber(status, 2),
    rssi: rssi.join(' '),
    lqi: lqi.join(' '),
    lastCommunication: last === undefined ? null : isoTime(last),
    ...rest,
  }))
}

/** A date-time of DLMS as a moment, or as its octets when it is none. */
function dateTree(src: Bytes, at: number): string {
  const unixMs = readDlmsTime(src.dv, at)
  return unixMs === NO_MOMENT ? hexOctets(src, at, DLMS_TIME) : isoTime(unixMs)!
}

function isoTime(unixMs: number): string | null {
  return unixMs === NO_MOMENT ? null : new Date(unixMs).toISOString().replace('.000', '')
}

function alertText(b: GbcsContent): string {
  return b.alertCode.toString(16).toUpperCase()
}

function versionText(b: GbcsContent): string {
  return hexNumber(b.version, 8)
}

/** A counter's words as decimal text. */
export function counterText(high: number, low: number): string {
  return ((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString()
}

/** Octets as hexadecimal digits. */
export function hexOctets(src: Bytes, at: number, length: number): string {
  let text = ''
  for (let i = at; i < at + length; i++) text += src.u8[i]!.toString(16).padStart(2, '0')
  return text
}

function hexNumber(n: number, digits: number): string {
  return `0x${n.toString(16).padStart(digits, '0')}`
}
