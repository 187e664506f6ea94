// Boxes that are wrong on purpose, against a real OTA client and a real OTA server: what the other side answers, how
// the download ends, and that no octet that is held is ever another one than the image's.

import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import {
  ABORTED,
  GAVE_UP,
  HELD,
  IDLE,
  NOW_HELD,
  OFFERED,
  OtaClient,
  REFUSED,
  REJECTED,
  STRAY,
  WHOLE,
} from '#core/ota/client'
import {
  DEFAULT_RESPONSE,
  IMAGE_BLOCK_REQUEST,
  IMAGE_BLOCK_RESPONSE,
  IMAGE_PAGE_REQUEST,
  INVALID_IMAGE,
  MALFORMED_COMMAND,
  OTA_CLUSTER,
  QUERY_NEXT_IMAGE_REQUEST,
  QUERY_NEXT_IMAGE_RESPONSE,
  SUCCESS,
  UPGRADE_END_REQUEST,
  UPGRADE_END_RESPONSE,
} from '#core/ota/codes'
import { encodeOta, OtaFrame } from '#core/ota/ota-frame'
import { DELIVERED, FAILED, OtaServer, SERVING } from '#core/ota/server'
import { Random } from '#core/time/random'
import { VirtualClock } from '#core/time/virtual-clock'
import { DelayLine } from '#emulators/link/delay-line'
import { CLUSTER_HEADER, hanFrame, TUNNEL_CLUSTER } from '#emulators/link/han'
import type { Link, Receiver } from '#emulators/link/link'
import {
  CLIENT_WRONGS,
  SERVER_WRONGS,
  type WrongKind,
  WrongLink,
  type WrongRule,
} from '#emulators/link/wrong'
import { HAN } from '#emulators/profile/profiles'
import { Trace, type TraceEvent } from '#emulators/trace/trace'
import { carry } from '../../helpers/carry.ts'
import { sameStart } from '../../helpers/octets.ts'
import { CLIENT, imageOf, read, SERVER, served, UTC } from '../../helpers/ota-pair.ts'

const SIZE = 1_000
const VERSION = 2
const TRUTH = imageOf(VERSION, SIZE)
const BLOCKS = Math.ceil(SIZE / CLIENT.maxDataSize)
const FOR_GOOD = Number.POSITIVE_INFINITY

function rule(what: WrongKind, other: Partial<WrongRule> = {}): WrongRule {
  return { what, chance: 1, after: 0, times: FOR_GOOD, for: FOR_GOOD, ...other }
}

/**
 * A client and a server on a HAN, with the wrongs of `rules` stacked on the side where each belongs.
 * @param strict whether a held octet that is not the image's fails the test; verification always sees it.
 */
