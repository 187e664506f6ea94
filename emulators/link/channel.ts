// The air, or a wire: one frame at a time. Links that share a channel wait for each other, first come first served.

import type { Archive } from '#core/state/archive'

export class Channel {
  /** When the last frame that asked for it has left it, ms; a fraction counts. */
  idleAt = 0

  archive(a: Archive): void {
    this.idleAt = a.number(this.idleAt)
  }
}
