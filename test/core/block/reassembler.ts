import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { frameIsSound } from '#core/block/block-frame'
import { Chunker } from '#core/block/chunker'
import { Geometry, MAX_IMAGE_SIZE } from '#core/block/geometry'
import {
  ACCEPTED,
  BAD_CRC,
  COMPLETE,
  CONFLICT,
  DUPLICATE,
  FEED_NAMES,
  OUT_OF_RANGE,
  Reassembler,
  TOO_SHORT,
  WRONG_IMAGE,
  WRONG_LENGTH,
} from '#core/block/reassembler'
import { loadMap, MAP_LOADED, savedMapLength, saveMap } from '#core/block/saved-map'
import { Bytes } from '#core/bytes/bytes'
import { Random } from '#core/time/random'
import { seeded, toHex } from '../../helpers/octets.ts'

const IMAGE_ID = 0x9abcdef0
const GUARD = 32

/** A frame built by hand from the documented layout, with zlib's CRC. */
function handMade(imageId: number, index: number, payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(16 + payload.length)
  frame.writeUInt32LE(imageId >>> 0, 0)
  frame.writeUInt32LE(index >>> 0, 4)
  frame.writeUInt32LE(payload.length, 8)
  frame.set(payload, 16)
  frame.writeUInt32LE(crc32(payload, crc32(frame.subarray(0, 12))), 12)
  return frame
}

/** What the reassembler has to do, done as plainly as can be: a map from block number to octets. */
class Model {
  readonly held = new Map<number, Buffer>()
  readonly size: number
  readonly blockSize: number
  readonly count: number

  constructor(size: number, blockSize: number) {
    this.size = size
    this.blockSize = blockSize
    this.count = Math.ceil(size / blockSize)
  }

  lengthOf(index: number): number {
    return Math.min(this.blockSize, this.size - index * this.blockSize)
  }

  accept(frame: Buffer): number {
    if (frame.length < 16) return TOO_SHORT
    const [imageId, index, length] = [0, 4, 8].map(at => frame.readUInt32LE(at)) as number[]
    const payload = frame.subarray(16)
    const fits =
      imageId === IMAGE_ID &&
      index! < this.count &&
      length === this.lengthOf(index!) &&
      payload.length === length
    const held = fits ? this.held.get(index!) : undefined
    // A block that is held already needs no CRC to be recognised.
    if (held?.equals(payload)) return DUPLICATE
    const crc = crc32(payload, crc32(frame.subarray(0, 12)))
    if (length !== payload.length || crc !== frame.readUInt32LE(12)) return BAD_CRC
    if (imageId !== IMAGE_ID) return WRONG_IMAGE
    if (index! >= this.count) return OUT_OF_RANGE
    if (!fits) return WRONG_LENGTH
    if (held) return CONFLICT
    this.held.set(index!, Buffer.from(payload))
    return this.held.size === this.count ? COMPLETE : ACCEPTED
  }
}

/** Runs both over the same frames and compares them after each. */
class Twins {
  readonly model: Model
  readonly geometry: Geometry
  readonly image: Bytes
  readonly chunker: Chunker
  readonly memory: Bytes
  real: Reassembler
  readonly seen = new Array<number>(FEED_NAMES.length).fill(0)
  readonly #out: Bytes
  #frames = 0

  constructor(size: number, blockSize: number, seed: number) {
    this.model = new Model(size, blockSize)
    this.geometry = new Geometry(size, blockSize)
    this.image = new Bytes(seeded(size, seed))
    this.chunker = new Chunker(this.geometry, IMAGE_ID, this.image)
    this.memory = new Bytes(new Uint8Array(size + GUARD).fill(0xa5))
    this.real = new Reassembler(this.geometry, IMAGE_ID, this.memory)
    this.#out = Bytes.alloc(this.chunker.maxFrame)
  }

