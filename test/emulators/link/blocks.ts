// Block transfers saved in the middle: sender, receiver and the medium between them go on as if nothing had been,
// and the receiver holds the image in the end.

import fc from 'fast-check'
import t from 'tap'
import { Chunker } from '#core/block/chunker'
import { Geometry } from '#core/block/geometry'
import { Reassembler } from '#core/block/reassembler'
import { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import { VirtualClock } from '#core/time/virtual-clock'
import { BlockReceiver, type BlockStore } from '#emulators/link/block-receiver'
import {
  AT_FIRST_WORD,
  AT_HELD,
  AT_ROUND,
  AT_STATE,
  AT_WORD_COUNT,
  AT_WORDS,
  BlockSender,
  RECEIVING,
} from '#emulators/link/block-sender'
import { DelayLine } from '#emulators/link/delay-line'
import { FaultyLink } from '#emulators/link/faults'
import type { Link, Receiver } from '#emulators/link/link'
import {
  ACK,
  ASK,
  controlKind,
  encodeControl,
  MAX_CONTROL_FRAME,
  OPEN,
  STATUS,
} from '#emulators/link/wire'
import { WAN } from '#emulators/profile/profiles'
import { Trace, type TraceEvent } from '#emulators/trace/trace'
import { carry } from '../../helpers/carry.ts'
import { seeded } from '../../helpers/octets.ts'

const IMAGE = new Bytes(seeded(5_000, 3))
const GEOMETRY = new Geometry(IMAGE.length, 100)
const IMAGE_ID = 0x1234_5678
const OPENING = new Bytes(Uint8Array.of(1, 2, 3))
const CONFIG = {
  windowSize: 2_000,
  windowBlocks: 16,
  answerTimeout: 3_000,
  maxTries: 50,
  bitRate: WAN.bitRate,
  overhead: WAN.overhead,
}

function transfer(seed: number) {
  const clock = new VirtualClock(200)
  const events: TraceEvent[] = []
  const world = { clock, trace: new Trace(clock, event => events.push(event), false), seed }
  const done: string[] = []
  const rates = { loss: 0.15, corruption: 0.05, duplication: 0.1, reordering: 0.1 }
  const parts: { archive(a: Archive): void }[] = [clock]
  const wire = (name: string, receiver: Receiver): Link => {
    const maxFrame = MAX_CONTROL_FRAME
    const size = { maxFrame, slots: 64 }
    const line = new DelayLine(world, { name, values: WAN, size, receiver })
    const faults = { rates, holdBack: 2_000, checked: false }
    const link = new FaultyLink(world, { name, inner: line, maxFrame, ...faults })
    parts.push(line, link)
    return link
  }
  const store = (): BlockStore => ({
    reassembler: new Reassembler(GEOMETRY, IMAGE_ID, Bytes.alloc(IMAGE.length)),
    append() {},
    flush() {},
  })
  const down = wire('down', (src, at, length) => receiver.receive(src, at, length))
  const up = wire('up', (src, at, length) => sender.receive(src, at, length))
  const sender: BlockSender = new BlockSender(world, {
    source: 'sender',
    config: CONFIG,
    link: down,
    onDone: ok => done.push(`${ok} @${clock.now}`),
  })
  const receiver: BlockReceiver = new BlockReceiver(world.trace, {
    source: 'receiver',
    batch: 8,
    link: up,
    onOpen: store,
    onComplete: () => done.push(`complete @${clock.now}`),
  })
  const chunker = new Chunker(GEOMETRY, IMAGE_ID, IMAGE)
  const archive = (a: Archive): void => {
    for (const part of parts) part.archive(a)
    sender.archive(a, () => ({ chunker, opening: OPENING }))
    receiver.archive(a, imageId => {
      if (imageId !== IMAGE_ID) throw new Error(`no image ${imageId} was open`)
      return store()
    })
    // What is in a store is its owner's to save.
    receiver.store?.reassembler.archive(a)
  }
  const open = () => sender.open(chunker, OPENING)
  const state = () =>
    [sender.sent, sender.repeats, receiver.accepted, ...receiver.refused, clock.now].join()
  return { clock, events, done, sender, receiver, archive, open, state }
}

t.test('a transfer that was saved at any moment goes on as if nothing had been', async () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(20_000), (seed, cut) => {
      const whole = transfer(seed)
      whole.open()
      whole.clock.run()
      const first = transfer(seed)
      first.open()
      first.clock.run(cut)
      const other = transfer(seed + 1)
      carry(first.archive, other.archive)
      other.clock.run()
      const image = other.receiver.store?.reassembler.image.u8
      return (
        [...first.done, ...other.done].join() === whole.done.join() &&
        other.state() === whole.state() &&
        [...first.events, ...other.events].map(({ t, name }) => `${name}@${t}`).join() ===
          whole.events.map(({ t, name }) => `${name}@${t}`).join() &&
        image !== undefined &&
        Buffer.compare(image, IMAGE.u8) === 0
      )
    }),
    { numRuns: 60 },
  )
})

