// Boxes that restart again and again, as a scenario wants it: not by themselves a reason for a run to go on.

import { Random } from '#core/time/random'
import type { VirtualClock } from '#core/time/virtual-clock'
import type { Wrong } from '../scenario/schema/schema.ts'
import type { World } from '../trace/world.ts'

export class Restarts {
  readonly #clock: VirtualClock
  readonly #seed: number
  readonly #first: { readonly timer: number; readonly delay: number }[] = []

  constructor({ clock, seed }: World) {
    this.#clock = clock
    this.#seed = seed
  }

  /** @param cut takes the box's power away for so many ms. */
  add(wrongs: readonly Wrong[], name: string, cut: (time: number) => void): void {
    for (const rule of wrongs) {
      if (rule.what !== 'restart') continue
      const { every, for: time } = rule
      const delay = new Random(this.#seed, `${name}.restart`).between(1, every)
      const again = (): void => {
        this.#clock.after(timer, every)
        cut(time)
      }
      const timer: number = this.#clock.timer(again, 0, true)
      this.#first.push({ timer, delay })
    }
  }

  /** The first moment of a run. */
  begin(): void {
    for (const { timer, delay } of this.#first) this.#clock.after(timer, delay)
  }
}
