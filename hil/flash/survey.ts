// What is at a port: it is opened, listened to and greeted for a moment, and closed. Why a port could not be opened is an
// answer, too.

import { HanrigError } from '#core/errors/errors'
import { openPort, type PortOptions } from '../open/open.ts'
import type { Board } from '../protocol/agent-messages.ts'
import { converse } from '../protocol/converse.ts'
import { type Found, ProbeTalk } from '../protocol/probe.ts'

/** What is at a port. */
export interface Answer {
  /** Who answered; undefined when nobody did. */
  readonly found: Found | undefined
  /** What the agent said of its board. */
  readonly board: Board | undefined
  /** Why there is no answer. */
  readonly failure: HanrigError | undefined
}

/** Milliseconds that a port is listened to before it is greeted. */
const LISTEN_FIRST = 50

/** Asks what is at `address` for at most `within` ms; opening comes on top. */
export async function survey(
  address: string,
  within: number,
  options: PortOptions = {},
  signal?: AbortSignal,
): Promise<Answer> {
  try {
    const port = await openPort(address, options)
    const times = { listenFirst: LISTEN_FIRST, helloFor: within - LISTEN_FIRST, listenFor: 0 }
    const probe = new ProbeTalk(performance.now(), times)
    try {
      await converse(port, probe, { signal, drainWithin: within })
    } finally {
      await port.close()
    }
    return { found: probe.found, board: probe.board, failure: undefined }
  } catch (error) {
    if (!(error instanceof HanrigError) || error.code === 'HANRIG_INTERRUPTED') throw error
    return { found: undefined, board: undefined, failure: error }
  }
}
