// The Communications Hub as a server of images: which it keeps, how long, for whom, and that it answers everybody.

import t from 'tap'
import type { Bytes } from '#core/bytes/bytes'
import { openImage } from '#core/image/open'
import {
  ABORT,
  DEFAULT_RESPONSE,
  IMAGE_BLOCK_REQUEST,
  IMAGE_BLOCK_RESPONSE,
  IMAGE_NOTIFY,
  IMAGE_PAGE_REQUEST,
  NO_IMAGE_AVAILABLE,
  NOT_AUTHORIZED,
  OTA_CLUSTER,
  QUERY_NEXT_IMAGE_REQUEST,
  SUCCESS,
  UPGRADE_END_REQUEST,
} from '#core/ota/codes'
import { decodeOta, encodeOta, OtaFrame } from '#core/ota/ota-frame'
import { VirtualClock } from '#core/time/virtual-clock'
import { ImageServer } from '#emulators/device/image-server'
import { CLUSTER_HEADER, hanFrame } from '#emulators/link/han'
import { HUB, type HubValues } from '#emulators/profile/profiles'
import { type Descriptor, describe } from '#emulators/service/descriptor'
import { Trace, type TraceEvent } from '#emulators/trace/trace'
import { gbFixture } from '#firmware-fixtures/gb-image'
import { carry } from '../../helpers/carry.ts'
import { all, DAY, has, MINUTE, playYaml } from '../../helpers/home.ts'

const A = '00-DB-12-34-56-78-90-A0'
const B = '00-DB-12-34-56-78-90-A1'
const SIZE = 300

/** A server with two clients that the test plays: A is always awake, B sleeps. */
function setUp(values: Partial<HubValues> = {}) {
  const clock = new VirtualClock(32)
  const events: TraceEvent[] = []
  const reports: string[] = []
  const sent: { to: string; frame: OtaFrame }[] = []
  const client = (id: string, isSleepy: boolean) => ({
    id,
    isSleepy,
    link: {
      send(src: Bytes, at: number, length: number) {
        const frame = new OtaFrame()
        decodeOta(src, at + CLUSTER_HEADER, length - CLUSTER_HEADER, frame)
        sent.push({ to: id, frame })
      },
    },
  })
  const trace = new Trace(clock, event => events.push(event))
  const server = new ImageServer(
    { clock, trace, seed: 1 },
    {
      name: 'hub',
      values: { ...HUB, ...values },
      clients: [client(A, false), client(B, true)],
      startUnixMs: 0,
      report: (target, code, version) =>
        reports.push(`${target === A ? 'A' : 'B'} ${code} v${version}`),
    },
  )
  const frame = hanFrame(OTA_CLUSTER)
  return {
    clock,
    events,
    reports,
    sent,
    server,
    /** Puts a whole image on offer; false when it was refused. */
    load(descriptor: Descriptor): boolean {
      const memory = server.open(descriptor, false)
      memory?.u8.fill(descriptor.fileVersion & 255)
      return memory !== undefined && server.offer(memory)
    },
    /** Asks as client 0 or 1; returns what was answered. */
    ask(from: number, fields: Partial<OtaFrame>): OtaFrame {
      const identity = { manufacturerCode: 0x121d, imageType: 0, fileVersion: 2 }
      const length = encodeOta(
        frame,
        CLUSTER_HEADER,
        Object.assign(new OtaFrame(), { ...identity, ...fields }),
      )
      const before = sent.length
      server.receive(from, frame, CLUSTER_HEADER, length)
      if (sent.length !== before + 1) throw new Error(`${sent.length - before} answers`)
      return sent.at(-1)!.frame
    },
  }
}

/** The description of an image of this version and type, for these targets. */
function image(version: number, targets: string[], imageType = 0, force = false): Descriptor {
  const file = gbFixture({ size: SIZE, seed: version })
  const made = describe(openImage(file), 64, targets)
  return { ...made, fileVersion: version, imageType, forceReplace: force }
}

const QUERY = { command: QUERY_NEXT_IMAGE_REQUEST, fileVersion: 1 }
const BLOCK = { command: IMAGE_BLOCK_REQUEST, maxDataSize: 48 }
const END = { command: UPGRADE_END_REQUEST, status: SUCCESS }

t.test('not authorised before the first image, no image after it was delivered', async t => {
  const { ask, load, reports } = setUp()
  t.equal(ask(0, QUERY).status, NOT_AUTHORIZED)
  t.ok(load(image(2, [A])))
  t.match(ask(0, QUERY), { status: SUCCESS, imageSize: SIZE, fileVersion: 2 })
  t.equal(ask(1, QUERY).status, NOT_AUTHORIZED, 'it is not for the other one')
  ask(0, BLOCK)
  ask(0, END)
  t.same(reports, ['A 0 v2'])
  t.equal(ask(0, QUERY).status, NO_IMAGE_AVAILABLE)
})

