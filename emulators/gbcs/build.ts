// A message that somebody wrote by hand becomes octets: content, envelope, then signature and MAC with the keys of whoever sends
// it. The same text and keys give the same octets.

import { Bytes } from '#core/bytes/bytes'
import { readTextHalves } from '#core/eui64/eui64'
import * as C from '#core/gbcs/codes'
import { GbcsContent } from '#core/gbcs/content'
import {
  encodeMessage,
  FOR_PARTY,
  FOR_PARTY_COUNTED,
  GbcsMessage,
  messageLength,
  SIGNATURE_OCTETS,
  SIGNED,
  UNSIGNED,
} from '#core/gbcs/message'
import { macMessage, signMessage } from '#core/gbcs/protect'
import { DLMS_TIME, writeDlmsTime } from '#core/gbcs/times'
import { encodeContent, MAX_CONTENT } from '#core/gbcs/write-content'
import { ACCEPTED_NULL, CANCEL_TIME, HASH_LENGTH, IMMEDIATE } from '#core/power/activation'
import { signP256 } from '../crypto/sign.ts'
import { hanrigError } from '../errors/errors.ts'
import { parseValues } from '../language/issues.ts'
import { listing, type Problem, type TextKind } from '../language/problems.ts'
import { readYaml } from '../language/yaml.ts'
import type { Keys } from '../smki/keys.ts'
import { messageSchema, type WrittenMessage } from './schema.ts'
import { agreementOf } from './verdicts.ts'

const TEXT: TextKind = { whole: 'the message', longest: 262_144 }

/** Where what is copied into a message lies in one piece of memory: hash, date-time, signature, then the content. */
const HASH_AT = 0
const DATE_AT = HASH_AT + HASH_LENGTH
const SIGNATURE_AT = DATE_AT + DLMS_TIME
const CONTENT_AT = SIGNATURE_AT + SIGNATURE_OCTETS

/** Message code and direction by the name of a message. */
const KINDS: Readonly<
  Record<Exclude<WrittenMessage['message'], 'other'>, readonly [number, C.Direction]>
> = {
  'cs06-command': [C.CS06, C.COMMAND],
  'cs06-response': [C.CS06, C.RESPONSE],
  'cs06-alert': [C.CS06_ACTIVATION, C.ALERT],
  'cs08-command': [C.CS08, C.COMMAND],
  'cs08-response': [C.CS08, C.RESPONSE],
  'ecs52-command': [C.ECS52, C.COMMAND],
  'ecs52-response': [C.ECS52, C.RESPONSE],
  'gcs38-command': [C.GCS38, C.COMMAND],
  'gcs38-response': [C.GCS38, C.RESPONSE],
  'ccs06-command': [C.CCS06, C.COMMAND],
  'ccs08-alert': [C.CCS08, C.ALERT],
  'cs09-alert': [C.CS09, C.ALERT],
  'fdra-dlms-alert': [C.FDRA_DLMS, C.ALERT],
  'fdra-zigbee-alert': [C.FDRA_ZIGBEE, C.ALERT],
  'ecs80-alert': [C.ECS80, C.ALERT],
}

/**
 * Reads a message from YAML.
 * @param file its name, for the messages.
 * @throws HanrigError GBCS_TEXT_INVALID with a line for each problem: `file:line:column: sentence`.
 */
export function readMessageText(text: string, file: string): WrittenMessage {
  const problems: Problem[] = []
  const yaml = readYaml(text, problems, TEXT)
  const written = yaml && parseValues(messageSchema, yaml.raw, yaml.places, problems)
  if (written && yaml) checkTogether(written, problems)
  if (!written || problems.length > 0) {
    throw hanrigError('HANRIG_GBCS_TEXT_INVALID', listing(file, problems))
  }
  return written
}

/** What a schema cannot say: fields that belong together. */
function checkTogether(written: WrittenMessage, problems: Problem[]): void {
  const add = (sentence: string) => problems.push({ line: 1, column: 1, sentence })
  const isSmall = (counter: bigint) => counter < 1n << 63n
  if (written.message === 'cs06-command' && !isSmall(written.counter)) {
    add('the counter of a cs06-command is at most 2^63 - 1.')
  }
  if (written.message === 'cs06-alert' && !isSmall(written.command)) {
    add('the counter of the command that a cs06-alert reports is at most 2^63 - 1.')
  }
  if (written.message === 'cs06-response') {
    const isOutcome = written.code !== undefined && written.version !== undefined
    if (written.accepted === true ? written.code !== undefined : !isOutcome) {
      add('a cs06-response has either accepted: yes or a code and a version.')
    }
  }
  if (written.message === 'ecs52-response' || written.message === 'gcs38-response') {
    if ((written.result === 0) !== (written.version !== undefined)) {
      add(`a ${written.message} has a version, or a result other than 0.`)
    }
  }
}

/**
 * The octets of a message.
 * @param acb EUI-64 of the Access Control Broker, which makes the MACs of commands.
 * @throws HanrigError KEY_UNKNOWN when a key that is needed is not among `keys`.
 */
