// Who sends messages to whom in tests: the test hierarchy's parties, a message of every kind between them, and a receiver for each.

import type { Bytes } from '#core/bytes/bytes'
import { eui64Text } from '#core/eui64/text'
import { CounterGate } from '#core/gbcs/counters'
import type { GbcsMessage } from '#core/gbcs/message'
import { type Party, Receiver } from '#core/gbcs/receive'
import { TrustAnchor } from '#emulators/crypto/crypto'
import { buildMessage, readMessageText } from '#emulators/gbcs/build'
import { agreementOf } from '#emulators/gbcs/verdicts'
import { ACB, TestHierarchy } from '#emulators/smki/hierarchy'
import { type Keys, testKeys } from '#emulators/smki/keys'

export const SUPPLIER = '90-B3-D5-1F-30-01-00-00'
export const OPERATOR = '90-B3-D5-1F-30-02-00-00'
export const ESME = '00-DB-12-34-56-78-90-A0'
export const GSME = '00-DB-12-34-56-78-90-A1'
export const HUB = '00-DB-12-34-56-78-90-A2'
export const PPMID = '00-DB-12-34-56-78-90-A4'
const HASH = 'c0ffee'.padEnd(64, '7')
const AT = '2026-01-05T12:00:00Z'

export const keys: Keys = testKeys(new TestHierarchy())

/** A message of each kind, as YAML without its counter. */
export const TEXTS: Readonly<Record<string, string>> = {
  'CS06 at once': `{ message: cs06-command, from: ${SUPPLIER}, to: ${ESME}, hash: ${HASH} }`,
  'CS06 later': `{ message: cs06-command, from: ${SUPPLIER}, to: ${ESME}, hash: ${HASH}, at: ${AT} }`,
  'CS06 cancelled': `{ message: cs06-command, from: ${SUPPLIER}, to: ${ESME}, hash: ${HASH}, at: cancel }`,
  'CS06 response': `{ message: cs06-response, from: ${ESME}, to: ${SUPPLIER}, dateTime: ${AT}, code: 2, version: 0xA1B2C3D4 }`,
  'CS06 accepted': `{ message: cs06-response, from: ${ESME}, to: ${SUPPLIER}, dateTime: ${AT}, accepted: yes }`,
  '8F66': `{ message: cs06-alert, from: ${ESME}, to: ${SUPPLIER}, at: ${AT}, command: 1767614400000, code: 0, version: 7 }`,
  'CS08 command': `{ message: cs08-command, from: ${ACB}, to: ${PPMID}, for: { party: ${SUPPLIER}, counter: 9 } }`,
  'CS08 response': `{ message: cs08-response, from: ${PPMID}, to: ${ACB}, version: 7, for: { party: ${SUPPLIER}, counter: 9 } }`,
  'ECS52 command': `{ message: ecs52-command, from: ${SUPPLIER}, to: ${ESME} }`,
  'ECS52 command by the ACB': `{ message: ecs52-command, from: ${ACB}, to: ${HUB}, for: { party: ${SUPPLIER}, counter: 9 } }`,
  'ECS52 response': `{ message: ecs52-response, from: ${ESME}, to: ${SUPPLIER}, version: 7 }`,
  'GCS38 command': `{ message: gcs38-command, from: ${SUPPLIER}, to: ${GSME} }`,
  'GCS38 response': `{ message: gcs38-response, from: ${GSME}, to: ${SUPPLIER}, result: 0x86 }`,
  'CCS06 command': `{ message: ccs06-command, from: ${ACB}, to: ${HUB}, for: { party: ${SUPPLIER}, counter: 9 } }`,
  '8F8A': `{ message: ccs08-alert, from: ${HUB}, to: ${ACB}, time: ${AT}, device: ${ESME}, code: 0, version: 7 }`,
  '8F8B': `{ message: cs09-alert, from: ${PPMID}, to: ${ACB}, time: ${AT}, code: 1, version: 7 }`,
  '8F1C of an ESME': `{ message: fdra-dlms-alert, from: ${ESME}, to: ${SUPPLIER}, alert: 8F1C, time: ${AT}, hash: ${HASH} }`,
  '8F72 of a GSME': `{ message: fdra-zigbee-alert, from: ${GSME}, to: ${SUPPLIER}, alert: 8F72, time: ${AT}, hash: ${HASH} }`,
  '8F36': `{ message: ecs80-alert, from: ${ESME}, to: ${OPERATOR}, alert: 8F36, time: ${AT}, interruption: ${AT}, restoration: ${AT} }`,
  'another one': `{ message: other, from: ${ACB}, to: ${HUB}, messageCode: 0x0104, direction: command, content: 00ff00ff, mac: yes }`,
}

/** The octets of a message that is written so. */
export function messageOf(text: string, counter: number | bigint = 1000): Bytes {
  // Some texts have a map inside.
  const written = `${text.slice(0, text.lastIndexOf('}'))}, counter: "${counter}" }`
  return buildMessage(readMessageText(written, 'test'), keys, ACB)
}

const agreements = new Map<string, ReturnType<typeof agreementOf>>()
const verifiers = new Map<string, TrustAnchor | undefined>()
const KNOWN = [SUPPLIER, OPERATOR, ESME, GSME, HUB, PPMID, ACB]

/** The party with the EUI-64 `id`, which knows those above and nobody else. What it agreed on is kept, as a device would. */
export function partyOf(id: string): Party & { readonly gate: CounterGate } {
  const gate = new CounterGate(new Int32Array(16), () => {})
  const [idHigh, idLow] = halves(id)
  return {
    gate,
    idHigh,
    idLow,
    verifierOf(m) {
      const signer = eui64Text(m.originatorHigh, m.originatorLow)
      if (!verifiers.has(signer)) {
        const known = KNOWN.includes(signer) ? keys.find(signer, 'ds') : undefined
        verifiers.set(signer, known && new TrustAnchor(known.certificate.key))
      }
      return verifiers.get(signer)?.verifies
    },
    gmacOf(m: GbcsMessage) {
      const from = eui64Text(m.originatorHigh, m.originatorLow)
      if (!KNOWN.includes(from)) return undefined
      const pair = `${m.direction === 1 ? ACB : from} ${eui64Text(m.recipientHigh, m.recipientLow)}`
      if (!agreements.has(pair)) agreements.set(pair, agreementOf(m, keys, ACB))
      return agreements.get(pair)
    },
    gateOf: () => gate,
  }
}

export function receiverOf(id: string): Receiver {
  return new Receiver(partyOf(id))
}

export function halves(id: string): [number, number] {
  const octets = Buffer.from(id.replaceAll('-', ''), 'hex')
  return [octets.readInt32BE(0), octets.readInt32BE(4)]
}
