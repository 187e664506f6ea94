// What becomes of a write to stdout when nobody reads it any more, or when it cannot be written.

import { writeSync } from 'node:fs'

/** `hanrig … | head` closes the pipe early: that is no error. */
export function endQuietlyOnClosedPipe(): void {
  if (process.stdout.listenerCount('error') > 0) return
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    writeSync(2, `error HANRIG_FILE_UNWRITABLE: stdout: ${error.message}.\n`)
    process.exit(2)
  })
}
