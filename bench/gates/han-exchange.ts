// A block's exchange: the request is made, read and answered, the answer read, its data copied into the image and what
// is held recorded. Ours, OTA client and OTA server with their state machines and nothing between them, against the
// same done with zigbee-herdsman's codec. Besides, the exchange in a whole home: six devices that fetch 1 MB each at
// 5 % loss, with air time, timers, faults, retries and flash in it. It has to leave no garbage; how many it does a
// second informs.

import { deepEqual, equal } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { Bytes } from '#core/bytes/bytes'
import { OtaClient, WHOLE } from '#core/ota/client'
import { WAIT_FOR_COMMAND } from '#core/ota/codes'
import { MAX_OTA_FRAME } from '#core/ota/ota-frame'
import { OtaServer } from '#core/ota/server'
import { findProfile, HUB } from '#emulators/profile/profiles'
import { HEAP_FLAGS } from '../heap.ts'
import { BusyHome, HOME_IMAGE_SIZE } from '../home.ts'
import type { HomeWeight } from '../home-weight.ts'
import { measure } from '../measure.ts'
import { report } from '../result.ts'
import { decode, decodeRequest, encode, encodeRequest } from '../rivals/herdsman.ts'
import { asBuffer, FILE_VERSION, IMAGE_TYPE, MANUFACTURER, sampleImage } from '../sample.ts'

const HOME_ROUNDS = 201
/** Exchanges of the home in one unit: a round is short, so that some have the processor to themselves. */
const UNIT = 50
const STRETCHES = 500

const { values } = findProfile('esme')!
const size = values.maxDataSize
const count = Math.ceil(HOME_IMAGE_SIZE / size)
const source = sampleImage(HOME_IMAGE_SIZE)

const server = new OtaServer(
  { maxDataSize: HUB.serverMaxDataSize, minBlockPeriod: 0, pages: false, minPageSpacing: 0 },
  0,
)
server.load({
  memory: source,
  size: HOME_IMAGE_SIZE,
  manufacturerCode: MANUFACTURER,
  imageType: IMAGE_TYPE,
  fileVersion: FILE_VERSION,
  minHardware: undefined,
  maxHardware: undefined,
  upgradeTime: WAIT_FOR_COMMAND,
})
const client = new OtaClient(
  {
    manufacturerCode: MANUFACTURER,
    imageType: IMAGE_TYPE,
    currentFileVersion: FILE_VERSION - 1,
    hardwareVersion: values.hardwareVersion,
    maxDataSize: size,
    blockPeriod: 0,
    answerTimeout: values.answerTimeout,
    maxTries: values.maxTries,
    pageSize: 0,
    responseSpacing: values.responseSpacing,
    announcesBlockPeriod: false,
    clipsPages: true,
  },
  Bytes.alloc(HOME_IMAGE_SIZE),
)
const question = Bytes.alloc(MAX_OTA_FRAME)
const answer = Bytes.alloc(MAX_OTA_FRAME)
let now = 0

/** With the questions for the image itself, one in some 20,000. */
function ours(exchanges: number): void {
  const end = client.blocks + exchanges
  while (client.blocks < end) {
    now++
    const asked = client.transmit(question, 0, now)
    const answered = server.answer(question, 0, asked, now, answer, 0)
    if (client.receive(answer, 0, answered, now) === WHOLE) again()
  }
}

function again(): void {
  client.forget()
  client.start(now)
}

const theirSource = asBuffer(source)
const theirImage = Buffer.alloc(HOME_IMAGE_SIZE)
let received = new Set<number>()
let next = 0

function theirs(exchanges: number): void {
  for (; exchanges > 0; exchanges--) {
    if (next === count) {
      next = 0
      received = new Set()
    }
    const sequence = next & 255
    const { manufacturerCode, imageType, fileVersion, fileOffset, maximumDataSize } = decodeRequest(
      encodeRequest(sequence, MANUFACTURER, IMAGE_TYPE, FILE_VERSION, next * size, size),
    )
    const data = theirSource.subarray(fileOffset, fileOffset + maximumDataSize)
    const response = decode(
      encode(sequence, manufacturerCode, imageType, fileVersion, fileOffset, data),
    )
    response.data.copy(theirImage, response.fileOffset)
    received.add(response.fileOffset / size)
    next++
  }
}

client.start(now)
ours(count - 1)
equal(client.offset, (count - 1) * size, 'ours has all but the last block')
ours(1)
deepEqual(asBuffer(client.memory), theirSource, 'ours has the image')
theirs(count)
deepEqual(theirImage, theirSource, 'theirs has the image')
equal(received.size, count, 'theirs has every block')

const timings = measure([
  { name: 'ours', run: ours },
  { name: 'herdsman', run: theirs },
])

const home = new BusyHome()
const atHome = measure(
  [
    {
      name: 'home',
      per: UNIT,
      prepare: n => home.prepare(n * UNIT),
      run: n => home.exchange(n * UNIT),
    },
  ],
  HOME_ROUNDS,
)

const scales = spawnSync(
  process.execPath,
  [...HEAP_FLAGS, join(import.meta.dirname, '..', 'home-weight.ts'), `${STRETCHES}`],
  { encoding: 'utf8' },
)
equal(scales.status, 0, scales.stderr)
const weight: HomeWeight = JSON.parse(scales.stdout)

report('han-exchange', {
  exact: [
    {
      name: 'garbage of an exchange, in a home',
      value: weight.median / weight.exchanges,
      bound: 0,
      unit: ' B',
    },
  ],
  ratios: [
    {
      name: 'herdsman / ours',
      ratio: timings.ratio('herdsman', 'ours'),
      floor: 20,
      usual: [36, 49],
      aim: 60,
    },
  ],
  informs: [
    {
      name: 'exchanges a second, in a home',
      figure: 1e3 / atHome.best('home'),
      unit: ' M',
      aim: 1,
    },
    { name: 'herdsman / home', figure: timings.ns('herdsman') / atHome.ns('home') },
  ],
  detail: {
    oursNs: timings.ns('ours'),
    herdsmanNs: timings.ns('herdsman'),
    homeNs: atHome.ns('home'),
    homeBestNs: atHome.best('home'),
    retries: home.retries / home.exchanges,
  },
})
