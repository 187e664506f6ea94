// Faults: bursts against their theory, deaf windows to the millisecond, what a tap is told, and that the same seed
// gives the same, through a snapshot, too.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { VirtualClock } from '#core/time/virtual-clock'
import { type FaultRates, FaultyLink } from '#emulators/link/faults'
import { Line } from '#emulators/link/line'
import { type Link, LOST } from '#emulators/link/link'
import { HAN } from '#emulators/profile/profiles'
import { Trace, type TraceEvent } from '#emulators/trace/trace'
import { carry } from '../../helpers/carry.ts'

const NONE: FaultRates = { loss: 0, corruption: 0, duplication: 0, reordering: 0 }
const HOLD_BACK = 50

interface Faulty {
  readonly rates?: Partial<FaultRates>
  readonly seed?: number
  readonly checked?: boolean
  readonly frames?: boolean
  readonly name?: string
}

/** A faulty link whose inner link writes 'octets+delay' into a log. */
function faulty({ rates = {}, seed = 1, checked = false, frames = true, name = 'x' }: Faulty) {
  const clock = new VirtualClock(1)
  const events: TraceEvent[] = []
  const trace = new Trace(clock, event => events.push(event), frames)
  const log: string[] = []
  const inner: Link = {
    send: (src, at, length, extraDelay) =>
      void log.push(`${src.u8.subarray(at, at + length)}+${extraDelay}`),
  }
  const link = new FaultyLink(
    { clock, trace, seed },
    { name, inner, maxFrame: 64, rates: { ...NONE, ...rates }, holdBack: HOLD_BACK, checked },
  )
  return { clock, events, log, link }
}

const FRAME = new Bytes(Uint8Array.of(9, 1, 2, 3))

/** Sends `count` frames, the i-th at i ms; true where one was lost. */
function losses({ clock, link }: ReturnType<typeof faulty>, count: number): boolean[] {
  return Array.from({ length: count }, (_, i) => {
    clock.now = i
    const before = link.lost
    link.send(FRAME, 1, 3, 0)
    return link.lost > before
  })
}

t.test('without faults a frame passes as it is, with whatever delay it has', async t => {
  const { link, log, events } = faulty({})
  link.send(FRAME, 1, 3, 0)
  link.send(FRAME, 0, 2, 17)
  link.send(FRAME, 0, 2, LOST)
  t.strictSame(log, ['1,2,3+0', '9,1+17', '9,1+Infinity'])
  t.strictSame(events, [])
  t.equal(link.lost, 0, 'what was lost before is counted where it was lost')
})

t.test('lost, dropped and deaf frames go on as lost ones', async t => {
  for (const [rates, name] of [
    [{ loss: 1 }, 'frame-lost'],
    [{ corruption: 1 }, 'frame-corrupted'],
    [{ deaf: { every: 1, for: 1 } }, 'frame-deaf'],
  ] as const) {
    const { link, log, events } = faulty({ rates, checked: true })
    link.send(FRAME, 1, 3, 7)
    t.strictSame(log, ['1,2,3+Infinity'])
    t.match(events, [{ name, length: 3 }])
  }
})

t.test('a copy follows its frame, and each may be late', async t => {
  const { link, log, events } = faulty({ rates: { duplication: 1, reordering: 1 } })
  link.send(FRAME, 1, 3, 100)
  t.strictSame(
    events.map(({ name }) => name),
    ['frame-duplicated', 'frame-reordered'],
  )
  const delays = log.map(line => Number(line.replace('1,2,3+', '')))
  t.equal(delays.length, 2)
  for (const delay of delays) t.ok(delay > 100 && delay <= 100 + HOLD_BACK, `${delay}`)
})

t.test('a late frame waits up to 2 s on the WAN and up to 100 ms on the HAN', async t => {
  for (const [name, longest] of [
    ['wan.up', 2_000],
    ['han.esme.up', 100],
  ] as const) {
    const clock = new VirtualClock(64)
    const world = { clock, trace: new Trace(clock, () => {}, false), seed: 1 }
    const line = new Line(world, {
      name,
      values: { ...HAN, ...NONE, reordering: 1 },
      size: { maxFrame: 64, slots: 1 },
      wrongs: [],
    })
    let most = 0
    line.tap = {
      frame: (_src, _at, _length, fault) => {
        most = Math.max(most, Number(/\d+/.exec(fault)![0]))
      },
    }
    for (let i = 0; i < 20_000; i++) line.link.send(FRAME, 1, 3, 0)
    t.equal(most, longest, name)
  }
})