  frame(index: number): Buffer {
    return Buffer.from(this.#out.u8.subarray(0, this.chunker.encode(index, this.#out, 0)))
  }

  feed(frame: Buffer): number {
    // The frame lies at an odd place between octets that are not its own.
    const at = 1 + (this.#frames % 5)
    const src = new Bytes(Buffer.concat([Buffer.alloc(at, 0xee), frame, Buffer.alloc(3, 0xee)]))
    const code = this.real.accept(src, at, frame.length)
    const expected = this.model.accept(frame)
    if (code !== expected) throw new Error(`${FEED_NAMES[code]}, not ${FEED_NAMES[expected]}`)
    this.seen[code]!++
    const { map } = this.real
    if (map.held !== this.model.held.size) throw new Error(`${map.held} blocks held`)
    // An octet of a held block that once changed stays changed, so a look now and then sees it.
    if (this.#frames++ % 64 === 0) this.compare()
    return code
  }

  /** Held set and held octets are the model's, and nothing past the image was written. */
  compare(): void {
    const { model, memory, geometry } = this
    for (let index = 0; index < model.count; index++) {
      const held = model.held.get(index)
      if (this.real.map.has(index) !== (held !== undefined)) throw new Error(`bit ${index}`)
      if (!held) continue
      const at = index * geometry.blockSize
      if (Buffer.compare(memory.u8.subarray(at, at + held.length), held) !== 0) {
        throw new Error(`octets of held block ${index} changed`)
      }
    }
    if (memory.u8.subarray(geometry.size).some(octet => octet !== 0xa5)) {
      throw new Error('octets past the image changed')
    }
  }

  isWhole(): boolean {
    this.compare()
    return Buffer.compare(this.memory.u8.subarray(0, this.geometry.size), this.image.u8) === 0
  }
}

interface Faults {
  loss: number
  damage: number
  noise: number
}

/** The frames that arrive when every missing block is sent once over a bad line. */
function round(twins: Twins, random: Random, faults: Faults): Buffer[] {
  const { real, model } = twins
  const arriving: Buffer[] = []
  for (let i = real.map.firstMissing(); i >= 0; i = real.map.firstMissing(i + 1)) {
    if (random.chance(faults.loss)) continue
    const frame = twins.frame(i)
    if (random.chance(faults.damage)) {
      const bit = random.between(0, frame.length * 8 - 1)
      frame[bit >> 3]! ^= 1 << (bit & 7)
    }
    arriving.push(frame)
    if (random.chance(faults.noise)) arriving.push(Buffer.from(frame))
  }
  const extra = Math.ceil(arriving.length * faults.noise)
  for (let n = 0; n < extra; n++) arriving.push(noise(twins, random, model))
  for (let i = arriving.length - 1; i > 0; i--) {
    const j = random.between(0, i)
    const other = arriving[j]!
    arriving[j] = arriving[i]!
    arriving[i] = other
  }
  return arriving
}

/** One frame that must not change anything. */
function noise(twins: Twins, random: Random, model: Model): Buffer {
  const index = random.between(0, model.count - 1)
  const payload = Buffer.from(seeded(model.lengthOf(index), random.bits()))
  switch (random.between(0, 5)) {
    case 0: {
      const frame = twins.frame(index)
      return frame.subarray(0, random.between(0, frame.length - 1))
    }
    case 1:
      return handMade(IMAGE_ID ^ (1 << random.between(0, 31)), index, payload)
    case 2:
      return handMade(IMAGE_ID, model.count + random.between(0, 3), payload)
    case 3:
      return handMade(IMAGE_ID, index, Buffer.concat([payload, Buffer.alloc(1)]))
    case 4: {
      const held = [...model.held.keys()]
      if (held.length === 0) return payload
      const at = held[random.between(0, held.length - 1)]!
      return handMade(IMAGE_ID, at, seeded(model.lengthOf(at), random.bits()))
    }
    default:
      return payload
  }
}

/** Sends until the image is whole, then some more; returns the number of rounds. */
function transfer(twins: Twins, random: Random, faults: Faults): number {
  let rounds = 0
  for (; !twins.real.map.complete && rounds < 100; rounds++) {
    for (const frame of round(twins, random, faults)) twins.feed(frame)
  }
  for (let n = 0; n < 20; n++) twins.feed(noise(twins, random, twins.model))
  return rounds
}

const faultRates = fc.record({
  loss: fc.double({ min: 0, max: 0.5, noNaN: true }),
  damage: fc.double({ min: 0, max: 0.4, noNaN: true }),
  noise: fc.double({ min: 0, max: 0.5, noNaN: true }),
})

t.test('over a bad line it does what the model does, frame by frame', async t => {
  const seen = new Array<number>(FEED_NAMES.length).fill(0)
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 600 }),
      fc.integer(),
      faultRates,
      (size, share, seed, faults) => {
        const twins = new Twins(size, Math.max(share, Math.ceil(size / 400)), seed)
        transfer(twins, new Random(seed, 'line'), faults)
        for (const [code, n] of twins.seen.entries()) seen[code]! += n
        return twins.seen[COMPLETE] === 1 && twins.isWhole()
      },
    ),
    { numRuns: 60 },
  )
  t.ok(Math.min(...seen) > 0, `every code was seen: ${seen}`)
})

