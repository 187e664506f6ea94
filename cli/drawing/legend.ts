// What the colours and signs of a drawing mean.

import { type Markup, markup } from './markup.ts'

/** Signs and their names; a sign is drawn 16 pixels square. */
export function signLegend(entries: readonly (readonly [sign: Markup, name: string])[]): Markup {
  return markup`<ul class="legend">${entries.map(
    ([sign, name]) =>
      markup`<li><svg viewBox="0 0 16 16" aria-hidden="true">${sign}</svg>${name}</li>`,
  )}</ul>`
}

/** Squares of a colour and their names. */
export function legend(entries: readonly (readonly [className: string, name: string])[]): Markup {
  return signLegend(
    entries.map(([className, name]) => [
      markup`<rect class="${className}" x="1.5" y="1.5" width="13" height="13"/>`,
      name,
    ]),
  )
}
