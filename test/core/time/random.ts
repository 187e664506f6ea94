import fc from 'fast-check'
import t from 'tap'
import { Random } from '#core/time/random'
import { carry } from '../../helpers/carry.ts'

const draws = (seed: number, concern: string, count = 8) => {
  const random = new Random(seed, concern)
  return Array.from({ length: count }, () => random.bits())
}

t.test('the generator is the one that it always was', async t => {
  // Computed apart from the code, from the published xoshiro128** and MurmurHash3's finaliser.
  t.strictSame(
    draws(1, 'wan.loss', 4).map(word => word >>> 0),
    [0xf2c0d3a9, 0x420b936b, 0x45f0e1c2, 0x6108ff18],
  )
})

t.test('the same seed and concern draw the same, another seed or concern does not', async () => {
  const name = fc.string({ maxLength: 12 })
  fc.assert(
    fc.property(fc.integer(), fc.integer(), name, name, (seed, other, one, two) => {
      const drawn = draws(seed, one).join()
      return (
        drawn === draws(seed, one).join() &&
        (seed === other || drawn !== draws(other, one).join()) &&
        (one === two || drawn !== draws(seed, two).join())
      )
    }),
  )
})

t.test('a draw in one concern moves nothing in another', async t => {
  const lone = draws(5, 'b')
  const [a, b] = [new Random(5, 'a'), new Random(5, 'b')]
  const mixed = lone.map(() => {
    a.bits()
    return b.bits()
  })
  t.strictSame(mixed, lone)
})

t.test('32 bits of the seed count', async t => {
  t.strictSame(draws(2 ** 32 + 9, 'x'), draws(9, 'x'))
  t.strictSame(draws(-1, 'x'), draws(0xffffffff, 'x'))
})

t.test('every bit is set about half of the time', async t => {
  for (const seed of [0, 1, 2, 0x811c9dc5]) {
    const random = new Random(seed, '')
    const ones = new Array<number>(32).fill(0)
    for (let n = 0; n < 4000; n++) {
      const word = random.bits()
      for (let bit = 0; bit < 32; bit++) ones[bit]! += (word >>> bit) & 1
    }
    // Five standard deviations, 158, once in two million; the draws are the same in every run.
    t.ok(Math.min(...ones) > 1800 && Math.max(...ones) < 2200, `seed ${seed}: ${ones}`)
  }
})

t.test('between() draws whole numbers, both ends included, evenly', async t => {
  const random = new Random(3, 'between')
  const counts = new Map<number, number>()
  for (let n = 0; n < 7000; n++) {
    const value = random.between(-3, 3)
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  t.strictSame(
    [...counts.keys()].sort((a, b) => a - b),
    [-3, -2, -1, 0, 1, 2, 3],
  )
  const all = [...counts.values()]
  t.ok(Math.min(...all) > 850 && Math.max(...all) < 1150, `${all}`)
})

t.test('between() stays within any bounds', async t => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), fc.nat(0x7fff_ffff), (seed, from, span) => {
      const value = new Random(seed, 'x').between(from, from + span)
      return Number.isInteger(value) && value >= from && value <= from + span
    }),
  )
  t.equal(new Random(1, 'x').between(5, 5), 5)
  const wide = new Random(1, 'wan.loss')
  t.strictSame(
    [0, 0].map(() => wide.between(0, 0xffffffff)),
    [0xf2c0d3a9, 0x420b936b],
  )
})

t.test('chance() is never at 0, always at 1 and about p between', async t => {
  const random = new Random(4, 'chance')
  for (const p of [0, 0.1, 0.5, 0.9, 1]) {
    let hits = 0
    for (let n = 0; n < 4000; n++) if (random.chance(p)) hits++
    t.ok(Math.abs(hits / 4000 - p) < (p % 1 === 0 ? 1e-9 : 0.04), `${hits} of 4000 at ${p}`)
  }
})

t.test('fill() writes each word’s octets, least significant first', async t => {
  for (let length = 0; length <= 9; length++) {
    const out = new Uint8Array(length + 1).fill(0xee)
    new Random(1, 'wan.loss').fill(out.subarray(0, length))
    const expected = 'a9d3c0f26b930b42c2'.slice(0, 2 * length)
    t.equal(Buffer.from(out).toString('hex'), `${expected}ee`)
  }
})

t.test('a generator that was saved goes on where it was', async () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(100), (seed, drawn) => {
      const random = new Random(seed, 'x')
      for (let n = 0; n < drawn; n++) random.bits()
      const other = new Random(0, 'other')
      carry(
        a => random.archive(a),
        a => other.archive(a),
      )
      return Array.from({ length: 8 }, () => random.bits() === other.bits()).every(same => same)
    }),
  )
})
