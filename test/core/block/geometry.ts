import fc from 'fast-check'
import t from 'tap'
import { Geometry, MAX_BLOCK_SIZE, MAX_IMAGE_SIZE } from '#core/block/geometry'

t.test('blocks laid end to end are the image', async () => {
  const sizes = fc.integer({ min: 1, max: 3000 })
  fc.assert(
    fc.property(sizes, sizes, (size, blockSize) => {
      const lengths: number[] = []
      for (let left = size; left > 0; left -= blockSize) lengths.push(Math.min(left, blockSize))
      const geometry = new Geometry(size, blockSize)
      return (
        geometry.size === size &&
        geometry.blockSize === blockSize &&
        geometry.count === lengths.length &&
        geometry.lastLength === lengths.at(-1) &&
        lengths.every((length, index) => geometry.lengthOf(index) === length)
      )
    }),
  )
})

t.test('the published block arithmetic comes out', async t => {
  const counts = (size: number) => [48, 50, 64].map(block => new Geometry(size, block).count)
  t.strictSame(counts(750_000), [15_625, 15_000, 11_719])
  t.strictSame(counts(768_000), [16_000, 15_360, 12_000])
  t.match(new Geometry(361, 48), { count: 8, lastLength: 25 })
})

t.test('the largest sizes are taken, one octet more is refused', async t => {
  t.equal(MAX_IMAGE_SIZE, 16_777_216)
  t.equal(MAX_BLOCK_SIZE, 65_536)
  t.match(new Geometry(MAX_IMAGE_SIZE, MAX_BLOCK_SIZE), { count: 256, lastLength: 65_536 })
  t.match(new Geometry(MAX_IMAGE_SIZE, 1), { count: MAX_IMAGE_SIZE, lastLength: 1 })
  t.match(new Geometry(1, MAX_BLOCK_SIZE), { count: 1, lastLength: 1 })
  t.throws(() => new Geometry(MAX_IMAGE_SIZE + 1, 1), { message: /^image size 16777217 / })
  t.throws(() => new Geometry(1, MAX_BLOCK_SIZE + 1), { message: /^block size 65537 / })
})

t.test('a size that is no positive whole number is refused', async t => {
  for (const bad of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => new Geometry(bad, 1), RangeError, `image size ${bad}`)
    t.throws(() => new Geometry(1, bad), RangeError, `block size ${bad}`)
  }
})
