// What binds when: a strip per Supplier, a cell per day. A day on which a Supplier waits and nothing of it goes is hollow, in
// the colour of what it waits for.

import { type Batch, BINDINGS, type CampaignPlan } from '#core/campaign/plan'
import { picture, WIDTHS } from '../../../drawing/frame.ts'
import { legend } from '../../../drawing/legend.ts'
import { type Markup, markup } from '../../../drawing/markup.ts'
import { BINDING_NAMES } from '../../words/words.ts'
import { type DayAxis, dayTicks, LEFT, RIGHT } from './days.ts'
import { round, type Series } from './load-chart.ts'

const ROW = 24
const STRIP = 15
const TOP = 6

export function bindingChart(plan: CampaignPlan, axis: DayAxis, series: readonly Series[]): Markup {
  const bottom = TOP + series.length * ROW
  const title = 'What bound the batches of each Supplier, day by day'
  return picture(
    { id: 'binds', title, width: WIDTHS.wide, height: bottom + 24 },
    markup`${dayTicks(plan, axis, TOP, bottom)}
${series.map((each, i) => strip(plan, axis, each, TOP + i * ROW))}
<line class="axis" x1="${LEFT}" y1="${bottom}" x2="${RIGHT}" y2="${bottom}"/>`,
  )
}

/** A path for each kind of cell; of a column with several the one with the most devices is shown. */
function strip(
  plan: CampaignPlan,
  axis: DayAxis,
  { name, suppliers }: Series,
  top: number,
): Markup {
  const { columns, perColumn, x } = axis
  const most = Array.from({ length: columns }, (): Batch | undefined => undefined)
  const waits = Array.from({ length: columns }, (): Batch | undefined => undefined)
  for (const batch of plan.batches) {
    if (!batch.large || !suppliers.includes(batch.supplier)) continue
    const column = Math.floor(batch.day / perColumn)
    const there = most[column]
    if (!there || there.devices < batch.devices) most[column] = batch
    for (let day = batch.day - batch.waited; day < batch.day; day++) {
      waits[Math.floor(Math.max(0, day) / perColumn)] = batch
    }
  }
  const paths = new Map<string, string>()
  for (const [column, batch] of most.entries()) {
    const waiting = waits[column]
    if (!batch && !waiting) continue
    const kind = batch ? `binds-${batch.binding}` : `waits waits-${waiting!.heldBy}`
    const [left, right] = [round(x(column * perColumn)), round(x((column + 1) * perColumn) - 0.8)]
    const cell = `M${left} ${top + 4}H${right}V${top + 4 + STRIP}H${left}z`
    paths.set(kind, (paths.get(kind) ?? '') + cell)
  }
  const label = name.length > 30 ? `${name.slice(0, 29)}…` : name
  return markup`<g><text class="tick" x="${LEFT - 7}" y="${top + 16}" text-anchor="end">${label}<title>${name}</title></text>${[
    ...paths,
  ].map(([kind, path]) => markup`<path class="${kind}" d="${path}"/>`)}</g>`
}

/** What the colours mean; only those that are there. */
export function bindingLegend({ batches }: CampaignPlan): Markup {
  const large = batches.filter(batch => batch.large)
  const there = BINDINGS.filter(binding => large.some(batch => batch.binding === binding))
  const waits = BINDINGS.filter(held =>
    large.some(({ waited, heldBy }) => waited > 0 && heldBy === held),
  )
  return legend([
    ...there.map(binding => [`binds-${binding}`, BINDING_NAMES[binding]] as const),
    ...waits.map(held => [`waits waits-${held}`, `waiting: ${BINDING_NAMES[held]}`] as const),
  ])
}
