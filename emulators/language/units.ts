// How quantities are written in a scenario: a number and its unit, never a bare number that could mean another one.
// Reading is exact decimal arithmetic; a text that is no quantity, or no whole number of the base unit, is undefined.

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

type Unit = readonly [name: string, factor: number]

/** Largest first: a sum is written in this order. */
const TIME_UNITS: readonly Unit[] = [
  ['d', DAY],
  ['h', HOUR],
  ['min', MINUTE],
  ['s', SECOND],
  ['ms', 1],
]

/** kB and MB are decimal (SI), KiB and MiB binary (IEC 80000-13). */
const SIZE_UNITS: readonly Unit[] = [
  ['MiB', 1024 * 1024],
  ['MB', 1_000_000],
  ['KiB', 1024],
  ['kB', 1_000],
  ['B', 1],
]

const NUMBER = '\\d{1,12}(?:\\.\\d{1,9})?'
const TERMS = TIME_UNITS.map(([name]) => `(?: ?${NUMBER} ?${name})?`).join('')

/** '250 ms', '90s', '1 h 30 min': each unit once at most, the largest first. */
export const DURATION = new RegExp(`^(?=\\d)${TERMS}$`)
/** A duration that may lie before: '-5 min'. */
export const SIGNED_DURATION = new RegExp(`^-?(?=\\d)${TERMS}$`)
/** '127 B', '64 KiB', '1.2 MB'. */
export const SIZE = new RegExp(`^${NUMBER} ?(?:${SIZE_UNITS.map(([name]) => name).join('|')})$`)
/** '5 %'; without the sign a probability is a number from 0 to 1. */
export const PERCENTAGE = /^(?:100(?:\.0{1,9})?|\d{1,2}(?:\.\d{1,9})?) ?%$/
/** ISO 8601 in UTC: '2026-01-05T09:00:00Z'. */
export const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z$/

/** Milliseconds of a duration. */
export function durationOf(text: string): number | undefined {
  if (!SIGNED_DURATION.test(text)) return undefined
  const sum = sumOf(text, TIME_UNITS)
  return text.startsWith('-') && sum !== undefined && sum > 0 ? -sum : sum
}

/** Octets of a size. */
export function sizeOf(text: string): number | undefined {
  return SIZE.test(text) ? sumOf(text, SIZE_UNITS) : undefined
}

/** A percentage as a share of one. */
export function shareOf(text: string): number | undefined {
  return PERCENTAGE.test(text) ? Number.parseFloat(text) / 100 : undefined
}

/** Unix milliseconds of a moment that the calendar has. */
export function instantOf(text: string): number | undefined {
  if (!INSTANT.test(text)) return undefined
  const unixMs = Date.parse(text)
  // Date.parse takes 30 February for 2 March.
  const said = text.slice(0, 'YYYY-MM-DDTHH:MM'.length)
  const meant = Number.isNaN(unixMs) ? '' : new Date(unixMs).toISOString()
  return meant.startsWith(said) ? unixMs : undefined
}

/** Whole milliseconds the way durationOf reads them: '1 h 30 min', '0 s'. */
export function writeDuration(ms: number): string {
  if (ms < 0) return `-${writeDuration(-ms)}`
  const terms: string[] = []
  for (const [name, factor] of TIME_UNITS) {
    const times = Math.floor(ms / factor)
    if (times > 0) terms.push(`${times} ${name}`)
    ms -= times * factor
  }
  return terms.join(' ') || '0 s'
}

/** Whole octets the way sizeOf reads them, in the largest unit that leaves no fraction. */
export function writeSize(octets: number): string {
  for (const [name, factor] of SIZE_UNITS) {
    if (octets >= factor && octets % factor === 0) return `${octets / factor} ${name}`
  }
  return '0 B'
}

/** The sum of all terms in the base unit, when that is a whole number. */
function sumOf(text: string, units: readonly Unit[]): number | undefined {
  let billionths = 0n
  for (const [, whole = '', fraction = '', unit] of text.matchAll(
    /(\d+)(?:\.(\d+))?\s*([A-Za-z]+)/g,
  )) {
    const factor = units.find(([name]) => name === unit)![1]
    billionths += BigInt(whole + fraction.padEnd(9, '0')) * BigInt(factor)
  }
  if (billionths % 1_000_000_000n !== 0n) return undefined
  const sum = Number(billionths / 1_000_000_000n)
  return Number.isSafeInteger(sum) ? sum : undefined
}
