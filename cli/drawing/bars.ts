// Amounts as bars to one scale: name above, bar and figure beneath, so that it fits a telephone as well as paper.

import { type Markup, markup } from './markup.ts'

export interface Bars {
  readonly name: string
  readonly bars: readonly {
    readonly className: string
    readonly value: number
    readonly text: string
  }[]
}

export function barList(rows: readonly Bars[]): Markup {
  const most = Math.max(0, ...rows.flatMap(({ bars }) => bars.map(({ value }) => value)))
  return markup`<dl class="bars">${rows.map(
    ({ name, bars }) =>
      markup`<div><dt>${name}</dt>${bars.map(
        ({ className, value, text }) =>
          markup`<dd><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="${className}" width="${most === 0 ? 0 : (100 * value) / most}" height="8"/></svg><span>${text}</span></dd>`,
      )}</div>\n`,
  )}</dl>`
}
