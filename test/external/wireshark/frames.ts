// Wireshark's dissectors as the oracle of capture files: whatever was sent must come out of tshark with the same fields,
// octets, addresses, time and comment, every FCS right and nothing to complain of.
// What tshark 4.0 does not dissect, and is therefore not compared: the minimum block period of a "wait for data".

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { eui64Of } from '#core/eui64/text'
import { HELD, IDLE, OtaClient, TOLD_TO_WAIT, VERIFYING } from '#core/ota/client'
import {
  IMAGE_BLOCK_REQUEST,
  IMAGE_BLOCK_RESPONSE,
  IMAGE_PAGE_REQUEST,
  OTA_CLUSTER,
  SUCCESS,
  WAIT_FOR_DATA,
  ZSE_PROFILE,
} from '#core/ota/codes'
import { MAX_OTA_FRAME, type OtaFrame } from '#core/ota/ota-frame'
import { OtaServer } from '#core/ota/server'
import { BROADCAST, Capture, DEVICE_ANNCE } from '#emulators/capture/capture'
import {
  CLUSTER_HEADER,
  encodeFlags,
  encodeFlagsRead,
  METERING_CLUSTER,
  NEW_FIRMWARE,
  TUNNEL_CLUSTER,
  TUNNEL_HEADER,
} from '#emulators/link/han'
import type { Tap } from '#emulators/link/tap'
import { seeded, toHex } from '../../helpers/octets.ts'
import {
  COMMANDS,
  DEFAULT_RESPONSES,
  type Field,
  frames,
  plainEncode,
} from '../../helpers/ota-frames.ts'
import {
  CLIENT,
  fromClient,
  fromServer,
  read,
  SERVER,
  served,
  UTC,
} from '../../helpers/ota-pair.ts'
import { type Dissected, dissect } from '../../helpers/tshark.ts'

const START = Date.UTC(2026, 0, 5, 9)
const HUB = { address: 0x0000, endpoint: 1, eui64: '00:db:12:34:56:78:90:a2' }
const ESME = { address: 0x1001, endpoint: 3, eui64: '00:db:12:34:56:78:90:a0' }
const EVERYBODY = { address: 0xfffd, endpoint: 0xff, eui64: '' }
const IMAGE = 20_000
/** Octets of ZCL frame in one packet, and in one block of a longer one. */
const MAX_WHOLE = 100
const MAX_BLOCK = 98
const ALL_COMMANDS = [...COMMANDS, ...DEFAULT_RESPONSES]

type Way = 'hub esme' | 'esme hub' | 'hub all'

interface Sent {
  readonly time: number
  readonly from: typeof HUB
  readonly to: typeof HUB
  readonly cluster: number
  /** The ZCL frame. */
  readonly zcl: Bytes
  readonly fault: string
}

/** A hub and an ESME whose frames are captured, and remembered as they were sent. */
class Home {
  now = 0
  readonly sent: Sent[] = []
  readonly #chunks: Uint8Array[] = []
  readonly #taps: Map<Way, Tap>

