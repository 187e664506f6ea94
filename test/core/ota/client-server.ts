import fc from 'fast-check'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import * as C from '#core/ota/client'
import {
  ABORT,
  ANY_FILE_VERSION,
  DEFAULT_RESPONSE,
  IMAGE_BLOCK_REQUEST,
  IMAGE_BLOCK_RESPONSE,
  IMAGE_NOTIFY,
  INVALID_IMAGE,
  MALFORMED_COMMAND,
  NO_IMAGE_AVAILABLE,
  NOT_AUTHORIZED,
  QUERY_NEXT_IMAGE_REQUEST,
  QUERY_NEXT_IMAGE_RESPONSE,
  UNSUP_CLUSTER_COMMAND,
  UPGRADE_END_REQUEST,
  UPGRADE_END_RESPONSE,
  WAIT_FOR_COMMAND,
  WAIT_FOR_DATA,
} from '#core/ota/codes'
import { MAX_OTA_FRAME, type OtaFrame } from '#core/ota/ota-frame'
import * as S from '#core/ota/server'
import { sameStart, toHex } from '../../helpers/octets.ts'
import {
  ask,
  blockRequest,
  CLIENT,
  frameOf,
  fromClient,
  fromServer,
  imageOf,
  loaded,
  Pair,
  read,
  SERVER,
  served,
  UTC,
} from '../../helpers/ota-pair.ts'

// ---- the two together ----

const rate = (max: number) => fc.double({ min: 0, max, noNaN: true })

t.test('over a bad line the image arrives octet for octet', async () => {
  fc.assert(
    fc.property(
      fc.record({
        blocks: fc.integer({ min: 1, max: 60 }),
        maxDataSize: fc.integer({ min: 1, max: 255 }),
        serverMax: fc.integer({ min: 1, max: 255 }),
        rest: fc.nat(254),
        seed: fc.nat(),
      }),
      fc.record({ loss: rate(0.3), duplicates: rate(0.5), late: rate(0.2) }),
      ({ blocks, maxDataSize, serverMax, rest, seed }, line) => {
        const block = Math.min(maxDataSize, serverMax)
        const size = (blocks - 1) * block + 1 + (rest % block)
        const client = { maxDataSize }
        const server = { maxDataSize: serverMax }
        const pair = new Pair({ client, server, line, seed, memory: size })
        pair.server.load(served(2, size))
        for (let tries = 0; pair.client.state !== C.HELD; tries++) {
          if (tries === 50) return false
          pair.start()
          pair.run(() => pair.client.state === C.HELD || pair.client.state === C.IDLE)
          // The last answer was lost, the query came late and the hub has no image any more.
          if (pair.server.state === S.DELIVERED) pair.server.load(served(2, size))
        }
        return (
          pair.client.offset === size &&
          pair.client.blocks === blocks &&
          sameStart(pair.client.memory.u8, imageOf(2, size), size)
        )
      },
    ),
    { numRuns: 80 },
  )
})

t.test('a new client has nothing, wants nothing and waits for nothing', async t => {
  const { client } = new Pair()
  t.match(client, { state: C.IDLE, offset: 0, size: 0, status: 0, retries: 0, blocks: 0 })
  t.match(client, { fileVersion: ANY_FILE_VERSION, deadline: Number.POSITIVE_INFINITY })
  t.equal(client.transmit(Bytes.alloc(MAX_OTA_FRAME), 0, 1e9), 0)
})

t.test('over a good line every block is asked for once', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 361))
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.match(pair.client, { offset: 361, blocks: 8, retries: 0, strays: 0, status: 0 })
  t.match(pair.server, { state: S.DELIVERED, served: 8, octets: 361, waits: 0 })
  const { OFFERED, PROGRESS, WHOLE, NOW_HELD } = C
  t.strictSame(pair.reports.filter(Boolean), [OFFERED, ...Array(7).fill(PROGRESS), WHOLE, NOW_HELD])
  t.strictSame(
    [1, 3, 6].map(command => pair.count(command)),
    [1, 8, 1],
  )
})

t.test('the client’s frames are those of the worked exchange', async t => {
  for (const hardwareVersion of [0x1111, undefined]) {
    const pair = new Pair({ client: { hardwareVersion } })
    const frames: string[] = []
    pair.drops = (toServer, octets) => {
      if (toServer) frames.push(toHex(octets))
      return false
    }
    pair.server.load(served(2, 49))
    pair.start()
    t.ok(pair.runTo(C.HELD))
    t.strictSame(frames, [
      `010101${hardwareVersion ? '01' : '00'}1d12000001000000${hardwareVersion ? '1111' : ''}`,
      '010203001d120000020000000000000030',
      '010303001d120000020000003000000030',
      '010406001d12000002000000',
    ])
  }
})

