// A link takes frames at one end. What comes out at the other, when, and whether, is the link's business;
// wrappers around a link are links themselves, so faults compose.

import type { Bytes } from '#core/bytes/bytes'

/** An extra delay that never ends: the frame takes its time on the medium and arrives nowhere. */
export const LOST = Number.POSITIVE_INFINITY

export interface Link {
  /**
   * Takes a frame of `length` octets of `src` at `at`; the octets are copied before the call returns.
   * @param extraDelay milliseconds to add to the link's own delay: a frame so held may be overtaken; or LOST.
   */
  send(src: Bytes, at: number, length: number, extraDelay: number): void
}

/** Whoever gets the frames; the octets are the receiver's until it returns. */
export type Receiver = (src: Bytes, at: number, length: number) => void
