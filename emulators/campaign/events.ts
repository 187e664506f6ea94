// Event by event: every attempt at every block of many devices, in the order of time, on a timer wheel. Devices behind one
// bearer share its air: an attempt waits until those that asked before it have had theirs. What an attempt touches of
// a device is one record of 16 octets, and only some devices play at a time, so that they stay in fast memory.

import { TimerWheel } from '#core/time/wheel'
import type { Stream } from './draws.ts'
import { OVERDUE, type Rules, type Transfers } from './transfer.ts'

/** Devices that play at a time: their state and the busy part of the wheel fit the first two caches. */
export const PLAYING = 2_048

/** Devices to be played. Those that share a bearer follow each other and are never apart. */
export class Roster {
  count = 0
  readonly device: Int32Array
  readonly blocks: Int32Array
  /** When it begins, ms after the first of its bearer. */
  readonly start: Int32Array
  /** Devices from here on, itself included, that share its bearer: 1 for one alone, 0 inside a group. */
  readonly group: Int32Array

  constructor(capacity: number) {
    this.device = new Int32Array(capacity)
    this.blocks = new Int32Array(capacity)
    this.start = new Int32Array(capacity)
    this.group = new Int32Array(capacity)
  }

  add(device: number, blocks: number, start: number, group: number): void {
    this.device[this.count] = device
    this.blocks[this.count] = blocks
    this.start[this.count] = start
    this.group[this.count++] = group
  }
}

/**
 * A record of four words for each device that plays: the link of its timer, its state, and the keys of its fate. Where it
 * begins, `at`, names the device among those that play, and its timer; other arrays have it at `at >> RECORD`. The state is
 * blocks left << SHIFT | SHARED | level, where the level is the number of attempts lost in a row.
 */
const RECORD = 2
const STATE = 1
const KEY = 2
const SECOND = 3
const LEVEL = 31
/** Level of a device that does nothing until its time has come. */
const WAITING = 31
const SHARED = 32
const SHIFT = 6
/** In the place of a delay: the device is done. */
const ENDED = -1
const SIGN = 0x8000_0000 | 0
/** Most blocks of an image. */
export const MOST_BLOCKS = 2 ** 25 - 1

/**
 * The fate of one attempt at a block: 32 bits that are a function of the device's keys and of which attempt it is, so
 * nothing has to be kept between attempts, and the order in which devices play decides nothing.
 * Mixing: two rounds of multiply and shift with constants by C. Wellons (lowbias32), a key added before each.
 * @param attempt which block and which of its attempts.
 * @param key,second the device's keys, any int32s.
 */
export function fate(attempt: number, key: number, second: number): number {
  let x = (attempt + key) | 0
  x = (Math.imul(x ^ (x >>> 16), 0x7feb352d) + second) | 0
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return x ^ (x >>> 16)
}

/** What is added to the second key when a download goes on after a rest: the same attempts get another fate. */
export const AFTER_REST = 0x9e3779b9 | 0

export class EventEngine {
  readonly #rules: Rules
  readonly #stream: Stream
  readonly #wheel: TimerWheel
  /** Devices that may play at a time. */
  readonly #playing: number
  readonly #records: Int32Array
  readonly #began: Int32Array
  /** Until when a WAITING device waits. */
  readonly #until: Int32Array
  readonly #lost: Int32Array
  readonly #rests: Int32Array
  /** Place in the roster. */
  readonly #place: Int32Array
  /** A bearer has the number of the first device behind it. */
  readonly #bearer: Int32Array
  /** When each bearer is free again. */
  readonly #free: Int32Array
  readonly #vacant: Int32Array
  #vacancies = 0
  #now = 0
  #cursor = 0

  /**
   * @param stream the concern 'estate.transfer' of the run.
   * @param largestGroup most devices that share a bearer.
   */
  constructor(rules: Rules, stream: Stream, largestGroup = 1, playing = PLAYING) {
    const { roundTrip, jitter, longestBackoff, airTime } = rules.config
    const queue = largestGroup > 1 ? largestGroup * airTime : 0
    const count = Math.max(playing, largestGroup)
    this.#rules = rules
    this.#stream = stream
    this.#playing = count
    this.#records = new Int32Array(count << RECORD)
    const longest = Math.max(roundTrip + jitter, longestBackoff) + queue
    this.#wheel = new TimerWheel(longest, this.#records)
    this.#began = new Int32Array(count)
    this.#until = new Int32Array(count)
    this.#lost = new Int32Array(count)
    this.#rests = new Int32Array(count)
    this.#place = new Int32Array(count)
    this.#bearer = new Int32Array(count)
    this.#free = new Int32Array(count)
    this.#vacant = Int32Array.from({ length: count }, (_, i) => i << RECORD)
  }

