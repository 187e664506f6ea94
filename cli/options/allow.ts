// What files of others may do here: the option that allows it, and how what they do without being asked is told.

import type { Option } from 'commander'
import { PERMISSIONS, type Permission, plainWants, type Wants } from '#hil/trust/trust'
import { note } from '../output/output.ts'
import { oneOf } from './options.ts'
import { pluralOption } from './strict.ts'

const ABOUT = {
  commands: 'run the commands of their power switches',
  writes: 'write the files that they name',
} as const

/** The option --allow, for what a command could be asked to do. */
export function allowOption(permissions: readonly Permission[] = PERMISSIONS): Option {
  const parse = oneOf(permissions)
  const about = permissions.map(each => `${each} (${ABOUT[each]})`).join(' or ')
  return pluralOption<Permission[]>(
    '--allow <what>',
    `let scenario and pool files have ${about}; repeatable`,
    (text, before = []) => [...before, parse(text)],
  )
}

/** Tells which files a file names that are read, and which ports that are opened, before they are. */
export function tellWants(wants: Wants): void {
  const text = plainWants(wants)
  if (text !== undefined) note(text)
}