t.test('the answer to a block request depends on its offset alone', async t => {
  const { ask, load } = setUp()
  load(image(2, [A]))
  for (const offset of [0, 48, 48, 288, 0, 252, 48]) {
    const answer = ask(0, { ...BLOCK, fileOffset: offset })
    t.match(answer, { fileOffset: offset, dataSize: Math.min(48, SIZE - offset) })
  }
})

t.test('a client that asks a hundred times in one millisecond has a hundred answers', async t => {
  const { ask, load, clock } = setUp()
  load(image(2, [A]))
  for (let n = 0; n < 100; n++) {
    t.equal(ask(0, { ...BLOCK, fileOffset: 48 }).command, IMAGE_BLOCK_RESPONSE)
  }
  t.equal(clock.now, 0)
})

t.test(
  'one image a type: another is refused while it is waited for, and the loser is told',
  async t => {
    const { load, reports, ask, events } = setUp()
    load(image(2, [A]))
    t.notOk(load(image(3, [A])))
    t.same(reports, ['A 1 v3'])
    t.ok(events.some(has({ name: 'slot-refused', fileVersion: 3 })))
    t.match(ask(0, QUERY), { fileVersion: 2 })
    ask(0, END)
    t.ok(load(image(3, [A])), 'nobody waits for the first one any more')
    t.same(reports, ['A 1 v3', 'A 0 v2'])
    t.ok(events.some(has({ name: 'slot-emptied', fileVersion: 2 })))
  },
)

t.test(
  'with force-replace the newer one wins, and whoever was on the older is told to stop',
  async t => {
    const { load, reports, ask } = setUp()
    load(image(2, [A, B]))
    ask(0, BLOCK)
    t.ok(load(image(3, [A], 0, true)))
    t.same(reports, ['A 1 v2', 'B 1 v2'])
    t.match(ask(0, QUERY), { fileVersion: 3 })
    t.equal(ask(1, BLOCK).status, ABORT)
  },
)

t.test('images of other types do not rival, until the slots are full', async t => {
  const { load, reports, ask } = setUp({ slots: 2 })
  t.ok(load(image(2, [A])))
  t.ok(load(image(5, [B], 1)))
  t.notOk(load(image(6, [B], 2)), 'both are waited for')
  t.same(reports, ['B 1 v6'])
  ask(0, END)
  t.ok(load(image(4, [A], 3)), 'the place of the one that was delivered')
})

t.test('one client has one image: what another type pushes aside is told of', async t => {
  const { load, reports } = setUp()
  load(image(2, [A]))
  load(image(3, [A], 1))
  t.same(reports, ['A 1 v2'])
})

t.test('the same file for another device is offered beside the first delivery', async t => {
  const { load, reports, ask } = setUp({ slots: 1 })
  load(image(2, [A]))
  ask(0, BLOCK)
  t.ok(load(image(2, [B])))
  t.same(reports, [])
  t.match(ask(1, QUERY), { status: SUCCESS, fileVersion: 2 })
  t.match(ask(0, BLOCK), { status: SUCCESS })
  ask(0, END)
  ask(1, END)
  t.same(reports, ['A 0 v2', 'B 0 v2'])
})

t.test('an image that was given up on its way blocks nobody', async t => {
  const { server, load, reports } = setUp()
  t.ok(server.open(image(2, [A]), false))
  t.ok(load(image(3, [A])))
  t.same(reports, [], 'nobody had heard of it')
  const early = setUp()
  early.server.open(image(2, [A]), true)
  t.ok(early.load(image(3, [A])))
  t.same(early.reports, ['A 1 v2'], 'it had been offered already')
})

t.test(
  'an image that is asked for while it comes is not offered anew when it is whole',
  async t => {
    const { server, ask, sent } = setUp()
    const memory = server.open(image(2, [A]), true)!
    server.grow(memory, 96)
    ask(0, BLOCK)
    t.equal(server.stateOf(0), 'serving')
    const before = sent.length
    t.ok(server.offer(memory))
    t.equal(server.stateOf(0), 'serving')
    t.equal(sent.length, before, 'nor announced')
    t.match(ask(0, { ...BLOCK, fileOffset: 252 }), { status: SUCCESS, dataSize: 48 })
  },
)

t.test('an image that nobody takes is kept for its retention and no longer', async t => {
  const { load, reports, clock, ask } = setUp({ retention: 2 * DAY })
  load(image(2, [A, B]))
  ask(0, END)
  clock.run(2 * DAY - 1)
  t.same(reports, ['A 0 v2'])
  clock.run(2 * DAY)
  t.same(reports, ['A 0 v2', 'B 1 v2'])
  t.equal(ask(1, QUERY).status, NO_IMAGE_AVAILABLE)
})

