// Differential test of the OTA codec against zigbee-herdsman, the ZCL implementation behind Zigbee2MQTT.
// What herdsman 10.9.5 cannot express, and this file therefore asks of one direction only or not at all:
// - Frames over 250 octets: its writer has a buffer of that size and drops the data of a block response past 233
//   octets silently. Its reader takes them, so they are compared that way round.
// - Image types from 0xFFC0 in ordinary commands, and below 0xFFC0 or 0xFFFF in the device-specific ones: it throws.
//   GB's all-ones Upgrade End Response is no such case.
// - All ones in a u8, u16 or u32 field without a stated maximum: it reads them as NaN, "not a value".
// - The end of a block's data: it reads to the end of the frame, whatever dataSize says; so nothing follows data here.
// - A cut-off EUI-64 or cut-off data: it reads what is there and does not notice.
// - A block request that announces a block period without having one: both accept it; herdsman leaves the bit set.

import fc from 'fast-check'
import t from 'tap'
import { Direction, Frame, FrameType, Header } from 'zigbee-herdsman/dist/zspec/zcl/index.js'
import { Bytes } from '#core/bytes/bytes'
import { OTA_CLUSTER } from '#core/ota/codes'
import {
  DECODED,
  decodeOta,
  encodeOta,
  MAX_OTA_FRAME,
  OtaFrame,
  TRUNCATED,
} from '#core/ota/ota-frame'
import {
  COMMANDS,
  DEFAULT_RESPONSES,
  dataOf,
  type Field,
  frames,
  hasData,
  type Sample,
} from '../../helpers/ota-frames.ts'

/** Most data that herdsman's 250-octet write buffer takes. */
const HERDSMAN_DATA = 250 - 17
const ALL_ONES = { 1: 0xff, 2: 0xffff, 4: 0xffffffff } as const
const NAMES: Partial<Record<Field, string>> = {
  maxDataSize: 'maximumDataSize',
  minBlockPeriod: 'minimumBlockPeriod',
  stackVersion: 'zigbeeStackVersion',
  answered: 'cmdId',
}

type Payload = Record<string, unknown>

const hex32 = (word: number) => word.toString(16).padStart(8, '0')
const ieeeOf = (f: OtaFrame) => `0x${hex32(f.ieeeHigh)}${hex32(f.ieeeLow)}`
const ieeeName = ({ of }: Sample) => (of.command === 8 ? 'eui64' : 'requestNodeIeeeAddress')

function nameOf(sample: Sample, field: Field): string {
  if (field === 'status' && sample.of.command === 0x0b) return 'statusCode'
  return NAMES[field] ?? field
}

/** The frame's fields under herdsman's names. */
function payloadOf(sample: Sample): Payload {
  const { of, frame } = sample
  const payload: Payload = {}
  for (const [field] of of.fields(frame)) {
    if (field === 'ieeeLow') payload[ieeeName(sample)] = ieeeOf(frame)
    else if (field !== 'ieeeHigh') payload[nameOf(sample, field)] = frame[field]
  }
  if (hasData(sample)) payload.data = Buffer.from(dataOf(sample))
  return payload
}

function herdsmanEncode(sample: Sample): Buffer {
  const { of, frame } = sample
  const isGlobal = of.command === 0x0b
  return Frame.create(
    isGlobal ? FrameType.GLOBAL : FrameType.SPECIFIC,
    of.fromServer ? Direction.SERVER_TO_CLIENT : Direction.CLIENT_TO_SERVER,
    of.fromServer || isGlobal,
    undefined,
    frame.sequence,
    of.name,
    'genOta',
    payloadOf(sample),
    {},
  ).toBuffer()
}

function herdsmanDecode(octets: Buffer): Frame {
  return Frame.fromBuffer(OTA_CLUSTER, Header.fromBuffer(octets), octets, {})
}

function ourEncode({ frame, data }: Sample): Buffer {
  const out = Bytes.alloc(MAX_OTA_FRAME)
  return Buffer.from(out.u8.subarray(0, encodeOta(out, 0, frame, data)))
}

/** Whether what herdsman read is what we mean; NaN is its word for all ones. */
function agrees(sample: Sample, read: Frame): boolean {
  const { of, frame } = sample
  const payload = read.payload as Payload
  if (read.command.name !== of.name) return false
  if (read.header.transactionSequenceNumber !== frame.sequence) return false
  const expected = payloadOf(sample)
  if (Object.keys(payload).sort().join() !== Object.keys(expected).sort().join()) return false
  return of.fields(frame).every(([field, width]) => {
    if (field === 'ieeeHigh') return true
    if (field === 'ieeeLow') return payload[ieeeName(sample)] === ieeeOf(frame)
    const value = payload[nameOf(sample, field)]
    return Number.isNaN(value) ? frame[field] === ALL_ONES[width] : value === frame[field]
  })
}

/** The sample with its image type moved into the range that herdsman knows for the command. */
function withinRange(sample: Sample): Sample {
  const { of, frame } = sample
  if (of.command >= 8 && of.command <= 9) frame.imageType = 0xffc0 + (frame.imageType % 63)
  else if (of.command !== 0 && of.command !== 7) frame.imageType %= 0xffc0
  return sample
}

