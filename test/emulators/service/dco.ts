// The DCO by itself: what it answers when a request comes too early, with a wrong hash, twice, or for an image that is
// not the one announced; and that what one image does is never taken for another's.

import t from 'tap'
import { Chunker } from '#core/block/chunker'
import type { Bytes } from '#core/bytes/bytes'
import { type OpenedImage, openImage } from '#core/image/open'
import { ACCEPTED_NULL, CANCEL_TIME, IMMEDIATE, OUTCOME_SUCCESS } from '#core/power/activation'
import { DEFAULT_TRACKING } from '#core/power/suppression'
import { VirtualClock } from '#core/time/virtual-clock'
import { sha256 } from '#emulators/crypto/crypto'
import { BlockSender } from '#emulators/link/block-sender'
import { Courier } from '#emulators/link/courier'
import type { Link } from '#emulators/link/link'
import {
  ALERT,
  controlKind,
  OPEN,
  payloadOf,
  SRV_11_1_RESPONSE,
  SRV_11_3,
  SRV_11_3_RESPONSE,
  STATUS,
} from '#emulators/link/wire'
import {
  ACTIVATING,
  COMPLETE,
  DCO_ROWS,
  Dco,
  DONE,
  FORWARDING,
  LOADING,
  RECEIVING,
} from '#emulators/service/dco'
import {
  type Descriptor,
  decodeDescriptor,
  describe,
  encodeDescriptor,
  imageIdOf,
} from '#emulators/service/descriptor'
import { Dsp } from '#emulators/service/dsp'
import {
  type Alert,
  decodeActivate,
  decodeOutcome,
  decodeResult,
  encodeActivate,
  encodeAlert,
  encodeOutcome,
} from '#emulators/service/messages'
import { MemoryDisk } from '#emulators/storage/disk'
import { Trace, type TraceEvent } from '#emulators/trace/trace'
import { gbFixture } from '#firmware-fixtures/gb-image'

const ESME = '00-DB-12-34-56-78-90-A0'
const GSME = '00-DB-12-34-56-78-90-A1'
const HUB = '00-DB-12-34-56-78-90-A2'
const IHD = '00-DB-12-34-56-78-90-A6'
const image = openImage(gbFixture({ size: 2_000 }))
const HASH = hashOf(image)
/** Of the same file version as `image` unless it is rewritten. */
const other = openImage(rewritten(gbFixture({ size: 1_500, seed: 2 }), 0x0102_0305))

function hashOf({ octets }: OpenedImage): Uint8Array {
  return sha256(octets.u8.subarray(60, octets.length - 66))
}

function rewritten(file: Bytes, fileVersion: number): Bytes {
  file.dv.setUint32(14, fileVersion, true)
  return file
}

/** A DCO on perfect links, with a Supplier and a hub played by the test. */
function setUp() {
  const clock = new VirtualClock(64)
  const events: TraceEvent[] = []
  const trace = new Trace(clock, event => events.push(event))
  const heard: (readonly [kind: number, code: number])[] = []
  const atHub: { descriptors: Descriptor[]; commands: number[] } = { descriptors: [], commands: [] }
  const config = { timeout: 1_000, maxTries: 3 }
  const sending = {
    windowSize: 4_096,
    windowBlocks: 64,
    answerTimeout: 1_000,
    maxTries: 3,
    bitRate: 1e9,
  }
  const dsp = new Dsp(trace, DEFAULT_TRACKING, () => clock.now)
  dsp.list(ESME)
  dsp.join(ESME, HUB)
  dsp.leaveOut(IHD)
  const disk = new MemoryDisk()
  const towards = (receive: () => (src: Bytes, at: number, length: number) => void): Link => ({
    send: (src, at, length) => receive()(src, at, length),
  })
  const ended: boolean[] = []
  const toSupplier = towards(() => (src, at, length) => {
    if (controlKind(src, at, length) === STATUS) sender.receive(src, at, length)
    else supplier.receive(src, at, length)
  })
  const toHub = towards(() => (src, at, length) => {
    if (hub.receive(src, at, length)) return
    if (controlKind(src, at, length) !== OPEN) return
    atHub.descriptors.push(decodeDescriptor(payloadOf(src, at, length))!)
  })
  const world = { clock, trace, seed: 1 }
  const dco: Dco = new Dco(world, {
    batch: 4,
    sender: sending,
    courier: config,
    toSupplier,
    toHub,
    disk,
    dsp,
  })
  const up = towards(() => dco.receiveFromSupplier)
  const supplier: Courier = new Courier(clock, config, up, (kind, payload) => {
    heard.push([
      kind,
      kind === SRV_11_1_RESPONSE
        ? decodeResult(payload).code
        : kind === ALERT
          ? -1
          : decodeOutcome(payload).code,
    ])
  })
  const sender: BlockSender = new BlockSender(world, {
    source: 'test',
    config: sending,
    link: up,
    onDone: ok => ended.push(ok),
  })
  const hub: Courier = new Courier(
    clock,
    config,
    towards(() => dco.receiveFromHub),
    (kind, payload) => {
      if (kind === SRV_11_3) atHub.commands.push(decodeActivate(payload).counter)
    },
  )
  let counter = 0
  return {
    dco,
    dsp,
    disk,
    events,
    heard,
    atHub,
    ended,
    send(descriptor: Descriptor, { octets }: OpenedImage = image) {
      const chunker = new Chunker(descriptor.geometry, imageIdOf(descriptor), octets)
      sender.open(chunker, encodeDescriptor(descriptor))
    },
    activate(hash: Uint8Array, executionTime = IMMEDIATE, device = ESME) {
      supplier.post(SRV_11_3, encodeActivate({ device, hash, counter: ++counter, executionTime }))
      return counter
    },
    alert(code: Alert['code'], detail = 0, version = 0x0102_0304, about = ESME) {
      const device = code === '8F72' || code === '8F1C' ? about : HUB
      hub.post(ALERT, encodeAlert({ code, at: 0, detail, version, device, about }))
    },
    respond(code: number, to: number, device = ESME) {
      hub.post(SRV_11_3_RESPONSE, encodeOutcome({ code, version: 1, counter: to, device }))
    },
    states: () => dco.jobs.map(({ state }) => state),
  }
}

