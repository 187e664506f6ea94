import fc from 'fast-check'
import t from 'tap'
import { CLOSED, COMING, PageMap } from '#core/ota/page-map'

t.test('a page map agrees with a list of octets, whatever comes in whatever order', async () => {
  const block = fc.record({
    /** Sevenths of a cell: most blocks lie on the grid. */
    at: fc.oneof(
      fc.nat(60).map(cell => cell * 7),
      fc.nat(450),
    ),
    length: fc.oneof(fc.constant(7), fc.integer({ min: 1, max: 20 })),
  })
  fc.assert(
    fc.property(
      fc.record({
        start: fc.nat(1000),
        pageSize: fc.integer({ min: 1, max: 400 }),
        beyond: fc.integer({ min: 1, max: 500 }),
      }),
      fc.array(block, { maxLength: 120, size: 'max' }),
      ({ start, pageSize, beyond }, blocks) => {
        const map = new PageMap(pageSize, 7)
        const length = map.open(start, start + beyond)
        const end = start + length
        const held = new Set<number>()
        let taken = 0
        const cellEnd = (cell: number) => Math.min(start + 7 * (cell + 1), end)
        for (const { at, length } of blocks) {
          const offset = start + at
          const cell = Math.floor(at / 7)
          const fills = offset < end && at % 7 === 0 && offset + length >= cellEnd(cell)
          if (map.lacks(offset, length) !== (fills && !held.has(cell))) return false
          if (offset >= end) continue
          map.take(offset, offset + length)
          taken++
          if (fills) held.add(cell)
          let frontier = offset
          while (frontier < end && held.has(Math.floor((frontier - start) / 7))) {
            frontier = cellEnd(Math.floor((frontier - start) / 7))
          }
          if (map.frontier(offset) !== frontier) return false
        }
        return length === Math.min(pageSize, beyond) && map.count === taken
      },
    ),
    { numRuns: 200 },
  )
})

t.test(
  'a page that is not open lacks nothing, and a new one holds nothing of the last',
  async t => {
    const map = new PageMap(96, 48)
    t.equal(map.phase, CLOSED)
    t.equal(map.lacks(0, 48), false)
    t.equal(map.open(100, 1000), 96)
    t.equal(map.phase, COMING)
    map.take(148, 196)
    t.equal(map.lacks(148, 48), false)
    t.equal(map.lacks(52, 48), false, 'before it')
    t.equal(map.lacks(196, 48), false, 'after it')
    map.close()
    t.equal(map.lacks(100, 48), false)
    map.open(100, 1000)
    t.equal(map.count, 0)
    t.equal(map.lacks(148, 48), true)
  },
)

t.test('a page of no octets needs no memory', async t => {
  const map = new PageMap(0, 48)
  t.equal(map.open(0, 100), 0)
  t.equal(map.lacks(0, 48), false)
  t.equal(map.frontier(5), 5)
})
