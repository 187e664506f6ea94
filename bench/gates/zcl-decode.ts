// Image block response with 64 octets of data, octets to fields: ours against zigbee-herdsman's.

import { equal } from 'node:assert/strict'
import { DECODED, decodeOta, OtaFrame } from '#core/ota/ota-frame'
import { measure } from '../measure.ts'
import { report } from '../result.ts'
import { decode } from '../rivals/herdsman.ts'
import { asBuffer, zclFrames } from '../sample.ts'

const { bytes, length, count } = zclFrames(64)
const views = Array.from({ length: count }, (_, i) =>
  asBuffer(bytes).subarray(i * length, (i + 1) * length),
)
const frame = new OtaFrame()

for (let i = 0; i < count; i++) {
  equal(decodeOta(bytes, i * length, length, frame), DECODED, 'ours reads it')
  const theirs = decode(views[i]!)
  equal(frame.fileVersion, theirs.fileVersion, 'the same file version')
  equal(frame.fileOffset, theirs.fileOffset, 'the same file offset')
  equal(frame.dataSize, theirs.dataSize, 'the same data size')
  equal(
    theirs.data.compare(bytes.u8, frame.dataAt, frame.dataAt + frame.dataSize),
    0,
    'the same data',
  )
}

const timings = measure([
  {
    name: 'ours',
    per: count,
    run: n => {
      for (; n > 0; n--) {
        for (let i = 0; i < count; i++) decodeOta(bytes, i * length, length, frame)
      }
    },
  },
  {
    name: 'herdsman',
    per: count,
    run: n => {
      for (; n > 0; n--) for (let i = 0; i < count; i++) decode(views[i]!)
    },
  },
])
report('zcl-decode', {
  ratios: [
    {
      name: 'herdsman / ours',
      ratio: timings.ratio('herdsman', 'ours'),
      floor: 50,
      usual: [100, 159],
      aim: 130,
    },
  ],
  detail: { oursNs: timings.ns('ours'), herdsmanNs: timings.ns('herdsman') },
})
