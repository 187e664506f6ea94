// Text that others wrote, made harmless to what shows it. A name in a file may hold what a terminal acts on (escape
// sequences, line breaks, marks that turn the direction of writing), what a CI server takes from a log as a command, or what
// a spreadsheet computes. It is told by escapes, as JSON has them; whatever is not of these stays as it is, octet for octet.

/** C0 and C1, line and paragraph separators, and what turns the direction of writing (Unicode, UAX 9). */
const ACTING = '\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069'
const ANY_ACTING = new RegExp(`[${ACTING}]`, 'g')
const ACTING_IN_TEXT = new RegExp(`(?!\\n)[${ACTING}]`, 'g')
/** The same, but for colours, of which a coloured text is made. */
const ACTING_IN_COLOURS = new RegExp(`(?!\\n|\\u001b\\[\\d+m)[${ACTING}]`, 'g')
/** Workflow commands: of GitHub, where a line begins so after blanks; of GitHub and Azure, anywhere; of TeamCity. */
const COMMANDS = /^(?<blanks>[^\S\n]*):(?=:)|#(?=#(?:\[|vso\[|teamcity\[))/gm

const NOT_PLAIN = /[^\n\x20-\x7e]/

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const escaped = (char: string): string =>
  SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A name, or a sentence with names in it, as a part of one line: it cannot end the line. */
export function oneLine(text: string): string {
  return text.replace(ANY_ACTING, escaped)
}

/**
 * Whole lines for a terminal or a log: nothing in them acts but line ends. JSON stays the same JSON.
 * @param hasColours whether there may be colours in it.
 */
export function harmless(text: string, hasColours: boolean): string {
  // Most text has none of it, and is looked through quickly.
  if (!NOT_PLAIN.test(text) && !text.includes('::') && !text.includes('##')) return text
  return text
    .replace(hasColours ? ACTING_IN_COLOURS : ACTING_IN_TEXT, escaped)
    .replace(COMMANDS, (_, blanks: string | undefined) =>
      blanks === undefined ? '\\u0023' : `${blanks}\\u003a`,
    )
}

/** A text for a cell of CSV: one that a spreadsheet would compute is led by an apostrophe, which keeps it a text. */
export function harmlessCell(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
}
