// Pictures of a judged stream: AD1s by the minutes that they came after an activation, with the windows' ends; and what
// each window gets wrong on either side.

import { BY_ACTIVATION, GENUINE, UNKNOWN_CAUSE } from '#emulators/dsp-stream/event-batch'
import {
  type Count,
  FIRST_MINUTE,
  KINDS,
  LAST_MINUTE,
  MINUTES,
  NOT_LISTED_KIND,
  type Tally,
} from '#emulators/dsp-stream/tally'
import { amountTicks, scale, textWidth } from '../drawing/axis.ts'
import { gridLine } from '../drawing/chart-frame.ts'
import { FONT, type FrameName, inBothFrames, picture } from '../drawing/frame.ts'
import { LabelRow } from '../drawing/labels.ts'
import { type Markup, markup } from '../drawing/markup.ts'
import { count, duration } from '../output/format.ts'

const LEFT = 62
const TOP = 44
const BOTTOM = 270
const HEIGHT = 312
const MINUTE = 60_000

/** What each kind of AD1 is called, drawn from the bottom up in this order. */
export const KIND_NAMES: readonly (readonly [kind: number, name: string, className: string])[] = [
  [BY_ACTIVATION, 'caused by the activation', 'by-activation'],
  [UNKNOWN_CAUSE, 'cause not told', 'by-unknown'],
  [NOT_LISTED_KIND, 'the ESME is not listed', 'by-unlisted'],
  [GENUINE, 'genuine outage', 'by-genuine'],
]

/** Undefined when no AD1 came near an activation. */
export function histogramChart(tally: Tally): Markup | undefined {
  const { histogram } = tally
  const totals = Array.from({ length: MINUTES }, (_, minute) => {
    let sum = 0
    for (let kind = 0; kind < KINDS; kind++) sum += histogram[kind * MINUTES + minute]!
    return sum
  })
  const most = Math.max(...totals)
  if (most === 0) return undefined
  const busiest = totals.indexOf(most) + FIRST_MINUTE
  return inBothFrames((name, width) => drawHistogram(tally, most, busiest, name, width))
}

function drawHistogram(
  tally: Tally,
  most: number,
  busiest: number,
  name: FrameName,
  width: number,
): Markup {
  const { main } = tally
  const right = width - 14
  const x = scale(FIRST_MINUTE, LAST_MINUTE, LEFT, right - LEFT)
  // The square root of the number: minutes with one AD1 in ten thousand are what the picture is about.
  const root = scale(0, Math.sqrt(most) * 1.03, BOTTOM, TOP - BOTTOM)
  const y = (amount: number): number => root(Math.sqrt(amount))
  const end = main.config.window / MINUTE
  const begin = -main.config.early / MINUTE
  const bandFrom = x(Math.max(FIRST_MINUTE, begin))
  const bandTo = x(Math.min(LAST_MINUTE, end))
  const title = 'AD1s by minutes after the activation'
  const description = `Most in one minute: ${count(most)}, ${busiest} min after it. The window ends at ${duration(main.config.window)}.`
  return picture(
    { id: `histogram-${name}`, title, description, width, height: HEIGHT },
    markup`<rect class="band" x="${bandFrom}" y="${TOP}" width="${Math.max(0, bandTo - bandFrom)}" height="${BOTTOM - TOP}"/>
${rootTicks(most).map(amount => gridLine(y(amount), count(amount), LEFT, right))}
${minuteTicks().map(
  minute =>
    markup`<text class="tick" x="${x(minute)}" y="${BOTTOM + 17}" text-anchor="middle">${String(minute)}</text>`,
)}
<text class="tick" x="${right}" y="${HEIGHT - 6}" text-anchor="end">minutes after the recorded activation</text>
${bars(tally, x, y)}
${windowLines(tally, x, right)}
<line class="axis" x1="${LEFT}" y1="${BOTTOM}" x2="${right}" y2="${BOTTOM}"/>
<text class="tick" x="${LEFT}" y="12">AD1s a minute (${name === 'wide' ? 'the height is the square root of the number' : 'height: square root'})</text>`,
  )
}

function rootTicks(most: number): number[] {
  const steps = [1, 2, 5]
  const round: number[] = []
  for (let power = 1; power <= most; power *= 10) {
    for (const step of steps) if (step * power <= most) round.push(step * power)
  }
  // Those that stand apart by the square root.
  const kept: number[] = []
  for (const amount of round) {
    const gap = Math.sqrt(amount) - Math.sqrt(kept.at(-1) ?? 0)
    if (gap > Math.sqrt(most) / 9) kept.push(amount)
  }
  return [0, ...kept]
}

