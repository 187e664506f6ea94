import fc from 'fast-check'
import t from 'tap'
import type { Bytes } from '#core/bytes/bytes'
import * as C from '#core/ota/client'
import {
  ABORT,
  DEFAULT_RESPONSE,
  IMAGE_BLOCK_REQUEST,
  IMAGE_BLOCK_RESPONSE,
  IMAGE_PAGE_REQUEST,
  MALFORMED_COMMAND,
  NO_IMAGE_AVAILABLE,
  QUERY_NEXT_IMAGE_REQUEST,
  UNSUP_CLUSTER_COMMAND,
  UPGRADE_END_REQUEST,
  WAIT_FOR_DATA,
} from '#core/ota/codes'
import * as S from '#core/ota/server'
import { sameStart } from '../../helpers/octets.ts'
import {
  ask,
  blockRequest,
  due,
  fromClient,
  fromServer,
  imageOf,
  loaded,
  Pair,
  pageRequest,
  read,
  SERVER,
  said,
  served,
  UTC,
} from '../../helpers/ota-pair.ts'

/** Pages of 5 blocks of 48 octets, 50 ms apart; 480 octets are two of them. */
const PAGES = { pageSize: 240, responseSpacing: 50 }

/** A pair in page mode with an image on offer, and the requests that the client sends. */
function paged(options: ConstructorParameters<typeof Pair>[0] = {}, size = 480) {
  const pair = new Pair({ ...options, client: { ...PAGES, ...options.client } })
  const requests: string[] = []
  const lost: ((octets: Bytes, toServer: boolean) => boolean)[] = []
  pair.drops = (toServer, octets) => {
    const f = read(octets)
    if (toServer && f.command === IMAGE_PAGE_REQUEST) requests.push(`${f.fileOffset}+${f.pageSize}`)
    if (toServer && f.command === IMAGE_BLOCK_REQUEST) requests.push(`${f.fileOffset}`)
    return lost.some(rule => rule(octets, toServer))
  }
  pair.server.load(served(2, size))
  pair.start()
  return { pair, requests, lost }
}

/** Loses the first responses with these offsets. */
function losing(...offsets: number[]) {
  return (octets: Bytes, toServer: boolean) => {
    const f = read(octets)
    if (toServer || f.command !== IMAGE_BLOCK_RESPONSE || f.status !== 0) return false
    const i = offsets.indexOf(f.fileOffset)
    if (i >= 0) offsets.splice(i, 1)
    return i >= 0
  }
}

/** The offsets of what the server sends of its page, and the times. */
function rest(server: S.OtaServer): [offset: number, at: number][] {
  const sent: [number, number][] = []
  while (server.deadline < Number.POSITIVE_INFINITY) {
    const now = server.deadline
    if (due(server, now - 1)) throw new Error('before its time')
    const f = read(due(server, now)!)
    if (f.status === 0 && f.dataSize === 0) throw new Error('an empty block')
    sent.push([f.fileOffset, now])
  }
  return sent
}

// ---- the two together ----

const rate = (max: number) => fc.double({ min: 0, max, noNaN: true })

t.test('over a bad line the image arrives octet for octet, in pages too', async () => {
  fc.assert(
    fc.property(
      fc.record({
        // As many answers are needed at most; a client on such a line gives up about once in 15.
        answers: fc.integer({ min: 1, max: 80 }),
        rest: fc.nat(254),
        maxDataSize: fc.integer({ min: 8, max: 255 }),
        serverMax: fc.integer({ min: 8, max: 255 }),
        pageSize: fc.integer({ min: 1, max: 1500 }),
        responseSpacing: fc.nat(60),
        pages: fc.boolean(),
        seed: fc.nat(),
      }),
      fc.record({ loss: rate(0.3), duplicates: rate(0.4), late: rate(0.1) }),
      ({ answers, rest, serverMax, pages, seed, ...client }, line) => {
        const least = Math.min(client.maxDataSize, serverMax, client.pageSize)
        const size = answers * least - (rest % least)
        const server = { maxDataSize: serverMax, pages }
        const pair = new Pair({ client, server, line, seed, memory: size })
        pair.server.load(served(2, size))
        for (let tries = 0; pair.client.state !== C.HELD; tries++) {
          if (tries === 80) return false
          pair.start()
          pair.run(() => pair.client.state === C.HELD || pair.client.state === C.IDLE)
          if (pair.server.state === S.DELIVERED) pair.server.load(served(2, size))
        }
        const { offset, memory } = pair.client
        return offset === size && sameStart(memory.u8, imageOf(2, size), size)
      },
    ),
    { numRuns: 120 },
  )
})