function home(rules: readonly WrongRule[], seed = 1, strict = true) {
  const clock = new VirtualClock(80)
  const events: TraceEvent[] = []
  const world = { clock, trace: new Trace(clock, event => events.push(event)), seed }
  const client = new OtaClient({ ...CLIENT }, Bytes.alloc(1_500))
  const server = new OtaServer({ ...SERVER }, UTC)
  server.load(served(VERSION, SIZE))
  const reports: number[] = []
  const answers: { command: number; status: number; answered: number; size: number }[] = []
  const line = (name: string, receiver: Receiver) => {
    const size = { maxFrame: 300, slots: 32 }
    return new DelayLine(world, { name, values: HAN, size, receiver })
  }
  const wrongs: WrongLink[] = []
  const stack = (inner: Link, kinds: readonly WrongKind[], side: string): Link =>
    rules
      .filter(({ what }) => kinds.includes(what))
      .reduce<Link>((link, each) => {
        const random = new Random(seed, `${side}.${each.what}`)
        const wrong = new WrongLink(world, { name: side, inner: link, rule: each, random })
        wrongs.push(wrong)
        return wrong
      }, inner)
  const down = stack(
    line('down', (src, at, length) => {
      const body = new Bytes(src.u8.slice(at + CLUSTER_HEADER, at + length))
      heed(client.receive(body, 0, body.length, clock.now))
    }),
    SERVER_WRONGS,
    'hub',
  )
  const out = hanFrame(OTA_CLUSTER)
  const up = stack(
    line('up', (src, at, length) => {
      const body = length - CLUSTER_HEADER
      const size = server.answer(src, at + CLUSTER_HEADER, body, clock.now, out, CLUSTER_HEADER)
      if (size === 0) return
      const { command, status, answered, dataSize } = read(
        new Bytes(out.u8.slice(CLUSTER_HEADER, CLUSTER_HEADER + size)),
      )
      answers.push({ command, status, answered, size: dataSize })
      down.send(out, 0, CLUSTER_HEADER + size, 0)
    }),
    CLIENT_WRONGS,
    'device',
  )
  const timer = clock.timer(() => heed(client.tick(clock.now)))
  const frame = hanFrame(OTA_CLUSTER)
  const heed = (report: number): void => {
    reports.push(report)
    const sound = sameStart(client.memory.u8, TRUTH, Math.min(client.offset, SIZE))
    if (strict && !sound) throw new Error('an octet that is held is not the image’s')
    if (report === WHOLE) client.verified(sound && client.size === SIZE, clock.now)
    const size = client.transmit(frame, CLUSTER_HEADER, clock.now)
    if (size > 0) up.send(frame, 0, CLUSTER_HEADER + size, 0)
    clock.at(timer, client.deadline)
  }
  /** Asks for the image and goes on until nothing happens any more. */
  const download = (until = FOR_GOOD): void => {
    client.start(clock.now)
    heed(0)
    clock.run(until)
  }
  const refusals = () =>
    answers.filter(({ command, status }) => command === DEFAULT_RESPONSE && status !== SUCCESS)
  return { clock, client, server, events, reports, answers, refusals, wrongs, download }
}

/** What a server says to the client of these tests. */
const FOR_CLIENT = {
  manufacturerCode: CLIENT.manufacturerCode,
  imageType: CLIENT.imageType,
  fileVersion: VERSION,
}

/** Sends what a client says through a wrong link. */
function through(inner: Link, wrong: WrongRule, frames: Iterable<Partial<OtaFrame>>): void {
  const clock = new VirtualClock(4)
  const world = { clock, trace: new Trace(clock, () => {}), seed: 1 }
  const setup = { name: 'device', inner, rule: wrong, random: new Random(1, 'device') }
  const link = new WrongLink(world, setup)
  const out = hanFrame(OTA_CLUSTER)
  for (const fields of frames) {
    const f = Object.assign(new OtaFrame(), FOR_CLIENT, fields)
    link.send(out, 0, CLUSTER_HEADER + encodeOta(out, CLUSTER_HEADER, f), 0)
  }
}

function oneRequest(inner: Link, wrong: WrongRule): void {
  through(inner, wrong, [{ command: IMAGE_BLOCK_REQUEST, maxDataSize: 50 }])
}

function queries(inner: Link, wrong: WrongRule, versions: readonly number[]): void {
  const command = QUERY_NEXT_IMAGE_REQUEST
  through(
    inner,
    wrong,
    versions.map(fileVersion => ({ command, fileVersion })),
  )
}

const count = (all: readonly number[], one: number) => all.filter(each => each === one).length

t.test('a client that asks for offset 0 again gets it, counts a stray and asks again', async t => {
  const { client, server, reports, download, wrongs, events } = home([
    rule('restart-at-zero', { after: 3, times: 2 }),
  ])
  download()
  t.equal(client.state, HELD)
  t.strictSame([client.strays, client.retries, client.blocks], [2, 2, BLOCKS])
  t.equal(count(reports, STRAY), 2)
  t.equal(server.served, BLOCKS + 2)
  t.equal(server.state, DELIVERED)
  t.equal(wrongs[0]!.rewritten, 2)
  t.match(
    events.filter(({ name }) => name === 'frame-rewritten'),
    [
      { source: 'device', what: 'restart-at-zero' },
      { source: 'device', what: 'restart-at-zero' },
    ],
  )
})

