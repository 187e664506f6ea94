// The list against a Set of strings, with the keys that a hash table fears: same halves, runs, few homes.

import fc from 'fast-check'
import t from 'tap'
import { hashEui64 } from '#core/eui64/eui64'
import { ADDED, GuidList, LIST_FULL, listWords, NO_DEVICE, PRESENT } from '#core/power/guid-list'
import { Loader, Saver } from '#emulators/storage/archive'

/** Keys whose searches all begin in the last two of `rows` rows, and go on in the first ones. */
function colliding(count: number, rows: number): [number, number][] {
  const keys: [number, number][] = []
  for (let lo = 1; keys.length < count; lo++) {
    if (Math.floor(((hashEui64(7, lo) >>> 0) / 2 ** 32) * rows) >= rows - 2) keys.push([7, lo])
  }
  return keys
}

const CAPACITY = 12
const CROWD = colliding(10, listWords(CAPACITY) / 2)
const key = fc.oneof(
  fc.constantFrom(...CROWD),
  fc.tuple(fc.nat(5), fc.constant(0)),
  fc.tuple(fc.constant(0), fc.nat(5)),
  fc.tuple(fc.constant(0x00db1234), fc.integer({ min: -3, max: 8 })),
)

t.test('the list does what a Set does, until it is full', async () => {
  const step = fc.tuple(fc.constantFrom('add', 'add', 'remove', 'has', 'clear'), key)
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), steps => {
      const list = new GuidList(CAPACITY)
      const model = new Set<string>()
      for (const [call, [hi, lo]] of steps) {
        const name = `${hi | 0},${lo | 0}`
        if (call === 'add') {
          const expected =
            (hi | lo) === 0
              ? NO_DEVICE
              : model.has(name)
                ? PRESENT
                : model.size === CAPACITY
                  ? LIST_FULL
                  : ADDED
          if (list.add(hi, lo) !== expected) return false
          if (expected === ADDED) model.add(name)
        } else if (call === 'remove') {
          if (list.remove(hi, lo) !== model.delete(name)) return false
        } else if (call === 'clear' && hi === 0) {
          list.clear()
          model.clear()
        }
        if (list.size !== model.size) return false
        for (const [h, l] of CROWD) if (list.has(h, l) !== model.has(`${h},${l}`)) return false
        if (list.has(hi, lo) !== model.has(name)) return false
      }
      return true
    }),
    { numRuns: 400 },
  )
})

t.test('unsigned and signed halves are the same device', async t => {
  const list = new GuidList(4)
  t.equal(list.add(0xffff_fffe, 0x8000_0000), ADDED)
  t.equal(list.add(-2, -(2 ** 31)), PRESENT)
  t.ok(list.has(-2, 0x8000_0000))
  t.ok(list.remove(0xffff_fffe, -(2 ** 31)))
  t.equal(list.size, 0)
})

t.test('a list of ten million devices takes at most 12 octets each', async t => {
  t.ok((listWords(10_000_000) * 4) / 10_000_000 <= 12)
  const list = new GuidList(1_000)
  t.equal(list.octets, listWords(1_000) * 4)
  t.throws(() => new GuidList(1_000, new Int32Array(10)), RangeError)
})

t.test('a full list of one maker’s devices in a row holds them all and nobody else', async t => {
  const list = new GuidList(50_000)
  for (let i = 0; i < 50_000; i++) list.add(0x00db_1234, i)
  t.equal(list.size, 50_000)
  let wrong = 0
  for (let i = 0; i < 50_000; i++) {
    if (!list.has(0x00db_1234, i) || list.has(0x00db_1235, i)) wrong++
  }
  t.equal(wrong, 0)
  t.equal(list.add(1, 1), LIST_FULL)
})

t.test('a list grows into a larger one, and is saved and loaded', async t => {
  const small = new GuidList(3)
  for (let lo = 1; lo <= 3; lo++) small.add(9, lo)
  const large = new GuidList(6)
  large.add(8, 8)
  small.addTo(large)
  t.equal(large.size, 4)
  t.ok(large.has(9, 2))

  const saver = new Saver()
  large.archive(saver)
  const loaded = new GuidList(6)
  const loader = new Loader(saver.octets)
  loaded.archive(loader)
  t.ok(loader.ended)
  t.equal(loaded.size, 4)
  t.ok(loaded.has(8, 8) && loaded.has(9, 3) && !loaded.has(9, 4))
})
