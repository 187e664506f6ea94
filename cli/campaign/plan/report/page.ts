// A plan as one HTML page: when it ends, who must do what, and three charts; then all of it in tables.

import type { Lever } from '#core/campaign/levers'
import { type Binding, BREACHES, type CampaignPlan, isAccepted } from '#core/campaign/plan'
import { hanrigVersion } from '#emulators/storage/version'
import { legend } from '../../../drawing/legend.ts'
import { type Markup, markup } from '../../../drawing/markup.ts'
import { page } from '../../../drawing/page.ts'
import { STYLE } from '../../../drawing/style.ts'
import { type Tile, tileList } from '../../../drawing/table.ts'
import { count, percent } from '../../../output/format.ts'
import {
  dateOf,
  leverText,
  requestName,
  serviceDeskText,
  weekdayAndDate,
} from '../../words/words.ts'
import { bindingChart, bindingLegend } from './binding-chart.ts'
import { dayAxis } from './days.ts'
import { byUrgency, deadlineChart, MOST_DRAWN } from './deadline-chart.ts'
import { loadChart, SERIES, seriesOf } from './load-chart.ts'
import { answerTable, batchTable, noticeList, requestTable } from './tables.ts'

/** A colour for each Supplier, and one for each constraint. */
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

const PLAN_STYLE = `
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

export function planPage(name: string, plan: CampaignPlan, levers: readonly Lever[]): string {
  const hanrig = hanrigVersion()
  const body = markup`<header>
<h1>Campaign plan: ${name}</h1>
<p class="dim">Firmware under MP230. Day 0 is ${weekdayAndDate(plan, 0)}, UTC.</p>
${banner(plan)}
${tileList(tiles(plan))}
</header>
<main>
<p><strong>To end earlier.</strong> ${leverText(plan, levers)}</p>
<p><strong>Service Desk.</strong> ${sentence(serviceDeskText(plan))}</p>
${charts(plan)}
<h2>Notices</h2>
${noticeList(plan)}
<h2>Requests</h2>
${requestTable(plan)}
<h2>Batches</h2>
${batchTable(plan)}
<h2>How the open questions are answered</h2>
${answerTable(plan)}
</main>
<footer><p>Made by hanrig ${hanrig}. The same version, portfolio and answers give the same plan.</p></footer>`
  return page(`Campaign plan: ${name}`, hanrig, STYLE + PLAN_STYLE, body)
}

function banner(plan: CampaignPlan): Markup {
  if (isAccepted(plan)) {
    return markup`<div class="banner pass"><span class="word">✓ Fits</span><div><p>Every device has its day; nothing is refused and no deadline is missed.</p></div></div>`
  }
  const names = [...new Set([...plan.refusals, ...breaches(plan)].map(each => each.request))]
  return markup`<div class="banner fail"><span class="word">✗ Does not fit</span><div><p>Refused, late or failing: ${names
    .slice(0, 6)
    .map(each => requestName(plan, each))
    .join(
      '; ',
    )}${names.length > 6 ? ` and ${count(names.length - 6)} more` : ''}. See the notices.</p></div></div>`
}

function breaches({ notices }: CampaignPlan) {
  return notices.filter(({ kind }) => BREACHES.has(kind))
}

function tiles(plan: CampaignPlan): Tile[] {
  const { portfolio, days, lastDay, dueDay, outcomes, notices } = plan
  const { suppliers, requests } = portfolio
  const devices = requests.reduce((sum, each) => sum + each.devices, 0)
  const could = days.reduce((sum, { capacity }) => sum + capacity, 0)
  const used = days.reduce((sum, { counted }) => sum + counted, 0)
  const full = days.filter(({ counted, capacity }) => capacity > 0 && counted >= capacity).length
  const waits = outcomes.reduce((most, { longestWait }) => Math.max(most, longestWait), 0)
  const desk = outcomes.filter(({ needsServiceDesk }) => needsServiceDesk).length
  const missed = notices.filter(({ kind }) => kind === 'deadline-missed').length
  const deadlines = requests.filter(({ deadline }) => deadline !== undefined).length
  return [
    [
      'Devices',
      count(devices),
      `${count(suppliers.length)} Suppliers, ${count(requests.length)} requests`,
    ],
    ['Last release', lastDay < 0 ? 'none' : dateOf(plan, lastDay), `${count(days.length)} days`],
    [
      'Last TRT ends',
      dueDay < 0 ? '–' : dateOf(plan, dueDay),
      `${plan.settings.trtDays} ${plan.settings.trt} days each`,
    ],
    [
      'Capacity used',
      could === 0 ? '–' : percent(used / could),
      `${count(full)} of ${count(days.length)} days full`,
    ],
    ['Schedules', count(desk), 'to agree through the Service Desk'],
    ['Longest wait', waits === 0 ? 'none' : `${count(waits)} days`, 'until a batch could go'],
    ['Deadlines missed', count(missed), `of ${count(deadlines)}`],
  ]
}

function charts(plan: CampaignPlan): Markup {
  const series = seriesOf(plan)
  if (plan.lastDay < 0) return markup`<p class="dim">There is nothing to draw.</p>`
  const axis = dayAxis(plan.days.length)
  const deadlines = plan.portfolio.requests.flatMap(({ deadline }) => deadline ?? [])
  // A deadline years away would squeeze all the rest.
  const end = deadlines
    .filter(day => day < plan.dueDay * 2 + 14)
    .reduce((a, b) => Math.max(a, b), plan.dueDay)
  const drawn = byUrgency(plan).length
  const together =
    axis.perColumn > 1 ? ` Each column is the average of ${count(axis.perColumn)} days.` : ''
  const load =
    series.length === 0
      ? markup`<p class="dim">No image is large: nothing counts against the capacity.</p>`
      : markup`<h2>Large images a day</h2>
<figure><figcaption>By Supplier, against the capacity that all Users share.${together}</figcaption>${loadChart(plan, axis, series)}${legend(series.map(({ name }, i) => [`series-${i}`, name]))}</figure>
<h2>What binds when</h2>
<figure><figcaption>The constraint that kept a Supplier’s batch of a day from being larger.</figcaption>${bindingChart(plan, axis, series)}${bindingLegend(plan)}</figure>`
  return markup`${load}
<h2>Deadlines</h2>
<figure><figcaption>Dotted: wanted and waiting. Bar: from the first release to the last. Light: its target response time. Upright: the deadline.${drawn > MOST_DRAWN ? ` The ${MOST_DRAWN} with the least to spare of ${count(drawn)}.` : ''}</figcaption>${deadlineChart(plan, dayAxis(end + 2))}${legend(
    [
      ['released', 'released'],
      ['due', 'target response time'],
      ['deadline', 'deadline met'],
      ['deadline missed-deadline', 'deadline missed'],
    ],
  )}</figure>`
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`
}
