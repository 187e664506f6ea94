// A sheet that answers a question: figures by section, each section with the assumptions that it comes from. It is told in
// three ways, of which none knows more than the others: text with tables, a page with bars beside them, and JSON Lines.

import { hanrigVersion } from '#emulators/storage/version'
import { JsonLines, print, style } from '../output/output.ts'
import { tableLines } from '../output/text-table.ts'
import { type Bars, barList } from './bars.ts'
import { legend } from './legend.ts'
import { type Markup, markup, tied } from './markup.ts'
import { page } from './page.ts'
import { STYLE } from './style.ts'
import { type Tile, table, tileList } from './table.ts'

export type Value = string | number | boolean | undefined

/** A column: its key in JSON, its name for people, and how a value is shown; without that as it is. */
export interface SheetColumn {
  readonly key: string
  readonly name: string
  readonly show?: (value: number) => string
}

export interface Section {
  /** Name of its records in JSON. */
  readonly name: string
  readonly title: string
  /** What its figures come from: a sentence. */
  readonly from: string
  readonly columns: readonly SheetColumn[]
  readonly rows: readonly Readonly<Record<string, Value>>[]
  /** Columns that are drawn as bars, all to one scale, by class. */
  readonly bars?: readonly (readonly [key: string, className: string])[]
  /** Left out of the text: long, and for reference. */
  readonly quiet?: true
}

export interface Sheet {
  /** Name of its last record in JSON. */
  readonly name: string
  readonly title: string
  readonly about: string
  readonly tiles: readonly Tile[]
  readonly sections: readonly Section[]
  /** What its last record in JSON has. */
  readonly summary: object
}

const NONE = '–'
/** Characters of a cell that is a sentence. */
const LONG = 30

function shown({ show }: SheetColumn, value: Value): string {
  if (value === undefined) return NONE
  if (typeof value === 'number') return show ? show(value) : String(value)
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value
}

function isNumeric({ columns, rows }: Section, column: number): boolean {
  const { key } = columns[column]!
  return rows.some(row => typeof row[key] === 'number')
}

/** Whether a column has sentences, which want room. */
function isLong({ columns, rows }: Section, column: number): boolean {
  const each = columns[column]!
  return column > 0 && rows.some(row => shown(each, row[each.key]).length > LONG)
}

export function sheetText({ title, about, tiles, sections }: Sheet): string {
  const lines = [style('bold', title, process.stdout), about, '']
  const width = Math.max(0, ...tiles.map(([name]) => name.length))
  lines.push(
    ...tableLines({
      rows: tiles.map(([name, value, small]) => [
        name,
        small === '' ? value : `${value}, ${small}`,
      ]),
      least: [width],
    }),
  )
  for (const section of sections) {
    if (section.quiet || section.rows.length === 0) continue
    const { columns, rows, from } = section
    lines.push(
      '',
      style('bold', section.title, process.stdout),
      ...tableLines({
        head: columns.map(({ name }) => name),
        rows: rows.map(row => columns.map(column => shown(column, row[column.key]))),
        numbers: columns.flatMap((_, i) => (isNumeric(section, i) ? [i] : [])),
      }),
      style('dim', `from: ${from}`, process.stdout),
    )
  }
  return `${lines.join('\n')}\n`
}

export function sheetPage(sheet: Sheet): string {
  const { title, about, tiles, sections } = sheet
  const hanrig = hanrigVersion()
  const body = markup`<header>
<h1>${title}</h1>
<p class="dim">${about}</p>
${tileList(tiles.map(([name, value, small]) => [name, tied(value), tied(small)]))}
</header>
<main>
${sections.filter(({ rows }) => rows.length > 0).map(sectionMarkup)}
</main>
<footer><p>Made by hanrig ${hanrig}. The same version, input and assumptions give the same page.</p></footer>`
  return page(title, hanrig, STYLE + SHEET_STYLE, body)
}

const SHEET_STYLE = `
.bars{margin:10px 0 14px;display:grid;gap:9px}
.bars dt{font-size:14px;font-weight:600}
.bars dd{margin:0;display:grid;grid-template-columns:1fr 132px;gap:10px;align-items:center;font-size:13.5px}
.bars dd span{font-variant-numeric:tabular-nums}
.bars svg{width:100%;height:13px;background:var(--panel);border-radius:3px}
.first{fill:var(--wan)}.second{fill:var(--forward)}.third{fill:var(--activate)}.fourth{fill:var(--download)}
td.sentence,th.sentence{min-width:220px}
main>h2:first-child{margin-top:26px}
`

function sectionMarkup(section: Section): Markup {
  const { title, from, columns, rows, bars = [] } = section
  const named = bars.map(([key, className]) => {
    return { column: columns.find(each => each.key === key)!, className }
  })
  const drawn: Bars[] = rows.map(row => ({
    name: shown(columns[0]!, row[columns[0]!.key]),
    bars: named.flatMap(({ column, className }) => {
      const value = row[column.key]
      return typeof value === 'number' ? [{ className, value, text: shown(column, value) }] : []
    }),
  }))
  const key = named.length > 1 ? legend(named.map(each => [each.className, each.column.name])) : ''
  const figure = named.length > 0 ? markup`<figure>${key}${barList(drawn)}</figure>` : undefined
  return markup`<h2>${title}</h2>
<p class="dim">From: ${tied(from)}</p>
${figure}
${table(
  title,
  columns.map(({ name }, i) => ({
    name,
    className: isNumeric(section, i) ? 'number' : isLong(section, i) ? 'sentence' : '',
  })),
  rows.map(row => columns.map(column => tied(shown(column, row[column.key])))),
)}
`
}

/** A record for each row, with what it comes from; the last one sums up. */
export function writeSheet({ name, sections, summary }: Sheet): void {
  const lines = new JsonLines(print)
  for (const section of sections) {
    for (const row of section.rows) lines.write({ name: section.name, ...row, from: section.from })
  }
  lines.write({ name, ...summary })
  lines.end()
}