t.test('over a good line each page is asked for once, the last one clipped', async t => {
  const { pair, requests } = paged({}, 700)
  t.ok(pair.runTo(C.HELD))
  t.strictSame(requests, ['0+240', '240+240', '480+220'])
  t.match(pair.client, { offset: 700, blocks: 15, retries: 0, strays: 0 })
  t.match(pair.server, { state: S.DELIVERED, served: 15, octets: 700, waits: 0 })
  const { OFFERED, PROGRESS, WHOLE, NOW_HELD } = C
  const blocks = Array(14).fill(PROGRESS)
  t.strictSame(pair.reports.filter(Boolean), [OFFERED, ...blocks, WHOLE, NOW_HELD])
})

t.test('the request states page, block size and spacing', async t => {
  const { pair } = paged()
  let request: unknown
  pair.drops = (_, octets) => {
    const f = read(octets)
    if (f.command === IMAGE_PAGE_REQUEST) request ??= f
    return false
  }
  t.ok(pair.runTo(C.HELD))
  t.match(request, { fieldControl: 0, manufacturerCode: 0x121d, imageType: 0, fileVersion: 2 })
  t.match(request, { fileOffset: 0, maxDataSize: 48, pageSize: 240, responseSpacing: 50 })
})

t.test('a lost block of a page is asked for by itself when the page has ended', async t => {
  const { pair, requests, lost } = paged()
  lost.push(losing(48, 144))
  t.ok(pair.runTo(C.HELD))
  t.strictSame(requests, ['0+240', '48', '144', '240+240'])
  t.match(pair.client, { blocks: 10, retries: 0, strays: 0 })
  t.ok(pair.now < 5000, 'without waiting for anything')
})

t.test('the lost end of a page is asked for when the page has fallen silent', async t => {
  const { pair, requests, lost } = paged()
  lost.push(losing(144, 192))
  t.ok(pair.run(() => requests.length === 2))
  // The third block left at 20 + 2 * 50 after the offer at 20, and came 10 later.
  t.match(pair.client, { offset: 144, retries: 1 })
  t.equal(pair.now, 20 + 10 + 2 * 50 + 10 + 5000 + 50)
  t.ok(pair.runTo(C.HELD))
  t.strictSame(requests, ['0+240', '144', '192', '240+240'])
  t.match(pair.client, { blocks: 10, retries: 1, strays: 0 })
})

t.test('a lost page request is sent again', async t => {
  const { pair, requests, lost } = paged()
  let left = 2
  lost.push((octets, toServer) => toServer && octets.u8[2] === IMAGE_PAGE_REQUEST && left-- > 0)
  t.ok(pair.runTo(C.HELD))
  t.strictSame(requests, ['0+240', '0+240', '0+240', '240+240'])
  t.match(pair.client, { blocks: 10, retries: 2 })
})

t.test('a hole that is never answered ends the download, which goes on there', async t => {
  const { pair, requests, lost } = paged({ client: { maxTries: 3 } })
  lost.push(losing(96), (octets, toServer) => toServer && octets.u8[2] === IMAGE_BLOCK_REQUEST)
  t.ok(pair.runTo(C.IDLE))
  t.strictSame(requests, ['0+240', '96', '96', '96'])
  t.equal(pair.reports.at(-1), C.GAVE_UP)
  t.match(pair.client, { offset: 96, retries: 2 })
  lost.length = 0
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.strictSame(requests.slice(4), ['96+240', '336+144'])
})

