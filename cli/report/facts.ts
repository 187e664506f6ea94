// What a run was and how it ended, as a list of names and values: the part of a report that is copied into a test
// record.

import { FORMAT_NAMES } from '../../core/image/open.ts'
import type { TraceEvent } from '../../emulators/trace.ts'
import { count, duration, exactSeconds, hexWord, octets, percent, utcTime } from '../format.ts'
import { findAlerts } from './alerts.ts'
import { numberOf } from './fields.ts'
import { type Markup, markup, type Piece, tied } from './markup.ts'
import type { OptionValue, RunReport } from './run-report.ts'
import { endOf, findPhases } from './timeline.ts'

/** A name, the value, and less important words. */
export type Tile = readonly [name: string, value: string, small: string]

export function tiles(report: RunReport): Tile[] {
  const { image, outcome, sizeClass, events } = report
  const outages = findPhases(events, Math.max(outcome.duration, endOf(events))).filter(
    ({ kind }) => kind === 'supply-off',
  )
  const off = outages.reduce((sum, { from, to }) => sum + to - from, 0)
  const times = outages.length === 1 ? 'once' : `${count(outages.length)} times`
  return [
    ['Virtual duration', duration(outcome.duration), `${count(events.length)} events in the trace`],
    ['Image', octets(image.size), sizeClass.large ? 'large' : 'not large'],
    [
      'WAN blocks sent',
      count(outcome.wan.blocks),
      `of these ${count(outcome.wan.repeats)} repeats`,
    ],
    [
      'HAN blocks received',
      count(outcome.han.blocks),
      `${count(outcome.han.retries)} retries, ${count(outcome.han.strays)} strays`,
    ],
    [
      'Hub without supply',
      outages.length === 0 ? 'never' : duration(off),
      outages.length === 0 ? 'no outage' : times,
    ],
    ad1Tile(report),
  ]
}

function ad1Tile({ outcome, events }: RunReport): Tile {
  const { suppressed, forwarded } = outcome.ad1
  const raised = findAlerts(events).find(({ code, raised: at }) => code === 'AD1' && at)
  const after = raised?.detail ?? ''
  if (suppressed + forwarded === 0) return ['AD1', raised ? 'not judged' : 'none', after]
  if (forwarded === 0) return ['AD1', 'suppressed', suppressed > 1 ? `${suppressed} times` : after]
  if (suppressed === 0) return ['AD1', 'forwarded', forwarded > 1 ? `${forwarded} times` : after]
  return ['AD1', `${suppressed + forwarded}`, `${suppressed} suppressed, ${forwarded} forwarded`]
}

/** Options that are probabilities, in the order in which people name them. */
const RATES: Readonly<Record<string, string>> = {
  loss: 'loss',
  corruption: 'corruption',
  duplication: 'duplication',
  reordering: 'reordering',
}
/** Options that have a row of their own. */
const SHOWN = new Set([
  ...Object.keys(RATES),
  'seed',
  'blockSize',
  'profile',
  'listed',
  'activateIn',
])

export function factRows(report: RunReport): (readonly [string, Piece])[] {
  const { image, sizeClass, options, outcome, startUnixMs, hanrig, events } = report
  const { name, format, kind, size } = image
  const versions = versionsOf(events)
  const isSame = outcome.sha256 !== '' && outcome.sha256 === outcome.expectedSha256
  const rebuilt =
    outcome.sha256 === ''
      ? markup`<span class="no">✗ no whole image was rebuilt</span>`
      : markup`<code>${outcome.sha256}</code> ${isSame ? markup`<span class="yes">✓ identical</span>` : markup`<span class="no">✗ differs</span>`}`
  const limit = `${octets(sizeClass.limit)} (${count(sizeClass.limit)} B, 1 kB = ${count(sizeClass.kb)} B)`
  const rows: (readonly [string, Piece])[] = [
    ['Image', name],
    ['Format', `${FORMAT_NAMES[format] ?? format}${kind ? `, ${kind}` : ''}`],
    ['Size', `${octets(size)} (${count(size)} B)`],
    [
      'Size class (MP230)',
      sizeClass.large ? `large: more than ${limit}` : `not large: at most ${limit}`,
    ],
    ['SHA-256 expected', markup`<code>${outcome.expectedSha256}</code>`],
    ['SHA-256 rebuilt', rebuilt],
    ['Verification', outcome.finding || 'none took place'],
    // Without an activation the version that runs at the end ran from the start.
    ['Version before', word(versions.before ?? outcome.fileVersion)],
    ['Version after', after(outcome.fileVersion, versions)],
    ['Profile', options.profile],
    ['WAN block size', `${count(options.blockSize)} B`],
    ['Activation asked for', whenAsked(options.activateIn)],
    ['Listed at the DSP', listed(options.listed)],
    ['Faults', faults(options)],
    ['Seed', String(options.seed)],
    [
      'Duration',
      `${duration(outcome.duration)} (${exactSeconds(outcome.duration)}) of virtual time`,
    ],
    ['Virtual start', utcTime(startUnixMs)],
    ['Made by', `hanrig ${hanrig}`],
  ]
  const others = Object.entries(options).filter(
    ([key, value]) => !SHOWN.has(key) && value !== undefined && value !== null,
  )
  if (others.length > 0) {
    rows.push(['Other options', others.map(([key, value]) => `${key} ${String(value)}`).join(', ')])
  }
  return rows
}

interface Versions {
  readonly before: number | undefined
  readonly offered: number | undefined
}

function versionsOf(events: readonly TraceEvent[]): Versions {
  let before: number | undefined
  let offered: number | undefined
  for (const event of events) {
    if (event.name === 'activation-ended') before ??= numberOf(event, 'before')
    if (event.name === 'ota-offered') offered = numberOf(event, 'fileVersion')
  }
  return { before, offered }
}

function word(version: number): Markup {
  return markup`<code>${hexWord(version)}</code>`
}

function after(running: number, { before, offered }: Versions): Piece {
  if (before !== undefined) return word(running)
  const other = offered !== undefined && offered !== running && offered
  return markup`${word(running)}, unchanged${other ? markup`; ${word(other)} was offered` : undefined}`
}

function whenAsked(minutes: number | undefined): string {
  if (minutes === undefined) return 'at once'
  return `${duration(minutes * 60_000)} after the response to SRV 11.1`
}

function listed(isListed: boolean | undefined): string {
  if (isListed === undefined) return 'not stated'
  return isListed ? 'yes: its AD1 is suppressed within the window' : 'no: its AD1 is forwarded'
}

function faults(options: Readonly<Record<string, OptionValue>>): string {
  const named = Object.entries(RATES).flatMap(([key, name]) => {
    const rate = options[key]
    return typeof rate === 'number' && rate > 0 ? [`${name} ${percent(rate)}`] : []
  })
  return named.length === 0 ? 'none' : `${tied(named.join(', '))}, of the frames on every link`
}
