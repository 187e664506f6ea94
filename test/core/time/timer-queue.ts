import fc from 'fast-check'
import t from 'tap'
import { TimerQueue } from '#core/time/timer-queue'
import { Loader, Saver } from '#emulators/storage/archive'
import { carry } from '../../helpers/carry.ts'

/** An array kept in the order of firing. */
class SortedModel {
  readonly entries: { id: number; due: number }[] = []

  arm(id: number, due: number): void {
    this.disarm(id)
    let at = this.entries.length
    while (at > 0 && this.entries[at - 1]!.due > due) at--
    this.entries.splice(at, 0, { id, due })
  }

  disarm(id: number): void {
    const at = this.entries.findIndex(entry => entry.id === id)
    if (at >= 0) this.entries.splice(at, 1)
  }
}

const CAPACITY = 24
const step = fc.record({
  kind: fc.constantFrom('arm', 'arm', 'arm', 'later', 'disarm', 'fire', 'take', 'look', 'reload'),
  id: fc.nat(CAPACITY - 1),
  due: fc.oneof(fc.nat(5), fc.nat(1000)),
})

t.test('the queue is a list sorted by time, first come first served', async () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: 'max' }), steps => {
      let queue = new TimerQueue(CAPACITY)
      const model = new SortedModel()
      for (const { kind, id, due } of steps) {
        const first = model.entries[0]?.id ?? -1
        if (kind === 'arm' || kind === 'later') {
          const when = kind === 'arm' || !queue.isArmed(id) ? due : queue.dueOf(id) + (due % 7)
          queue.arm(id, when)
          model.arm(id, when)
        } else if (kind === 'take') {
          if (queue.first !== first) return false
          if (first < 0) continue
          queue.take(first)
          model.disarm(first)
        } else if (kind === 'reload') {
          const other = new TimerQueue(CAPACITY)
          // What was in there before must not come through.
          other.arm(id, due)
          other.arm((id + 1) % CAPACITY, due + 1)
          if (due % 2 === 0) other.take(other.first)
          carry(
            a => queue.archive(a),
            a => other.archive(a),
          )
          queue = other
        } else if (kind !== 'look') {
          const victim = kind === 'fire' && first >= 0 ? first : id
          queue.disarm(victim)
          model.disarm(victim)
        }
        // Looking at the first one tidies the queue up, so it must work without that, too.
        if (kind === 'look' && queue.first !== first) return false
        if (queue.armed !== model.entries.length) return false
        const armed = new Map(model.entries.map(entry => [entry.id, entry.due]))
        for (let each = 0; each < CAPACITY; each++) {
          if (queue.isArmed(each) !== armed.has(each)) return false
          if (armed.has(each) && queue.dueOf(each) !== armed.get(each)) return false
        }
      }
      for (const { id } of model.entries) {
        if (queue.first !== id) return false
        queue.disarm(id)
      }
      return queue.armed === 0 && queue.first === -1
    }),
  )
})

t.test('timers due together fire in the order of arming, a moved one last', async t => {
  const queue = new TimerQueue(CAPACITY)
  t.equal(queue.capacity, CAPACITY)
  for (let id = CAPACITY - 1; id >= 0; id--) queue.arm(id, 7)
  queue.arm(20, 7)
  const fired: number[] = []
  for (let id = queue.first; id >= 0; id = queue.first) {
    fired.push(id)
    queue.disarm(id)
  }
  const others = [...Array(CAPACITY).keys()].filter(id => id !== 20).reverse()
  t.strictSame(fired, [...others, 20])
})

t.test('any timer may be disarmed, and one that is not armed without harm', async t => {
  for (let victim = 0; victim < CAPACITY; victim++) {
    const queue = new TimerQueue(CAPACITY)
    // 7 has no common divisor with 24: every due time once, in a scrambled order.
    for (let id = 0; id < CAPACITY; id++) queue.arm(id, (id * 7) % CAPACITY)
    queue.disarm(victim)
    queue.disarm(victim)
    const fired: number[] = []
    for (let id = queue.first; id >= 0; id = queue.first) {
      fired.push(queue.dueOf(id))
      queue.disarm(id)
    }
    const left = [...Array(CAPACITY).keys()].filter(due => due !== (victim * 7) % CAPACITY)
    t.strictSame(fired, left, `without timer ${victim}`)
  }
})

t.test('a snapshot that names a timer twice, or one that there is not, is refused', async t => {
  for (const [one, other] of [
    [1, 1],
    [1, CAPACITY],
    [0.5, 1],
  ] as const) {
    const saver = new Saver()
    for (const value of [2, 2, one, 10, 0, other, 10, 1]) saver.number(value)
    const queue = new TimerQueue(CAPACITY)
    t.throws(() => queue.archive(new Loader(saver.octets)), { code: 'HANRIG_SNAPSHOT_DAMAGED' })
  }
})
