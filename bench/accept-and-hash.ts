// A 1 MB image taken in block by block and hashed, against hashing it alone: what the gates on it share.
// The hash is what an image costs anyway, and the figure says how much the blocks add to it.

import { deepEqual, equal } from 'node:assert/strict'
import { Geometry } from '#core/block/geometry'
import { COMPLETE, Reassembler } from '#core/block/reassembler'
import type { Bytes } from '#core/bytes/bytes'
import { measure } from './measure.ts'
import { sha256 } from './rivals/native.ts'
import { blockFrames, IMAGE_ID, sampleImage } from './sample.ts'

export const MEGABYTE = 1024 * 1024

/** Both together over the hash alone, and what helps to judge it. */
export interface AcceptedAndHashed {
  readonly ratio: number
  readonly detail: Readonly<Record<string, number>>
}

/** Measures. `size` is the octets of a block, `alloc` gives the memory for frames and image. */
export function acceptAndHash(size: number, alloc: (length: number) => Bytes): AcceptedAndHashed {
  const image = sampleImage(MEGABYTE)
  const made = blockFrames(image, size)
  const { length, count } = made
  const frames = alloc(made.bytes.length)
  frames.u8.set(made.bytes.u8)
  const reassembler = new Reassembler(new Geometry(MEGABYTE, size), IMAGE_ID, alloc(MEGABYTE))
  const verified = (): Buffer => {
    reassembler.map.restart()
    let code = 0
    for (let i = 0; i < count; i++) code = reassembler.accept(frames, i * length, length)
    equal(code, COMPLETE, 'every block is taken')
    return sha256(reassembler.image.u8)
  }
  deepEqual(verified(), sha256(image.u8), 'the same hash')

  const timings = measure([
    {
      name: 'accept and hash',
      run: n => {
        for (; n > 0; n--) verified()
      },
    },
    {
      name: 'hash',
      run: n => {
        for (; n > 0; n--) sha256(image.u8)
      },
    },
  ])
  return {
    ratio: timings.ratio('accept and hash', 'hash'),
    detail: {
      imagesPerSecond: 1e9 / timings.ns('accept and hash'),
      hashUs: timings.ns('hash') / 1000,
    },
  }
}
