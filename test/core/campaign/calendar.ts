// Weekdays, working days, and London's date.

import t from 'tap'
import { addWorkingDays, isWorkingDay, londonDay, weekdayOf } from '#core/campaign/calendar'

const day = (year: number, month: number, date: number) =>
  Date.UTC(year, month - 1, date) / 86_400_000

t.test('weekdays agree with the calendar for forty years', async t => {
  for (let unixDay = day(2000, 1, 1); unixDay < day(2040, 1, 1); unixDay++) {
    const sunday0 = new Date(unixDay * 86_400_000).getUTCDay()
    if (weekdayOf(unixDay) !== (sunday0 + 6) % 7) t.fail(`${unixDay}`)
  }
  t.equal(weekdayOf(-1), 2, '1969-12-31 was a Wednesday')
})

t.test('working days leave out weekends and holidays', async t => {
  const friday = day(2026, 1, 9)
  t.equal(addWorkingDays(friday, 1, new Set()), day(2026, 1, 12))
  t.equal(addWorkingDays(friday, 1, new Set([day(2026, 1, 12)])), day(2026, 1, 13))
  t.equal(addWorkingDays(day(2026, 1, 10), 5, new Set()), day(2026, 1, 16))
  t.equal(addWorkingDays(friday, 0, new Set()), friday)
  t.notOk(isWorkingDay(day(2026, 1, 11), new Set()))
})

t.test('London’s date agrees with the time zone database', async t => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' })
  for (let unixDay = day(2024, 1, 1); unixDay < day(2029, 1, 1); unixDay++) {
    for (const minute of [0, 59, 60, 1_379, 1_380, 1_439]) {
      const london = format.format(unixDay * 86_400_000 + minute * 60_000)
      const ours = new Date(londonDay(unixDay, minute) * 86_400_000).toISOString().slice(0, 10)
      if (ours !== london) t.fail(`${ours} is ${london} at minute ${minute}`)
    }
  }
})