for (const what of ['past-the-end', 'ask-zero'] as const) {
  t.test(
    `${what}: the server calls it malformed; what is held stays and is gone on from`,
    async t => {
      const { client, server, reports, refusals, download } = home([
        rule(what, { after: 5, times: 1 }),
      ])
      download()
      t.match(refusals(), [{ status: MALFORMED_COMMAND, answered: IMAGE_BLOCK_REQUEST }])
      t.equal(count(reports, ABORTED), 1)
      t.strictSame([client.state, client.status], [IDLE, MALFORMED_COMMAND])
      t.equal(client.offset, 5 * CLIENT.maxDataSize)
      t.equal(server.state, SERVING)
      download()
      t.equal(client.state, HELD)
      t.equal(client.blocks, BLOCKS, 'no block was taken twice')
    },
  )
}

t.test(
  'a client that asks for 255 octets gets them and ignores what it has no room for',
  async t => {
    const { client, answers, download } = home([rule('ask-255', { after: 2, times: 3 })])
    download()
    t.strictSame(answers.filter(({ size }) => size === 255).length, 3)
    t.strictSame([client.state, client.retries, client.blocks], [HELD, 3, BLOCKS])
  },
)

t.test(
  'the end of another version ends nothing; the client holds its image all the same',
  async t => {
    const ever = home([rule('wrong-end-version')])
    ever.download()
    t.equal(ever.server.state, SERVING)
    const ends = ever.answers.filter(({ answered }) => answered === UPGRADE_END_REQUEST)
    t.equal(ends.length, CLIENT.maxTries)
    t.ok(ends.every(({ command, status }) => command === DEFAULT_RESPONSE && status === SUCCESS))
    t.equal(ever.client.state, HELD)
    const once = home([rule('wrong-end-version', { times: 1 })])
    once.download()
    t.strictSame([once.client.state, once.server.state], [HELD, DELIVERED])
  },
)

t.test('a client that never ends leaves the server serving', async t => {
  const { client, server, answers, download, wrongs } = home([rule('never-ends')])
  download()
  t.strictSame([client.state, server.state], [HELD, SERVING])
  t.equal(
    count(
      answers.map(({ command }) => command),
      UPGRADE_END_RESPONSE,
    ),
    0,
  )
  t.equal(wrongs[0]!.rewritten, CLIENT.maxTries)
})

t.test('an end that comes early is believed, and the blocks are served all the same', async t => {
  const { clock, client, server, reports, download } = home([
    rule('ends-early', { after: 4, times: 1 }),
  ])
  download(1_000)
  t.equal(server.state, DELIVERED)
  t.equal(client.offset, 4 * CLIENT.maxDataSize)
  clock.run()
  t.strictSame([client.state, client.blocks, server.state], [HELD, BLOCKS, DELIVERED])
  t.equal(count(reports, NOW_HELD), 1)
})

for (const [status, ends] of [
  [0x95, 'ABORT'],
  [0x99, 'REQUIRE_MORE_IMAGE'],
  [0x94, 'TIMEOUT'],
  [0x05, 'no status of ZCL'],
  [0x87, 'INVALID_VALUE'],
] as const) {
  t.test(`an end with ${ends} is acknowledged and delivers nothing`, async t => {
    const { client, server, answers, download } = home([rule('ends-with', { status })])
    download()
    const answered = answers.filter(each => each.answered === UPGRADE_END_REQUEST)
    t.ok(answered.length > 0)
    t.ok(answered.every(each => each.command === DEFAULT_RESPONSE && each.status === SUCCESS))
    t.not(server.state, DELIVERED)
    t.equal(client.state, HELD, 'the box itself knows what it has')
  })
}

