// What the emulators refuse, beside what the core does.

import { CORE_ERRORS } from '#core/errors/codes'
import { type Declarations, device, errorsOf, inUse, unusable } from '#core/errors/errors'

export const EMULATOR_ERRORS = {
  HANRIG_USAGE: unusable(),
  HANRIG_KEY_UNUSABLE: unusable(
    'Give a PEM file with a P-256 key (openssl ecparam -name prime256v1).',
  ),
  HANRIG_CERTIFICATE_UNUSABLE: unusable(
    'An organisation’s or device’s certificate on P-256 is wanted, PEM or DER.',
  ),
  HANRIG_KEY_UNKNOWN: unusable(),
  HANRIG_GBCS_TEXT_INVALID: unusable('See docs/SPEC.md §13.6 for what a message in YAML may hold.'),
  HANRIG_STORE_IN_USE: inUse(),
  HANRIG_STORE_UNUSABLE: unusable(),
  HANRIG_STORE_DAMAGED: device(
    'Remove the named file: the image is then received again from the first block.',
  ),
  HANRIG_SCENARIO_INVALID: unusable(
    'See docs/scenario.schema.json for what a scenario may hold; editors complete by it.',
  ),
  HANRIG_PORTFOLIO_INVALID: unusable(),
  HANRIG_EVENTS_INVALID: unusable(),
  HANRIG_EVENTS_UNORDERED: unusable(
    'Sort the events by time, and give several files in the order of their time.',
  ),
  HANRIG_TRACKER_FULL: unusable(),
  HANRIG_FILE_NOT_FOUND: unusable('Check the path; relative paths start at the current directory.'),
  HANRIG_FILE_UNREADABLE: unusable('Check the permissions of the file and of its directory.'),
  HANRIG_FILE_IS_DIRECTORY: unusable('Name a file inside the directory.'),
  HANRIG_FILE_IS_PIPE: unusable(
    'Write what comes out of it to a file first, or hand it over as /dev/stdin.',
  ),
  HANRIG_FILE_TOO_LARGE: unusable(
    'Is it the right file? hanrig reads far more than one ever needs.',
  ),
  HANRIG_LEASE_DAMAGED: unusable(
    'Something else wrote it: remove the file when nothing uses what it stands for.',
  ),
} as const satisfies Declarations

export const hanrigError = errorsOf({ ...CORE_ERRORS, ...EMULATOR_ERRORS })
