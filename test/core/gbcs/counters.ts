// Counters: none is issued twice, whatever is cut off, saved and resumed; a receiver takes only what is above.

import fc from 'fast-check'
import t from 'tap'
import {
  CounterGate,
  counterHigh,
  counterLow,
  counterOf,
  MAX_COUNTER,
  NO_ROOM,
  NOT_ABOVE,
  OriginatorCounter,
  TAKEN,
} from '#core/gbcs/counters'
import { Loader, Saver } from '#emulators/storage/archive'

/** What happens to a party: it issues, loses its power (before, in the middle of or after a commit), or is saved and resumed. */
type Event = 'issue' | 'power cut' | 'cut before the commit' | 'cut after the commit' | 'resume'
const events = fc.array(
  fc.constantFrom<Event>(
    ...(['issue', 'issue', 'issue', 'power cut', 'resume'] as const),
    ...(['cut before the commit', 'cut after the commit'] as const),
  ),
  { maxLength: 60 },
)

t.test('no counter is issued twice, across power cuts and snapshots', async () => {
  fc.assert(
    fc.property(
      events,
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.nat(50)),
      (all, ahead, least) => {
        const flash = { mark: 0, cut: '' }
        const commit = (mark: number) => {
          if (flash.cut === 'before') throw new Error('power cut')
          flash.mark = mark
          if (flash.cut === 'after') throw new Error('power cut')
        }
        let counter = new OriginatorCounter(0, commit, ahead)
        let last = 0
        for (const [i, event] of all.entries()) {
          if (event === 'resume') {
            const saver = new Saver()
            counter.archive(saver)
            counter = new OriginatorCounter(0, commit, ahead)
            counter.archive(new Loader(saver.octets))
            continue
          }
          flash.cut = event.startsWith('cut') ? event.split(' ')[1]! : ''
          if (event !== 'power cut') {
            try {
              const issued = counter.next(least[i] ?? 0)
              if (issued <= last || issued < (least[i] ?? 0)) return false
              last = issued
            } catch {
              // Power went while it committed: nothing was issued.
            }
          }
          if (event !== 'issue') counter = new OriginatorCounter(flash.mark, commit, ahead)
        }
        return true
      },
    ),
    { numRuns: 1000 },
  )
})

t.test('each commit covers as many as was said, and comes before the counter is out', async t => {
  const marks: number[] = []
  const counter = new OriginatorCounter(10, mark => marks.push(mark), 3)
  t.same([counter.next(), counter.next(), counter.next(), counter.next()], [11, 12, 13, 14])
  t.same(marks, [13, 16])
  t.equal(counter.next(1_767_614_400_000), 1_767_614_400_000)
  t.equal(counter.next(5), 1_767_614_400_001, 'it never goes back')
  t.equal(counter.last, 1_767_614_400_001)
})

t.test('nothing is issued when the commit fails, and nothing above the last', async t => {
  let broken = true
  const counter = new OriginatorCounter(0, () => {
    if (broken) throw new Error('worn out')
  })
  t.throws(() => counter.next(), /worn out/)
  broken = false
  t.equal(counter.next(), 1)
  const full = new OriginatorCounter(MAX_COUNTER - 1, () => {}, 5)
  t.equal(full.next(), MAX_COUNTER)
  t.throws(() => full.next(), RangeError)
  t.throws(() => new OriginatorCounter(-1, () => {}), RangeError)
  t.throws(() => new OriginatorCounter(0.5, () => {}), RangeError)
  t.throws(() => new OriginatorCounter(0, () => {}, 0), RangeError)
  t.throws(() => counter.next(Number.NaN), RangeError)
})

t.test('words and numbers are the same counter', async () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), counter => {
      return counterOf(counterHigh(counter), counterLow(counter)) === counter
    }),
  )
  t.equal(counterOf(-1, -1), Number.POSITIVE_INFINITY)
  t.equal(counterOf(0x20_0000, 0), Number.POSITIVE_INFINITY)
})

t.test('a receiver takes what is above the last of its originator', async t => {
  const committed: number[][] = []
  const gate = new CounterGate(new Int32Array(8), words => committed.push([...words]))
  t.equal(gate.take(1, 2, 0, 0), NOT_ABOVE, 'zero is above nothing')
  t.equal(gate.take(1, 2, 0, 5), TAKEN)
  t.equal(gate.take(1, 2, 0, 5), NOT_ABOVE)
  t.equal(gate.take(1, 2, 0, 4), NOT_ABOVE)
  t.equal(gate.take(1, 2, 0, -1), TAKEN, '2^32 - 1 is above 5')
  t.equal(gate.take(1, 2, 1, 0), TAKEN)
  t.equal(gate.take(1, 2, 0, 7), NOT_ABOVE)
  t.equal(gate.take(1, 2, -1, 0), TAKEN, 'the words are unsigned')
  t.equal(gate.take(-1, 2, 0, 1), TAKEN, 'another originator has its own')
  t.equal(gate.take(3, 3, 0, 1), NO_ROOM)
  t.equal(new CounterGate(new Int32Array(4), () => {}).take(0, 0, 0, 1), NO_ROOM, 'nobody')
  t.equal(committed.length, 5)
  const again = new CounterGate(Int32Array.from(committed.at(-1)!), () => {})
  t.equal(again.take(1, 2, -1, 0), NOT_ABOVE, 'what was committed is remembered')
  t.equal(again.take(1, 2, -1, 1), TAKEN)
  t.throws(() => new CounterGate(new Int32Array(6), () => {}), RangeError)
})

t.test('what could not be committed was not taken', async t => {
  let broken = true
  const gate = new CounterGate(new Int32Array(4), () => {
    if (broken) throw new Error('worn out')
  })
  t.throws(() => gate.take(1, 2, 0, 5), /worn out/)
  t.same([...gate.words], [0, 0, 0, 0])
  broken = false
  t.equal(gate.take(1, 2, 0, 5), TAKEN)
  broken = true
  t.throws(() => gate.take(1, 2, 0, 6), /worn out/)
  broken = false
  t.equal(gate.take(1, 2, 0, 6), TAKEN)
  const saver = new Saver()
  gate.archive(saver)
  const loaded = new CounterGate(new Int32Array(4), () => {})
  loaded.archive(new Loader(saver.octets))
  t.equal(loaded.take(1, 2, 0, 6), NOT_ABOVE)
})
