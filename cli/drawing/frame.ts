// Pictures on a page: how wide they are, and the frame of SVG around them. One that fills the page is drawn twice, wide and
// narrow, and the style sheet shows the one that fits: text that is scaled down to a phone cannot be read.

import { type Markup, markup } from './markup.ts'

/** Widths of a picture that fills the page: as wide as the page becomes, and as a phone held upright has room for. */
export const WIDTHS = { wide: 1032, narrow: 360 } as const
export type FrameName = keyof typeof WIDTHS

/** Size of letters, as of the text around them. */
export const FONT = 12

/** Both drawings of a picture that fills the page. */
export function inBothFrames(draw: (name: FrameName, width: number) => Markup): Markup {
  return markup`<div class="wide">${draw('wide', WIDTHS.wide)}</div>
<div class="narrow">${draw('narrow', WIDTHS.narrow)}</div>`
}

export interface Picture {
  /** Prefix of its ids, unique on the page. */
  readonly id: string
  /** What it is, and what it shows, for those who do not see it. */
  readonly title: string
  readonly description?: string
  readonly width: number
  readonly height: number
}

export function picture(
  { id, title, description, width, height }: Picture,
  content: Markup,
): Markup {
  const names = description === undefined ? `${id}-title` : `${id}-title ${id}-desc`
  const said =
    description === undefined ? undefined : markup`<desc id="${id}-desc">${description}</desc>\n`
  return markup`<svg class="drawing" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${names}">
<title id="${id}-title">${title}</title>
${said}${content}
</svg>`
}
