// What the days of a simulation look like: devices that were updated, against what a day can carry; and the AD1s with
// what the DSP did with them.

import type { Played } from '#emulators/campaign/result'
import { amountAxis, bar, chart, type Frame } from '../../../drawing/chart-frame.ts'
import { type Markup, markup } from '../../../drawing/markup.ts'
import { count } from '../../../output/format.ts'
import { dateOf } from '../../words/words.ts'
import { byColumn, type Columns, columnsOf, dateAxis } from './columns.ts'

/** A series of bars: its class, its name, and how many it has on a day. */
type Series = readonly [className: string, name: string, of: (day: number) => number]

export function updatedSeries({ tally }: Played): Series[] {
  return [
    ['updated', 'updated', day => tally.onDay(day, 'updated')],
    ['not-updated', 'failed', day => tally.onDay(day, 'failed')],
  ]
}

/** Devices that were done with on each day, and the capacity of the days on which something is released. */
export function updatedChart(played: Played): Markup {
  const { plan, tally } = played
  const { capacity } = plan.settings
  const best = Math.max(0, ...days(tally.size.days).map(day => tally.onDay(day, 'updated')))
  return chart(
    'updated',
    'Devices updated a day, against the capacity',
    `At most ${count(best)} a day over ${count(tally.size.days)} days; ${count(capacity)} can be released a day.`,
    270,
    frame => {
      const columns = columnsOf(tally.size.days, frame)
      const limits = byColumn(columns, day => plan.days[day]?.capacity ?? Number.NaN)
      const most = Math.max(...limits.filter(limit => limit > 0), 0)
      const { y, axis, bars } = stack(played, frame, columns, updatedSeries(played), most)
      const line = limits
        .flatMap((limit, i) => {
          if (Number.isNaN(limit)) return []
          const to = `${i === 0 ? 'M' : 'L'}${columns.x(i).toFixed(1)} ${y(limit).toFixed(1)}`
          return [`${to}H${columns.x(i + 1).toFixed(1)}`]
        })
        .join('')
      return markup`${axis}${bars}<path class="capacity" d="${line}"/>
<text class="limit-name" x="${frame.left}" y="14">capacity: ${count(capacity)} a day</text>`
    },
  )
}

export function ad1Series({ tally }: Played): Series[] {
  const genuine = (day: number) => tally.onDay(day, 'genuine') - tally.onDay(day, 'hidden')
  return [
    ['ad1-suppressed', 'suppressed', day => tally.onDay(day, 'suppressed')],
    ['ad1-genuine', 'forwarded, genuine outage', genuine],
    ['ad1-false', 'forwarded, activation', day => tally.onDay(day, 'forwarded') - genuine(day)],
  ]
}

/** AD1s raised on each day, parted by what became of them; days on which a genuine one was hidden are marked. */
export function ad1Chart(played: Played): Markup {
  const { tally } = played
  return chart(
    'ad1',
    'AD1s a day: suppressed, forwarded, hidden',
    `${count(tally.sum('raised'))} raised, ${count(tally.sum('suppressed'))} suppressed, ${count(tally.sum('forwarded'))} forwarded, ${count(tally.sum('hidden'))} genuine ones hidden.`,
    270,
    frame => {
      const columns = columnsOf(tally.size.days, frame)
      const { axis, bars } = stack(played, frame, columns, ad1Series(played), 0)
      const hidden = byColumn(columns, day => tally.onDay(day, 'hidden'))
      return markup`${axis}${bars}${hidden.map((n, i) => {
        if (n === 0) return undefined
        const x = (columns.x(i) + columns.x(i + 1)) / 2
        return markup`<path class="glyph alert" d="M${x - 4.5} 8h9l-4.5 8z"><title>${count(n * columns.perColumn)} genuine outages hidden</title></path>`
      })}`
    },
  )
}

/** Bars on each other, a column of days each. */
function stack(
  { plan }: Played,
  frame: Frame,
  columns: Columns,
  series: readonly Series[],
  least: number,
): { y: (n: number) => number; axis: Markup; bars: Markup[] } {
  const amounts = series.map(([, , of]) => byColumn(columns, of))
  const sums = amounts[0]!.map((_, i) => amounts.reduce((sum, each) => sum + each[i]!, 0))
  const { y, axis } = amountAxis(Math.max(least, ...sums), frame)
  const bars = sums.map((sum, i) => {
    if (sum === 0) return markup``
    const said = series.map(([, name], s) => `${count(amounts[s]![i]!)} ${name}`).join(', ')
    let below = 0
    const rects = series.map(([className], s) => {
      const amount = amounts[s]![i]!
      if (amount === 0) return undefined
      const rect = bar(className, columns.x(i), columns.x(i + 1), y(below), y(below + amount))
      below += amount
      return rect
    })
    return markup`<g><title>${dateOf(plan, i * columns.perColumn)}: ${said}</title>${rects}</g>\n`
  })
  return { y, axis: markup`${axis}${dateAxis(plan, columns, frame)}`, bars }
}

function days(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i)
}