t.test('an offer names the image that is on offer', async t => {
  const server = loaded(2, 96, { imageType: 0x84, manufacturerCode: 0x1234, upgradeTime: UTC })
  const identity = { imageType: 0x84, manufacturerCode: 0x1234, fileVersion: 2 }
  const request = fromClient({ command: QUERY_NEXT_IMAGE_REQUEST, ...identity, fileVersion: 1 })
  t.match(read(ask(server, request)!), { command: 2, status: 0, imageSize: 96, ...identity })
  const end = fromClient({ command: UPGRADE_END_REQUEST, ...identity })
  t.match(read(ask(server, end)!), { command: UPGRADE_END_RESPONSE, upgradeTime: UTC, ...identity })
})

t.test('a client that runs the very image on offer is not offered it', async t => {
  const query = (fileVersion: number) =>
    fromClient({ command: QUERY_NEXT_IMAGE_REQUEST, fileVersion })
  for (const [begun, state] of [
    [false, S.DISCARDED],
    [true, S.DELIVERED],
  ] as const) {
    const server = loaded(2, 96)
    if (begun) ask(server, blockRequest(0))
    t.equal(read(ask(server, query(2))!).status, NO_IMAGE_AVAILABLE)
    t.equal(server.state, state, begun ? 'it had it all: its end was lost' : 'it needs nothing')
  }
})

t.test('sequence numbers count on and answers repeat the request’s', async t => {
  const pair = new Pair({ client: { maxDataSize: 1 } })
  const seen: number[] = []
  pair.drops = (toServer, octets) => {
    if (toServer) seen.push(octets.u8[1]!)
    else t.equal(octets.u8[1], seen.at(-1))
    return false
  }
  pair.server.load(served(2, 300))
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.strictSame(
    seen,
    [...Array(302).keys()].map(i => (i + 1) & 255),
  )
})

t.test('a block that is not there yet is waited for', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 200))
  pair.server.nowHas(100)
  pair.start()
  t.ok(pair.runTo(C.WAITING))
  t.match(pair.client, { offset: 96 })
  t.equal(pair.reports.at(-1), C.TOLD_TO_WAIT)
  t.equal(pair.client.deadline, pair.now + 1000)
  t.ok(pair.run(() => pair.server.waits === 5))
  t.match(pair.client, { offset: 96 }, 'and again while it is not')
  pair.server.nowHas(200)
  t.ok(pair.runTo(C.HELD))
  t.match(pair.client, { offset: 200, retries: 0 }, 'waiting is no retry')
  t.match(pair.server, { served: 5 })
})

t.test('a client that waits longer than it may try does not give up', async t => {
  const pair = new Pair({ client: { maxTries: 1 } })
  pair.server.load(served(2, 50))
  pair.server.nowHas(0)
  pair.start()
  t.ok(pair.run(() => pair.server.waits === 20))
  pair.server.nowHas(50)
  t.ok(pair.runTo(C.HELD))
})

t.test('a hub that throttles is asked no faster than it said', async t => {
  const pair = new Pair({ server: { minBlockPeriod: 2500 } })
  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.match(pair.server, { waits: 1, served: 10 })
  const times = pair.sent.get(IMAGE_BLOCK_REQUEST)!
  const gaps = times.slice(1).map((time, i) => time - times[i]!)
  t.equal(gaps[0], 20, 'the first time it could not know')
  t.equal(gaps[1], 3020, 'told to wait for whole seconds')
  t.strictSame(gaps.slice(2), Array(8).fill(2500))
})

t.test('after a power cut the client asks at its own pace again', async t => {
  const pair = new Pair({ server: { minBlockPeriod: 2500 } })
  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.run(() => pair.client.offset === 240))
  pair.client.restart()
  pair.server = loaded(2, 480)
  pair.start()
  const before = pair.count(IMAGE_BLOCK_REQUEST)
  t.ok(pair.runTo(C.HELD))
  const times = pair.sent.get(IMAGE_BLOCK_REQUEST)!.slice(before + 1)
  for (let i = 1; i < times.length; i++) t.equal(times[i]! - times[i - 1]!, 20)
})

t.test('when another slot runs, the next image goes to the one that is free', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.runTo(C.HELD))
  const { memory } = pair.client
  pair.client.forget()
  pair.client.nowRuns(2, Bytes.alloc(600))
  t.equal(pair.client.currentFileVersion, 2)
  pair.server = loaded(2, 480)
  pair.start()
  t.ok(pair.runTo(C.IDLE), 'it does not want what it runs')
  t.equal(pair.client.status, NO_IMAGE_AVAILABLE)
  pair.server = loaded(3, 600)
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.ok(sameStart(pair.client.memory.u8, imageOf(3, 600), 600))
  t.ok(sameStart(memory.u8, imageOf(2, 480), 480), 'what runs is not written over')
})

