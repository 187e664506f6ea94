// Logs for whoever debugs a rig: JSON Lines on stderr, silent but for errors unless --verbose or HANRIG_LOG asks.
// What a run did is not logged here; that is the trace.

import { pino } from 'pino'
import { harmless } from './harmless.ts'

export const log = pino(
  { name: 'hanrig', level: process.env.HANRIG_LOG ?? 'fatal' },
  { write: (line: string) => process.stderr.write(harmless(line, false)) },
)