t.test('boxes at rest load over boxes at work', async t => {
  const resting = transfer(1)
  const busy = transfer(1)
  busy.open()
  busy.clock.run(2_000)
  t.ok(busy.receiver.store)
  carry(resting.archive, busy.archive)
  t.equal(busy.receiver.store, undefined)
  t.ok(busy.clock.run())
  t.strictSame([busy.sender.sent, busy.clock.now], [0, 0])
  busy.open()
  busy.clock.run()
  t.equal(busy.done.length, 2)
})

t.test('tries that were made before count after loading', async t => {
  const build = () => {
    const clock = new VirtualClock(1)
    const world = { clock, trace: new Trace(clock, () => {}), seed: 1 }
    const done: number[] = []
    const sent: number[] = []
    const link: Link = { send: () => void sent.push(clock.now) }
    const config = { ...CONFIG, maxTries: 5 }
    const onDone = () => done.push(clock.now)
    const sender = new BlockSender(world, { source: 'x', config, link, onDone })
    return { clock, done, sent, sender }
  }
  const chunker = new Chunker(GEOMETRY, IMAGE_ID, IMAGE)
  const reopen = () => ({ chunker, opening: OPENING })
  const first = build()
  first.sender.open(chunker, OPENING)
  first.clock.run(7_000)
  t.equal(first.sent.length, 3)
  const other = build()
  for (const walk of ['clock', 'sender'] as const) {
    carry(
      a => first[walk].archive(a, reopen),
      a => other[walk].archive(a, reopen),
    )
  }
  other.clock.run()
  t.strictSame(other.sent, [9_000, 12_000])
  t.strictSame(other.done, [15_000])
})

t.test('the wait for an answer counts what the medium adds, in whole milliseconds', async t => {
  const wait = (overhead: number | undefined) => {
    const clock = new VirtualClock(1)
    const world = { clock, trace: new Trace(clock, () => {}), seed: 1 }
    const { overhead: _, ...rest } = CONFIG
    const config = { ...rest, maxTries: 2, bitRate: 7_000 }
    const sent: number[] = []
    const chunker = new Chunker(GEOMETRY, IMAGE_ID, IMAGE)
    const sender: BlockSender = new BlockSender(world, {
      source: 'x',
      config: overhead === undefined ? config : { ...config, overhead },
      link: { send: () => sent.push(clock.now) },
      onDone() {},
    })
    const receiver = new BlockReceiver(world.trace, {
      source: 'y',
      batch: 8,
      link: { send: (src, at, length) => sender.receive(src, at, length) },
      onOpen: () => ({
        reassembler: new Reassembler(GEOMETRY, IMAGE_ID, Bytes.alloc(IMAGE.length)),
        append() {},
        flush() {},
      }),
      onComplete() {},
    })
    const opening = Bytes.alloc(64)
    sender.open(chunker, OPENING)
    receiver.receive(opening, 0, encodeControl(opening, 0, OPEN, IMAGE_ID, OPENING, 3))
    t.equal(sent.length, 1 + 16 + 1, 'OPEN, a window, a question')
    clock.run(100_000)
    return sent.at(-1)
  }
  // 16 blocks of 116 B at 7,000 bit/s.
  t.equal(wait(undefined), 3_000 + Math.ceil((16 * 116 * 8) / 7))
  t.equal(wait(28), 3_000 + Math.ceil((16 * 144 * 8) / 7))
})