t.test('a client that was told to wait has all its tries again', async t => {
  const pair = new Pair({ client: { maxTries: 3 } })
  pair.server.load(served(2, 480))
  pair.server.nowHas(240)
  pair.start()
  t.ok(pair.runTo(C.WAITING))
  pair.drops = toServer => toServer
  const before = pair.count(IMAGE_BLOCK_REQUEST)
  t.ok(pair.runTo(C.IDLE))
  t.equal(pair.count(IMAGE_BLOCK_REQUEST) - before, 3)
})

t.test('what is settled before it was asked is not asked any more', async t => {
  const out = Bytes.alloc(MAX_OTA_FRAME)
  /** A client with something to send, and what it still has to send once it was told. */
  const left = (state: number, settle: (client: C.OtaClient) => void) => {
    const pair = new Pair({ client: { blockPeriod: 1000, maxDataSize: 20 } })
    pair.server.load(served(2, 60))
    if (state >= C.DOWNLOADING) {
      pair.start()
      pair.run(() => pair.client.offset === 40)
    } else pair.client.start(0)
    if (state === C.ENDING) {
      pair.run(() => pair.client.state === C.VERIFYING)
      pair.client.verified(true, pair.now)
    }
    t.equal(pair.client.state, state)
    t.ok(pair.client.deadline < Number.POSITIVE_INFINITY)
    settle(pair.client)
    const { deadline } = pair.client
    const until = Math.min(deadline, 1e9) - 1
    return [pair.client.transmit(out, 0, until), deadline === Number.POSITIVE_INFINITY]
  }
  const tell = (fields: Partial<OtaFrame>, data?: Uint8Array) => (client: C.OtaClient) => {
    const octets = fromServer(fields, data)
    client.receive(octets, 0, octets.length, 5000)
  }
  const end = (upgradeTime: number) => tell({ command: UPGRADE_END_RESPONSE, upgradeTime })
  const block = { command: IMAGE_BLOCK_RESPONSE, fileOffset: 40, dataAt: 40, dataSize: 20 }
  const wait = { ...block, status: WAIT_FOR_DATA, requestTime: 60 }
  t.strictSame(left(C.QUERYING, tell({ command: 2, status: 0x98 })), [0, true], 'refused')
  t.strictSame(left(C.DOWNLOADING, tell(wait)), [0, false], 'told to wait')
  t.strictSame(left(C.DOWNLOADING, tell(block, imageOf(2, 60))), [0, true], 'the last block')
  t.strictSame(left(C.DOWNLOADING, tell({ ...block, status: ABORT })), [0, true], 'aborted')
  t.strictSame(
    left(C.DOWNLOADING, client => client.forget()),
    [0, true],
    'forgotten',
  )
  t.strictSame(
    left(C.DOWNLOADING, client => client.restart()),
    [0, true],
    'power cut',
  )
  t.strictSame(left(C.ENDING, end(WAIT_FOR_COMMAND)), [0, true], 'held')
  t.strictSame(left(C.ENDING, end(60)), [0, false], 'counting down')
})

t.test('the client leaves its own block period between requests', async t => {
  const pair = new Pair({ client: { blockPeriod: 300 } })
  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.runTo(C.HELD))
  const times = pair.sent.get(IMAGE_BLOCK_REQUEST)!
  for (let i = 1; i < times.length; i++) t.equal(times[i]! - times[i - 1]!, 300)
})

t.test(
  'the wait is the difference of the two times, and none when they are the wrong way',
  async t => {
    for (const [currentTime, requestTime, wait] of [
      [0, 7, 7000],
      [UTC, UTC + 60, 60_000],
      [UTC, UTC, 0],
      [UTC, UTC - 60, 0],
    ] as const) {
      const pair = new Pair()
      pair.server.load(served(2, 200))
      pair.start()
      t.ok(pair.runTo(C.DOWNLOADING))
      const fields = { command: IMAGE_BLOCK_RESPONSE, status: WAIT_FOR_DATA }
      t.equal(pair.tell(fromServer({ ...fields, currentTime, requestTime })), C.TOLD_TO_WAIT)
      t.equal(pair.client.deadline, pair.now + wait)
    }
  },
)

t.test('an image taken off offer stops the download, which goes on when it is back', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.run(() => pair.client.offset === 240))
  pair.server.discard()
  t.ok(pair.runTo(C.IDLE))
  t.equal(pair.reports.at(-1), C.ABORTED)
  t.match(pair.client, { status: ABORT, offset: 240, size: 480 })
  t.equal(pair.client.deadline, Number.POSITIVE_INFINITY)
  pair.start()
  t.ok(pair.runTo(C.IDLE))
  t.equal(pair.reports.at(-1), C.REFUSED)
  t.match(pair.client, { status: NO_IMAGE_AVAILABLE, offset: 240 })

  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.equal(pair.server.served, 10, 'no block was sent twice')
})

