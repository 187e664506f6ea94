// TI's serial frames: FE, length, two command octets, data, and the XOR of all but the first. The parser keeps what a
// read leaves unfinished in memory of its own, made once; what is no frame is counted and passed over octet by octet, so
// that a sound frame behind any noise is found. Nothing here allocates, and no input is fatal.

import { Bytes } from '#core/bytes/bytes'

export const START_OF_FRAME = 0xfe
/** Most data octets of a frame. */
export const MAX_DATA = 250
/** Start, length, two command octets; and the check sum. */
const HEAD = 4
const OVERHEAD = HEAD + 1
export const MAX_UNPI = OVERHEAD + MAX_DATA

export class UnpiParser {
  /** Frames that were sound. */
  frames = 0
  /** Starts of frames whose length or check sum was wrong. */
  malformed = 0
  /** Octets that belonged to no frame. */
  noise = 0
  /** What is not decided yet, at its start. */
  readonly memory = Bytes.alloc(4 * MAX_UNPI)
  #held = 0
  readonly #take: (memory: Bytes, at: number, length: number) => void

  /** @param take gets each sound frame: its first command octet lies at `at`, and `length` octets of data behind two. */
  constructor(take: (memory: Bytes, at: number, length: number) => void) {
    this.#take = take
  }

  /** Octets that may be the beginning of a frame. */
  get held(): number {
    return this.#held
  }

  /** Takes `length` octets of `src` at `at`, in pieces as they come. */
  feed(src: Uint8Array, at: number, length: number): void {
    const { u8 } = this.memory
    const end = at + length
    while (at < end) {
      const piece = Math.min(end - at, u8.length - this.#held)
      for (let i = 0; i < piece; i++) u8[this.#held + i] = src[at + i]!
      this.#held += piece
      at += piece
      this.#scan()
    }
  }

  /** Another host: what the last one left unfinished is of no use, and what it sent is not the next one's. */
  reset(): void {
    this.#held = 0
    this.frames = 0
    this.malformed = 0
    this.noise = 0
  }

  #scan(): void {
    const { u8 } = this.memory
    const end = this.#held
    let at = 0
    while (at < end) {
      if (u8[at] !== START_OF_FRAME) {
        this.noise++
        at++
        continue
      }
      if (end - at < 2) break
      const length = u8[at + 1]!
      if (length > MAX_DATA) {
        this.malformed++
        this.noise++
        at++
        continue
      }
      if (end - at < length + OVERHEAD) break
      if (checkSum(u8, at + 1, length + HEAD - 1) !== u8[at + HEAD + length]) {
        // Its start may have been noise: the next one may lie inside it.
        this.malformed++
        this.noise++
        at++
        continue
      }
      this.frames++
      this.#take(this.memory, at + 2, length)
      at += length + OVERHEAD
    }
    if (at > 0) u8.copyWithin(0, at, end)
    this.#held = end - at
  }
}

/** XOR of `length` octets. */
function checkSum(u8: Uint8Array, at: number, length: number): number {
  let sum = 0
  for (const end = at + length; at < end; at++) sum ^= u8[at]!
  return sum
}

/** Writes frames one behind another into memory of its own, until they are taken. */
export class UnpiWriter {
  readonly memory: Bytes
  #frame = 0
  #at = 0

  /** @param room octets that wait to be taken at most; a frame that does not fit is an error of the caller's. */
  constructor(room: number) {
    this.memory = Bytes.alloc(room)
  }

  /** Octets of whole frames. */
  get length(): number {
    return this.#frame
  }

  /** True when one more frame of any length fits. */
  get hasRoom(): boolean {
    return this.#frame + MAX_UNPI <= this.memory.length
  }

  begin(command0: number, command1: number): this {
    const { u8 } = this.memory
    u8[this.#frame] = START_OF_FRAME
    u8[this.#frame + 2] = command0
    u8[this.#frame + 3] = command1
    this.#at = this.#frame + HEAD
    return this
  }

  u8(value: number): this {
    this.memory.dv.setUint8(this.#at++, value)
    return this
  }

  u16(value: number): this {
    this.memory.dv.setUint16(this.#at, value, true)
    this.#at += 2
    return this
  }

  u32(value: number): this {
    this.memory.dv.setUint32(this.#at, value, true)
    this.#at += 4
    return this
  }

  octets(src: Uint8Array): this {
    for (let i = 0; i < src.length; i++) this.memory.u8[this.#at++] = src[i]!
    return this
  }

  /** Copies `length` octets of `src` at `at`. */
  copy(src: Bytes, at: number, length: number): this {
    const { u8 } = this.memory
    for (const end = at + length; at < end; at++) u8[this.#at++] = src.u8[at]!
    return this
  }

  /** Ends the frame that was begun. @throws RangeError when it holds more than 250 octets of data. */
  end(): void {
    const { u8 } = this.memory
    const from = this.#frame
    const length = this.#at - from - HEAD
    if (length > MAX_DATA) throw new RangeError(`${length} octets do not fit a frame`)
    u8[from + 1] = length
    u8[this.#at] = checkSum(u8, from + 1, length + HEAD - 1)
    this.#frame = this.#at + 1
  }

  /** A copy of the frames written, which are then forgotten. */
  take(): Uint8Array {
    const taken = this.memory.u8.slice(0, this.#frame)
    this.#frame = 0
    return taken
  }
}
