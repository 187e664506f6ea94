// A progress chart as SVG: octets held over time, and under it how often something went wrong or was asked again.

import { clockTime, count, duration, octets } from '../format.ts'
import { amountTicks, scale, textWidth, timeStep, timeTicks } from './axis.ts'
import { type Markup, markup } from './markup.ts'
import { type Point, type Series, spanOf } from './progress.ts'

export interface Chart {
  /** Prefix of its ids, unique on the page. */
  readonly id: string
  readonly title: string
  readonly series: readonly Series[]
  /** Name of a box on the page. */
  readonly nameOf: (box: string) => string
  /** Moments counted in the bars below, and what they are. */
  readonly moments: readonly number[]
  readonly momentsName: string
}

const WIDTH = 480
const LEFT = 58
const RIGHT = WIDTH - 14
const TOP = 14
const BOTTOM = 214
const BARS_TOP = 250
const BARS_BOTTOM = 296
const FONT = 12
const MOST_BARS = 50

/** Undefined when there is no time over which anybody held anything. */
export function drawProgress(chart: Chart): Markup | undefined {
  const span = spanOf(chart.series)
  if (!span || span.from === span.to) return undefined
  const { id, title, series } = chart
  const size = Math.max(1, ...series.map(each => each.size))
  const x = scale(span.from, span.to, LEFT, RIGHT - LEFT)
  const y = scale(0, size * 1.04, BOTTOM, TOP - BOTTOM)
  const ends = series.map(each => {
    const last = each.points.at(-1)!
    return `${chart.nameOf(each.box)} held ${octets(last.octets)} of ${octets(each.size)} at ${clockTime(last.t)}`
  })
  const ticks = timeTicks(span.from, span.to, 0, RIGHT - LEFT, FONT)
  return markup`<svg class="drawing" viewBox="0 0 ${WIDTH} 330" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${ends.join('. ')}. ${describeBars(chart)}</desc>
${amountTicks(size, 6).map(
  amount =>
    markup`<line class="grid" x1="${LEFT}" y1="${y(amount)}" x2="${RIGHT}" y2="${y(amount)}"/><text class="tick" x="${LEFT - 7}" y="${y(amount) + 4}" text-anchor="end">${octets(amount)}</text>`,
)}
${ticks.map(({ at, label }) => {
  const half = textWidth(label, FONT, false) / 2
  const middle = Math.min(Math.max(x(at), LEFT - 20), WIDTH - half)
  return markup`<line class="grid" x1="${x(at)}" y1="${TOP}" x2="${x(at)}" y2="${BARS_BOTTOM + 4}"/><text class="tick" x="${middle}" y="${BARS_BOTTOM + 18}" text-anchor="middle">${label}</text>`
})}
${drawBars(chart, x, span)}
${series.map((each, i) => drawSeries(each, chart.nameOf(each.box), i, x, y))}
<line class="axis" x1="${LEFT}" y1="${BOTTOM}" x2="${RIGHT}" y2="${BOTTOM}"/>
</svg>`
}

function drawSeries(
  { points, size }: Series,
  name: string,
  i: number,
  x: (t: number) => number,
  y: (octets: number) => number,
): Markup {
  const last = points.at(-1)!
  const path = thin(points, x)
    .map(
      (point, n) => `${n === 0 ? 'M' : 'L'}${x(point.t).toFixed(1)} ${y(point.octets).toFixed(1)}`,
    )
    .join('')
  const isWhole = last.octets >= size
  const [endX, endY] = [x(last.t), y(last.octets)]
  const text = isWhole ? name : `${name}, stopped at ${octets(last.octets)}`
  // Beside the end on the side where there is room; the line comes from below on the left.
  const isLeft = endX - textWidth(text, FONT) - 12 > LEFT
  const labelX = isLeft ? endX - 11 : endX + 11
  const end = isWhole
    ? markup`<circle class="end line-${i % 4}" cx="${endX}" cy="${endY}" r="3.5"/>`
    : markup`<path class="glyph cross" d="M${endX - 5} ${endY - 5}L${endX + 5} ${endY + 5}M${endX + 5} ${endY - 5}L${endX - 5} ${endY + 5}"/>`
  return markup`<g><path class="line line-${i % 4}" d="${path}"/>${end}<text class="series-name" x="${labelX}" y="${Math.max(TOP + 8, endY + (isWhole ? 4 : -6))}" text-anchor="${isLeft ? 'end' : 'start'}">${text}</text></g>`
}

/** Drops points that are closer than a pixel to the one before; the last stays. */
function thin(points: readonly Point[], x: (t: number) => number): Point[] {
  const kept: Point[] = []
  for (const [i, point] of points.entries()) {
    const last = kept.at(-1)
    if (!last || i === points.length - 1 || x(point.t) - x(last.t) >= 1) kept.push(point)
  }
  return kept
}

interface Bars {
  readonly step: number
  readonly counts: readonly number[]
  /** When the first bar begins. */
  readonly from: number
}

function barsOf(chart: Chart): Bars {
  const span = spanOf(chart.series)!
  const step = timeStep(span.to - span.from, MOST_BARS)
  const from = Math.floor(span.from / step) * step
  const counts = Array.from({ length: Math.floor((span.to - from) / step) + 1 }, () => 0)
  for (const t of chart.moments) {
    const bar = Math.floor((t - from) / step)
    if (t >= span.from && t <= span.to && bar < counts.length) counts[bar]!++
  }
  return { step, counts, from }
}

function describeBars(chart: Chart): string {
  const { counts, step } = barsOf(chart)
  const total = counts.reduce((sum, n) => sum + n, 0)
  return `${chart.momentsName}: ${count(total)} in all, at most ${count(Math.max(...counts))} in ${duration(step)}.`
}

function drawBars(
  chart: Chart,
  x: (t: number) => number,
  span: { readonly from: number; readonly to: number },
): Markup {
  const { counts, step, from } = barsOf(chart)
  const highest = Math.max(1, ...counts)
  const y = scale(0, highest, BARS_BOTTOM, BARS_TOP - BARS_BOTTOM)
  return markup`<text class="tick" x="${LEFT}" y="${BARS_TOP - 10}">${chart.momentsName} per ${duration(step)}</text>
<text class="tick" x="${LEFT - 7}" y="${BARS_TOP + 6}" text-anchor="end">${counts.some(n => n > 0) ? count(highest) : 'none'}</text>
${counts.map((n, i) => {
  if (n === 0) return undefined
  const start = x(Math.max(span.from, from + i * step))
  const width = Math.max(1, x(Math.min(span.to, from + (i + 1) * step)) - start - 1)
  const top = y(n)
  return markup`<rect class="retries" x="${start}" y="${top}" width="${width}" height="${BARS_BOTTOM - top}"><title>${clockTime(from + i * step)}: ${count(n)}</title></rect>`
})}
<line class="axis" x1="${LEFT}" y1="${BARS_BOTTOM}" x2="${RIGHT}" y2="${BARS_BOTTOM}"/>`
}
