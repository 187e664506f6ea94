// Blocks become the image again, in any order, in the caller's memory, each accepted once.
// Every frame ends in exactly one of the codes below; a damaged one is a code, never an exception.
// Invariant: a held block's octets never change. A slot may be written early, only while its bit is clear.

import { type Bytes, sameBytes } from '../bytes/bytes.ts'
import { crcCopy, crcThreeWords } from '../bytes/crc32.ts'
import type { Archive } from '../state/archive.ts'
import { AT_CRC, AT_IMAGE, AT_INDEX, AT_LENGTH, FRAME_HEADER, frameIsSound } from './block-frame.ts'
import type { Geometry } from './geometry.ts'
import { ReceivedMap } from './received-map.ts'

// The compiler takes a module's own constants for constants, and loads imported ones every time.
const HEADER = FRAME_HEADER
const IMAGE = AT_IMAGE
const INDEX = AT_INDEX
const LENGTH = AT_LENGTH
const CRC = AT_CRC

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

/**
 * What became of a frame: ACCEPTED 0, COMPLETE 1, DUPLICATE 2, CONFLICT 3, BAD_CRC 4, WRONG_IMAGE 5, OUT_OF_RANGE 6,
 * WRONG_LENGTH 7, TOO_SHORT 8; FEED_NAMES has the names.
 */
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

/**
 * Blocks become the image again, in any order and any number of times, in the caller's memory. A block that is held never
 * changes; a damaged frame is a code, never an exception. Nothing is allocated a call.
 * @example
 * const receiver = new Reassembler(geometry, 1, Bytes.alloc(geometry.size))
 * if (receiver.accept(frame, 0, length) === COMPLETE) use(receiver.image)
 */
export class Reassembler {
  /** How the image falls into blocks. */
  readonly geometry: Geometry
  /** Id that a frame must carry, as an int32. */
  readonly imageId: number
  /** The caller's memory; the image lies at octet 0. */
  readonly image: Bytes
  /** Which blocks are held. */
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
    if (length < HEADER) return TOO_SHORT
    const dv = frame.dv
    const { geometry } = this
    const index = dv.getInt32(at + INDEX, true)
    const wanted = geometry.lengthOf(index)
    if (
      dv.getInt32(at + IMAGE, true) !== this.imageId ||
      index >>> 0 >= geometry.count ||
      dv.getInt32(at + LENGTH, true) !== wanted ||
      length !== HEADER + wanted
    ) {
      return this.#misfit(frame, at, length)
    }

    const slot = index * geometry.blockSize
    const map = this.map
    if (map.has(index)) return this.#again(frame, at, length, slot)

    const head = crcThreeWords(this.imageId, index, wanted)
    const crc = crcCopy(head, this.image, slot, frame, at + HEADER, wanted)
    if (~crc !== dv.getInt32(at + CRC, true)) return BAD_CRC
    map.add(index)
    return map.held === geometry.count ? COMPLETE : ACCEPTED
  }

  /** @internal Walks the state on its way into a snapshot or back. */
  archive(a: Archive): void {
    this.map.archive(a)
    a.numbers(this.image.u8.subarray(0, this.geometry.size))
  }

  /** A damaged header may say anything, so a misfit is believed only once the CRC has spoken. */
  #misfit(frame: Bytes, at: number, length: number): FeedCode {
    if (!frameIsSound(frame, at, length)) return BAD_CRC
    if (frame.dv.getInt32(at + IMAGE, true) !== this.imageId) return WRONG_IMAGE
    return frame.dv.getUint32(at + INDEX, true) >= this.geometry.count ? OUT_OF_RANGE : WRONG_LENGTH
  }

  #again(frame: Bytes, at: number, length: number, slot: number): FeedCode {
    if (sameBytes(this.image, slot, frame, at + HEADER, length - HEADER)) return DUPLICATE
    return frameIsSound(frame, at, length) ? CONFLICT : BAD_CRC
  }
}