t.test('bursts come and go as Gilbert and Elliott have it', async t => {
  const bursts = { enter: 0.01, leave: 0.1, loss: 0.8 }
  const COUNT = 200_000
  const link = faulty({ rates: { loss: 0.02, bursts } })
  const lost = losses(link, COUNT)
  const share = bursts.enter / (bursts.enter + bursts.leave)
  const theory = share * bursts.loss + (1 - share) * 0.02
  t.ok(Math.abs(link.link.lost / COUNT - theory) < 0.005, `${link.link.lost / COUNT}, ${theory}`)
  // The state remembers: k frames later it is the same with what is left of (1 - enter - leave)^k.
  for (const k of [1, 5, 20]) {
    let both = 0
    for (let i = k; i < COUNT; i++) if (lost[i] && lost[i - k]) both++
    const covariance = both / (COUNT - k) - (link.link.lost / COUNT) ** 2
    const decay = (1 - bursts.enter - bursts.leave) ** k
    const expected = share * (1 - share) * (bursts.loss - 0.02) ** 2 * decay
    t.ok(Math.abs(covariance - expected) < 0.003, `${k}: ${covariance}, ${expected}`)
  }
})

t.test('a burst of total loss lasts 1 / leave frames', async t => {
  const lost = losses(faulty({ rates: { bursts: { enter: 0.02, leave: 0.25, loss: 1 } } }), 100_000)
  const runs = lost.filter((is, i) => is && !lost[i - 1]).length
  const mean = lost.filter(is => is).length / runs
  t.ok(Math.abs(mean - 4) < 0.25, `${mean}`)
  const gap = lost.filter(is => !is).length / runs
  t.ok(Math.abs(gap - 50) < 3, `${gap}`)
})

t.test('a burst that cannot begin changes nothing, and one that cannot end goes on', async t => {
  const plain = losses(faulty({ rates: { loss: 0.3 } }), 500)
  const never = { enter: 0, leave: 1, loss: 1 }
  t.strictSame(losses(faulty({ rates: { loss: 0.3, bursts: never } }), 500), plain)
  const ever = { enter: 1, leave: 0, loss: 1 }
  t.ok(losses(faulty({ rates: { bursts: ever } }), 50).every(is => is))
})

t.test('one kind of fault moves nothing in another', async t => {
  const all: FaultRates = {
    loss: 0.2,
    corruption: 0.2,
    duplication: 0.2,
    reordering: 0.2,
    bursts: { enter: 0.1, leave: 0.3, loss: 0.9 },
    deaf: { every: 100, for: 10 },
  }
  /** By frame, the events of `name`, where no other kind can hide them. */
  const pick = (rates: Partial<FaultRates>, name: string) => {
    const { clock, link, events } = faulty({ rates })
    losses({ clock, link } as ReturnType<typeof faulty>, 2_000)
    return events
      .filter(event => event.name === name)
      .map(event => `${event.t}:${event.name === 'frame-corrupted' ? event.bit : undefined}`)
  }
  const gone = new Set(
    [...pick(all, 'frame-lost'), ...pick(all, 'frame-deaf')].map(Number.parseFloat),
  )
  for (const [kind, name] of [
    ['corruption', 'frame-corrupted'],
    ['duplication', 'frame-duplicated'],
    ['reordering', 'frame-reordered'],
  ] as const) {
    const alone = pick({ [kind]: 0.2 }, name)
    t.ok(alone.length > 300)
    t.strictSame(
      pick(all, name),
      alone.filter(entry => !gone.has(Number.parseFloat(entry))),
      kind,
    )
  }
})

t.test('a receiver is deaf in exactly the first part of every period', async t => {
  const phases = new Set<number>()
  for (let seed = 1; seed <= 20; seed++) {
    const { clock, link, log } = faulty({ rates: { deaf: { every: 60, for: 7 } }, seed })
    const heard = Array.from({ length: 600 }, (_, ms) => {
      clock.now = ms
      const before = link.deafened
      link.send(FRAME, 1, 3, 0)
      return link.deafened === before
    })
    t.equal(link.deafened, 70)
    t.equal(log.filter(line => line === '1,2,3+Infinity').length, 70)
    const begin = heard.findIndex((is, ms) => !is && (ms === 0 || heard[ms - 1] === true))
    const first = begin === 0 ? heard.indexOf(true) - 7 : begin
    t.ok(
      heard.every((is, ms) => is === (((ms - first) % 60) + 60) % 60 >= 7),
      `seed ${seed}: windows from ${first}`,
    )
    phases.add(((first % 60) + 60) % 60)
  }
  t.ok(phases.size > 10, 'the seed decides when')
})

