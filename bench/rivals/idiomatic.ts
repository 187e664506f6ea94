// The block pipeline as one writes it in Node without a second thought: Buffer.alloc, Buffer.concat,
// zlib.crc32 and a Set. Same frames as core/block/frame.ts, same checks, same outcome.

import { crc32 } from 'node:zlib'

const HEADER = 16

export function encode(image: Buffer, imageId: number, index: number, blockSize: number): Buffer {
  const payload = image.subarray(index * blockSize, (index + 1) * blockSize)
  const header = Buffer.alloc(HEADER)
  header.writeUInt32LE(imageId, 0)
  header.writeUInt32LE(index, 4)
  header.writeUInt32LE(payload.length, 8)
  header.writeUInt32LE(crc32(payload, crc32(header.subarray(0, 12))), 12)
  return Buffer.concat([header, payload])
}

export class Receiver {
  readonly image: Buffer
  readonly received = new Set<number>()
  readonly #imageId: number
  readonly #blockSize: number

  constructor(size: number, imageId: number, blockSize: number) {
    this.image = Buffer.alloc(size)
    this.#imageId = imageId
    this.#blockSize = blockSize
  }

  accept(frame: Buffer): 'accepted' | 'duplicate' | 'damaged' | 'refused' {
    const payload = frame.subarray(HEADER)
    const crc = crc32(payload, crc32(frame.subarray(0, 12)))
    if (crc !== frame.readUInt32LE(12)) return 'damaged'
    const index = frame.readUInt32LE(4)
    if (frame.readUInt32LE(0) !== this.#imageId) return 'refused'
    if (frame.readUInt32LE(8) !== payload.length) return 'refused'
    if (this.received.has(index)) return 'duplicate'
    payload.copy(this.image, index * this.#blockSize)
    this.received.add(index)
    return 'accepted'
  }
}
