// Scales and their marks: round steps of time (5 s, 15 min, 6 h) and of amounts (1, 2, 5), never crowded.

import { duration } from '../output/format.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const TIME_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map(n => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map(n => n * MINUTE),
  ...[1, 2, 3, 6, 12].map(n => n * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100].map(n => n * DAY),
]

export interface Tick {
  readonly at: number
  readonly label: string
}

/** Width of text, estimated on the wide side for any system font: SVG without a script cannot measure. */
export function textWidth(text: string, size: number, isBold = true): number {
  return text.length * size * (isBold ? 0.63 : 0.57) + 2
}

/**
 * Ticks of a time axis, at the closest step whose labels do not touch.
 * @param origin the moment that is called 0.
 * @param pixels length of the axis.
 */
export function timeTicks(
  from: number,
  to: number,
  origin: number,
  pixels: number,
  fontSize: number,
): Tick[] {
  let ticks: Tick[] = []
  for (const step of TIME_STEPS) {
    if ((to - from) / step > 200) continue
    ticks = ticksAt(from, to, origin, step)
    const widest = Math.max(0, ...ticks.map(({ label }) => textWidth(label, fontSize, false)))
    if (widest + fontSize * 0.7 < (step / (to - from)) * pixels) break
  }
  return ticks
}

function ticksAt(from: number, to: number, origin: number, step: number): Tick[] {
  const ticks: Tick[] = []
  for (let n = Math.ceil((from - origin) / step); origin + n * step <= to; n++) {
    ticks.push({ at: origin + n * step, label: n === 0 ? '0' : duration(n * step) })
  }
  return ticks
}

/** The shortest round step of time that cuts `span` into at most `most` pieces. */
export function timeStep(span: number, most: number): number {
  return TIME_STEPS.find(step => span / step <= most) ?? TIME_STEPS.at(-1)!
}

/** Round amounts from 0 up to `max`, about `wanted` of them. */
export function amountTicks(max: number, wanted: number): number[] {
  if (max <= 0) return [0]
  const rough = max / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, [1, 2, 5, 10].map(n => n * power).find(n => n >= rough)!)
  return Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, i) => i * step)
}

/** Maps [from, to] onto [start, start + length]. */
export function scale(
  from: number,
  to: number,
  start: number,
  length: number,
): (value: number) => number {
  const span = to - from || 1
  return value => start + ((value - from) / span) * length
}
