// Ctrl-C stops cleanly: the first one tells the work to end in order, the second one ends the process.

import { EXIT_INTERRUPTED } from '../errors/exit.ts'
import { note } from './output.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs `work` with a signal that is aborted when the process is told to stop. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const told = new AbortController()
  const onSignal = () => {
    if (told.signal.aborted) process.exit(EXIT_INTERRUPTED)
    note('stopping; once more ends it at once')
    told.abort()
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  try {
    return await work(told.signal)
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal)
  }
}
