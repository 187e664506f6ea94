import fc from 'fast-check'
import t from 'tap'
import { ReceivedMap } from '#core/block/received-map'

function firstMissing(held: ReadonlySet<number>, count: number, from: number): number {
  for (let i = from; i < count; i++) if (!held.has(i)) return i
  return -1
}

/** Bits set in the words, counted one by one. */
function setBits(map: ReceivedMap): number[] {
  const bits: number[] = []
  for (let i = 0; i < map.words.length * 32; i++) {
    if ((map.words[i >> 5]! >> (i & 31)) & 1) bits.push(i)
  }
  return bits
}

const counts = fc.oneof(
  fc.constantFrom(1, 31, 32, 33, 63, 64, 65, 96),
  fc.integer({ min: 1, max: 200 }),
)

t.test('the map is a set of block numbers', async () => {
  const steps = fc.array(fc.nat(), { minLength: 1, maxLength: 300, size: 'max' })
  fc.assert(
    fc.property(counts, steps, (count, numbers) => {
      const map = new ReceivedMap(count)
      const model = new Set<number>()
      for (const number of numbers) {
        const index = number % count
        if (number % 97 === 96) {
          map.restart()
          model.clear()
        }
        const isNew = !model.has(index)
        if (map.has(index) === isNew || map.add(index) !== isNew) return false
        model.add(index)
        const from = (number >>> 8) % (count + 2)
        if (
          !map.has(index) ||
          map.held !== model.size ||
          map.complete !== (model.size === count) ||
          map.firstMissing(from) !== firstMissing(model, count, from)
        ) {
          return false
        }
      }
      if (map.words.length !== Math.ceil(count / 32)) return false
      return setBits(map).join() === [...model].sort((a, b) => a - b).join()
    }),
    { numRuns: 60 },
  )
})

t.test('a full map misses nothing, and the last gap is found from anywhere before it', async t => {
  for (const count of [1, 2, 31, 32, 33, 64, 65]) {
    for (let gap = 0; gap < count; gap++) {
      const map = new ReceivedMap(count)
      for (let i = 0; i < count; i++) if (i !== gap) map.add(i)
      const found = [map.firstMissing(), map.firstMissing(gap), map.firstMissing(gap + 1)]
      t.strictSame([...found, map.complete], [gap, gap, -1, false], `gap ${gap} of ${count}`)
      map.add(gap)
      t.strictSame([map.firstMissing(), map.complete, map.held], [-1, true, count])
    }
  }
})
