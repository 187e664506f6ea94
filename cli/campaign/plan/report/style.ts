// What the charts of a plan look like beside the style of every page: a colour for each Supplier, and one for each constraint.

import type { Binding } from '#core/campaign/plan'
import { SERIES } from './load-chart.ts'

const COLOURS = ['wan', 'activate', 'download', 'forward', 'verify', 'outage', 'good', 'wait']

const BINDING_COLOURS: Readonly<Record<Binding, string>> = {
  none: 'line',
  wish: 'wan',
  unscheduled: 'verify',
  capacity: 'alert',
  share: 'download',
  precedence: 'activate',
  'day-boundary': 'forward',
}

export const PLAN_STYLE = `
${Array.from({ length: SERIES }, (_, i) => `.series-${i}{fill:var(--${COLOURS[i]})}`).join('')}
main>p:first-child{margin-top:16px}
.capacity{fill:none;stroke:var(--alert);stroke-width:1.6;stroke-dasharray:6 3}
${Object.entries(BINDING_COLOURS)
  .map(
    ([kind, colour]) =>
      `.binds-${kind}{fill:var(--${colour})}.waits-${kind}{stroke:var(--${colour})}`,
  )
  .join('')}
.waits{fill:none;stroke-width:.8;stroke-dasharray:2 2}
.wanted{stroke:var(--dim);stroke-width:1.2;stroke-dasharray:2 3}
.released{fill:var(--wan)}.due{fill:var(--wan);fill-opacity:.35}
.deadline{stroke:var(--good);stroke-width:3;fill:none}.missed-deadline{stroke:var(--bad)}
@media screen and (max-width:700px){figure{overflow-x:auto}figure>svg.drawing{min-width:860px}}
`
