// The tables of the page: everything that a drawing shows, in figures, for those who quote it and for those who do
// not see the drawing.

import { count, duration, exactClockTime } from '../format.ts'
import { alertName, findAlerts } from './alerts.ts'
import { type Mark, textOfMark } from './marks.ts'
import { type Markup, markup, type Piece } from './markup.ts'
import { boxName } from './pictures.ts'
import type { RunReport } from './run-report.ts'
import {
  countFaults,
  countRefusals,
  LINK_NAMES,
  type LinkFaults,
  REFUSAL_NAMES,
} from './tallies.ts'
import { type FoldedPhase, PHASE_NAMES } from './timeline.ts'

/** Rows beyond which a list refers to the trace; an even number. */
const MOST_ROWS = 160

interface Column {
  readonly name: string
  readonly className?: string
}

const NUMBER = 'number'
const TIME = 'time'

/** A table whose first column heads its rows. */
function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Piece[])[],
  footer?: readonly Piece[],
): Markup {
  const attribute = ({ className }: Column) =>
    className ? markup` class="${className}"` : undefined
  const cells = (row: readonly Piece[]) =>
    row.map((piece, i) =>
      i === 0
        ? markup`<th scope="row"${attribute(columns[0]!)}>${piece}</th>`
        : markup`<td${attribute(columns[i]!)}>${piece}</td>`,
    )
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<thead><tr>${columns.map(column => markup`<th scope="col"${attribute(column)}>${column.name}</th>`)}</tr></thead>
<tbody>${rows.map(row => markup`<tr>${cells(row)}</tr>\n`)}</tbody>
${footer && markup`<tfoot><tr>${cells(footer)}</tr></tfoot>`}</table></div>`
}

/** A number, and nothing to be seen where there was nothing. */
function amount(n: number): Markup {
  return n === 0 ? markup`<span class="nil">0</span>` : markup`${count(n)}`
}

const FAULTS = ['lost', 'damaged', 'dropped', 'duplicated', 'reordered', 'overflowed'] as const

export function faultTable({ events }: RunReport): Markup {
  const links = countFaults(events)
  const total = (fault: (typeof FAULTS)[number]) =>
    links.reduce((sum, link) => sum + link[fault], 0)
  const row = (link: LinkFaults) => [
    markup`${LINK_NAMES[link.link] ?? link.link} <span class="dim">${LINK_NAMES[link.link] ? link.link : ''}</span>`,
    ...FAULTS.map(fault => amount(link[fault])),
  ]
  return table(
    'Frame faults by link',
    [
      { name: 'Link' },
      { name: 'Lost', className: NUMBER },
      { name: 'Corrupted, delivered', className: NUMBER },
      { name: 'Corrupted, dropped by the medium', className: NUMBER },
      { name: 'Duplicated', className: NUMBER },
      { name: 'Reordered', className: NUMBER },
      { name: 'No room', className: NUMBER },
    ],
    links.map(row),
    ['All links', ...FAULTS.map(fault => amount(total(fault)))],
  )
}

export function refusalTable({ events }: RunReport): Markup {
  const causes = countRefusals(events)
  if (causes.size === 0) return markup`<p class="dim">No block was refused.</p>`
  const boxes = [...new Set([...causes.values()].flatMap(each => [...each.keys()]))].sort()
  return table(
    'Refused blocks by cause',
    [{ name: 'Cause' }, ...boxes.map(box => ({ name: `At ${boxName(box)}`, className: NUMBER }))],
    [...causes].map(([cause, counts]) => [
      markup`${REFUSAL_NAMES[cause] ?? cause} <span class="dim">${REFUSAL_NAMES[cause] ? cause : ''}</span>`,
      ...boxes.map(box => amount(counts.get(box) ?? 0)),
    ]),
  )
}

export function alertTable({ events }: RunReport): Markup {
  const alerts = findAlerts(events)
  if (alerts.length === 0) return markup`<p class="dim">No alert was raised.</p>`
  const rows = alerts
    .slice(0, MOST_ROWS)
    .map(({ code, raised, received, detail, verdict }) => [
      code,
      alertName(code),
      raised
        ? markup`<span class="time">${exactClockTime(raised.t)}</span> by ${boxName(raised.by)}`
        : 'not in the trace',
      received
        ? markup`<span class="time">${exactClockTime(received.t)}</span> by ${boxName(received.by)}`
        : markup`<span class="no">never</span>`,
      verdict
        ? markup`${detail}${detail ? '; ' : ''}<strong>${verdict.suppressed ? 'suppressed' : 'forwarded'}</strong>: ${verdict.reason}`
        : detail,
    ])
  return table(
    'Alerts',
    [
      { name: 'Code' },
      { name: 'Meaning' },
      { name: 'Raised' },
      { name: 'Received' },
      { name: 'Detail and verdict' },
    ],
    excerpt(rows),
  )
}

export function phaseTable(phases: readonly FoldedPhase[]): Markup {
  const rows = phases.map(({ kind, lane, from, to, state, times, spent }) => [
    times > 1 ? `${PHASE_NAMES[kind]}, ${count(times)} times` : PHASE_NAMES[kind],
    boxName(lane),
    exactClockTime(from),
    state === 'open' ? markup`<span class="no">not ended</span>` : exactClockTime(to),
    duration(spent),
    state === 'failed'
      ? markup`<span class="no">failed</span>`
      : state === 'open'
        ? undefined
        : 'done',
  ])
  return table(
    'Phases',
    [
      { name: 'Phase' },
      { name: 'Where' },
      { name: 'From', className: NUMBER },
      { name: 'To', className: NUMBER },
      { name: 'Duration', className: NUMBER },
      { name: 'End' },
    ],
    excerpt(rows),
  )
}

export function sequenceTable(marks: readonly Mark[]): Markup {
  const rows = marks.map(mark => [exactClockTime(mark.t), boxName(mark.lane), textOfMark(mark)])
  return table(
    'Sequence of events',
    [{ name: 'Time', className: TIME }, { name: 'Box' }, { name: 'Event' }],
    excerpt(rows),
  )
}

/** The first and the last rows of many: how it began and how it ended. */
function excerpt(rows: readonly (readonly Piece[])[]): (readonly Piece[])[] {
  if (rows.length <= MOST_ROWS) return [...rows]
  const half = MOST_ROWS / 2
  const gap = markup`<span class="dim">${count(rows.length - MOST_ROWS)} more in the trace</span>`
  const empty = rows[0]!.slice(1).map(() => undefined)
  return [...rows.slice(0, half), [gap, ...empty], ...rows.slice(-half)]
}
