// How far a device is, told by its requests: known sequences, and any client that goes on correctly.

import fc from 'fast-check'
import t from 'tap'
import { BlockCount } from '#hil/host/progress'

const BLOCK = 'commandImageBlockRequest'
const PAGE = 'commandImagePageRequest'
const END = 'commandUpgradeEndRequest'

const seen = (count: BlockCount) => [count.octets, count.blocks, count.retries, count.resumedAt]

t.test('blocks, a repetition, the end', async t => {
  const count = new BlockCount(120, 50)
  t.same(seen(count), [0, 0, 0, 0])
  count.heed(BLOCK, { fileOffset: 0, maximumDataSize: 64 })
  t.same(seen(count), [0, 1, 0, 0], 'asked for, not there')
  count.heed(BLOCK, { fileOffset: 50, maximumDataSize: 64 })
  count.heed(BLOCK, { fileOffset: 50, maximumDataSize: 64 })
  t.same(seen(count), [50, 3, 1, 0])
  count.heed(BLOCK, { fileOffset: 100, maximumDataSize: 64 })
  t.same(seen(count), [100, 4, 1, 0])
  t.ok(count.isAllAsked)
  count.end()
  t.same(seen(count), [120, 4, 1, 0])
})

t.test('a device that goes on where it was, and messages that are no requests', async t => {
  const count = new BlockCount(1_000, 50)
  count.heed('commandUpgradeEndRequest', { fileOffset: 7, maximumDataSize: 7 })
  count.heed(BLOCK, { fileOffset: 400, maximumDataSize: 40 })
  t.same(seen(count), [400, 1, 0, 400])
  count.heed(BLOCK, { fileOffset: 440, maximumDataSize: 40 })
  t.same(seen(count), [440, 2, 0, 400])
})

t.test('pages; one past the end is told', async t => {
  const count = new BlockCount(1_000, 50)
  const page = (fileOffset: number, pageSize: number) =>
    count.heed(PAGE, { fileOffset, maximumDataSize: 64, pageSize })
  t.ok(page(0, 480))
  t.same(seen(count), [0, 10, 0, 0])
  t.ok(count.heed(BLOCK, { fileOffset: 100, maximumDataSize: 64 }), 'a hole is asked for')
  t.same(seen(count), [100, 11, 1, 0], '… which repeats a block of the page')
  t.ok(page(480, 520), 'to the last octet')
  t.notOk(page(480, 521), 'one octet past it')
})

t.test('what is past the end, or no value at all, does not poison the counts', async t => {
  const count = new BlockCount(1_000, 50)
  const block = (fileOffset: number, maximumDataSize = 64) =>
    count.heed(BLOCK, { fileOffset, maximumDataSize })
  t.notOk(count.hasBegun)
  block(0, Number.NaN)
  t.same(seen(count), [0, 1, 0, 0], 'a maximum of 255 octets: the host’s own holds')
  t.ok(count.hasBegun)
  block(50)
  t.same(seen(count), [50, 2, 0, 0])
  block(2 ** 30)
  block(1_000)
  block(Number.NaN)
  t.same(seen(count), [50, 2, 0, 0])
  t.equal(count.pastEnd, 3)
  t.notOk(count.heed(PAGE, { fileOffset: 1_000, maximumDataSize: 64, pageSize: 50 }))
  t.notOk(count.isAllAsked)
  count.heed(END, { fileOffset: 0, maximumDataSize: 0, status: 0 })
  t.equal(count.octets, 100, 'ended early: it has what it asked for')
  t.equal(count.endStatus, 0)
  block(950)
  t.ok(count.isAllAsked)
})

t.test('any client that takes what it is given is counted right', async () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.integer({ min: 1, max: 223 }),
      fc.integer({ min: 1, max: 255 }),
      fc.array(fc.boolean(), { minLength: 1 }),
      (size, blockSize, own, losses) => {
        const count = new BlockCount(size, blockSize)
        const block = Math.min(blockSize, own)
        let asked = 0
        let lost = 0
        for (let at = 0; at < size; asked++) {
          count.heed(BLOCK, { fileOffset: at, maximumDataSize: own })
          if (count.octets !== at) return false
          const isLost = losses[asked] === true
          if (isLost) lost++
          else at += Math.min(block, size - at)
        }
        return count.blocks === asked && count.retries === lost
      },
    ),
  )
})
