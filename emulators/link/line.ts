// One direction of one medium as a home uses it: faults in front of a delay line. A box sends into `link`; whoever is to
// hear it sets `receiver`.

import type { Archive } from '#core/state/archive'
import { Random } from '#core/time/random'
import type { LinkValues } from '../profile/profiles.ts'
import type { World } from '../trace/world.ts'
import type { Channel } from './channel.ts'
import { DelayLine, type DelayLineSize } from './delay-line.ts'
import { type FaultRates, FaultyLink } from './faults.ts'
import type { Link, Receiver } from './link.ts'
import type { Tap } from './tap.ts'
import { type WrongKind, WrongLink, type WrongRule } from './wrong.ts'

/** A frame held back on the WAN or the HAN waits at most this long, ms (inferred). */
const WAN_HOLD_BACK = 2_000
const HAN_HOLD_BACK = 100

export interface LineSetup {
  /** Name in the trace, such as han.esme.up. */
  readonly name: string
  readonly values: LinkValues & FaultRates
  readonly size: DelayLineSize
  /** The air that it shares; its own when left out. */
  readonly channel?: Channel | undefined
  /** What the sender does wrong on purpose. */
  readonly wrongs: readonly WrongRule[]
}

export class Line {
  readonly link: Link
  readonly faults: FaultyLink
  readonly #delay: DelayLine
  readonly #wrongs: WrongLink[] = []

  constructor(world: World, setup: LineSetup) {
    const { name, values, size, channel, wrongs } = setup
    const onAir = name.startsWith('han')
    this.#delay = new DelayLine(world, { name, values, size, receiver: () => {}, channel })
    this.faults = new FaultyLink(world, {
      name,
      inner: this.#delay,
      maxFrame: size.maxFrame,
      rates: values,
      holdBack: onAir ? HAN_HOLD_BACK : WAN_HOLD_BACK,
      checked: onAir,
    })
    let link: Link = this.faults
    for (const [i, rule] of wrongs.entries()) {
      const random = new Random(world.seed, `${name}.${rule.what}.${i}`)
      const wrong = new WrongLink(world, { name, inner: link, rule, random })
      this.#wrongs.push(wrong)
      link = wrong
    }
    this.link = link
  }

  /** Whoever gets the frames; nobody at first. */
  set receiver(receiver: Receiver) {
    this.#delay.receiver = receiver
  }

  /** Has a capture hear every frame. */
  set tap(tap: Tap) {
    this.faults.tap = tap
  }

  archive(a: Archive): void {
    this.#delay.archive(a)
    this.faults.archive(a)
    for (const wrong of this.#wrongs) wrong.archive(a)
  }
}

/** The rules of a box that a line carries out; the rest, restarts, are the box's own. */
export function lineWrongs(
  wrongs: readonly (WrongRule | { readonly what: 'restart' })[],
): WrongRule[] {
  return wrongs.filter((rule): rule is WrongRule & { what: WrongKind } => rule.what !== 'restart')
}
