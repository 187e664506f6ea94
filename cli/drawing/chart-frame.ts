// A chart that fills the page, in both frames: where its axes lie, an axis of amounts, bars.

import { count } from '../output/format.ts'
import { amountTicks, scale } from './axis.ts'
import { type FrameName, inBothFrames, picture } from './frame.ts'
import { type Markup, markup } from './markup.ts'

export interface Frame {
  readonly name: FrameName
  readonly width: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Room for the amounts on the left, and what is free on the right. */
const SIDES = { wide: { left: 64, right: 12 }, narrow: { left: 52, right: 8 } } as const

/**
 * A chart in both frames.
 * @param id unique on the page.
 */
export function chart(
  id: string,
  title: string,
  description: string,
  height: number | Readonly<Record<FrameName, number>>,
  draw: (frame: Frame) => Markup,
): Markup {
  const drawn = inBothFrames((name, width) => {
    const { left, right } = SIDES[name]
    const high = typeof height === 'number' ? height : height[name]
    const frame = { name, width, left, right: width - right, top: 26, bottom: high - 26 }
    return picture({ id: `${id}-${name}`, title, description, width, height: high }, draw(frame))
  })
  return markup`${drawn}\n`
}

/** Amounts beside the chart; returns the scale too. */
export function amountAxis(most: number, frame: Frame): { y: (n: number) => number; axis: Markup } {
  const { top, bottom, left, right } = frame
  const y = scale(0, Math.max(1, most) * 1.04, bottom, top - bottom)
  return {
    y,
    axis: markup`${amountTicks(Math.max(1, most), 4).map(amount => gridLine(y(amount), count(amount), left, right))}`,
  }
}

/** The same on a logarithmic scale: 1, 10, 100 and so on; 0 lies on the axis. */
export function logAxis(most: number, frame: Frame): { y: (n: number) => number; axis: Markup } {
  const { top, bottom, left, right } = frame
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(1, most) * 1.1)))
  // Half a decade below 1, so that a single one can be seen.
  const log = scale(-0.5, decades, bottom, top - bottom)
  const y = (n: number) => (n <= 0 ? bottom : log(Math.log10(n)))
  const ticks = Array.from({ length: decades + 1 }, (_, i) => 10 ** i)
  return { y, axis: markup`${ticks.map(n => gridLine(y(n), count(n), left, right))}` }
}

/** A line across the chart and the amount that it stands for. */
export function gridLine(y: number, label: string, left: number, right: number): Markup {
  return markup`<line class="grid" x1="${left}" y1="${y}" x2="${right}" y2="${y}"/><text class="tick" x="${left - 7}" y="${y + 4}" text-anchor="end">${label}</text>`
}

/** A bar from one amount up to another, at least a hair high. */
export function bar(className: string, x1: number, x2: number, y1: number, y2: number): Markup {
  const gap = Math.min(1.5, (x2 - x1) * 0.15)
  const height = Math.max(0.75, y1 - y2)
  return markup`<rect class="${className}" x="${x1}" y="${y1 - height}" width="${x2 - x1 - gap}" height="${height}"/>`
}
