// Couriers beyond the plain case: held by pause(), given up on, saved in the middle, and careful with memory that is
// not theirs.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { VirtualClock } from '#core/time/virtual-clock'
import { Courier } from '#emulators/link/courier'
import { DelayLine } from '#emulators/link/delay-line'
import { FaultyLink } from '#emulators/link/faults'
import type { Link } from '#emulators/link/link'
import { ALERT, MAX_CONTROL_FRAME, SRV_11_3 } from '#emulators/link/wire'
import { WAN } from '#emulators/profile/profiles'
import { Trace } from '#emulators/trace/trace'
import { carry } from '../../helpers/carry.ts'

const CONFIG = { timeout: 100, maxTries: 3 }

/** Two couriers on links without delay; `up` and `back` say whether a frame gets there, and its acknowledgement back. */
function pair(config = CONFIG) {
  const clock = new VirtualClock(2)
  const got: number[] = []
  const sent: number[] = []
  const lost: number[] = []
  const state = { up: true, back: true }
  const near: Courier = new Courier(
    clock,
    config,
    {
      send: (src, at, length) => {
        sent.push(clock.now)
        if (state.up) far.receive(src, at, length)
      },
    },
    () => {},
    (_, payload) => lost.push(payload.u8[0]!),
  )
  const far: Courier = new Courier(
    clock,
    config,
    {
      send: (src, at, length) => {
        if (state.back) near.receive(src, at, length)
      },
    },
    (_, payload) => got.push(payload.u8[0]!),
  )
  return { clock, near, far, got, sent, lost, state }
}

const message = (value: number) => new Bytes(Uint8Array.of(value))

t.test('an acknowledgement that comes at once leaves nothing armed', async t => {
  const { clock, near, got } = pair()
  t.equal(near.idle, true)
  near.post(ALERT, message(1))
  near.post(ALERT, message(2))
  t.strictSame(got, [1, 2])
  t.equal(near.idle, true)
  t.equal(near.repeats, 0)
  t.ok(clock.run())
  t.equal(clock.now, 0)
})

t.test('paused it sends nothing and its timer is off; resumed it sends at once', async t => {
  const { clock, near, got, sent, state } = pair()
  state.up = false
  near.post(ALERT, message(1))
  near.post(SRV_11_3, message(2))
  t.equal(clock.run(150), false)
  t.strictSame(sent, [0, 100])
  near.pause()
  t.ok(clock.run(), 'nothing is left to do')
  near.post(ALERT, message(3))
  t.equal(sent.length, 2)
  t.equal(near.idle, false)
  state.up = true
  near.resume()
  t.strictSame(got, [1, 2, 3])
  t.equal(near.idle, true)
})

t.test('resumed it has all its tries again, and resuming twice is once', async t => {
  const { clock, near, sent, state } = pair()
  state.up = false
  near.post(ALERT, message(1))
  clock.run(250)
  t.equal(sent.length, 3)
  near.pause()
  near.resume()
  near.resume()
  t.equal(sent.length, 4)
  t.ok(clock.run())
  t.equal(sent.length, 6)
  t.equal(near.idle, true, 'given up in the end')
})

t.test('paused it still acknowledges and hands over', async t => {
  const { near, far, got } = pair()
  far.pause()
  near.post(ALERT, message(1))
  t.strictSame(got, [1])
  t.equal(near.idle, true)
})

t.test('an acknowledgement that comes while it is paused counts', async t => {
  const clock = new VirtualClock(1)
  const frames: Bytes[] = []
  const link: Link = {
    send: (src, at, length) => frames.push(new Bytes(src.u8.slice(at, at + length))),
  }
  const near = new Courier(clock, CONFIG, link, () => {})
  near.post(ALERT, message(1))
  near.post(ALERT, message(2))
  near.pause()
  const acknowledgements: Bytes[] = []
  const far = new Courier(
    new VirtualClock(1),
    CONFIG,
    { send: (src, at, length) => acknowledgements.push(new Bytes(src.u8.slice(at, at + length))) },
    () => {},
  )
  far.receive(frames[0]!, 0, frames[0]!.length)
  near.receive(acknowledgements[0]!, 0, acknowledgements[0]!.length)
  t.equal(frames.length, 1, 'the next one waits')
  t.equal(clock.run(), true)
  near.resume()
  t.equal(frames.length, 2)
  far.receive(frames[1]!, 0, frames[1]!.length)
  near.receive(acknowledgements[1]!, 0, acknowledgements[1]!.length)
  t.equal(near.idle, true)
})

