// A row of CSV (RFC 4180), quoted where it must be; texts that a spreadsheet would compute are kept texts.

import { harmlessCell } from './harmless.ts'

/** Ends with CR LF, as RFC 4180 has it. */
export function csvLine(cells: readonly unknown[]): string {
  const quoted = cells.map(cell => {
    const text = typeof cell === 'string' ? harmlessCell(cell) : String(cell)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  })
  return `${quoted.join(',')}\r\n`
}
