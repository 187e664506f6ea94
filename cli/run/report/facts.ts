// What a run was and how it ended, in figures: the part of a report that is copied into a test record.

import { type Markup, markup, type Piece } from '../../drawing/markup.ts'
import type { Tile } from '../../drawing/table.ts'
import { count, duration, exactSeconds, octets, utcTime } from '../../output/format.ts'
import type { Alert } from './alerts.ts'
import type { RunReport } from './run-report.ts'
import type { Phase } from './timeline.ts'

export function tiles(
  report: RunReport,
  phases: readonly Phase[],
  alerts: readonly Alert[],
): Tile[] {
  const { outcome, events } = report
  const { checks, wan, han } = outcome
  const passed = checks.filter(({ ok }) => ok).length
  return [
    [
      'Checks passed',
      `${count(passed)} of ${count(checks.length)}`,
      failedText(checks.length - passed),
    ],
    ['Virtual duration', duration(outcome.duration), `${count(events.length)} events in the trace`],
    imageTile(report),
    ['WAN blocks sent', count(wan.blocks), `of these ${count(wan.repeats)} repeats`],
    [
      'HAN blocks received',
      count(han.blocks),
      `${count(han.retries)} retries, ${count(han.strays)} strays`,
    ],
    outageTile(phases),
    ad1Tile(report, alerts),
  ]
}

function failedText(failed: number): string {
  return failed === 0 ? 'none failed' : `${count(failed)} failed`
}

function imageTile({ images, devices, generation }: RunReport): Tile {
  const size = images.reduce((sum, image) => sum + image.size, 0)
  const large = images.filter(image => image.large).length
  // The hub is listed, too.
  const homes = `${count(devices.length - 1)} ${devices.length === 2 ? 'device' : 'devices'}`
  if (images.length === 1)
    return ['Image', octets(size), `${sizeText(generation, large > 0)}, ${homes}`]
  const many = generation === 'smets1' ? `, ${count(large)} large` : ''
  return ['Images', count(images.length), `${octets(size)}${many}, ${homes}`]
}

/** Large is said of SMETS1 alone (MP230). */
export function sizeText(generation: RunReport['generation'], large: boolean): string {
  if (generation === 'smets1') return large ? 'large' : 'not large'
  return large ? 'too large for DUIS' : 'within DUIS’ limit'
}

function outageTile(phases: readonly Phase[]): Tile {
  const outages = phases.filter(({ kind }) => kind === 'supply-off')
  if (outages.length === 0) return ['Hub without supply', 'never', 'no outage']
  const off = outages.reduce((sum, { from, to }) => sum + to - from, 0)
  const times = outages.length === 1 ? 'once' : `${count(outages.length)} times`
  return ['Hub without supply', duration(off), times]
}

function ad1Tile({ outcome }: RunReport, alerts: readonly Alert[]): Tile {
  const { suppressed, forwarded } = outcome.ad1
  const raised = alerts.find(({ code, raised: at }) => code === 'AD1' && at)
  const after = raised?.detail ?? ''
  if (suppressed + forwarded === 0) return ['AD1', raised ? 'not judged' : 'none', after]
  if (forwarded === 0) return ['AD1', 'suppressed', suppressed > 1 ? `${suppressed} times` : after]
  if (suppressed === 0) return ['AD1', 'forwarded', forwarded > 1 ? `${forwarded} times` : after]
  return ['AD1', `${suppressed + forwarded}`, `${suppressed} suppressed, ${forwarded} forwarded`]
}

const GENERATIONS = {
  smets1: 'SMETS1, through a DCO',
  smets2: 'SMETS2, through the DSP',
} as const

export function factRows(report: RunReport): (readonly [string, Piece])[] {
  const { name, file, description, generation, seed, blockSize, outcome } = report
  const rows: (readonly [string, Piece])[] = [['Scenario', name]]
  if (description !== '') rows.push(['Description', description])
  if (file !== undefined) rows.push(['File', code(file)])
  rows.push(
    ['Generation', GENERATIONS[generation]],
    ['Seed', String(seed)],
    ['WAN block size', `${count(blockSize)} B`],
    [
      'Duration',
      `${duration(outcome.duration)} (${exactSeconds(outcome.duration)}) of virtual time`,
    ],
    ['Virtual start', utcTime(report.startUnixMs)],
    ['Made by', `hanrig ${report.hanrig}`],
  )
  return rows
}

function code(text: string): Markup {
  return markup`<code>${text}</code>`
}
