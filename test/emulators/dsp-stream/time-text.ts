// Times of a stream are read and written as Date does it, without a Date for each.

import fc from 'fast-check'
import t from 'tap'
import { parseTime, writeTime } from '#emulators/dsp-stream/time-text'

const out = new Float64Array(1)
const octets = new Uint8Array(64)

function parsed(text: string): number | undefined {
  const { written } = new TextEncoder().encodeInto(text, octets)
  return parseTime(octets, 0, written, out, 0) ? out[0] : undefined
}

t.test('any moment from 1970 to 9999 is written as Date writes it and read back', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), ms => {
      const end = writeTime(octets, 2, ms)
      const text = String.fromCharCode(...octets.subarray(2, end))
      return text === new Date(ms).toISOString() && parsed(text) === ms && parsed(String(ms)) === ms
    }),
    { numRuns: 2_000 },
  )
})

t.test('shorter forms are read', async t => {
  t.equal(parsed('2026-01-05T09:00:00Z'), Date.UTC(2026, 0, 5, 9))
  t.equal(parsed('2026-01-05 09:00:00.5Z'), Date.UTC(2026, 0, 5, 9) + 500)
  t.equal(parsed('2024-02-29T23:59:59.25Z'), Date.UTC(2024, 1, 29, 23, 59, 59, 250))
  t.equal(parsed('0'), 0)
})

t.test('what is no time is refused', async t => {
  for (const bad of [
    '',
    '-1',
    '1e3',
    '12.5',
    '2026-01-05',
    '2026-01-05T09:00:00',
    '2026-01-05T09:00:00+00:00',
    '2026-02-29T09:00:00Z',
    '2100-02-29T09:00:00Z',
    '2026-13-01T09:00:00Z',
    '2026-00-01T09:00:00Z',
    '2026-04-31T09:00:00Z',
    '2026-01-05T24:00:00Z',
    '2026-01-05T09:60:00Z',
    '2026-01-05T09:00:60Z',
    '2026-01-05T09:00:00.Z',
    '2026-01-05T09:00:00.1234Z',
    '2026-01-05X09:00:00Z',
    '2026-01-05T09:00:0xZ',
    '9999999999999999',
  ]) {
    t.equal(parsed(bad), undefined, JSON.stringify(bad))
  }
})
