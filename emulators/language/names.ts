// Texts of a scenario: free ones, those of a form, and the names that things get and are called by.

import { z } from 'zod'
import { editorsSay, must } from './wording.ts'

/** Names that events and links already have. */
export const RESERVED = ['supplier', 'dco', 'dsp', 'hub', 'run', 'wan', 'csp', 'han'] as const

export const text = (longest: number) =>
  z.string(must('a text')).max(longest, must(`a text of at most ${longest} characters`))

/** A text of one form, in whose words any other is refused. */
export function formed(pattern: RegExp, wanted: string) {
  return z.string(must(wanted)).regex(pattern, must(wanted)).meta(editorsSay(wanted))
}

/** A name that something gets here, other than the reserved ones. */
export function newName(reserved: readonly string[]) {
  const others = reserved.map(name => `"${name}"`).join(', ')
  return formed(
    new RegExp(`^(?!(?:${reserved.join('|')})$)[a-z][a-z0-9-]{0,31}$`),
    `a name other than ${others}, of at most 32 small letters, digits and hyphens with a letter first`,
  )
}

export const imageName = () => text(32).min(1, must('the name of an image'))
export const boxName = () => text(32).min(1, must('the name of a device'))
/** Names of boxes; `least` of them at least. */
export const boxNames = (least = 1) =>
  z
    .array(boxName(), must('a list of names, such as [esme]'))
    .min(least, must('a list with a name in it'))
