// A sleeper that wakes asks for the notification flags a few times while it listens, and no more once it is answered.

import t from 'tap'
import { Random } from '#core/time/random'
import { VirtualClock } from '#core/time/virtual-clock'
import { Sleeper } from '#emulators/device/sleeper'
import { findProfile } from '#emulators/profile/profiles'

const VALUES = { wakeInterval: 60_000, awakeTime: 2_000, listenTime: 400 }

/** A sleeper that finds nothing to do, until it has woken once; when it asked after waking, ms. */
function wakeOnce(isAnswered: boolean): { asked: number[]; slept: number } {
  const clock = new VirtualClock(8)
  const values = { ...findProfile('gsme')!.values, ...VALUES }
  const asked: number[] = []
  const answer = clock.timer(() => sleeper.answered())
  let woke = 0
  let slept = 0
  const send = (): void => {
    asked.push(clock.now - woke)
    if (isAnswered && asked.length > 1) clock.after(answer, 10)
  }
  const sleeper = new Sleeper(
    clock,
    values,
    { send },
    {
      isBusy: false,
      hasMessages: false,
      waking: () => {
        woke = clock.now
      },
      awake() {},
      asleep: () => {
        slept = clock.now - woke
        clock.stop()
      },
      guard: work => work(),
    },
  )
  sleeper.begin(new Random(1, 'x'))
  sleeper.wakeIn(10)
  clock.run()
  return { asked, slept }
}

t.test('unanswered it asks three times, spread over the time for which it listens', async t => {
  t.strictSame(wakeOnce(false), { asked: [0, 100, 200], slept: 400 })
})

t.test('answered it asks no more', async t => {
  t.strictSame(wakeOnce(true).asked, [0, 100])
})
