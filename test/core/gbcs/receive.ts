// What a receiver takes and what it refuses, with which verdict: above all every message with one bit changed.
// HANRIG_MUTATIONS sets how many of these there are.

import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { eui64Text } from '#core/eui64/text'
import { GbcsContent } from '#core/gbcs/content'
import {
  decodeMessage,
  encodeMessage,
  GbcsMessage,
  messageLength,
  OPEN,
  SIGNED,
  UNSIGNED,
} from '#core/gbcs/message'
import { macIsRight, macMessage, signatureIsRight, signMessage } from '#core/gbcs/protect'
import {
  GENUINE,
  MISFIT,
  REPLAYED,
  Receiver,
  TOO_MANY_ORIGINATORS,
  UNKNOWN_AGREEMENT,
  UNKNOWN_SIGNER,
  VERDICTS,
  WRONG_MAC,
  WRONG_PROTECTION,
  WRONG_RECIPIENT,
  WRONG_SIGNATURE,
} from '#core/gbcs/receive'
import { Random } from '#core/time/random'
import { agreementOf } from '#emulators/gbcs/verdicts'
import { ACB } from '#emulators/smki/hierarchy'
import {
  ESME,
  HUB,
  keys,
  messageOf,
  OPERATOR,
  partyOf,
  receiverOf,
  SUPPLIER,
  TEXTS,
} from '../../helpers/gbcs-parties.ts'
import { toHex } from '../../helpers/octets.ts'

const MUTATIONS = Number(process.env.HANRIG_MUTATIONS ?? 20_000)

const m = new GbcsMessage()
const b = new GbcsContent()
const verdictOf = (receiver: Receiver, src: Bytes) =>
  VERDICTS[receiver.receive(src, 0, src.length, m, b)]

/** To whom a message goes. */
function recipientOf(src: Bytes): string {
  decodeMessage(src, 0, src.length, m)
  return eui64Text(m.recipientHigh, m.recipientLow)
}

t.test('each kind of message is genuine to its recipient, once', async t => {
  for (const [what, text] of Object.entries(TEXTS)) {
    const src = messageOf(text)
    const receiver = receiverOf(recipientOf(src))
    t.equal(verdictOf(receiver, src), VERDICTS[GENUINE], what)
    t.equal(verdictOf(receiver, src), VERDICTS[REPLAYED], what)
    t.equal(verdictOf(receiver, messageOf(text, 999)), VERDICTS[REPLAYED], what)
    t.equal(verdictOf(receiver, messageOf(text, 1001)), VERDICTS[GENUINE], what)
  }
})

t.test(
  `${MUTATIONS} messages with one bit changed are refused`,
  { timeout: 3_600_000 },
  async t => {
    const random = new Random(11, 'test.mutations')
    const all = Object.values(TEXTS).map(text => messageOf(text))
    const receivers = all.map(src => receiverOf(recipientOf(src)))
    const seen = new Map<string, number>()
    const one = (which: number, bit: number) => {
      const { u8 } = all[which]!
      u8[bit >>> 3]! ^= 1 << (bit & 7)
      const verdict = receivers[which]!.receive(all[which]!, 0, u8.length, m, b)
      u8[bit >>> 3]! ^= 1 << (bit & 7)
      if (verdict === GENUINE) t.fail(`bit ${bit} of message ${which}`)
      const name = VERDICTS[verdict]!
      seen.set(name, (seen.get(name) ?? 0) + 1)
    }
    // Every bit of every message as often as fits; the rest at random.
    let left = MUTATIONS
    const bits = all.reduce((sum, { length }) => sum + 8 * length, 0)
    for (; left >= bits; left -= bits) {
      for (const [which, { length }] of all.entries()) {
        for (let bit = 0; bit < 8 * length; bit++) one(which, bit)
      }
    }
    for (; left > 0; left--) {
      const which = random.between(0, all.length - 1)
      one(which, random.between(0, 8 * all[which]!.length - 1))
    }
    t.comment(JSON.stringify(Object.fromEntries(seen)))
    t.equal(
      [...seen.values()].reduce((a, b) => a + b, 0),
      MUTATIONS,
    )
  },
)

t.test('messages with two or more bits changed, anywhere, are refused', async t => {
  const random = new Random(12, 'test.mutations')
  const src = messageOf(TEXTS['CS06 later']!)
  const receiver = receiverOf(ESME)
  for (let i = 0; i < 1_000; i++) {
    const changed = new Uint8Array(src.u8)
    for (let n = random.between(2, 6); n > 0; n--) {
      changed[random.between(0, src.length - 1)]! ^= 1 << random.between(0, 7)
    }
    if (Buffer.compare(changed, src.u8) === 0) continue
    if (receiver.receive(new Bytes(changed), 0, src.length, m, b) === GENUINE) t.fail(`${i}`)
  }
})

