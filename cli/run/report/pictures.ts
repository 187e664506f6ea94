// The drawings of the page with their captions and legends.

import { AD1_THRESHOLD } from '#core/power/supply-monitor'
import { type FrameName, inBothFrames } from '../../drawing/frame.ts'
import { signLegend } from '../../drawing/legend.ts'
import { type Markup, markup } from '../../drawing/markup.ts'
import { clockTime, count, duration, hexWord } from '../../output/format.ts'
import { drawBlockMaps } from './block-map.ts'
import { drawProgress } from './chart.ts'
import type { Download } from './downloads.ts'
import type { MarkKind } from './mark.ts'
import type { RunReport } from './run-report.ts'
import { imageOf, type Scene } from './scene.ts'
import { type Drawing, drawTimeline, glyph } from './svg.ts'
import { type FoldedPhase, foldPhases, PHASE_NAMES, type Span } from './timeline.ts'
import { boxName } from './words.ts'

/** Widths of a chart when two or three stand side by side. */
const HALF = 500
const THIRD = 340
/** More wires than this are a curtain. */
const MOST_WIRES = 60

type Parts = Omit<Drawing, 'id' | 'width'>

function common(scene: Scene) {
  const { phases, sleeps, marks, windows, alerts, lanes } = scene
  const wires = alerts.flatMap(({ raised, received }) =>
    raised && received
      ? [{ from: { t: raised.t, lane: raised.by }, to: { t: received.t, lane: received.by } }]
      : [],
  )
  return {
    lanes: lanes.map(name => ({ name, label: boxName(name) })),
    phases,
    sleeps,
    marks,
    windows,
    windowLane: 'dsp',
    wires: wires.length > MOST_WIRES ? [] : wires,
  }
}

/** A timeline of everything from `from` to `to`. */
function whole(scene: Scene, id: string, title: string, { from, to }: Span): Markup {
  const { phases, zooms } = scene
  const inside = zooms.filter(zoom => zoom.to - zoom.from < (to - from) * 0.7)
  return both(id, {
    ...common(scene),
    // What an enlargement shows need not be crowded in here.
    windows: scene.windows.filter(w => inside.every(zoom => w.to < zoom.from || w.from > zoom.to)),
    title,
    description: foldPhases(phases).map(describe).join('. '),
    from,
    to,
    origin: 0,
    axis: 'virtual time since the start of the run',
    limits: [],
    enlarged: inside,
  })
}

export function overview(scene: Scene): Markup {
  const span = { from: 0, to: Math.max(scene.end, 1) }
  return whole(scene, 'overview', 'Timeline of the whole run', span)
}

/** The stretch in which everything was done, when the overview has it in a corner. */
export function workview(scene: Scene): Markup | undefined {
  const { work } = scene
  return work && whole(scene, 'work', 'Timeline of the stretch in which everything was done', work)
}

/** One stretch of the run, larger, with the boxes that do something in it. */
export function enlargement(scene: Scene, zoom: Span, i: number): Markup {
  const { end, phases } = scene
  const inside = phases.filter(phase => phase.to >= zoom.from && phase.from <= zoom.to)
  const outages = inside.filter(({ kind }) => kind === 'supply-off')
  const activation = inside.find(({ kind }) => kind === 'activation')
  const origin = (outages[0] ?? activation)?.from ?? zoom.from
  const thresholds = outages.map(({ from }) => ({
    t: from + AD1_THRESHOLD,
    label: `${AD1_THRESHOLD / 1000} s without supply`,
    isThreshold: true,
  }))
  const limits = [...thresholds, { t: end, label: 'end of the run', isThreshold: false }].filter(
    ({ t }) => t >= zoom.from && t < zoom.to,
  )
  const zero = outages.length > 0 ? 'the hub lost its supply' : 'the activation began'
  const parts = common(scene)
  const marks = parts.marks.filter(({ t }) => t >= zoom.from && t <= zoom.to)
  const busy = new Set([
    'supplier',
    'dsp',
    'hub',
    ...marks.map(m => m.lane),
    ...inside.map(p => p.lane),
  ])
  return both(`enlarged-${i + 1}`, {
    ...parts,
    lanes: parts.lanes.filter(({ name }) => busy.has(name)),
    title: `Timeline of the activation${outages.length > 0 ? ' and the outage' : ''}, enlarged`,
    description: foldPhases(inside).map(describe).join('. '),
    ...zoom,
    origin,
    axis: `time since ${zero}, at ${clockTime(origin)}`,
    limits,
    enlarged: [],
  })
}