t.test('CCS08: 2 for hardware that does not fit, 3 for an image that did not verify', async t => {
  const { load, reports, ask } = setUp()
  load(image(2, [A, B]))
  const misfit = { ...QUERY, fieldControl: 1, hardwareVersion: 0x2222 }
  t.equal(ask(0, misfit).status, NO_IMAGE_AVAILABLE)
  t.equal(ask(1, { ...END, status: 0x96 }).command, DEFAULT_RESPONSE)
  t.same(reports, ['A 2 v2', 'B 3 v2'])
})

t.test(
  'an image is announced again and again until it is asked for; a sleeper reads a flag',
  async t => {
    const { load, sent, clock, ask, server } = setUp({ notifyPeriod: MINUTE })
    load(image(2, [A, B]))
    clock.run(3 * MINUTE)
    const notices = sent.filter(({ frame }) => frame.command === IMAGE_NOTIFY)
    t.same(new Set(notices.map(({ to }) => to)), new Set([A]))
    t.equal(notices.length, 4)
    t.ok(server.hasNews(1))
    ask(0, BLOCK)
    clock.run(10 * MINUTE)
    t.equal(sent.filter(({ frame }) => frame.command === IMAGE_NOTIFY).length, 4)
  },
)

t.test('once a transfer has ended nothing is left to be woken for', async t => {
  const taken = setUp({ notifyPeriod: MINUTE })
  taken.load(image(2, [A]))
  taken.ask(0, END)
  t.ok(taken.clock.run())
  t.equal(taken.clock.now, 0, 'not to announce it')
  const dropped = setUp({ notifyPeriod: MINUTE, pages: 1 })
  dropped.load(image(2, [A]))
  dropped.clock.run(MINUTE)
  const page = { command: IMAGE_PAGE_REQUEST, pageSize: 192, responseSpacing: 5_000 }
  dropped.ask(0, { ...BLOCK, ...page })
  dropped.clock.run(MINUTE + 6_000)
  t.equal(dropped.sent.at(-1)!.frame.fileOffset, 48, 'in the middle of a page')
  dropped.server.discard(2)
  t.ok(dropped.clock.run())
  t.equal(dropped.clock.now, MINUTE + 6_000, 'not to send the next block')
})

t.test('without power nothing is announced; what is on offer stays so', async t => {
  const { load, sent, clock, server, ask } = setUp({ notifyPeriod: MINUTE })
  load(image(2, [A]))
  server.power(false)
  clock.run(10 * MINUTE)
  t.equal(sent.length, 1)
  load(image(5, [A], 1))
  t.equal(sent.length, 1, 'nor what comes meanwhile')
  server.power(true)
  t.equal(sent.length, 2)
  t.match(ask(0, { ...QUERY, imageType: 1 }), { status: SUCCESS, fileVersion: 5 })
})

t.test('a server that was saved goes on with its images where it was', async t => {
  const saved = setUp()
  const empty = setUp()
  carry(
    a => saved.server.archive(a),
    a => empty.server.archive(a),
  )
  t.equal(empty.ask(0, QUERY).status, NOT_AUTHORIZED)
  saved.load(image(2, [A]))
  saved.load(image(5, [B], 1))
  saved.ask(0, BLOCK)
  const loaded = setUp()
  carry(
    a => saved.server.archive(a),
    a => loaded.server.archive(a),
  )
  for (const client of [0, 1]) t.equal(loaded.server.stateOf(client), saved.server.stateOf(client))
  const asked = { ...BLOCK, fileOffset: 252 }
  t.same(loaded.ask(0, asked), saved.ask(0, asked))
  loaded.ask(0, END)
  t.same(loaded.reports, ['A 0 v2'])
})

// From here on in a whole home.

t.test('six devices share the air: they end within a few percent of each other', async t => {
  for (const [pageSize, kind] of [
    [0, 'blocks'],
    [480, 'pages'],
  ] as const) {
    const device = `{ profile: esme, with: { blockPeriod: 0, queryInterval: 0, pageSize: ${pageSize} B, responseSpacing: 10 ms } }`
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const { events, outcome } = playYaml(`
name: six at once
images:
  new: { size: 20 kB, for: esme }
devices:
${names.map(name => `  ${name}: ${device}`).join('\n')}
links:
  han: { bitRate: 20000 }
steps:
  - distribute: new
`)
    t.same(outcome.failures, [])
    const times = names.map(name => {
      const offered = events.find(has({ source: name, name: 'ota-offered' }))!.t
      return events.find(has({ source: name, name: 'ota-whole' }))!.t - offered
    })
    const rates = times.map(time => 1 / time)
    const sum = rates.reduce((a, b) => a + b)
    const jain = sum ** 2 / (rates.length * rates.reduce((a, b) => a + b * b, 0))
    t.ok(jain > 0.999, `${kind}: Jain index ${jain}`)
    t.ok(Math.max(...times) < 1.05 * Math.min(...times), `${kind}: ${times}`)
    const tries = outcome.han.retries
    t.equal(tries, 0, `${kind}: nobody had to ask twice, ${tries}`)
    t.equal(all(events, { name: 'frame-overflow' }).length, 0)
  }
})

