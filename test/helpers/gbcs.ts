// GBCS messages for tests: a plain second reading of the layouts, written with Buffers and without the product's code, and messages
// of every layout with any values in them.

import fc from 'fast-check'
import { Bytes } from '#core/bytes/bytes'
import * as C from '#core/gbcs/codes'
import { GbcsContent } from '#core/gbcs/content'
import {
  type Ending,
  encodeMessage,
  GbcsMessage,
  messageLength,
  type Supplement,
} from '#core/gbcs/message'
import { encodeContent, MAX_CONTENT } from '#core/gbcs/write-content'
import { ACCEPTED_NULL, CANCEL_TIME, IMMEDIATE } from '#core/power/activation'

/** Octets from hex, numbers and other octets. */
export function octets(...parts: (string | number | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.map(part => {
      if (typeof part === 'number') return Buffer.of(part)
      return typeof part === 'string' ? Buffer.from(part.replaceAll(' ', ''), 'hex') : part
    }),
  )
}

/** A length of BER and what it is of. */
export function lengthed(body: Uint8Array): Buffer {
  const n = body.length
  if (n < 0x80) return octets(n, body)
  return n < 0x100 ? octets(0x81, n, body) : octets(0x82, n >>> 8, n & 255, body)
}

/** What a plain envelope is made of. */
export interface Plain {
  readonly direction: number
  readonly counter: bigint
  readonly originator: string
  readonly recipient: string
  readonly dateTime: string
  /** Message code and what follows it. */
  readonly other: string
  readonly content: Uint8Array
  /** Hex, '' for none with its length octet, undefined without. */
  readonly signature: string | undefined
  /** Hex. */
  readonly mac: string | undefined
}

export const PLAIN: Plain = {
  direction: 1,
  counter: 1000n,
  originator: '90b3d51f30010000',
  recipient: '00db1234567890a0',
  dateTime: '',
  other: '0012',
  content: octets('0500'),
  signature: '',
  mac: undefined,
}

const word = (counter: bigint) => counter.toString(16).padStart(16, '0')

export function plainMessage(of: Partial<Plain>): Buffer {
  const p = { ...PLAIN, ...of }
  const apdu = octets(
    ...['df09', p.direction, word(p.counter), '08', p.originator, '08', p.recipient],
    lengthed(octets(p.dateTime)),
    lengthed(octets(p.other)),
    lengthed(p.content),
    p.signature === undefined ? '' : lengthed(octets(p.signature)),
  )
  if (p.mac === undefined) return apdu
  return octets('dd000000000000', lengthed(octets('1100000000', apdu, p.mac)))
}

/** A message made by the product's writers, its signature and MAC still zeros. */
export interface Made {
  readonly octets: Bytes
  readonly m: GbcsMessage
  readonly b: GbcsContent
}

/** Writes the message that `fill` describes; hashes are copied from `data`, which is zeros unless given. */
export function made(fill: (m: GbcsMessage, b: GbcsContent) => void, data = Bytes.alloc(32)): Made {
  const m = new GbcsMessage()
  const b = new GbcsContent()
  fill(m, b)
  const content = Bytes.alloc(MAX_CONTENT + b.listLength)
  encodeContent(content, 0, m, b, data)
  const out = Bytes.alloc(messageLength(m))
  encodeMessage(out, 0, m, content)
  return { octets: out, m, b }
}

const int32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff })
const positive = fc.integer({ min: 0, max: 0x7fff_ffff })
const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
/** Unix ms of whole seconds, 2000 to 9999. */
export const moments = fc
  .integer({ min: 946_684_800, max: 253_402_300_799 })
  .map(seconds => 1000 * seconds)
/** Those that ZigBee's u32 reaches. */
const zigbeeMoments = fc.integer({ min: 0, max: 0xffff_ffff }).map(s => 1000 * (946_684_800 + s))

