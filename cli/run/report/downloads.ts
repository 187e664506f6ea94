// The downloads of a run: how the octets of an image came to a box over time, and what held them up. A device that starts
// over is still in the same download; another image, or the same one sent again, is another.

import type { EventOf, TraceEvent } from '#emulators/trace/trace'
import type { Span } from './timeline.ts'

export interface Point {
  readonly t: number
  readonly octets: number
}

export interface Download {
  /** The box that the octets come to. */
  readonly box: string
  /** Undefined where the trace does not say: over the WAN. */
  readonly fileVersion: number | undefined
  /** Octets of the whole. */
  readonly size: number
  readonly points: Point[]
  /** When the device slept or had no power. */
  readonly gaps: { from: number; to: number }[]
  /** Where and when something had to be asked for again. */
  readonly retries: Point[]
  /** When a frame from or to the box was lost. */
  readonly losses: number[]
  state: 'whole' | 'stopped' | 'open'
}

/** Downloads over the HAN, in the order in which they began. */
export function hanDownloads(events: readonly TraceEvent[]): Download[] {
  const all: Download[] = []
  const current = new Map<string, Download>()
  for (const event of events) {
    const { t, source, name } = event
    if (name === 'ota-offered') {
      const begun = offered(event, current.get(source))
      if (begun !== current.get(source)) all.push(begun)
      current.set(source, begun)
      continue
    }
    if (name === 'frame-lost' || (name === 'frame-corrupted' && event.dropped)) {
      const download = current.get(deviceOf(source))
      if (download?.state === 'open') download.losses.push(t)
      continue
    }
    const download = current.get(source)
    if (download) note(download, event)
  }
  return all
}

function offered(event: EventOf<'ota-offered'>, last: Download | undefined): Download {
  const { t, source, size, fileVersion, resumedAt: at } = event
  const isSame = last?.fileVersion === fileVersion && last?.size === size
  if (last && isSame && (last.state !== 'whole' || at === size)) {
    if (last.state !== 'whole') last.state = 'open'
    add(last, t, last.points.at(-1)!.octets)
    add(last, t, at)
    return last
  }
  return begin(source, fileVersion, size, { t, octets: at })
}

function note(download: Download, event: TraceEvent): void {
  const { t, name } = event
  const gap = download.gaps.at(-1)
  const wakes = name === 'device-woke' || name === 'power-restored'
  if (wakes && gap && gap.to === Number.POSITIVE_INFINITY) {
    gap.to = t
    add(download, t, download.points.at(-1)!.octets)
  }
  if (download.state === 'whole') return
  switch (event.name) {
    case 'ota-retry':
      download.retries.push({ t, octets: event.offset })
      add(download, t, event.offset)
      break
    case 'ota-progress':
      add(download, t, event.offset)
      break
    case 'ota-stopped':
      add(download, t, event.offset)
      download.state = 'stopped'
      break
    case 'ota-whole':
      add(download, t, download.size)
      download.state = 'whole'
      break
    case 'device-slept':
    case 'power-lost':
      add(
        download,
        t,
        event.name === 'device-slept' ? event.offset : download.points.at(-1)!.octets,
      )
      if (gap?.to !== Number.POSITIVE_INFINITY) {
        download.gaps.push({ from: t, to: Number.POSITIVE_INFINITY })
      }
      break
  }
}

/** Transfers over the WAN and on to the hub; what is repeated there is not in the trace block by block. */
export function wanTransfers(events: readonly TraceEvent[], firstHop: 'dco' | 'hub'): Download[] {
  const all: Download[] = []
  const current = new Map<string, { readonly download: Download; readonly blocks: number }>()
  const bad = new Set(['frame-lost', 'frame-corrupted', 'frame-overflow'])
  for (const event of events) {
    const { t, source, name } = event
    if (name === 'transfer-opened' || name === 'transfer-resumed') {
      const { size, held, blocks } = event
      const octets = (size * held) / blocks
      const last = current.get(source)?.download
      if (last?.state === 'open' && last.size === size && held > 0) add(last, t, octets)
      else {
        const download = begin(source, undefined, size, { t, octets })
        all.push(download)
        current.set(source, { download, blocks })
      }
    } else if (name === 'transfer-progress' || name === 'transfer-complete') {
      const known = current.get(source)
      if (!known) continue
      const { download, blocks } = known
      const isWhole = name === 'transfer-complete'
      add(download, t, isWhole ? download.size : (download.size * event.held) / blocks)
      if (isWhole) download.state = 'whole'
    } else if (name === 'transfer-failed') {
      const stuck = current.get(source === 'supplier' ? firstHop : 'hub')?.download
      // The sender gives up, its receiver stays with what it has.
      if (stuck?.state !== 'open') continue
      add(stuck, t, stuck.points.at(-1)!.octets)
      stuck.state = 'stopped'
    } else if (bad.has(name)) {
      const isLast = source === 'csp.down' || (firstHop === 'hub' && source === 'wan.up')
      const box = isLast ? 'hub' : source === 'wan.up' ? 'dco' : ''
      const download = current.get(box)?.download
      if (download?.state === 'open') download.losses.push(t)
    }
  }
  return all
}

/** Time from the first to the last point of all; undefined without any. */
export function spanOf(downloads: readonly Download[]): Span | undefined {
  const points = downloads.flatMap(({ points }) => [points[0]!, points.at(-1)!])
  if (points.length === 0) return undefined
  const times = points.map(({ t }) => t)
  return { from: Math.min(...times), to: Math.max(...times) }
}

/**
 * When each of `parts` equal parts of the image was there, virtual ms; undefined for those that never were. Between two
 * points octets are taken to have come evenly.
 */
export function arrivals(download: Download, parts: number): (number | undefined)[] {
  const { size, points } = download
  const times: (number | undefined)[] = Array.from({ length: parts })
  const end = (part: number): number => ((part + 1) * size) / parts
  let last: Point = { t: points[0]?.t ?? 0, octets: 0 }
  for (const point of points) {
    for (let part = 0; part < parts; part++) {
      const at = end(part)
      // What a device has to ask for anew is not there.
      if (at > point.octets) times[part] = undefined
      else if (at > last.octets) {
        const share = (at - last.octets) / (point.octets - last.octets)
        times[part] = last.t + share * (point.t - last.t)
      }
    }
    last = point
  }
  return times
}

/** How often something was asked for again in each of `parts` equal parts of the image. */
export function retriesByPart(download: Download, parts: number): number[] {
  const counts = Array.from({ length: parts }, () => 0)
  for (const { octets } of download.retries) {
    const part = Math.floor((octets * parts) / Math.max(1, download.size))
    counts[Math.min(part, parts - 1)]!++
  }
  return counts
}

function begin(box: string, fileVersion: number | undefined, size: number, first: Point): Download {
  const lists = { points: [first], gaps: [], retries: [], losses: [] }
  return { box, fileVersion, size, ...lists, state: 'open' }
}

function add({ points, size }: Download, t: number, octets: number): void {
  points.push({ t, octets: Math.min(octets, size) })
}

function deviceOf(link: string): string {
  return /^han\.(.+)\.(?:up|down)$/.exec(link)?.[1] ?? ''
}
