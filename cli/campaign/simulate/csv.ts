// A simulation as CSV: days, batches and histograms, a file each in one directory.

import { join } from 'node:path'
import { binsOf, type Played } from '#emulators/campaign/result'
import { csvLine } from '../../output/csv-line.ts'
import { makeDirectory, writeWhole } from '../../output/files.ts'
import { batchRecords, dayRecords, histograms } from './records.ts'

/** Writes days.csv, batches.csv and histograms.csv. @throws HanrigError FILE_UNWRITABLE. */
export function writeTables(directory: string, played: Played): void {
  makeDirectory(directory)
  writeWhole(join(directory, 'days.csv'), csv(dayRecords(played)))
  writeWhole(join(directory, 'batches.csv'), csv(batchRecords(played)))
  const bins = histograms(played).flatMap(([of, unit, counts, width]) =>
    binsOf(counts, width).map(([from, to, devices]) => ({ of, unit, from, to, devices })),
  )
  writeWhole(join(directory, 'histograms.csv'), csv(bins))
}

function csv(records: readonly Readonly<Record<string, unknown>>[]): string {
  const columns = Object.keys(records[0] ?? {})
  const rows = records.map(record => columns.map(column => record[column] ?? ''))
  return [columns, ...rows].map(csvLine).join('')
}