t.test('after a power cut the download goes on at its offset', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.run(() => pair.client.offset === 192))
  pair.client.restart()
  t.match(pair.client, { state: C.IDLE, offset: 192, deadline: Number.POSITIVE_INFINITY })
  t.notOk(pair.runTo(C.HELD), 'nothing happens before the next start')
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.equal(pair.count(QUERY_NEXT_IMAGE_REQUEST), 2)
  t.ok(pair.server.served <= 11, `${pair.server.served} blocks for 10: one was under way`)
})

t.test('a whole image offered again after a power cut needs no block', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 96))
  pair.start()
  t.ok(pair.runTo(C.VERIFYING))
  pair.client.restart()
  t.equal(pair.client.state, C.IDLE)
  pair.start()
  t.ok(pair.runTo(C.VERIFYING))
  t.equal(pair.reports.at(-1), C.WHOLE)
  t.equal(pair.server.served, 2)
})

t.test('a power cut keeps a held image and ends a countdown', async t => {
  for (const upgradeTime of [WAIT_FOR_COMMAND, UTC + 1000]) {
    const pair = new Pair()
    pair.server.load(served(2, 96, { upgradeTime }))
    pair.start()
    t.ok(pair.run(() => pair.server.state === S.DELIVERED && pair.client.state >= C.HELD))
    pair.client.restart()
    t.match(pair.client, { state: C.HELD, offset: 96, deadline: Number.POSITIVE_INFINITY })
  }
})

t.test('another image replaces a half-received one from its first octet', async t => {
  for (const [version, size] of [
    [3, 480],
    [2, 481],
  ] as const) {
    const pair = new Pair()
    pair.server.load(served(2, 480))
    pair.start()
    t.ok(pair.run(() => pair.client.offset === 240))
    pair.server.load(served(version, size))
    pair.client.restart()
    pair.start()
    t.ok(pair.run(() => pair.client.state === C.DOWNLOADING))
    t.match(pair.client, { offset: 0, size, fileVersion: version })
    t.ok(pair.runTo(C.HELD))
    t.ok(sameStart(pair.client.memory.u8, imageOf(version, size), size))
  }
})

t.test('an image that was swapped under a running download ends it', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.run(() => pair.client.offset === 240))
  pair.server.load(served(3, 480))
  t.ok(pair.runTo(C.IDLE))
  t.match(pair.client, { status: NO_IMAGE_AVAILABLE, offset: 240, fileVersion: 2 })
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.match(pair.client, { offset: 480, fileVersion: 3 })
})

t.test('a client with nothing for it is refused: 0x7E before, 0x98 after', async t => {
  const refused = (prepare: (server: S.OtaServer) => void, client = {}) => {
    const pair = new Pair({ client })
    prepare(pair.server)
    pair.start()
    pair.run(() => pair.client.state !== C.QUERYING)
    t.equal(pair.reports.at(-1), C.REFUSED)
    t.match(pair.client, { state: C.IDLE, deadline: Number.POSITIVE_INFINITY })
    return pair.client.status
  }
  t.equal(
    refused(() => {}),
    NOT_AUTHORIZED,
  )
  const end = (status: number) => (server: S.OtaServer) => {
    server.load(served(2, 96))
    ask(server, fromClient({ command: UPGRADE_END_REQUEST, status }))
  }
  t.equal(refused(end(0)), NO_IMAGE_AVAILABLE, 'delivered')
  t.equal(refused(end(INVALID_IMAGE)), NO_IMAGE_AVAILABLE, 'failed')
  const load = (server: S.OtaServer) => server.load(served(2, 96))
  const discard = (server: S.OtaServer) => {
    load(server)
    server.discard()
  }
  t.equal(refused(discard), NO_IMAGE_AVAILABLE, 'discarded')
  t.equal(refused(load, { imageType: 1 }), NO_IMAGE_AVAILABLE, 'another image type')
  t.equal(refused(load, { manufacturerCode: 1 }), NO_IMAGE_AVAILABLE, 'another manufacturer')
  t.equal(refused(load, { hardwareVersion: 0x1110 }), NO_IMAGE_AVAILABLE, 'other hardware')
})

t.test('the client refuses an offer that it cannot take', async t => {
  const refused = (size: number, fields: Partial<OtaFrame>) => {
    const pair = new Pair({ memory: 96 })
    pair.start()
    const fit = { command: QUERY_NEXT_IMAGE_RESPONSE, imageSize: size }
    const report = pair.tell(fromServer({ ...fit, ...fields }))
    t.match(pair.client, { offset: 0, size: report === C.OFFERED ? size : 0 })
    return report === C.REFUSED && pair.client.status === INVALID_IMAGE
  }
  t.equal(refused(96, {}), false, 'one that fits exactly is taken')
  t.equal(refused(97, {}), true, 'larger than the slot')
  t.equal(refused(0, {}), true, 'no octets')
  t.equal(refused(96, { fileVersion: 1 }), true, 'the version that runs')
  t.equal(refused(96, { manufacturerCode: 0x121e }), true)
  t.equal(refused(96, { imageType: 1 }), true)
})