t.test(
  'SRV 11.3 before anything was sent, or before the image is whole: no image held',
  async t => {
    const { activate, heard, dco } = setUp()
    activate(HASH)
    t.same(heard, [[SRV_11_3_RESPONSE, 1]])
    t.same(dco.jobs, [])
  },
)

t.test('SRV 11.3 with another hash: hash mismatch, and the image stays', async t => {
  const { send, activate, heard, states } = setUp()
  send(describe(image, 100, [ESME]))
  activate(sha256(image.octets.u8))
  t.same(heard, [
    [SRV_11_1_RESPONSE, 0],
    [SRV_11_3_RESPONSE, 2],
  ])
  t.same(states(), [COMPLETE])
  activate(HASH)
  t.same(states(), [FORWARDING])
})

t.test(
  'blocks that together are not the image announced: said so, and nothing is kept',
  async t => {
    const { send, heard, dco, disk } = setUp()
    const descriptor = describe(image, 100, [ESME])
    const wrong = {
      ...descriptor,
      sha256: descriptor.sha256.map((octet, i) => octet ^ +(i === 31)),
    }
    send(wrong)
    t.same(heard, [[SRV_11_1_RESPONSE, 1]])
    t.same(dco.jobs, [])
    t.equal(disk.files.size, 0)
    send(descriptor)
    t.same(heard.at(-1), [SRV_11_1_RESPONSE, 0], 'the right announcement is taken afterwards')
  },
)

t.test('a hub that cannot deliver ends the request with a failure', async t => {
  const { send, activate, alert, heard, states } = setUp()
  send(describe(image, 100, [ESME]))
  activate(HASH)
  alert('8F89', 3)
  t.same(heard.slice(1), [
    [ALERT, -1],
    [SRV_11_3_RESPONSE, 3],
  ])
  t.same(states(), [COMPLETE])
})

t.test('a target that the DCC does not update refuses the whole transfer', async t => {
  const { send, ended, dco, disk } = setUp()
  send(describe(image, 100, [ESME, IHD]))
  t.same(ended, [false])
  t.same(dco.jobs, [])
  t.equal(disk.files.size, 0)
})

t.test(
  'the activation is recorded when it goes to the Device; a cancellation clears it',
  async t => {
    const { send, activate, alert, respond, dsp, atHub } = setUp()
    send(describe(image, 100, [ESME]))
    const first = activate(HASH)
    t.same(atHub.commands, [], 'not before the Device has the image')
    alert('AD1')
    t.equal(dsp.suppressed, 0)
    alert('8F8A')
    t.same(atHub.commands, [first])
    alert('AD1')
    t.equal(dsp.suppressed, 1)
    respond(OUTCOME_SUCCESS, first)
    activate(HASH, CANCEL_TIME)
    alert('AD1')
    t.equal(dsp.suppressed, 1, 'cancelled: no window')
  },
)

