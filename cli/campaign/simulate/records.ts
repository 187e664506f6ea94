// A simulation for programs: JSON Lines whose last line sums up, and tables as CSV.

import { join } from 'node:path'
import { SUPPRESSION_REASONS } from '#core/power/suppression'
import { binsOf, type Played, summaryOf } from '#emulators/campaign/result'
import { BY_BATCH, CUT_BIN, DURATION_BIN } from '#emulators/campaign/tally'
import { csvLine } from '../../output/csv-line.ts'
import type { JsonLines } from '../../output/output.ts'
import type { Output } from '../../output/outputs.ts'
import { dateOf } from '../words/words.ts'

export function writeSimulation(played: Played, lines: JsonLines): void {
  const { name, plan, simulation, tally } = played
  const { seed, engine, fields } = simulation
  lines.write({ name: 'simulation', portfolio: name, start: dateOf(plan, 0), seed, engine, fields })
  for (const day of dayRecords(played)) lines.write({ name: 'day', ...day })
  for (const batch of batchRecords(played)) lines.write({ name: 'batch', ...batch })
  for (const [of, unit, bins, width] of histograms(played)) {
    lines.write({ name: 'histogram', of, unit, bins: binsOf(bins, width) })
  }
  lines.write({
    name: 'verdicts',
    reasons: Object.fromEntries(
      SUPPRESSION_REASONS.map((reason, i) => [reason, tally.verdicts[i]]),
    ),
  })
  lines.write({ name: 'summary', ...summaryOf(played) })
}

/** A day each, those after the last release too. */
export function dayRecords({ plan, tally }: Played) {
  return Array.from({ length: tally.size.days }, (_, day) => ({
    day,
    date: dateOf(plan, day),
    capacity: plan.days[day]?.capacity,
    released: tally.onDay(day, 'released'),
    updated: tally.onDay(day, 'updated'),
    failed: tally.onDay(day, 'failed'),
    ad1Raised: tally.onDay(day, 'raised'),
    ad1Suppressed: tally.onDay(day, 'suppressed'),
    ad1Forwarded: tally.onDay(day, 'forwarded'),
    ad1Genuine: tally.onDay(day, 'genuine'),
    ad1HiddenGenuine: tally.onDay(day, 'hidden'),
  }))
}

/** A batch each, in the plan's order. */
export function batchRecords({ plan, tally }: Played) {
  const { suppliers, requests } = plan.portfolio
  return plan.batches.map(({ day, supplier, request, devices, dueDay }, i) => ({
    day,
    date: dateOf(plan, day),
    supplier: suppliers[supplier]!,
    request: requests[request]!.name,
    devices,
    due: dateOf(plan, dueDay),
    ...Object.fromEntries(BY_BATCH.map(name => [name, tally.ofBatch(i, name)])),
  }))
}

/** Name, unit, counts and width of a bin of each. */
export function histograms({ tally }: Played): [string, string, Int32Array, number][] {
  return [
    ['retries', 'attempts', tally.retries, tally.size.retriesBin],
    ['download', 'ms', tally.durations, DURATION_BIN],
    ['download-shared', 'ms', tally.sharedDurations, DURATION_BIN],
    ['supply-cut', 'ms', tally.cuts, CUT_BIN],
  ]
}

/** The files of the tables in a directory, by what they hold; none without one. */
export function tableFiles(directory: string | undefined) {
  const at = (name: string) => (directory === undefined ? undefined : join(directory, name))
  return { days: at('days.csv'), batches: at('batches.csv'), histograms: at('histograms.csv') }
}

/** Writes the tables that there is an output for. */
export function writeTables(
  outputs: Readonly<Record<keyof ReturnType<typeof tableFiles>, Output | undefined>>,
  played: Played,
): void {
  outputs.days?.write(csv(dayRecords(played)))
  outputs.batches?.write(csv(batchRecords(played)))
  const bins = histograms(played).flatMap(([of, unit, counts, width]) =>
    binsOf(counts, width).map(([from, to, devices]) => ({ of, unit, from, to, devices })),
  )
  outputs.histograms?.write(csv(bins))
}

function csv(records: readonly Readonly<Record<string, unknown>>[]): string {
  const columns = Object.keys(records[0] ?? {})
  const rows = records.map(record => columns.map(column => record[column] ?? ''))
  return [columns, ...rows].map(csvLine).join('')
}
