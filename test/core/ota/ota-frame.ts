import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import {
  DECODED,
  decodeOta,
  encodeBlockResponse,
  encodeOta,
  MAX_OTA_FRAME,
  NOT_OTA,
  OtaFrame,
  TRUNCATED,
  UNKNOWN_COMMAND,
} from '#core/ota/ota-frame'
import { fromHex, seeded, toHex } from '../../helpers/octets.ts'
import {
  COMMANDS,
  DEFAULT_RESPONSES,
  dataOf,
  frames,
  hasData,
  plainEncode,
  type Sample,
} from '../../helpers/ota-frames.ts'

const AT = 5
const ALL = [...COMMANDS, ...DEFAULT_RESPONSES]

/** Encodes at an odd place among 0xEE and checks that nothing beside the frame was written. */
function encode({ frame, data }: Sample): Buffer {
  const out = new Bytes(new Uint8Array(AT + MAX_OTA_FRAME + 4).fill(0xee))
  const length = encodeOta(out, AT, frame, data)
  const beside = [...out.u8.subarray(0, AT), ...out.u8.subarray(AT + length)]
  if (beside.some(octet => octet !== 0xee)) throw new Error('wrote beside the frame')
  return Buffer.from(out.u8.subarray(AT, AT + length))
}

/** Decodes octets that lie in memory which ends where they end. */
function decode(octets: Uint8Array, into = new OtaFrame()): number {
  const src = new Bytes(Buffer.concat([Buffer.alloc(AT), octets]))
  return decodeOta(src, AT, octets.length, into)
}

t.test('every frame becomes the octets of the cluster’s tables', async () => {
  fc.assert(
    fc.property(frames(ALL), sample => encode(sample).equals(plainEncode(sample))),
    { numRuns: 1000 },
  )
})

t.test('every frame is read back field by field', async () => {
  fc.assert(
    fc.property(frames(ALL), sample => {
      const { of, frame } = sample
      const octets = plainEncode(sample)
      const read = new OtaFrame()
      if (decode(octets, read) !== DECODED) return false
      if (read.sequence !== frame.sequence || read.command !== of.command) return false
      if (read.fromServer !== of.fromServer) return false
      if (hasData(sample)) {
        const at = read.dataAt - AT
        if (!octets.subarray(at, at + read.dataSize).equals(dataOf(sample))) return false
      }
      return of.fields(frame).every(([field]) => read[field] === frame[field])
    }),
    { numRuns: 1000 },
  )
})

t.test('a field that a frame does not have keeps its value', async t => {
  const read = new OtaFrame()
  decode(fromHex('01 09 01 01 1d12 0000 00000000 3412').u8, read)
  t.equal(read.hardwareVersion, 0x1234)
  decode(fromHex('01 0a 01 00 1e12 0000 00000000').u8, read)
  t.match(read, { hardwareVersion: 0x1234, manufacturerCode: 0x121e, sequence: 10 })
})

// The exchange for the published sample image in blocks of 48 octets, sequence 0x2a.
const WORKED: [string, string, Partial<OtaFrame>][] = [
  [
    'query with hardware version',
    '01 2a 01 01 1d12 0000 00000000 1111',
    { command: 1, fieldControl: 1, manufacturerCode: 0x121d, hardwareVersion: 0x1111 },
  ],
  ['nothing authorised', '19 2a 02 7e', { command: 2, fromServer: true, status: 0x7e }],
  ['no image', '19 2a 02 98', { command: 2, fromServer: true, status: 0x98 }],
  [
    'offer',
    '19 2a 02 00 1d12 0000 dcacdcac 69010000',
    { command: 2, fromServer: true, fileVersion: 0xacdcacdc, imageSize: 361 },
  ],
  [
    'first block request',
    '01 2a 03 00 1d12 0000 dcacdcac 00000000 30',
    { command: 3, fileOffset: 0, maxDataSize: 48, fileVersion: 0xacdcacdc },
  ],
  [
    'throttle',
    '19 2a 05 97 04030201 08070605 e803',
    {
      command: 5,
      fromServer: true,
      status: 0x97,
      currentTime: 0x01020304,
      requestTime: 0x05060708,
      minBlockPeriod: 1000,
    },
  ],
  ['abort', '19 2a 05 95', { command: 5, fromServer: true, status: 0x95 }],
  ['end, verified', '01 2a 06 00 1d12 0000 dcacdcac', { command: 6, status: 0 }],
  ['end, bad signature', '01 2a 06 96 1d12 0000 dcacdcac', { command: 6, status: 0x96 }],
  [
    'end answered the GB way',
    '19 2a 07 ffff ffff ffffffff ffffffff ffffffff',
    {
      command: 7,
      fromServer: true,
      manufacturerCode: 0xffff,
      imageType: 0xffff,
      fileVersion: 0xffffffff,
      currentTime: 0xffffffff,
      upgradeTime: 0xffffffff,
    },
  ],
  ['default response', '18 2a 0b 03 80', { command: 11, fromServer: true, answered: 3 }],
]

t.test('the worked exchange of the sample image comes out octet for octet', async t => {
  for (const [what, text, fields] of WORKED) {
    const octets = fromHex(text)
    const read = new OtaFrame()
    t.equal(decode(octets.u8, read), DECODED, what)
    t.match(read, { sequence: 0x2a, fromServer: false, ...fields }, what)
    t.equal(encode({ frame: read } as Sample).toString('hex'), toHex(octets), what)
  }
})

