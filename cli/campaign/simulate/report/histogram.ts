// A histogram: how many devices lie in each stretch of a scale, with upright lines where something is decided.

import { scale, textWidth } from '../../../drawing/axis.ts'
import { amountAxis, bar, chart, type Frame, logAxis } from '../../../drawing/chart-frame.ts'
import { FONT } from '../../../drawing/frame.ts'
import { LabelRow } from '../../../drawing/labels.ts'
import { type Markup, markup } from '../../../drawing/markup.ts'
import { count } from '../../../output/format.ts'

export interface Histogram {
  readonly id: string
  readonly title: string
  readonly description: string
  /** Class of its bars. */
  readonly className: string
  readonly bins: Int32Array
  /** Width of a bin in units of the scale. */
  readonly width: number
  /** Ticks of the scale over a stretch, for an axis of so many pixels. */
  readonly ticks: (
    from: number,
    to: number,
    pixels: number,
  ) => readonly { readonly at: number; readonly label: string }[]
  /** What a value is called. */
  readonly say: (value: number) => string
  /** Upright lines; those that decide something are drawn as thresholds. */
  readonly lines?: readonly {
    readonly at: number
    readonly label: string
    readonly isThreshold?: true
  }[]
  /** Whether the counts are on a logarithmic scale. */
  readonly log?: true
  /** Whether the scale begins at 0, however far off the first bin is. */
  readonly fromZero?: true
}

/** Bars that are drawn at most: neighbours are put together until there are no more. */
const MOST_BARS = 120

/** Undefined when nothing was counted. */
export function histogram(h: Histogram): Markup | undefined {
  const first = h.bins.findIndex(n => n > 0)
  if (first < 0) return undefined
  const last = h.bins.findLastIndex(n => n > 0)
  return chart(h.id, h.title, h.description, 230, frame => draw(h, frame, first, last))
}

function draw(h: Histogram, frame: Frame, first: number, last: number): Markup {
  const { left, right, top, bottom } = frame
  const each = Math.ceil((last - first + 1) / (frame.name === 'wide' ? MOST_BARS : MOST_BARS / 2))
  const bars: { from: number; to: number; n: number }[] = []
  for (let bin = first; bin <= last; bin += each) {
    const n = h.bins.subarray(bin, bin + each).reduce((sum, one) => sum + one, 0)
    bars.push({ from: bin * h.width, to: (bin + each) * h.width, n })
  }
  const lines = h.lines ?? []
  const begin = h.fromZero ? 0 : bars[0]!.from
  const end = Math.max(bars.at(-1)!.to, ...lines.map(({ at }) => at))
  const margin = (end - begin) * 0.015
  const from = h.fromZero ? 0 : Math.max(0, begin - margin)
  const x = scale(from, end + margin, left, right - left)
  const most = Math.max(...bars.map(({ n }) => n))
  const { y, axis } = h.log ? logAxis(most, frame) : amountAxis(most, frame)
  const row = new LabelRow(0, frame.width, FONT)
  const names = new LabelRow(left, frame.width, FONT)
  return markup`${axis}
${h.ticks(from, end + margin, right - left).map(({ at, label }) => {
  const placed = row.around(x(at), label)
  const name =
    placed &&
    markup`<text class="tick" x="${placed.x}" y="${bottom + 17}" text-anchor="middle">${label}</text>`
  return markup`<line class="grid" x1="${x(at)}" y1="${top}" x2="${x(at)}" y2="${bottom + 4}"/>${name}`
})}
${bars.map(({ from: a, to: b, n }) =>
  n === 0
    ? undefined
    : markup`<g><title>${h.say(a)} to ${h.say(b)}: ${count(n)} devices</title>${bar(h.className, x(a), x(b), bottom, y(n))}</g>`,
)}
${lines.map(({ at, label, isThreshold }) => {
  const placed = names.around(x(at), label)
  const name =
    placed &&
    markup`<text class="limit-name" x="${placed.x}" y="14" text-anchor="middle">${label}</text>`
  return markup`<line class="limit${isThreshold ? ' threshold' : ''}" x1="${x(at)}" y1="${top - 6}" x2="${x(at)}" y2="${bottom}"/>${name}`
})}
<line class="axis" x1="${left}" y1="${bottom}" x2="${right}" y2="${bottom}"/>`
}

/** Round amounts between two, at the closest step whose labels do not touch. */
export function amountsBetween(
  from: number,
  to: number,
  pixels: number,
): { at: number; label: string }[] {
  const most = Math.max(2, Math.floor(pixels / (textWidth(count(to), FONT, false) + 24)))
  const rough = (to - from) / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, [1, 2, 5, 10].map(n => n * power).find(n => n >= rough)!)
  const ticks: { at: number; label: string }[] = []
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    ticks.push({ at, label: count(at) })
  }
  return ticks
}