t.test('both ends of the hardware range fit, one beyond does not, and silence fits', async t => {
  const verdict = (hardwareVersion: number | undefined, other = {}) => {
    const server = loaded(2, 96, other)
    const fields = hardwareVersion === undefined ? {} : { fieldControl: 1, hardwareVersion }
    const query = fromClient({ command: QUERY_NEXT_IMAGE_REQUEST, ...fields })
    const { status } = read(ask(server, query)!)
    t.equal(server.state, status ? S.HARDWARE_MISMATCH : S.ON_OFFER)
    return status === 0
  }
  const versions = [0x1110, 0x1111, 0x1180, 0x1211, 0x1212, undefined]
  t.strictSame(
    versions.map(v => verdict(v)),
    [false, true, true, true, false, true],
  )
  const open = { minHardware: undefined, maxHardware: undefined }
  t.strictSame(
    [0, 0xffff].map(v => verdict(v, open)),
    [true, true],
  )
  t.equal(verdict(0, { minHardware: undefined }), true)
  t.equal(verdict(0xffff, { maxHardware: undefined }), true)
})

t.test('a misfit is told so until hardware that fits asks', async t => {
  const server = loaded(2, 96)
  const query = (hardwareVersion: number) =>
    read(
      ask(
        server,
        fromClient({ command: QUERY_NEXT_IMAGE_REQUEST, fieldControl: 1, hardwareVersion }),
      )!,
    )
  t.equal(query(0x2222).status, NO_IMAGE_AVAILABLE)
  t.equal(server.state, S.HARDWARE_MISMATCH)
  t.equal(read(ask(server, blockRequest(0))!).status, ABORT)
  t.match(query(0x1111), { status: 0, imageSize: 96, fileVersion: 2 })
  t.equal(server.state, S.ON_OFFER)
})

t.test('0xFFFFFFFF holds the image until it is activated, in all ones the GB way', async t => {
  const pair = new Pair()
  let answer = ''
  pair.drops = (toServer, octets) => {
    if (!toServer) answer = toHex(octets)
    return false
  }
  pair.server.load(served(2, 96))
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.match(answer, /^19..07f{32}$/)
  t.equal(pair.reports.at(-1), C.NOW_HELD)
  t.notOk(
    pair.run(() => pair.client.state !== C.HELD),
    'and nothing happens by itself',
  )
  pair.client.activated()
  t.match(pair.client, { state: C.IDLE, offset: 0, size: 0, fileVersion: ANY_FILE_VERSION })
  t.equal(pair.client.currentFileVersion, 2)
})

t.test('a finite upgrade time counts down to it', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 96, { upgradeTime: UTC + 3600 }))
  let told = 0
  pair.drops = (toServer, octets) => {
    if (!toServer && octets.u8[2] === UPGRADE_END_RESPONSE) {
      t.match(read(octets), {
        manufacturerCode: CLIENT.manufacturerCode,
        imageType: CLIENT.imageType,
        fileVersion: 2,
        currentTime: UTC + Math.floor(pair.now / 1000),
        upgradeTime: UTC + 3600,
      })
      told = pair.now + 10
    }
    return false
  }
  pair.start()
  t.ok(pair.runTo(C.COUNTDOWN))
  t.equal(pair.reports.at(-1), C.NOW_COUNTING)
  t.equal(pair.client.deadline, told + 3_600_000)
  t.equal(pair.client.tick(pair.client.deadline - 1), C.NOTHING)
  t.ok(pair.runTo(C.HELD))
  t.equal(pair.reports.at(-1), C.UPGRADE_NOW)
  t.equal(pair.now, told + 3_600_000)
  t.equal(pair.client.deadline, Number.POSITIVE_INFINITY, 'once')
})

t.test('an upgrade time that has come means now', async t => {
  for (const upgradeTime of [0, UTC - 5, UTC]) {
    const pair = new Pair()
    pair.server.load(served(2, 96, { upgradeTime }))
    pair.start()
    t.ok(pair.runTo(C.COUNTDOWN))
    t.equal(pair.client.deadline, pair.now)
    t.ok(pair.runTo(C.HELD))
    t.equal(pair.reports.at(-1), C.UPGRADE_NOW)
  }
})

