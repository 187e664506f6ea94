// Contents of the use cases: each layout's octets by hand, and what does not fit.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import * as C from '#core/gbcs/codes'
import { decodeContent, GbcsContent } from '#core/gbcs/content'
import { readHanDevices } from '#core/gbcs/han-devices'
import { decodeMessage, GbcsMessage } from '#core/gbcs/message'
import { MISFITS } from '#core/gbcs/misfits'
import { encodeContent, MAX_CONTENT } from '#core/gbcs/write-content'
import { ACCEPTED_NULL, CANCEL_TIME, IMMEDIATE } from '#core/power/activation'
import { fillSample, octets, plainMessage, samples } from '../../helpers/gbcs.ts'
import { toHex } from '../../helpers/octets.ts'

const HASH = '00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef'
const COUNTER = 0x0182ac7b5a07n
const NOON = Date.UTC(2026, 0, 5, 12)
const NOON_TEXT = '180f 32303236303130353132303030305a'
const NOON_DATE = '07ea0105ff0c0000008000ff'

interface Read {
  readonly misfit: string
  readonly m: GbcsMessage
  readonly b: GbcsContent
  readonly src: Bytes
}

function read(code: number, direction: number, content: string, counter = COUNTER): Read {
  const other = code.toString(16).padStart(4, '0')
  const plain = plainMessage({ direction, counter, other, content: octets(content) })
  const src = new Bytes(new Uint8Array(plain))
  const m = new GbcsMessage()
  const b = new GbcsContent()
  if (decodeMessage(src, 0, src.length, m) !== 0) throw new Error('the envelope does not fit')
  return { misfit: MISFITS[decodeContent(src, m, b)]![0], m, b, src }
}

