// A 64-octet block framed, verified and taken into the image, against protobufjs's static code encoding
// and decoding it. Ours pays for a CRC-32 and a copy; protobuf hands out a view and checks nothing.

import { deepEqual, equal } from 'node:assert/strict'
import { encodeFrame } from '../../core/block/frame.ts'
import { Geometry } from '../../core/block/geometry.ts'
import { Reassembler } from '../../core/block/reassembler.ts'
import { Bytes } from '../../core/bytes/bytes.ts'
import { measure } from '../measure.ts'
import { report } from '../result.ts'
import { decode, encode } from '../rivals/protobuf.ts'
import { asBuffer, IMAGE_ID, IMAGE_SIZE, sampleImage } from '../sample.ts'

const SIZE = 64
const COUNT = IMAGE_SIZE / SIZE
const image = sampleImage()
const wire = Bytes.alloc(256)
const reassembler = new Reassembler(
  new Geometry(IMAGE_SIZE, SIZE),
  IMAGE_ID,
  Bytes.alloc(IMAGE_SIZE),
)
const views = Array.from({ length: COUNT }, (_, i) =>
  asBuffer(image).subarray(i * SIZE, (i + 1) * SIZE),
)

function ours(images: number): void {
  for (let n = 0; n < images; n++) {
    reassembler.map.restart()
    for (let i = 0; i < COUNT; i++) {
      const length = encodeFrame(wire, 0, IMAGE_ID, i, image, i * SIZE, SIZE)
      reassembler.accept(wire, 0, length)
    }
  }
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

ours(1)
deepEqual(asBuffer(reassembler.image), asBuffer(image))
equal(protobuf(1), IMAGE_SIZE)
for (let i = 0; i < COUNT; i++) {
  const block = decode(encode(IMAGE_ID, i, views[i]!))
  deepEqual([block.imageId, block.index], [IMAGE_ID, i])
  deepEqual(block.payload, views[i])
}

const timings = measure([
  { name: 'ours', run: ours, per: COUNT },
  { name: 'protobuf', run: protobuf, per: COUNT },
])
report('protobuf', {
  ratio: timings.ratio('protobuf', 'ours'),
  floor: 2.5,
  aim: 4,
  detail: { oursNs: timings.ns('ours'), protobufNs: timings.ns('protobuf') },
})