t.test('one-octet blocks and 64 KiB blocks are no special case', async t => {
  const faults = { loss: 0.2, damage: 0.2, noise: 0.3 }
  for (const [size, blockSize] of [
    [1, 1],
    [1500, 1],
    [3 * 65_536 + 7, 65_536],
    [65_536, 65_536],
    [5, 65_536],
  ] as const) {
    const twins = new Twins(size, blockSize, size)
    transfer(twins, new Random(size, 'line'), faults)
    t.ok(twins.isWhole(), `${size} octets in blocks of ${blockSize}`)
    t.equal(twins.seen[COMPLETE], 1)
  }
})

t.test('an image of 16 MiB arrives in blocks of 64 KiB', async t => {
  const image = new Bytes(Buffer.alloc(MAX_IMAGE_SIZE, seeded(4099)))
  const geometry = new Geometry(MAX_IMAGE_SIZE, 65_536)
  const chunker = new Chunker(geometry, 7, image)
  const real = new Reassembler(geometry, 7, Bytes.alloc(MAX_IMAGE_SIZE))
  const frame = Bytes.alloc(chunker.maxFrame)
  const codes: number[] = []
  for (let i = 0; i < geometry.count; i++) {
    // 77 has no common divisor with 256, so every block comes once, out of order.
    const length = chunker.encode((i * 77 + 5) % geometry.count, frame, 0)
    codes.push(real.accept(frame, 0, length))
  }
  t.equal(codes.indexOf(COMPLETE), geometry.count - 1)
  t.equal(codes.filter(code => code === ACCEPTED).length, geometry.count - 1)
  t.equal(Buffer.compare(real.image.u8, image.u8), 0)
})

t.test('each code has a frame that provokes it', async t => {
  const image = seeded(25)
  const block = (index: number) => image.subarray(index * 10, index * 10 + 10)
  const real = new Reassembler(new Geometry(25, 10), IMAGE_ID, Bytes.alloc(25))
  const feed = (frame: Uint8Array) => FEED_NAMES[real.accept(new Bytes(frame), 0, frame.length)]
  const whole = handMade(IMAGE_ID, 0, block(0))

  t.equal(feed(whole.subarray(0, 0)), 'too-short')
  t.equal(feed(whole.subarray(0, 15)), 'too-short')
  t.equal(feed(whole.subarray(0, 16)), 'bad-crc')
  t.equal(feed(whole.subarray(0, 25)), 'bad-crc')
  t.equal(feed(Buffer.concat([whole, Buffer.alloc(1)])), 'bad-crc')
  t.equal(feed(handMade(IMAGE_ID - 1, 0, block(0))), 'wrong-image')
  t.equal(feed(handMade(IMAGE_ID, 3, block(0))), 'out-of-range')
  t.equal(feed(handMade(IMAGE_ID, 0xffffffff, block(0))), 'out-of-range')
  t.equal(feed(handMade(IMAGE_ID, 0, block(2))), 'wrong-length')
  t.equal(feed(handMade(IMAGE_ID, 2, block(0))), 'wrong-length')
  t.equal(feed(handMade(IMAGE_ID, 1, new Uint8Array())), 'wrong-length')
  t.equal(real.map.held, 0)
  t.equal(feed(whole), 'accepted')
  t.equal(feed(whole), 'duplicate')
  t.equal(feed(handMade(IMAGE_ID, 0, block(1))), 'conflict')
  const damaged = handMade(IMAGE_ID, 0, block(1))
  damaged[20]! ^= 1
  t.equal(feed(damaged), 'bad-crc')
  t.equal(feed(handMade(IMAGE_ID, 2, block(2))), 'accepted')
  t.equal(feed(handMade(IMAGE_ID, 1, block(1))), 'complete')
  t.equal(feed(handMade(IMAGE_ID, 1, block(1))), 'duplicate')
  t.equal(Buffer.compare(real.image.u8, image), 0)
})