/** What each layout says by hand: message code, direction, octets, fields. */
const WORKED: [string, number, number, string, Partial<GbcsContent>][] = [
  [
    'CS06 at once',
    ...([C.CS06, C.COMMAND] as const),
    `302a 0420${HASH} 0206 0182ac7b5a07`,
    { counterHigh: 0x182, counterLow: 0xac7b5a07 | 0, executionTime: IMMEDIATE },
  ],
  [
    'CS06 later',
    ...([C.CS06, C.COMMAND] as const),
    `303b 0420${HASH} 0206 0182ac7b5a07 ${NOON_TEXT}`,
    { executionTime: NOON },
  ],
  [
    'CS06 cancelled',
    ...([C.CS06, C.COMMAND] as const),
    `303b 0420${HASH} 0206 0182ac7b5a07 180f 39393939313233313233353935395a`,
    { executionTime: CANCEL_TIME },
  ],
  ['CS06 accepted', C.CS06, C.RESPONSE, '0500', { code: ACCEPTED_NULL }],
  [
    'CS06 outcome',
    ...([C.CS06, C.RESPONSE] as const),
    '3009 020103 0404 ffeeddcc',
    { code: 3, version: 0xffeeddcc },
  ],
  [
    '8F67',
    ...([C.CS06_ACTIVATION, C.ALERT] as const),
    `3024 0203008f67 ${NOON_TEXT} 020103 3009 020102 0404 00000001`,
    { alertCode: C.NOT_ACTIONED, executionTime: NOON, counterLow: 3, code: 2, version: 1 },
  ],
  ['CS08 command', C.CS08, C.COMMAND, '0500', {}],
  ['CS08 response', C.CS08, C.RESPONSE, '3009 0404 01020304 020100', { version: 0x01020304 }],
  ['CS08 failure', C.CS08, C.RESPONSE, '3009 0404 00000000 020101', { code: 1 }],
  ['ECS52 command', C.ECS52, C.COMMAND, 'd920 7b5a07 00 01 01 0001 0000000201ff 02 01 00', {}],
  [
    'ECS52 response',
    ...([C.ECS52, C.RESPONSE] as const),
    'da20 7b5a07 00 00 01 0904 a1b2c3d4 01 01 00',
    { version: 0xa1b2c3d4, code: 0 },
  ],
  ['ECS52 failure', C.ECS52, C.RESPONSE, 'da20 7b5a07 00 00 01 00 01 01 01', { code: 1 }],
  ['GCS38 command', C.GCS38, C.COMMAND, '0109 01 01 0702 0005 00 00 00 0602', {}],
  [
    'GCS38 response',
    ...([C.GCS38, C.RESPONSE] as const),
    '0109 01 01 0702 000c 08 00 01 0602 00 41 04 a1b2c3d4',
    { version: 0xa1b2c3d4, code: 0 },
  ],
  [
    'GCS38 failure',
    ...([C.GCS38, C.RESPONSE] as const),
    '0109 01 01 0702 0006 08 00 01 0602 86',
    { code: 0x86 },
  ],
  ['CCS06 command', C.CCS06, C.COMMAND, 'd920 7b5a07 00 01 01 0068 00001e0300ff 04 01 00', {}],
  [
    'CCS08',
    ...([C.CCS08, C.ALERT] as const),
    `3029 0203008f89 ${NOON_TEXT} 0408 00db1234567890a4 0404 01020304 020103`,
    { alertCode: C.TRANSFER_FAILED, time: NOON, deviceHigh: 0x00db1234, deviceLow: 0x567890a4 },
  ],
  [
    'CS09',
    ...([C.CS09, C.ALERT] as const),
    `301f 0203008f8b ${NOON_TEXT} 0404 01020304 020101`,
    { alertCode: C.PPMID_ACTIVATION, time: NOON, version: 0x01020304, code: 1 },
  ],
  [
    '8F1C of an ESME',
    ...([C.FDRA_DLMS, C.ALERT] as const),
    `0f20 7b5a07 00 0203 12 8f1c 090c ${NOON_DATE} 0920 ${HASH}`,
    { alertCode: C.VERIFICATION_FAILED, time: NOON },
  ],
  [
    '8F1C of a GSME',
    ...([C.FDRA_ZIGBEE, C.ALERT] as const),
    `0109 01 8f1c 30ee6440 0920 ${HASH}`,
    { alertCode: C.VERIFICATION_FAILED, time: NOON },
  ],
  [
    'ECS80',
    ...([C.ECS80, C.ALERT] as const),
    `0f20 7b5a07 00 0204 12 8f35 090c ${NOON_DATE} 090c 07ea0105ff0b0000008000ff 090c ${NOON_DATE}`,
    { alertCode: 0x8f35, time: NOON, interruption: NOON - 3_600_000, restoration: NOON },
  ],
]

t.test('each layout is read, and written again octet for octet', async t => {
  for (const [what, code, direction, content, fields] of WORKED) {
    const { misfit, m, b, src } = read(code, direction, content)
    t.equal(misfit, 'read', what)
    t.match(b, fields, what)
    // As one writes it who has times and not octets.
    b.timeAt = b.interruptionAt = b.restorationAt = -1
    const out = Bytes.alloc(MAX_CONTENT)
    const length = encodeContent(out, 0, m, b, src)
    t.equal(toHex(out, 0, length), octets(content).toString('hex'), what)
  }
})

t.test('what was written of any values is read', async () => {
  fc.assert(
    fc.property(samples, sample => {
      const m = new GbcsMessage()
      const b = new GbcsContent()
      fillSample(sample, m, b)
      const out = Bytes.alloc(MAX_CONTENT)
      encodeContent(out, 0, m, b, new Bytes(new Uint8Array(sample.hash)))
      const back = new GbcsContent()
      if (decodeContent(out, m, back) !== 0) return false
      for (const name of ['code', 'alertCode', 'version'] as const) {
        const isRead = name !== 'version' || back.version !== 0
        if (isRead && back[name] !== 0 && back[name] !== b[name]) return false
      }
      const again = Bytes.alloc(MAX_CONTENT)
      const at = m.contentAt
      const length = encodeContent(again, 0, m, back, out)
      return toHex(again, 0, length) === toHex(out, at, length)
    }),
    { numRuns: 2000 },
  )
})

