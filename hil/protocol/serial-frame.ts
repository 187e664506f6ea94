// How a message lies on the line: COBS over the message and its CRC-32, between zeros (docs/SPEC.md 8.1).
// A damaged frame is counted and passed over; the next zero is where sense begins again.

import { Bytes } from '#core/bytes/bytes'
import { cobsDecode, cobsEncode, cobsLength } from '#core/bytes/cobs'
import { CRC_START, crc32, crcUpdate } from '#core/bytes/crc32'

export const CRC_OCTETS = 4

/** The octets of the frame that carries `message`; with a zero before it too when it starts a burst. */
export function frameOf(message: Uint8Array, burst: boolean): Uint8Array {
  const plain = Bytes.alloc(message.length + CRC_OCTETS)
  plain.u8.set(message)
  plain.dv.setInt32(message.length, crc32(plain, 0, message.length), true)
  const out = Bytes.alloc(cobsLength(plain.length) + 2)
  const start = burst ? 1 : 0
  const length = cobsEncode(out, start, plain, 0, plain.length)
  return out.u8.subarray(0, start + length + 1)
}

/** Takes octets as they come and hands out whole, sound messages. */
export class FrameReader {
  /** Frames with a wrong CRC, wrong COBS or too many octets. */
  bad = 0
  readonly #onMessage: (message: Uint8Array) => void
  readonly #memory: Bytes
  #length = 0
  #tooLong = false

  /**
   * @param longest the most octets of an encoded frame without its delimiter; a longer one is bad.
   * @param onMessage gets a view that is good until it returns.
   */
  constructor(longest: number, onMessage: (message: Uint8Array) => void) {
    this.#memory = Bytes.alloc(longest)
    this.#onMessage = onMessage
  }

  push(octets: Uint8Array): void {
    let from = 0
    for (;;) {
      const zero = octets.indexOf(0, from)
      this.#take(octets.subarray(from, zero < 0 ? octets.length : zero))
      if (zero < 0) return
      this.#end()
      from = zero + 1
    }
  }

  /** Forgets the beginning of a frame: the line was opened anew. */
  restart(): void {
    this.#length = 0
    this.#tooLong = false
  }

  #take(part: Uint8Array): void {
    if (this.#length + part.length > this.#memory.length) this.#tooLong = true
    else {
      this.#memory.u8.set(part, this.#length)
      this.#length += part.length
    }
  }

  #end(): void {
    const memory = this.#memory
    const coded = this.#length
    const tooLong = this.#tooLong
    this.restart()
    if (coded === 0 && !tooLong) return
    const length = tooLong ? -1 : cobsDecode(memory, 0, memory, 0, coded) - CRC_OCTETS
    if (length < 0 || ~crcUpdate(CRC_START, memory, 0, length) !== memory.dv.getInt32(length, true))
      this.bad++
    else this.#onMessage(memory.u8.subarray(0, length))
  }
}