/** Message code and direction of every layout. */
export const KINDS: readonly (readonly [code: number, direction: number])[] = [
  ...[[C.CS06, C.COMMAND] as const, [C.CS06, C.RESPONSE] as const],
  ...[[C.CS06_ACTIVATION, C.ALERT] as const, [C.CS08, C.COMMAND] as const],
  ...[[C.CS08, C.RESPONSE] as const, [C.ECS52, C.COMMAND] as const],
  ...[[C.ECS52, C.RESPONSE] as const, [C.GCS38, C.COMMAND] as const],
  ...[[C.GCS38, C.RESPONSE] as const, [C.CCS06, C.COMMAND] as const],
  ...[[C.CCS08, C.ALERT] as const, [C.CS09, C.ALERT] as const],
  ...[[C.FDRA_DLMS, C.ALERT] as const, [C.FDRA_ZIGBEE, C.ALERT] as const],
  [C.ECS80, C.ALERT] as const,
]

/** The fields of a message of any layout, and what its content may say. */
export interface Sample {
  readonly kind: readonly [code: number, direction: number]
  readonly words: readonly number[]
  readonly hash: Uint8Array
  readonly dated: boolean
  readonly supplement: Supplement
  readonly ending: Ending
  readonly hasMac: boolean
  readonly code: number
  readonly alert: number
  readonly version: number
  readonly times: readonly number[]
  readonly zigbee: number
  readonly execution: number
}

export const samples: fc.Arbitrary<Sample> = fc.record({
  kind: fc.constantFrom(...KINDS),
  words: fc.tuple(positive, ...Array.from({ length: 13 }, () => int32)),
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  dated: fc.boolean(),
  supplement: fc.constantFrom<Supplement>(0, 1, 2),
  ending: fc.constantFrom<Ending>(1, 2),
  hasMac: fc.boolean(),
  code: fc.integer({ min: 0, max: 3 }),
  alert: fc.integer({ min: 0, max: 7 }),
  version: u32,
  times: fc.tuple(moments, moments, moments),
  zigbee: zigbeeMoments,
  execution: fc.oneof(fc.constantFrom(IMMEDIATE, CANCEL_TIME), moments),
})

/** Fills in what a sample says. */
export function fillSample(s: Sample, m: GbcsMessage, b: GbcsContent): void {
  ;[m.messageCode, m.direction] = s.kind as [number, number]
  const [w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13] = s.words as number[]
  Object.assign(m, {
    ...{ counterHigh: w0, counterLow: w1, originatorHigh: w2, originatorLow: w3 },
    ...{ recipientHigh: w4, recipientLow: w5, supplement: s.supplement },
    ...{ ending: s.ending, hasMac: s.hasMac },
  })
  if (s.supplement > 0) {
    Object.assign(m, {
      ...{ partyHigh: w6, partyLow: w7, partyCounterHigh: w8, partyCounterLow: w9 },
    })
  }
  if (s.supplement > 1) Object.assign(m, { ownCounterHigh: w10, ownCounterLow: w11 })
  fillContent(s, m, b, w12!, w13!)
}

function fillContent(s: Sample, m: GbcsMessage, b: GbcsContent, high: number, low: number): void {
  b.version = s.version
  b.code = s.code
  b.time = s.times[0]!
  b.executionTime = s.execution
  ;[b.deviceHigh, b.deviceLow] = [high, low]
  const layout = C.layoutOf(m.messageCode, m.direction)
  if (layout === C.CS06_RESPONSE && s.alert > 3) b.code = ACCEPTED_NULL
  if (layout === C.CS06_ALERT) {
    b.executionTime = s.times[1]!
    ;[b.counterHigh, b.counterLow] = [high & 0x7fff_ffff, low]
    b.alertCode = s.code === 0 ? C.ACTIONED : C.NOT_ACTIONED
  }
  if (layout === C.CS08_RESPONSE || layout === C.CS09_ALERT) b.code = s.code & 1
  if (layout === C.CCS08_ALERT) {
    b.alertCode = s.code === 0 ? C.TRANSFER_SUCCEEDED : C.TRANSFER_FAILED
  }
  if (layout === C.CS09_ALERT) b.alertCode = C.PPMID_ACTIVATION
  if (layout === C.FDRA_DLMS_ALERT || layout === C.FDRA_ZIGBEE_ALERT) {
    b.alertCode = s.alert & 1 ? C.VERIFIED : C.VERIFICATION_FAILED
  }
  if (layout === C.FDRA_ZIGBEE_ALERT) b.time = s.zigbee
  if (layout === C.ECS80_ALERT) {
    b.alertCode = C.SUPPLY_RESTORED + s.alert
    ;[b.interruption, b.restoration] = [s.times[1]!, s.times[2]!]
  }
}