t.test('during a countdown the hub may still say: wait for the command', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 96, { upgradeTime: UTC + 3600 }))
  pair.start()
  t.ok(pair.runTo(C.COUNTDOWN))
  const end = { command: UPGRADE_END_RESPONSE, upgradeTime: WAIT_FOR_COMMAND }
  t.equal(pair.tell(fromServer(end)), C.NOW_HELD)
  t.match(pair.client, { state: C.HELD, deadline: Number.POSITIVE_INFINITY })
})

t.test('a lost Upgrade End Response is asked for again', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 96))
  let lost = 0
  pair.drops = (toServer, octets) =>
    !toServer && octets.u8[2] === UPGRADE_END_RESPONSE && lost++ < 2
  pair.start()
  t.ok(pair.runTo(C.HELD))
  const times = pair.sent.get(UPGRADE_END_REQUEST)!
  t.strictSame(
    times.map(time => time - times[0]!),
    [0, 5000, 10_000],
  )
  t.strictSame(pair.reports.slice(-3), [C.RETRYING, C.RETRYING, C.NOW_HELD])
  t.equal(pair.server.state, S.DELIVERED)
})

t.test('after maxTries requests without an answer the client gives up', async t => {
  const deafTo = (command: number, sound = true) => {
    const pair = new Pair({ sound, client: { maxTries: 3 } })
    pair.server.load(served(2, 480))
    pair.drops = (toServer, octets) =>
      toServer && octets.u8[2] === command && (command !== 3 || pair.client.offset === 240)
    pair.start()
    pair.run(() => false)
    const last = pair.sent.get(command)!.slice(-3)
    t.strictSame(
      last.map(time => time - last[0]!),
      [0, 5000, 10_000],
      'three requests',
    )
    t.equal(pair.now, last[2]! + 5000)
    t.equal(pair.client.deadline, Number.POSITIVE_INFINITY)
    return pair
  }
  const querying = deafTo(QUERY_NEXT_IMAGE_REQUEST)
  t.equal(querying.count(QUERY_NEXT_IMAGE_REQUEST), 3)
  t.strictSame(querying.reports.filter(Boolean), [C.RETRYING, C.RETRYING, C.GAVE_UP])
  t.match(querying.client, { state: C.IDLE, status: ABORT, retries: 0 })

  const downloading = deafTo(IMAGE_BLOCK_REQUEST)
  t.equal(downloading.count(IMAGE_BLOCK_REQUEST), 5 + 3)
  t.equal(downloading.reports.at(-1), C.GAVE_UP)
  t.match(downloading.client, { state: C.IDLE, status: ABORT, offset: 240, retries: 2 })
  downloading.drops = () => false
  downloading.start()
  t.ok(downloading.runTo(C.HELD), 'and goes on when it is started again')
  t.equal(downloading.server.served, 10)

  const ending = deafTo(UPGRADE_END_REQUEST)
  t.equal(ending.reports.at(-1), C.NOW_HELD, 'a verified image is not thrown away')
  t.match(ending.client, { state: C.HELD, offset: 480 })

  const rejecting = deafTo(UPGRADE_END_REQUEST, false)
  t.equal(rejecting.reports.at(-1), C.REJECTED)
  t.match(rejecting.client, { state: C.IDLE, offset: 0 })
})

t.test('one answer in time gives the client all its tries again', async t => {
  const pair = new Pair({ client: { maxTries: 3 } })
  pair.server.load(served(2, 480))
  let n = 0
  pair.drops = toServer => toServer && n++ % 3 !== 2
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.equal(pair.client.retries, 20)
})

t.test('an image that does not verify ends with 0x96 and is forgotten', async t => {
  const pair = new Pair({ sound: false })
  pair.server.load(served(2, 96))
  const frames: string[] = []
  pair.drops = (_, octets) => {
    frames.push(toHex(octets, 2))
    return false
  }
  pair.start()
  t.ok(pair.runTo(C.IDLE))
  t.strictSame(frames.slice(-2), ['06961d12000002000000', '0b0600'])
  t.equal(pair.reports.at(-1), C.REJECTED)
  t.match(pair.client, { offset: 0, size: 0, status: INVALID_IMAGE })
  t.equal(pair.server.state, S.FAILED)
  t.equal(read(ask(pair.server, blockRequest(0))!).status, ABORT)
})

