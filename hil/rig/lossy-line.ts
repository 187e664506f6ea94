// A line to a board that may be lost and come back: whatever is asked over it is asked again when it is there again, for
// the board knows how far it was. It is given up when it stays away, or is lost again and again without getting further.

import { HanrigError } from '#core/errors/errors'
import type { Board } from '../protocol/agent-messages.ts'
import { type BoardLink, BoardRefusal } from './board-link.ts'

/** Losses in a row without any progress after which a board is given up. */
const MOST_FUTILE = 5
const LOSSES = ['HANRIG_PORT_GONE', 'HANRIG_BOARD_SILENT', 'HANRIG_PORT_STALLED']
/** What passes by itself: it is at another job still. */
const PASSING = 'busy'

/** Told of losses. */
export interface LossListener {
  lost(reason: string): void
  back(board: Board): void
}

export class LossyLine {
  /** Times that it was lost and came back; the caller sets it to 0. */
  resumes = 0
  /** Set by what is asked when it has got further than ever before. */
  gotFurther = false
  readonly #link: BoardLink
  readonly #patience: number
  readonly #listener: LossListener

  /** @param patience how long a board is waited for, ms. */
  constructor(link: BoardLink, patience: number, listener: LossListener) {
    this.#link = link
    this.#patience = patience
    this.#listener = listener
  }

  /** Tries for as long as the board comes back, and gets any further. @throws what was wrong at the last. */
  async persist<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    for (let futile = 0; ; ) {
      this.gotFurther = false
      try {
        if (!this.#link.port) await this.#link.connect(this.#patience, signal)
        return await attempt()
      } catch (error) {
        signal.throwIfAborted()
        futile = this.gotFurther ? 0 : futile + 1
        if (!isLoss(error) || futile > MOST_FUTILE) throw error
        await this.regain(error as Error, signal)
        this.resumes++
      }
    }
  }

  /** Waits for a board that was lost. @throws when it does not come back in time. */
  async regain({ message }: Error, signal?: AbortSignal): Promise<void> {
    this.#listener.lost(message)
    this.#listener.back(await this.#link.connect(this.#patience, signal))
  }
}

/** Whether an error says that the board was lost, and not that it will not. */
export function isLoss(error: unknown): boolean {
  if (error instanceof BoardRefusal) return error.code === PASSING
  return error instanceof HanrigError && LOSSES.includes(error.code)
}
