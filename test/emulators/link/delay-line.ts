// The medium: whose turn it is on a shared channel, what a frame costs in air time, lost ones included, and that a
// line saved with frames in flight delivers them as if nothing had been.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { VirtualClock } from '#core/time/virtual-clock'
import { Channel } from '#emulators/link/channel'
import { DelayLine } from '#emulators/link/delay-line'
import { LOST } from '#emulators/link/link'
import { HAN, type LinkValues, WAN } from '#emulators/profile/profiles'
import { Trace, type TraceEvent } from '#emulators/trace/trace'
import { carry } from '../../helpers/carry.ts'

/** One octet takes 1 ms, and nothing else takes time. */
const SLOW: LinkValues = { latency: 0, jitter: 0, bitRate: 8_000, overhead: 0 }

/** Lines on one clock, all of them on one channel when `shared`, with a log of what came out. */
function lines(values: LinkValues, count: number, shared = true, seed = 1, frames = true) {
  const clock = new VirtualClock(count * 8 + 1)
  const events: TraceEvent[] = []
  const trace = new Trace(clock, event => events.push(event), frames)
  const channel = new Channel()
  const log: string[] = []
  const all = Array.from({ length: count }, (_, i) => {
    const receiver = (src: Bytes, at: number, length: number) =>
      void log.push(`${i}: ${src.u8.subarray(at, at + length)} @${clock.now}`)
    const size = { maxFrame: 64, slots: 8 }
    const own = { name: `${i}`, values, size, receiver }
    return new DelayLine({ clock, trace, seed }, shared ? { ...own, channel } : own)
  })
  const pace = clock.timer(() => {})
  /** Lets `stride` ms pass. */
  const pass = (stride: number): void => {
    clock.after(pace, stride)
    clock.run(clock.now + stride)
  }
  return { clock, events, channel, log, lines: all, pass }
}

const octets = (...values: number[]) => new Bytes(Uint8Array.from(values))

t.test('lines on one channel take turns, first come first served', async t => {
  const { clock, log, lines: all } = lines(SLOW, 3)
  all[2]!.send(octets(1, 2, 3), 0, 3, 0)
  all[0]!.send(octets(4, 5), 0, 2, 0)
  all[2]!.send(octets(6), 0, 1, 0)
  all[1]!.send(octets(7), 0, 1, 0)
  clock.run()
  t.strictSame(log, ['2: 1,2,3 @3', '0: 4,5 @5', '2: 6 @6', '1: 7 @7'])
})

t.test('lines with channels of their own do not wait for each other', async t => {
  const { clock, log, lines: all } = lines(SLOW, 2, false)
  all[0]!.send(octets(1, 2, 3), 0, 3, 0)
  all[1]!.send(octets(4), 0, 1, 0)
  clock.run()
  t.strictSame(log, ['1: 4 @1', '0: 1,2,3 @3'])
})

t.test('what the medium adds to a frame takes time, too', async t => {
  const { clock, log, lines: all } = lines({ ...SLOW, overhead: 10 }, 1)
  all[0]!.send(octets(1), 0, 1, 0)
  all[0]!.send(octets(2), 0, 1, 0)
  clock.run()
  t.strictSame(log, ['0: 1 @11', '0: 2 @22'])
  t.equal(HAN.overhead, 33)
  t.equal(WAN.overhead, 28)
})

t.test('a lost frame takes its turn and arrives nowhere', async t => {
  const { clock, log, channel, lines: all } = lines(SLOW, 2)
  all[0]!.send(Bytes.alloc(40), 0, 40, LOST)
  all[1]!.send(octets(1), 0, 1, 0)
  t.equal(channel.idleAt, 41)
  t.ok(clock.run())
  t.strictSame(log, ['1: 1 @41'])
  t.equal(all[0]!.frames, 0)
  for (let i = 0; i < 100; i++) all[0]!.send(octets(1), 0, 1, LOST)
  t.equal(all[0]!.overflows, 0, 'and lies in no slot')
  t.ok(clock.run())
})

t.test('a lost frame needs no room among those in flight', async t => {
  const { channel, lines: all } = lines(SLOW, 1)
  for (let i = 0; i < 8; i++) all[0]!.send(octets(i), 0, 1, 0)
  all[0]!.send(octets(8), 0, 1, LOST)
  t.equal(channel.idleAt, 9)
  t.equal(all[0]!.overflows, 0)
})

t.test('a lost frame draws nothing of the jitter of those that arrive', async t => {
  const arrivals = (lose: boolean) => {
    const { clock, log, lines: all } = lines({ ...SLOW, bitRate: 1e9, jitter: 1_000 }, 1)
    for (let i = 0; i < 8; i++) {
      if (lose) all[0]!.send(octets(99), 0, 1, LOST)
      all[0]!.send(octets(i), 0, 1, 0)
    }
    clock.run()
    return log
  }
  t.strictSame(arrivals(true), arrivals(false))
})

t.test('what does not fit is counted, and traced when frames are', async t => {
  for (const frames of [true, false]) {
    const { clock, events, lines: all } = lines(SLOW, 1, true, 1, frames)
    for (let i = 0; i < 9; i++) all[0]!.send(octets(i), 0, 1, 0)
    all[0]!.send(Bytes.alloc(65), 0, 65, LOST)
    t.equal(all[0]!.overflows, 2)
    t.equal(events.length, frames ? 2 : 0)
    clock.run()
    t.equal(clock.now, 8, 'and takes no time on the medium')
  }
})

const step = fc.record({
  line: fc.nat(2),
  length: fc.integer({ min: 1, max: 64 }),
  extra: fc.constantFrom(0, 0, 0, 30, LOST),
  stride: fc.nat(40),
})

t.test('saved with frames in flight, the lines go on as if nothing had been', async () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 2, maxLength: 40, size: 'max' }),
      fc.nat(39),
      fc.integer(),
      fc.boolean(),
      (steps, cut, seed, shared) => {
        const values = { latency: 20, jitter: 30, bitRate: 16_000, overhead: 5 }
        let now = lines(values, 3, shared, seed)
        const reference = lines(values, 3, shared, seed)
        const log: string[] = []
        for (const [i, { line, length, extra, stride }] of steps.entries()) {
          if (i === cut % steps.length) {
            const other = lines(values, 3, shared, seed + 1)
            carry(
              a => {
                now.clock.archive(a)
                for (const each of now.lines) each.archive(a)
              },
              a => {
                other.clock.archive(a)
                for (const each of other.lines) each.archive(a)
              },
            )
            log.push(...now.log)
            now = other
          }
          const frame = new Bytes(new Uint8Array(length).fill(i))
          for (const each of [now, reference]) {
            each.lines[line]!.send(frame, 0, length, extra)
            each.pass(stride)
          }
        }
        now.clock.run()
        reference.clock.run()
        log.push(...now.log)
        const counts = (of: typeof now) =>
          of.lines.map(({ frames, octets, overflows }) => [frames, octets, overflows]).join()
        return log.join() === reference.log.join() && counts(now) === counts(reference)
      },
    ),
  )
})
