// Days as whole numbers since 1970-01-01, the way a plan counts them: weekdays, working days, and the date on which a
// moment lies in London, whose days begin an hour earlier in summer.

const DAY_MS = 86_400_000
export const MINUTES_OF_DAY = 1_440
const MARCH = 2
const OCTOBER = 9

/** Weekday of a day: Monday is 0, Sunday is 6. */
export function weekdayOf(unixDay: number): number {
  return (((unixDay + 3) % 7) + 7) % 7
}

/** Monday to Friday, unless it is one of `holidays`. */
export function isWorkingDay(unixDay: number, holidays: ReadonlySet<number>): boolean {
  return weekdayOf(unixDay) < 5 && !holidays.has(unixDay)
}

/** The day that is `days` working days after `unixDay`; a plan that begins on a weekend counts from the Monday on. */
export function addWorkingDays(
  unixDay: number,
  days: number,
  holidays: ReadonlySet<number>,
): number {
  let day = unixDay
  for (let left = days; left > 0; ) {
    day++
    if (isWorkingDay(day, holidays)) left--
  }
  return day
}

/** The day on which a minute of a UTC day lies in London: the same day, or in summer the next one from 23:00 UTC. */
export function londonDay(unixDay: number, minute: number): number {
  return minute + 60 >= MINUTES_OF_DAY && endsInSummerTime(unixDay) ? unixDay + 1 : unixDay
}

/** British Summer Time begins and ends at 01:00 UTC of a Sunday (Summer Time Order 2002): by that day's end it has. */
function endsInSummerTime(unixDay: number): boolean {
  const year = new Date(unixDay * DAY_MS).getUTCFullYear()
  return unixDay >= lastSunday(year, MARCH) && unixDay < lastSunday(year, OCTOBER)
}

/** The last Sunday of a month of 31 days. */
function lastSunday(year: number, month: number): number {
  const last = Date.UTC(year, month, 31) / DAY_MS
  return last - ((weekdayOf(last) + 1) % 7)
}
