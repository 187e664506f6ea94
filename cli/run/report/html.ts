// The report of a run as one HTML page that needs nothing else: no script, no font, no network. It is made to be
// filed with a test record and printed.

import { type Markup, markup, tied } from '../../drawing/markup.ts'
import { page } from '../../drawing/page.ts'
import { STYLE } from '../../drawing/style.ts'
import { factTable, tileList } from '../../drawing/table.ts'
import { duration, utcTime } from '../../output/format.ts'
import { findBoards } from './board-records.ts'
import { boardSection } from './board-section.ts'
import { factRows, tiles } from './facts.ts'
import { blockMaps, enlargement, legend, overview, progress, workview } from './pictures.ts'
import { failureOf } from './result.ts'
import type { RunReport } from './run-report.ts'
import { findScene, type Scene } from './scene.ts'
import {
  alertTable,
  checkTable,
  deviceTable,
  faultTable,
  imageTable,
  phaseTable,
  refusalTable,
  sequenceTable,
} from './tables.ts'
import { foldPhases } from './timeline.ts'

export function renderHtml(report: RunReport): string {
  const { name, outcome, hanrig, startUnixMs } = report
  const scene = findScene(report)
  const boards = findBoards(report.events)
  const verdict = outcome.ok ? 'Passed' : 'Failed'
  const body = markup`<header>
<h1>${name}</h1>
<p class="dim">${timeOf(boards.length > 0)} starts at ${utcTime(startUnixMs)}. All times below count from there.</p>
${banner(report)}
${report.notices.map(notice => markup`<p class="notice"><strong>Notice</strong> ${notice}</p>\n`)}
${tileList(
  tiles(report, scene.phases, scene.alerts).map(([name, value, small]) => [
    name,
    tied(value),
    small,
  ]),
)}
</header>
<main>
<h2>Checks</h2>
${checkTable(report)}
<h2>Timeline</h2>
<figure>${overview(scene)}${legend(scene)}</figure>
${enlargements(scene)}
<h2>What was played</h2>
${factTable(factRows(report))}
<h3>Images</h3>
${imageTable(report)}
<h3>Devices</h3>
${deviceTable(report)}
${boards.length > 0 ? boardSection(boards) : undefined}
<h2>How the images arrived</h2>
<p class="dim">Each strip is one download, cut into a hundred parts of the image: the darker a part, the later it arrived. Above it, where blocks were asked for again.</p>
${blockMaps(report, scene)}
<h3>Progress</h3>
${progress(report, scene)}
<h2>Alerts</h2>
${alertTable(scene.alerts)}
<h2>Faults on the links</h2>
${faultTable(report)}
<h3>Blocks refused by a receiver</h3>
${refusalTable(report)}
<h2>Phases</h2>
${phaseTable(foldPhases(scene.phases))}
<h2>Sequence of events</h2>
${sequenceTable(scene.marks)}
</main>
<footer><p>Rendered by hanrig ${hanrig} from the trace of the run. ${boards.length > 0 ? 'Boards took part: what they did came at its own time, and another run differs in that.' : 'The same version, scenario and seed give the same trace.'}</p></footer>`
  return page(`${verdict}: ${name}`, hanrig, STYLE, body)
}

function timeOf(hasBoards: boolean): string {
  return hasBoards
    ? 'Run with boards behind emulated devices, its time pinned to wall time; it'
    : 'Emulated run on virtual time, which'
}

function enlargements(scene: Scene): Markup {
  const { zooms, phases } = scene
  const work = workview(scene)
  const first = work && markup`<h3>Until the work was done</h3>\n<figure>${work}</figure>\n`
  return markup`${first}${zooms.map((zoom, i) => {
    const outage = phases.find(
      ({ kind, from, to }) => kind === 'supply-off' && to >= zoom.from && from <= zoom.to,
    )
    const what = outage ? 'Activation and outage' : 'Activation'
    const number = zooms.length > 1 ? ` ${i + 1}` : ''
    return markup`<h3>${what}${number}, enlarged</h3>\n<figure>${enlargement(scene, zoom, i)}</figure>\n`
  })}`
}

function banner({ outcome }: RunReport): Markup {
  const { checks } = outcome
  if (outcome.ok) {
    return markup`<div class="banner pass"><span class="word">✓ Passed</span><div><p>All ${checks.length} checks hold after ${tied(duration(outcome.duration))} of virtual time.</p></div></div>`
  }
  return markup`<div class="banner fail"><span class="word">✗ Failed</span><ul>${checks
    .filter(({ ok }) => !ok)
    .map(
      check =>
        markup`<li><strong>${check.name}</strong>: ${failureOf(check)}${check.line > 0 ? ` (line ${check.line})` : ''}</li>`,
    )}</ul></div>`
}