t.test('blocks of a page that overtake one another are all taken', async t => {
  const { pair, requests } = paged()
  t.ok(pair.run(() => requests.length === 1))
  const block = (fileOffset: number, dataSize = 48) =>
    pair.tell(
      fromServer(
        { command: IMAGE_BLOCK_RESPONSE, fileOffset, dataSize, dataAt: fileOffset },
        imageOf(2, 480),
      ),
    )
  const { PROGRESS, STRAY, IGNORED } = C
  t.strictSame([block(96), block(48), pair.client.offset], [PROGRESS, PROGRESS, 0])
  t.strictSame([block(96), block(97), block(144, 47), block(240)], Array(4).fill(STRAY))
  t.equal(block(144, 49), IGNORED, 'more than was asked for')
  t.strictSame([block(0), pair.client.offset], [PROGRESS, 144], 'the frontier moves over them')
  t.strictSame([block(0), block(48)], [STRAY, STRAY])
  t.strictSame([block(192), block(144), pair.client.offset], [PROGRESS, PROGRESS, 240])
  t.match(pair.client, { blocks: 5, strays: 6 })
})

t.test('a server without pages is asked for blocks until the power goes', async t => {
  const { pair, requests } = paged({ server: { pages: false } })
  t.ok(pair.run(() => pair.client.offset === 240))
  t.ok(pair.reports.includes(C.FELL_BACK))
  t.strictSame(requests.slice(0, 3), ['0+240', '0', '48'])
  pair.server.discard()
  t.ok(pair.runTo(C.IDLE))
  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.run(() => pair.client.offset === 288))
  t.equal(pair.count(IMAGE_PAGE_REQUEST), 1, 'for good')
  pair.client.restart()
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.equal(pair.count(IMAGE_PAGE_REQUEST), 2, 'and tried again after a restart')
  t.match(pair.client, { status: 0, offset: 480 })
})

t.test('a server that is deaf to page requests is asked for blocks before giving up', async t => {
  const { pair, requests, lost } = paged({ client: { maxTries: 2 } })
  lost.push((octets, toServer) => toServer && octets.u8[2] === IMAGE_PAGE_REQUEST)
  t.ok(pair.runTo(C.HELD))
  t.strictSame(requests.slice(0, 4), ['0+240', '0+240', '0', '48'])
  t.match(pair.client, { blocks: 10, retries: 1 })

  const proved = paged({ client: { maxTries: 2 } })
  proved.lost.push((octets, toServer) => toServer && read(octets).fileOffset === 240)
  t.ok(proved.pair.runTo(C.IDLE))
  t.equal(proved.pair.reports.at(-1), C.GAVE_UP, 'but not when it did answer one')
  t.strictSame(proved.requests, ['0+240', '240+240', '240+240'])
})

t.test('after a power cut a server that answered pages may be deaf to them', async t => {
  const { pair, requests, lost } = paged({ client: { maxTries: 2 } })
  lost.push((octets, toServer) => toServer && read(octets).pageSize > 0 && requests.length > 1)
  t.ok(pair.run(() => pair.client.offset === 240))
  pair.client.restart()
  requests.length = 1
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.strictSame(requests.slice(1, 5), ['240+240', '240+240', '240', '288'])
})

t.test('whoever fell back has all tries for the first block', async t => {
  const { pair, requests, lost } = paged({ client: { maxTries: 3 } })
  lost.push((octets, toServer) => toServer && octets.u8[2] === IMAGE_PAGE_REQUEST)
  lost.push((_, toServer) => toServer && requests.length > 3 && requests.length < 6)
  t.ok(pair.runTo(C.HELD))
  t.strictSame(requests.slice(2, 7), ['0+240', '0', '0', '0', '48'])
})

