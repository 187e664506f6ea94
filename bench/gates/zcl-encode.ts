// Image block response with 64 octets of data, fields to octets: ours against zigbee-herdsman's.

import { deepEqual } from 'node:assert/strict'
import { Bytes } from '#core/bytes/bytes'
import { encodeBlockResponse, MAX_OTA_FRAME } from '#core/ota/ota-frame'
import { measure } from '../measure.ts'
import { report } from '../result.ts'
import { encode } from '../rivals/herdsman.ts'
import {
  asBuffer,
  FILE_VERSION,
  IMAGE_SIZE,
  IMAGE_TYPE,
  MANUFACTURER,
  sampleImage,
} from '../sample.ts'

const SIZE = 64
const COUNT = IMAGE_SIZE / SIZE
const image = sampleImage()
const out = Bytes.alloc(MAX_OTA_FRAME)
// herdsman gets its data as views made beforehand: what is timed is the codec alone.
const views = Array.from({ length: COUNT }, (_, i) =>
  asBuffer(image).subarray(i * SIZE, (i + 1) * SIZE),
)

function ours(block: number): number {
  const from = block * SIZE
  return encodeBlockResponse(
    out,
    0,
    block & 255,
    MANUFACTURER,
    IMAGE_TYPE,
    FILE_VERSION,
    from,
    image,
    from,
    SIZE,
  )
}

function theirs(block: number): Buffer {
  const from = block * SIZE
  return encode(block & 255, MANUFACTURER, IMAGE_TYPE, FILE_VERSION, from, views[block]!)
}

for (let i = 0; i < COUNT; i++) {
  const length = ours(i)
  deepEqual(asBuffer(out).subarray(0, length), theirs(i), 'the same octets')
}

const timings = measure([
  {
    name: 'ours',
    per: COUNT,
    run: n => {
      for (; n > 0; n--) for (let i = 0; i < COUNT; i++) ours(i)
    },
  },
  {
    name: 'herdsman',
    per: COUNT,
    run: n => {
      for (; n > 0; n--) for (let i = 0; i < COUNT; i++) theirs(i)
    },
  },
])
report('zcl-encode', {
  ratios: [
    {
      name: 'herdsman / ours',
      ratio: timings.ratio('herdsman', 'ours'),
      floor: 35,
      usual: [68, 116],
      aim: 150,
    },
  ],
  detail: { oursNs: timings.ns('ours'), herdsmanNs: timings.ns('herdsman') },
})
