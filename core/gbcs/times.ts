// Times as GBCS messages write them: GeneralizedTime of DER, 'YYYYMMDDHHMMSSZ' in ASCII, and the twelve octets of a DLMS
// date-time (year, month, day, weekday, hour, minute, second, hundredths, deviation from UTC, status), whose fields may each be
// "not specified". Inside hanrig a time is Unix milliseconds.

/** Octets of a GeneralizedTime and of a DLMS date-time. */
export const GENERALIZED_TIME_LENGTH = 15
export const DLMS_TIME = 12

export const DAY_MS = 86_400_000
/** What is read where there is no day. */
export const NO_DAY = -0x4000_0000
/** What is read where there is no moment, Unix ms. */
export const NO_MOMENT = NO_DAY * DAY_MS
const NOT_SPECIFIED = 0xff
const YEAR_NOT_SPECIFIED = 0xffff
const DEVIATION_NOT_SPECIFIED = -0x8000
/** Months FD and FE: daylight saving ends and begins. Days FD and FE: second last and last of the month. */
const SPECIAL = 0xfd
const MAX_DEVIATION = 720
const ZERO = 48
const Z = 90

/** Days from 1970-01-01 to a date of the Gregorian calendar. */
export function unixDay(year: number, month: number, day: number): number {
  // Years that begin in March: the leap day is their last one.
  const y = month > 2 ? year : year - 1
  const era = Math.floor(y / 400)
  const ofEra = y - era * 400
  const ofYear = (((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) | 0) + day - 1
  return era * 146_097 + ofEra * 365 + ((ofEra / 4) | 0) - ((ofEra / 100) | 0) + ofYear - 719_468
}

/** Days of a month, 1..12. */
export function daysOfMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Unix ms of the 15 octets at `at`, or NO_MOMENT when they are none that the calendar has. */
export function readGeneralizedTime(dv: DataView, at: number): number {
  const day = generalizedDay(dv, at)
  const ms = generalizedMs(dv, at)
  return day === NO_DAY || ms < 0 ? NO_MOMENT : day * DAY_MS + ms
}

// A moment is read as two small whole numbers: one large number, handed from function to function, would be made anew
// each time (16 B).

/** The day of a GeneralizedTime since 1970, or NO_DAY. */
export function generalizedDay(dv: DataView, at: number): number {
  const century = two(dv, at)
  const ofCentury = two(dv, at + 2)
  const month = two(dv, at + 4)
  const day = two(dv, at + 6)
  if ((century | ofCentury | month | day) < 0) return NO_DAY
  const year = 100 * century + ofCentury
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return NO_DAY
  return unixDay(year, month, day)
}

/** The milliseconds of a GeneralizedTime since its day began, negative when they or the Z are none. */
export function generalizedMs(dv: DataView, at: number): number {
  const hour = two(dv, at + 8)
  const minute = two(dv, at + 10)
  const second = two(dv, at + 12)
  if ((hour | minute | second) < 0 || dv.getUint8(at + 14) !== Z) return -1
  return hour > 23 || minute > 59 || second > 59 ? -1 : (hour * 3600 + minute * 60 + second) * 1000
}

/**
 * Writes a moment as a GeneralizedTime, its milliseconds left out.
 * @param unixMs of the years 0 to 9999.
 * @returns the offset behind it.
 */
export function writeGeneralizedTime(dv: DataView, at: number, unixMs: number): number {
  const date = new Date(unixMs)
  const year = date.getUTCFullYear()
  if (!(year >= 0 && year <= 9999)) throw new RangeError(`${unixMs} is not of the years 0 to 9999`)
  put(dv, at, (year / 100) | 0)
  put(dv, at + 2, year % 100)
  put(dv, at + 4, date.getUTCMonth() + 1)
  put(dv, at + 6, date.getUTCDate())
  put(dv, at + 8, date.getUTCHours())
  put(dv, at + 10, date.getUTCMinutes())
  put(dv, at + 12, date.getUTCSeconds())
  dv.setUint8(at + 14, Z)
  return at + GENERALIZED_TIME_LENGTH
}

/** Whether each field of the date-time at `at` is in its range or not specified, and the date one of the calendar. */
export function dlmsTimeIsSound(dv: DataView, at: number): boolean {
  const year = dv.getUint16(at)
  const month = dv.getUint8(at + 2)
  const day = dv.getUint8(at + 3)
  if (month < 1 || (month > 12 && month < SPECIAL)) return false
  if (day < 1 || (day > 31 && day < SPECIAL)) return false
  // In a year that is not specified February may have its leap day.
  const leapOrNot = year === YEAR_NOT_SPECIFIED ? 2000 : year
  if (month <= 12 && day <= 31 && day > daysOfMonth(leapOrNot, month)) return false
  const weekday = dv.getUint8(at + 4)
  const deviation = dv.getInt16(at + 9)
  return (
    (weekday === NOT_SPECIFIED || (weekday >= 1 && weekday <= 7)) &&
    isWithin(dv.getUint8(at + 5), 23) &&
    isWithin(dv.getUint8(at + 6), 59) &&
    isWithin(dv.getUint8(at + 7), 59) &&
    isWithin(dv.getUint8(at + 8), 99) &&
    (deviation === DEVIATION_NOT_SPECIFIED || Math.abs(deviation) <= MAX_DEVIATION)
  )
}

/**
 * Unix ms of a sound DLMS date-time, or NO_MOMENT when its date, hour or minute is not specified. Seconds and hundredths that
 * are not specified count as 0, a deviation so as UTC: GBCS times are UTC.
 */
export function readDlmsTime(dv: DataView, at: number): number {
  return dlmsDay(dv, at) * DAY_MS + dlmsMs(dv, at)
}

/** The day of a sound DLMS date-time since 1970; NO_DAY when its date, hour or minute is not specified. */
export function dlmsDay(dv: DataView, at: number): number {
  const year = dv.getUint16(at)
  const month = dv.getUint8(at + 2)
  const day = dv.getUint8(at + 3)
  if (year === YEAR_NOT_SPECIFIED || month > 12 || day > 31) return NO_DAY
  const isTimed = dv.getUint8(at + 5) !== NOT_SPECIFIED && dv.getUint8(at + 6) !== NOT_SPECIFIED
  return isTimed ? unixDay(year, month, day) : NO_DAY
}

/**
 * The milliseconds of a sound DLMS date-time since its day began, the deviation from UTC taken off: they may be another day's. 0
 * where it has no day.
 */
export function dlmsMs(dv: DataView, at: number): number {
  if (dlmsDay(dv, at) === NO_DAY) return 0
  const hour = dv.getUint8(at + 5)
  const minute = dv.getUint8(at + 6)
  const second = dv.getUint8(at + 7)
  const hundredths = dv.getUint8(at + 8)
  const deviation = dv.getInt16(at + 9)
  const minutes = hour * 60 + minute + (deviation === DEVIATION_NOT_SPECIFIED ? 0 : deviation)
  return (
    minutes * 60_000 +
    (second === NOT_SPECIFIED ? 0 : second * 1000) +
    (hundredths === NOT_SPECIFIED ? 0 : hundredths * 10)
  )
}

/**
 * Writes a moment as the public vectors do: weekday, deviation and status not specified, hundredths 0.
 * @param unixMs of the years 0 to 9999.
 * @returns the offset behind it.
 */
export function writeDlmsTime(dv: DataView, at: number, unixMs: number): number {
  const date = new Date(unixMs)
  const year = date.getUTCFullYear()
  if (!(year >= 0 && year <= 9999)) throw new RangeError(`${unixMs} is not of the years 0 to 9999`)
  dv.setUint16(at, year)
  dv.setUint8(at + 2, date.getUTCMonth() + 1)
  dv.setUint8(at + 3, date.getUTCDate())
  dv.setUint8(at + 4, NOT_SPECIFIED)
  dv.setUint8(at + 5, date.getUTCHours())
  dv.setUint8(at + 6, date.getUTCMinutes())
  dv.setUint8(at + 7, date.getUTCSeconds())
  dv.setUint8(at + 8, 0)
  dv.setInt16(at + 9, DEVIATION_NOT_SPECIFIED)
  dv.setUint8(at + 11, NOT_SPECIFIED)
  return at + DLMS_TIME
}

function isWithin(value: number, max: number): boolean {
  return value === NOT_SPECIFIED || value <= max
}

/** Two digits, or a negative number. */
function two(dv: DataView, at: number): number {
  const tens = dv.getUint8(at) - ZERO
  const ones = dv.getUint8(at + 1) - ZERO
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : 10 * tens + ones
}

function put(dv: DataView, at: number, value: number): void {
  dv.setUint8(at, ZERO + ((value / 10) | 0))
  dv.setUint8(at + 1, ZERO + (value % 10))
}
