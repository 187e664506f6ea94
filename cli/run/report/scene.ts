// What the renderings of a page have in common, found in the trace once.

import { type Alert, findAlerts } from './alerts.ts'
import { type Download, hanDownloads, wanTransfers } from './downloads.ts'
import type { Mark } from './mark.ts'
import { findMarks } from './marks.ts'
import type { ReportedImage, RunReport } from './run-report.ts'
import {
  endOf,
  findPhases,
  findSleeps,
  findWindows,
  type Phase,
  type Span,
  workSpan,
  zoomSpans,
} from './timeline.ts'

export interface Scene {
  readonly end: number
  readonly firstHop: 'dco' | 'hub'
  /** Boxes in the order of their lanes; downloads over the HAN follow it. */
  readonly lanes: readonly string[]
  readonly phases: readonly Phase[]
  readonly sleeps: ReadonlyMap<string, readonly Span[]>
  readonly marks: readonly Mark[]
  readonly alerts: readonly Alert[]
  readonly windows: readonly Span[]
  /** Where everything was done, when the run is much longer. */
  readonly work: Span | undefined
  readonly zooms: readonly Span[]
  readonly wan: readonly Download[]
  readonly han: readonly Download[]
}

export function findScene(report: RunReport): Scene {
  const { events, outcome, startUnixMs, devices, generation } = report
  const names = new Map(devices.map(({ id, name }) => [id, name]))
  const end = Math.max(outcome.duration, endOf(events))
  const firstHop = generation === 'smets1' ? 'dco' : 'hub'
  const phases = findPhases(events, firstHop, end)
  const marks = findMarks(events, names)
  const windows = findWindows(events, startUnixMs)
  const known = [
    'run',
    'supplier',
    ...(generation === 'smets1' ? ['dco'] : []),
    'dsp',
    ...devices.map(({ name }) => name),
  ]
  const lanes = [...new Set([...known, ...phases.map(p => p.lane), ...marks.map(m => m.lane)])]
  const moments = marks.filter(({ kind }) => kind !== 'step').map(({ t }) => t)
  return {
    end,
    firstHop,
    lanes,
    phases,
    sleeps: findSleeps(events, end),
    marks,
    alerts: findAlerts(events, names),
    windows,
    work: workSpan(phases, end),
    zooms: zoomSpans(phases, windows, moments),
    wan: wanTransfers(events, firstHop),
    han: hanDownloads(events).sort((a, b) => lanes.indexOf(a.box) - lanes.indexOf(b.box)),
  }
}

/** The image that a download is of; undefined when none fits. */
export function imageOf(
  { images }: RunReport,
  { fileVersion, size }: Download,
): ReportedImage | undefined {
  return images.find(
    image =>
      image.size === size && (fileVersion === undefined || image.fileVersion === fileVersion),
  )
}
