// Dates as a portfolio and an option write them. Apart from the schema, so that an option needs no schema to be read.

export const DATE = /^\d{4}-\d{2}-\d{2}$/
const DAY_MS = 86_400_000

/** Days since 1970-01-01 of a date that the calendar has. */
export function unixDayOf(date: string): number | undefined {
  if (!DATE.test(date)) return undefined
  const unixMs = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(unixMs)) return undefined
  // Date.parse takes 30 February for 2 March.
  return new Date(unixMs).toISOString().startsWith(date) ? unixMs / DAY_MS : undefined
}
