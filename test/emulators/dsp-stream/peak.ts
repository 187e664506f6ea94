// The most that is held at a time, against adding up every minute by hand.

import fc from 'fast-check'
import t from 'tap'
import { Peak } from '#emulators/dsp-stream/peak'

const MINUTE = 60_000
const START = Date.UTC(2026, 0, 5)

t.test('nothing, one, and two that meet', async t => {
  const peak = new Peak()
  t.equal(peak.most, 0)
  peak.add(START, START + 30 * MINUTE)
  t.equal(peak.most, 1)
  peak.add(START + 10 * MINUTE, START + 40 * MINUTE)
  peak.add(START + 50 * MINUTE, START + 80 * MINUTE)
  t.equal(peak.most, 2)
})

t.test('as by hand, for whatever lengths', async () => {
  const spell = fc.record({
    from: fc.integer({ min: 0, max: 3_000 }),
    length: fc.integer({ min: 0, max: 3_000 }),
  })
  fc.assert(
    fc.property(fc.array(spell, { minLength: 1, maxLength: 40 }), spells => {
      const sorted = [...spells].sort((a, b) => a.from - b.from)
      const peak = new Peak()
      for (const { from, length } of sorted) {
        peak.add(START + from * MINUTE, START + (from + length) * MINUTE)
      }
      const most = sorted.map(
        at => sorted.filter(e => e.from <= at.from && at.from <= e.from + e.length).length,
      )
      return peak.most === Math.max(...most)
    }),
  )
})