t.test(
  'a cancellation while the image is on its way: both answered NULL, nothing activated',
  async t => {
    const { send, activate, alert, heard, atHub, states } = setUp()
    send(describe(image, 100, [ESME]))
    activate(HASH, 5_000_000)
    t.same(states(), [FORWARDING])
    activate(new Uint8Array(32), CANCEL_TIME)
    t.same(heard.slice(1), [
      [SRV_11_3_RESPONSE, ACCEPTED_NULL],
      [SRV_11_3_RESPONSE, ACCEPTED_NULL],
    ])
    t.same(states(), [LOADING])
    alert('8F8A')
    t.same(atHub.commands, [])
    t.same(states(), [COMPLETE])
  },
)

t.test('a command after a cancellation is the one that is carried out', async t => {
  const { send, activate, alert, atHub } = setUp()
  send(describe(image, 100, [ESME]))
  activate(HASH, 5_000_000)
  activate(new Uint8Array(32), CANCEL_TIME)
  const last = activate(HASH)
  alert('8F8A')
  t.same(atHub.commands, [last])
})

t.test('an immediate activation on its way is not cancelled', async t => {
  const { send, activate, alert, heard, atHub } = setUp()
  send(describe(image, 100, [ESME]))
  const first = activate(HASH)
  activate(new Uint8Array(32), CANCEL_TIME)
  t.same(heard.slice(1), [[SRV_11_3_RESPONSE, ACCEPTED_NULL]])
  alert('8F8A')
  t.same(atHub.commands, [first])
})

t.test(
  'a cancellation reaches the Device that was told, though a newer image waits here',
  async t => {
    const { send, activate, alert, respond, heard, atHub } = setUp()
    send(describe(image, 100, [ESME]))
    const dated = activate(HASH, 5_000_000)
    alert('8F8A')
    respond(ACCEPTED_NULL, dated)
    send(describe(other, 100, [ESME]), other)
    const cancel = activate(new Uint8Array(32), CANCEL_TIME)
    t.same(atHub.commands, [dated, cancel])
    const before = heard.length
    respond(ACCEPTED_NULL, cancel)
    t.same(heard.slice(before), [[SRV_11_3_RESPONSE, ACCEPTED_NULL]])
  },
)

t.test('of two images for one Device, each alert and each outcome counts for its own', async t => {
  const { send, activate, alert, respond, atHub, dco } = setUp()
  send(describe(image, 100, [ESME]))
  send(describe(other, 100, [ESME]), other)
  const first = activate(HASH)
  const second = activate(hashOf(other))
  const stateOf = ({ octets }: OpenedImage) =>
    dco.jobs.find(({ log }) => log.descriptor.geometry.size === octets.length)!.state
  alert('8F8A', 0, 0x0102_0304)
  t.same([stateOf(image), stateOf(other)], [ACTIVATING, FORWARDING])
  t.same(atHub.commands, [first])
  alert('8F72', 0, 0x0102_0305)
  t.same([stateOf(image), stateOf(other)], [ACTIVATING, ACTIVATING])
  t.same(atHub.commands, [first, second])
  respond(OUTCOME_SUCCESS, first)
  t.same([stateOf(image), stateOf(other)], [DONE, ACTIVATING])
  respond(OUTCOME_SUCCESS, second)
  t.same([stateOf(image), stateOf(other)], [DONE, DONE])
})

t.test('one image for two Devices: one log, forwarded for each when it is asked for', async t => {
  const { send, activate, disk, atHub, dco } = setUp()
  send(describe(image, 100, [ESME, GSME]))
  t.equal(disk.files.size, 1)
  activate(HASH, IMMEDIATE, GSME)
  t.same(
    atHub.descriptors.map(({ targets }) => targets),
    [[GSME]],
  )
  t.same(
    new Map(dco.jobs.map(({ device, state }) => [device, state])),
    new Map([
      [GSME, FORWARDING],
      [ESME, COMPLETE],
    ]),
  )
})

t.test('an image that is sent again is answered again and may be activated again', async t => {
  const { send, activate, alert, respond, heard, disk, states } = setUp()
  const descriptor = describe(image, 100, [ESME])
  send(descriptor)
  const first = activate(HASH)
  alert('8F8A')
  respond(OUTCOME_SUCCESS, first)
  const before = heard.length
  send(descriptor)
  t.same(heard.slice(before), [[SRV_11_1_RESPONSE, 0]])
  t.equal(disk.files.size, 1)
  activate(HASH)
  t.same(states(), [FORWARDING], 'the Device is sent the image once more')
})

t.test('every state of the DCO is reached from the first', async t => {
  const reached = new Set([RECEIVING])
  for (let before = 0; before < reached.size; ) {
    before = reached.size
    for (const [state, , next] of DCO_ROWS) if (reached.has(state)) reached.add(next)
  }
  t.equal(reached.size, 6)
})
