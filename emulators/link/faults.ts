// A link that misbehaves: a wrapper around any link, driven by seeded generators, one per kind of fault, each drawing
// for every frame while its rate is above 0, so that switching one kind on moves nothing in the others. Corruption
// flips one bit, the damage that is hardest to notice. A frame that does not arrive takes its time on the medium.

import { Bytes, copyBytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import { Random } from '#core/time/random'
import type { Trace } from '../trace/trace.ts'
import type { World } from '../trace/world.ts'
import { type Link, LOST } from './link.ts'
import type { Tap } from './tap.ts'

/** Bursts of loss after Gilbert and Elliott: a good state and a bad one; probabilities per frame, 0..1. */
export interface Bursts {
  /** Probability that the bad state begins, and that it ends. */
  readonly enter: number
  readonly leave: number
  /** Loss in the bad state; FaultRates.loss is that in the good one. */
  readonly loss: number
}

/** Deaf windows, milliseconds: the receiver hears nothing in the first `for` of every `every`. */
export interface Deaf {
  readonly every: number
  readonly for: number
}

/** Probabilities per frame, 0..1, and deaf windows. */
export interface FaultRates {
  readonly loss: number
  readonly corruption: number
  readonly duplication: number
  /** A frame is held back so that others overtake it. */
  readonly reordering: number
  readonly bursts?: Bursts | undefined
  readonly deaf?: Deaf | undefined
}

/** A link that does what it should. */
export const NO_FAULTS = {
  loss: 0,
  corruption: 0,
  duplication: 0,
  reordering: 0,
  bursts: undefined,
  deaf: undefined,
} satisfies FaultRates

export interface FaultyLinkSetup {
  /** Name in the trace; its generators are named after it. */
  readonly name: string
  readonly inner: Link
  /** Octets of the longest frame that `inner` takes. */
  readonly maxFrame: number
  readonly rates: FaultRates
  /** Milliseconds for which a reordered or duplicated frame is held back, at most. */
  readonly holdBack: number
  /** True when the medium checks frames itself, as IEEE 802.15.4 does: a damaged one is then as good as lost. */
  readonly checked: boolean
}

export class FaultyLink implements Link {
  readonly name: string
  lost = 0
  corrupted = 0
  duplicated = 0
  reordered = 0
  /** Frames that came while the receiver was deaf. */
  deafened = 0
  /** Told of every frame and of what becomes of it. */
  tap: Tap | undefined = undefined
  readonly #inner: Link
  readonly #trace: Trace
  readonly #setup: FaultyLinkSetup
  readonly #clock: { readonly now: number }
  readonly #loss: Random
  readonly #bursts: Random
  readonly #corruption: Random
  readonly #duplication: Random
  readonly #reordering: Random
  readonly #scratch: Bytes
  /** How far into a deaf period the run begins, ms. */
  readonly #phase: number
  #bad = false

  constructor({ clock, trace, seed }: World, setup: FaultyLinkSetup) {
    const { name, inner, rates, maxFrame } = setup
    const { deaf } = rates
    this.name = name
    this.#inner = inner
    this.#trace = trace
    this.#setup = setup
    this.#clock = clock
    this.#loss = new Random(seed, `${name}.loss`)
    this.#bursts = new Random(seed, `${name}.bursts`)
    this.#corruption = new Random(seed, `${name}.corruption`)
    this.#duplication = new Random(seed, `${name}.duplication`)
    this.#reordering = new Random(seed, `${name}.reordering`)
    this.#phase = deaf ? new Random(seed, `${name}.deaf`).between(0, deaf.every - 1) : 0
    this.#scratch = Bytes.alloc(maxFrame)
  }

  send(src: Bytes, at: number, length: number, extraDelay: number): void {
    const { rates, holdBack } = this.#setup
    const { corruption, duplication, reordering, deaf } = rates
    const lost = this.#loses(rates)
    let bit = -1
    if (corruption > 0 && this.#corruption.chance(corruption)) {
      bit = this.#corruption.between(0, length * 8 - 1)
    }
    let again = 0
    if (duplication > 0 && this.#duplication.chance(duplication)) {
      again = this.#duplication.between(1, holdBack)
    }
    let held = 0
    if (reordering > 0 && this.#reordering.chance(reordering)) {
      held = this.#reordering.between(1, holdBack)
    }
    if (extraDelay === LOST) this.#drop(src, at, length, 'lost')
    else if (lost) this.#lose(src, at, length)
    else if (deaf !== undefined && this.#isDeaf(deaf)) this.#deafen(src, at, length)
    else if (bit >= 0 || again > 0 || held > 0) {
      this.#spoil(src, at, length, extraDelay, bit, again, held)
    } else {
      if (this.tap !== undefined) this.tap.frame(src, at, length, '')
      this.#inner.send(src, at, length, extraDelay)
    }
  }

  archive(a: Archive): void {
    this.lost = a.number(this.lost)
    this.corrupted = a.number(this.corrupted)
    this.duplicated = a.number(this.duplicated)
    this.reordered = a.number(this.reordered)
    this.deafened = a.number(this.deafened)
    this.#bad = a.flag(this.#bad)
    this.#loss.archive(a)
    this.#bursts.archive(a)
    this.#corruption.archive(a)
    this.#duplication.archive(a)
    this.#reordering.archive(a)
  }

  /** Draws whether this frame is lost, after the state of the bursts has moved on. */
  #loses({ loss, bursts }: FaultRates): boolean {
    if (bursts !== undefined) {
      const turn = this.#bad ? bursts.leave : bursts.enter
      if (turn > 0 && this.#bursts.chance(turn)) this.#bad = !this.#bad
      if (this.#bad) loss = bursts.loss
    }
    return loss > 0 && this.#loss.chance(loss)
  }

  #isDeaf(deaf: Deaf): boolean {
    return (this.#clock.now + this.#phase) % deaf.every < deaf.for
  }

  #lose(src: Bytes, at: number, length: number): void {
    this.lost++
    if (this.#trace.frames) this.#trace.emit(this.name, 'frame-lost', { length })
    this.#drop(src, at, length, this.#bad ? 'lost in a burst' : 'lost')
  }

  #deafen(src: Bytes, at: number, length: number): void {
    this.deafened++
    if (this.#trace.frames) this.#trace.emit(this.name, 'frame-deaf', { length })
    this.#drop(src, at, length, 'receiver deaf')
  }

  #drop(src: Bytes, at: number, length: number, fault: string): void {
    if (this.tap !== undefined) this.tap.frame(src, at, length, fault)
    this.#inner.send(src, at, length, LOST)
  }

  /** Flips bit `bit` unless it is -1, sends a copy `again` ms late and holds the frame for `held` ms unless 0. */
  #spoil(
    src: Bytes,
    at: number,
    length: number,
    extraDelay: number,
    bit: number,
    again: number,
    held: number,
  ): void {
    const { frames } = this.#trace
    if (bit >= 0) {
      const { checked } = this.#setup
      this.corrupted++
      if (frames) {
        this.#trace.emit(this.name, 'frame-corrupted', { length, bit, dropped: checked })
      }
      if (checked) {
        if (this.tap !== undefined) {
          this.tap.frame(src, at, length, `${damage(bit)}, dropped by its checksum`)
        }
        this.#inner.send(src, at, length, LOST)
        return
      }
    }
    if (again > 0) {
      this.duplicated++
      if (frames) this.#trace.emit(this.name, 'frame-duplicated', { length })
    }
    if (held > 0) {
      this.reordered++
      if (frames) this.#trace.emit(this.name, 'frame-reordered', { length })
    }
    if (this.tap !== undefined) this.tap.frame(src, at, length, story(bit, again, held))
    if (bit >= 0) {
      copyBytes(this.#scratch, 0, src, at, length)
      this.#scratch.u8[bit >>> 3]! ^= 1 << (bit & 7)
      src = this.#scratch
      at = 0
    }
    this.#inner.send(src, at, length, extraDelay + held)
    if (again > 0) this.#inner.send(src, at, length, extraDelay + again)
  }
}

function damage(bit: number): string {
  return `damaged: bit ${bit} flipped`
}

function story(bit: number, again: number, held: number): string {
  const parts: string[] = []
  if (bit >= 0) parts.push(damage(bit))
  if (again > 0) parts.push('sent twice')
  if (held > 0) parts.push(`held back ${held} ms`)
  return parts.join(', ')
}
