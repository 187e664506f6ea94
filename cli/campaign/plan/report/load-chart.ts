// Large images a day, stacked by Supplier, against what a day can carry.

import { weightOf } from '#core/campaign/mp230'
import type { CampaignPlan } from '#core/campaign/plan'
import { amountTicks, scale } from '../../../drawing/axis.ts'
import { gridLine } from '../../../drawing/chart-frame.ts'
import { picture, WIDTHS } from '../../../drawing/frame.ts'
import { type Markup, markup } from '../../../drawing/markup.ts'
import { count } from '../../../output/format.ts'
import { dateOf } from '../../words/words.ts'
import { type DayAxis, dayTicks, LEFT, RIGHT } from './days.ts'

/** Suppliers that have a colour of their own; those with fewer devices share the last one. */
export const SERIES = 8
const TOP = 26
const BOTTOM = 250
const HEIGHT = 276

export interface Series {
  readonly name: string
  readonly suppliers: readonly number[]
}

/** Suppliers with large images, those with the most first; the colours of a page go by this. */
export function seriesOf({ portfolio, batches }: CampaignPlan): Series[] {
  const { suppliers } = portfolio
  const large = suppliers.map(() => 0)
  for (const batch of batches) if (batch.large) large[batch.supplier]! += batch.devices
  const order = suppliers.map((_, i) => i).filter(i => large[i]! > 0)
  order.sort((a, b) => large[b]! - large[a]! || a - b)
  if (order.length <= SERIES) return order.map(i => ({ name: suppliers[i]!, suppliers: [i] }))
  const others = order.slice(SERIES - 1)
  return [
    ...order.slice(0, SERIES - 1).map(i => ({ name: suppliers[i]!, suppliers: [i] })),
    { name: `${others.length} others`, suppliers: others },
  ]
}

export function loadChart(plan: CampaignPlan, axis: DayAxis, series: readonly Series[]): Markup {
  const { days, settings } = plan
  const columns = columnsOf(plan, axis, series)
  const totals = columns.map(column => column.reduce((a, b) => a + b, 0))
  const capacities = capacitiesOf(plan, axis)
  const most = Math.max(settings.capacity, ...totals)
  const y = scale(0, most * 1.05, BOTTOM, TOP - BOTTOM)
  const { x, perColumn } = axis
  const edge = (column: number) => x(column * perColumn)
  const gap = Math.min(1.5, (edge(1) - edge(0)) * 0.15)
  const stack = series.map((_, i) => {
    const path = columns.map((column, at) => {
      const amount = column[i]!
      if (amount === 0) return ''
      const below = column.slice(0, i).reduce((a, b) => a + b, 0)
      const [bottom, top] = [y(below), y(below + amount)]
      return `M${round(edge(at))} ${round(bottom)}V${round(top)}H${round(edge(at + 1) - gap)}V${round(bottom)}z`
    })
    return markup`<path class="series-${String(i)}" d="${path.join('')}"/>`
  })
  const limit = capacities
    .map(
      (capacity, at) =>
        `${at === 0 ? 'M' : 'L'}${round(edge(at))} ${round(y(capacity))}H${round(edge(at + 1))}`,
    )
    .join('')
  const busiest = totals.indexOf(Math.max(...totals))
  const title = 'Large images a day by Supplier, against the capacity'
  const description = `${count(days.length)} days; the most on ${dateOf(plan, Math.max(0, busiest * perColumn))}: ${count(Math.max(0, ...totals))} of ${count(settings.capacity)}.`
  return picture(
    { id: 'load', title, description, width: WIDTHS.wide, height: HEIGHT },
    markup`${dayTicks(plan, axis, TOP, BOTTOM)}
${amountTicks(most, 5).map(amount => gridLine(y(amount), count(amount), LEFT, RIGHT))}
${stack}
<path class="capacity" d="${limit}"/>
<text class="limit-name" x="${RIGHT}" y="${TOP - 12}" text-anchor="end">capacity: ${count(settings.capacity)} a day of all Users</text>
<line class="axis" x1="${LEFT}" y1="${BOTTOM}" x2="${RIGHT}" y2="${BOTTOM}"/>`,
  )
}

/** What each series has in each column: what counts, on the day on which it counts; an average where days are put together. */
function columnsOf(
  { batches, portfolio, settings }: CampaignPlan,
  { columns, perColumn }: DayAxis,
  series: readonly Series[],
): number[][] {
  const seriesOfSupplier = new Map(series.flatMap((each, i) => each.suppliers.map(s => [s, i])))
  const amounts = Array.from({ length: columns }, () => series.map(() => 0))
  for (const { large, supplier, request, day, loggedDay, devices } of batches) {
    if (!large) continue
    const counted = settings.countAt === '11.3' ? day : loggedDay
    const weight = weightOf(portfolio.requests[request]!.octets, settings)
    const column = amounts[Math.floor(counted / perColumn)]!
    column[seriesOfSupplier.get(supplier)!]! += (devices * weight) / perColumn
  }
  return amounts
}

function capacitiesOf({ days }: CampaignPlan, { columns, perColumn }: DayAxis): number[] {
  return Array.from({ length: columns }, (_, column) => {
    const own = days.slice(column * perColumn, (column + 1) * perColumn)
    const sum = own.reduce((total, { capacity }) => total + capacity, 0)
    return own.length === 0 ? (days.at(-1)?.capacity ?? 0) : sum / own.length
  })
}

export function round(n: number): number {
  return Math.round(n * 10) / 10
}
