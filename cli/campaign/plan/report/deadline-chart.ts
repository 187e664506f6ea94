// Requests against their deadlines: wanted from, released from first to last, due, and the deadline.

import type { CampaignPlan, RequestOutcome } from '#core/campaign/plan'
import { picture, WIDTHS } from '../../../drawing/frame.ts'
import { type Markup, markup } from '../../../drawing/markup.ts'
import { dateOf, requestName } from '../../words/words.ts'
import { type DayAxis, dayTicks, LEFT, RIGHT } from './days.ts'

const ROW = 24
const TOP = 6
/** Rows that are drawn; the table has all. */
export const MOST_DRAWN = 40

/** Those with the least to spare first, then those without a deadline in their order. */
export function byUrgency({ outcomes, portfolio }: CampaignPlan): RequestOutcome[] {
  const spare = ({ request, dueDay }: RequestOutcome) => {
    const { deadline } = portfolio.requests[request]!
    return deadline === undefined ? Number.MAX_SAFE_INTEGER : deadline - dueDay
  }
  return outcomes
    .filter(({ lastDay }) => lastDay >= 0)
    .sort((a, b) => spare(a) - spare(b) || a.request - b.request)
}

export function deadlineChart(plan: CampaignPlan, axis: DayAxis): Markup {
  const rows = byUrgency(plan).slice(0, MOST_DRAWN)
  const bottom = TOP + rows.length * ROW
  const title =
    'Requests from the day they were wanted to the day they are due, and their deadlines'
  return picture(
    { id: 'due', title, width: WIDTHS.wide, height: bottom + 24 },
    markup`${dayTicks(plan, axis, TOP, bottom)}
${rows.map((outcome, i) => row(plan, axis, outcome, TOP + i * ROW))}
<line class="axis" x1="${LEFT}" y1="${bottom}" x2="${RIGHT}" y2="${bottom}"/>`,
  )
}

function row(
  plan: CampaignPlan,
  { x, days }: DayAxis,
  outcome: RequestOutcome,
  top: number,
): Markup {
  const { request, firstDay, lastDay, dueDay } = outcome
  const { from, filed, deadline } = plan.portfolio.requests[request]!
  const name = requestName(plan, request)
  const label = name.length > 30 ? `${name.slice(0, 29)}…` : name
  const wanted = Math.max(0, from, filed)
  const isMissed = deadline !== undefined && dueDay > deadline
  const middle = top + 12
  const [start, end, due] = [x(firstDay), x(lastDay + 1), x(dueDay + 1)]
  // A deadline that lies beyond the chart is told in words only.
  const mark =
    deadline === undefined || deadline >= days ? undefined : Math.max(LEFT, x(deadline + 1))
  return markup`<g><title>${name}: wanted from ${dateOf(plan, wanted)}, released ${dateOf(plan, firstDay)} to ${dateOf(plan, lastDay)}, due ${dateOf(plan, dueDay)}${deadline === undefined ? '' : `, deadline ${dateOf(plan, deadline)}`}</title>
<text class="tick" x="${LEFT - 7}" y="${top + 16}" text-anchor="end">${label}</text>
<line class="wanted" x1="${x(wanted)}" y1="${middle}" x2="${start}" y2="${middle}"/>
<rect class="released" x="${start}" y="${top + 6}" width="${Math.max(1.5, end - start)}" height="12"/>
<rect class="due" x="${end}" y="${top + 9}" width="${Math.max(0, due - end)}" height="6"/>
${mark === undefined ? undefined : markup`<path class="${isMissed ? 'deadline missed-deadline' : 'deadline'}" d="M${mark} ${top + 2}V${top + 22}"/>`}</g>`
}
