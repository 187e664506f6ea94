// Messages from YAML: the octets of each kind, pinned, so that they stay what they are; what a text must not say.

import { createHash } from 'node:crypto'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { decodeContent, GbcsContent } from '#core/gbcs/content'
import { decodeMessage, GbcsMessage } from '#core/gbcs/message'
import { messageTree } from '#core/gbcs/tree'
import { buildMessage, readMessageText } from '#emulators/gbcs/build'
import { findingsOf } from '#emulators/gbcs/verdicts'
import { ACB, TestHierarchy } from '#emulators/smki/hierarchy'
import { KeyFiles, testKeys } from '#emulators/smki/keys'
import { ESME, HUB, keys, messageOf, SUPPLIER, TEXTS } from '../../helpers/gbcs-parties.ts'
import { toHex } from '../../helpers/octets.ts'

const HASH = 'ab'.repeat(32)

/** Reads octets; the fields as data. */
function treeOf(src: Bytes, m = new GbcsMessage()) {
  const b = new GbcsContent()
  t.equal(decodeMessage(src, 0, src.length, m), 0)
  t.equal(decodeContent(src, m, b), 0)
  return messageTree(src, m, b)
}

t.test('a command is signed and MACed the same way every time', async t => {
  const text = `{ message: cs06-command, from: ${SUPPLIER}, to: ${ESME}, hash: ${HASH} }`
  const src = messageOf(text)
  t.same(messageOf(text).u8, src.u8)
  t.equal(
    toHex(src, 0, 89),
    `dd000000000000819c1100000000df090100000000000003e80890b3d51f300100000800db1234567890a0000200122830260420${HASH}020203e840`,
  )
})

// What each kind was when this was written: signatures are deterministic and the keys follow from a seed.
const PINNED: Record<string, string> = {
  'CS06 at once': '165 efe7ff192326e26f',
  'CS06 later': '182 b15addd58796746d',
  'CS06 cancelled': '182 2fd6d63e821649b7',
  'CS06 response': '122 f0f85dab61e0bc44',
  'CS06 accepted': '113 62975eea41c65fc9',
  '8F66': '142 81b500613627d24e',
  'CS08 command': '78 f00098ea19be08b3',
  'CS08 response': '87 65dce70c8a17c73e',
  'ECS52 command': '79 0a12f84b03ceb16b',
  'ECS52 command by the ACB': '95 ea2935e5cc007989',
  'ECS52 response': '77 07bbd27464681a8d',
  'GCS38 command': '73 c602a3e4bc8d516b',
  'GCS38 response': '74 d56081ab628a87e2',
  'CCS06 command': '95 77f12cb1f11db8c2',
  '8F8A': '142 dd7d06d2da360f01',
  '8F8B': '132 952a9114afe4d6d4',
  '8F1C of an ESME': '158 d3942f660e6cf7b9',
  '8F72 of a GSME': '142 04a3a7e1771f06a0',
  '8F36': '152 6c2fd6fafa8db34e',
  'another one': '64 6049aa07be3bc853',
}

t.test('every kind is octet for octet what it was', async t => {
  const found = Object.fromEntries(
    Object.entries(TEXTS).map(([name, text]) => {
      const { u8 } = messageOf(text)
      const hash = createHash('sha256').update(u8).digest('hex').slice(0, 16)
      return [name, `${u8.length} ${hash}`]
    }),
  )
  t.same(found, PINNED)
})

t.test('every kind is right by the keys it was made with, and by no others', async t => {
  const others = testKeys(new TestHierarchy({ seed: 'other' }))
  for (const [name, text] of Object.entries(TEXTS)) {
    const src = messageOf(text)
    const m = new GbcsMessage()
    treeOf(src, m)
    const right = { signature: m.ending === 2 ? 'right' : 'none', mac: m.hasMac ? 'right' : 'none' }
    t.same(findingsOf(src, m, keys, ACB), right, name)
    const wrong = { signature: m.ending === 2 ? 'wrong' : 'none', mac: m.hasMac ? 'wrong' : 'none' }
    t.same(findingsOf(src, m, others, ACB), wrong, name)
    const unknown = { find: () => undefined }
    const nobody = {
      signature: m.ending === 2 ? 'no key known' : 'none',
      mac: m.hasMac ? 'no key known' : 'none',
    }
    t.same(findingsOf(src, m, unknown, ACB), nobody, name)
  }
})

t.test('a MAC is verified with either private key, and with neither it is not', async t => {
  const src = messageOf(TEXTS['CS08 command']!)
  const m = new GbcsMessage()
  treeOf(src, m)
  const only = (id: string) => ({
    find: (who: string, usage: 'ds' | 'ka' | 'xml') => {
      const known = keys.find(who, usage)!
      return { ...known, secret: who === id ? known.secret : undefined }
    },
  })
  t.equal(findingsOf(src, m, only(ACB), ACB).mac, 'right')
  t.equal(findingsOf(src, m, only('00-DB-12-34-56-78-90-A4'), ACB).mac, 'right')
  t.equal(findingsOf(src, m, only(SUPPLIER), ACB).mac, 'no key known')
})

