// The drawings of the page with their captions and legends. A timeline is drawn twice, wide and narrow, and the style
// sheet shows the one that fits: text that is scaled down to a phone cannot be read.

import { AD1_THRESHOLD } from '../../core/power/supply-monitor.ts'
import { clockTime, count, duration } from '../format.ts'
import { findAlerts } from './alerts.ts'
import { drawProgress } from './chart.ts'
import { findMarks, type Mark, type MarkKind } from './marks.ts'
import { type Markup, markup } from './markup.ts'
import { hanProgress, hanRetries, wanLosses, wanProgress } from './progress.ts'
import type { RunReport } from './run-report.ts'
import { type Drawing, drawTimeline, glyph } from './svg.ts'
import {
  endOf,
  type FoldedPhase,
  findPhases,
  findWindows,
  foldPhases,
  LANES,
  PHASE_NAMES,
  type Phase,
  type Span,
  zoomSpan,
} from './timeline.ts'

const BOX_NAMES: Readonly<Record<string, string>> = {
  supplier: 'Supplier',
  dco: 'DCO',
  dsp: 'DSP',
  hub: 'Hub',
  esme: 'ESME',
}

export function boxName(box: string): string {
  return BOX_NAMES[box] ?? box
}

const WIDE = 1032
const NARROW = 372

/** What both timelines of a report show. */
export interface Scene {
  readonly end: number
  readonly phases: readonly Phase[]
  readonly marks: readonly Mark[]
  readonly windows: readonly Span[]
  readonly zoom: Span | undefined
  readonly hasOutage: boolean
}

export function findScene({ events, outcome, startUnixMs }: RunReport): Scene {
  const end = Math.max(outcome.duration, endOf(events))
  const phases = findPhases(events, end)
  const marks = findMarks(events)
  const windows = findWindows(events, startUnixMs)
  const moments = marks.map(({ t }) => t)
  const zoom = zoomSpan(phases, windows, moments)
  const hasOutage = phases.some(({ kind }) => kind === 'supply-off')
  return { end, phases, marks, windows, zoom, hasOutage }
}

type Parts = Omit<Drawing, 'id' | 'width'>

function common(report: RunReport, scene: Scene) {
  const { phases, marks, windows } = scene
  const known: readonly string[] = LANES
  const others = [...phases, ...marks].map(({ lane }) => lane).filter(lane => !known.includes(lane))
  const lanes = [...known, ...new Set(others)].map(name => ({ name, label: boxName(name) }))
  const wires = findAlerts(report.events).flatMap(({ raised, received }) =>
    raised && received
      ? [{ from: { t: raised.t, lane: raised.by }, to: { t: received.t, lane: received.by } }]
      : [],
  )
  return { lanes, phases, marks, windows, windowLane: 'dsp', wires: wires.slice(0, 200) }
}

export function overview(report: RunReport, scene: Scene): Markup {
  const { end, phases, zoom } = scene
  const isSmall = zoom !== undefined && zoom.to - zoom.from < end * 0.7
  return both('overview', {
    ...common(report, scene),
    // What the enlargement shows need not be crowded in here.
    windows: scene.windows.filter(({ from, to }) => !isSmall || to < zoom.from || from > zoom.to),
    title: 'Timeline of the whole run',
    description: foldPhases(phases).map(describe).join('. '),
    from: 0,
    to: Math.max(end, 1),
    origin: 0,
    axis: 'virtual time since the start of the run',
    limits: [],
    enlarged: isSmall ? zoom : undefined,
  })
}

export function enlargement(report: RunReport, scene: Scene): Markup | undefined {
  const { end, phases, zoom } = scene
  if (!zoom) return undefined
  const outages = phases.filter(({ kind }) => kind === 'supply-off')
  const origin = (outages[0] ?? phases.find(({ kind }) => kind === 'activation'))?.from ?? zoom.from
  const thresholds = outages.map(({ from }) => ({
    t: from + AD1_THRESHOLD,
    label: `${AD1_THRESHOLD / 1000} s without supply`,
    isThreshold: true,
  }))
  const limits = [...thresholds, { t: end, label: 'end of the run', isThreshold: false }].filter(
    ({ t }) => t >= zoom.from && t < zoom.to,
  )
  const inside = phases.filter(phase => phase.to >= zoom.from && phase.from <= zoom.to)
  const zero = scene.hasOutage ? 'the hub lost its supply' : 'the activation began'
  return both('enlarged', {
    ...common(report, scene),
    title: `Timeline of the activation${scene.hasOutage ? ' and the outage' : ''}, enlarged`,
    description: foldPhases(inside).map(describe).join('. '),
    ...zoom,
    origin,
    axis: `time since ${zero}, at ${clockTime(origin)}`,
    limits,
  })
}

function describe({ kind, lane, from, state, times, spent }: FoldedPhase): string {
  const ended = { done: '', failed: ', failed', open: ', not ended' }[state]
  const repeats = times > 1 ? `, ${count(times)} times` : ''
  return `${PHASE_NAMES[kind]} at ${boxName(lane)} from ${clockTime(from)} for ${duration(spent)}${repeats}${ended}`
}

function both(id: string, parts: Parts): Markup {
  return markup`<div class="wide">${drawTimeline({ ...parts, id, width: WIDE })}</div>
<div class="narrow">${drawTimeline({ ...parts, id: `${id}-narrow`, width: NARROW })}</div>`
}

const SIGNS: readonly (readonly [MarkKind, string])[] = [
  ['request', 'request sent'],
  ['response', 'response received'],
  ['raised', 'alert raised'],
  ['received', 'alert received'],
  ['verdict', 'verdict on AD1'],
  ['note', 'turning point'],
  ['trouble', 'failure'],
]

/** The signs that this run's timelines use. */
export function legend({ marks }: Scene): Markup {
  const used = SIGNS.filter(([kind]) => marks.some(mark => mark.kind === kind && mark.label !== ''))
  return markup`<ul class="legend">${used.map(
    ([kind, name]) =>
      markup`<li><svg viewBox="0 0 16 16" aria-hidden="true">${glyph(kind, 8, 8)}</svg>${name}</li>`,
  )}</ul>`
}

export function progress({ events }: RunReport): Markup {
  const wan = drawProgress({
    id: 'wan',
    title: 'Octets held after the WAN hops',
    series: wanProgress(events),
    nameOf: boxName,
    moments: wanLosses(events),
    momentsName: 'Block frames lost or damaged',
  })
  const han = drawProgress({
    id: 'han',
    title: 'Octets held by the device during the HAN download',
    series: hanProgress(events),
    nameOf: boxName,
    moments: hanRetries(events),
    momentsName: 'HAN requests repeated',
  })
  const none = markup`<p class="dim">Nothing arrived.</p>`
  return markup`<div class="pair">
<figure><h3>Over the WAN, to the DCO and on to the hub</h3>${wan ?? none}</figure>
<figure class="han"><h3>Over the HAN, to the device</h3>${han ?? none}</figure>
</div>`
}
