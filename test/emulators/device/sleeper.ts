// When a sleeper that has woken asks for the notification flags, and when it sleeps again.

import t from 'tap'
import { Random } from '#core/time/random'
import { VirtualClock } from '#core/time/virtual-clock'
import { Sleeper } from '#emulators/device/sleeper'
import { findProfile } from '#emulators/profile/profiles'

const VALUES = { wakeInterval: 60_000, awakeTime: 2_000, listenTime: 400 }

interface Finds {
  readonly isAnswered?: boolean
  readonly isBusy?: boolean
  readonly hasMessages?: boolean
}

/** A sleeper, until it has woken once: when it asked for its flags and when it slept, ms after it woke. */
function wakeOnce({ isAnswered = false, isBusy = false, hasMessages = false }: Finds = {}) {
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
      isBusy,
      hasMessages,
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
  return { asked, slept, isAwaited: clock.isAwaited }
}

t.test('unanswered it asks three times, spread over the time for which it listens', async t => {
  t.strictSame(wakeOnce(), { asked: [0, 100, 200], slept: 400, isAwaited: false })
})

t.test('answered it asks no more', async t => {
  t.strictSame(wakeOnce({ isAnswered: true }).asked, [0, 100])
})

t.test(
  'with work or messages it stays awake for its time, and its next wake is waited for',
  async t => {
    for (const finds of [
      { isBusy: true },
      { hasMessages: true },
      { isBusy: true, hasMessages: true },
    ]) {
      t.match(wakeOnce(finds), { slept: 2_000, isAwaited: true }, JSON.stringify(finds))
    }
  },
)