t.test('the stages of a command: pre-command, signed, whole', async t => {
  const text = (stage: string) =>
    `{ message: cs06-command, from: ${SUPPLIER}, to: ${ESME}, hash: ${HASH}, stage: ${stage} }`
  const whole = toHex(messageOf(text('command')))
  const apdu = whole.slice(28, -24)
  t.equal(toHex(messageOf(text('signed-pre-command'))), apdu)
  t.equal(toHex(messageOf(text('pre-command'))), `${apdu.slice(0, -130)}00`)
})

t.test('fields of the text come back as fields', async t => {
  const tree = treeOf(
    messageOf(
      `{ message: other, from: ${ACB}, to: ${HUB}, messageCode: 0x0104, direction: alert, content: "0102", sign: yes,
         dateTime: 2026-01-05T12:00:00Z, for: { party: ${SUPPLIER}, counter: "18446744073709551615", originatorCounter: 3 } }`,
      18_446_744_073_709_551_614n,
    ),
  )
  t.match(tree, {
    ...{ useCase: null, messageCode: '0x0104', direction: 'alert', originator: ACB },
    ...{ recipient: HUB, counter: '18446744073709551614', dateTime: '2026-01-05T12:00:00Z' },
    for: { party: SUPPLIER, counter: '18446744073709551615', originatorCounter: '3' },
    ...{ contentOctets: '0102', mac: null },
  })
  t.match(treeOf(messageOf(TEXTS['CS06 cancelled']!)).content, {
    ...{ executionDateTime: '9999-12-31T23:59:59Z', cancels: true, originatorCounter: '1000' },
  })
  t.match(treeOf(messageOf(TEXTS['8F66']!)).content, {
    ...{ alertCode: '8F66', originatorCounter: '1767614400000', responseCode: 0 },
  })
  t.match(treeOf(messageOf(TEXTS['GCS38 response']!)).content, {
    firmwareVersion: null,
    result: 134,
  })
})

t.test('a signature that was made elsewhere is put in', async t => {
  const signature = '5a'.repeat(64)
  const src = messageOf(TEXTS['8F36']!.replace(' }', `, signature: ${signature} }`))
  t.equal(treeOf(src).signature, signature)
})

t.test('what is wrong with a text is told with its place', async t => {
  const wrong = (text: string, wanted: RegExp) =>
    t.throws(() => readMessageText(text, 'm.yaml'), {
      code: 'HANRIG_GBCS_TEXT_INVALID',
      message: wanted,
    })
  const head = `from: ${SUPPLIER}\nto: ${ESME}\ncounter: 1\n`
  wrong('', /m\.yaml:1:1/)
  wrong(`message: cs06\n${head}`, /m\.yaml:1:10: message must be one of cs06-command/)
  wrong(`message: cs06-command\n${head}hash: 12`, /m\.yaml:5:7: hash must be 32 octets/)
  wrong(`message: cs08-command\n${head}hash: 12`, /m\.yaml:5:1: the message has no key "hash"/)
  wrong(
    `message: cs08-command\n${head}`.replace('counter: 1', 'counter: -1'),
    /m\.yaml:4:10: counter/,
  )
  wrong(
    `message: cs08-command\n${head}`.replace(': 1\n', ': 18446744073709551616\n'),
    /4:10: counter/,
  )
  wrong(`message: cs08-command\n${head}`.replace(': 1\n', ': "18446744073709551616"\n'), /counter/)
  wrong(
    `message: cs08-command\n${head}`.replace(SUPPLIER, '1'),
    /m\.yaml:2:7: from must be an EUI-64/,
  )
  wrong(`message: cs06-response\n${head}`, /either accepted: yes or a code and a version/)
  wrong(`message: cs06-response\n${head}accepted: yes\ncode: 1`, /either accepted/)
  wrong(`message: cs06-response\n${head}code: 1`, /either accepted/)
  wrong(`message: ecs52-response\n${head}`, /a version, or a result other than 0/)
  wrong(`message: ecs52-response\n${head}version: 1\nresult: 1`, /a version, or a result/)
  const large = head.replace('counter: 1', `counter: "${1n << 63n}"`)
  wrong(`message: cs06-command\n${large}hash: ${HASH}`, /at most 2\^63 - 1/)
  wrong(
    `message: cs06-alert\n${head}at: 2026-01-05T12:00:00Z\ncommand: "${1n << 63n}"\ncode: 0\nversion: 1`,
    /at most 2\^63 - 1/,
  )
})

t.test('keys that are not there are asked for', async t => {
  const none = new KeyFiles([])
  const refused = (text: string) =>
    t.throws(() => buildMessage(readMessageText(text, 'm'), none, ACB), {
      code: 'HANRIG_KEY_UNKNOWN',
    })
  const head = `from: ${SUPPLIER}, to: ${ESME}, counter: 1`
  refused(`{ message: cs06-command, ${head}, hash: ${HASH} }`)
  refused(`{ message: ecs52-command, ${head} }`)
  const own = buildMessage(
    readMessageText(`{ message: cs06-command, ${head}, hash: ${HASH}, stage: pre-command }`, 'm'),
    ...([none, ACB] as const),
  )
  t.ok(own instanceof Bytes, 'a pre-command needs none')
})
