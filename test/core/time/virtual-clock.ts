import fc from 'fast-check'
import t from 'tap'
import type { Archive } from '#core/state/archive'
import { Random } from '#core/time/random'
import { unixMs, ZIGBEE_EPOCH, zigbeeUtc } from '#core/time/utc'
import { VirtualClock } from '#core/time/virtual-clock'
import { carry } from '../../helpers/carry.ts'

/** A clock with `count` timers that write 'argument@time' into a log. */
function logging(count: number) {
  const clock = new VirtualClock(count)
  const log: string[] = []
  for (let i = 0; i < count; i++) clock.timer(n => void log.push(`${n}@${clock.now}`), i)
  return { clock, log }
}

t.test('timers fire in order of time with their argument, at their time', async t => {
  const { clock, log } = logging(4)
  clock.at(0, 30)
  clock.at(1, 10)
  clock.after(2, 20)
  clock.at(3, 10)
  t.equal(clock.run(), true)
  t.strictSame(log, ['1@10', '3@10', '2@20', '0@30'])
  t.equal(clock.now, 30)
  t.equal(clock.run(), true, 'nothing fires twice')
  t.equal(log.length, 4)
})

t.test('time goes as far as it may and on from there', async t => {
  const { clock, log } = logging(2)
  clock.at(0, 100)
  clock.at(1, 101)
  t.equal(clock.run(99), false)
  t.match([log.length, clock.now], [0, 99])
  t.equal(clock.run(100), false, 'due at the end is due')
  t.strictSame(log, ['0@100'])
  clock.after(0, 5)
  t.equal(clock.run(), true)
  t.strictSame(log, ['0@100', '1@101', '0@105'])
})

t.test('so many timers at most, and on from there: the same in pieces as in one', async t => {
  const play = (most: number) => {
    const { clock, log } = logging(3)
    for (const [id, due] of [20, 10, 30].entries()) clock.at(id, due)
    const ends: boolean[] = []
    while (!clock.run(25, most) && clock.next <= 25) ends.push(false)
    clock.run(25)
    return { log, ends: ends.length, now: clock.now, next: clock.next }
  }
  const whole = play(Number.POSITIVE_INFINITY)
  t.strictSame(whole, { log: ['1@10', '0@20'], ends: 0, now: 25, next: 30 })
  t.strictSame(play(1), { ...whole, ends: 1 })
  t.strictSame(play(2), whole)
  const { clock, log } = logging(1)
  clock.at(0, 5)
  t.equal(clock.run(10, 1), true, 'nothing is left to do')
  t.equal(log.length, 1)
})

t.test('a time that has passed means now, after what is due now already', async t => {
  const { clock, log } = logging(3)
  clock.at(0, 50)
  clock.run()
  clock.at(1, 50)
  clock.at(2, 10)
  clock.run()
  t.strictSame(log, ['0@50', '1@50', '2@50'])
})

t.test('a timer moved or cancelled does not fire at its old time', async t => {
  const { clock, log } = logging(2)
  clock.at(0, 10)
  clock.at(1, 20)
  clock.at(0, 30)
  clock.cancel(1)
  t.strictSame([clock.isArmed(0), clock.isArmed(1)], [true, false])
  clock.run()
  t.strictSame(log, ['0@30'])
  t.equal(clock.isArmed(0), false)
})

t.test('a timer may arm itself and others from within', async t => {
  const clock = new VirtualClock(2)
  const log: string[] = []
  let left = 3
  const again: number = clock.timer(() => {
    log.push(`again@${clock.now}`)
    clock.after(other, 0)
    if (--left > 0) clock.after(again, 5)
  })
  const other = clock.timer(() => void log.push(`other@${clock.now}`))
  clock.after(again, 5)
  t.equal(clock.run(), true)
  const rounds = [5, 10, 15].flatMap(time => [`again@${time}`, `other@${time}`])
  t.strictSame(log, rounds)
})

t.test('stop() ends the run after the timer that is firing, and the next run goes on', async t => {
  const clock = new VirtualClock(2)
  const log: number[] = []
  const stops = clock.timer(() => {
    clock.stop()
    log.push(0)
  })
  const next = clock.timer(() => void log.push(1))
  clock.at(stops, 5)
  clock.at(next, 5)
  t.equal(clock.run(), false)
  t.strictSame(log, [0])
  t.equal(clock.run(), true)
  t.strictSame(log, [0, 1])
})

t.test('a timer that was made without an argument gets 0', async t => {
  const clock = new VirtualClock(1)
  const got: number[] = []
  clock.at(
    clock.timer(argument => void got.push(argument)),
    1,
  )
  clock.run()
  t.strictSame(got, [0])
})

t.test('the capacity is the most timers that can be made', async t => {
  const { clock } = logging(3)
  t.throws(() => clock.timer(() => {}), { name: 'RangeError', message: /all 3 timers/ })
})