t.test('a page that comes late is not asked for again', async t => {
  const { pair, requests } = paged({ client: { blockPeriod: 20_000 } })
  pair.drops = (toServer, octets) => {
    if (toServer && octets.u8[2] === IMAGE_PAGE_REQUEST) requests.push('page')
    return octets.u8[2] !== 1 && octets.u8[2] !== 2
  }
  t.ok(pair.run(() => pair.client.retries === 1))
  const { deadline } = pair.client
  t.ok(deadline > pair.now, 'the period holds it back')
  const block = { command: IMAGE_BLOCK_RESPONSE, fileOffset: 0, dataSize: 48 }
  t.equal(pair.tell(fromServer(block, imageOf(2, 480))), C.PROGRESS)
  t.equal(pair.client.deadline, pair.now + 50 + 5000, 'it listens again')
  t.equal(said(pair.client, deadline), undefined)
  t.equal(requests.length, 1)
})

t.test('another refusal of a page ends the download', async t => {
  const { pair, requests } = paged()
  t.ok(pair.run(() => requests.length === 1))
  const answer = { command: DEFAULT_RESPONSE, answered: IMAGE_PAGE_REQUEST }
  t.equal(pair.tell(fromServer({ ...answer, status: 0 })), C.IGNORED)
  t.equal(pair.tell(fromServer({ ...answer, status: MALFORMED_COMMAND })), C.ABORTED)
  t.match(pair.client, { state: C.IDLE, status: MALFORMED_COMMAND })
})

t.test('a client that asks for blocks heeds no refusal of pages', async t => {
  const { pair, requests } = paged({ client: { pageSize: 0 } })
  t.ok(pair.run(() => requests.length === 1))
  for (const status of [UNSUP_CLUSTER_COMMAND, MALFORMED_COMMAND]) {
    const answer = { command: DEFAULT_RESPONSE, answered: IMAGE_PAGE_REQUEST, status }
    t.equal(pair.tell(fromServer(answer)), C.IGNORED)
  }
  t.equal(requests.length, 1)
  t.ok(pair.runTo(C.HELD))
})

t.test('a page whose octets are not all there yet is waited for', async t => {
  const { pair, requests } = paged()
  pair.server.nowHas(100)
  t.ok(pair.runTo(C.WAITING))
  t.equal(pair.client.offset, 96)
  t.equal(pair.server.deadline, Number.POSITIVE_INFINITY)
  t.ok(pair.run(() => pair.server.waits === 4))
  pair.server.nowHas(480)
  t.ok(pair.runTo(C.HELD))
  t.strictSame(requests, ['0+240', '96+240', '96+240', '96+240', '96+240', '336+144'])
  t.match(pair.client, { retries: 0, blocks: 10 })
})

t.test('holes stay known while a hub throttles', async t => {
  const { pair, requests, lost } = paged({ server: { minBlockPeriod: 2000 } })
  lost.push(losing(48, 96))
  t.ok(pair.runTo(C.HELD))
  t.strictSame(requests, ['0+240', '48', '48', '96', '240+240'])
  t.match(pair.server, { waits: 1, served: 12 })
})

t.test('an image discarded during a page aborts, and goes on when it is back', async t => {
  const { pair, requests } = paged()
  t.ok(pair.run(() => pair.client.offset === 144))
  pair.server.discard()
  t.ok(pair.runTo(C.IDLE))
  t.equal(pair.reports.at(-1), C.ABORTED)
  t.match(pair.client, { status: ABORT, offset: 144 })
  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.strictSame(requests, ['0+240', '144', '144+240', '384+96'])
  t.equal(pair.server.served, 10, 'no block was sent twice')
})

t.test('a server that sends less than was asked for is followed', async t => {
  const { pair, requests, lost } = paged({ server: { maxDataSize: 40 } })
  lost.push(losing(160))
  t.ok(pair.runTo(C.HELD))
  // The grid is the client's: what came after the lost block is asked for again.
  t.strictSame(requests, ['0+240', '160', '200', '240+240'])
  t.ok(sameStart(pair.client.memory.u8, imageOf(2, 480), 480))
})