t.test('a client that calls a block malformed and goes on gets the rest', async t => {
  const { client, server, answers, download, wrongs } = home([
    rule('answers-malformed', { after: 3, times: 2 }),
  ])
  download()
  t.equal(wrongs[0]!.rewritten, 2)
  t.strictSame([client.state, client.blocks, client.retries], [HELD, BLOCKS, 0])
  t.strictSame([server.state, server.served], [DELIVERED, BLOCKS])
  t.equal(answers.filter(({ command }) => command === DEFAULT_RESPONSE).length, 0)
})

for (const [what, bit, octets] of [
  ['with-address', 1, 8],
  ['with-period', 2, 2],
  ['with-period-bit', 2, 0],
] as const) {
  t.test(`${what}: the field is read over, there or not`, async t => {
    const seen: number[] = []
    const inner = { send: (src: Bytes, at: number, length: number) => hear(src, at, length) }
    const hear = (src: Bytes, at: number, length: number): void => {
      seen.push(length, src.u8[at + CLUSTER_HEADER + 3]!)
    }
    oneRequest(inner, rule(what))
    t.strictSame(seen, [CLUSTER_HEADER + 17 + octets, bit])
    const { client, server, download } = home([rule(what)])
    download()
    t.strictSame([client.state, client.blocks, server.state], [HELD, BLOCKS, DELIVERED])
  })
}

t.test('with-address-bit: a request that lacks what it says it has is no request', async t => {
  const { client, reports, refusals, server, download } = home([
    rule('with-address-bit', { after: 4, times: 1 }),
  ])
  download()
  t.match(refusals(), [{ status: MALFORMED_COMMAND, answered: IMAGE_BLOCK_REQUEST }])
  t.strictSame([client.state, count(reports, ABORTED)], [IDLE, 1])
  download()
  t.strictSame([client.state, client.blocks, server.state], [HELD, BLOCKS, DELIVERED])
})

t.test('a query without hardware version is answered like any other', async t => {
  const { client, server, download } = home([rule('no-hardware')])
  download()
  t.strictSame([client.state, server.state], [HELD, DELIVERED])
})

t.test('a version that is not what runs: the server believes it', async t => {
  for (const what of ['reports-zero', 'reports-low-octet', 'reports-first'] as const) {
    const { client, server, download } = home([rule(what)])
    download()
    t.strictSame([client.state, server.state], [HELD, DELIVERED], what)
  }
  const versions: number[] = []
  const inner = {
    send: (src: Bytes, at: number, length: number): void => {
      const { fileVersion } = read(new Bytes(src.u8.slice(at + CLUSTER_HEADER, at + length)))
      versions.push(fileVersion)
    },
  }
  const ask = (what: WrongKind, ...asked: number[]): number[] => {
    versions.length = 0
    queries(inner, rule(what), asked)
    return versions
  }
  t.strictSame([...ask('reports-zero', 0x0102_0304)], [0])
  t.strictSame([...ask('reports-low-octet', 0x0102_0304)], [4])
  t.strictSame([...ask('reports-first', 7, 9, 11)], [7, 7, 7])
})