t.test('an Image Notify is heard by those whom it names', async t => {
  const client = new C.OtaClient({ ...CLIENT }, Bytes.alloc(10))
  const hears = (fields: Partial<OtaFrame>) => {
    const octets = fromServer({ command: IMAGE_NOTIFY, queryJitter: 100, ...fields })
    return client.receive(octets, 0, octets.length, 0) === C.NOTIFIED
  }
  const foreign = { manufacturerCode: 1, imageType: 9 }
  t.equal(hears({ payloadType: 0, ...foreign }), true)
  t.equal(hears({ payloadType: 1, imageType: 9 }), true)
  t.equal(hears({ payloadType: 1, manufacturerCode: 1 }), false)
  t.equal(hears({ payloadType: 2, imageType: 9 }), false)
  t.equal(hears({ payloadType: 2 }), true)
  t.equal(hears({ payloadType: 3, imageType: 9 }), false)
  t.equal(hears({ payloadType: 3 }), true)
  t.equal(client.state, C.IDLE, 'starting is the caller’s')

  const server = loaded(2, 96)
  const out = Bytes.alloc(MAX_OTA_FRAME)
  const notice = () => toHex(out, 0, server.notify(out, 0, 55))
  t.equal(notice(), '19010003371d12000002000000')
  t.equal(notice(), '19020003371d12000002000000')
  ask(server, blockRequest(0, 1))
  t.match(notice(), /^190.000337/, 'also between two answers')
  const empty = new S.OtaServer(SERVER, UTC)
  t.equal(toHex(out, 0, empty.notify(out, 0, 1)), '1901000301ffffffffffffffff')
})

t.test('what the client did not ask for changes nothing', async t => {
  const block = (fields: Partial<OtaFrame>, size = 48) =>
    fromServer(
      { command: IMAGE_BLOCK_RESPONSE, fileOffset: 48, dataSize: size, ...fields },
      new Uint8Array(255).fill(0xbb),
    )
  const pair = new Pair()
  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.run(() => pair.client.offset === 48))
  const before = JSON.stringify([pair.client.state, pair.client.offset, pair.client.blocks])
  const tell = (octets: Bytes) => {
    const report = pair.tell(octets)
    t.equal(JSON.stringify([pair.client.state, pair.client.offset, pair.client.blocks]), before)
    return report
  }
  t.equal(tell(block({ fileOffset: 0 })), C.STRAY)
  t.equal(tell(block({ fileOffset: 96 })), C.STRAY)
  t.equal(pair.client.strays, 2)
  t.equal(tell(block({ fileVersion: 3 })), C.IGNORED)
  t.equal(tell(block({ manufacturerCode: 3 })), C.IGNORED)
  t.equal(tell(block({ imageType: 3 })), C.IGNORED)
  t.equal(tell(block({}, 49)), C.IGNORED, 'more than was asked for')
  t.equal(tell(block({}, 0)), C.IGNORED)
  const cut = block({})
  t.equal(tell(new Bytes(cut.u8.slice(0, -1))), C.IGNORED)
  t.equal(tell(blockRequest(48)), C.IGNORED, 'a request, as from another client')
  const answered = { command: DEFAULT_RESPONSE, status: 0x80 }
  t.equal(tell(fromServer({ ...answered, answered: 1 })), C.IGNORED)
  t.equal(tell(fromServer({ ...answered, answered: 3, status: 0 })), C.IGNORED)
  t.equal(tell(fromServer({ command: 9 })), C.IGNORED)
  t.equal(tell(fromServer({ command: QUERY_NEXT_IMAGE_RESPONSE, imageSize: 9 })), C.IGNORED)
  t.ok(pair.runTo(C.HELD))
})

t.test('a block past the image’s end is ignored', async t => {
  const pair = new Pair({ client: { maxDataSize: 255 } })
  pair.server.load(served(2, 100))
  pair.start()
  t.ok(pair.runTo(C.DOWNLOADING))
  const data = imageOf(2, 255)
  const block = { command: IMAGE_BLOCK_RESPONSE, fileOffset: 0 }
  t.equal(pair.tell(fromServer({ ...block, dataSize: 101 }, data)), C.IGNORED)
  t.equal(pair.client.offset, 0)
  t.equal(pair.tell(fromServer({ ...block, dataSize: 100 }, data)), C.WHOLE)
})

t.test('a hub that finds a block request malformed ends the download', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 100))
  pair.start()
  t.ok(pair.runTo(C.DOWNLOADING))
  const answer = { command: DEFAULT_RESPONSE, answered: IMAGE_BLOCK_REQUEST }
  t.equal(pair.tell(fromServer({ ...answer, status: MALFORMED_COMMAND })), C.ABORTED)
  t.match(pair.client, { state: C.IDLE, status: MALFORMED_COMMAND })
})

// ---- the server alone ----

t.test('requests that make no sense get MALFORMED_COMMAND', async t => {
  const server = loaded(2, 361)
  const malformed = (octets: Bytes) => {
    const answer = read(ask(server, octets)!)
    t.match(answer, { command: DEFAULT_RESPONSE, fromServer: true, answered: octets.u8[2] })
    return answer.status === MALFORMED_COMMAND
  }
  t.ok(malformed(blockRequest(361)))
  t.ok(malformed(blockRequest(362)))
  t.ok(malformed(blockRequest(0xffffffff)))
  t.ok(malformed(blockRequest(0, 0)))
  t.equal(server.served, 0)
  t.match(read(ask(server, blockRequest(360))!), { command: 5, fileOffset: 360, dataSize: 1 })
  for (const command of [1, 3, 4, 6, 8]) {
    const whole = fromClient({ command })
    for (let length = 3; length < whole.length; length++) {
      t.ok(malformed(new Bytes(whole.u8.slice(0, length))), `${command} cut to ${length}`)
    }
  }
})

