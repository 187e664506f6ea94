// deCONZ's serial frames: SLIP around command, sequence number, status, length, body and a check sum. What is damaged is
// counted and passed over. Nothing here allocates but the copies that leave.

import { Bytes } from '#core/bytes/bytes'

const END = 0xc0
const ESCAPE = 0xdb
const ESCAPED_END = 0xdc
const ESCAPED_ESCAPE = 0xdd
/** Command, sequence number, status, length. */
export const FRAME_HEAD = 5
const CHECK_SUM = 2
export const MAX_SLIP = 600

export class SlipParser {
  frames = 0
  malformed = 0
  noise = 0
  readonly memory = Bytes.alloc(MAX_SLIP)
  #length = 0
  #escaped = false
  #tooLong = false
  readonly #take: (memory: Bytes, length: number) => void

  /** @param take gets each sound frame from its command on: `length` octets, the check sum not among them. */
  constructor(take: (memory: Bytes, length: number) => void) {
    this.#take = take
  }

  feed(src: Uint8Array, at: number, length: number): void {
    for (const end = at + length; at < end; at++) this.#octet(src[at]!)
  }

  /** Another host: what the last one left unfinished is of no use, and what it sent is not the next one's. */
  reset(): void {
    this.#forget()
    this.frames = 0
    this.malformed = 0
    this.noise = 0
  }

  #forget(): void {
    this.#length = 0
    this.#escaped = false
    this.#tooLong = false
  }

  #octet(octet: number): void {
    if (octet === END) {
      this.#end()
      return
    }
    if (this.#escaped) {
      this.#escaped = false
      octet = octet === ESCAPED_END ? END : octet === ESCAPED_ESCAPE ? ESCAPE : octet
    } else if (octet === ESCAPE) {
      this.#escaped = true
      return
    }
    if (this.#length === MAX_SLIP) this.#tooLong = true
    else this.memory.u8[this.#length++] = octet
  }

  #end(): void {
    const length = this.#length
    const isLost = this.#tooLong
    this.#forget()
    // Frames begin and end with the same octet: between two of them there may be nothing.
    if (length === 0) return
    const body = length - CHECK_SUM
    const { dv } = this.memory
    const isSound =
      !isLost &&
      body >= FRAME_HEAD &&
      dv.getUint16(3, true) === body &&
      dv.getUint16(body, true) === checkSum(this.memory, body)
    if (isSound) {
      this.frames++
      this.#take(this.memory, body)
    } else {
      this.malformed++
      this.noise += length
    }
  }
}

/** Two's complement of the sum of the first `length` octets. */
function checkSum({ u8 }: Bytes, length: number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += u8[i]!
  return -sum & 0xffff
}

/** A frame of `length` octets of `frame`, whose length field is filled in, as it goes over the wire. */
export function encodeSlip(frame: Bytes, length: number): Uint8Array {
  frame.dv.setUint16(3, length, true)
  frame.dv.setUint16(length, checkSum(frame, length), true)
  const wire = new Uint8Array(2 * (length + CHECK_SUM) + 2)
  let at = 0
  wire[at++] = END
  for (let i = 0; i < length + CHECK_SUM; i++) {
    const octet = frame.u8[i]!
    if (octet === END || octet === ESCAPE) wire[at++] = ESCAPE
    wire[at++] = octet === END ? ESCAPED_END : octet === ESCAPE ? ESCAPED_ESCAPE : octet
  }
  wire[at++] = END
  return wire.subarray(0, at)
}
