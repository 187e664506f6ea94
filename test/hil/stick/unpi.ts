// TI's serial frames: whatever comes in between and however reads are cut, the sound frames come out, in order.

import fc from 'fast-check'
import t from 'tap'
import { MAX_DATA, START_OF_FRAME, UnpiParser, UnpiWriter } from '#hil/stick/unpi'

/** Frames of a parser as hex: command octets and data. */
function parserOf() {
  const frames: string[] = []
  const parser = new UnpiParser((memory, at, length) => {
    frames.push(Buffer.from(memory.u8.subarray(at, at + 2 + length)).toString('hex'))
  })
  return { parser, frames }
}

function feed(parser: UnpiParser, octets: Uint8Array, cuts: readonly number[] = []): void {
  let at = 0
  for (const cut of [...cuts.map(c => c % (octets.length + 1)), octets.length].sort(
    (a, b) => a - b,
  )) {
    parser.feed(octets, at, cut - at)
    at = cut
  }
}

interface Sample {
  readonly command0: number
  readonly command1: number
  readonly data: Uint8Array
}

const sample: fc.Arbitrary<Sample> = fc.record({
  command0: fc.nat(255),
  command1: fc.nat(255),
  data: fc.uint8Array({ maxLength: MAX_DATA }),
})

function encode({ command0, command1, data }: Sample): Uint8Array {
  const writer = new UnpiWriter(1024)
  writer.begin(command0, command1).octets(data).end()
  return writer.take()
}

const textOf = ({ command0, command1, data }: Sample): string =>
  Buffer.from([command0, command1, ...data]).toString('hex')

/** Octets that no frame starts in. */
const noise = fc
  .uint8Array({ maxLength: 40 })
  .map(octets => octets.map(o => (o === START_OF_FRAME ? 0xef : o)))

/** The rule itself, over a whole stream: the first sound frame from each start on, else one octet further. */
function model(stream: Uint8Array): { frames: string[]; left: number } {
  const frames: string[] = []
  let at = 0
  while (at < stream.length) {
    if (stream[at] !== START_OF_FRAME) {
      at++
      continue
    }
    const length = stream[at + 1]
    if (length === undefined) break
    if (length > MAX_DATA) {
      at++
      continue
    }
    const whole = stream.subarray(at, at + length + 5)
    if (whole.length < length + 5) break
    const sum = whole.subarray(1, -1).reduce((a, b) => a ^ b, 0)
    if (sum === whole.at(-1)) {
      frames.push(Buffer.from(whole.subarray(2, -1)).toString('hex'))
      at += whole.length
    } else at++
  }
  return { frames, left: stream.length - at }
}

t.test('a known frame: SYS_PING, and a permit join of 60 s', async t => {
  const ping = encode({ command0: 0x21, command1: 0x01, data: new Uint8Array(0) })
  t.equal(Buffer.from(ping).toString('hex'), 'fe00210120')
  const permit = {
    command0: 0x25,
    command1: 0x36,
    data: Uint8Array.of(0x0f, 0xfc, 0xff, 0x3c, 0x01),
  }
  t.equal(Buffer.from(encode(permit)).toString('hex'), 'fe0525360ffcff3c0127')
})

t.test('frames with noise between them, cut anywhere', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(noise, sample), { maxLength: 8 }),
      noise,
      fc.array(fc.nat(4096), { maxLength: 30 }),
      (parts, tail, cuts) => {
        const { parser, frames } = parserOf()
        const stream = Buffer.concat([...parts.flatMap(([n, s]) => [n, encode(s)]), tail])
        feed(parser, stream, cuts)
        const expected = parts.map(([, s]) => textOf(s))
        const octets = parts.reduce((sum, [n]) => sum + n.length, tail.length)
        return (
          frames.join() === expected.join() &&
          parser.noise === octets &&
          parser.malformed === 0 &&
          parser.held === 0 &&
          parser.frames === parts.length
        )
      },
    ),
    { numRuns: 400 },
  )
})

t.test('any octets at all, cut anywhere: the rule’s frames and no others', async () => {
  const octet = fc.oneof(
    { weight: 3, arbitrary: fc.nat(255) },
    { weight: 1, arbitrary: fc.constant(START_OF_FRAME) },
    { weight: 2, arbitrary: fc.nat(6) },
  )
  const piece = fc.oneof(
    fc.array(octet, { maxLength: 60 }).map(octets => Uint8Array.from(octets)),
    sample.map(encode),
    // A frame that was damaged.
    fc
      .tuple(sample.map(encode), fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([frame, place, flip]) => {
        const at = place % frame.length
        return frame.map((o, i) => (i === at ? o ^ flip : o))
      }),
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.array(fc.nat(4096), { maxLength: 40 }),
      (pieces, cuts) => {
        const stream = new Uint8Array(Buffer.concat(pieces))
        const { parser, frames } = parserOf()
        feed(parser, stream, cuts)
        const expected = model(stream)
        return frames.join() === expected.frames.join() && parser.held === expected.left
      },
    ),
    { numRuns: 600 },
  )
})

t.test('what is wrong is counted, and the next frame is found inside it', async t => {
  const ping = encode({ command0: 0x21, command1: 0x01, data: new Uint8Array(0) })
  const { parser, frames } = parserOf()
  const damaged = ping.slice()
  damaged[3]! ^= 0x40
  feed(parser, new Uint8Array(Buffer.concat([Uint8Array.of(0xef), damaged, ping])))
  t.same(frames, ['2101'])
  t.match(parser, { frames: 1, malformed: 1, noise: 6 })
  // A start with a length that no frame has, then a start whose length swallows a whole frame.
  feed(
    parser,
    new Uint8Array(Buffer.concat([Uint8Array.of(0xfe, 0xff, 0xfe, 5), ping, Uint8Array.of(1, 1)])),
  )
  t.match(parser, { frames: 1, held: 9 }, 'it could still become a frame')
  feed(parser, ping)
  t.same(frames, ['2101', '2101', '2101'])
  t.equal(parser.malformed, 3)
})

t.test('a new host does not get what the last one left', async t => {
  const ping = encode({ command0: 0x21, command1: 0x01, data: new Uint8Array(0) })
  const { parser, frames } = parserOf()
  feed(parser, ping.subarray(0, 3))
  parser.reset()
  feed(parser, ping)
  t.same(frames, ['2101'])
})

t.test('the writer holds several frames, and refuses one that no length octet can say', async t => {
  const writer = new UnpiWriter(1024)
  writer.begin(0x61, 1).u16(0x0679).end()
  writer.begin(0x45, 0xc0).u8(9).end()
  t.equal(Buffer.from(writer.take()).toString('hex'), 'fe0261017906' + '1d' + 'fe0145c0098d')
  t.equal(writer.length, 0)
  writer.begin(0x61, 1).octets(new Uint8Array(MAX_DATA + 1))
  t.throws(() => writer.end(), RangeError)
  t.equal(writer.length, 0, 'nothing of it stays')
  t.ok(writer.hasRoom)
})
