// Messages that must arrive, over links that lose them: one at a time, numbered, repeated until acknowledged,
// handed over once and in order. For service requests, responses and alerts; blocks have their own way.

import { AT_IMAGE, frameIsSound } from '../../core/block/frame.ts'
import { Bytes } from '../../core/bytes/bytes.ts'
import type { VirtualClock } from '../../core/time/virtual-clock.ts'
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
  readonly #queue: { kind: number; payload: Bytes }[] = []
  readonly #out = Bytes.alloc(MAX_CONTROL_FRAME)
  readonly #timer: number
  #number = 1
  #expected = 1
  #tries = 0

  constructor(
    clock: VirtualClock,
    config: CourierConfig,
    link: Link,
    onMessage: (kind: number, payload: Bytes) => void,
  ) {
    this.#clock = clock
    this.#config = config
    this.#link = link
    this.#onMessage = onMessage
    this.#timer = clock.timer(() => this.#transmit())
  }

  /** Sends a message after those that wait already. */
  post(kind: number, payload: Bytes): void {
    this.#queue.push({ kind, payload })
    if (this.#queue.length === 1) this.#transmit()
  }

  /** Takes a control frame; true when it was a message or an acknowledgement. */
  receive(src: Bytes, at: number, length: number): boolean {
    const kind = controlKind(src, at, length)
    if (kind !== ACK && kind < FIRST_MESSAGE) return false
    if (!frameIsSound(src, at, length)) return true
    const number = src.dv.getInt32(at + AT_IMAGE, true)
    if (kind === ACK) {
      if (this.#queue.length > 0 && number === this.#number) this.#next()
      return true
    }
    if (number > this.#expected) return true
    const size = encodeControl(this.#out, 0, ACK, number, NOTHING, 0)
    this.#link.send(this.#out, 0, size, 0)
    // An older number is a repeat whose acknowledgement was lost: acknowledged again, not handed over again.
    if (number === this.#expected) {
      this.#expected++
      this.#onMessage(kind, payloadOf(src, at, length))
    }
    return true
  }

  #transmit(): void {
    const message = this.#queue[0]
    if (!message) return
    if (this.#tries++ === this.#config.maxTries) {
      this.#next()
      return
    }
    if (this.#tries > 1) this.repeats++
    const { kind, payload } = message
    const size = encodeControl(this.#out, 0, kind, this.#number, payload, payload.length)
    this.#link.send(this.#out, 0, size, 0)
    this.#clock.after(this.#timer, this.#config.timeout)
  }

  #next(): void {
    this.#clock.cancel(this.#timer)
    this.#queue.shift()
    this.#number++
    this.#tries = 0
    this.#transmit()
  }
}
