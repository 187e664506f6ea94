// Where a capture listens: it sees each frame as its sender put it on the medium, with what becomes of it.

import type { Bytes } from '#core/bytes/bytes'

export interface Tap {
  /**
   * A frame of `length` octets of `src` at `at` goes on the medium now.
   * @param fault what happens to it on the way, for people; empty when it just arrives.
   */
  frame(src: Bytes, at: number, length: number, fault: string): void
}
