// `hanrig --help`, as commander would write it, from the table of commands alone: neither it nor any command is loaded.

import { COMMANDS } from './commands.ts'
import { fold } from './output/terminal.ts'

export const ABOUT = 'Rehearse smart-meter firmware distribution: blocks, DCO, hub, ESME, AD1.'
export const VERBOSE = ['--verbose', 'log what happens to stderr, as JSON Lines'] as const
const HELP_ABOUT = 'display help for command'

const OPTIONS: readonly (readonly [flags: string, about: string])[] = [
  ['-V, --version', 'output the version number'],
  VERBOSE,
  ['-h, --help', HELP_ABOUT],
]

const EXIT_CODES = `
Exit codes: 0 ok, 1 expectation failed, 2 usage or unusable input, 3 device or internal error,
4 time-out, 5 refused by policy (a large image, a plan that does not fit), 6 in use, 130 interrupted.
Every error code has a section in docs/ERRORS.md.
`

/** Where there is no terminal that has a width. */
const COLUMNS = 80
/** Columns below which texts are not folded, as commander has it. */
const NARROWEST = 40
/** Blanks before each item, and at least as many behind what it is called. */
const GAP = '  '

/** The help of the whole program. @param columns of the terminal. */
export function programHelp(columns = stdoutWidth()): string {
  const commands = Object.entries(COMMANDS).map(([name, { takes, about }]) => [
    `${name} ${takes}`.trimEnd(),
    about,
  ])
  commands.push(['help [command]', HELP_ABOUT])
  const width = Math.max(...[...OPTIONS, ...commands].map(([term]) => term!.length))
  const listed = (items: readonly (readonly string[])[]): string =>
    items.map(([term, about]) => item(term!, about!, width, columns)).join('')
  return `Usage: hanrig [options] [command]

${foldWide(ABOUT, columns).join('\n')}

Options:
${listed(OPTIONS)}
Commands:
${listed(commands)}${EXIT_CODES}`
}

function item(term: string, about: string, width: number, columns: number): string {
  const lead = `${GAP}${term.padEnd(width)}${GAP}`
  return `${lead}${foldWide(about, columns - lead.length).join(`\n${' '.repeat(lead.length)}`)}\n`
}

function foldWide(text: string, columns: number): string[] {
  return columns < NARROWEST ? [text] : fold(text, columns)
}

function stdoutWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns || COLUMNS : COLUMNS
}