  constructor() {
    const capture = new Capture(this, START, chunk => this.#chunks.push(chunk), 'hanrig test')
    const node = (name: string, { address, endpoint, eui64 }: typeof HUB) =>
      capture.node({
        name,
        shortAddress: address,
        endpoint,
        eui64: eui64Of(eui64)!,
        sleepy: false,
      })
    const hub = node('hub', HUB)
    const esme = node('esme', ESME)
    this.#taps = new Map([
      ['hub esme', capture.tap(hub, esme)],
      ['esme hub', capture.tap(esme, hub)],
      ['hub all', capture.tap(hub, BROADCAST)],
    ])
  }

  /** Puts `length` octets of ZCL on the air. */
  say(way: Way, cluster: number, zcl: Bytes, length: number, fault = '') {
    // Somewhere in memory, as links have it.
    const frame = new Bytes(seeded(7 + CLUSTER_HEADER + length + 7))
    frame.dv.setUint16(7, cluster, true)
    frame.u8.set(zcl.u8.subarray(0, length), 7 + CLUSTER_HEADER)
    this.#taps.get(way)!.frame(frame, 7, CLUSTER_HEADER + length, fault)
    this.sent.push({
      time: START + this.now,
      from: way === 'esme hub' ? ESME : HUB,
      to: way === 'hub all' ? EVERYBODY : way === 'esme hub' ? HUB : ESME,
      cluster,
      zcl: new Bytes(zcl.u8.slice(0, length)),
      fault,
    })
  }

  /** What tshark makes of it, without the announcements of the two boxes, which are looked at here. */
  async dissected(t: Test): Promise<Dissected[]> {
    const file = join(t.testdir({}), 'home.pcapng')
    writeFileSync(file, Buffer.concat(this.#chunks))
    const packets = await dissect(file)
    for (const [i, { address, eui64 }] of [HUB, ESME].entries()) {
      t.match(packets[i], {
        time: START,
        from: address,
        fromEui64: eui64,
        cluster: DEVICE_ANNCE,
        comment: i === 0 ? /^hub has 0x0000,/ : /^esme has 0x1001,/,
        fcsOk: true,
        problems: [],
      })
      t.ok(packets[i]!.protocols.includes('zbee_zdp'))
    }
    return packets.slice(2)
  }
}

/** What must come out for a payload: everything that stands in the packet where it ends. */
function expected({ time, from, to, cluster, zcl, fault }: Sent) {
  const control = zcl.u8[0]!
  return {
    time,
    from: from.address,
    to: to.address,
    fromEui64: from.eui64,
    fromEndpoint: from.endpoint,
    toEndpoint: to.endpoint,
    profile: ZSE_PROFILE,
    cluster,
    sequence: zcl.u8[1]!,
    command: zcl.u8[2]!,
    fromServer: (control & 0x08) !== 0,
    ...inside(cluster, zcl),
    parts: partsOf(zcl.length),
    isPart: false,
    comment: fault,
    fcsOk: true,
    problems: [],
  }
}

function inside(cluster: number, zcl: Bytes) {
  const nothing = { fields: {}, data: '', rest: '', newFirmware: undefined }
  if (cluster === TUNNEL_CLUSTER) return { ...nothing, rest: toHex(zcl, TUNNEL_HEADER - 1) }
  if (cluster === METERING_CLUSTER) {
    if (zcl.u8[2] === 0) return nothing
    return { ...nothing, fields: { status: 0 }, newFirmware: (zcl.u8[7]! & NEW_FIRMWARE) !== 0 }
  }
  const frame = read(zcl)
  const hasData = frame.command === IMAGE_BLOCK_RESPONSE && frame.status === SUCCESS
  return {
    ...nothing,
    fields: fieldsOf(frame),
    data: hasData ? toHex(zcl, frame.dataAt, frame.dataSize) : '',
  }
}

function fieldsOf(frame: OtaFrame): Partial<Record<Field, number>> {
  const of = ALL_COMMANDS.find(
    ({ command, fromServer }) => command === frame.command && fromServer === frame.fromServer,
  )
  const isWait = frame.command === IMAGE_BLOCK_RESPONSE && frame.status === WAIT_FOR_DATA
  const names = of!.fields(frame).map(([name]) => name)
  return Object.fromEntries(
    names
      .filter(name => !(isWait && name === 'minBlockPeriod'))
      .map(name => [name, frame[name] as number]),
  )
}

/** Packets that a ZCL frame takes. */
function partsOf(length: number): number {
  return length <= MAX_WHOLE ? 1 : Math.ceil(length / MAX_BLOCK)
}

/** Holds the packets against what was sent, one by one. */
function compare(t: Test, packets: readonly Dissected[], sent: readonly Sent[]): void {
  let next = 0
  for (const one of sent) {
    const last = partsOf(one.zcl.length) - 1
    for (let i = 0; i < last; i++) {
      t.match(packets[next++], {
        time: one.time,
        from: one.from.address,
        to: one.to.address,
        isPart: true,
        rest: toHex(one.zcl, i * MAX_BLOCK, MAX_BLOCK),
        comment: '',
        fcsOk: true,
        problems: [],
      })
    }
    const { number, protocols, ...seen } = packets[next++]!
    t.same(seen, expected(one), `packet ${number}: ${protocols}`)
  }
  t.equal(packets.length, next, 'nothing else is in the capture')
}

/** What happens to the n-th frame on the air. */
function fateOf(n: number): string {
  if (n % 40 === 17) return 'lost'
  if (n % 56 === 30) return 'damaged: bit 17 flipped, dropped by its checksum'
  return n % 70 === 50 ? 'sent twice, held back 34 ms' : ''
}

/** A query that is refused, a notification, and a download over a bad line, until the image is held. */
function download(home: Home): void {
  const client = new OtaClient(CLIENT, Bytes.alloc(IMAGE))
  const server = new OtaServer({ ...SERVER, pages: false }, UTC)
  const request = Bytes.alloc(MAX_OTA_FRAME)
  const answer = Bytes.alloc(MAX_OTA_FRAME)
  let frames = 0
  const put = (way: Way, zcl: Bytes, length: number, deliver: () => void) => {
    const fate = fateOf(frames++)
    home.say(way, OTA_CLUSTER, zcl, length, fate)
    home.now += 7
    if (fate === '' || fate.startsWith('sent')) deliver()
  }
  const ask = (asked: Bytes, length: number) =>
    put('esme hub', asked, length, () => {
      const size = server.answer(asked, 0, length, home.now, answer, 0)
      put('hub esme', answer, size, () => {
        if (client.receive(answer, 0, size, home.now) === TOLD_TO_WAIT) server.nowHas(IMAGE)
      })
    })
  const run = (state: number) => {
    while (client.state !== state) {
      const length = client.transmit(request, 0, home.now)
      if (length > 0) ask(request, length)
      else {
        home.now = Math.max(home.now, client.deadline)
        client.tick(home.now)
      }
    }
  }

  client.start(home.now)
  run(IDLE)
  server.load(served(2, IMAGE))
  server.nowHas(5_000)
  const notice = server.notify(answer, 0, 100)
  home.say('hub all', OTA_CLUSTER, answer, notice)
  home.say('hub esme', OTA_CLUSTER, answer, notice)
  const page = fromClient({ command: IMAGE_PAGE_REQUEST, maxDataSize: 48, pageSize: 480 })
  ask(page, page.length)
  client.start(home.now)
  run(VERIFYING)
  client.verified(true, home.now)
  run(HELD)

  for (const fileOffset of [0, IMAGE - 300, IMAGE]) {
    const long = fromClient({ command: IMAGE_BLOCK_REQUEST, fileOffset, maxDataSize: 255 })
    ask(long, long.length)
  }
  server.discard()
  const late = fromClient({ command: IMAGE_BLOCK_REQUEST, maxDataSize: 48 })
  ask(late, late.length)
}

t.test('a download of 20 kB over a bad line: every packet says what was sent', async t => {
  const home = new Home()
  download(home)
  const packets = await home.dissected(t)
  t.ok(packets.length > 850)
  t.equal(
    packets.filter(packet => packet.comment !== '').length,
    home.sent.filter(x => x.fault).length,
  )
  const statuses = new Set(packets.map(packet => packet.fields.status))
  for (const status of [0x00, 0x7e, 0x80, 0x81, 0x95, 0x97]) t.ok(statuses.has(status), `${status}`)
  compare(t, packets, home.sent)
})

t.test(
  'any frame of the OTA cluster and any default response, each field over its range',
  async t => {
    const home = new Home()
    const samples = fc.sample(frames(ALL_COMMANDS), { numRuns: 400, seed: 1 })
    for (const sample of samples) {
      const zcl = new Bytes(plainEncode(sample))
      home.now += 1
      home.say(sample.of.fromServer ? 'hub esme' : 'esme hub', OTA_CLUSTER, zcl, zcl.length)
    }
    compare(t, await home.dissected(t), home.sent)
  },
)

t.test('the flags that tell a sleepy device of new firmware', async t => {
  const home = new Home()
  const asked = Bytes.alloc(20)
  const told = Bytes.alloc(20)
  for (const flags of [0, NEW_FIRMWARE]) {
    home.say('esme hub', METERING_CLUSTER, asked, encodeFlagsRead(asked, 0, 9 + flags))
    home.say('hub esme', METERING_CLUSTER, told, encodeFlags(told, 0, asked, 0, flags))
    home.now += 60_000
  }
  compare(t, await home.dissected(t), home.sent)
})

t.test('messages of any length in the tunnel, cut and put together again', async t => {
  const home = new Home()
  for (const [i, length] of [1, 94, 95, 96, 191, 192, 1040].entries()) {
    const zcl = new Bytes(seeded(TUNNEL_HEADER + length, length))
    // TransferData of the tunnel's server and of its client; a message that is none of GBCS.
    zcl.u8.set(i % 2 ? [0x19, i, 0x01, 1, 0, 0] : [0x11, i, 0x02, 1, 0, 0])
    home.say(
      i % 2 ? 'hub esme' : 'esme hub',
      TUNNEL_CLUSTER,
      zcl,
      zcl.length,
      i === 6 ? 'lost' : '',
    )
  }
  compare(t, await home.dissected(t), home.sent)
})

t.test('more payloads in blocks than the APS counter can tell apart', async t => {
  const home = new Home()
  for (let n = 0; n < 600; n++) {
    const data = seeded(255, n)
    const zcl = fromServer(
      { command: IMAGE_BLOCK_RESPONSE, sequence: n & 255, dataSize: 255 },
      data,
    )
    home.now += 10
    home.say('hub esme', OTA_CLUSTER, zcl, zcl.length)
  }
  compare(t, await home.dissected(t), home.sent)
})

t.test('without a file, or without tshark, there is an error and no empty answer', async t => {
  const file = join(t.testdir({}), 'none.pcapng')
  await t.rejects(dissect(file), /none\.pcapng/)
  const { PATH } = process.env
  t.teardown(() => Object.assign(process.env, { PATH }))
  process.env.PATH = ''
  await t.rejects(dissect(file), {
    message: 'tshark is not installed (Debian: apt-get install tshark)',
  })
})
