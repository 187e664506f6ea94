// An image becomes blocks: any block, any number of times, into the caller's memory.

import type { Bytes } from '../bytes/bytes.ts'
import { encodeFrame, FRAME_HEADER } from './block-frame.ts'
import type { Geometry } from './geometry.ts'

/**
 * An image cut into blocks: any block, any number of times, each as a frame of 16 octets and the payload, into the caller's
 * memory. Nothing is allocated a call.
 * @example
 * const geometry = new Geometry(image.length, 1024)
 * const sender = new Chunker(geometry, 1, new Bytes(image))
 * const frame = Bytes.alloc(sender.maxFrame)
 * const length = sender.encode(0, frame, 0)
 */
export class Chunker {
  /** How the image falls into blocks. */
  readonly geometry: Geometry
  /** Id in every frame, as an int32. */
  readonly imageId: number
  /** The caller's memory; the image lies at octet 0. */
  readonly image: Bytes

  /**
   * @param imageId names the image between a sender and its receiver, u32.
   * @param image memory whose first geometry.size octets are the image; it is not copied.
   * @throws RangeError when `image` is shorter than geometry.size.
   */
  constructor(geometry: Geometry, imageId: number, image: Bytes) {
    if (image.length < geometry.size) {
      throw new RangeError(`an image of ${image.length} B is not the ${geometry.size} B stated`)
    }
    this.geometry = geometry
    this.imageId = imageId | 0
    this.image = image
  }

  /** Octets that the longest frame takes. */
  get maxFrame(): number {
    return FRAME_HEADER + Math.min(this.geometry.blockSize, this.geometry.size)
  }

  /** Writes the frame of block `index` (0..count-1) to `out` at `at`; returns its length. */
  encode(index: number, out: Bytes, at: number): number {
    const { blockSize } = this.geometry
    const length = this.geometry.lengthOf(index)
    return encodeFrame(out, at, this.imageId, index, this.image, index * blockSize, length)
  }
}
