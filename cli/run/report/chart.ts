// A progress chart as SVG: octets held over time, with the gaps in which a device slept, and under it how often something
// went wrong or was asked for again.

import { amountTicks, scale, textWidth, timeStep, timeTicks } from '../../drawing/axis.ts'
import { gridLine } from '../../drawing/chart-frame.ts'
import { FONT, picture } from '../../drawing/frame.ts'
import { type Markup, markup } from '../../drawing/markup.ts'
import { clockTime, count, duration, octets } from '../../output/format.ts'
import { type Download, type Point, spanOf } from './downloads.ts'
import type { Span } from './timeline.ts'
import { boxName } from './words.ts'

export interface Chart {
  /** Prefix of its ids, unique on the page. */
  readonly id: string
  readonly title: string
  readonly width: number
  readonly downloads: readonly Download[]
  /** True when the lines need the names of their boxes. */
  readonly isNamed: boolean
  /** What the bars below count. */
  readonly barsName: string
}

const LEFT = 58
const TOP = 14
const BOTTOM = 190
const BARS_TOP = 226
const BARS_BOTTOM = 266
const HEIGHT = 300
const MOST_BARS = 50

/** Undefined when there is no time over which anybody held anything. */
export function drawProgress(chart: Chart): Markup | undefined {
  const span = spanOf(chart.downloads)
  if (!span || span.from === span.to) return undefined
  const { id, title, downloads, width } = chart
  const right = width - 14
  const size = Math.max(1, ...downloads.map(each => each.size))
  const x = scale(span.from, span.to, LEFT, right - LEFT)
  const y = scale(0, size * 1.04, BOTTOM, TOP - BOTTOM)
  const ticks = timeTicks(span.from, span.to, 0, right - LEFT, FONT)
  const description = `${downloads.map(describe).join('. ')}. ${describeBars(chart, span)}`
  return picture(
    { id, title, description, width, height: HEIGHT },
    markup`${downloads.flatMap(({ gaps }) => gaps).map(gap => drawGap(gap, span, x))}
${amountTicks(size, 5).map(amount => gridLine(y(amount), octets(amount), LEFT, right))}
${ticks.map(({ at, label }) => {
  const half = textWidth(label, FONT, false) / 2
  const middle = Math.min(Math.max(x(at), LEFT - 20), width - half)
  return markup`<line class="grid" x1="${x(at)}" y1="${TOP}" x2="${x(at)}" y2="${BARS_BOTTOM + 4}"/><text class="tick" x="${middle}" y="${BARS_BOTTOM + 18}" text-anchor="middle">${label}</text>`
})}
${drawBars(chart, x, span)}
${downloads.map(each => drawLine(chart, each, x, y))}
<line class="axis" x1="${LEFT}" y1="${BOTTOM}" x2="${right}" y2="${BOTTOM}"/>`,
  )
}

function describe({ box, points, size }: Download): string {
  const last = points.at(-1)!
  return `${boxName(box)} held ${octets(Math.round(last.octets))} of ${octets(size)} at ${clockTime(last.t)}`
}

function drawGap({ from, to }: Span, span: Span, x: (t: number) => number): Markup | undefined {
  const [start, end] = [x(from), x(Math.min(to, span.to))]
  if (end - start < 1) return undefined
  return markup`<rect class="gap" x="${start}" y="${TOP}" width="${end - start}" height="${BOTTOM - TOP}"><title>asleep or without power: ${clockTime(from)} to ${clockTime(Math.min(to, span.to))}</title></rect>`
}

/** Lines of the same box have the same dash; the third box and those after it share one. */
const DASHES = 3

