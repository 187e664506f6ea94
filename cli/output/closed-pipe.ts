// What becomes of a write to stdout when nobody reads it any more, or when it cannot be written.

import { writeSync } from 'node:fs'
import { reasonOf } from '#emulators/storage/reason'

/** `hanrig … | head` closes the pipe early: that is no error. Nor is a terminal that is gone while work ends in order. */
export function endQuietlyOnClosedPipe(): void {
  if (process.stdout.listenerCount('error') > 0) return
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    if (process.stdout.isTTY) return
    tellLast(`error HANRIG_FILE_UNWRITABLE: stdout: ${reasonOf(error)}.\n`)
    process.exit(2)
  })
  // Nobody is left to be told.
  process.stderr.on('error', () => {})
}

function tellLast(text: string): void {
  try {
    writeSync(2, text)
  } catch {
    // The exit code says it all the same.
  }
}