t.test(
  'a client that insists on the size that it asked for takes no less but at the end',
  async t => {
    const config = { ...CLIENT, insistsOnSize: true }
    const client = new OtaClient(config, Bytes.alloc(1_500))
    const frame = Bytes.alloc(300)
    const f = new OtaFrame()
    const give = (command: number, fields: Partial<OtaFrame>): number => {
      Object.assign(f, { ...FOR_CLIENT, fromServer: true, status: SUCCESS, command, ...fields })
      const size = encodeOta(frame, 0, f, new Bytes(TRUTH))
      return client.receive(frame, 0, size, 0)
    }
    client.start(0)
    client.transmit(frame, 0, 0)
    give(QUERY_NEXT_IMAGE_RESPONSE, { imageSize: SIZE })
    const block = (fileOffset: number, dataSize: number): number =>
      give(IMAGE_BLOCK_RESPONSE, { fileOffset, dataSize, dataAt: fileOffset })
    const whole = config.maxDataSize
    block(0, whole - 1)
    t.equal(client.offset, 0)
    block(0, whole)
    t.equal(client.offset, whole)
    for (let at = whole; at + whole <= SIZE; at += whole) block(at, whole)
    const rest = SIZE % whole
    if (rest > 0) block(SIZE - rest, rest)
    t.equal(client.offset, SIZE)
  },
)

t.test('a client that reads an upgrade time against its own clock', async t => {
  const wait = (trustsOwnClock: boolean, currentTime: number, upgradeTime: number): number => {
    const { clock, client, server } = home([])
    const own = new OtaClient({ ...client.config, trustsOwnClock }, Bytes.alloc(1_500))
    own.restore(SIZE, SIZE, VERSION, false)
    own.start(clock.now)
    const frame = Bytes.alloc(300)
    const f = new OtaFrame()
    const give = (command: number, fields: object): number => {
      Object.assign(f, { ...FOR_CLIENT, fromServer: true, status: SUCCESS, command, ...fields })
      return own.receive(frame, 0, encodeOta(frame, 0, f), 100_000)
    }
    own.transmit(frame, 0, clock.now)
    give(QUERY_NEXT_IMAGE_RESPONSE, { imageSize: SIZE })
    own.verified(true, 100_000)
    give(UPGRADE_END_RESPONSE, { currentTime, upgradeTime })
    t.ok(server)
    return own.deadline - 100_000
  }
  t.equal(wait(false, 0, 1), 1_000, 'as zigbee-herdsman says it: a second')
  t.equal(wait(true, 0, 1), 0, 'a second after its start was long ago')
  t.equal(wait(false, 800_000_000, 800_000_010), 10_000)
  t.equal(wait(true, 800_000_000, 800_000_010), 1_000 * (800_000_010 - 100), 'never, nearly')
})

t.test('a size that is a lie is found out, whichever it is', async t => {
  const seen = new Set<string>()
  for (let seed = 1; seed <= 100; seed++) {
    const { client, reports, answers, download } = home([rule('lies-on-size', { times: 1 })], seed)
    download()
    if (count(reports, REFUSED) > 0) {
      seen.add('too large for the slot')
      t.equal(client.status, INVALID_IMAGE)
    } else if (count(reports, REJECTED) > 0) {
      seen.add('smaller')
      t.ok(client.blocks < BLOCKS + 1 && client.offset === 0, 'nothing of it is kept')
      continue
    } else if (count(reports, GAVE_UP) > 0) {
      seen.add('smaller, in the middle of a block')
      t.ok(client.offset < client.size && client.size < client.offset + CLIENT.maxDataSize)
    } else {
      seen.add('larger')
      t.equal(count(reports, ABORTED), 1)
      t.strictSame([client.status, client.offset], [MALFORMED_COMMAND, SIZE])
      t.ok(client.size > SIZE)
    }
    download()
    t.equal(client.state, HELD, 'the truth the next time')
    t.ok(answers.length > BLOCKS)
  }
  t.equal(seen.size, 4, [...seen].join())
})

t.test('octets sold as those of the next place are strays', async t => {
  const some = home([rule('other-offsets', { chance: 0.3 })], 5)
  some.download()
  const lies = some.wrongs[0]!.rewritten
  t.ok(lies > 3)
  t.strictSame([some.client.state, some.client.strays], [HELD, lies])
  const ever = home([rule('other-offsets', { after: 7 })])
  ever.download()
  t.strictSame([ever.client.state, ever.client.offset], [IDLE, 7 * CLIENT.maxDataSize])
  t.equal(count(ever.reports, GAVE_UP), 1)
})