t.test('dates that are not hanrig’s own are kept as they stand', async t => {
  const content = `0f20 7b5a07 00 0203 12 8f72 090c 07ea0105010c00ffff003c80 0920 ${HASH}`
  const { misfit, m, b, src } = read(C.FDRA_DLMS, C.ALERT, content)
  t.equal(misfit, 'read')
  t.equal(b.time, NOON + 3_600_000)
  const out = Bytes.alloc(MAX_CONTENT)
  t.equal(toHex(out, 0, encodeContent(out, 0, m, b, src)), octets(content).toString('hex'))
})

t.test('what does not fit has a name', async t => {
  const cs06 = (rest: string) => `30${(34 + octets(rest).length).toString(16)} 0420${HASH} ${rest}`
  const later = (time: string) => cs06(`0206 0182ac7b5a07 18${time}`)
  const text = (of: string) => Buffer.from(of, 'latin1').toString('hex')
  const cases: [string, number, number, string][] = [
    ['content-tag', C.CS06, C.COMMAND, cs06('0306 0182ac7b5a07')],
    ['integer-form', C.CS06, C.COMMAND, cs06('0207 000182ac7b5a07')],
    ['integer-form', C.CS06, C.COMMAND, cs06('0200')],
    ['integer-form', C.CS06, C.COMMAND, cs06('0208 8182ac7b5a070000')],
    ['integer-form', C.CS06, C.COMMAND, cs06('0209 008182ac7b5a070000')],
    ['body-counter', C.CS06, C.COMMAND, cs06('0206 0182ac7b5a08')],
    ['body-counter', C.CS06, C.COMMAND, cs06('0204 2c7b5a07')],
    ['truncated', C.CS06, C.COMMAND, cs06('0206 0182ac7b5a')],
    ['generalized-time', C.CS06, C.COMMAND, later(`11 ${text('20300115090000.0Z')}`)],
    ['generalized-time', C.CS06, C.COMMAND, later(`13 ${text('20300115090000+0100')}`)],
    ['generalized-time', C.CS06, C.COMMAND, later(`0f ${text('20300229090000Z')}`)],
    ['trailing', C.CS06, C.COMMAND, later(`0f ${text('20300115090000Z')} 0500`)],
    ['content-tag', C.CS06, C.COMMAND, cs06('0206 0182ac7b5a07 0500')],
    [
      'content-length',
      C.CS06,
      C.COMMAND,
      `3081 2a 0420${HASH} 0206 0182ac7b5a07`.replace('81', '29'),
    ],
    ['length-form', C.CS06, C.COMMAND, `30812a 0420${HASH} 0206 0182ac7b5a07`],
    ['content-length', C.CS06, C.COMMAND, `302a 041f${HASH} 0206 0182ac7b5a07`],
    ['integer-form', C.CS06, C.RESPONSE, '3008 0200 0404 01020304'],
    ['integer-form', C.CS08, C.RESPONSE, '3008 0404 01020304 0200'],
    ['integer-form', C.CS06, C.RESPONSE, '300c 020401000000 0404 01020304'],
    ['value', C.CS06, C.RESPONSE, '3009 020104 0404 01020304'],
    ['integer-form', C.CS06, C.RESPONSE, '3009 0201ff 0404 01020304'],
    ['integer-form', C.CS06, C.RESPONSE, '300a 02020003 0404 01020304'],
    ['content-length', C.CS06, C.RESPONSE, '3008 020103 0403 010203'],
    ['content-tag', C.CS06, C.RESPONSE, '0501'],
    ['content-tag', C.CS06, C.RESPONSE, '050000'],
    [
      'value',
      C.CS06_ACTIVATION,
      C.ALERT,
      `3024 0203008f68 ${NOON_TEXT} 020103 3009 020102 0404 00000001`,
    ],
    [
      'integer-form',
      C.CS06_ACTIVATION,
      C.ALERT,
      `3025 020400008f66 ${NOON_TEXT} 020103 3009 020102 0404 00000001`,
    ],
    [
      'integer-form',
      C.CS06_ACTIVATION,
      C.ALERT,
      `3024 0203018f66 ${NOON_TEXT} 020103 3009 020102 0404 00000001`,
    ],
    ['content-tag', C.CS08, C.COMMAND, '0501'],
    ['trailing', C.CS08, C.COMMAND, '050000'],
    ['value', C.CS08, C.RESPONSE, '3009 0404 01020304 020102'],
    ['invoke-id', C.ECS52, C.COMMAND, 'd920 7b5a08 00 01 01 0001 0000000201ff 02 01 00'],
    ['invoke-id', C.ECS52, C.COMMAND, 'd940 7b5a07 00 01 01 0001 0000000201ff 02 01 00'],
    ['value', C.ECS52, C.COMMAND, 'd920 7b5a07 00 01 01 0001 0000000202ff 02 01 00'],
    ['value', C.ECS52, C.COMMAND, 'd920 7b5a07 00 01 01 0001 0000000201ff 03 01 00'],
    ['value', C.ECS52, C.RESPONSE, 'da20 7b5a07 00 00 01 0904 a1b2c3d4 01 01 01'],
    ['value', C.ECS52, C.RESPONSE, 'da20 7b5a07 00 00 01 00 01 01 00'],
    ['content-tag', C.ECS52, C.RESPONSE, 'da20 7b5a07 00 00 01 0100 01 01 00'],
    ['content-length', C.GCS38, C.RESPONSE, '0109 01 01 0702 0006 08 00 01 0602 00 41 04 a1b2c3d4'],
    ['content-length', C.GCS38, C.RESPONSE, '0109 01 01 0702 000c 08 00 01 0602 86'],
    ['content-length', C.GCS38, C.COMMAND, '0109 01 01 0702 0006 00 00 00 0602'],
    ['value', C.GCS38, C.COMMAND, '0109 01 01 0702 0005 00 00 00 0702'],
    [
      'value',
      C.CCS08,
      C.ALERT,
      `3029 0203008f8b ${NOON_TEXT} 0408 00db1234567890a4 0404 01020304 020103`,
    ],
    [
      'value',
      C.CCS08,
      C.ALERT,
      `3029 0203008f89 ${NOON_TEXT} 0408 00db1234567890a4 0404 01020304 020104`,
    ],
    ['value', C.FDRA_DLMS, C.ALERT, `0f20 7b5a07 00 0203 12 8f73 090c ${NOON_DATE} 0920 ${HASH}`],
    [
      'date-time',
      C.FDRA_DLMS,
      C.ALERT,
      `0f20 7b5a07 00 0203 12 8f72 090c 07ea0d05ff0c0000008000ff 0920 ${HASH}`,
    ],
    [
      'content-length',
      C.FDRA_DLMS,
      C.ALERT,
      `0f20 7b5a07 00 0204 12 8f72 090c ${NOON_DATE} 0920 ${HASH}`,
    ],
    ['truncated', C.FDRA_ZIGBEE, C.ALERT, `0109 01 8f72 30eea940 0920 ${HASH.slice(2)}`],
    [
      'value',
      C.ECS80,
      C.ALERT,
      `0f20 7b5a07 00 0204 12 8f34 090c ${NOON_DATE} 090c ${NOON_DATE} 090c ${NOON_DATE}`,
    ],
    [
      'value',
      C.ECS80,
      C.ALERT,
      `0f20 7b5a07 00 0204 12 8f3d 090c ${NOON_DATE} 090c ${NOON_DATE} 090c ${NOON_DATE}`,
    ],
  ]
  for (const [name, code, direction, content] of cases) {
    t.equal(read(code, direction, content).misfit, name, `${name}: ${content}`)
  }
})

