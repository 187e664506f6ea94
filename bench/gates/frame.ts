// A 64-octet block framed and given its CRC-32, against a bare Buffer.copy of the same 64 octets; and, to
// inform, a framed block verified and taken into the image against a bare Buffer.copy.

import { deepEqual, equal } from 'node:assert/strict'
import { encodeFrame, FRAME_HEADER } from '#core/block/block-frame'
import { Geometry } from '#core/block/geometry'
import { COMPLETE, Reassembler } from '#core/block/reassembler'
import { Bytes } from '#core/bytes/bytes'
import { measure } from '../measure.ts'
import { report } from '../result.ts'
import { copy } from '../rivals/buffer-copy.ts'
import { asBuffer, blockFrames, IMAGE_ID, IMAGE_SIZE, sampleImage } from '../sample.ts'

const SIZE = 64
const image = sampleImage()
const source = asBuffer(image)
const { bytes: frames, length, count } = blockFrames(image, SIZE)
const framesBuffer = asBuffer(frames)
const out = Bytes.alloc(length)
const outBuffer = Buffer.alloc(length)
const reassembler = new Reassembler(
  new Geometry(IMAGE_SIZE, SIZE),
  IMAGE_ID,
  Bytes.alloc(IMAGE_SIZE),
)
const copied = Buffer.alloc(IMAGE_SIZE)

function accept(images: number): number {
  let code = 0
  for (let n = 0; n < images; n++) {
    reassembler.map.restart()
    for (let i = 0; i < count; i++) code = reassembler.accept(frames, i * length, length)
  }
  return code
}
equal(accept(1), COMPLETE, 'every block is taken')
deepEqual(asBuffer(reassembler.image), source, 'the image is rebuilt')

const timings = measure([
  {
    name: 'encodeFrame',
    per: count,
    run: n => {
      for (; n > 0; n--) {
        for (let i = 0; i < count; i++) encodeFrame(out, 0, IMAGE_ID, i, image, i * SIZE, SIZE)
      }
    },
  },
  {
    name: 'copy out',
    per: count,
    run: n => {
      for (; n > 0; n--) {
        for (let i = 0; i < count; i++) copy(outBuffer, FRAME_HEADER, source, i * SIZE, SIZE)
      }
    },
  },
  { name: 'accept', per: count, run: accept },
  {
    name: 'copy in',
    per: count,
    run: n => {
      for (; n > 0; n--) {
        for (let i = 0; i < count; i++) {
          copy(copied, i * SIZE, framesBuffer, i * length + FRAME_HEADER, SIZE)
        }
      }
    },
  },
])
report('frame', {
  ratios: [
    {
      name: 'copy / encodeFrame',
      ratio: timings.ratio('copy out', 'encodeFrame'),
      floor: 0.4,
      usual: [0.8, 0.84],
      aim: 0.75,
    },
  ],
  informs: [{ name: 'copy / accept', figure: timings.ratio('copy in', 'accept') }],
  detail: {
    encodeFrameNs: timings.ns('encodeFrame'),
    acceptNs: timings.ns('accept'),
    bufferCopyNs: timings.ns('copy out'),
  },
})