t.test('pages that are no multiple of a block, or smaller than one', async t => {
  for (const pageSize of [1, 47, 100, 65_535]) {
    const { pair, requests } = paged({ client: { pageSize } }, 300)
    t.ok(pair.runTo(C.HELD))
    t.equal(requests.length, Math.ceil(300 / pageSize))
    t.match(pair.client, { retries: 0, strays: 0 })
  }
})

t.test('after a power cut the page goes on at the frontier', async t => {
  const { pair, requests, lost } = paged()
  lost.push(losing(96))
  t.ok(pair.run(() => pair.client.blocks === 3))
  pair.client.restart()
  t.equal(pair.client.offset, 96)
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.strictSame(requests, ['0+240', '96+240', '336+144'])
})

t.test('page requests keep the block period', async t => {
  const { pair } = paged({ client: { blockPeriod: 3000 } }, 1000)
  t.ok(pair.runTo(C.HELD))
  const times = pair.sent.get(IMAGE_PAGE_REQUEST)!
  t.strictSame(
    times.map(time => time - times[0]!),
    [0, 3000, 6000, 9000, 12_000],
  )
})

// ---- the server alone ----

t.test('a page is sent at the spacing asked for, and no faster than the server may', async t => {
  for (const [asked, least, spacing] of [
    [50, 0, 50],
    [0, 0, 0],
    [10, 80, 80],
  ] as const) {
    const server = new S.OtaServer({ ...SERVER, minPageSpacing: least }, UTC)
    server.load(served(2, 1000))
    t.equal(server.deadline, Number.POSITIVE_INFINITY)
    const first = read(ask(server, pageRequest(48, 200, { responseSpacing: asked }), 7000)!)
    t.match(first, { command: IMAGE_BLOCK_RESPONSE, status: 0, fileOffset: 48, dataSize: 48 })
    t.equal(server.deadline, 7000 + spacing)
    t.strictSame(
      rest(server),
      [96, 144, 192, 240].map((offset, i) => [offset, 7000 + (i + 1) * spacing]),
    )
    t.match(server, { served: 5, octets: 200 })
    t.equal(due(server, 1e12), undefined)
  }
})

t.test('a late tick does not make the next block come early', async t => {
  const server = loaded(2, 1000)
  ask(server, pageRequest(0, 200, { responseSpacing: 50 }), 0)
  t.ok(due(server, 75))
  t.equal(server.deadline, 125)
})

t.test(
  'a page is clipped at the image’s end, and its blocks carry the request’s number',
  async t => {
    const server = loaded(2, 361)
    const data = imageOf(2, 361)
    const answer = read(ask(server, pageRequest(336, 65_535, { sequence: 77 }))!)
    t.match(answer, { sequence: 77, fileOffset: 336, dataSize: 25 })
    t.equal(server.deadline, Number.POSITIVE_INFINITY)
    ask(server, pageRequest(300, 65_535, { sequence: 78 }))
    ask(server, blockRequest(0), 1)
    const last = due(server, 1)!
    t.match(read(last), { sequence: 78, fileOffset: 348, dataSize: 13 })
    t.equal(Buffer.compare(last.u8.subarray(17), data.subarray(348)), 0)
  },
)

t.test('a block request is answered at once and the page goes on', async t => {
  const server = loaded(2, 1000)
  ask(server, pageRequest(0, 200, { responseSpacing: 50 }), 0)
  t.match(read(ask(server, blockRequest(700), 10)!), { fileOffset: 700, dataSize: 48 })
  t.strictSame(rest(server), [
    [48, 50],
    [96, 100],
    [144, 150],
    [192, 200],
  ])
})

t.test('a new page request replaces the page', async t => {
  const server = loaded(2, 1000)
  ask(server, pageRequest(0, 480, { responseSpacing: 50 }), 0)
  ask(server, pageRequest(500, 96, { responseSpacing: 20 }), 10)
  t.strictSame(rest(server), [[548, 30]])
})

