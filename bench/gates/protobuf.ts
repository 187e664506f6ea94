// A 64-octet block framed, verified and taken into the image, against protobufjs's static code encoding
// and decoding it. Ours pays for a CRC-32 and a copy; protobuf hands out a view and checks nothing. Ours is in an arena, with
// the CRC kernel, as in the pipeline's gate; in plain memory, with the CRC in TypeScript, it informs.

import { deepEqual, equal } from 'node:assert/strict'
import { encodeFrame } from '#core/block/block-frame'
import { Geometry } from '#core/block/geometry'
import { Reassembler } from '#core/block/reassembler'
import { Arena } from '#core/bytes/arena'
import { Bytes } from '#core/bytes/bytes'
import { measure } from '../measure.ts'
import { report } from '../result.ts'
import { decode, encode } from '../rivals/protobuf.ts'
import { asBuffer, IMAGE_ID, IMAGE_SIZE, sampleImage } from '../sample.ts'

const SIZE = 64
const COUNT = IMAGE_SIZE / SIZE
const image = sampleImage()
const views = Array.from({ length: COUNT }, (_, i) =>
  asBuffer(image).subarray(i * SIZE, (i + 1) * SIZE),
)

/** Frames and takes a whole image in memory from `alloc`; it has been seen to do so. */
function ours(alloc: (octets: number) => Bytes): (images: number) => void {
  const wire = alloc(256)
  const source = alloc(IMAGE_SIZE)
  source.u8.set(image.u8)
  const geometry = new Geometry(IMAGE_SIZE, SIZE)
  const reassembler = new Reassembler(geometry, IMAGE_ID, alloc(IMAGE_SIZE))
  const run = (images: number): void => {
    for (let n = 0; n < images; n++) {
      reassembler.map.restart()
      for (let i = 0; i < COUNT; i++) {
        const length = encodeFrame(wire, 0, IMAGE_ID, i, source, i * SIZE, SIZE)
        reassembler.accept(wire, 0, length)
      }
    }
  }
  run(1)
  deepEqual(asBuffer(reassembler.image), asBuffer(image), 'ours has the image')
  return run
}

function protobuf(images: number): number {
  let octets = 0
  for (let n = 0; n < images; n++) {
    for (let i = 0; i < COUNT; i++) {
      octets += decode(encode(IMAGE_ID, i, views[i]!)).payload.length
    }
  }
  return octets
}

equal(protobuf(1), IMAGE_SIZE, 'protobuf hands out every octet')
for (let i = 0; i < COUNT; i++) {
  const block = decode(encode(IMAGE_ID, i, views[i]!))
  deepEqual([block.imageId, block.index], [IMAGE_ID, i], 'protobuf gives the same block')
  deepEqual(block.payload, views[i], 'protobuf gives the same octets')
}

const arena = new Arena(4 * IMAGE_SIZE)
const timings = measure([
  { name: 'ours', run: ours(octets => arena.alloc(octets)), per: COUNT },
  { name: 'plain', run: ours(octets => Bytes.alloc(octets)), per: COUNT },
  { name: 'protobuf', run: protobuf, per: COUNT },
])
report('protobuf', {
  ratios: [
    {
      name: 'protobuf / ours',
      ratio: timings.ratio('protobuf', 'ours'),
      floor: 1.75,
      usual: [3.5, 4],
      aim: 4,
    },
  ],
  informs: [
    { name: 'protobuf / ours in plain memory', figure: timings.ratio('protobuf', 'plain') },
  ],
  detail: { oursNs: timings.ns('ours'), protobufNs: timings.ns('protobuf') },
})
