// `npm run bench:serial`: our share of a serial line beside lrzsz's XMODEM-1K and ZMODEM, on the same paced lines in the
// same run. Needs Debian's lrzsz. Ours has to reach its floor and to be the best on every line.

import { lrzsz, RIVALS, type Rival } from './rivals/lrzsz.ts'
import { LINES, type Line, lineName, ours, shareOf } from './serial-lines.ts'

const FLOOR = 0.98
/** The machine may have been busy. */
const ATTEMPTS = 3
const NAMES = Object.keys(RIVALS) as Rival[]

interface Row {
  readonly line: Line
  readonly share: number
  readonly beginMs: number
  readonly verifyMs: number
  readonly rivals: readonly number[]
}

async function row(line: Line): Promise<Row> {
  const [mine, ...theirs] = await Promise.all([ours(line), ...NAMES.map(name => lrzsz(name, line))])
  const { sendMs, beginMs, verifyMs } = mine
  return {
    line,
    share: shareOf(line, sendMs),
    beginMs,
    verifyMs,
    rivals: theirs.map(ms => shareOf(line, ms)),
  }
}

const passes = ({ share, rivals }: Row) => share >= FLOOR && rivals.every(other => share > other)

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

function table(rows: readonly Row[]): string {
  const cells = [
    ['line, latency each way', 'hanrig', ...NAMES, 'begin', 'verify', 'verdict'],
    ...rows.map(one => [
      lineName(one.line),
      percent(one.share),
      ...one.rivals.map(percent),
      `${Math.round(one.beginMs)} ms`,
      `${Math.round(one.verifyMs)} ms`,
      passes(one) ? 'pass' : 'FAIL',
    ]),
  ]
  const width = cells[0]!.map((_, column) => Math.max(...cells.map(line => line[column]!.length)))
  return cells
    .map(line =>
      line
        .map((cell, i) => (i === 0 ? cell.padEnd(width[i]!) : cell.padStart(width[i]!)))
        .join('  '),
    )
    .join('\n')
}

let rows: Row[] = []
for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
  rows = await Promise.all(LINES.map(row))
  if (rows.every(passes)) break
  if (attempt < ATTEMPTS)
    process.stderr.write('not enough; again, the machine may have been busy\n')
}
console.log(table(rows))
process.exitCode = rows.every(passes) ? 0 : 1
