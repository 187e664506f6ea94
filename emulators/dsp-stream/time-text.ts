// Times as streams carry them, to and from ASCII octets without a string: ISO 8601 in UTC, or whole Unix milliseconds.

const ZERO = 48
const MINUS = 45
const COLON = 58
const DOT = 46
const T = 84
const Z = 90
const SPACE = 32
const DAY = 86_400_000
/** Characters before the fraction: 2026-01-05T09:00:00. */
const TO_SECONDS = 19
const MOST_MS = 253_402_300_799_999

/**
 * Reads '2026-01-05T09:00:00.250Z' (with a space for the T, up to three decimals or none) or '1767603600250'.
 * @returns whether it is one, then out[at] is Unix ms, 0 to the end of the year 9999.
 */
export function parseTime(
  src: Uint8Array,
  from: number,
  to: number,
  out: Float64Array,
  at: number,
): boolean {
  const isIso = to - from > 15 && src[from + 4] === MINUS
  const ms = isIso ? isoTime(src, from, to) : wholeNumber(src, from, to)
  out[at] = ms
  return ms >= 0 && ms <= MOST_MS
}

function wholeNumber(src: Uint8Array, from: number, to: number): number {
  if (from === to || to - from > 15) return -1
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = src[i]! - ZERO
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

function isoTime(src: Uint8Array, from: number, to: number): number {
  const length = to - from
  const hasMarks =
    length > TO_SECONDS &&
    src[from + 7] === MINUS &&
    (src[from + 10] === T || src[from + 10] === SPACE) &&
    src[from + 13] === COLON &&
    src[from + 16] === COLON &&
    src[to - 1] === Z
  if (!hasMarks) return -1
  const year = wholeNumber(src, from, from + 4)
  const month = wholeNumber(src, from + 5, from + 7)
  const day = wholeNumber(src, from + 8, from + 10)
  const hour = wholeNumber(src, from + 11, from + 13)
  const minute = wholeNumber(src, from + 14, from + 16)
  const second = wholeNumber(src, from + 17, from + TO_SECONDS)
  const fraction = fractionOf(src, from + TO_SECONDS, to - 1)
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return -1
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return -1
  if (fraction < 0) return -1
  return (
    daysSinceEpoch(year, month, day) * DAY + ((hour * 60 + minute) * 60 + second) * 1000 + fraction
  )
}

/** Milliseconds of '', '.2', '.25' or '.250'. */
function fractionOf(src: Uint8Array, from: number, to: number): number {
  if (from === to) return 0
  const digits = to - from - 1
  if (src[from] !== DOT || digits < 1 || digits > 3) return -1
  const value = wholeNumber(src, from + 1, to)
  return value < 0 ? -1 : value * (digits === 1 ? 100 : digits === 2 ? 10 : 1)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Days from 1970-01-01 in the Gregorian calendar: years are counted from March, so that the leap day ends one. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1
  const fromMarch = (month + 9) % 12
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)
  return y * 365 + leaps + Math.floor((fromMarch * 153 + 2) / 5) + day - 1 - 719_468
}

/** Writes Unix ms as '2026-01-05T09:00:00.250Z', 24 octets. @returns the offset after it. */
export function writeTime(out: Uint8Array, at: number, ms: number): number {
  const days = Math.floor(ms / DAY)
  const inDay = ms - days * DAY
  // The inverse of daysSinceEpoch: eras of 400 years, 146,097 days each.
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  at = digits(out, at, year, 4)
  out[at++] = MINUS
  at = digits(out, at, month, 2)
  out[at++] = MINUS
  at = digits(out, at, dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1, 2)
  out[at++] = T
  at = digits(out, at, Math.floor(inDay / 3_600_000), 2)
  out[at++] = COLON
  at = digits(out, at, Math.floor(inDay / 60_000) % 60, 2)
  out[at++] = COLON
  at = digits(out, at, Math.floor(inDay / 1_000) % 60, 2)
  out[at++] = DOT
  at = digits(out, at, inDay % 1_000, 3)
  out[at++] = Z
  return at
}

function digits(out: Uint8Array, at: number, value: number, width: number): number {
  for (let i = at + width - 1; i >= at; i--) {
    out[i] = ZERO + (value % 10)
    value = Math.floor(value / 10)
  }
  return at + width
}