t.test('a hub that dies midway leaves a download that goes on when it is back', async t => {
  const { clock, client, server, reports, download, wrongs } = home([
    rule('dies-midway', { after: 6, times: 1, for: 60_000 }),
  ])
  download()
  t.strictSame([client.state, client.offset], [IDLE, 6 * CLIENT.maxDataSize])
  t.equal(count(reports, GAVE_UP), 1)
  t.equal(wrongs[0]!.rewritten, CLIENT.maxTries, 'silent to every try')
  clock.after(
    clock.timer(() => {}),
    60_000,
  )
  clock.run()
  download()
  t.strictSame([client.state, client.blocks, server.state], [HELD, BLOCKS, DELIVERED])
})

t.test('a hub that dies again and again lets as many blocks pass each time', async t => {
  const { client, download, wrongs } = home([rule('dies-midway', { after: 5, for: 4_000 })])
  download()
  t.strictSame([client.state, client.retries], [HELD, Math.floor((BLOCKS - 1) / 5)])
  t.equal(wrongs[0]!.rewritten, client.retries)
  const dead = home([rule('dies-midway', { after: 5 })])
  dead.download()
  dead.download()
  t.strictSame([dead.client.state, dead.client.offset], [IDLE, 5 * CLIENT.maxDataSize])
  t.equal(count(dead.reports, OFFERED), 1, 'not even the offer is answered any more')
})

t.test('wrongs stack: with all of a side at once nothing held is ever another octet', async () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.uniqueArray(fc.constantFrom(...CLIENT_WRONGS, ...SERVER_WRONGS), { minLength: 2 }),
      (seed, all) => {
        // Together these two can do more: see the next test.
        const both = all.includes('restart-at-zero') && all.includes('other-offsets')
        const kinds = both ? all.filter(what => what !== 'restart-at-zero') : all
        const rules = kinds.map(what => rule(what, { chance: 0.15, for: 9_000 }))
        // The check is in every step of the home.
        const { clock, client, server, download } = home(rules, seed)
        for (let n = 0; n < 30 && client.state !== HELD; n++) {
          server.load(served(VERSION, SIZE))
          download(clock.now + 600_000)
        }
        return client.state !== HELD || sameStart(client.memory.u8, TRUTH, SIZE)
      },
    ),
    { numRuns: 100 },
  )
})

t.test(
  'octets sold as exactly those that are awaited are taken, and verification finds them',
  async t => {
    // The request for block 1 becomes one for block 0, whose octets are then sold as those of block 1.
    const { client, server, reports, download } = home(
      [
        rule('restart-at-zero', { after: 1, times: 1 }),
        rule('other-offsets', { after: 1, times: 1 }),
      ],
      1,
      false,
    )
    download()
    t.equal(client.strays, 0)
    t.equal(count(reports, WHOLE), 1)
    t.equal(count(reports, REJECTED), 1)
    t.strictSame([client.state, client.offset, server.state], [IDLE, 0, FAILED])
  },
)

/** A wrong link whose inner link keeps the octets that come through. */
function alone(one: WrongRule, seed = 1, frames = true) {
  const clock = new VirtualClock(0)
  const events: TraceEvent[] = []
  const trace = new Trace(clock, event => events.push(event), frames)
  const log: string[] = []
  const inner: Link = {
    send: (src, at, length, extraDelay) =>
      void log.push(
        `${Buffer.from(src.u8.subarray(at, at + length)).toString('hex')}+${extraDelay}`,
      ),
  }
  const random = new Random(seed, 'wrong')
  const link = new WrongLink({ clock, trace, seed }, { name: 'x', inner, rule: one, random })
  return { clock, events, log, link }
}