t.test('a page is answered block by block, and a lost block costs itself', async t => {
  const run = (loss: string) =>
    playYaml(`
name: pages
images: { new: { size: 10 kB, for: esme } }
devices:
  esme: { profile: esme, with: { pageSize: 960 B, responseSpacing: 20 ms, maxDataSize: 48 B } }
links: { han.esme.down: { loss: ${loss} } }
steps: [{ distribute: new }]
`)
  const clean = run('0')
  t.equal(clean.outcome.han.blocks, Math.ceil(10_000 / 48))
  t.equal(clean.outcome.han.strays, 0)
  const lossy = run('5 %')
  t.same(lossy.outcome.failures, [])
  t.equal(lossy.outcome.devices[0]!.state, 'held')
  t.ok(lossy.outcome.han.blocks < 1.1 * clean.outcome.han.blocks, 'pages are not sent again whole')
})

t.test('clients that are too fast are told to wait, and those that come early too', async t => {
  const slow = playYaml(`
name: a minimum block period
images: { new: { size: 2 kB, for: esme } }
hub: { with: { minBlockPeriod: 900 ms } }
devices: { esme: { profile: esme, with: { blockPeriod: 10 ms } } }
links: { han: { jitter: 0 } }
steps: [{ distribute: new }]
`)
  t.equal(slow.outcome.devices[0]!.state, 'held')
  const begun = slow.events.find(has({ name: 'ota-offered' }))!.t
  const whole = slow.events.find(has({ name: 'ota-whole' }))!.t
  t.ok(whole - begun >= 900 * (Math.ceil(2_000 / 50) - 1), `${whole - begun} ms`)
  t.equal(all(slow.events, { name: 'ota-waits' }).length, 1, 'once told, it keeps the period')

  const early = playYaml(`
name: serves while it receives
images: { new: { size: 8 kB, for: esme } }
hub: { with: { serveWhileReceiving: yes } }
devices: { esme: { profile: esme } }
links: { csp: { bitRate: 2400 } }
service: { windowBlocks: 2, wanBlockSize: 512 }
steps: [{ distribute: new }]
`)
  t.equal(early.outcome.devices[0]!.state, 'held')
  const offered = early.events.find(has({ name: 'ota-offered' }))!.t
  t.ok(offered < early.events.find(has({ name: 'transfer-complete' }))!.t)
  t.ok(early.events.some(has({ name: 'ota-waits' })))
})

t.test('an image that is dropped in mid-download stops it, and is told of', async t => {
  const { events, outcome } = playYaml(`
name: dropped
images: { new: { size: 5 kB, for: esme } }
devices: { esme: { profile: esme } }
steps: [{ distribute: new }, { discard: new, at: 10 s }, { wait: 2 h }]
`)
  const [stopped] = all(events, { name: 'ota-stopped' })
  t.equal(stopped!.status, ABORT)
  t.ok(Number(stopped!.offset) > 0)
  t.ok(events.some(has({ name: 'alert-received', code: '8F89', detail: 1 })))
  t.equal(all(events, { name: 'ota-refused' })[0]!.status, NO_IMAGE_AVAILABLE)
  t.equal(outcome.devices[0]!.state, 'idle')
})

t.test('a device that was not told asks at its interval', async t => {
  const { events, outcome } = playYaml(`
name: asks by itself
images: { new: { size: 2 kB, for: esme } }
hub: { fedBy: mains, with: { notifyPeriod: 1 d } }
devices: { esme: { profile: esme, with: { queryInterval: 1 h } } }
links: { han.esme.down: { deaf: { every: 30 min, for: 30 s } } }
steps: [{ unplug: [esme] }, { distribute: new }, { wait: 1 h }, { plug: [esme] }]
`)
  t.equal(outcome.devices[0]!.state, 'held')
  const plugged = events.find(has({ name: 'power-restored' }))!.t
  const offered = events.find(has({ name: 'ota-offered' }))!.t
  t.ok(offered - plugged <= 61 * MINUTE)
})
