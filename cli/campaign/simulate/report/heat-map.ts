// Deadlines as a map: a strip per Supplier, a cell per day of release, the darker the larger the share of its devices
// that did not have the image when their target response time was over.

import { type Fate, fates, type Played } from '#emulators/campaign/result'
import { textWidth } from '../../../drawing/axis.ts'
import { chart } from '../../../drawing/chart-frame.ts'
import { FONT } from '../../../drawing/frame.ts'
import { type Markup, markup } from '../../../drawing/markup.ts'
import { count, percent } from '../../../output/format.ts'
import { dateOf } from '../../words/words.ts'
import { type Columns, columnsOf, dateAxis } from './columns.ts'

/** Strips beyond which only the Suppliers with most missed are drawn. */
export const MOST_STRIPS = 24
const ROW = { wide: 26, narrow: 40 } as const
const CELL = 20
const NAMES = 190

/** Upper ends of the shares of a batch that missed its deadline, by shade. */
export const MISSED_STEPS = [0, 0.001, 0.0025, 0.005, 0.01, 0.05, 1] as const

export function heatMap(played: Played): Markup {
  const { plan } = played
  const all = fates(played).map((cells, supplier) => ({ supplier, cells, missed: missed(cells) }))
  const shown = all
    .filter(({ cells }) => cells.some(cell => cell !== undefined))
    .sort((a, b) => b.missed - a.missed || a.supplier - b.supplier)
    .slice(0, MOST_STRIPS)
    .sort((a, b) => a.supplier - b.supplier)
  const heights = { wide: 30 + shown.length * ROW.wide, narrow: 30 + shown.length * ROW.narrow }
  const total = shown.reduce((sum, each) => sum + each.missed, 0)
  return chart(
    'heat',
    'Devices that missed their deadline, by Supplier and day of release',
    `${count(total)} devices of ${count(shown.length)} Suppliers missed it.`,
    heights,
    frame => {
      const isWide = frame.name === 'wide'
      const own = { ...frame, left: isWide ? NAMES : 4, top: 4 }
      const columns = columnsOf(plan.days.length, own)
      const strips = shown.map(({ supplier, cells }, i) => {
        const y = 4 + i * ROW[frame.name] + (isWide ? 3 : 18)
        const name = cut(plan.portfolio.suppliers[supplier]!, isWide ? NAMES - 8 : frame.width - 10)
        const at = isWide ? { x: 0, y: y + 15 } : { x: 4, y: y - 5 }
        return markup`<g><text class="lane-name" x="${at.x}" y="${at.y}">${name}</text>${cellsOf(played, cells, columns, y)}</g>\n`
      })
      return markup`${dateAxis(plan, columns, own)}${strips}`
    },
  )
}

function cellsOf(
  { plan }: Played,
  cells: readonly (Fate | undefined)[],
  columns: Columns,
  y: number,
): Markup[] {
  return Array.from({ length: columns.count }, (_, column) => {
    const from = column * columns.perColumn
    const own = cells.slice(from, from + columns.perColumn).filter(cell => cell !== undefined)
    if (own.length === 0) return markup``
    const devices = own.reduce((sum, each) => sum + each.devices, 0)
    const lost = missed(own)
    const [x1, x2] = [columns.x(column), columns.x(column + 1)]
    const shade = MISSED_STEPS.findIndex(step => lost / devices <= step)
    return markup`<rect class="cell missed-${String(shade)}" x="${x1}" y="${y}" width="${Math.max(1, x2 - x1 - 1)}" height="${CELL}"><title>${dateOf(plan, from)}: ${count(devices)} devices, ${count(lost)} missed it (${percent(lost / devices)})</title></rect>`
  })
}

function missed(cells: readonly (Fate | undefined)[]): number {
  return cells.reduce((sum, cell) => sum + (cell ? cell.late + cell.expired : 0), 0)
}

/** A name, cut where it would run into the map. */
function cut(name: string, pixels: number): string {
  let text = name
  while (text.length > 1 && textWidth(text, FONT + 1) > pixels) text = `${text.slice(0, -2)}…`
  return text
}

/** What the shades stand for. */
export function shadeNames(): (readonly [string, string])[] {
  return MISSED_STEPS.map((step, shade) => [
    `cell missed-${shade}`,
    shade === 0
      ? 'none'
      : shade === MISSED_STEPS.length - 1
        ? `more than ${percent(MISSED_STEPS[shade - 1]!)}`
        : `up to ${percent(step)}`,
  ])
}
