// Images on their way into a hub: who gets one when it is whole, and that those who are served meanwhile notice nothing.

import t from 'tap'
import { Chunker } from '#core/block/chunker'
import { Bytes } from '#core/bytes/bytes'
import { openImage } from '#core/image/open'
import { IMAGE_BLOCK_REQUEST, OTA_CLUSTER, SUCCESS } from '#core/ota/codes'
import { decodeOta, encodeOta, OtaFrame } from '#core/ota/ota-frame'
import type { Archive } from '#core/state/archive'
import { VirtualClock } from '#core/time/virtual-clock'
import { HubIntake, type IntakeTo } from '#emulators/device/hub-intake'
import type { HubSetup } from '#emulators/device/hub-setup'
import { ImageServer } from '#emulators/device/image-server'
import { CLUSTER_HEADER, hanFrame } from '#emulators/link/han'
import { encodeControl, MAX_CONTROL_FRAME, OPEN } from '#emulators/link/wire'
import { HUB } from '#emulators/profile/profiles'
import {
  type Descriptor,
  describe,
  encodeDescriptor,
  imageIdOf,
} from '#emulators/service/descriptor'
import { Trace } from '#emulators/trace/trace'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { carry } from '../../helpers/carry.ts'

const HUB_ID = '00-DB-12-34-56-78-90-01'
const ESME = '00-DB-12-34-56-78-90-A0'
const SIZE = 300

interface Sent {
  readonly descriptor: Descriptor
  readonly octets: Bytes
}

/** An image of this version and type, for these targets. */
function image(version: number, targets: string[], imageType = 0): Sent {
  const opened = openImage(gbFixture({ size: SIZE, seed: version }))
  const described = describe(opened, 64, targets)
  return { descriptor: { ...described, fileVersion: version, imageType }, octets: opened.octets }
}

/** The intake of a hub with one ESME; what becomes of images is noted. */
function setUp() {
  const clock = new VirtualClock(16)
  const trace = new Trace(clock, () => {})
  const said: string[] = []
  const answers: OtaFrame[] = []
  const link = {
    send(src: Bytes, at: number, length: number) {
      const frame = new OtaFrame()
      decodeOta(src, at + CLUSTER_HEADER, length - CLUSTER_HEADER, frame)
      answers.push(frame)
    },
  }
  const esme = { id: ESME, type: 'esme', isSleepy: false, link }
  const images = new ImageServer(
    { clock, trace, seed: 1 },
    { name: 'hub', values: HUB, clients: [esme], startUnixMs: 0, report: () => {} },
  )
  const ownImage = {
    arrived: (descriptor: Descriptor) => said.push(`own v${descriptor.fileVersion}`),
  }
  const mail = {
    transferEnded: (target: string, code: number, version: number) =>
      said.push(`${target} ${code} v${version}`),
  }
  const intake = new HubIntake(
    trace,
    { id: HUB_ID, values: HUB, neighbours: [esme], wan: { send() {} } } as unknown as HubSetup,
    { images, ownImage, mail } as unknown as IntakeTo,
  )
  const frame = Bytes.alloc(MAX_CONTROL_FRAME)
  const asked = hanFrame(OTA_CLUSTER)
  return {
    images,
    said,
    archive(a: Archive): void {
      images.archive(a)
      intake.archive(a)
    },
    open({ descriptor }: Sent): void {
      const opening = encodeDescriptor(descriptor)
      const id = imageIdOf(descriptor)
      intake.receive(frame, 0, encodeControl(frame, 0, OPEN, id, opening, opening.length))
    },
    /** Takes the blocks from..to of an image, the last one not among them. */
    take({ descriptor, octets }: Sent, from: number, to: number): void {
      const chunker = new Chunker(descriptor.geometry, imageIdOf(descriptor), octets)
      for (let i = from; i < to; i++) intake.receive(frame, 0, chunker.encode(i, frame, 0))
    },
    /** What the ESME is answered that asks for the last octets of version 2. */
    lastOctets(): OtaFrame {
      const question = Object.assign(new OtaFrame(), {
        command: IMAGE_BLOCK_REQUEST,
        manufacturerCode: 0x121d,
        imageType: 0,
        fileVersion: 2,
        fileOffset: 252,
        maxDataSize: 48,
      })
      images.receive(0, asked, CLUSTER_HEADER, encodeOta(asked, CLUSTER_HEADER, question))
      return answers.at(-1)!
    },
  }
}

const BLOCKS = Math.ceil(SIZE / 64)

t.test(
  'an image for a device and the hub is both’s, one for the hub alone takes no slot',
  async t => {
    const both = setUp()
    const shared = image(2, [ESME, HUB_ID])
    both.open(shared)
    both.take(shared, 0, BLOCKS)
    t.same(both.said, ['own v2'])
    t.ok(both.images.hasNews(0))
    const alone = setUp()
    const own = image(3, [HUB_ID])
    alone.open(own)
    alone.take(own, 0, BLOCKS)
    t.same(alone.said, ['own v3'])
    t.notOk(alone.images.hasNews(0))
  },
)

t.test('a device is served its image while another one for it arrives', async t => {
  const { open, take, lastOctets } = setUp()
  const first = image(2, [ESME])
  open(first)
  take(first, 0, BLOCKS)
  t.match(lastOctets(), { status: SUCCESS, dataSize: 48 })
  const second = image(3, [ESME], 1)
  open(second)
  take(second, 0, 2)
  t.match(lastOctets(), { status: SUCCESS, dataSize: 48 })
})

t.test('an intake is saved before anything came, and in the middle of an image', async t => {
  const idle = setUp()
  carry(idle.archive, setUp().archive)
  const busy = setUp()
  const sent = image(2, [ESME])
  busy.open(sent)
  busy.take(sent, 0, 2)
  const loaded = setUp()
  carry(busy.archive, loaded.archive)
  loaded.take(sent, 2, BLOCKS)
  t.ok(loaded.images.hasNews(0))
  t.match(loaded.lastOctets(), { status: SUCCESS, dataSize: 48 })
})
