// What stands behind a box and really takes its images and runs them. The box speaks to the radio and keeps the rules;
// the body has the time and the truth: how long taking and activating last, and whether they come off. The default body
// is the emulated one, two timers; a real board is another. Invariant: a body answers what it was asked at most once,
// never inside the call that asked, and nothing that it was asked before its power went or the image was dropped.

import type { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import type { VirtualClock } from '#core/time/virtual-clock'

export interface Body {
  /** Whether it tells when it cuts and restores the hub's supply; else the profile of the box says when. */
  readonly switchesSupply: boolean
  /**
   * Takes the whole image, before the box verifies it; BodyOwner.taken answers.
   * @param file a view of the file that arrived: good until the answer.
   */
  take(file: Bytes, fileVersion: number): void
  /** Forgets the image that it is taking: nobody waits for it any more. */
  drop(): void
  /**
   * Runs the image that it took last; BodyOwner.activated answers.
   * @param duration how long that should take by the profile, ms.
   */
  activate(duration: number): void
  /** The box has lost its supply, and the body with it. */
  powerOff(): void
  powerOn(): void
  /** Pulls the cable between the body and what drives it, for `duration` ms; false when there is none to pull. */
  pull(duration: number): boolean
  archive(a: Archive): void
}

/** The box, as its body sees it. */
export interface BodyOwner {
  /** The image was taken. @param refusal what is against it, for people; undefined when nothing is. */
  taken(refusal: string | undefined): void
  /** The activation is over. @param version file version that runs now, where the body knows; it does on success. */
  activated(ok: boolean, version: number | undefined): void
  /** The hub's supply goes or comes by the body's doing. */
  hubSupply(on: boolean): void
}

export type MakeBody = (owner: BodyOwner, clock: VirtualClock) => Body

/** Profile fields of a body that is emulated; ms and yes/no. */
export interface EmulatedBodyValues {
  readonly verifyTime: number
  readonly activationFails: number
}

/** Takes any image, in the time that the profile says. */
export class EmulatedBody implements Body {
  readonly switchesSupply = false
  readonly #clock: VirtualClock
  readonly #values: EmulatedBodyValues
  readonly #takeTimer: number
  readonly #activationTimer: number

  constructor(clock: VirtualClock, values: EmulatedBodyValues, owner: BodyOwner) {
    this.#clock = clock
    this.#values = values
    this.#takeTimer = clock.timer(() => owner.taken(undefined))
    this.#activationTimer = clock.timer(() => owner.activated(!values.activationFails, undefined))
  }

  take(): void {
    this.#clock.after(this.#takeTimer, this.#values.verifyTime)
  }

  drop(): void {
    this.#clock.cancel(this.#takeTimer)
  }

  activate(duration: number): void {
    this.#clock.after(this.#activationTimer, duration)
  }

  powerOff(): void {
    this.drop()
    this.#clock.cancel(this.#activationTimer)
  }

  powerOn(): void {}

  pull(): boolean {
    return false
  }

  /** Its timers are the clock's. */
  archive(): void {}
}
