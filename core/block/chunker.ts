// An image becomes blocks: any block, any number of times, into the caller's memory.

import type { Bytes } from '../bytes/bytes.ts'
import { encodeFrame, FRAME_HEADER } from './block-frame.ts'
import type { Geometry } from './geometry.ts'

export class Chunker {
  readonly geometry: Geometry
  readonly imageId: number
  /** The caller's memory; the image lies at octet 0. */
  readonly image: Bytes

  /** @throws RangeError when `image` is shorter than geometry.size. */
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
