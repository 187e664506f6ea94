// When a held image is activated and what is answered: SRV 11.3, GBCS use case CS06 seen from the device.
// Source: GBCS v0.8.1 §11.5 (draft, 2014) and the RTDS 4.5.0 vectors; the table below is the whole behaviour.
// Invariant: at most one command is pending; a later one with a real time overwrites it (inferred).

import type { Archive } from '../state/archive.ts'
import { NO_ACTION, type Row, StateTable } from '../state/table.ts'

/** States. */
export const EMPTY = 0
export const HOLDING = 1
/** A command with an execution time is stored; an image may or may not be held. */
export const SCHEDULED = 2
export const SCHEDULED_EMPTY = 3
export const ACTIVATING = 4

export const ACTIVATION_STATES = [
  'empty',
  'holding',
  'scheduled',
  'scheduled-empty',
  'activating',
] as const

/** Events. */
export const IMAGE_HELD = 0
export const IMAGE_DROPPED = 1
/** A command to be processed now, with and without the right hash. */
export const NOW_MATCHING = 2
export const NOW_MISMATCHING = 3
export const LATER = 4
export const CANCEL = 5
/** The execution time has come, with and without the right hash. */
export const DUE_MATCHING = 6
export const DUE_MISMATCHING = 7
export const SUCCEEDED = 8
export const FAILED = 9
/** The image is to be activated without a command: SRV 11.4 does both in one step. */
export const AT_ONCE = 10
/** The device comes back from a loss of power in the middle of an activation. */
export const INTERRUPTED = 11

/** Actions. */
const BEGIN = 1
const REPORT_NO_IMAGE = 2
const REPORT_MISMATCH = 3
const STORE = 4
const CLEAR = 5
const REPORT_SUCCESS = 6
const REPORT_FAILURE = 7
const REPORT_BUSY = 8

export const ACTIVATION_ROWS: readonly Row[] = [
  [EMPTY, IMAGE_HELD, HOLDING, NO_ACTION],
  [EMPTY, NOW_MATCHING, EMPTY, REPORT_NO_IMAGE],
  [EMPTY, NOW_MISMATCHING, EMPTY, REPORT_NO_IMAGE],
  [EMPTY, LATER, SCHEDULED_EMPTY, STORE],
  [EMPTY, CANCEL, EMPTY, CLEAR],
  [HOLDING, IMAGE_DROPPED, EMPTY, NO_ACTION],
  [HOLDING, NOW_MATCHING, ACTIVATING, BEGIN],
  [HOLDING, NOW_MISMATCHING, HOLDING, REPORT_MISMATCH],
  [HOLDING, LATER, SCHEDULED, STORE],
  [HOLDING, CANCEL, HOLDING, CLEAR],
  [SCHEDULED, IMAGE_DROPPED, SCHEDULED_EMPTY, NO_ACTION],
  [SCHEDULED, NOW_MATCHING, ACTIVATING, BEGIN],
  [SCHEDULED, NOW_MISMATCHING, SCHEDULED, REPORT_MISMATCH],
  [SCHEDULED, LATER, SCHEDULED, STORE],
  [SCHEDULED, CANCEL, HOLDING, CLEAR],
  [SCHEDULED, DUE_MATCHING, ACTIVATING, BEGIN],
  [SCHEDULED, DUE_MISMATCHING, HOLDING, REPORT_MISMATCH],
  [HOLDING, AT_ONCE, ACTIVATING, BEGIN],
  [HOLDING, INTERRUPTED, ACTIVATING, BEGIN],
  [SCHEDULED_EMPTY, IMAGE_HELD, SCHEDULED, NO_ACTION],
  [SCHEDULED_EMPTY, NOW_MATCHING, SCHEDULED_EMPTY, REPORT_NO_IMAGE],
  [SCHEDULED_EMPTY, NOW_MISMATCHING, SCHEDULED_EMPTY, REPORT_NO_IMAGE],
  [SCHEDULED_EMPTY, LATER, SCHEDULED_EMPTY, STORE],
  [SCHEDULED_EMPTY, CANCEL, EMPTY, CLEAR],
  [SCHEDULED_EMPTY, DUE_MATCHING, EMPTY, REPORT_NO_IMAGE],
  [SCHEDULED_EMPTY, DUE_MISMATCHING, EMPTY, REPORT_NO_IMAGE],
  // A command during an activation: the image is about to be the running one, so nothing can be tried.
  [ACTIVATING, NOW_MATCHING, ACTIVATING, REPORT_BUSY],
  [ACTIVATING, NOW_MISMATCHING, ACTIVATING, REPORT_BUSY],
  [ACTIVATING, LATER, ACTIVATING, REPORT_BUSY],
  [ACTIVATING, CANCEL, ACTIVATING, CLEAR],
  [ACTIVATING, SUCCEEDED, EMPTY, REPORT_SUCCESS],
  [ACTIVATING, FAILED, HOLDING, REPORT_FAILURE],
]

const TABLE = new StateTable(5, 12, ACTIVATION_ROWS)

/** CS06 response codes (GBCS ExecutionOutcome). */
export const OUTCOME_SUCCESS = 0
export const OUTCOME_NO_IMAGE = 1
export const OUTCOME_HASH_MISMATCH = 2
export const OUTCOME_FAILURE = 3
/** Further results of a call, not on the wire: the activation has begun. */
export const BEGUN = 4
/** The command was accepted with a NULL answer: future-dated, or a cancellation. */
export const ACCEPTED_NULL = 5
/** The originator counter is not above the last accepted one: not processed, not answered. */
export const REPLAYED = 6
/** Nothing happened. */
export const UNCHANGED = 7