/** The HAN frame of these fields, three octets into its memory. */
function hanOf(fields: Partial<OtaFrame>, data?: Uint8Array): Bytes {
  const out = Bytes.alloc(400)
  out.dv.setUint16(3, OTA_CLUSTER, true)
  const size = encodeOta(
    out,
    3 + CLUSTER_HEADER,
    Object.assign(new OtaFrame(), fields),
    data && new Bytes(data),
  )
  return new Bytes(out.u8.subarray(0, 3 + CLUSTER_HEADER + size))
}

function pass(link: Link, frame: Bytes): void {
  link.send(frame, 3, frame.length - 3, 11)
}

t.test('what is not the rule’s business passes octet by octet', async t => {
  const others = {
    notForUs: hanOf({ command: IMAGE_BLOCK_REQUEST, fileOffset: 5 }),
    refused: hanOf({ command: QUERY_NEXT_IMAGE_RESPONSE, fromServer: true, status: 0x98 }),
    aborted: hanOf({ command: IMAGE_BLOCK_RESPONSE, fromServer: true, status: 0x95 }),
    end: hanOf({ command: UPGRADE_END_RESPONSE, fromServer: true }),
    cut: new Bytes(hanOf({ command: IMAGE_BLOCK_REQUEST }).u8.slice(0, 9)),
    short: new Bytes(Uint8Array.of(0, 0, 0, 0x19)),
    empty: Bytes.alloc(3),
  }
  others.notForUs.dv.setUint16(3, TUNNEL_CLUSTER, true)
  for (const what of [...CLIENT_WRONGS, ...SERVER_WRONGS]) {
    for (const [name, frame] of Object.entries(others)) {
      const { link, log, events } = alone(rule(what))
      pass(link, frame)
      t.strictSame(
        log,
        [`${Buffer.from(frame.u8.subarray(3)).toString('hex')}+11`],
        `${what} ${name}`,
      )
      t.strictSame(events, [])
    }
  }
})

t.test('a rewritten frame differs in nothing but the lie', async t => {
  const request = {
    command: IMAGE_BLOCK_REQUEST,
    sequence: 77,
    fieldControl: 3,
    manufacturerCode: 0x121d,
    imageType: 3,
    fileVersion: 0xffff_ffff,
    fileOffset: 480,
    maxDataSize: 48,
    ieeeLow: 0x8000_0001,
    ieeeHigh: 7,
    minBlockPeriod: 250,
  }
  const end = { ...request, command: UPGRADE_END_REQUEST, status: SUCCESS }
  const block = { ...request, command: IMAGE_BLOCK_RESPONSE, fromServer: true, dataSize: 4 }
  const data = Uint8Array.of(1, 2, 3, 4)
  const hexOf = (frame: Bytes) => `${Buffer.from(frame.u8.subarray(3)).toString('hex')}+11`
  for (const [what, honest, lie] of [
    ['restart-at-zero', request, { ...request, fileOffset: 0 }],
    ['past-the-end', request, { ...request, fileOffset: 480 + 0x4000_0000 }],
    ['ask-zero', request, { ...request, maxDataSize: 0 }],
    ['ask-255', request, { ...request, maxDataSize: 255 }],
    ['wrong-end-version', end, { ...end, fileVersion: 0 }],
    ['ends-early', request, end],
    ['other-offsets', block, { ...block, fileOffset: 484 }],
  ] as const) {
    const { link, log } = alone(rule(what))
    pass(link, hanOf(honest, data))
    t.strictSame(log, [hexOf(hanOf(lie, data))], what)
  }
  const page = { ...request, command: IMAGE_PAGE_REQUEST, fieldControl: 0, pageSize: 512 }
  const { link, log } = alone(rule('past-the-end'))
  pass(link, hanOf(page))
  t.strictSame(log, [hexOf(hanOf({ ...page, fileOffset: 480 + 0x4000_0000 }))])
})