function describe({ kind, lane, from, state, times, spent }: FoldedPhase): string {
  const ended = { done: '', failed: ', failed', open: ', not ended' }[state]
  const repeats = times > 1 ? `, ${count(times)} times` : ''
  return `${PHASE_NAMES[kind]} at ${boxName(lane)} from ${clockTime(from)} for ${duration(spent)}${repeats}${ended}`
}

function idIn(name: FrameName, id: string): string {
  return name === 'wide' ? id : `${id}-${name}`
}

function both(id: string, parts: Parts): Markup {
  return inBothFrames((name, width) => drawTimeline({ ...parts, id: idIn(name, id), width }))
}

const SIGNS: readonly (readonly [MarkKind, string])[] = [
  ['step', 'step of the scenario'],
  ['request', 'request sent'],
  ['response', 'response received'],
  ['raised', 'alert raised'],
  ['received', 'alert received'],
  ['verdict', 'verdict on AD1'],
  ['note', 'turning point'],
  ['trouble', 'failure'],
]

const SLEEP = markup`<rect class="bar download" x="0" y="2" width="5" height="12"/><rect class="bar download" x="0" y="6.5" width="16" height="3"/><rect class="bar download" x="12" y="2" width="4" height="12"/>`

/** The signs that this run's timelines use. */
export function legend({ marks, sleeps }: Scene): Markup {
  const used = SIGNS.filter(([kind]) => marks.some(mark => mark.kind === kind && mark.label !== ''))
  const entries = used.map(([kind, name]) => [glyph(kind, 8, 8), name] as const)
  return signLegend(sleeps.size > 0 ? [...entries, [SLEEP, 'asleep during a download']] : entries)
}

/** The strips of all downloads over the HAN. */
export function blockMaps(report: RunReport, { han }: Scene): Markup {
  if (han.length === 0) return markup`<p class="dim">No download began.</p>`
  const rows = han.map(download => ({ download, image: nameOf(report, download) }))
  const maps = inBothFrames((name, width) => drawBlockMaps({ id: idIn(name, 'maps'), width, rows }))
  return markup`<figure>${maps}</figure>`
}

/** A chart of the WAN and one of each download over the HAN. */
export function progress(report: RunReport, { wan, han, firstHop }: Scene): Markup {
  const isMany = han.length > 3
  const width = isMany ? THIRD : HALF
  const barsName = 'Frames lost'
  const over =
    firstHop === 'dco' ? 'Over the WAN, to the DCO and on to the hub' : 'Over the WAN, to the hub'
  const wanChart = drawProgress({
    id: 'wan',
    title: 'Octets held after the WAN hops',
    width,
    downloads: wan,
    isNamed: firstHop === 'dco',
    barsName,
  })
  const charts = han.map((download, i) => ({
    title: `${boxName(download.box)}: ${nameOf(report, download)}`,
    drawing: drawProgress({
      id: `han-${i + 1}`,
      title: `Octets held by ${boxName(download.box)} during its download`,
      width,
      downloads: [download],
      isNamed: false,
      barsName: isMany ? barsName : `${barsName}, and in dark requests repeated`,
    }),
  }))
  const none = markup`<p class="dim">Nothing arrived.</p>`
  return markup`<div class="${isMany ? 'cards many' : 'cards'}">
<figure><h3>${over}</h3>${wanChart ?? none}</figure>
${charts.map(({ title, drawing }) => markup`<figure class="han"><h3>${title}</h3>${drawing ?? none}</figure>\n`)}</div>`
}

function nameOf(report: RunReport, download: Download): string {
  const { fileVersion } = download
  const version = fileVersion === undefined ? '' : `version ${hexWord(fileVersion)}`
  return imageOf(report, download)?.name ?? version
}