t.test('a tap is told of every frame, as it was sent, and of what becomes of it', async t => {
  const told = (rates: Partial<FaultRates>, checked = false, extraDelay = 0) => {
    const { link, events } = faulty({ rates, checked })
    const faults: string[] = []
    link.tap = {
      frame: (src, at, length, fault) => {
        t.strictSame([...src.u8.subarray(at, at + length)], [1, 2, 3])
        faults.push(fault)
      },
    }
    link.send(FRAME, 1, 3, extraDelay)
    t.equal(faults.length, 1)
    return [faults[0], events.find(event => event.name === 'frame-corrupted')?.bit] as const
  }
  t.strictSame(told({})[0], '')
  t.strictSame(told({ loss: 1 })[0], 'lost')
  t.strictSame(told({}, false, LOST)[0], 'lost')
  t.strictSame(told({ bursts: { enter: 1, leave: 0, loss: 1 } })[0], 'lost in a burst')
  t.strictSame(told({ deaf: { every: 5, for: 5 } })[0], 'receiver deaf')
  t.strictSame(told({ duplication: 1 })[0], 'sent twice')
  t.match(told({ reordering: 1 })[0], /^held back \d+ ms$/)
  const [dropped, bit] = told({ corruption: 1 }, true)
  t.equal(dropped, `damaged: bit ${bit} flipped, dropped by its checksum`)
  const [all, flipped] = told({ corruption: 1, duplication: 1, reordering: 1 })
  t.match(all, /^damaged: bit \d+ flipped, sent twice, held back \d+ ms$/)
  t.ok(all?.startsWith(`damaged: bit ${flipped} flipped`))
})

t.test(
  'without a trace of frames everything happens and is counted, and nothing is said',
  async t => {
    const rates = {
      loss: 0.2,
      corruption: 0.2,
      duplication: 0.2,
      reordering: 0.2,
      deaf: { every: 50, for: 5 },
    }
    const [loud, quiet] = [true, false].map(frames => {
      const made = faulty({ rates, frames })
      losses(made, 500)
      return made
    })
    t.strictSame(quiet!.events, [])
    t.strictSame(quiet!.log, loud!.log)
    const { link, events } = loud!
    for (const [name, count] of [
      ['frame-lost', link.lost],
      ['frame-corrupted', link.corrupted],
      ['frame-duplicated', link.duplicated],
      ['frame-reordered', link.reordered],
      ['frame-deaf', link.deafened],
    ] as const) {
      t.ok(count > 20, name)
      t.equal(events.filter(event => event.name === name).length, count, name)
    }
  },
)

const rate = fc.constantFrom(0, 0.1, 0.5)
const anyRates = fc.record({
  loss: rate,
  corruption: rate,
  duplication: rate,
  reordering: rate,
  bursts: fc.option(fc.constant({ enter: 0.1, leave: 0.3, loss: 0.9 }), { nil: undefined }),
  deaf: fc.option(fc.constant({ every: 40, for: 6 }), { nil: undefined }),
})

t.test('same seed, same faults; a link that was saved goes on with them', async () => {
  fc.assert(
    fc.property(anyRates, fc.integer(), fc.boolean(), fc.nat(200), (rates, seed, checked, cut) => {
      const whole = faulty({ rates, seed, checked })
      losses(whole, 300)
      const one = faulty({ rates, seed, checked })
      losses(one, cut)
      const other = faulty({ rates, seed, checked })
      carry(
        a => one.link.archive(a),
        a => other.link.archive(a),
      )
      for (let i = cut; i < 300; i++) {
        other.clock.now = i
        other.link.send(FRAME, 1, 3, 0)
      }
      const counts = ({ link }: typeof whole) =>
        [link.lost, link.corrupted, link.duplicated, link.reordered, link.deafened].join()
      return (
        [...one.log, ...other.log].join(';') === whole.log.join(';') &&
        counts(other) === counts(whole)
      )
    }),
  )
})
