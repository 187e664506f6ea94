// A simulation as one HTML page: what came of it in figures, five charts, then all of it in tables with every assumption.

import { DEFAULT_SUPPLY_MONITOR } from '#core/power/supply-monitor'
import { ad1Of, type Played, summaryOf } from '#emulators/campaign/result'
import { CUT_BIN, DURATION_BIN } from '#emulators/campaign/tally'
import { hanrigVersion } from '#emulators/storage/version'
import { timeTicks } from '../../../drawing/axis.ts'
import { FONT } from '../../../drawing/frame.ts'
import { legend } from '../../../drawing/legend.ts'
import { type Markup, markup, tied } from '../../../drawing/markup.ts'
import { page } from '../../../drawing/page.ts'
import { STYLE } from '../../../drawing/style.ts'
import { type Tile, tileList } from '../../../drawing/table.ts'
import { count, duration, percent } from '../../../output/format.ts'
import { weekdayAndDate } from '../../words/words.ts'
import { ad1Chart, ad1Series, updatedChart, updatedSeries } from './day-charts.ts'
import { heatMap, MOST_STRIPS, shadeNames } from './heat-map.ts'
import { amountsBetween, histogram } from './histogram.ts'
import { dayTable, endingTable, fieldTable, supplierTable, verdictTable } from './tables.ts'

const MISSED = ['--line', '--wan', '--wan', '--wan', '--activate', '--alert', '--alert'] as const
const OPACITY = [0.75, 0.35, 0.6, 0.9, 0.9, 0.75, 1] as const

const SIMULATION_STYLE = `
main>p:first-child{margin-top:16px}
.capacity{fill:none;stroke:var(--alert);stroke-width:1.8;stroke-dasharray:6 3}
.updated{fill:var(--wan)}.not-updated{fill:var(--bad)}
.ad1-suppressed{fill:var(--line)}.ad1-genuine{fill:var(--forward)}.ad1-false{fill:var(--alert)}
.retried{fill:var(--download)}.took{fill:var(--wan)}.took-shared{fill:var(--activate)}.cut{fill:var(--outage)}
${MISSED.map((colour, i) => `.missed-${i}{fill:var(${colour});fill-opacity:${OPACITY[i]}}`).join('')}
.about{min-width:260px}
.supplier{min-width:150px}
`

export function simulationPage(played: Played): string {
  const { name, plan, simulation } = played
  const hanrig = hanrigVersion()
  const body = markup`<header>
<h1>Campaign simulation: ${name}</h1>
<p class="dim">A plan under MP230 played in virtual time, device by device, from ${weekdayAndDate(plan, 0)} on. Days are UTC.</p>
${tileList(tiles(played).map(([name, value, small]) => [name, tied(value), tied(small)]))}
</header>
<main>
${days(played)}
${deadlines(played)}
${alerts(played)}
${downloads(played)}
<h2>Suppliers</h2>
${supplierTable(played)}
<h2>What became of the devices</h2>
${endingTable(played)}
<h2>What the DSP did with AD1s, and why</h2>
${verdictTable(played)}
<h2>Days</h2>
${dayTable(played)}
<h2>What this rests on</h2>
<p class="dim">Where no source was found the value is chosen and marked inferred: put your own in with --with.</p>
${fieldTable(played)}
</main>
<footer><p>Made by hanrig ${hanrig}, engine ${simulation.engine}, seed ${String(simulation.seed)}. The same version, portfolio, answers and seed give the same page.</p></footer>`
  return page(`Campaign simulation: ${name}`, hanrig, STYLE + SIMULATION_STYLE, body)
}

function tiles(played: Played): Tile[] {
  const { plan, tally } = played
  const s = summaryOf(played)
  const ad1 = ad1Of(tally)
  const of = (n: number, all: number) => (all === 0 ? 'none' : percent(n / all))
  const { median, p99 } = s.downloadSeconds
  return [
    ['Devices', count(s.devices), `of ${count(plan.portfolio.suppliers.length)} Suppliers`],
    ['Days of release', count(s.days), `${count(plan.settings.capacity)} a day at most`],
    ['Updated', of(s.updated, s.devices), `${count(s.devices - s.updated)} are not`],
    ['Deadline missed', count(s.late + s.expired), `${count(s.expired)} never reached`],
    [
      'Download',
      median === undefined ? 'none' : duration(median * 1000),
      p99 === undefined ? '' : `99 of 100 within ${duration(p99 * 1000)}`,
    ],
    ['Blocks', rounded(s.blocks), `${of(s.retries, s.blocks)} asked for again`],
    ['AD1s', count(ad1.raised), `${count(ad1.genuine)} for genuine outages`],
    [
      'Suppressed',
      of(ad1.suppressed, ad1.raised),
      `${count(ad1.falseForwarded)} false ones got through`,
    ],
    ['Genuine, hidden', count(ad1.hiddenGenuine), 'suppressed though real'],
  ]
}

