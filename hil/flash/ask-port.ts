// What is at a port, for whoever uses hanrig as a library. What it takes is loaded when it is called.

import type { PortOptions } from '../open/open.ts'
import type { Answer } from './survey.ts'

/** How a port is asked. */
export interface AskOptions extends PortOptions {
  /** How long an answer is waited for, ms; opening comes on top. By default a second. */
  readonly within?: number | undefined
  /** Ends it: HanrigError INTERRUPTED. */
  readonly signal?: AbortSignal | undefined
}

const WITHIN = 1_000

/**
 * Opens a port, listens, greets whoever is there and closes it again. Opening resets some boards.
 *
 * @param address as flashBoard takes it.
 * @returns what answered; why there is no answer is in its `failure`, and not thrown.
 * @throws HanrigError INTERRUPTED.
 */
export async function askPort(address: string, options: AskOptions = {}): Promise<Answer> {
  const { survey } = await import('./survey.ts')
  const { within = WITHIN, signal, ...line } = options
  return await survey(address, within, line, signal)
}
