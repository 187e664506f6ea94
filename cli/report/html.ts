// The report of a run as one HTML page that needs nothing else: no script, no font, no network. It is made to be
// filed with a test record and printed.

import { duration, octets, utcTime } from '../format.ts'
import { factRows, tiles } from './facts.ts'
import { Markup, markup, tied } from './markup.ts'
import { enlargement, findScene, legend, overview, progress } from './pictures.ts'
import type { RunReport } from './run-report.ts'
import { STYLE } from './style.ts'
import { alertTable, faultTable, phaseTable, refusalTable, sequenceTable } from './tables.ts'
import { foldPhases } from './timeline.ts'

export function renderHtml(report: RunReport): string {
  const { image, hanrig, startUnixMs } = report
  const scene = findScene(report)
  const zoom = enlargement(report, scene)
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="generator" content="hanrig ${hanrig}">
<title>${report.outcome.ok ? 'Passed' : 'Failed'}: ${image.name} – hanrig</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<h1>Firmware distribution of ${image.name}</h1>
<p class="dim">Emulated run on virtual time, which starts at ${utcTime(startUnixMs)}. All times below count from there.</p>
${banner(report)}
<dl class="tiles">${tiles(report).map(
    ([name, value, small]) =>
      markup`<div><dt>${name}</dt><dd>${tied(value)}<small>${small}</small></dd></div>\n`,
  )}</dl>
</header>
<main>
<h2>Facts</h2>
<table class="facts"><tbody>${factRows(report).map(
    ([name, value]) => markup`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`,
  )}</tbody></table>
<h2>Timeline</h2>
<figure>${overview(report, scene)}${legend(scene)}</figure>
${zoom && markup`<h3>${scene.hasOutage ? 'Activation and outage' : 'Activation'}, enlarged</h3>\n<figure>${zoom}</figure>`}
<h3>Phases</h3>
${phaseTable(foldPhases(scene.phases))}
<h2>Progress</h2>
${progress(report)}
<h2>Alerts</h2>
${alertTable(report)}
<h2>Faults on the links</h2>
${faultTable(report)}
<h3>Blocks refused by a receiver</h3>
${refusalTable(report)}
<h2>Sequence of events</h2>
${sequenceTable(scene.marks)}
</main>
<footer><p>Rendered by hanrig ${hanrig} from the trace of the run. The same version, image, options and seed give the same trace.</p></footer>
</body>
</html>
`
  return page.text
}

function banner({ outcome, image }: RunReport): Markup {
  if (outcome.ok) {
    return markup`<div class="banner pass"><span class="word">✓ Passed</span><div><p>The device rebuilt all ${tied(octets(image.size))} without a difference and runs the new version after ${tied(duration(outcome.duration))} of virtual time.</p></div></div>`
  }
  return markup`<div class="banner fail"><span class="word">✗ Failed</span><ul>${outcome.failures.map(
    failure => markup`<li>${failure}</li>`,
  )}</ul></div>`
}