function days(played: Played): Markup {
  const series = updatedSeries(played)
  return markup`<h2>Devices updated a day</h2>
<figure><figcaption>Devices whose activation ended on each day, against the capacity that all Users share. A device that activates at a date does so the night after.</figcaption>${updatedChart(played)}${legend(
    [...series.map(([className, name]) => [className, name] as const), ['capacity', 'capacity']],
  )}</figure>`
}

function deadlines(played: Played): Markup {
  const { plan } = played
  const most =
    plan.portfolio.suppliers.length > MOST_STRIPS
      ? ` The ${MOST_STRIPS} Suppliers with most missed.`
      : ''
  const { trtDays, trt } = plan.settings
  return markup`<h2>Deadlines</h2>
<figure><figcaption>Each cell is what a Supplier released on a day: the share of its devices that had no verified image when the target response time of ${tied(`${trtDays} ${trt} days`)} was over.${most}</figcaption>${heatMap(played)}${legend(shadeNames())}</figure>`
}

function alerts(played: Played): Markup {
  const { simulation, tally } = played
  const { ad1Threshold, suppressionWindow } = simulation.fields
  const hidden = tally.sum('hidden')
  const marked = hidden > 0 ? ' A triangle marks days on which a genuine outage was hidden.' : ''
  const cuts = histogram({
    id: 'cuts',
    title: 'How long hubs were without supply during an activation',
    description: `${count(tally.total('cuts'))} activations cut the supply.`,
    className: 'cut',
    bins: tally.cuts,
    width: CUT_BIN,
    ticks: (from, to, pixels) => timeTicks(from, to, 0, pixels, FONT),
    say: duration,
    lines: [
      { at: ad1Threshold, label: `AD1 after ${duration(ad1Threshold)}`, isThreshold: true },
      { at: suppressionWindow, label: `window, ${duration(suppressionWindow)}` },
    ],
    log: true,
    fromZero: true,
  })
  const strict = simulation.fields.ad1Strict === Number(DEFAULT_SUPPLY_MONITOR.strict)
  return markup`<h2>AD1s a day</h2>
<figure><figcaption>Power Outage Alerts by what the DSP did with them.${marked}</figcaption>${tally.sum('raised') > 0 ? ad1Chart(played) : nothing('No AD1 was raised.')}${legend(ad1Series(played).map(([className, name]) => [className, name]))}</figure>
<h2>Activations without supply</h2>
<figure><figcaption>How long the hub was without supply while its meter activated; the scale of devices is logarithmic.${strict ? '' : ' An outage as long as the threshold raises AD1.'}</figcaption>${cuts ?? nothing('No activation cut the supply.')}</figure>`
}

function downloads({ tally }: Played): Markup {
  const time = (id: string, title: string, className: string, bins: Int32Array) =>
    histogram({
      id,
      title,
      description: title,
      className,
      bins,
      width: DURATION_BIN,
      ticks: (from, to, pixels) => timeTicks(from, to, 0, pixels, FONT),
      say: duration,
    })
  const retries = histogram({
    id: 'retries',
    title: 'Retries of a download',
    description: `${count(tally.total('retries'))} attempts were lost and made again.`,
    className: 'retried',
    bins: tally.retries,
    width: tally.size.retriesBin,
    ticks: amountsBetween,
    say: count,
  })
  const shared = time(
    'shared',
    'Downloads behind shared bearers',
    'took-shared',
    tally.sharedDurations,
  )
  const alone = time('alone', 'Downloads of devices alone on their bearer', 'took', tally.durations)
  return markup`<h2>Retries</h2>
<figure><figcaption>How many times each device had to ask for a block again, in all.</figcaption>${retries ?? nothing('Nothing was downloaded.')}</figure>
<h2>Duration of downloads</h2>
<figure><figcaption>From the first request to the last block.</figcaption>${alone ?? nothing('No device was alone on its bearer.')}</figure>${
    shared &&
    markup`<h3>Behind shared bearers</h3>
<figure><figcaption>Devices that share the air of one bearer take turns, attempt by attempt.</figcaption>${shared}</figure>`
  }`
}

function nothing(text: string): Markup {
  return markup`<p class="dim">${text}</p>`
}

/** A number that fits a tile: '999,999', '663 M', '12.05 bn'. */
function rounded(n: number): string {
  if (n < 1e6) return count(n)
  return n < 1e9 ? `${Math.round(n / 1e6)} M` : `${(n / 1e9).toFixed(2)} bn`
}