function drawLine(
  chart: Chart,
  download: Download,
  x: (t: number) => number,
  y: (octets: number) => number,
): Markup {
  const { downloads, isNamed } = chart
  const { points, state, box } = download
  const boxes = [...new Set(downloads.map(each => each.box))]
  const dash = Math.min(boxes.indexOf(box), DASHES - 1)
  const last = points.at(-1)!
  const path = thin(points, x)
    .map(
      (point, n) => `${n === 0 ? 'M' : 'L'}${x(point.t).toFixed(1)} ${y(point.octets).toFixed(1)}`,
    )
    .join('')
  const [endX, endY] = [x(last.t), y(last.octets)]
  const stopped = state === 'whole' ? '' : `stopped at ${octets(Math.round(last.octets))}`
  const isLastOfBox = downloads.findLast(each => each.box === box) === download
  const text = [isNamed && isLastOfBox ? boxName(box) : '', stopped]
    .filter(t => t !== '')
    .join(', ')
  // Beside the end on the side where there is room; the line comes from below on the left.
  const isLeft = endX - textWidth(text, FONT) - 12 > LEFT
  const labelX = isLeft ? endX - 11 : endX + 11
  const end =
    state === 'whole'
      ? markup`<circle class="end line-${dash}" cx="${endX}" cy="${endY}" r="3.5"/>`
      : markup`<path class="glyph cross" d="M${endX - 5} ${endY - 5}L${endX + 5} ${endY + 5}M${endX + 5} ${endY - 5}L${endX - 5} ${endY + 5}"/>`
  const label = markup`<text class="series-name" x="${labelX}" y="${Math.max(TOP + 8, endY + (state === 'whole' ? 4 : -6))}" text-anchor="${isLeft ? 'end' : 'start'}">${text}</text>`
  return markup`<g><path class="line line-${dash}" d="${path}"/>${end}${text === '' ? undefined : label}</g>`
}

/** Drops points that are closer than a pixel to both the one before and the one after; every fall stays. */
function thin(points: readonly Point[], x: (t: number) => number): Point[] {
  const kept: Point[] = []
  for (const [i, point] of points.entries()) {
    const last = kept.at(-1)
    const next = points[i + 1]
    const isEdge = !last || !next || next.octets < point.octets || point.octets < last.octets
    if (isEdge || x(point.t) - x(last.t) >= 1 || x(next.t) - x(point.t) >= 1) kept.push(point)
  }
  return kept
}

interface Bars {
  readonly step: number
  readonly losses: readonly number[]
  readonly retries: readonly number[]
  /** When the first bar begins. */
  readonly from: number
}

function barsOf({ downloads }: Chart, span: Span): Bars {
  const step = timeStep(span.to - span.from, MOST_BARS)
  const from = Math.floor(span.from / step) * step
  const bars = Math.floor((span.to - from) / step) + 1
  const tally = (moments: readonly number[]): number[] => {
    const counts = Array.from({ length: bars }, () => 0)
    for (const t of moments) {
      if (t >= span.from && t <= span.to) counts[Math.floor((t - from) / step)]!++
    }
    return counts
  }
  return {
    step,
    from,
    losses: tally(downloads.flatMap(each => each.losses)),
    retries: tally(downloads.flatMap(each => each.retries.map(({ t }) => t))),
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((total, n) => total + n, 0)

function describeBars(chart: Chart, span: Span): string {
  const { losses, retries, step } = barsOf(chart, span)
  const most = Math.max(...losses, ...retries)
  return `${chart.barsName}: ${count(sum(losses))} frames, ${count(sum(retries))} requests repeated, at most ${count(most)} in ${duration(step)}.`
}

function drawBars(chart: Chart, x: (t: number) => number, span: Span): Markup {
  const { losses, retries, step, from } = barsOf(chart, span)
  const highest = Math.max(1, ...losses, ...retries)
  const y = scale(0, highest, BARS_BOTTOM, BARS_TOP - BARS_BOTTOM)
  const right = chart.width - 14
  const bar = (className: string, inset: number) => (n: number, i: number) => {
    if (n === 0) return undefined
    const start = x(Math.max(span.from, from + i * step))
    const whole = x(Math.min(span.to, from + (i + 1) * step)) - start - 1
    const width = Math.max(1, whole - 2 * inset)
    const top = y(n)
    return markup`<rect class="${className}" x="${start + Math.max(0, (whole - width) / 2)}" y="${top}" width="${width}" height="${BARS_BOTTOM - top}"><title>${clockTime(from + i * step)}: ${count(losses[i]!)} frames lost, ${count(retries[i]!)} requests repeated</title></rect>`
  }
  const isQuiet = sum(losses) + sum(retries) === 0
  return markup`<text class="tick" x="${LEFT}" y="${BARS_TOP - 10}">${chart.barsName} per ${duration(step)}</text>
<text class="tick" x="${LEFT - 7}" y="${BARS_TOP + 6}" text-anchor="end">${isQuiet ? 'none' : count(highest)}</text>
${losses.map(bar('losses', 0))}${retries.map(bar('retries', 1.5))}
<line class="axis" x1="${LEFT}" y1="${BARS_BOTTOM}" x2="${right}" y2="${BARS_BOTTOM}"/>`
}