t.test('what is kept back leaves nothing on the line', async t => {
  const said = { command: UPGRADE_END_REQUEST }
  const block = { command: IMAGE_BLOCK_RESPONSE, fromServer: true, dataSize: 0 }
  for (const [what, frame] of [
    ['never-ends', said],
    ['dies-midway', block],
  ] as const) {
    const { link, log } = alone(rule(what))
    pass(link, hanOf(frame))
    pass(link, hanOf(frame))
    t.strictSame([log, link.rewritten], [[], 2], what)
  }
})

t.test('a size of 1 has no smaller one: the lie is larger', async t => {
  for (let seed = 1; seed <= 20; seed++) {
    const { link, log } = alone(rule('lies-on-size'), seed)
    const offer = { command: QUERY_NEXT_IMAGE_RESPONSE, fromServer: true }
    pass(link, hanOf({ ...offer, imageSize: 1 }))
    t.strictSame(log, [
      `${Buffer.from(hanOf({ ...offer, imageSize: 2 }).u8.subarray(3)).toString('hex')}+11`,
    ])
  }
})

t.test('the rule says how many pass first, how many are rewritten, and how likely', async t => {
  const frame = hanOf({ command: IMAGE_BLOCK_REQUEST, fileOffset: 5, maxDataSize: 48 })
  const lies = (other: Partial<WrongRule>, sent: number) => {
    const { link, log } = alone(rule('ask-zero', other))
    const honest = `${Buffer.from(frame.u8.subarray(3)).toString('hex')}+11`
    for (let n = 0; n < sent; n++) pass(link, frame)
    return log.map(line => line !== honest)
  }
  t.strictSame(lies({ after: 2, times: 1 }, 5), [false, false, true, false, false])
  t.strictSame(lies({ times: 0 }, 2), [false, false])
  t.strictSame(lies({ chance: 0 }, 2), [false, false])
  const share = lies({ chance: 0.25 }, 4_000).filter(is => is).length / 4_000
  t.ok(Math.abs(share - 0.25) < 0.03, `${share}`)
})

t.test('without a trace of frames it counts and says nothing', async t => {
  const { link, events } = alone(rule('never-ends'), 1, false)
  pass(link, hanOf({ command: UPGRADE_END_REQUEST }))
  t.equal(link.rewritten, 1)
  t.strictSame(events, [])
})

t.test('a wrong link that was saved goes on with the same wrongs', async () => {
  const commands = fc.constantFrom(
    IMAGE_BLOCK_REQUEST,
    UPGRADE_END_REQUEST,
    IMAGE_BLOCK_RESPONSE,
    IMAGE_BLOCK_RESPONSE,
    QUERY_NEXT_IMAGE_RESPONSE,
  )
  const rules = fc.record({
    what: fc.constantFrom(...CLIENT_WRONGS, ...SERVER_WRONGS),
    chance: fc.constantFrom(0.5, 1),
    after: fc.nat(4),
    times: fc.constantFrom(2, FOR_GOOD),
    for: fc.constantFrom(3, FOR_GOOD),
  })
  fc.assert(
    fc.property(
      rules,
      fc.integer(),
      fc.array(commands, { minLength: 1, maxLength: 60, size: 'max' }),
      fc.nat(60),
      (one, seed, sent, cut) => {
        const whole = alone(one, seed)
        const first = alone(one, seed)
        const other = alone(one, seed + 1)
        for (const [i, command] of sent.entries()) {
          if (i === cut) {
            carry(
              a => first.link.archive(a),
              a => other.link.archive(a),
            )
          }
          const fromServer =
            command === IMAGE_BLOCK_RESPONSE || command === QUERY_NEXT_IMAGE_RESPONSE
          const frame = hanOf({ command, fromServer, fileOffset: i, imageSize: 100, dataSize: 0 })
          for (const each of [whole, i < cut ? first : other]) {
            each.clock.now = i
            pass(each.link, frame)
          }
        }
        return [...first.log, ...other.log].join() === whole.log.join()
      },
    ),
  )
})
