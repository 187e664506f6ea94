// A block of 1,024 octets into COBS and back, in the caller's memory, against npm cobs, which makes its results.

import { deepEqual } from 'node:assert/strict'
import rival from 'cobs'
import { Bytes } from '#core/bytes/bytes'
import { cobsDecode, cobsEncode, cobsLength } from '#core/bytes/cobs'
import { measure } from '../measure.ts'
import { report } from '../result.ts'
import { asBuffer, sampleImage } from '../sample.ts'

const SIZE = 1024
const COUNT = 64
const image = sampleImage()
const coded = Bytes.alloc(cobsLength(SIZE))
const back = Bytes.alloc(SIZE)
const blocks = Array.from({ length: COUNT }, (_, i) =>
  asBuffer(image).subarray(i * SIZE, (i + 1) * SIZE),
)

function ours(): number {
  let octets = 0
  for (let i = 0; i < COUNT; i++) {
    const length = cobsEncode(coded, 0, image, i * SIZE, SIZE)
    octets += cobsDecode(back, 0, coded, 0, length)
  }
  return octets
}

function theirs(): number {
  let octets = 0
  for (const block of blocks) octets += rival.decode(rival.encode(block)).length
  return octets
}

for (const block of blocks) {
  const length = cobsEncode(coded, 0, new Bytes(block), 0, SIZE)
  deepEqual(asBuffer(coded).subarray(0, length), rival.encode(block), 'the same COBS')
}
deepEqual(ours(), theirs(), 'as many octets back')

const timings = measure([
  {
    name: 'ours',
    per: COUNT,
    run: n => {
      for (; n > 0; n--) ours()
    },
  },
  {
    name: 'npm cobs',
    per: COUNT,
    run: n => {
      for (; n > 0; n--) theirs()
    },
  },
])
report('cobs', {
  ratios: [
    {
      name: 'npm cobs / ours',
      ratio: timings.ratio('npm cobs', 'ours'),
      floor: 3,
      usual: [6.1, 9.4],
      aim: 10,
    },
  ],
  detail: { oursNs: timings.ns('ours'), cobsNs: timings.ns('npm cobs') },
})
