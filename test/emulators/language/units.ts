// Quantities: every one that is written comes back as it was, and nothing that only looks like one is taken.

import fc from 'fast-check'
import { test } from 'tap'
import {
  DURATION,
  durationOf,
  INSTANT,
  instantOf,
  PERCENTAGE,
  SIGNED_DURATION,
  SIZE,
  shareOf,
  sizeOf,
  writeDuration,
  writeSize,
} from '#emulators/language/units'

const CENTURY = 100 * 365 * 86_400_000

test('a duration is a sum of units, the largest first', async t => {
  const wanted: [string, number][] = [
    ['250 ms', 250],
    ['10 s', 10_000],
    ['90s', 90_000],
    ['5 min', 300_000],
    ['2 h', 7_200_000],
    ['7 d', 604_800_000],
    ['1 h 30 min', 5_400_000],
    ['1h30min', 5_400_000],
    ['1.5 h', 5_400_000],
    ['0.001 s', 1],
    ['1.1 s', 1_100],
    ['1 d 1 h 1 min 1 s 1 ms', 90_061_001],
    ['-5 min', -300_000],
    ['0 s', 0],
    ['-0 s', 0],
  ]
  for (const [text, ms] of wanted) t.strictSame(durationOf(text), ms, text)
})

test('what is no duration is not taken for one', async t => {
  const not = [
    '',
    '5',
    '-',
    ' 5 s',
    '5 s ',
    '5  s',
    '5 S',
    '5 m',
    '5 mins',
    '30 min 1 h',
    '1 s 1 s',
    '1 d  5 s',
    '1 d   1 ms',
    '-  5 s',
  ]
  const neither = ['.5 s', '1. s', '1e3 s', '+1 s', '--1 s', '1,5 s', '1 h-30 min', 's', '0.0001 s']
  const tooLong = ['9999999999999 s', '999999999999 d']
  for (const text of [...not, ...neither, ...tooLong]) t.equal(durationOf(text), undefined, text)
})

test('sizes are decimal with k and M, binary with Ki and Mi, and whole', async t => {
  const wanted: [string, number | undefined][] = [
    ['750 kB', 750_000],
    ['64 KiB', 65_536],
    ['64KiB', 65_536],
    ['1.2 MB', 1_200_000],
    ['0.5 MiB', 524_288],
    ['4096 B', 4_096],
    ['0 B', 0],
    ['1.5 B', undefined],
    ['1.0001 kB', undefined],
    ['750 KB', undefined],
    ['750 kb', undefined],
    ['4096', undefined],
    ['-1 B', undefined],
    ['1 kB 1 B', undefined],
    ['999999999999 MiB', undefined],
  ]
  for (const [text, octets] of wanted) t.equal(sizeOf(text), octets, text)
})

test('a percentage is a share of one, from none to all', async t => {
  const wanted: [string, number | undefined][] = [
    ['5%', 0.05],
    ['5 %', 0.05],
    ['0.1 %', 0.001],
    ['0 %', 0],
    ['100 %', 1],
    ['100.0 %', 1],
    ['100.1 %', undefined],
    ['101 %', undefined],
    ['-1 %', undefined],
    ['5', undefined],
    ['%', undefined],
    ['5 % ', undefined],
  ]
  for (const [text, share] of wanted) t.equal(shareOf(text), share, text)
})

test('a time is in UTC and one that the calendar has', async t => {
  t.equal(instantOf('2026-01-05T09:00:00Z'), Date.UTC(2026, 0, 5, 9))
  t.equal(instantOf('2026-01-05T09:00Z'), Date.UTC(2026, 0, 5, 9))
  t.equal(instantOf('2026-01-05T09:00:00.250Z'), Date.UTC(2026, 0, 5, 9, 0, 0, 250))
  t.equal(instantOf('2028-02-29T00:00:00Z'), Date.UTC(2028, 1, 29))
  for (const text of [
    '2026-02-29T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-05T24:00:00Z',
    '2026-01-05T09:60:00Z',
    '2026-01-05T09:00:60Z',
    '2026-01-05T09:00:00',
    '2026-01-05T09:00:00+01:00',
    '2026-01-05',
  ]) {
    t.equal(instantOf(text), undefined, text)
  }
})

test('what is written is read as what it was', async t => {
  fc.assert(
    fc.property(fc.integer({ min: -CENTURY, max: CENTURY }), ms => {
      const text = writeDuration(ms)
      return durationOf(text) === ms && durationOf(text.replaceAll(' ', '')) === ms
    }),
  )
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.constantFrom(1, 1_000, 1_024), (n, unit) => {
      return sizeOf(writeSize(n * unit)) === n * unit
    }),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000 }),
      n => shareOf(`${n / 100} %`) === n / 100 / 100,
    ),
  )
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), unixMs => {
      return instantOf(new Date(unixMs).toISOString()) === unixMs
    }),
  )
  t.equal(writeDuration(5_400_000), '1 h 30 min')
  t.equal(writeDuration(0), '0 s')
  t.equal(writeSize(16 * 1024 * 1024), '16 MiB')
  t.equal(writeSize(127), '127 B')
  t.equal(writeSize(0), '0 B')
})

test('the patterns that editors get allow nothing that reading refuses for its form', async () => {
  const near = fc.stringMatching(
    /^-?[0-9]{1,3}(\.[0-9])? ?(ms|s|min|h|d|kB|KiB|B|MB|%)?( [0-9]s)?$/,
  )
  fc.assert(
    fc.property(near, text => {
      const whole = !text.includes('.')
      if (DURATION.test(text) && whole && durationOf(text) === undefined) return false
      if (SIZE.test(text) && whole && sizeOf(text) === undefined) return false
      if (!SIGNED_DURATION.test(text) && durationOf(text) !== undefined) return false
      if (DURATION.test(text) && !SIGNED_DURATION.test(text)) return false
      return PERCENTAGE.test(text) === (shareOf(text) !== undefined)
    }),
    { numRuns: 2_000 },
  )
  fc.assert(fc.property(fc.string(), text => INSTANT.test(text) || instantOf(text) === undefined))
})