/** executionDateTime of a cancellation: GeneralizedTime 99991231235959Z, as Unix milliseconds. */
export const CANCEL_TIME = 253_402_300_799_000
/** executionDateTime of a command without one: activate now. */
export const IMMEDIATE = -1

export const HASH_LENGTH = 32

export class ActivationHandler {
  state = EMPTY
  /** When the stored command is due, ms; Infinity when none is stored. */
  deadline = Number.POSITIVE_INFINITY
  /** Whether the outcome of what runs now goes by alert (8F66 or 8F67) rather than by response. */
  byAlert = false
  /** Counter of the command that runs or is stored. */
  counter = 0
  /** Its execution time, ms; IMMEDIATE when it had none. */
  executionTime = IMMEDIATE

  /** SHA-256 that the stored command wants, and that of the held Manufacturer Image. */
  readonly wanted = new Uint8Array(HASH_LENGTH)
  readonly held = new Uint8Array(HASH_LENGTH)
  /** The last originator counter accepted; -1 before the first. */
  lastCounter = -1

  /**
   * An image verified; `hash` is the SHA-256 of its Manufacturer Image. It replaces a held one. Not during an
   * activation: the box takes no new image then.
   */
  hold(hash: Uint8Array): void {
    this.held.set(hash)
    this.state = TABLE.next(this.state, IMAGE_HELD)
  }

  /** The held image is gone: its memory is being written over. Not during an activation. */
  drop(): void {
    this.state = TABLE.next(this.state, IMAGE_DROPPED)
  }

  /**
   * Takes a command.
   * @param hash SHA-256 that the held Manufacturer Image must have, 32 octets.
   * @param counter originator counter, a whole number up to 2^53 - 1; must exceed the last accepted one.
   * @param executionTime ms of the device's clock, IMMEDIATE, or CANCEL_TIME.
   * @returns OUTCOME_NO_IMAGE, OUTCOME_HASH_MISMATCH, OUTCOME_FAILURE (busy), BEGUN, ACCEPTED_NULL or REPLAYED.
   */
  command(hash: Uint8Array, counter: number, executionTime: number, now: number): number {
    if (counter <= this.lastCounter) return REPLAYED
    this.lastCounter = counter
    if (executionTime === CANCEL_TIME) return this.#step(CANCEL)
    // What a past time means is not in any source found: treated as immediate.
    if (executionTime !== IMMEDIATE && executionTime > now) {
      if (this.state !== ACTIVATING) {
        this.wanted.set(hash)
        this.counter = counter
        this.executionTime = executionTime
      }
      return this.#step(LATER)
    }
    const matches = sameHash(hash, this.held)
    if (matches && (this.state === HOLDING || this.state === SCHEDULED)) {
      this.byAlert = false
      this.counter = counter
      this.executionTime = IMMEDIATE
    }
    return this.#step(matches ? NOW_MATCHING : NOW_MISMATCHING)
  }

  /** Lets time pass; at `deadline` the stored command is processed and its outcome goes by alert. */
  tick(now: number): number {
    if (now < this.deadline) return UNCHANGED
    this.byAlert = true
    const matches = sameHash(this.wanted, this.held)
    return this.#step(matches ? DUE_MATCHING : DUE_MISMATCHING)
  }

  /** The activation that BEGUN announced has ended. */
  finish(ok: boolean): number {
    return this.#step(ok ? SUCCEEDED : FAILED)
  }

  /** Begins an activation that no command asked for; its outcome goes by alert. */
  atOnce(): number {
    // One that a command began already is answered as that command wants.
    if (this.state === HOLDING) this.byAlert = true
    return this.#step(AT_ONCE)
  }

  /**
   * Comes back after a loss of power. The box has set `held`, `wanted`, `deadline`, `counter`, `executionTime`,
   * `byAlert` and `lastCounter` from what it kept.
   * @param holding whether the image of `held` is there.
   * @param interrupted whether an activation was under way; it begins again, and BEGUN says so.
   */
  restore(holding: boolean, interrupted: boolean): number {
    const scheduled = this.deadline !== Number.POSITIVE_INFINITY
    this.state = holding ? (scheduled ? SCHEDULED : HOLDING) : scheduled ? SCHEDULED_EMPTY : EMPTY
    return interrupted ? this.#step(INTERRUPTED) : UNCHANGED
  }

  archive(a: Archive): void {
    this.state = a.number(this.state)
    this.deadline = a.number(this.deadline)
    this.byAlert = a.flag(this.byAlert)
    this.counter = a.number(this.counter)
    this.executionTime = a.number(this.executionTime)
    this.lastCounter = a.number(this.lastCounter)
    a.numbers(this.wanted)
    a.numbers(this.held)
  }

  #step(event: number): number {
    const action = TABLE.action(this.state, event)
    this.state = TABLE.next(this.state, event)
    switch (action) {
      case BEGIN:
        this.#clear()
        return BEGUN
      case STORE:
        this.deadline = this.executionTime
        return ACCEPTED_NULL
      case CLEAR:
        this.#clear()
        return ACCEPTED_NULL
      case REPORT_NO_IMAGE:
        this.#clearIfDue(event)
        return OUTCOME_NO_IMAGE
      case REPORT_MISMATCH:
        this.#clearIfDue(event)
        return OUTCOME_HASH_MISMATCH
      case REPORT_SUCCESS:
        return OUTCOME_SUCCESS
      case REPORT_FAILURE:
      case REPORT_BUSY:
        return OUTCOME_FAILURE
      default:
        return UNCHANGED
    }
  }

  #clearIfDue(event: number): void {
    if (event === DUE_MATCHING || event === DUE_MISMATCHING) this.#clear()
  }

  #clear(): void {
    this.deadline = Number.POSITIVE_INFINITY
  }
}

function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < HASH_LENGTH; i++) if (a[i] !== b[i]) return false
  return true
}