t.test('block responses of the worked exchange carry 48 and then 25 octets', async t => {
  const image = new Bytes(seeded(361))
  const out = Bytes.alloc(MAX_OTA_FRAME)
  for (const [offset, size, head] of [
    [0, 48, '192a05001d120000dcacdcac0000000030'],
    [336, 25, '192a05001d120000dcacdcac5001000019'],
  ] as const) {
    const length = encodeBlockResponse(
      out,
      3,
      0x2a,
      0x121d,
      0,
      0xacdcacdc,
      offset,
      image,
      offset,
      size,
    )
    t.equal(toHex(out, 3, length), head + toHex(image, offset, size))
  }
})

t.test('both ways to write a block response write the same', async () => {
  const responses = frames(COMMANDS.filter(({ command }) => command === 5))
  fc.assert(
    fc.property(responses, sample => {
      const { frame: f, data } = sample
      f.status = 0
      const out = Bytes.alloc(AT + MAX_OTA_FRAME)
      const { sequence, manufacturerCode, imageType, fileVersion, fileOffset, dataAt, dataSize } = f
      const length = encodeBlockResponse(
        out,
        AT,
        sequence,
        manufacturerCode,
        imageType,
        fileVersion,
        fileOffset,
        data,
        dataAt,
        dataSize,
      )
      return plainEncode(sample).equals(out.u8.subarray(AT, AT + length))
    }),
  )
})

t.test('a frame cut off anywhere is TRUNCATED', async () => {
  fc.assert(
    fc.property(frames(ALL), sample => {
      const octets = plainEncode(sample)
      // A client that announces a block period and leaves it out is forgiven.
      const lenient = sample.of.command === 3 && sample.frame.fieldControl & 2 ? 2 : 0
      for (let length = 0; length < octets.length; length++) {
        const read = new OtaFrame()
        const code = decode(octets.subarray(0, length), read)
        if (length < octets.length - lenient) {
          if (code !== TRUNCATED) return false
        } else if (code !== DECODED || read.fieldControl & 2 || read.minBlockPeriod !== 0) {
          return false
        }
      }
      return true
    }),
    { numRuns: 150 },
  )
})

t.test('a frame that ends early is not read on into the octets behind it', async () => {
  fc.assert(
    fc.property(frames(ALL), fc.nat(), (sample, place) => {
      const octets = plainEncode(sample)
      const length = place % octets.length
      const src = new Bytes(Buffer.concat([octets, Buffer.alloc(40)]))
      const alone = decode(octets.subarray(0, length))
      return decodeOta(src, 0, length, new OtaFrame()) === alone
    }),
  )
})

t.test('octets after the last field change nothing', async () => {
  fc.assert(
    fc.property(frames(ALL), fc.integer({ min: 2, max: 9 }), (sample, extra) => {
      const octets = plainEncode(sample)
      const [alone, longer] = [new OtaFrame(), new OtaFrame()]
      decode(octets, alone)
      const code = decode(Buffer.concat([octets, Buffer.alloc(extra, 0xff)]), longer)
      return code === DECODED && JSON.stringify(alone) === JSON.stringify(longer)
    }),
  )
})

t.test('random octets give a code and never an exception', async t => {
  const seen = new Set<number>()
  const random = fc.uint8Array({ maxLength: 60, size: 'max' })
  const likely = fc
    .tuple(fc.constantFrom(0x00, 0x01, 0x09, 0x10, 0x18, 0x19), fc.nat(255), fc.nat(12), random)
    .map(([control, sequence, command, rest]) =>
      Uint8Array.from([control, sequence, command, ...rest]),
    )
  fc.assert(
    fc.property(fc.oneof(random, likely), octets => {
      seen.add(decode(octets))
    }),
    { numRuns: 3000 },
  )
  t.strictSame([...seen].sort(), [DECODED, NOT_OTA, UNKNOWN_COMMAND, TRUNCATED])
})

t.test('a command from the wrong side, or none of the cluster’s, is UNKNOWN_COMMAND', async t => {
  for (const fromServer of [false, true]) {
    const known = COMMANDS.filter(each => each.fromServer === fromServer).map(c => c.command)
    for (let command = 0; command < 256; command++) {
      const octets = Buffer.alloc(40)
      octets[0] = fromServer ? 0x19 : 0x01
      octets[2] = command
      const expected = known.includes(command) ? DECODED : UNKNOWN_COMMAND
      if (decode(octets) !== expected) t.fail(`command ${command}, from server ${fromServer}`)
    }
  }
})

t.test('frames of other kinds are NOT_OTA', async t => {
  for (let control = 0; control < 256; control++) {
    const ours = (control & 4) === 0
    for (let command = 0; command < 16; command++) {
      const octets = Buffer.alloc(40)
      octets[0] = control
      octets[2] = command
      const type = control & 3
      const isDefault = type === 0 && command === 0x0b
      const expected = ours && (type === 1 || isDefault)
      if ((decode(octets) !== NOT_OTA) !== expected) t.fail(`control ${control}, ${command}`)
    }
  }
  t.equal(decode(fromHex('05 2a 03').u8), NOT_OTA, 'a header is enough to say so')
  t.equal(decode(fromHex('01 2a 20').u8), UNKNOWN_COMMAND)
})
