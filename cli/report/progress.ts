// How many octets each receiver held when, and when things had to be sent again: the data of the progress charts.

import type { TraceEvent } from '../../emulators/trace.ts'
import { numberOf } from './fields.ts'
import type { Span } from './timeline.ts'

export interface Point {
  readonly t: number
  readonly octets: number
}

export interface Series {
  /** The box that holds the octets. */
  readonly box: string
  readonly points: Point[]
  /** Octets of the whole. */
  size: number
}

/** Octets held by the receivers of blocks, in the order in which they began. */
export function wanProgress(events: readonly TraceEvent[]): Series[] {
  const all = new Map<string, Series & { blockSize: number }>()
  for (const event of events) {
    const { t, source, name } = event
    if (name === 'transfer-opened' || name === 'transfer-resumed') {
      const size = numberOf(event, 'size') ?? 0
      const blockSize = numberOf(event, 'blockSize') ?? 0
      const series = all.get(source) ?? { box: source, points: [], size, blockSize }
      all.set(source, series)
      add(series, t, (numberOf(event, 'held') ?? 0) * blockSize)
    }
    // The sender gives up, its receiver stays with what it has.
    const stuck = name === 'transfer-failed' && all.get(source === 'supplier' ? 'dco' : 'hub')
    if (stuck) add(stuck, t, stuck.points.at(-1)!.octets)
    const series = all.get(source)
    if (!series) continue
    const held = name === 'transfer-complete' ? numberOf(event, 'blocks') : numberOf(event, 'held')
    const isStep = name === 'transfer-progress' || name === 'transfer-complete'
    if (isStep && held !== undefined) add(series, t, held * series.blockSize)
  }
  return [...all.values()]
}

/** Octets held by devices that download over the HAN. */
export function hanProgress(events: readonly TraceEvent[]): Series[] {
  const all = new Map<string, Series>()
  for (const event of events) {
    const { t, source, name } = event
    if (!name.startsWith('ota-')) continue
    if (name === 'ota-offered') {
      const size = numberOf(event, 'size') ?? 0
      const series = all.get(source) ?? { box: source, points: [], size }
      series.size = Math.max(series.size, size)
      all.set(source, series)
      add(series, t, numberOf(event, 'resumedAt') ?? 0)
      continue
    }
    const series = all.get(source)
    const octets = name === 'ota-whole' ? numberOf(event, 'size') : numberOf(event, 'offset')
    if (series && octets !== undefined) add(series, t, octets)
  }
  return [...all.values()]
}

function add(series: Series, t: number, octets: number): void {
  series.points.push({ t, octets: Math.min(octets, series.size) })
}

/** From the first to the last point of all series; undefined without points. */
export function spanOf(series: readonly Series[]): Span | undefined {
  const points = series.flatMap(({ points }) => [points[0], points.at(-1)]).filter(p => !!p)
  if (points.length === 0) return undefined
  const times = points.map(({ t }) => t)
  return { from: Math.min(...times), to: Math.max(...times) }
}

/** Moments at which a device had to ask again. */
export function hanRetries(events: readonly TraceEvent[]): number[] {
  return events.filter(({ name }) => name === 'ota-retry').map(({ t }) => t)
}

/** Moments at which a frame with blocks was lost or damaged; what is sent again is not in the trace one by one. */
export function wanLosses(events: readonly TraceEvent[]): number[] {
  const bad = new Set(['frame-lost', 'frame-corrupted', 'frame-overflow'])
  return events
    .filter(({ name, source }) => bad.has(name) && /^(wan\.up|csp\.down)$/.test(source))
    .map(({ t }) => t)
}
