// Ctrl-C stops cleanly: the first signal tells the work to end in order, the second one ends the process.

import { HanrigError } from '#core/errors/errors'
import { hanrigError } from '../errors/errors.ts'
import { EXIT_INTERRUPTED } from '../errors/exit.ts'
import { note } from './output.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** What is left to be done after the work, stdout to be read above all, goes on as long as something moves in this time, ms. */
const STILL = 1_000

/**
 * Runs `work` with a signal that is aborted when the process is told to stop. Its reason is the HanrigError INTERRUPTED, which
 * is thrown in place of the error of whatever the signal broke off.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const told = new AbortController()
  const { signal } = told
  const onSignal = () => {
    if (signal.aborted) process.exit(EXIT_INTERRUPTED)
    note('stopping; once more ends it at once')
    told.abort(hanrigError('HANRIG_INTERRUPTED', 'Stopped by the user.'))
  }
  listen(onSignal)
  try {
    return await work(signal)
  } catch (error) {
    throw signal.aborted && !(error instanceof HanrigError) ? brokenOff(error, signal) : error
  } finally {
    if (signal.aborted) leaveSoon()
    else deafen(onSignal)
  }
}

/** Whoever hears signals now. */
let listener: (() => void) | undefined

function listen(onSignal: () => void): void {
  listener = onSignal
  for (const name of SIGNALS) process.on(name, onSignal)
}

function deafen(onSignal: () => void): void {
  listener = undefined
  for (const name of SIGNALS) process.off(name, onSignal)
}

/**
 * Does what may block this thread for as long as somebody else likes, such as reading a pipe before the work has begun. No
 * signal is heard meanwhile, so a signal does what it does to a process that does not ask for it: ends it at once.
 */
export function blocking<T>(work: () => T): T {
  const heard = listener
  if (!heard) return work()
  deafen(heard)
  try {
    return work()
  } finally {
    listen(heard)
  }
}

/** The waits of Node end with an error of their own. */
function brokenOff(error: unknown, { reason }: AbortSignal): unknown {
  return (error as Error).name === 'AbortError' ? reason : error
}

/** Ends the process when nothing moves any more: a reader that is stuck, or a socket, is no reason to stay. */
function leaveSoon(): void {
  let left = -1
  const timer = setInterval(() => {
    const { writableLength } = process.stdout
    if (writableLength === 0 || writableLength === left)
      process.exit(process.exitCode ?? EXIT_INTERRUPTED)
    left = writableLength
  }, STILL)
  timer.unref()
}
