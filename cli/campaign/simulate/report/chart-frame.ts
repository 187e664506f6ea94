// The frame of a chart: how wide it is, an axis of days or of bins, an axis of amounts. Every chart is drawn twice, for
// wide pages and for narrow ones, so that its letters stay as large as the text around it.

import type { CampaignPlan } from '#core/campaign/plan'
import { amountTicks, scale, textWidth } from '../../../drawing/axis.ts'
import { LabelRow } from '../../../drawing/labels.ts'
import { type Markup, markup } from '../../../drawing/markup.ts'
import { count } from '../../../output/format.ts'
import { dateOf } from '../../words/words.ts'

export const FONT = 12

export interface Frame {
  readonly name: 'wide' | 'narrow'
  readonly width: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const WIDE = { name: 'wide', width: 1032, left: 64, right: 1020 } as const
const NARROW = { name: 'narrow', width: 360, left: 52, right: 352 } as const

/**
 * A chart in both frames.
 * @param id unique on the page.
 */
export function chart(
  id: string,
  title: string,
  description: string,
  height: number | Readonly<Record<Frame['name'], number>>,
  draw: (frame: Frame) => Markup,
): Markup {
  return markup`${[WIDE, NARROW].map(shape => {
    const own = `${id}-${shape.name}`
    const high = typeof height === 'number' ? height : height[shape.name]
    const frame = { ...shape, top: 26, bottom: high - 26 }
    return markup`<div class="${frame.name}"><svg class="drawing" viewBox="0 0 ${frame.width} ${high}" role="img" aria-labelledby="${own}-title ${own}-desc">
<title id="${own}-title">${title}</title>
<desc id="${own}-desc">${description}</desc>
${draw(frame)}
</svg></div>\n`
  })}`
}

/** Days as columns: of long plans several days are one. */
export interface Columns {
  readonly count: number
  readonly days: number
  readonly perColumn: number
  /** Left edge of a column. */
  readonly x: (column: number) => number
}

/** Pixels of a column at least. */
const NARROWEST = 3

export function columnsOf(days: number, { left, right }: Frame): Columns {
  const most = Math.floor((right - left) / NARROWEST)
  const perColumn = Math.max(1, Math.ceil(days / most))
  const columns = Math.max(1, Math.ceil(days / perColumn))
  return { count: columns, days, perColumn, x: scale(0, columns, left, right - left) }
}

/** Sums of what each day has, by column; an average where a column is several days. */
export function byColumn(
  { count: columns, perColumn, days }: Columns,
  of: (day: number) => number,
) {
  return Array.from({ length: columns }, (_, column) => {
    const from = column * perColumn
    const to = Math.min(days, from + perColumn)
    let sum = 0
    for (let day = from; day < to; day++) sum += of(day)
    return sum / (to - from)
  })
}

const STEPS = [1, 2, 7, 14, 28, 56, 91, 182, 364, 728, 1456]

/** Dates under the columns, and lines that rise from them. */
export function dateAxis(plan: CampaignPlan, columns: Columns, frame: Frame): Markup {
  const { x, perColumn, days } = columns
  const dayX = (day: number) => x(day / perColumn)
  const room = textWidth('2026-01-05', FONT, false) + 8
  const step = STEPS.find(each => dayX(each) - dayX(0) > room) ?? STEPS.at(-1)!
  const row = new LabelRow(0, frame.width, FONT)
  const { top, bottom, left, right } = frame
  return markup`${Array.from({ length: Math.ceil(days / step) }, (_, i) => {
    const day = i * step
    const placed = row.after(dayX(day), dateOf(plan, day))
    const label =
      placed && markup`<text class="tick" x="${placed.x}" y="${bottom + 17}">${placed.text}</text>`
    return markup`<line class="grid" x1="${dayX(day)}" y1="${top}" x2="${dayX(day)}" y2="${bottom + 4}"/>${label}`
  })}<line class="axis" x1="${left}" y1="${bottom}" x2="${right}" y2="${bottom}"/>`
}

/** Amounts beside the chart; returns the scale too. */
export function amountAxis(most: number, frame: Frame): { y: (n: number) => number; axis: Markup } {
  const { top, bottom, left, right } = frame
  const y = scale(0, Math.max(1, most) * 1.04, bottom, top - bottom)
  return {
    y,
    axis: markup`${amountTicks(Math.max(1, most), 4).map(amount => gridLine(y(amount), count(amount), left, right))}`,
  }
}

/** The same on a logarithmic scale: 1, 10, 100 and so on; 0 lies on the axis. */
export function logAxis(most: number, frame: Frame): { y: (n: number) => number; axis: Markup } {
  const { top, bottom, left, right } = frame
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(1, most) * 1.1)))
  // Half a decade below 1, so that a single one can be seen.
  const log = scale(-0.5, decades, bottom, top - bottom)
  const y = (n: number) => (n <= 0 ? bottom : log(Math.log10(n)))
  const ticks = Array.from({ length: decades + 1 }, (_, i) => 10 ** i)
  return { y, axis: markup`${ticks.map(n => gridLine(y(n), count(n), left, right))}` }
}

function gridLine(y: number, label: string, left: number, right: number): Markup {
  return markup`<line class="grid" x1="${left}" y1="${y}" x2="${right}" y2="${y}"/><text class="tick" x="${left - 7}" y="${y + 4}" text-anchor="end">${label}</text>`
}

/** A bar from one amount up to another, at least a hair high. */
export function bar(className: string, x1: number, x2: number, y1: number, y2: number): Markup {
  const gap = Math.min(1.5, (x2 - x1) * 0.15)
  const height = Math.max(0.75, y1 - y2)
  return markup`<rect class="${className}" x="${x1}" y="${y1 - height}" width="${x2 - x1 - gap}" height="${height}"/>`
}
