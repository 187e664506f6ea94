// The whole block pipeline over a lossy link (bench/lossy.ts), framed, checked, reassembled and recorded:
// ours, in an arena with the CRC kernel, against idiomatic Node with the same frames. 64 octets decide; 512 and
// 1024 inform.

import { deepEqual } from 'node:assert/strict'
import { encodeFrame, FRAME_HEADER } from '#core/block/block-frame'
import { Geometry } from '#core/block/geometry'
import { Reassembler } from '#core/block/reassembler'
import { Arena } from '#core/bytes/arena'
import { lossySchedule, WINDOW } from '../lossy.ts'
import { type Case, measure } from '../measure.ts'
import { report } from '../result.ts'
import { encode, Receiver } from '../rivals/idiomatic.ts'
import { asBuffer, IMAGE_ID, IMAGE_SIZE, sampleImage } from '../sample.ts'

const arena = new Arena(8 * IMAGE_SIZE)
const image = arena.alloc(IMAGE_SIZE)
image.u8.set(sampleImage().u8)
const source = asBuffer(image)

/** Both sides for one block size; each has been seen to deliver the image. */
function sides(size: number): Case[] {
  const count = IMAGE_SIZE / size
  const { block, slot } = lossySchedule(count)
  const stride = FRAME_HEADER + size
  const window = arena.alloc(WINDOW * stride)
  const reassembler = new Reassembler(
    new Geometry(IMAGE_SIZE, size),
    IMAGE_ID,
    arena.alloc(IMAGE_SIZE),
  )

  const ours = (images: number): void => {
    for (let n = 0; n < images; n++) {
      reassembler.map.restart()
      for (let i = 0; i < block.length; i++) {
        const index = block[i]!
        const at = slot[i]! * stride
        if (index < 0) reassembler.accept(window, at, stride)
        else encodeFrame(window, at, IMAGE_ID, index, image, index * size, size)
      }
    }
  }

  const frames = new Array<Buffer>(WINDOW).fill(source)
  let receiver = new Receiver(IMAGE_SIZE, IMAGE_ID, size)
  const idiomatic = (images: number): void => {
    for (let n = 0; n < images; n++) {
      receiver = new Receiver(IMAGE_SIZE, IMAGE_ID, size)
      for (let i = 0; i < block.length; i++) {
        const index = block[i]!
        if (index < 0) receiver.accept(frames[slot[i]!]!)
        else frames[slot[i]!] = encode(source, IMAGE_ID, index, size)
      }
    }
  }

  ours(1)
  idiomatic(1)
  deepEqual(asBuffer(reassembler.image), source, 'ours has the image')
  deepEqual(receiver.image, source, 'theirs has the image')
  deepEqual(
    [reassembler.map.held, receiver.received.size],
    [count, count],
    'both sides have every block',
  )
  deepEqual(
    Buffer.concat(frames),
    asBuffer(window),
    'both sides leave the same frames in the window',
  )
  return [
    { name: 'ours', run: ours, per: count },
    { name: 'idiomatic', run: idiomatic, per: count },
  ]
}

const [at64, at512, at1024] = [64, 512, 1024].map(size => measure(sides(size)))
report('pipeline', {
  ratios: [
    {
      name: 'idiomatic / ours, 64 B',
      ratio: at64!.ratio('idiomatic', 'ours'),
      floor: 7,
      usual: [14, 16],
      aim: 20,
    },
  ],
  informs: [
    { name: 'idiomatic / ours, 512 B', figure: at512!.ratio('idiomatic', 'ours'), aim: 4 },
    { name: 'idiomatic / ours, 1 kB', figure: at1024!.ratio('idiomatic', 'ours'), aim: 2.4 },
  ],
  detail: { oursNs: at64!.ns('ours'), idiomaticNs: at64!.ns('idiomatic') },
})