t.test('after a message that was given up the next one still arrives', async t => {
  const { clock, near, got, state } = pair()
  state.up = false
  near.post(ALERT, message(1))
  t.ok(clock.run())
  t.equal(near.idle, true)
  state.up = true
  near.post(ALERT, message(2))
  near.post(ALERT, message(3))
  t.strictSame(got, [2, 3])
  t.equal(near.idle, true)
})

t.test(
  'after messages that were dropped the next one still arrives, be they taken or not',
  async t => {
    const { clock, near, got, lost, state } = pair()
    state.back = false
    near.post(ALERT, message(1))
    near.post(ALERT, message(2))
    t.strictSame(got, [1], 'taken, and nobody heard of it')
    near.drop()
    t.strictSame(lost, [1, 2])
    t.equal(near.idle, true)
    t.ok(clock.run(), 'nothing is left to do')
    state.back = true
    near.post(ALERT, message(3))
    t.strictSame(got, [1, 3])
    t.equal(near.idle, true)
  },
)

t.test('a posted message is a copy: its memory may be used again', async t => {
  const { clock, near, got, state } = pair()
  state.up = false
  const memory = message(7)
  near.post(ALERT, memory)
  memory.u8[0] = 99
  state.up = true
  clock.run()
  t.strictSame(got, [7])
})

/** Two couriers over bad lines, which talk in both directions; `log` has what was handed over, and when. */
function bad(seed: number) {
  const clock = new VirtualClock(200)
  const world = { clock, trace: new Trace(clock, () => {}, false), seed }
  const log: string[] = []
  const rates = { loss: 0.3, corruption: 0.1, duplication: 0.2, reordering: 0.2 }
  const couriers: Courier[] = []
  const parts: { archive(a: Parameters<Courier['archive']>[0]): void }[] = [clock]
  for (const end of [0, 1]) {
    const name = `to${1 - end}`
    const maxFrame = MAX_CONTROL_FRAME
    const line = new DelayLine(world, {
      name,
      values: WAN,
      size: { maxFrame, slots: 64 },
      receiver: (src, at, length) => couriers[1 - end]!.receive(src, at, length),
    })
    const faults = { rates, holdBack: 3_000, checked: false }
    const link = new FaultyLink(world, { name, inner: line, maxFrame, ...faults })
    const config = { timeout: 1_000, maxTries: 8 }
    const courier = new Courier(clock, config, link, (kind, payload) =>
      log.push(`${end} ${kind} ${payload.u8} @${clock.now}`),
    )
    couriers.push(courier)
    parts.push(line, link, courier)
  }
  const archive = (a: Parameters<Courier['archive']>[0]): void => {
    for (const part of parts) part.archive(a)
  }
  return { clock, log, couriers, archive }
}

t.test('saved at any moment, couriers go on as if nothing had been', async () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(20_000), fc.boolean(), (seed, cut, paused) => {
      const start = () => {
        const made = bad(seed)
        for (let i = 0; i < 12; i++) {
          const payload = new Bytes(new Uint8Array(i % 5).fill(i))
          made.couriers[i % 2]!.post(i % 3 ? ALERT : SRV_11_3, payload)
        }
        made.clock.run(cut)
        if (paused) made.couriers[1]!.pause()
        return made
      }
      const finish = (made: ReturnType<typeof bad>) => {
        made.couriers[0]!.post(ALERT, message(77))
        made.clock.run()
        made.couriers[1]!.resume()
        made.clock.run()
        return `${made.clock.now} ${made.couriers.map(({ repeats, idle }) => `${repeats}${idle}`)}`
      }
      const whole = start()
      const first = start()
      const other = bad(seed + 1)
      other.couriers[0]!.post(ALERT, message(1))
      carry(first.archive, other.archive)
      const ends = [finish(whole), finish(other)]
      return ends[0] === ends[1] && [...first.log, ...other.log].join() === whole.log.join()
    }),
    { numRuns: 60 },
  )
})
