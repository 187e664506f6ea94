// Ten million block round trips of each kind: no collection, and no more growth of the heap than the
// engine's own housekeeping makes (64 kB in all). The process starts itself again with a nursery so
// large that garbage is seen and not swept away (bench/heap.ts).

import { ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { encodeFrame } from '#core/block/block-frame'
import { Geometry } from '#core/block/geometry'
import { Reassembler } from '#core/block/reassembler'
import { ReceivedMap } from '#core/block/received-map'
import { Bytes, copyBytes } from '#core/bytes/bytes'
import { decodeOta, encodeBlockResponse, MAX_OTA_FRAME, OtaFrame } from '#core/ota/ota-frame'
import { HEAP_FLAGS, weigh } from '../heap.ts'
import { report } from '../result.ts'
import {
  FILE_VERSION,
  IMAGE_ID,
  IMAGE_SIZE,
  IMAGE_TYPE,
  MANUFACTURER,
  sampleImage,
} from '../sample.ts'

const TRIPS = 10_000_000
const SIZE = 64
const COUNT = IMAGE_SIZE / SIZE
const VIEWS = 32 * COUNT

function main(): void {
  const image = sampleImage()
  const wire = Bytes.alloc(MAX_OTA_FRAME)
  const reassembler = new Reassembler(
    new Geometry(IMAGE_SIZE, SIZE),
    IMAGE_ID,
    Bytes.alloc(IMAGE_SIZE),
  )
  const frame = new OtaFrame()
  const map = new ReceivedMap(COUNT)
  const target = Bytes.alloc(IMAGE_SIZE)

  const blocks = (): void => {
    reassembler.map.restart()
    for (let i = 0; i < COUNT; i++) {
      const length = encodeFrame(wire, 0, IMAGE_ID, i, image, i * SIZE, SIZE)
      reassembler.accept(wire, 0, length)
    }
  }
  const zcl = (): void => {
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
      copyBytes(target, frame.fileOffset, wire, frame.dataAt, frame.dataSize)
      map.add(frame.fileOffset / SIZE)
    }
  }
  // What a weighing without garbage must differ from: one view a trip.
  let view = image.u8
  const wasteful = (): void => {
    for (let i = 0; i < COUNT; i++) view = image.u8.subarray(i)
  }

  const images = Math.ceil(TRIPS / COUNT)
  const ofBlocks = weigh(blocks, images)
  const ofZcl = weigh(zcl, images)
  const ofViews = weigh(wasteful, VIEWS / COUNT)
  ok(view.length > 0)
  ok(ofViews.collections > 0 || ofViews.bytes > 50 * VIEWS, 'the scales see garbage')

  report('heap', {
    exact: [
      {
        name: 'growth of the heap',
        value: (ofBlocks.bytes + ofZcl.bytes) / 1024,
        bound: 64,
        unit: ' kB',
        aim: 0,
      },
      { name: 'collections', value: ofBlocks.collections + ofZcl.collections, bound: 0 },
    ],
    detail: {
      trips: 2 * images * COUNT,
      blockBytes: ofBlocks.bytes,
      zclBytes: ofZcl.bytes,
      viewBytesEach: ofViews.bytes / VIEWS,
    },
  })
}

if (process.execArgv.includes('--expose-gc')) main()
else {
  const { status } = spawnSync(process.execPath, [...HEAP_FLAGS, import.meta.filename], {
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}
