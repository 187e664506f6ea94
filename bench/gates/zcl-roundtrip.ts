// A 64-octet block as image block response from one image into another, with a record of what came:
// ours (encode, decode, copyBytes, ReceivedMap) against zigbee-herdsman (create, toBuffer, fromBuffer,
// Buffer.copy, Set).

import { deepEqual } from 'node:assert/strict'
import { ReceivedMap } from '#core/block/received-map'
import { Bytes, copyBytes } from '#core/bytes/bytes'
import { decodeOta, encodeBlockResponse, MAX_OTA_FRAME, OtaFrame } from '#core/ota/ota-frame'
import { measure } from '../measure.ts'
import { report } from '../result.ts'
import { decode, encode } from '../rivals/herdsman.ts'
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
const source = asBuffer(image)

const wire = Bytes.alloc(MAX_OTA_FRAME)
const frame = new OtaFrame()
const map = new ReceivedMap(COUNT)
const ourImage = Bytes.alloc(IMAGE_SIZE)

function ours(images: number): void {
  for (let n = 0; n < images; n++) {
    map.restart()
    for (let i = 0; i < COUNT; i++) {
      const from = i * SIZE
      const length = encodeBlockResponse(
        wire,
        0,
        i & 255,
        MANUFACTURER,
        IMAGE_TYPE,
        FILE_VERSION,
        from,
        image,
        from,
        SIZE,
      )
      decodeOta(wire, 0, length, frame)
      copyBytes(ourImage, frame.fileOffset, wire, frame.dataAt, frame.dataSize)
      map.add(frame.fileOffset / SIZE)
    }
  }
}

const theirImage = Buffer.alloc(IMAGE_SIZE)
let received = new Set<number>()

function theirs(images: number): void {
  for (let n = 0; n < images; n++) {
    received = new Set()
    for (let i = 0; i < COUNT; i++) {
      const from = i * SIZE
      const data = source.subarray(from, from + SIZE)
      const response = decode(encode(i & 255, MANUFACTURER, IMAGE_TYPE, FILE_VERSION, from, data))
      response.data.copy(theirImage, response.fileOffset)
      received.add(response.fileOffset / SIZE)
    }
  }
}

ours(1)
theirs(1)
deepEqual(asBuffer(ourImage), source, 'ours has the image')
deepEqual(theirImage, source, 'theirs has the image')
deepEqual([map.held, received.size], [COUNT, COUNT], 'both sides have every block')

const timings = measure([
  { name: 'ours', run: ours, per: COUNT },
  { name: 'herdsman', run: theirs, per: COUNT },
])
report('zcl-roundtrip', {
  ratios: [
    {
      name: 'herdsman / ours',
      ratio: timings.ratio('herdsman', 'ours'),
      floor: 30,
      usual: [54, 83],
      aim: 100,
    },
  ],
  detail: { oursNs: timings.ns('ours'), herdsmanNs: timings.ns('herdsman') },
})
