// What the charts of a plan look like beside the style of every page: a colour for each Supplier, and one for each constraint.

import { SERIES } from './load-chart.ts'

const COLOURS = ['wan', 'activate', 'download', 'forward', 'verify', 'outage', 'good', 'wait']

export const PLAN_STYLE = `
${Array.from({ length: SERIES }, (_, i) => `.series-${i}{fill:var(--${COLOURS[i]})}`).join('')}
main>p:first-child{margin-top:16px}
.capacity{fill:none;stroke:var(--alert);stroke-width:1.6;stroke-dasharray:6 3}
.binds-none{fill:var(--line)}.binds-wish{fill:var(--wan)}.binds-unscheduled{fill:var(--verify)}
.binds-capacity{fill:var(--alert)}.binds-share{fill:var(--download)}.binds-precedence{fill:var(--activate)}
.binds-day-boundary{fill:var(--forward)}
.binds-waiting{fill:none;stroke:var(--dim);stroke-width:.7;stroke-dasharray:2 2}
.wanted{stroke:var(--dim);stroke-width:1.2;stroke-dasharray:2 3}
.released{fill:var(--wan)}.due{fill:var(--wan);fill-opacity:.35}
.deadline{stroke:var(--good);stroke-width:3;fill:none}.missed-deadline{stroke:var(--bad)}
`
