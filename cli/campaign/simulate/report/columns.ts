// Days as the columns of a chart, with their dates beneath.

import type { CampaignPlan } from '#core/campaign/plan'
import { scale, textWidth } from '../../../drawing/axis.ts'
import type { Frame } from '../../../drawing/chart-frame.ts'
import { FONT } from '../../../drawing/frame.ts'
import { LabelRow } from '../../../drawing/labels.ts'
import { type Markup, markup } from '../../../drawing/markup.ts'
import { dateOf } from '../../words/words.ts'

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
