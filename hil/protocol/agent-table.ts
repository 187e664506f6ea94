// What the host does when, in a talk with the board agent. Every state asks something until it is answered; a board
// that restarts, or has forgotten the transfer, is asked from the beginning and says itself what it has.

import type { Row } from '#core/state/table'

/** States; the request that each makes is in brackets. */
export const GREETING = 0 // HELLO
export const BEGINNING = 1 // BEGIN
export const SENDING = 2 // DATA, and STATUS when no ACK comes
export const FINISHING = 3 // END
export const VERIFYING = 4 // VERIFY
export const ACTIVATING = 5 // ACTIVATE
export const RESTARTING = 6 // HELLO, until the board is back
export const DONE = 7
export const FAILED = 8

/** Names of the states, by number. */
export const AGENT_STATES = [
  'greeting',
  'beginning',
  'sending',
  'finishing',
  'verifying',
  'activating',
  'restarting',
  'done',
  'failed',
] as const

/** Events. */
export const WELCOME = 0
/** The board runs the image. */
export const RUNS = 1
/** The board is on its way into the image. */
export const ACTIVATES = 2
export const BEGUN = 3
export const ALL_HELD = 4
export const ENDED = 5
export const VERIFIED = 6
/** Verified, and no activation is wanted. */
export const ENOUGH = 7
/** The board does not know of the transfer, or misses blocks, or holds nothing. */
export const FORGOTTEN = 8
/** Another start of the board than the one that was greeted. */
export const RESTARTED = 9
/** It is at another job. */
export const BUSY = 10
/** No sound frame for too long. */
export const SILENT = 11
/** It will not, or it went wrong. */
export const REFUSED = 12

/** Actions. */
export const ASK = 1
export const SEND = 2
export const PAUSE = 3
export const AWAIT = 4
export const FINISH = 5
export const FAIL = 6

const ends = (state: number): readonly Row[] => [
  [state, SILENT, FAILED, FAIL],
  [state, REFUSED, FAILED, FAIL],
]

export const AGENT_ROWS: readonly Row[] = [
  [GREETING, WELCOME, BEGINNING, ASK],
  [GREETING, RUNS, DONE, FINISH],
  [GREETING, ACTIVATES, RESTARTING, AWAIT],
  [BEGINNING, BEGUN, SENDING, SEND],
  [BEGINNING, BUSY, BEGINNING, PAUSE],
  [BEGINNING, RESTARTED, GREETING, ASK],
  [SENDING, ALL_HELD, FINISHING, ASK],
  [SENDING, FORGOTTEN, GREETING, ASK],
  [SENDING, RESTARTED, GREETING, ASK],
  [FINISHING, ENDED, VERIFYING, ASK],
  [FINISHING, FORGOTTEN, GREETING, ASK],
  [VERIFYING, VERIFIED, ACTIVATING, ASK],
  [VERIFYING, ENOUGH, DONE, FINISH],
  [VERIFYING, FORGOTTEN, GREETING, ASK],
  [ACTIVATING, ACTIVATES, RESTARTING, AWAIT],
  [ACTIVATING, FORGOTTEN, GREETING, ASK],
  [RESTARTING, RUNS, DONE, FINISH],
  ...[GREETING, BEGINNING, SENDING, FINISHING, VERIFYING, ACTIVATING, RESTARTING].flatMap(ends),
]
