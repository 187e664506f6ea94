// Messages that must arrive, over links that lose them: one at a time, numbered, repeated until acknowledged,
// handed over once and in order. For service requests, responses and alerts; blocks have their own way.

import { AT_IMAGE, frameIsSound } from '#core/block/block-frame'
import { Bytes } from '#core/bytes/bytes'
import type { Archive } from '#core/state/archive'
import type { VirtualClock } from '#core/time/virtual-clock'
import { archiveLength } from '../storage/archive.ts'
import type { Link } from './link.ts'
import {
  ACK,
  controlKind,
  encodeControl,
  FIRST_MESSAGE,
  MAX_CONTROL_FRAME,
  payloadOf,
} from './wire.ts'

export interface CourierConfig {
  /** Milliseconds after which an unacknowledged message is repeated. */
  readonly timeout: number
  /** Times that one message is sent before it is dropped. */
  readonly maxTries: number
}

const NOTHING = Bytes.alloc(0)

export class Courier {
  /** Messages sent again. */
  repeats = 0
  readonly #clock: VirtualClock
  readonly #config: CourierConfig
  readonly #link: Link
  readonly #onMessage: (kind: number, payload: Bytes) => void
  readonly #onLost: (kind: number, payload: Bytes) => void
  readonly #queue: { kind: number; payload: Bytes }[] = []
  readonly #out = Bytes.alloc(MAX_CONTROL_FRAME)
  readonly #timer: number
  #number = 1
  #expected = 1
  #tries = 0
  #paused = false

  /**
   * @param onMessage takes a message of the other end.
   * @param onLost told of a message that was given up, or dropped.
   */
  constructor(
    clock: VirtualClock,
    config: CourierConfig,
    link: Link,
    onMessage: (kind: number, payload: Bytes) => void,
    onLost: (kind: number, payload: Bytes) => void = () => {},
  ) {
    this.#clock = clock
    this.#config = config
    this.#link = link
    this.#onMessage = onMessage
    this.#onLost = onLost
    this.#timer = clock.timer(() => this.#transmit())
  }

  /** True when no message waits to be acknowledged. */
  get idle(): boolean {
    return this.#queue.length === 0
  }

  /** Sends a message after those that wait already; the octets are copied before the call returns. */
  post(kind: number, payload: Bytes): void {
    this.#queue.push({ kind, payload: new Bytes(payload.u8.slice()) })
    if (this.#queue.length === 1) this.#transmit()
  }

  /** Sends nothing of its own from now on; messages still come in and are acknowledged, others may be posted. */
  pause(): void {
    this.#paused = true
    this.#clock.cancel(this.#timer)
  }

  /** Drops the messages that wait. */
  drop(): void {
    this.#clock.cancel(this.#timer)
    this.#number += this.#queue.length
    this.#tries = 0
    for (const { kind, payload } of this.#queue.splice(0)) this.#onLost(kind, payload)
  }

  /**
   * Goes on after pause(): the message that waits first is sent at once.
   * @param afresh whether it is as if for the first time; false counts the tries of before.
   */
  resume(afresh = true): void {
    if (!this.#paused) return
    this.#paused = false
    if (afresh) this.#tries = 0
    this.#transmit()
  }

  /**
   * Takes a control frame; true when it was a message or an acknowledgement.
   * @param messages false while messages are not taken: their sender repeats them.
   */
  receive(src: Bytes, at: number, length: number, messages = true): boolean {
    const kind = controlKind(src, at, length)
    if (kind !== ACK && kind < FIRST_MESSAGE) return false
    if (!frameIsSound(src, at, length)) return true
    const number = src.dv.getInt32(at + AT_IMAGE, true)
    if (kind === ACK) {
      if (this.#queue.length > 0 && number === this.#number) this.#next()
      return true
    }
    if (!messages) return true
    // An older number is a repeat whose acknowledgement was lost: acknowledged again, not handed over again.
    // A number that was skipped is a message that its sender gave up: it is not waited for.
    if (number >= this.#expected) {
      // Handed over before it is acknowledged: whoever loses power in the middle is sent it again.
      this.#onMessage(kind, payloadOf(src, at, length))
      this.#expected = number + 1
    }
    const size = encodeControl(this.#out, 0, ACK, number, NOTHING, 0)
    this.#link.send(this.#out, 0, size, 0)
    return true
  }

  archive(a: Archive): void {
    this.repeats = a.number(this.repeats)
    this.#number = a.number(this.#number)
    this.#expected = a.number(this.#expected)
    this.#tries = a.number(this.#tries)
    this.#paused = a.flag(this.#paused)
    const waiting = a.number(this.#queue.length)
    if (a.loading) this.#queue.length = 0
    for (let i = 0; i < waiting; i++) {
      const kind = a.number(this.#queue[i]?.kind ?? 0)
      const length = archiveLength(a, this.#queue[i]?.payload.length ?? 0, MAX_CONTROL_FRAME)
      const payload = this.#queue[i]?.payload ?? Bytes.alloc(length)
      a.numbers(payload.u8)
      this.#queue[i] = { kind, payload }
    }
  }

  #transmit(): void {
    const message = this.#queue[0]
    if (!message || this.#paused) return
    if (this.#tries++ === this.#config.maxTries) {
      this.#next()
      this.#onLost(message.kind, message.payload)
      return
    }
    if (this.#tries > 1) this.repeats++
    const { kind, payload } = message
    const size = encodeControl(this.#out, 0, kind, this.#number, payload, payload.length)
    // Armed first: over a link without delay the acknowledgement comes before send() returns.
    this.#clock.after(this.#timer, this.#config.timeout)
    this.#link.send(this.#out, 0, size, 0)
  }

  #next(): void {
    this.#clock.cancel(this.#timer)
    this.#queue.shift()
    this.#number++
    this.#tries = 0
    this.#transmit()
  }
}
