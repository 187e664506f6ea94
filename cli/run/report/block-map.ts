// Block maps as SVG: a strip per download, cut into a hundred parts of the image. The darker a part, the later it was
// there; what never came stays empty. Above it, how often it was asked for again.

import { textWidth } from '../../drawing/axis.ts'
import { FONT, picture } from '../../drawing/frame.ts'
import { type Markup, markup } from '../../drawing/markup.ts'
import { SHADES } from '../../drawing/style.ts'
import { clockTime, count, duration, octets, percent } from '../../output/format.ts'
import { arrivals, type Download, retriesByPart } from './downloads.ts'
import { boxName } from './words.ts'

export interface BlockMaps {
  /** Prefix of its ids, unique on the page. */
  readonly id: string
  readonly width: number
  /** Downloads and what their images are called. */
  readonly rows: readonly { readonly download: Download; readonly image: string }[]
}

const PARTS = 100
const ROW = 62
const RETRIES_TOP = 20
const STRIP_TOP = 34
const STRIP = 16
const KEY = 34

export function drawBlockMaps({ id, width, rows }: BlockMaps): Markup {
  const height = rows.length * ROW + KEY
  const title = 'When each hundredth of an image arrived'
  const description = rows.map(({ download, image }) => describe(download, image)).join('. ')
  return picture(
    { id, title, description, width, height },
    markup`${rows.map((row, i) => drawRow(row.download, row.image, i * ROW, width))}
${drawKey(rows.length * ROW, width)}`,
  )
}

function describe(download: Download, image: string): string {
  const { box, points } = download
  return `${boxName(box)}, ${image}: ${outcomeOf(download)}, from ${clockTime(points[0]!.t)} to ${clockTime(points.at(-1)!.t)}`
}

function outcomeOf(download: Download): string {
  const { points, size, state } = download
  const last = points.at(-1)!
  return state === 'whole' ? 'whole' : `stopped at ${percent(last.octets / Math.max(1, size))}`
}

function drawRow(download: Download, image: string, top: number, width: number): Markup {
  const { box, points, size, retries } = download
  const [first, last] = [points[0]!, points.at(-1)!]
  const name = `${boxName(box)}: ${image}, ${octets(size)}`
  const repeats = retries.length === 0 ? '' : `, ${count(retries.length)} repeats`
  const texts = [
    `${outcomeOf(download)} after ${duration(last.t - first.t)}, ${clockTime(first.t)} to ${clockTime(last.t)}${repeats}`,
    `${outcomeOf(download)} after ${duration(last.t - first.t)}`,
    outcomeOf(download),
  ]
  const room = width - textWidth(name, FONT) - 16
  const text = texts.find(each => textWidth(each, FONT, false) < room)
  const said =
    text && markup`<text class="tick" x="${width}" y="${top + 14}" text-anchor="end">${text}</text>`
  return markup`<g><text class="map-name" x="0" y="${top + 14}">${name}</text>${said}${drawRetries(download, top, width)}${drawStrip(download, top, width)}</g>`
}

function drawRetries(download: Download, top: number, width: number): Markup | undefined {
  const counts = retriesByPart(download, PARTS)
  const most = Math.max(...counts)
  if (most === 0) return undefined
  const cell = width / PARTS
  const bottom = top + STRIP_TOP - 1
  const path = counts
    .map((n, part) => {
      if (n === 0) return ''
      const height = Math.max(1.5, (n / most) * (STRIP_TOP - RETRIES_TOP - 1))
      return `M${round(part * cell)} ${round(bottom)}v${round(-height)}h${round(cell - 0.6)}v${round(height)}z`
    })
    .join('')
  return markup`<path class="retries" d="${path}"><title>Most repeats in one part: ${count(most)}</title></path>`
}

function drawStrip(download: Download, top: number, width: number): Markup {
  const { points } = download
  const begun = points[0]!.t
  const span = points.at(-1)!.t - begun || 1
  const cell = width / PARTS
  const paths = Array.from({ length: SHADES + 1 }, () => '')
  for (const [part, t] of arrivals(download, PARTS).entries()) {
    const shade = t === undefined ? SHADES : Math.floor(((t - begun) / span) * SHADES)
    const index = t === undefined ? SHADES : Math.min(shade, SHADES - 1)
    paths[index] +=
      `M${round(part * cell)} ${top + STRIP_TOP}h${round(cell - 0.6)}v${STRIP}h${round(0.6 - cell)}z`
  }
  return markup`${paths.map((path, shade) =>
    path === ''
      ? undefined
      : markup`<path class="${shade === SHADES ? 'missing' : `part shade-${shade}`}" d="${path}"/>`,
  )}`
}

/** What the shades mean. */
function drawKey(top: number, width: number): Markup {
  const y = top + 8
  const cell = 12
  const early = 'at the beginning'
  const start = textWidth(early, FONT, false) + 6
  const after = start + SHADES * cell + 6
  const isRoom = after + textWidth('at the end of its download', FONT, false) < width
  const late = isRoom ? 'at the end of its download' : 'at the end'
  const missing = after + textWidth(late, FONT, false) + 14
  const isWide = missing + 90 < width
  return markup`<g><text class="tick" x="0" y="${y + 11}">${early}</text>${Array.from(
    { length: SHADES },
    (_, shade) =>
      markup`<rect class="part shade-${shade}" x="${start + shade * cell}" y="${y}" width="${cell - 0.6}" height="14"/>`,
  )}<text class="tick" x="${after}" y="${y + 11}">${late}</text>${
    isWide
      ? markup`<rect class="missing" x="${missing}" y="${y}" width="${cell}" height="14"/><text class="tick" x="${missing + cell + 6}" y="${y + 11}">never arrived</text>`
      : undefined
  }</g>`
}

function round(n: number): number {
  return Math.round(n * 10) / 10
}
