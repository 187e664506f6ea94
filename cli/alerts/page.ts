// A judged stream as one HTML page: what was suppressed and what went wrong, against the windows and thresholds asked about.

import { SUPPRESSED, SUPPRESSION_REASONS } from '#core/power/suppression'
import { BY_ACTIVATION, GENUINE, UNKNOWN_CAUSE } from '#emulators/dsp-stream/event-batch'
import { type Count, MINUTES, type Tally } from '#emulators/dsp-stream/tally'
import { hanrigVersion } from '#emulators/storage/version'
import { legend } from '../drawing/legend.ts'
import { type Markup, markup } from '../drawing/markup.ts'
import { page } from '../drawing/page.ts'
import { STYLE } from '../drawing/style.ts'
import { type Tile, tileList } from '../drawing/table.ts'
import { count, duration, octets, percent } from '../output/format.ts'
import { errorChart, falseOf, hiddenOf, histogramChart, KIND_NAMES } from './chart.ts'
import { type AlertSummary, alertsOf, hasUnknown, notesOf } from './summary.ts'

const ALERTS_STYLE = `
.by-activation{fill:var(--activate)}.by-unknown{fill:var(--wait)}.by-unlisted{fill:var(--verify)}.by-genuine{fill:var(--wan)}
`

export function alertsPage(summary: AlertSummary): string {
  const { tally, madeUp, options } = summary
  const hanrig = hanrigVersion()
  const { main } = tally
  const title = madeUp ? 'AD1s of a made-up estate' : 'AD1s judged by MP102B'
  const histogram = histogramChart(tally)
  const body = markup`<header>
<h1>${title}</h1>
<p class="dim">Window ${duration(main.config.window)} after the recorded activation, its end ${main.config.endIncluded ? 'included' : 'excluded'}${main.config.early > 0 ? `, and ${duration(main.config.early)} before it` : ''}.${madeUp ? ` ${count(options.devices)} homes, ${String(options.days)} days, seed ${String(options.seed)}.` : ''}</p>
${tileList(tiles(summary))}
</header>
<main>
<h2>When AD1s came after an activation</h2>
${
  histogram
    ? markup`<figure>${histogram}${legend(kindsOf(tally))}</figure>`
    : markup`<p>No AD1 came within 75 minutes of an activation.</p>`
}
<h2>What other windows would have done</h2>
<div class="cards"><figure><h3>False AD1s that get through</h3>${errorChart({
    id: 'false',
    title: 'False AD1s that get through, by window',
    className: 'by-activation',
    rows: tally.windows.map(each => [duration(each.config.window), falseOf(each)]),
  })}</figure><figure><h3>Genuine outages hidden</h3>${errorChart({
    id: 'hidden',
    title: 'Genuine outages hidden, by window',
    className: 'by-genuine',
    rows: tally.windows.map(each => [duration(each.config.window), hiddenOf(each)]),
  })}</figure></div>
${countTable(
  'Window',
  tally.windows.map(each => [duration(each.config.window), each]),
)}
${thresholds(summary)}
<h2>Why AD1s went where they did</h2>
${reasonTable(main)}
${notesOf(summary).map(note => markup`<p class="dim">${note}</p>\n`)}
</main>
<footer><p>Made by hanrig ${hanrig}. The same version, events and options give the same page.</p></footer>`
  return page(title, hanrig, STYLE + ALERTS_STYLE, body)
}

function tiles({ tally, desk, events }: AlertSummary): Tile[] {
  const { main } = tally
  const known = alertsOf(main, BY_ACTIVATION) + alertsOf(main, GENUINE) > 0
  const how = known ? (hasUnknown(tally) ? 'partly estimated' : 'causes are known') : 'estimated'
  return [
    ['Events', count(events), `${count(desk.activations)} activations`],
    ['AD1s', count(main.alerts), `${count(desk.listed)} ESMEs listed`],
    ['Suppressed', count(main.of(SUPPRESSED)), share(main.of(SUPPRESSED), main)],
    ['Forwarded', count(main.forwarded()), share(main.forwarded(), main)],
    ['False, got through', count(falseOf(main)), how],
    ['Genuine, hidden', count(hiddenOf(main)), how],
    ['Memory', octets(desk.octets), 'list and records'],
  ]
}

/** The kinds that are in the picture: class and name. */
function kindsOf({ histogram }: Tally): [string, string][] {
  const isThere = (kind: number) =>
    histogram.subarray(kind * MINUTES, (kind + 1) * MINUTES).some(amount => amount > 0)
  return KIND_NAMES.filter(([kind]) => isThere(kind)).map(([, name, className]) => [
    className,
    name,
  ])
}

function thresholds({ tally }: AlertSummary): Markup {
  if (tally.withOutage === 0) return markup``
  return markup`<h2>What other supply thresholds would have done</h2>
<p class="dim">AD1 after an outage of more than that, and so much later unless the hub speaks when it is back; the window stays.</p>
${countTable(
  'AD1 after',
  tally.thresholds.map(each => [duration(each.threshold), each.count]),
)}`
}

/** Columns of a table of counts; the last two only where causes are not told. */
const COLUMNS: readonly (readonly [name: string, of: (each: Count) => number])[] = [
  ['AD1s', each => each.alerts],
  ['Suppressed', each => each.of(SUPPRESSED)],
  ['Forwarded', each => each.forwarded()],
  ['False, got through', each => each.falseThrough],
  ['Genuine, hidden', each => each.genuineHidden],
  ['Probably false', each => each.probablyFalse],
  ['Probably hidden', each => each.probablyHidden],
]
const KNOWN_COLUMNS = 5

function countTable(first: string, rows: readonly (readonly [string, Count])[]): Markup {
  const isEstimated = rows.some(([, each]) => alertsOf(each, UNKNOWN_CAUSE) > 0)
  const shown = isEstimated ? COLUMNS : COLUMNS.slice(0, KNOWN_COLUMNS)
  return markup`<div class="scroll"><table><thead><tr><th scope="col">${first}</th>${shown.map(([name]) => markup`<th class="number" scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map(
    ([name, each]) =>
      markup`<tr><th scope="row">${name}</th>${shown.map(([, of]) => markup`<td class="number">${count(of(each))}</td>`)}</tr>\n`,
  )}</tbody></table></div>`
}

function reasonTable(main: Count): Markup {
  return markup`<table><thead><tr><th scope="col">AD1</th><th scope="col">Reason</th><th class="number" scope="col">Number</th><th class="number" scope="col">Share</th></tr></thead><tbody>${SUPPRESSION_REASONS.map(
    (reason, verdict) =>
      markup`<tr><td>${verdict === SUPPRESSED ? 'suppressed' : 'forwarded'}</td><td>${reason}</td><td class="number">${count(main.of(verdict))}</td><td class="number">${share(main.of(verdict), main)}</td></tr>\n`,
  )}</tbody></table>`
}

function share(part: number, { alerts }: Count): string {
  return alerts === 0 ? '' : percent(part / alerts)
}