t.test('a damaged header may point anywhere and is a code, not an exception', async () => {
  const word = fc.oneof(
    fc.constantFrom(0, 1, 2, 3, 10, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_fff0),
    fc.nat(0xffff_ffff),
  )
  fc.assert(
    fc.property(fc.constantFrom(4, 8), word, word, (at, value, other) => {
      const twins = new Twins(25, 10, 3)
      const frame = twins.frame(0)
      frame.writeUInt32LE(value, at)
      if (frame.equals(twins.frame(0))) return true
      const second = Buffer.from(frame)
      second.writeUInt32LE(other, 12 - at)
      if (twins.feed(frame) !== BAD_CRC || twins.real.map.held !== 0) return false
      twins.feed(second)
      twins.compare()
      return true
    }),
    { numRuns: 500 },
  )
})

t.test('a transfer goes on after a restart with the blocks that were saved', async t => {
  const before = new Twins(1000, 30, 11)
  const { count } = before.geometry
  for (let i = 0; i < count; i += 2) before.feed(before.frame(i))
  const saved = Bytes.alloc(savedMapLength(count))
  saveMap(before.real, saved, 0)

  const memory = new Bytes(before.memory.u8.slice())
  const after = new Reassembler(before.geometry, IMAGE_ID, memory)
  t.equal(loadMap(after, saved, 0, saved.length), MAP_LOADED)
  const codes = new Array<number>(FEED_NAMES.length).fill(0)
  for (let i = 0; i < count; i++) {
    const frame = before.frame(i)
    codes[after.accept(new Bytes(frame), 0, frame.length)]!++
  }
  t.match([codes[DUPLICATE], codes[ACCEPTED], codes[COMPLETE]], [17, 16, 1])
  t.equal(Buffer.compare(memory.u8.subarray(0, 1000), before.image.u8), 0)
})

t.test('a frame’s octets are the documented ones', async t => {
  const image = new Bytes(seeded(25))
  const chunker = new Chunker(new Geometry(25, 10), IMAGE_ID, image)
  t.equal(chunker.maxFrame, 26)
  for (let index = 0; index < 3; index++) {
    const out = Bytes.alloc(40)
    const length = chunker.encode(index, out, 3)
    const payload = image.u8.subarray(index * 10, index * 10 + 10)
    t.equal(toHex(out, 3, length), handMade(IMAGE_ID, index, payload).toString('hex'))
    t.equal(toHex(out, 0, 3) + toHex(out, 3 + length), '00'.repeat(40 - length), 'and no others')
    t.equal(frameIsSound(out, 3, length), true)
    for (let bit = 0; bit < length * 8; bit++) {
      out.u8[3 + (bit >> 3)]! ^= 1 << (bit & 7)
      if (frameIsSound(out, 3, length)) t.fail(`bit ${bit}`)
      out.u8[3 + (bit >> 3)]! ^= 1 << (bit & 7)
    }
    for (let cut = 0; cut < length; cut++) {
      if (frameIsSound(out, 3, cut)) t.fail(`${cut} octets`)
    }
  }
  t.equal(new Chunker(new Geometry(25, 600), 1, image).maxFrame, 41)
  // A header that states -5 octets under a right CRC, and 11 octets: it would agree, were it whole.
  const negative = new Bytes(handMade(IMAGE_ID, 0, new Uint8Array(0)))
  negative.dv.setInt32(8, -5, true)
  negative.dv.setUint32(12, crc32(negative.u8.subarray(0, 12)), true)
  t.equal(frameIsSound(negative, 0, 11), false)
})

t.test('memory that cannot hold the image is refused', async t => {
  const geometry = new Geometry(25, 10)
  t.throws(() => new Reassembler(geometry, 1, Bytes.alloc(24)), RangeError)
  t.throws(() => new Chunker(geometry, 1, Bytes.alloc(24)), RangeError)
  t.equal(new Reassembler(geometry, 0xffffffff, Bytes.alloc(25)).imageId, -1)
})
