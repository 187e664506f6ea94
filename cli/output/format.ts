// Numbers for people, in plain English and the same on every machine: no locale, decimal units (1 kB = 1000 B),
// a space before the unit. Two units at most, because nobody reads a third.

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A length of time: '238 ms', '5.2 s', '3 min 13 s', '2 h 43 min', '5 d 3 h'. */
export function duration(ms: number): string {
  if (ms < 0) return `-${duration(-ms)}`
  if (ms === 0) return '0 s'
  if (ms < SECOND - 0.5) return `${Math.max(1, Math.round(ms))} ms`
  // Rounded before it is split, so that 59.9 s becomes 1 min and not 60 s.
  const whole = round(ms)
  const parts: string[] = []
  const days = Math.floor(whole / DAY)
  const hours = Math.floor((whole % DAY) / HOUR)
  const minutes = Math.floor((whole % HOUR) / MINUTE)
  const seconds = (whole % MINUTE) / SECOND
  if (days > 0) parts.push(`${count(days)} d`)
  if (hours > 0) parts.push(`${hours} h`)
  if (minutes > 0) parts.push(`${minutes} min`)
  if (seconds > 0) parts.push(`${seconds} s`)
  return parts.join(' ')
}

function round(ms: number): number {
  const step =
    ms < 10 * SECOND - 50
      ? SECOND / 10
      : ms < HOUR - SECOND / 2
        ? SECOND
        : ms < DAY - MINUTE / 2
          ? MINUTE
          : HOUR
  return Math.round(ms / step) * step
}

/** A length of time with every millisecond, for limits that turn on one: '180.001 s'. */
export function exactSeconds(ms: number): string {
  return `${(ms / SECOND).toFixed(3)} s`
}

/** An amount of data with three digits: '512 B', '750 kB', '1.2 MB'. */
export function octets(n: number): string {
  if (n < 1_000) return `${n} B`
  if (n < 999_500) return `${threeDigits(n / 1e3)} kB`
  if (n < 999_500_000) return `${threeDigits(n / 1e6)} MB`
  if (n < 999_500_000_000) return `${threeDigits(n / 1e9)} GB`
  return `${threeDigits(n / 1e12)} TB`
}

/** A whole number with its thousands apart: '25,000'. */
export function count(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A share of one: 0.002 is '0.2 %'. */
export function percent(share: number): string {
  return `${threeDigits(share * 100)} %`
}

/** A moment of the run, counted from its start: '02:31:34'. Hours go on after 23. */
export function clockTime(ms: number): string {
  const seconds = Math.floor(ms / SECOND)
  const two = (n: number) => String(n).padStart(2, '0')
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map(two)
    .join(':')
}

/** clockTime with milliseconds: '02:31:34.626'. */
export function exactClockTime(ms: number): string {
  return `${clockTime(ms)}.${String(Math.floor(ms % SECOND)).padStart(3, '0')}`
}

/** A moment of the calendar: '2026-01-05 09:00:00 UTC'. */
export function utcTime(unixMs: number): string {
  return `${new Date(unixMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** A word in hexadecimal, all its digits: '0x01020304'. */
export function hexWord(n: number, digits = 8): string {
  return `0x${(n >>> 0).toString(16).padStart(digits, '0')}`
}

function threeDigits(n: number): number {
  return Number(n.toPrecision(3))
}