t.test('each refusal has its verdict', async t => {
  const command = messageOf(TEXTS['CS06 at once']!)
  t.equal(verdictOf(receiverOf(ESME), new Bytes(command.u8.slice(1))), VERDICTS[MISFIT])
  t.equal(verdictOf(receiverOf(HUB), command), VERDICTS[WRONG_RECIPIENT])
  const party = partyOf(ESME)
  const without = (of: object) => new Receiver({ ...party, ...of })
  t.equal(verdictOf(without({ verifierOf: () => undefined }), command), VERDICTS[UNKNOWN_SIGNER])
  t.equal(verdictOf(without({ gmacOf: () => undefined }), command), VERDICTS[UNKNOWN_AGREEMENT])
  const flipped = (at: number) => {
    const changed = new Uint8Array(command.u8)
    changed[at]! ^= 1
    return new Bytes(changed)
  }
  t.equal(verdictOf(receiverOf(ESME), flipped(60)), VERDICTS[WRONG_SIGNATURE])
  t.equal(verdictOf(receiverOf(ESME), flipped(command.length - 1)), VERDICTS[WRONG_MAC])
  const small = { ...party, gateOf: () => party.gate }
  party.gate.words.fill(7)
  t.equal(verdictOf(new Receiver(small), command), VERDICTS[TOO_MANY_ORIGINATORS])
  t.equal(verdictOf(without({ gateOf: () => undefined }), command), VERDICTS[GENUINE])
})

t.test('a message must be protected as its use case is', async t => {
  const src = messageOf(TEXTS['CS06 at once']!)
  const recast = (change: Partial<GbcsMessage>) => {
    const other = new GbcsMessage()
    decodeMessage(src, 0, src.length, other)
    Object.assign(other, change)
    const out = Bytes.alloc(messageLength(other))
    encodeMessage(out, 0, other, src)
    if (other.hasMac) macMessage(out, other, agreementOf(other, keys, ACB)!)
    return out
  }
  const esme = receiverOf(ESME)
  for (const [what, change] of [
    ['without a signature', { ending: UNSIGNED }],
    ['without a MAC', { hasMac: false }],
    ['without either', { hasMac: false, ending: OPEN }],
    ['as a use case that has a MAC only', { messageCode: 0x59 }],
  ] as const) {
    t.equal(verdictOf(esme, recast(change)), VERDICTS[WRONG_PROTECTION], what)
  }
  const unknown = recast({ messageCode: 0x999, hasMac: false, ending: UNSIGNED })
  t.equal(verdictOf(esme, unknown), VERDICTS[WRONG_PROTECTION], 'of any use case neither is none')
  t.equal(verdictOf(esme, recast({ ending: SIGNED })), VERDICTS[GENUINE])
})

t.test('a message without room for a signature or a MAC gets none', async t => {
  const bare = new GbcsMessage()
  const out = Bytes.alloc(messageLength(bare))
  bare.direction = 1
  encodeMessage(out, 0, bare, Bytes.alloc(0))
  t.equal(toHex(out), `df0901${'00'.repeat(8)}08${'00'.repeat(8)}08${'00'.repeat(8)}0002000000`)
  t.throws(() => signMessage(out, bare, () => new Uint8Array(64)), RangeError)
  t.throws(() => macMessage(out, bare, () => new Uint8Array(12)), RangeError)
  t.notOk(signatureIsRight(out, bare, () => true))
  t.notOk(macIsRight(out, bare, () => new Uint8Array(12)))
})

t.test('a counter is moved by nothing but a genuine message', async t => {
  const esme = receiverOf(ESME)
  const forged = messageOf(TEXTS['CS06 at once']!, 5000)
  forged.u8[forged.length - 1]! ^= 1
  t.equal(verdictOf(esme, forged), VERDICTS[WRONG_MAC])
  t.equal(verdictOf(esme, messageOf(TEXTS['CS06 at once']!, 1000)), VERDICTS[GENUINE])
})

t.test('a party takes what is meant for it from whom it knows', async t => {
  const alert = messageOf(TEXTS['8F36']!)
  t.equal(verdictOf(receiverOf(OPERATOR), alert), VERDICTS[GENUINE])
  t.equal(verdictOf(receiverOf(SUPPLIER), alert), VERDICTS[WRONG_RECIPIENT])
  const stranger = messageOf(TEXTS['8F36']!.replace(ESME, '00-DB-12-34-56-78-99-99'))
  t.equal(verdictOf(receiverOf(OPERATOR), stranger), VERDICTS[UNKNOWN_SIGNER])
})
