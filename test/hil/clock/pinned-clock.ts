// A run pinned to wall time: timers fire when their time has come, and what enters finds the clock at the present.

import t from 'tap'
import { VirtualClock } from '#core/time/virtual-clock'
import { PinnedClock, WALL_TIME, type WallTime } from '#hil/clock/pinned-clock'

/** Wall time that a test moves on by hand. */
class HandTime implements WallTime {
  time = 5_000
  readonly waits = new Set<{ due: number; wake: () => void }>()

  now(): number {
    return this.time
  }

  after(delay: number, wake: () => void): () => void {
    const wait = { due: this.time + delay, wake }
    this.waits.add(wait)
    return () => this.waits.delete(wait)
  }

  pass(ms: number): void {
    const end = this.time + ms
    for (;;) {
      const due = [...this.waits].sort((a, b) => a.due - b.due)[0]
      if (!due || due.due > end) break
      this.waits.delete(due)
      this.time = due.due
      due.wake()
    }
    this.time = end
  }
}

t.test('timers fire at their time, background ones too', async t => {
  const clock = new VirtualClock(4)
  const wall = new HandTime()
  const fired: [string, number][] = []
  const once = clock.timer(() => fired.push(['once', wall.now()]))
  const beacon = clock.timer(
    () => {
      fired.push(['beacon', wall.now()])
      clock.after(beacon, 400)
    },
    0,
    true,
  )
  clock.after(once, 1_000)
  clock.after(beacon, 400)
  const pinned = new PinnedClock(clock, wall)
  pinned.start()
  t.ok(clock.isAwaited)
  wall.pass(1_300)
  t.same(fired, [
    ['beacon', 5_400],
    ['beacon', 5_800],
    ['once', 6_000],
    ['beacon', 6_200],
  ])
  t.notOk(clock.isAwaited)
  t.equal(clock.next, 1_600)
})

t.test('what enters finds everything before it done, and what it arms fires', async t => {
  const clock = new VirtualClock(4)
  const wall = new HandTime()
  const fired: string[] = []
  const early = clock.timer(() => fired.push(`early at ${clock.now}`))
  const late = clock.timer(() => fired.push(`late at ${clock.now}`))
  const pinned = new PinnedClock(clock, wall)
  pinned.start()
  t.equal(wall.waits.size, 0, 'nothing is armed, so nothing is slept for')
  pinned.enter(() => clock.after(early, 10))
  // Wall time has moved on without waking anybody, as it does while a process is busy.
  wall.time += 25
  pinned.enter(() => {
    fired.push(`entered at ${clock.now}`)
    clock.after(late, 0)
  })
  t.same(fired, ['early at 10', 'entered at 25', 'late at 25'])
  t.equal(wall.waits.size, 0)
})

t.test('speed, a pause, and a clock that did not start at 0', async t => {
  const clock = new VirtualClock(2)
  clock.advance(60_000)
  const wall = new HandTime()
  const fired: number[] = []
  const timer = clock.timer(() => fired.push(wall.now()))
  clock.after(timer, 10_000)
  const pinned = new PinnedClock(clock, wall, 10)
  pinned.start()
  wall.pass(500)
  pinned.stop()
  wall.pass(10_000)
  pinned.enter(() => t.equal(clock.now, 60_000, 'it stands still'))
  t.same(fired, [])
  pinned.start()
  wall.pass(1_000)
  t.same(fired, [16_500], 'it went on from where it was held')
})

t.test('this machine’s own time wakes', async t => {
  const clock = new VirtualClock(1)
  const pinned = new PinnedClock(clock, WALL_TIME)
  const woken = new Promise<number>(resolve => {
    clock.after(
      clock.timer(() => resolve(clock.now)),
      5,
    )
  })
  pinned.start()
  t.equal(await woken, 5)
  t.notOk(WALL_TIME.after(60_000, () => t.fail('taken back'))())
})