export function buildMessage(written: WrittenMessage, keys: Keys, acb: string): Bytes {
  const other = written.message === 'other' ? written.content.length / 2 : MAX_CONTENT
  const data = Bytes.alloc(CONTENT_AT + other)
  const m = new GbcsMessage()
  fillHeader(m, written, data)
  if (written.message === 'other') fillOther(m, written, data)
  else fillKnown(m, written, data)
  const out = Bytes.alloc(messageLength(m))
  encodeMessage(out, 0, m, data)
  if (m.ending === SIGNED && written.signature === undefined) {
    const secret = keys.find(written.from, 'ds')?.secret
    if (!secret) throw noKey(`a private key of ${written.from} for signing`)
    signMessage(out, m, octets => signP256(octets, secret))
  }
  if (m.hasMac) {
    const gmac = agreementOf(m, keys, acb)
    if (!gmac) throw noKey(`a pair of keys for the MAC, one of them private`)
    macMessage(out, m, gmac)
  }
  return out
}

function fillHeader(m: GbcsMessage, written: WrittenMessage, data: Bytes): void {
  ;[m.counterHigh, m.counterLow] = wordsOf(written.counter)
  ;[m.originatorHigh, m.originatorLow] = halvesOf(written.from)
  ;[m.recipientHigh, m.recipientLow] = halvesOf(written.to)
  if (written.dateTime !== undefined) {
    writeDlmsTime(data.dv, DATE_AT, written.dateTime)
    m.dateTimeAt = DATE_AT
  }
  if (written.signature !== undefined) {
    data.u8.set(Buffer.from(written.signature, 'hex'), SIGNATURE_AT)
    m.signatureAt = SIGNATURE_AT
  }
  const party = written.for
  if (!party) return
  m.supplement = party.originatorCounter === undefined ? FOR_PARTY : FOR_PARTY_COUNTED
  ;[m.partyHigh, m.partyLow] = halvesOf(party.party)
  ;[m.partyCounterHigh, m.partyCounterLow] = wordsOf(party.counter)
  ;[m.ownCounterHigh, m.ownCounterLow] = wordsOf(party.originatorCounter ?? 0n)
}

function fillOther(
  m: GbcsMessage,
  written: Extract<WrittenMessage, { message: 'other' }>,
  data: Bytes,
): void {
  m.messageCode = written.messageCode
  m.direction = C.DIRECTIONS.indexOf(written.direction)
  data.u8.set(Buffer.from(written.content, 'hex'), CONTENT_AT)
  m.contentAt = CONTENT_AT
  m.contentLength = written.content.length / 2
  m.ending = written.sign || written.signature !== undefined ? SIGNED : UNSIGNED
  m.hasMac = written.mac
}

function fillKnown(
  m: GbcsMessage,
  written: Exclude<WrittenMessage, { message: 'other' }>,
  data: Bytes,
): void {
  ;[m.messageCode, m.direction] = KINDS[written.message]
  const layout = C.layoutOf(m.messageCode, m.direction)
  m.ending = C.isSigned(layout) ? SIGNED : UNSIGNED
  m.hasMac = C.isMaced(layout)
  if (written.message === 'cs06-command' && written.stage !== 'command') {
    m.hasMac = false
    if (written.stage === 'pre-command') m.ending = UNSIGNED
  }
  const content = contentOf(written)
  if ('hash' in written) data.u8.set(Buffer.from(written.hash, 'hex'), HASH_AT)
  encodeContent(data, CONTENT_AT, m, content, data)
}

function contentOf(written: Exclude<WrittenMessage, { message: 'other' }>): GbcsContent {
  const b = new GbcsContent()
  b.hashAt = HASH_AT
  if ('version' in written) b.version = written.version ?? 0
  if ('code' in written) b.code = written.code ?? 0
  if ('time' in written) b.time = written.time
  if ('alert' in written) b.alertCode = Number.parseInt(written.alert, 16)
  switch (written.message) {
    case 'cs06-command':
      b.executionTime = written.at === 'cancel' ? CANCEL_TIME : (written.at ?? IMMEDIATE)
      break
    case 'cs06-response':
      if (written.accepted === true) b.code = ACCEPTED_NULL
      break
    case 'cs06-alert':
      b.alertCode = written.code === 0 ? C.ACTIONED : C.NOT_ACTIONED
      b.executionTime = written.at
      ;[b.counterHigh, b.counterLow] = wordsOf(written.command)
      break
    case 'ecs52-response':
    case 'gcs38-response':
      b.code = written.result
      break
    case 'ccs08-alert':
      b.alertCode = written.code === 0 ? C.TRANSFER_SUCCEEDED : C.TRANSFER_FAILED
      ;[b.deviceHigh, b.deviceLow] = halvesOf(written.device)
      break
    case 'cs09-alert':
      b.alertCode = C.PPMID_ACTIVATION
      break
    case 'ecs80-alert':
      b.interruption = written.interruption
      b.restoration = written.restoration
  }
  return b
}

function wordsOf(counter: bigint): [high: number, low: number] {
  return [Number(BigInt.asIntN(32, counter >> 32n)), Number(BigInt.asIntN(32, counter))]
}

function halvesOf(id: string): [high: number, low: number] {
  const halves = new Int32Array(2)
  if (!readTextHalves(id, halves)) throw new RangeError(`${id} is no EUI-64`)
  return [halves[0]!, halves[1]!]
}

function noKey(what: string) {
  return hanrigError('HANRIG_KEY_UNKNOWN', `There is not ${what} among the keys.`)
}