t.test('however far each run may go, time never goes back and no timer is missed', async () => {
  const arms = fc.array(fc.nat(500), { minLength: 1, maxLength: 20, size: 'max' })
  fc.assert(
    fc.property(arms, fc.array(fc.nat(60), { maxLength: 10 }), (dues, strides) => {
      const { clock, log } = logging(dues.length)
      for (const [id, due] of dues.entries()) clock.at(id, due)
      let until = 0
      for (const stride of strides) {
        until += stride
        const before = clock.now
        clock.run(until)
        const fired = dues.filter(due => due <= until).length
        if (log.length !== fired || clock.now < before || clock.now > until) return false
      }
      clock.run()
      const order = [...dues.entries()].sort((a, b) => a[1] - b[1] || a[0] - b[0])
      return log.join() === order.map(([id, due]) => `${id}@${due}`).join()
    }),
  )
})

t.test('background timers fire with the others and keep no run going', async t => {
  const clock = new VirtualClock(2)
  const log: string[] = []
  const beacon: number = clock.timer(
    () => {
      log.push(`beacon@${clock.now}`)
      clock.after(beacon, 10)
    },
    0,
    true,
  )
  const work = clock.timer(() => void log.push(`work@${clock.now}`))
  clock.after(beacon, 10)
  t.equal(clock.run(), true, 'a beacon alone is quiet')
  t.match([log.length, clock.now], [0, 0])
  clock.at(work, 25)
  clock.at(work, 20)
  t.equal(clock.run(), true)
  t.strictSame(log, ['beacon@10', 'work@20'], 'armed first, fires first, and then all is done')
  clock.at(work, 100)
  t.equal(clock.run(45), false, 'work that is due later is no rest')
  t.equal(log.at(-1), 'beacon@40')
  clock.cancel(work)
  clock.cancel(work)
  t.equal(clock.run(), true)
  t.equal(clock.isArmed(beacon), true, 'the beacon waits for the next run')
  clock.at(work, 50)
  clock.at(work, Number.POSITIVE_INFINITY)
  t.equal(clock.run(), true)
  t.equal(clock.now, 45)
})

/** Timers that, seeded, arm each other for ever; the log says who fired when. */
function restless(seed: number) {
  const clock = new VirtualClock(20)
  const random = new Random(seed, 'restless')
  const log: string[] = []
  const wake = (n: number): void => {
    log.push(`${n}@${clock.now}`)
    for (let i = 0; i < 2; i++) {
      const other = random.between(0, 19)
      if (random.chance(0.1)) clock.cancel(other)
      else clock.after(other, random.between(0, 8))
    }
    clock.after(n, random.between(1, 20))
  }
  for (let n = 0; n < 20; n++) clock.timer(wake, n, n % 5 === 0)
  for (let n = 0; n < 20; n++) clock.at(n, n % 4)
  const archive = (a: Archive): void => {
    clock.archive(a)
    random.archive(a)
  }
  return { clock, log, archive }
}

t.test('a clock that was saved goes on exactly as if it had not been', async () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(300), fc.nat(300), (seed, cut, elsewhere) => {
      const one = restless(seed)
      one.clock.run(cut)
      const other = restless(seed + 1)
      other.clock.run(elsewhere)
      carry(one.archive, other.archive)
      one.log.length = 0
      other.log.length = 0
      const ended = [one.clock.run(cut + 300), other.clock.run(cut + 300)]
      return ended[0] === ended[1] && one.log.length > 50 && one.log.join() === other.log.join()
    }),
  )
})

t.test('a clock knows after loading whether there is work left', async t => {
  const built = () => {
    const clock = new VirtualClock(2)
    const work = clock.timer(() => {})
    const beacon = clock.timer(() => {}, 0, true)
    return { clock, work, beacon }
  }
  const idle = built()
  idle.clock.at(idle.beacon, 7)
  const busy = built()
  busy.clock.at(busy.work, 5)
  const other = built()
  carry(
    a => busy.clock.archive(a),
    a => other.clock.archive(a),
  )
  t.equal(other.clock.run(3), false)
  carry(
    a => idle.clock.archive(a),
    a => other.clock.archive(a),
  )
  t.equal(other.clock.run(), true)
  t.equal(other.clock.now, 0)
  t.throws(
    () =>
      carry(
        a => idle.clock.archive(a),
        a => logging(1).clock.archive(a),
      ),
    { code: 'HANRIG_SNAPSHOT_DAMAGED' },
    'a clock with other timers',
  )
})

t.test('ZigBee UTC counts whole seconds from the year 2000', async t => {
  t.equal(unixMs(0), Date.UTC(2000, 0, 1))
  t.equal(ZIGBEE_EPOCH * 1000, Date.UTC(2000, 0, 1))
  t.equal(zigbeeUtc(Date.UTC(2015, 0, 1)), 0x1c374a80, 'as the published alert has it')
  t.equal(unixMs(0x1c374a80), Date.UTC(2015, 0, 1))
  t.equal(zigbeeUtc(Date.UTC(2015, 0, 1) + 999), 0x1c374a80)
  t.equal(zigbeeUtc(Date.UTC(1999, 11, 31)), 0)
  t.equal(zigbeeUtc(Date.UTC(2068, 5, 1)), Date.UTC(2068, 5, 1) / 1000 - ZIGBEE_EPOCH)
})
