// What commands refuse, beside what the floors below refuse; and all codes that there are.

import { CORE_ERRORS } from '#core/errors/codes'
import { type Declarations, errorsOf, unusable } from '#core/errors/errors'
import { EMULATOR_ERRORS } from '#emulators/errors/errors'
import { HIL_ERRORS } from '#hil/errors/errors'

export const CLI_ERRORS = {
  HANRIG_PART_NONE: unusable('Give join the directory that `hanrig image split` wrote.'),
  HANRIG_PART_DAMAGED: unusable('Copy that part again from where the image was split.'),
  HANRIG_PART_MISSING: unusable(
    'Copy the missing parts into the directory; their order and names do not matter.',
  ),
  HANRIG_PART_MIXED: unusable('Keep the parts of one image only in the directory.'),
  HANRIG_PART_MISMATCH: unusable(
    'The parts are sound but do not give the image that was split: split it again.',
  ),
  HANRIG_SCENARIO_UNKNOWN: unusable(
    'List the ready ones with `hanrig scenarios`; a path names your own.',
  ),
  HANRIG_GBCS_MALFORMED: unusable(
    'Octets are counted from 0; docs/SPEC.md §13 has the layouts and what each misfit means.',
  ),
  HANRIG_PORT_CHOICE: unusable(
    'Name each port with --port; `hanrig boards` says what is where, virtual:wasm needs no board.',
  ),
} as const satisfies Declarations

/** Every code of the house. */
export const ERRORS = { ...CORE_ERRORS, ...EMULATOR_ERRORS, ...HIL_ERRORS, ...CLI_ERRORS }

export const hanrigError = errorsOf(ERRORS)