t.test('what the server does not have gets UNSUP_CLUSTER_COMMAND', async t => {
  const server = new S.OtaServer({ ...SERVER, pages: false }, UTC)
  server.load(served(2, 361))
  for (const octets of [
    fromClient({ command: 4, pageSize: 100, maxDataSize: 48 }),
    fromClient({ command: 8 }),
    fromServer({ command: IMAGE_NOTIFY }),
    fromServer({ command: UPGRADE_END_RESPONSE }),
    new Bytes(Uint8Array.of(1, 7, 0x20)),
  ]) {
    const answer = read(ask(server, octets)!)
    t.match(answer, { command: DEFAULT_RESPONSE, status: UNSUP_CLUSTER_COMMAND })
    t.equal(answer.answered, octets.u8[2])
  }
  t.equal(server.state, S.ON_OFFER)
})

t.test('what needs no answer gets none', async t => {
  const server = loaded(2, 361)
  for (const octets of [
    frameOf({ command: DEFAULT_RESPONSE, status: 0x80 }),
    new Bytes(Uint8Array.of()),
    new Bytes(Uint8Array.of(1, 7)),
    new Bytes(Uint8Array.of(0x00, 7, 0x00, 0x04, 0x00)),
    new Bytes(Uint8Array.of(0x05, 0x1d, 0x12, 7, 3)),
  ]) {
    t.equal(ask(server, octets), undefined, toHex(octets))
  }
})

t.test('another version, type or manufacturer gets no block', async t => {
  const server = loaded(2, 361)
  const others = [{ fileVersion: 3 }, { imageType: 1 }, { manufacturerCode: 0x121e }]
  for (const other of others) {
    const request = fromClient({ command: IMAGE_BLOCK_REQUEST, maxDataSize: 48, ...other })
    t.match(read(ask(server, request)!), { command: 5, status: NO_IMAGE_AVAILABLE })
  }
  t.match(server, { served: 0, octets: 0 })
})

t.test('a block answer depends on its request alone, whatever was asked before', async () => {
  const size = 1000
  const request = fc.tuple(fc.nat(size + 20), fc.nat(255), fc.nat(255))
  fc.assert(
    fc.property(
      fc.array(request, { minLength: 1, maxLength: 40, size: 'max' }),
      fc.boolean(),
      (requests, ended) => {
        const server = loaded(2, size)
        if (ended) ask(server, fromClient({ command: UPGRADE_END_REQUEST }))
        return [...requests, ...requests].every(([fileOffset, maxDataSize, sequence]) => {
          const fields = { command: IMAGE_BLOCK_REQUEST, fileOffset, maxDataSize, sequence }
          const answer = ask(server, fromClient(fields))!
          const first = ask(loaded(2, size), fromClient(fields))!
          const length = Math.min(maxDataSize, size - fileOffset)
          const data = imageOf(2, size).subarray(fileOffset, fileOffset + length)
          return (
            Buffer.compare(answer.u8, first.u8) === 0 &&
            (length <= 0 || Buffer.compare(answer.u8.subarray(17), data) === 0)
          )
        })
      },
    ),
    { numRuns: 30 },
  )
})

t.test('a request that comes too early is told when to come', async t => {
  const server = new S.OtaServer({ ...SERVER, maxDataSize: 20, minBlockPeriod: 1500 }, UTC)
  server.load(served(2, 361))
  const T = 7_200_000
  t.match(read(ask(server, blockRequest(0), T + 9999)!), { status: 0, dataSize: 20 })
  for (const [now, wait] of [
    [T + 9999, 2],
    [T + 10_498, 2],
    [T + 10_499, 1],
    [T + 11_498, 1],
  ] as const) {
    t.match(read(ask(server, blockRequest(20), now)!), {
      command: IMAGE_BLOCK_RESPONSE,
      status: WAIT_FOR_DATA,
      currentTime: UTC + Math.floor(now / 1000),
      requestTime: UTC + Math.floor(now / 1000) + wait,
      minBlockPeriod: 1500,
    })
  }
  t.equal(read(ask(server, blockRequest(20), T + 11_499)!).status, 0)
  t.match(server, { served: 2, octets: 40, waits: 4 })
  server.load(served(3, 361))
  const next = fromClient({ command: IMAGE_BLOCK_REQUEST, maxDataSize: 9, fileVersion: 3 })
  t.equal(read(ask(server, next, T + 11_500)!).status, 0, 'a new image starts afresh')
})
