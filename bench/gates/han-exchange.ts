// A block's exchange in a home of six meters that fetch 1 MB each at 5 % loss, real frames, nothing left out (air time,
// timers, faults, retries, flash), against zigbee-herdsman's codec alone doing one: request and response, each made
// and read, the data copied into the image, a record kept. Theirs loses nothing and waits for nobody.

import { deepEqual, equal } from 'node:assert/strict'
import { BusyHome, HOME_IMAGE_SIZE } from '../home.ts'
import { measure } from '../measure.ts'
import { report } from '../result.ts'
import { decode, decodeRequest, encode, encodeRequest } from '../rivals/herdsman.ts'
import { asBuffer, FILE_VERSION, IMAGE_TYPE, MANUFACTURER, sampleImage } from '../sample.ts'

const home = new BusyHome()
const size = home.blockSize
const count = Math.floor(HOME_IMAGE_SIZE / size)
const source = asBuffer(sampleImage(HOME_IMAGE_SIZE))
const image = Buffer.alloc(HOME_IMAGE_SIZE)
let received = new Set<number>()
let next = 0

function theirs(): void {
  const sequence = next & 255
  const asked = decodeRequest(
    encodeRequest(sequence, MANUFACTURER, IMAGE_TYPE, FILE_VERSION, next * size, size),
  )
  const { fileOffset, manufacturerCode, imageType, fileVersion } = asked
  const data = source.subarray(fileOffset, fileOffset + asked.maximumDataSize)
  const answer = encode(sequence, manufacturerCode, imageType, fileVersion, fileOffset, data)
  const response = decode(answer)
  response.data.copy(image, response.fileOffset)
  received.add(response.fileOffset / size)
  if (++next === count) {
    next = 0
    received = new Set()
  }
}

for (let i = 1; i < count; i++) theirs()
equal(received.size, count - 1)
theirs()
deepEqual(image.subarray(0, count * size), source.subarray(0, count * size))

/** Exchanges in one unit. */
const UNIT = 100
const timings = measure([
  {
    name: 'ours',
    per: UNIT,
    prepare: n => home.prepare(n * UNIT),
    run: n => home.exchange(n * UNIT),
  },
  {
    name: 'herdsman',
    per: UNIT,
    run: n => {
      for (n *= UNIT; n > 0; n--) theirs()
    },
  },
])
report('han-exchange', {
  ratio: timings.ratio('herdsman', 'ours'),
  floor: 5,
  aim: 60,
  detail: { oursNs: timings.ns('ours'), herdsmanNs: timings.ns('herdsman') },
})
