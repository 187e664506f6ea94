// What every gate transfers: the same pseudo-random octets on every machine, and one OTA image's identity.

import { encodeFrame, FRAME_HEADER } from '#core/block/block-frame'
import { Bytes } from '#core/bytes/bytes'
import { BLOCK_RESPONSE_HEADER, encodeBlockResponse } from '#core/ota/ota-frame'
import { Random } from '#core/time/random'

/** Image of the size at which one block after another does not fit the first cache. */
export const IMAGE_SIZE = 256 * 1024
export const IMAGE_ID = 0x48414e31
export const MANUFACTURER = 0x1234
export const IMAGE_TYPE = 0x0056
/** Above 2^31 on purpose: such numbers are the ones that V8 boxes. */
export const FILE_VERSION = 0xa1b2c3d4

/** `size` octets that no compressor or branch predictor can guess. */
export function sampleImage(size = IMAGE_SIZE): Bytes {
  const image = Bytes.alloc(size)
  new Random(1, 'bench.image').fill(image.u8)
  return image
}

/** A Buffer over the same memory, for rivals. */
export function asBuffer(bytes: Bytes): Buffer {
  return Buffer.from(bytes.u8.buffer, bytes.u8.byteOffset, bytes.length)
}

/** Frames of one length behind one another: frame i lies at i * length. */
export interface Frames {
  readonly bytes: Bytes
  readonly length: number
  readonly count: number
}

/** The sample image as block frames of `blockSize` octets each. */
export function blockFrames(image: Bytes, blockSize: number): Frames {
  const count = image.length / blockSize
  const length = FRAME_HEADER + blockSize
  const bytes = Bytes.alloc(count * length)
  for (let i = 0; i < count; i++) {
    encodeFrame(bytes, i * length, IMAGE_ID, i, image, i * blockSize, blockSize)
  }
  return { bytes, length, count }
}

/** The sample image as image block responses of `blockSize` octets each. */
export function zclFrames(blockSize: number): Frames {
  const image = sampleImage()
  const count = image.length / blockSize
  const length = BLOCK_RESPONSE_HEADER + blockSize
  const bytes = Bytes.alloc(count * length)
  for (let i = 0; i < count; i++) {
    const from = i * blockSize
    encodeBlockResponse(
      bytes,
      i * length,
      i & 255,
      MANUFACTURER,
      IMAGE_TYPE,
      FILE_VERSION,
      from,
      image,
      from,
      blockSize,
    )
  }
  return { bytes, length, count }
}
