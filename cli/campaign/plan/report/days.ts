// The axis of days that all charts of a plan share: dates, at the closest step whose labels do not touch. Of plans longer
// than the page is wide, several days are one column.

import type { CampaignPlan } from '#core/campaign/plan'
import { scale } from '../../../drawing/axis.ts'
import { WIDTHS } from '../../../drawing/frame.ts'
import { type Markup, markup } from '../../../drawing/markup.ts'
import { dateOf } from '../../words/words.ts'

export const LEFT = 196
export const RIGHT = WIDTHS.wide - 12
/** Columns beyond which days are put together. */
const MOST_COLUMNS = 290
const STEPS = [1, 2, 7, 14, 28, 56, 91, 182, 364, 728]
const LABEL_WIDTH = 74

export interface DayAxis {
  /** Days in the plan, and how many are one column. */
  readonly days: number
  readonly perColumn: number
  readonly columns: number
  /** Left edge of a day. */
  readonly x: (day: number) => number
}

/** @param days days from 0 on that the axis has room for. */
export function dayAxis(days: number): DayAxis {
  const perColumn = Math.ceil(days / MOST_COLUMNS)
  const columns = Math.ceil(days / perColumn)
  return { days, perColumn, columns, x: scale(0, columns * perColumn, LEFT, RIGHT - LEFT) }
}

/** Dates under a chart and the lines that rise from them. */
export function dayTicks(
  plan: CampaignPlan,
  { days, x }: DayAxis,
  top: number,
  bottom: number,
): Markup {
  const step = STEPS.find(each => x(each) - x(0) > LABEL_WIDTH) ?? STEPS.at(-1)!
  const ticks = Array.from({ length: Math.ceil(days / step) }, (_, i) => i * step)
  return markup`${ticks.map(day => {
    const isRoom = x(day) + LABEL_WIDTH < RIGHT + 12
    const label = isRoom
      ? markup`<text class="tick" x="${x(day)}" y="${bottom + 15}">${dateOf(plan, day)}</text>`
      : undefined
    return markup`<line class="grid" x1="${x(day)}" y1="${top}" x2="${x(day)}" y2="${bottom + 3}"/>${label}`
  })}`
}
