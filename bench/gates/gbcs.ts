// A CS06 command, built with signature and MAC by its sender and verified by its receiver, against the same operations on the
// curve done bare: one deterministic signature, one verification and, cold, two agreements; warm, both sides keep what they agreed
// on, as devices do. Then messages decoded without checks, envelope and content: their rate, and what garbage they leave. The
// process starts itself again with a nursery so large that garbage is seen (bench/heap.ts).

import { equal, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { Bytes } from '#core/bytes/bytes'
import { COMMAND, CS06 } from '#core/gbcs/codes'
import { decodeContent, GbcsContent } from '#core/gbcs/content'
import { decodeMessage, encodeMessage, GbcsMessage, SIGNED } from '#core/gbcs/message'
import { type Gmac, macMessage, signMessage } from '#core/gbcs/protect'
import { GENUINE, Receiver } from '#core/gbcs/receive'
import { encodeContent, MAX_CONTENT } from '#core/gbcs/write-content'
import { agree, gmacOf } from '#emulators/crypto/agree'
import { sha256, TrustAnchor } from '#emulators/crypto/crypto'
import { publicPoint, signP256 } from '#emulators/crypto/sign'
import { gbcsMessages } from '../gbcs.ts'
import { growth, HEAP_FLAGS, weigh } from '../heap.ts'
import { measure } from '../measure.ts'
import { report } from '../result.ts'

const SUPPLIER_KEY = sha256(Buffer.from('bench supplier'))
const ACB_KEY = sha256(Buffer.from('bench acb'))
const DEVICE_KEY = sha256(Buffer.from('bench device'))
const ACB_POINT = publicPoint(ACB_KEY)
const DEVICE_POINT = publicPoint(DEVICE_KEY)
const { verifies } = TrustAnchor.ofPoint(publicPoint(SUPPLIER_KEY))
const sign = (data: Uint8Array) => signP256(data, SUPPLIER_KEY)
const DEVICE = [0x00db1234, 0x567890a0] as const
/** Octets that the signature of such a command covers. */
const SIGNED_OCTETS = 92
const DECODES = 2_000_000

const content = Bytes.alloc(MAX_CONTENT)
const hash = new Bytes(sha256(Buffer.from('image')))
const out = Bytes.alloc(256)
const command = new GbcsMessage()
const body = new GbcsContent()
const read = new GbcsMessage()
const found = new GbcsContent()
let counter = 0x0100_0000

/** Writes the next command to `out` and returns its length. */
function build(gmac: Gmac): number {
  const m = command
  m.direction = COMMAND
  m.messageCode = CS06
  m.counterLow = counter++
  m.originatorHigh = 1
  m.originatorLow = 1
  m.recipientHigh = DEVICE[0]
  m.recipientLow = DEVICE[1]
  m.ending = SIGNED
  m.signatureAt = -1
  m.hasMac = true
  encodeContent(content, 0, m, body, hash)
  const length = encodeMessage(out, 0, m, content)
  signMessage(out, m, sign)
  macMessage(out, m, gmac)
  return length
}

/** A device that has what it agreed on with the ACB from `gmac`. */
function deviceWith(gmac: () => Gmac): Receiver {
  const [idHigh, idLow] = DEVICE
  return new Receiver({
    ...{ idHigh, idLow, verifierOf: () => verifies, gmacOf: gmac },
    gateOf: () => undefined,
  })
}

const senderKept = gmacOf(agree(ACB_KEY, DEVICE_POINT))
const deviceKept = gmacOf(agree(DEVICE_KEY, ACB_POINT))
const warmDevice = deviceWith(() => deviceKept)
const coldDevice = deviceWith(() => gmacOf(agree(DEVICE_KEY, ACB_POINT)))

function exchange(device: Receiver, gmac: Gmac): void {
  const length = build(gmac)
  if (device.receive(out, 0, length, read, found) !== GENUINE) throw new Error('it is not genuine')
}

const data = new Uint8Array(SIGNED_OCTETS)
function bare(): void {
  data[0]!++
  const signature = sign(data)
  if (!verifies(data, signature)) throw new Error('the bare signature is wrong')
}

function main(): void {
  body.executionTime = Date.UTC(2030, 0, 15, 9)
  const { octets, at, lengths, count } = gbcsMessages()
  const decodeAll = (): void => {
    for (let i = 0; i < count; i++) {
      const code = decodeMessage(octets, at[i]!, lengths[i]!, read)
      if (code !== 0 || decodeContent(octets, read, found) !== 0) throw new Error('it is not read')
    }
  }
  exchange(warmDevice, senderKept)
  exchange(coldDevice, senderKept)
  const { apduAt, contentAt, contentLength } = command
  equal(contentAt + contentLength - apduAt - 1, SIGNED_OCTETS, 'the bare one signs as much')

  const timings = measure([
    {
      name: 'cold',
      run: n => {
        for (; n > 0; n--) exchange(coldDevice, gmacOf(agree(ACB_KEY, DEVICE_POINT)))
      },
    },
    {
      name: 'bare cold',
      run: n => {
        for (; n > 0; n--) {
          bare()
          agree(ACB_KEY, DEVICE_POINT)
          agree(DEVICE_KEY, ACB_POINT)
        }
      },
    },
    {
      name: 'warm',
      run: n => {
        for (; n > 0; n--) exchange(warmDevice, senderKept)
      },
    },
    {
      name: 'bare warm',
      run: n => {
        for (; n > 0; n--) bare()
      },
    },
    {
      name: 'decode',
      per: count,
      run: n => {
        for (; n > 0; n--) decodeAll()
      },
    },
  ])
  const weight = weigh(decodeAll, Math.ceil(DECODES / count))
  let view = octets.u8
  const wasteful = growth(() => {
    for (let i = 0; i < 1000; i++) view = octets.u8.subarray(i)
  })
  ok(view.length > 0 && wasteful.bytes > 50_000, 'the scales see garbage')

  report('gbcs', {
    exact: [
      {
        name: 'garbage of a decode',
        value: Math.floor((16 * weight.bytes) / DECODES) / 16,
        bound: 0,
        unit: ' B',
      },
      { name: 'collections', value: weight.collections, bound: 0 },
    ],
    ratios: [
      {
        name: 'CS06 built and verified / bare',
        ratio: timings.ratio('cold', 'bare cold'),
        ...{ better: 'less' as const, floor: 1.5, usual: [1.04, 1.42] as const, aim: 1.5 },
      },
      {
        name: 'the same, agreements kept',
        ratio: timings.ratio('warm', 'bare warm'),
        ...{ better: 'less' as const, floor: 1.5, usual: [1.12, 1.49] as const, aim: 1.5 },
      },
    ],
    informs: [
      { name: 'CS06 built and verified', figure: 1e9 / timings.ns('warm'), unit: ' /s' },
      { name: 'messages decoded', figure: 1_000 / timings.ns('decode'), unit: ' M/s', aim: 1 },
    ],
    detail: {
      coldUs: timings.ns('cold') / 1000,
      bareColdUs: timings.ns('bare cold') / 1000,
      warmUs: timings.ns('warm') / 1000,
      bareWarmUs: timings.ns('bare warm') / 1000,
      decodeNs: timings.ns('decode'),
      heapBytes: weight.bytes,
    },
  })
}

if (process.execArgv.includes('--expose-gc')) main()
else {
  const { status } = spawnSync(process.execPath, [...HEAP_FLAGS, import.meta.filename], {
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}
