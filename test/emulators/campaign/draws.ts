// The random streams of an estate: a device’s draws depend on seed, concern and device alone, and are spread evenly.

import fc from 'fast-check'
import t from 'tap'
import { Stream } from '#emulators/campaign/draws'
import { fate } from '#emulators/campaign/events'
import { chiSquareZ } from '../../helpers/statistics.ts'

const draws = (seed: number, concern: string, device: number, count = 6) => {
  const stream = new Stream(seed, concern)
  stream.begin(device)
  return Array.from({ length: count }, () => stream.bits())
}

t.test('a device draws by seed, concern and its number, and by nothing else', async () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(), fc.nat(), (seed, device, other) => {
      const own = draws(seed, 'x', device).join()
      const stream = new Stream(seed, 'x')
      stream.begin(other)
      stream.bits()
      stream.begin(device)
      const again = Array.from({ length: 6 }, () => stream.bits()).join()
      return (
        own === again &&
        own !== draws(seed, 'y', device).join() &&
        own !== draws(seed + 1, 'x', device).join() &&
        (device === other || own !== draws(seed, 'x', other).join())
      )
    }),
  )
})

t.test('the first draws of neighbours are as even as the later ones of one', async t => {
  const even = Array.from({ length: 256 }, () => 1 / 256)
  const stream = new Stream(1, 'even')
  for (const shift of [0, 12, 24]) {
    const counts = new Array<number>(256).fill(0)
    for (let device = 0; device < 100_000; device++) {
      stream.begin(device)
      counts[(stream.bits() >>> shift) & 255]!++
    }
    t.ok(Math.abs(chiSquareZ(counts, even)) < 4, `bits from ${shift}`)
  }
})

t.test('unit() and below() keep within their bounds', async t => {
  const stream = new Stream(2, 'bounds')
  const counts = new Array<number>(7).fill(0)
  for (let i = 0; i < 50_000; i++) {
    const u = stream.unit()
    if (!(u > 0 && u < 1)) t.fail(`${u}`)
    counts[stream.below(7)]!++
  }
  t.ok(
    Math.abs(
      chiSquareZ(
        counts,
        counts.map(() => 1 / 7),
      ),
    ) < 4,
    `${counts}`,
  )
  t.equal(stream.below(1), 0)
})

t.test('fates of one device’s attempts, and of one attempt of many devices, are even', async t => {
  const even = Array.from({ length: 256 }, () => 1 / 256)
  const keys = new Stream(3, 'keys')
  const [key, second] = [keys.bits(), keys.bits()]
  for (const shift of [0, 12, 24]) {
    const ofOne = new Array<number>(256).fill(0)
    const ofMany = new Array<number>(256).fill(0)
    const follows = new Array<number>(256).fill(0)
    let last = 0
    for (let i = 0; i < 100_000; i++) {
      const bits = fate(i << 6, key, second) >>> shift
      ofOne[bits & 255]!++
      follows[(bits & 15) | ((last & 15) << 4)]!++
      last = bits
      ofMany[(fate(64, keys.bits(), keys.bits()) >>> shift) & 255]!++
    }
    for (const [name, counts] of Object.entries({ ofOne, ofMany, follows })) {
      t.ok(Math.abs(chiSquareZ(counts, even)) < 4, `${name}, bits from ${shift}`)
    }
  }
})
