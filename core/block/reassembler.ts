// Blocks become the image again, in any order, in the caller's memory, each accepted once.
// Every frame ends in exactly one of the codes below; a damaged one is a code, never an exception.
// Invariant: a held block's octets never change. A slot may be written early, only while its bit is clear.

import { type Bytes, sameBytes } from '../bytes/bytes.ts'
import { crcCopy, crcThreeWords } from '../bytes/crc32.ts'
import { AT_CRC, AT_IMAGE, AT_INDEX, AT_LENGTH, FRAME_HEADER, frameIsSound } from './frame.ts'
import type { Geometry } from './geometry.ts'
import { ReceivedMap } from './received-map.ts'

/** Block was missing, verified, and is held now. */
export const ACCEPTED = 0
/** As ACCEPTED, and it was the last one: the image is whole. */
export const COMPLETE = 1
/** Block was held already with the same octets. */
export const DUPLICATE = 2
/** Block was held already and a sound frame brought other octets; the held ones stay. */
export const CONFLICT = 3
/** The CRC does not match: damaged on the way. */
export const BAD_CRC = 4
/** A sound frame of another image. */
export const WRONG_IMAGE = 5
/** A sound frame whose index lies beyond the image. */
export const OUT_OF_RANGE = 6
/** A sound frame whose payload is not as long as this block must be. */
export const WRONG_LENGTH = 7
/** Fewer octets than a header. */
export const TOO_SHORT = 8

export type FeedCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** Names of the codes, by value, for traces. */
export const FEED_NAMES = [
  'accepted',
  'complete',
  'duplicate',
  'conflict',
  'bad-crc',
  'wrong-image',
  'out-of-range',
  'wrong-length',
  'too-short',
] as const

export class Reassembler {
  readonly geometry: Geometry
  readonly imageId: number
  /** The caller's memory; the image lies at octet 0. */
  readonly image: Bytes
  readonly map: ReceivedMap

  /**
   * @param imageId the id that every frame must carry, u32.
   * @param image memory of at least geometry.size octets.
   * @throws RangeError when the memory is too small.
   */
  constructor(geometry: Geometry, imageId: number, image: Bytes) {
    if (image.length < geometry.size) {
      throw new RangeError(`memory of ${image.length} B cannot hold an image of ${geometry.size} B`)
    }
    this.geometry = geometry
    this.imageId = imageId | 0
    this.image = image
    this.map = new ReceivedMap(geometry.count)
  }

  /** Takes one frame: `length` octets of `frame` at `at`. */
  accept(frame: Bytes, at: number, length: number): FeedCode {
    if (length < FRAME_HEADER) return TOO_SHORT
    const dv = frame.dv
    const { geometry, map } = this
    const payload = dv.getInt32(at + AT_LENGTH, true)
    const index = dv.getInt32(at + AT_INDEX, true)
    const imageId = dv.getInt32(at + AT_IMAGE, true)

    // A damaged header may say anything, so a misfit is believed only once the CRC has spoken.
    if (imageId !== this.imageId) return this.#refuse(frame, at, length, WRONG_IMAGE)
    if (index >>> 0 >= geometry.count) return this.#refuse(frame, at, length, OUT_OF_RANGE)
    const wanted = index === geometry.count - 1 ? geometry.lastLength : geometry.blockSize
    if (payload !== wanted || length !== FRAME_HEADER + wanted) {
      return this.#refuse(frame, at, length, WRONG_LENGTH)
    }

    const slot = index * geometry.blockSize
    if (map.has(index)) {
      if (sameBytes(this.image, slot, frame, at + FRAME_HEADER, payload)) return DUPLICATE
      return this.#refuse(frame, at, length, CONFLICT)
    }
    const head = crcThreeWords(imageId, index, payload)
    const crc = crcCopy(head, this.image, slot, frame, at + FRAME_HEADER, payload)
    if (~crc !== dv.getInt32(at + AT_CRC, true)) return BAD_CRC
    map.add(index)
    return map.held === map.count ? COMPLETE : ACCEPTED
  }

  #refuse(frame: Bytes, at: number, length: number, cause: FeedCode): FeedCode {
    return frameIsSound(frame, at, length) ? cause : BAD_CRC
  }
}
