// The refusal that an error of writing is.

import { HanrigError } from '#core/errors/errors'
import { reasonOf } from '#emulators/storage/reason'
import { hanrigError } from '../errors/errors.ts'

/** @param name as whoever is told gave it. */
export function unwritable(name: string, error: unknown): HanrigError {
  if (error instanceof HanrigError) return error
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EPIPE') {
    return hanrigError('HANRIG_FILE_UNWRITABLE', `${name}: whoever read it is gone.`)
  }
  return hanrigError('HANRIG_FILE_UNWRITABLE', `${name}: ${reasonOf(error)}.`)
}
