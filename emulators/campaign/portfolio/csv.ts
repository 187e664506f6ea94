// A portfolio as CSV (RFC 4180): a header, then a row for each request. Every cell is told by its line, its number in the
// row, and the name of its column.

import { CsvError, parse } from 'csv-parse/sync'
import { parseValues } from '../../language/issues.ts'
import { orKnown } from '../../language/nearest.ts'
import type { Finder } from '../../language/places.ts'
import type { Problem } from '../../language/problems.ts'
import { show } from '../../language/wording.ts'
import {
  COLUMNS,
  MAX_REQUESTS,
  NEEDED_COLUMNS,
  requestSchema,
  type WrittenRequest,
} from './schema.ts'

/** Columns whose cells are texts even where they look like numbers. */
const TEXTS: ReadonlySet<string> = new Set([
  'supplier',
  'request',
  'at',
  'generation',
  'deviceType',
  'region',
  'pattern',
  'cohort',
  'version',
  'follows',
  'base',
])

const NUMBER = /^\d{1,15}(\.\d{1,9})?$/

/** More than there are names for, so that a header in error is told by its names. */
const MAX_COLUMNS = 100

interface Row {
  readonly line: number
  readonly cells: readonly string[]
}

/** The requests of a text; what is wrong goes to `problems`. */
export function requestsOfCsv(text: string, problems: Problem[]): WrittenRequest[] {
  const rows = rowsOf(text, problems)
  const header = rows?.[0]
  if (!rows || !header) return []
  if (header.cells.length > MAX_COLUMNS) {
    bad(problems, header.line, 1, `the header has more than ${MAX_COLUMNS} columns.`)
    return []
  }
  const columns = columnsOf(header, problems)
  if (problems.length > 0) return []
  if (rows.length < 2) bad(problems, header.line, 1, 'the file has a header and no request.')
  if (rows.length - 1 > MAX_REQUESTS) {
    bad(problems, header.line, 1, `the file has more than ${MAX_REQUESTS} requests.`)
    return []
  }
  return rows.slice(1).flatMap(row => requestOf(row, columns, problems) ?? [])
}

function rowsOf(text: string, problems: Problem[]): Row[] | undefined {
  try {
    const records = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      trim: true,
      skip_empty_lines: true,
      // Enough to see that there are too many.
      to: MAX_REQUESTS + 2,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
    }) as unknown as { record: string[]; info: { lines: number } }[]
    if (records.length === 0) bad(problems, 1, 1, 'the file is empty.')
    // The parser tells the last line of a row whose cells have several.
    return records.map(({ record, info }) => {
      const breaks = record.reduce((sum, cell) => sum + cell.split(/\r\n|\n|\r/).length - 1, 0)
      return { line: info.lines - breaks, cells: record }
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const { lines = 1, index = 0 } = error as { lines?: number; index?: number }
    bad(problems, lines, index + 1, sentenceOf(error.code))
    return undefined
  }
}

/** What the header is separated by: a spreadsheet may write semicolons or tabs. */
function delimiterOf(text: string): string {
  const header = /^[^\r\n]*/.exec(text)![0]
  return [',', ';', '\t'].find(delimiter => header.includes(delimiter)) ?? ','
}

const CSV_ERRORS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quoted cell is never closed.',
  INVALID_OPENING_QUOTE:
    'a quote stands inside a cell that is not quoted; double it and quote the cell.',
  CSV_INVALID_CLOSING_QUOTE:
    'something follows the closing quote of a cell; double a quote inside it.',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE:
    'something follows the closing quote of a cell; double a quote inside it.',
}

function sentenceOf(code: string): string {
  return CSV_ERRORS[code] ?? `this is not CSV (${code}).`
}

/** The key of each column: names are told apart by their letters, so that "Per day" and per_day are perDay. */
function columnsOf({ line, cells }: Row, problems: Problem[]): string[] {
  const plain = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '')
  const keys = cells.map((name, i) => {
    const key = COLUMNS.find(column => plain(column) === plain(name))
    if (key === undefined) {
      bad(problems, line, i + 1, `no column is called ${show(name)}${orKnown(name, COLUMNS)}`)
    }
    return key ?? ''
  })
  for (const [i, key] of keys.entries()) {
    if (key !== '' && keys.indexOf(key) < i) {
      bad(problems, line, i + 1, `the column ${key} is there twice.`)
    }
  }
  for (const key of NEEDED_COLUMNS) {
    if (!keys.includes(key)) bad(problems, line, 1, `the column ${key} is missing.`)
  }
  return keys
}

function requestOf(
  { line, cells }: Row,
  columns: readonly string[],
  problems: Problem[],
): WrittenRequest | undefined {
  if (cells.length > columns.length) {
    const count = `the row has ${cells.length} cells and the header ${columns.length}; quote a cell with a comma.`
    bad(problems, line, columns.length + 1, count)
    return undefined
  }
  const raw: Record<string, unknown> = {}
  for (const [i, cell] of cells.entries()) {
    if (cell === '') continue
    const key = columns[i]!
    raw[key] = NUMBER.test(cell) && !TEXTS.has(key) ? Number(cell) : cell
  }
  const place = ([key]: readonly PropertyKey[]) => {
    return { line, column: Math.max(0, columns.indexOf(String(key))) + 1 }
  }
  const places: Finder = { whole: 'the row', ofValue: place, ofKey: place }
  return parseValues(requestSchema, raw, places, problems)
}

function bad(problems: Problem[], line: number, column: number, sentence: string): void {
  problems.push({ line, column, sentence })
}