function minuteTicks(): number[] {
  return Array.from({ length: MINUTES / 15 + 1 }, (_, i) => FIRST_MINUTE + i * 15)
}

function bars(
  { histogram }: Tally,
  x: (minute: number) => number,
  y: (amount: number) => number,
): Markup[] {
  const paths = KIND_NAMES.map(() => '')
  for (let minute = 0; minute < MINUTES; minute++) {
    let below = 0
    for (const [order, [kind]] of KIND_NAMES.entries()) {
      const amount = histogram[kind * MINUTES + minute]!
      if (amount === 0) continue
      const [from, to] = [x(FIRST_MINUTE + minute) + 0.5, x(FIRST_MINUTE + minute + 1) - 0.5]
      // A single AD1 stays to be seen beside thousands.
      const top = Math.min(y(below + amount), y(below) - 1.5)
      paths[order] += `M${two(from)} ${two(y(below))}V${two(top)}H${two(to)}V${two(y(below))}z`
      below += amount
    }
  }
  return KIND_NAMES.map(([, name, className], order) =>
    paths[order] === ''
      ? markup``
      : markup`<path class="${className}" d="${paths[order]!}"><title>${name}</title></path>`,
  )
}

function windowLines(
  { windows, main }: Tally,
  x: (minute: number) => number,
  right: number,
): Markup[] {
  const ends = new Set([main.config.window, ...windows.map(each => each.config.window)])
  const row = new LabelRow(LEFT, right, FONT)
  return [...ends]
    .filter(end => end <= LAST_MINUTE * MINUTE)
    .sort((a, b) => (a === main.config.window ? -1 : a - b))
    .map(end => {
      const label = row.around(x(end / MINUTE), duration(end))
      const className = end === main.config.window ? 'limit threshold' : 'limit'
      const at = x(end / MINUTE)
      return markup`<line class="${className}" x1="${at}" y1="${TOP - 8}" x2="${at}" y2="${BOTTOM}"/>${
        label &&
        markup`<text class="limit-name" x="${label.x}" y="${TOP - 13}" text-anchor="${label.anchor}">${label.text}</text>`
      }`
    })
}

/** One kind of error under several rules. */
export interface ErrorBars {
  readonly id: string
  readonly title: string
  readonly className: string
  readonly rows: readonly (readonly [name: string, amount: number])[]
}

const BAR_WIDTH = 500
const BAR_LEFT = 82
const ROW = 30

export function errorChart({ id, title, className, rows }: ErrorBars): Markup {
  const most = Math.max(1, ...rows.map(([, amount]) => amount))
  const room = textWidth(count(most), FONT) + 8
  const length = scale(0, most, 0, BAR_WIDTH - BAR_LEFT - room)
  const height = 22 + rows.length * ROW
  const described = rows.map(([name, amount]) => `${name}: ${count(amount)}`).join('; ')
  return picture(
    { id, title, description: `${described}.`, width: BAR_WIDTH, height },
    markup`${amountTicks(most, 4).map(
      amount =>
        markup`<line class="grid" x1="${BAR_LEFT + length(amount)}" y1="0" x2="${BAR_LEFT + length(amount)}" y2="${height - 20}"/>`,
    )}
${rows.map(([name, amount], i) => {
  const middle = i * ROW + ROW / 2
  return markup`<text class="tick" x="${BAR_LEFT - 8}" y="${middle + 4}" text-anchor="end">${name}</text><rect class="${className}" x="${BAR_LEFT}" y="${middle - 9}" width="${Math.max(amount > 0 ? 1.5 : 0, length(amount))}" height="18"/><text class="series-name" x="${BAR_LEFT + length(amount) + 6}" y="${middle + 4}">${count(amount)}</text>`
})}
<line class="axis" x1="${BAR_LEFT}" y1="0" x2="${BAR_LEFT}" y2="${height - 20}"/>`,
  )
}

/** False AD1s that get through, known and probable ones. */
export function falseOf(each: Count): number {
  return each.falseThrough + each.probablyFalse
}

/** Genuine outages that are hidden, known and probable ones. */
export function hiddenOf(each: Count): number {
  return each.genuineHidden + each.probablyHidden
}

function two(n: number): number {
  return Math.round(n * 100) / 100
}