t.test('a use case without a layout is left as octets', async t => {
  for (const [code, direction] of [
    ...([
      [0x0104, C.COMMAND],
      [C.CS06, C.ALERT],
      [C.CCS08, C.COMMAND],
    ] as const),
    ...([
      [0x1000, C.ALERT],
      [C.CS06_ACTIVATION, C.RESPONSE],
    ] as const),
  ]) {
    const { misfit, b } = read(code, direction, '00ff00')
    t.equal(misfit, 'read')
    t.equal(b.layout, C.OPAQUE)
  }
  const m = new GbcsMessage()
  t.throws(() => encodeContent(Bytes.alloc(9), 0, m, new GbcsContent(), Bytes.alloc(9)), RangeError)
})

t.test('counters in a content are written in their shortest form', async t => {
  for (const [counter, der] of [
    [0n, '020100'],
    [127n, '02017f'],
    [128n, '02020080'],
    [0x7fff_ffffn, '02047fffffff'],
    [0x8000_0000n, '02050080000000'],
    [(1n << 63n) - 1n, '02087fffffffffffffff'],
  ] as const) {
    const length = (34 + der.length / 2).toString(16)
    const content = `30${length} 0420${HASH} ${der}`
    const { misfit, m, b, src } = read(C.CS06, C.COMMAND, content, counter)
    t.equal(misfit, 'read', der)
    const out = Bytes.alloc(MAX_CONTENT)
    t.equal(toHex(out, 0, encodeContent(out, 0, m, b, src)), octets(content).toString('hex'))
  }
  const m = Object.assign(new GbcsMessage(), { messageCode: C.CS06, direction: 1, counterHigh: -1 })
  t.throws(
    () => encodeContent(Bytes.alloc(99), 0, m, new GbcsContent(), Bytes.alloc(99)),
    RangeError,
  )
})