/** A sender whose frames go nowhere, what kinds of control frame it sent, and how it is answered. */
function unheard(maxTries: number) {
  const clock = new VirtualClock(1)
  const world = { clock, trace: new Trace(clock, () => {}), seed: 1 }
  const kinds: number[] = []
  const done: boolean[] = []
  const link: Link = {
    send(src, at, length) {
      const kind = controlKind(src, at, length)
      if (kind >= 0) kinds.push(kind)
    },
  }
  const config = { ...CONFIG, maxTries }
  const onDone = (ok: boolean) => done.push(ok)
  const sender = new BlockSender(world, { source: 'x', config, link, onDone })
  sender.open(new Chunker(GEOMETRY, IMAGE_ID, IMAGE), OPENING)
  /** Says that the first `held` blocks are there, in answer to a question. */
  const say = (round: number, held: number): void => {
    const payload = Bytes.alloc(AT_WORDS + 8)
    payload.dv.setUint32(AT_STATE, RECEIVING, true)
    payload.dv.setUint32(AT_ROUND, round, true)
    payload.dv.setUint32(AT_HELD, held, true)
    payload.dv.setUint32(AT_FIRST_WORD, 0, true)
    payload.dv.setUint32(AT_WORD_COUNT, 2, true)
    for (let i = 0; i < held; i++) payload.u8[AT_WORDS + (i >>> 3)]! |= 1 << (i & 7)
    const frame = Bytes.alloc(MAX_CONTROL_FRAME)
    sender.receive(frame, 0, encodeControl(frame, 0, STATUS, IMAGE_ID, payload, payload.length))
  }
  return { clock, sender, kinds, done, say }
}

t.test(
  'a late answer to an earlier transfer of the same image says nothing of this one',
  async t => {
    const { sender, done, kinds, say } = unheard(5)
    say(3, GEOMETRY.count)
    say(1, 20)
    t.strictSame(done, [], 'what was held then may be gone')
    t.equal(sender.sent, 0)
    say(0, 0)
    t.equal(sender.sent, CONFIG.windowBlocks)
    t.strictSame(kinds, [OPEN, ASK])
    say(7, GEOMETRY.count)
    t.strictSame(done, [true], 'once it has begun, any answer teaches')
  },
)

t.test('silence is met by a question and an opening in turns', async t => {
  const { clock, kinds, done, say } = unheard(6)
  clock.run(2 * CONFIG.answerTimeout)
  t.strictSame(kinds, [OPEN, OPEN, OPEN], 'before the first answer there is nothing to ask')
  say(0, 0)
  t.ok(clock.run())
  t.strictSame(kinds.slice(3), [ASK, ASK, OPEN, ASK, OPEN, ASK])
  t.strictSame(done, [false])
})

t.test('a receiver that dropped what it had is sent everything again', async () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(15_000), (seed, at) => {
      const { clock, done, receiver, open } = transfer(seed)
      open()
      clock.run(at)
      const before = done.length
      const { store } = receiver
      receiver.store = undefined
      clock.run()
      // Whole before, or whole anew: never taken for whole by what the dropped blocks had been.
      const last = receiver.store ?? (before > 0 ? store : undefined)
      if (!last?.reassembler.map.complete) throw new Error(`not whole: ${done.join(', ')}`)
      if (!done.some(each => each.startsWith('true'))) throw new Error(done.join(', '))
    }),
    { numRuns: 300 },
  )
})

t.test(
  'a receiver answers what is asked of its own image, and an acknowledgement is no block',
  async t => {
    const { clock, receiver, open, events, state } = transfer(9)
    open()
    clock.run()
    const before = [state(), events.length]
    const frame = Bytes.alloc(MAX_CONTROL_FRAME)
    const hear = (kind: number, id: number): void => {
      receiver.receive(frame, 0, encodeControl(frame, 0, kind, id, Bytes.alloc(8), 8))
      clock.run()
    }
    hear(ACK, IMAGE_ID)
    hear(ASK, IMAGE_ID + 1)
    t.strictSame([state(), events.length], before)
  },
)
