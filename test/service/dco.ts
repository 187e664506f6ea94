// The DCO by itself: what it answers when a request comes too early, with a wrong hash, or for an image that is not
// the one announced.

import t from 'tap'
import { Chunker } from '../../core/block/chunker.ts'
import type { Bytes } from '../../core/bytes/bytes.ts'
import { openImage } from '../../core/image/open.ts'
import { CANCEL_TIME, IMMEDIATE } from '../../core/power/activation.ts'
import { DEFAULT_SUPPRESSION } from '../../core/power/suppression.ts'
import { VirtualClock } from '../../core/time/virtual-clock.ts'
import { sha256 } from '../../emulators/crypto.ts'
import { BlockSender } from '../../emulators/link/block-sender.ts'
import { Courier } from '../../emulators/link/courier.ts'
import type { Link } from '../../emulators/link/link.ts'
import {
  ALERT,
  controlKind,
  SRV_11_1_RESPONSE,
  SRV_11_3,
  SRV_11_3_RESPONSE,
  STATUS,
} from '../../emulators/link/wire.ts'
import { COMPLETE, DCO_ROWS, Dco, FORWARDING, RECEIVING } from '../../emulators/service/dco.ts'
import {
  type Descriptor,
  describe,
  encodeDescriptor,
  imageIdOf,
} from '../../emulators/service/descriptor.ts'
import { MemoryDisk } from '../../emulators/service/disk.ts'
import { Dsp } from '../../emulators/service/dsp.ts'
import {
  type Alert,
  decodeOutcome,
  decodeResult,
  encodeActivate,
  encodeAlert,
} from '../../emulators/service/messages.ts'
import { Trace, type TraceEvent } from '../../emulators/trace.ts'
import { gbFixture } from '../../firmware-fixtures/gb-image.ts'

const image = openImage(gbFixture({ size: 2_000 }))
const HASH = sha256(image.octets.u8.subarray(60, 2_000 - 66))
const ESME = 'esme'

/** A DCO on perfect links, with a Supplier and a hub played by the test. */
function setUp() {
  const clock = new VirtualClock(64)
  const events: TraceEvent[] = []
  const trace = new Trace(clock, event => events.push(event))
  const heard: (readonly [kind: number, code: number])[] = []
  const config = { timeout: 1_000, maxTries: 3 }
  const sending = {
    windowSize: 4_096,
    windowBlocks: 64,
    answerTimeout: 1_000,
    maxTries: 3,
    bitRate: 1e9,
  }
  const dsp = new Dsp(trace, DEFAULT_SUPPRESSION)
  dsp.list(ESME)
  dsp.join(ESME, 'hub')
  const disk = new MemoryDisk()
  const towards = (receive: () => (src: Bytes, at: number, length: number) => void): Link => ({
    send: (src, at, length) => receive()(src, at, length),
  })
  const toSupplier = towards(() => (src, at, length) => {
    if (controlKind(src, at, length) === STATUS) sender.receive(src, at, length)
    else supplier.receive(src, at, length)
  })
  const toHub = towards(() => (src, at, length) => {
    hub.receive(src, at, length)
  })
  const dco: Dco = new Dco(clock, trace, {
    batch: 4,
    sender: sending,
    courier: config,
    toSupplier,
    toHub,
    disk,
    dsp,
    device: ESME,
    hub: 'hub',
    startUnixMs: 0,
  })
  const up = towards(() => dco.receiveFromSupplier)
  const supplier: Courier = new Courier(clock, config, up, (kind, payload) => {
    heard.push([
      kind,
      kind === SRV_11_1_RESPONSE
        ? decodeResult(payload)
        : kind === ALERT
          ? -1
          : decodeOutcome(payload).code,
    ])
  })
  const sender: BlockSender = new BlockSender('test', clock, trace, sending, up, () => {})
  const hub: Courier = new Courier(
    clock,
    config,
    towards(() => dco.receiveFromHub),
    () => {},
  )
  const send = (descriptor: Descriptor) => {
    const chunker = new Chunker(descriptor.geometry, imageIdOf(descriptor), image.octets)
    sender.open(chunker, encodeDescriptor(descriptor))
  }
  const activate = (hash: Uint8Array, executionTime = IMMEDIATE) => {
    supplier.post(SRV_11_3, encodeActivate({ hash, counter: 1, executionTime }))
  }
  const alert = (code: Alert['code'], detail = 0) => {
    hub.post(ALERT, encodeAlert({ code, at: 0, detail, version: 1 }))
  }
  return { dco, dsp, disk, events, heard, send, activate, alert }
}

t.test('SRV 11.3 before the image is whole: no image held', async t => {
  const { activate, heard, dco } = setUp()
  activate(HASH)
  t.same(heard, [[SRV_11_3_RESPONSE, 1]])
  t.equal(dco.state, RECEIVING)
})

t.test('SRV 11.3 with another hash: hash mismatch, and the image stays', async t => {
  const { send, activate, heard, dco } = setUp()
  send(describe(image, 100))
  activate(sha256(image.octets.u8))
  t.same(heard, [
    [SRV_11_1_RESPONSE, 0],
    [SRV_11_3_RESPONSE, 2],
  ])
  t.equal(dco.state, COMPLETE)
  activate(HASH)
  t.equal(dco.state, FORWARDING)
})

t.test(
  'blocks that together are not the image announced: said so, and nothing is kept',
  async t => {
    const { send, heard, dco, disk } = setUp()
    const descriptor = describe(image, 100)
    const wrong = {
      ...descriptor,
      sha256: descriptor.sha256.map((octet, i) => octet ^ +(i === 31)),
    }
    send(wrong)
    t.same(heard, [[SRV_11_1_RESPONSE, 1]])
    t.equal(dco.state, RECEIVING)
    t.equal(disk.files.size, 0)
    send(descriptor)
    t.same(heard.at(-1), [SRV_11_1_RESPONSE, 0], 'the right announcement is taken afterwards')
  },
)

t.test('a hub that cannot deliver ends the request with a failure', async t => {
  const { send, activate, alert, heard, dco } = setUp()
  send(describe(image, 100))
  activate(HASH)
  alert('8F89', 3)
  t.same(heard.slice(1), [
    [ALERT, -1],
    [SRV_11_3_RESPONSE, 3],
  ])
  t.equal(dco.state, COMPLETE)
})

t.test(
  'the activation is recorded when it goes to the Device; a cancellation clears it',
  async t => {
    for (const [time, suppressed] of [
      [IMMEDIATE, true],
      [CANCEL_TIME, false],
    ] as const) {
      const { send, activate, alert, dsp, events } = setUp()
      send(describe(image, 100))
      activate(HASH, time)
      alert('8F8A')
      alert('AD1')
      t.equal(dsp.suppressed, suppressed ? 1 : 0)
      t.equal(
        events.some(event => event.name === 'activation-recorded'),
        suppressed,
      )
    }
  },
)

t.test('every state of the DCO is reached from the first', async t => {
  const reached = new Set([RECEIVING])
  for (let before = 0; before < reached.size; ) {
    before = reached.size
    for (const [state, , next] of DCO_ROWS) if (reached.has(state)) reached.add(next)
  }
  t.equal(reached.size, 5)
})