t.test('a hub’s list of devices is read where it has the known shape', async t => {
  const device = (status = '0408 c0') =>
    `020e 0908 00db1234567890a0 ${status} 0fc8 0fb5 0fa0 11ff 1180 1101 090c ${NOON_DATE} 1101 1102 1103 1104 1105`
  const answer = (list: string) => `da20 7b5a07 00 00 01 ${list} 01 01 00`
  const { misfit, m, b, src } = read(C.CCS06, C.RESPONSE, answer(`0102 ${device()} ${device()}`))
  t.equal(misfit, 'read')
  const devices = readHanDevices(src, b)!
  t.equal(devices.length, 2)
  t.match(devices[1], {
    ...{ idHigh: 0x00db1234, idLow: 0x567890a0, status: 0xc0, rssi: [-56, -75, -96] },
    ...{ lqi: [255, 128, 1], last: NOON, hops: 1, failures: 2, successes: 3 },
    ...{ applicationVersion: 4, stackVersion: 5 },
  })
  const out = Bytes.alloc(MAX_CONTENT + b.listLength)
  const length = encodeContent(out, 0, m, b, src)
  t.equal(toHex(out, 0, length), octets(answer(`0102 ${device()} ${device()}`)).toString('hex'))
  const other = read(C.CCS06, C.RESPONSE, answer(`0101 ${device('06 01020304')}`))
  t.equal(other.misfit, 'read', 'another shape is no misfit')
  t.equal(readHanDevices(other.src, other.b), undefined)
  const failed = read(C.CCS06, C.RESPONSE, 'da20 7b5a07 00 00 01 00 01 01 03')
  t.equal(failed.misfit, 'read')
  t.same(readHanDevices(failed.src, failed.b), [])
  for (const [name, list] of [
    ['content-tag', '0101 ff'],
    ['truncated', '0105 00'],
    ['content-tag', '0101 0101 0101 0101 0101 0101 0101 0101 00'],
  ]) {
    t.equal(read(C.CCS06, C.RESPONSE, answer(list!)).misfit, name!)
  }
})
