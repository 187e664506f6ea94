// A row of CSV (RFC 4180), quoted where it must be.

/** Ends with CR LF, as RFC 4180 has it. */
export function csvLine(cells: readonly unknown[]): string {
  const quoted = cells.map(cell => {
    const text = String(cell)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  })
  return `${quoted.join(',')}\r\n`
}