t.test('a page request that cannot be served ends the page too', async t => {
  for (const octets of [pageRequest(0, 0), pageRequest(900, 96), pageRequest(1000, 96)]) {
    const server = loaded(2, 1000)
    server.nowHas(900)
    ask(server, pageRequest(0, 480, { responseSpacing: 50 }), 0)
    t.equal(server.deadline, 50)
    ask(server, octets, 10)
    t.equal(server.deadline, Number.POSITIVE_INFINITY)
  }
})

t.test('what ends a download ends its page', async t => {
  const ends: Record<string, (server: S.OtaServer) => unknown> = {
    load: server => server.load(served(2, 1000)),
    discard: server => server.discard(),
    end: server => ask(server, fromClient({ command: UPGRADE_END_REQUEST })),
    'bad end': server => ask(server, fromClient({ command: UPGRADE_END_REQUEST, status: 0x96 })),
    misfit: server =>
      ask(
        server,
        fromClient({ command: QUERY_NEXT_IMAGE_REQUEST, fieldControl: 1, hardwareVersion: 9 }),
      ),
  }
  for (const [name, end] of Object.entries(ends)) {
    const server = loaded(2, 1000)
    ask(server, pageRequest(0, 480))
    t.equal(server.deadline, 0)
    end(server)
    t.equal(server.deadline, Number.POSITIVE_INFINITY, name)
    t.equal(due(server, 1e9), undefined, name)
  }
  const server = loaded(2, 1000)
  ask(server, pageRequest(0, 480))
  ask(server, fromClient({ command: UPGRADE_END_REQUEST, fileVersion: 9 }))
  t.equal(server.deadline, 0, 'but not the end of another image')
})

t.test('page requests that make no sense get MALFORMED_COMMAND', async t => {
  for (const octets of [
    pageRequest(361, 48),
    pageRequest(0xffffffff, 48),
    pageRequest(0, 0),
    pageRequest(0, 48, { maxDataSize: 0 }),
  ]) {
    const server = loaded(2, 361)
    const answer = { command: DEFAULT_RESPONSE, answered: IMAGE_PAGE_REQUEST }
    t.match(read(ask(server, octets)!), { ...answer, status: MALFORMED_COMMAND })
    t.equal(server.deadline, Number.POSITIVE_INFINITY)
  }
  const server = loaded(2, 361)
  const other = pageRequest(0, 48, { fileVersion: 9 })
  t.match(read(ask(server, other)!), { command: 5, status: NO_IMAGE_AVAILABLE })
})

t.test('a page that meets octets that are not here says so once and ends', async t => {
  const server = loaded(2, 361)
  server.nowHas(100)
  ask(server, pageRequest(0, 300, { sequence: 9 }), 0)
  t.match(read(due(server, 0)!), { status: 0, fileOffset: 48 })
  t.match(read(due(server, 2000)!), {
    sequence: 9,
    command: IMAGE_BLOCK_RESPONSE,
    status: WAIT_FOR_DATA,
    currentTime: UTC + 2,
    requestTime: UTC + 3,
  })
  t.equal(server.deadline, Number.POSITIVE_INFINITY)
  t.match(server, { waits: 1, served: 2 })
  const first = read(ask(server, pageRequest(96, 300), 3000)!)
  t.equal(first.status, WAIT_FOR_DATA, 'nor does one begin there')
  t.equal(server.deadline, Number.POSITIVE_INFINITY)
})

t.test('a page request that comes too early is told to wait as a block request is', async t => {
  const server = new S.OtaServer({ ...SERVER, minBlockPeriod: 1500 }, UTC)
  server.load(served(2, 1000))
  t.equal(read(ask(server, pageRequest(0, 144), 0)!).status, 0)
  t.strictSame(rest(server), [
    [48, 0],
    [96, 0],
  ])
  t.equal(read(ask(server, pageRequest(144, 144), 1499)!).status, WAIT_FOR_DATA)
  t.equal(read(ask(server, pageRequest(144, 144), 1500)!).status, 0)
})
