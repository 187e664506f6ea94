import fc from 'fast-check'
import t from 'tap'
import { TimerQueue } from '../../core/time/timer-queue.ts'

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
  kind: fc.constantFrom('arm', 'arm', 'arm', 'disarm', 'fire'),
  id: fc.nat(CAPACITY - 1),
  due: fc.oneof(fc.nat(5), fc.nat(1000)),
})

t.test('the queue is a list sorted by time, first come first served', async () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: 'max' }), steps => {
      const queue = new TimerQueue(CAPACITY)
      const model = new SortedModel()
      for (const { kind, id, due } of steps) {
        if (kind === 'arm') {
          queue.arm(id, due)
          model.arm(id, due)
        } else {
          const victim = kind === 'fire' ? (model.entries[0]?.id ?? id) : id
          queue.disarm(victim)
          model.disarm(victim)
        }
        if (queue.armed !== model.entries.length) return false
        if (queue.first !== (model.entries[0]?.id ?? -1)) return false
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