const everyFrame = frames([...COMMANDS, ...DEFAULT_RESPONSES]).map(withinRange)

for (const of of [...COMMANDS, ...DEFAULT_RESPONSES]) {
  const side = of.fromServer ? 'server' : 'client'
  t.test(`${of.name} of the ${side}: the same octets as herdsman’s`, async () => {
    fc.assert(
      fc.property(frames([of]).map(withinRange), sample => {
        if (hasData(sample)) sample.frame.dataSize %= HERDSMAN_DATA + 1
        return ourEncode(sample).equals(herdsmanEncode(sample))
      }),
      { numRuns: 300 },
    )
  })
}

t.test('herdsman reads what we wrote, data up to 255 octets included', async () => {
  fc.assert(
    fc.property(everyFrame, sample => {
      const read = herdsmanDecode(ourEncode(sample))
      const { data } = read.payload as { data?: Buffer }
      if (hasData(sample) && !data?.equals(dataOf(sample))) return false
      return agrees(sample, read)
    }),
    { numRuns: 1500 },
  )
})

t.test('we read what herdsman wrote', async () => {
  fc.assert(
    fc.property(everyFrame, sample => {
      if (hasData(sample)) sample.frame.dataSize %= HERDSMAN_DATA + 1
      const octets = herdsmanEncode(sample)
      const read = new OtaFrame()
      if (decodeOta(new Bytes(octets), 0, octets.length, read) !== DECODED) return false
      if (read.command !== sample.of.command || read.fromServer !== sample.of.fromServer) {
        return false
      }
      if (hasData(sample)) {
        const data = octets.subarray(read.dataAt, read.dataAt + read.dataSize)
        if (!data.equals(dataOf(sample))) return false
      }
      return sample.of.fields(sample.frame).every(([f]) => read[f] === sample.frame[f])
    }),
    { numRuns: 1500 },
  )
})

t.test('the Upgrade End Response of a GB hub is all ones in both', async t => {
  const frame = Object.assign(new OtaFrame(), {
    sequence: 0x2a,
    command: 7,
    fromServer: true,
    manufacturerCode: 0xffff,
    imageType: 0xffff,
    fileVersion: 0xffffffff,
    currentTime: 0xffffffff,
    upgradeTime: 0xffffffff,
  })
  const sample = { of: COMMANDS[7]!, frame, data: Bytes.alloc(0) }
  t.equal(herdsmanEncode(sample).toString('hex'), `192a07${'ff'.repeat(16)}`)
  t.equal(ourEncode(sample).toString('hex'), `192a07${'ff'.repeat(16)}`)
})

t.test('both forgive a block period that is announced and not there', async t => {
  for (const missing of [1, 2]) {
    const whole = Buffer.from('010903021d120000dcacdcac0000000030e803', 'hex')
    const octets = whole.subarray(0, whole.length - missing)
    t.equal((herdsmanDecode(octets).payload as Payload).minimumBlockPeriod, undefined)
    const read = new OtaFrame()
    t.equal(decodeOta(new Bytes(octets), 0, octets.length, read), DECODED)
    t.match(read, { fieldControl: 0, minBlockPeriod: 0, maxDataSize: 48 })
  }
})

t.test('where we say TRUNCATED herdsman has an error, but for an EUI-64 and data', async () => {
  const fixed = everyFrame.filter(sample => {
    const { of, frame } = sample
    if (hasData(sample) || of.command === 8) return false
    return (of.command !== 3 && of.command !== 4) || (frame.fieldControl & 1) === 0
  })
  fc.assert(
    fc.property(fixed, fc.nat(), (sample, place) => {
      const whole = ourEncode(sample)
      const octets = whole.subarray(0, 3 + (place % (whole.length - 2)))
      const code = decodeOta(new Bytes(octets), 0, octets.length, new OtaFrame())
      let threw = false
      try {
        herdsmanDecode(octets)
      } catch {
        threw = true
      }
      return threw === (code === TRUNCATED)
    }),
    { numRuns: 500 },
  )
})

t.test('herdsman still has the limits that this file works around', async t => {
  const sample = (command: number, fields: Partial<OtaFrame>) => ({
    of: COMMANDS[command]!,
    frame: Object.assign(new OtaFrame(), { command, ...fields }),
    data: Bytes.alloc(255),
  })
  t.equal(herdsmanEncode(sample(5, { dataSize: HERDSMAN_DATA })).length, 250)
  t.equal(herdsmanEncode(sample(5, { dataSize: HERDSMAN_DATA + 1 })).length, 250)
  t.equal(ourEncode(sample(5, { dataSize: HERDSMAN_DATA + 1, fromServer: true })).length, 251)
  t.throws(() => herdsmanEncode(sample(1, { imageType: 0xffc0 })))
  t.throws(() => herdsmanEncode(sample(8, { imageType: 0xffbf })))
  t.throws(() => herdsmanEncode(sample(8, { imageType: 0xffff })))
  const longest = ourEncode(sample(2, { fromServer: true, imageSize: 0xffffffff }))
  t.ok(Number.isNaN((herdsmanDecode(longest).payload as Payload).imageSize))
})