  /**
   * Plays every device of the roster and keeps what came of it at its place there.
   * @param heed told now and then how many devices are done and how many attempts were made.
   * @returns attempts that were made.
   */
  play(roster: Roster, out: Transfers, heed?: (done: number, attempts: number) => void): number {
    this.#vacancies = this.#playing
    this.#cursor = 0
    let attempts = 0
    this.#admit(roster)
    while (this.#vacancies < this.#playing) {
      attempts += this.#run(out)
      this.#admit(roster)
      heed?.(this.#cursor - (this.#playing - this.#vacancies), attempts)
    }
    return attempts
  }

  /** Lets in whole groups while there is room. */
  #admit(roster: Roster): void {
    while (this.#cursor < roster.count) {
      const group = roster.group[this.#cursor]!
      if (group > this.#vacancies) return
      const bearer = this.#vacant[this.#vacancies - 1]! >> RECORD
      this.#free[bearer] = this.#now
      for (let i = 0; i < group; i++) {
        const at = this.#vacant[--this.#vacancies]!
        this.#bearer[at >> RECORD] = bearer
        this.#begin(at, roster, this.#cursor++, group > 1 ? SHARED : 0)
      }
    }
  }

  #begin(at: number, roster: Roster, place: number, shared: number): void {
    const id = at >> RECORD
    this.#stream.begin(roster.device[place]!)
    this.#records[at + STATE] = (roster.blocks[place]! << SHIFT) | shared | WAITING
    this.#records[at + KEY] = this.#stream.bits()
    this.#records[at + SECOND] = this.#stream.bits()
    this.#place[id] = place
    this.#lost[id] = 0
    this.#rests[id] = 0
    const wait = 1 + roster.start[place]!
    this.#until[id] = (this.#now + wait) | 0
    this.#began[id] = this.#until[id]!
    this.#wheel.arm(at, this.#now + Math.min(wait, this.#wheel.mask))
  }

  /**
   * Plays until a device is done; returns the attempts made meanwhile. What is seldom has methods of its own: in here it
   * would take registers from what happens at every attempt.
   */
  #run(out: Transfers): number {
    const { roundTrip } = this.#rules.config
    const jitterMask = this.#rules.config.jitter - 1
    const lostBelow = (this.#rules.lostBelow + SIGN) | 0
    const { head, mask } = this.#wheel
    const records = this.#records
    const before = this.#vacancies
    let now = this.#now
    let attempts = 0
    while (this.#vacancies === before) {
      now = (now + 1) | 0
      const first = now & mask
      let at = head[first]!
      if (at < 0) continue
      head[first] = -1
      do {
        const after = records[at]!
        const state = records[at + STATE]!
        let delay = ENDED
        if ((state & (SHARED | LEVEL)) < WAITING) {
          attempts++
          const bits = fate(state, records[at + KEY]!, records[at + SECOND]!)
          // A comparison of unsigned numbers, of which there are none here: both have their sign turned over.
          if (((bits ^ SIGN) | 0) < lostBelow) delay = this.#lose(at, state, now, 0, out)
          else {
            const left = (state & ~LEVEL) - (1 << SHIFT)
            records[at + STATE] = left
            delay = roundTrip + (bits & jitterMask)
            // It shares no bearer: the state is nothing but blocks.
            if (left === 0) delay = this.#finish(at, now + delay, out)
          }
        } else if ((state & LEVEL) === WAITING && this.#wait(at, now) > 0) {
          delay = Math.min(this.#wait(at, now), mask)
        } else {
          attempts++
          delay = this.#attempt(at, state, now, out)
        }
        if (delay !== ENDED) {
          const slot = (now + delay) & mask
          records[at] = head[slot]!
          head[slot] = at
        }
        at = after
      } while (at >= 0)
    }
    this.#now = now
    return attempts
  }

  /** Milliseconds that a WAITING device still has to wait. */
  #wait(at: number, now: number): number {
    return (this.#until[at >> RECORD]! - now) | 0
  }

  /** An attempt of a device that has waited, or that shares its bearer; returns the delay to its next, or ENDED. */
  #attempt(at: number, waited: number, now: number, out: Transfers): number {
    const { roundTrip, jitter, airTime } = this.#rules.config
    const records = this.#records
    const state = (waited & LEVEL) === WAITING ? waited & ~LEVEL : waited
    const queued = (state & SHARED) === 0 ? 0 : this.#queue(at >> RECORD, now, airTime)
    const bits = fate(state, records[at + KEY]!, records[at + SECOND]!)
    if (bits >>> 0 < this.#rules.lostBelow) return this.#lose(at, state, now, queued, out)
    const left = (state & ~LEVEL) - (1 << SHIFT)
    records[at + STATE] = left
    const delay = queued + roundTrip + (bits & (jitter - 1))
    return left >>> SHIFT === 0 ? this.#finish(at, now + delay, out) : delay
  }

  /** An attempt, for which it had waited `queued` ms, was lost; returns the delay to the next, or ENDED. */
  #lose(at: number, state: number, now: number, queued: number, out: Transfers): number {
    const { maxTries, rest, lifetime } = this.#rules.config
    const records = this.#records
    const id = at >> RECORD
    const level = state & LEVEL
    this.#lost[id]!++
    if (((now - this.#began[id]!) | 0) > lifetime) return this.#end(at, OVERDUE, out)
    if (level + 1 < maxTries) {
      records[at + STATE] = state + 1
      return queued + this.#rules.backoff[level]!
    }
    this.#rests[id]!++
    records[at + STATE] = (state & ~LEVEL) | WAITING
    records[at + SECOND] = (records[at + SECOND]! + AFTER_REST) | 0
    this.#until[id] = (now + queued + rest) | 0
    return Math.min(queued + rest, this.#wheel.mask)
  }

  /** The last block is there at `then`. */
  #finish(at: number, then: number, out: Transfers): number {
    const duration = (then - this.#began[at >> RECORD]!) | 0
    return this.#end(at, duration > this.#rules.config.lifetime ? OVERDUE : duration, out)
  }

  /** First come, first served: how long an attempt waits until the bearer is free for it. */
  #queue(id: number, now: number, airTime: number): number {
    const bearer = this.#bearer[id]!
    const wait = Math.max(0, (this.#free[bearer]! - now) | 0)
    this.#free[bearer] = (now + wait + airTime) | 0
    return wait
  }

  #end(at: number, duration: number, out: Transfers): number {
    const id = at >> RECORD
    const place = this.#place[id]!
    out.retries[place] = this.#lost[id]!
    out.stops[place] = this.#rests[id]!
    out.duration[place] = duration
    this.#vacant[this.#vacancies++] = at
    return ENDED
  }
}
