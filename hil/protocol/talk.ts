// How to talk to a board, whatever the protocol: octets and time in, octets and an outcome out. No I/O, no clock; the
// driver (converse.ts) has both. Every state has a deadline, so that a board that falls silent in any of them ends it.

import type { Bytes } from '#core/bytes/bytes'
import type { HanrigError } from '#core/errors/errors'
import type { Heard } from '../line/heard.ts'

/** One conversation with a board, in any protocol. Its times are ms of the clock of whoever drives it. */
export interface Talk {
  /** When tick() wants to be called, ms; never Infinity while it is not over. */
  readonly deadline: number
  /** True when nothing more is to be said or waited for, whether it went well or not. */
  readonly over: boolean
  /** Why it is over, unless all went well. */
  readonly failure: HanrigError | undefined
  /** What came besides the protocol. */
  readonly heard: Heard
  /** When it had done what it is for, ms, where it goes on to listen for last words. */
  readonly endedAt?: number | undefined
  /** When it is over: octets that came and are not its own, for whoever talks next. */
  readonly rest?: Uint8Array
  /** True when only last words are listened for: a port that ends then takes nothing away. */
  readonly leaving?: boolean
  /** Takes octets that arrived; the memory is the caller's again afterwards. */
  receive(chunk: Uint8Array, now: number): void
  /** Lets time pass; to be called at `deadline`, harmless at any other time. */
  tick(now: number): void
  /** Writes what is due to `out` from 0 and returns its length; 0 when nothing is due. */
  transmit(out: Bytes, now: number): number
  /** Stops for the user's sake: what transmit() gives next is a last word to the board, if it has one. */
  interrupt(now: number): void
}

/** A transfer was begun, or begun again: the board said what it holds. In blocks. */
export interface Beginning {
  /** Sent until then. */
  readonly sent: number
  /** Known to be held before it was asked. */
  readonly known: number
  /** Held, as it says. */
  readonly held: number
}

/** What a transfer has done so far. It outlives a talk: a board that went away is talked to again. */
export class Counts {
  /** Octets of the image. */
  size = 0
  /** Blocks of the image; 0 until their size is known. */
  blocks = 0
  /** Octets that the board says it has, of `size`. */
  doneOctets = 0
  /** Blocks that the board says it has, of `blocks`. */
  doneBlocks = 0
  /** What it had before anything was sent in this call. */
  heldBefore = 0
  /** Every time that the agent was asked what it holds. */
  readonly beginnings: Beginning[] = []
  /** Blocks sent, repeated ones included. */
  sent = 0
  /** How many of `sent` were repeats. */
  resent = 0
  /** Octets sent, framing included. */
  octets = 0
  /** Times that an answer was missing or damaged and something was said again. */
  retries = 0
}
