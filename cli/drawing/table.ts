// Tables of a page: one that scrolls by itself where it is wider than the page, facts, and figures as tiles.

import { type Markup, markup, type Piece } from './markup.ts'

export interface Column {
  readonly name: string
  readonly className?: string
}

/** A table whose first column heads its rows. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Piece[])[],
  footer?: readonly Piece[],
  className = 'plain',
): Markup {
  const attribute = ({ className }: Column) =>
    className ? markup` class="${className}"` : undefined
  const cells = (row: readonly Piece[]) =>
    row.map((piece, i) =>
      i === 0
        ? markup`<th scope="row"${attribute(columns[0]!)}>${piece}</th>`
        : markup`<td${attribute(columns[i]!)}>${piece}</td>`,
    )
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="${className}">
<thead><tr>${columns.map(column => markup`<th scope="col"${attribute(column)}>${column.name}</th>`)}</tr></thead>
<tbody>${rows.map(row => markup`<tr>${cells(row)}</tr>\n`)}</tbody>
${footer && markup`<tfoot><tr>${cells(footer)}</tr></tfoot>`}</table></div>`
}

/** Names and what is known of them. */
export function factTable(rows: readonly (readonly [name: string, value: Piece])[]): Markup {
  return markup`<table class="facts"><tbody>${rows.map(
    ([name, value]) => markup`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`,
  )}</tbody></table>`
}

/** A name, the value, and less important words. */
export type Tile = readonly [name: string, value: string, small: string]

/** The figures at the top of a page. */
export function tileList(tiles: readonly Tile[]): Markup {
  return markup`<dl class="tiles">${tiles.map(
    ([name, value, small]) =>
      markup`<div><dt>${name}</dt><dd>${value}<small>${small}</small></dd></div>\n`,
  )}</dl>`
}
