// HTML and SVG as tagged templates: whatever is put into one is escaped unless it is markup itself, so no file name
// or trace field can become a tag. Numbers are coordinates, with two decimals; numbers for people come as text.

export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Piece = string | number | Markup | undefined | readonly Piece[]

export function markup(strings: TemplateStringsArray, ...pieces: Piece[]): Markup {
  let text = strings[0]!
  for (let i = 0; i < pieces.length; i++) text += render(pieces[i]) + strings[i + 1]!
  return new Markup(text)
}

/** The text with its numbers tied to their units, so that no line breaks between them. */
export function tied(text: string): string {
  return text.replace(/(\d) (?=[a-zA-Z%])/g, '$1\u00A0')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function render(piece: Piece): string {
  if (piece === undefined) return ''
  if (piece instanceof Markup) return piece.text
  if (typeof piece === 'number') return String(Math.round(piece * 100) / 100)
  if (typeof piece === 'string') return escapeText(piece)
  return piece.map(render).join('')
}

/** Text for an element or a quoted attribute. Control characters, which HTML forbids, are shown as U+FFFD. */
export function escapeText(text: string): string {
  return text
    .replace(/[&<>"']/g, char => ENTITIES[char]!)
    .replace(/[^\P{Cc}\t\n]|\p{Cs}/gu, '\uFFFD')
}
