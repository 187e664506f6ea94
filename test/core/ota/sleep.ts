import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import * as C from '#core/ota/client'
import {
  IMAGE_BLOCK_REQUEST,
  IMAGE_BLOCK_RESPONSE,
  IMAGE_PAGE_REQUEST,
  QUERY_NEXT_IMAGE_REQUEST,
  UPGRADE_END_REQUEST,
} from '#core/ota/codes'
import {
  CLIENT,
  fromServer,
  imageOf,
  Pair,
  read,
  said,
  served,
  UTC,
} from '../../helpers/ota-pair.ts'

const NEVER = Number.POSITIVE_INFINITY

/** A pair whose client is in `state`, asleep since then; what it sent on the way is lost. */
function asleepIn(state: number, client = {}) {
  const pair = new Pair({ client: { maxTries: 3, ...client }, sound: state !== C.REJECTING })
  pair.server.load(served(2, 480, state === C.COUNTDOWN ? { upgradeTime: UTC + 3600 } : {}))
  if (state === C.WAITING) pair.server.nowHas(240)
  if (state !== C.IDLE) pair.start()
  pair.run(() => pair.client.state === (state === C.REQUERYING ? C.HELD : state))
  if (state === C.REQUERYING) pair.start()
  if (state === C.DOWNLOADING) pair.run(() => pair.client.offset === 240)
  if (pair.client.state !== state) throw new Error(`in ${pair.client.state}, not in ${state}`)
  pair.client.suspend()
  return pair
}

const SENDING: [state: number, command: number][] = [
  [C.QUERYING, QUERY_NEXT_IMAGE_REQUEST],
  [C.REQUERYING, QUERY_NEXT_IMAGE_REQUEST],
  [C.DOWNLOADING, IMAGE_BLOCK_REQUEST],
  [C.ENDING, UPGRADE_END_REQUEST],
  [C.REJECTING, UPGRADE_END_REQUEST],
]

t.test('asleep, nothing is sent and nothing is due, and no try is lost', async t => {
  for (let state = C.IDLE; state <= C.REQUERYING; state++) {
    const { client, now } = asleepIn(state)
    const before = [client.state, client.offset, client.retries]
    t.equal(client.suspended, true)
    t.equal(client.deadline, NEVER)
    t.equal(client.tick(now + 1e9), C.NOTHING)
    t.equal(said(client, now + 1e9), undefined)
    t.strictSame([client.state, client.offset, client.retries], before)
  }
})

t.test('awake again, what was waited for is asked for at once with all tries', async t => {
  for (const [state, command] of SENDING) {
    const { client, now } = asleepIn(state)
    const offset = client.offset
    const later = now + 3_600_000
    client.resume(later)
    t.equal(client.suspended, false)
    // But the end: told a few times in all, or it would be told for ever to a server that has dropped the image.
    const before = command === UPGRADE_END_REQUEST ? 1 : 0
    for (let tries = before; tries < 3; tries++) {
      t.equal(client.state, state)
      const at = later + (tries - before) * 5000
      t.equal(client.deadline, at)
      t.match(read(said(client, at)!), { command })
      if (tries < 2) t.equal(client.tick(client.deadline), C.RETRYING)
    }
    client.tick(client.deadline)
    t.not(client.state, state, 'three tries and no more')
    if (command === IMAGE_BLOCK_REQUEST) t.equal(client.offset, offset)
  }
})

t.test('a time that was set before stays as it was', async t => {
  for (const state of [C.WAITING, C.COUNTDOWN]) {
    const pair = asleepIn(state)
    const { client } = pair
    client.resume(pair.now)
    const { deadline } = client
    t.ok(deadline > pair.now && deadline < NEVER)
    client.suspend()
    client.resume(deadline + 5000)
    t.equal(client.deadline, deadline)
    t.equal(client.tick(deadline + 5000), state === C.WAITING ? C.RETRYING : C.UPGRADE_NOW)
  }
})

t.test('whoever waits for nothing wakes up to nothing', async t => {
  for (const state of [C.IDLE, C.VERIFYING, C.HELD]) {
    const { client, now } = asleepIn(state)
    client.resume(now + 1e6)
    t.match(client, { state, deadline: NEVER })
    t.equal(said(client, NEVER), undefined)
  }
})

t.test('waking who is awake changes nothing', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 480))
  pair.start()
  t.ok(pair.run(() => pair.client.offset === 96))
  const { deadline } = pair.client
  pair.client.resume(pair.now + 1)
  t.equal(pair.client.deadline, deadline)
  t.equal(said(pair.client, pair.now + 1), undefined)
})

t.test('what is decided asleep is sent awake', async t => {
  const { client, now } = asleepIn(C.VERIFYING)
  client.verified(true, now)
  t.equal(said(client, now), undefined)
  client.resume(now + 50)
  t.match(read(said(client, now + 50)!), { command: UPGRADE_END_REQUEST, status: 0 })

  const idle = asleepIn(C.IDLE)
  idle.client.start(0)
  t.equal(idle.client.deadline, NEVER)
  idle.client.resume(70)
  t.match(read(said(idle.client, 70)!), { command: QUERY_NEXT_IMAGE_REQUEST })
})

t.test('a block that arrives asleep is taken, and the next one asked for awake', async t => {
  const { client, now } = asleepIn(C.DOWNLOADING)
  const block = { command: IMAGE_BLOCK_RESPONSE, fileOffset: 240, dataAt: 240, dataSize: 48 }
  const octets = fromServer(block, imageOf(2, 480))
  t.equal(client.receive(octets, 0, octets.length, now), C.PROGRESS)
  t.equal(client.deadline, NEVER)
  client.resume(now + 9)
  t.match(read(said(client, now + 9)!), { command: IMAGE_BLOCK_REQUEST, fileOffset: 288 })
})

t.test('awake again, the block period still holds', async t => {
  const { client, now } = asleepIn(C.DOWNLOADING, { blockPeriod: 1000 })
  client.resume(now)
  const { deadline } = client
  t.ok(deadline > now && deadline <= now + 1000)
  t.equal(said(client, deadline - 1), undefined)
  t.ok(said(client, deadline))
})

t.test('a page that went by asleep is asked for again from the frontier', async t => {
  const pair = asleepIn(C.DOWNLOADING, { pageSize: 480, responseSpacing: 50 })
  const { client, now } = pair
  t.equal(client.offset, 240)
  client.resume(now + 9000)
  t.match(read(said(client, now + 9000)!), {
    command: IMAGE_PAGE_REQUEST,
    fileOffset: 240,
    pageSize: 240,
  })
})

t.test('sleeping through a download now and then does it no harm', async t => {
  for (const pageSize of [0, 240]) {
    const pair = new Pair({ client: { pageSize, responseSpacing: 50 } })
    pair.server.load(served(2, 2000))
    let asleep = false
    pair.drops = () => asleep
    pair.start()
    for (let offset = 300; offset < 2000; offset += 300) {
      t.ok(pair.run(() => pair.client.offset >= offset))
      pair.client.suspend()
      asleep = true
      pair.run(() => false)
      asleep = false
      pair.now += 60_000
      pair.wake()
    }
    t.ok(pair.runTo(C.HELD))
    t.equal(pair.client.retries, 0)
  }
})

t.test('a power cut wakes up', async t => {
  const { client } = asleepIn(C.DOWNLOADING)
  client.restart()
  client.start(5)
  t.match(read(said(client, 5)!), { command: QUERY_NEXT_IMAGE_REQUEST })
})

// ---- what flash kept ----

const fresh = (memory = 480) => new C.OtaClient({ ...CLIENT }, Bytes.alloc(memory))

t.test('a download goes on where flash says, if the same image is offered', async t => {
  for (const [version, size, goesOnAt] of [
    [2, 480, 192],
    [3, 480, 0],
    [2, 479, 0],
  ] as const) {
    const pair = new Pair({ memory: 480 })
    pair.client.memory.u8.set(imageOf(2, 480).subarray(0, 192))
    pair.client.restore(192, 480, 2, false)
    t.match(pair.client, { state: C.IDLE, offset: 192, size: 480, fileVersion: 2, deadline: NEVER })
    pair.server.load(served(version, size))
    pair.start()
    t.ok(pair.runTo(C.DOWNLOADING))
    t.equal(pair.client.offset, goesOnAt)
    t.ok(pair.runTo(C.HELD))
    t.equal(pair.server.octets, size - goesOnAt)
  }
})

t.test('a held image is held again, and can be activated', async t => {
  const client = fresh()
  client.restore(480, 480, 7, true)
  t.match(client, { state: C.HELD, offset: 480, size: 480, fileVersion: 7, deadline: NEVER })
  client.activated()
  t.equal(client.state, C.IDLE)
  t.equal(client.currentFileVersion, 7)
})

t.test('restoring ends whatever was under way', async t => {
  for (let state = C.IDLE; state <= C.REQUERYING; state++) {
    const { client } = asleepIn(state)
    client.restore(0, 0, 0xffffffff, false)
    t.match(client, { state: C.IDLE, offset: 0, size: 0, deadline: NEVER, suspended: false })
    t.equal(said(client, NEVER), undefined)
  }
})

t.test('flash that says what cannot be is not believed', async t => {
  for (const [offset, size, held] of [
    [0, 481, false],
    [10, 9, false],
    [479, 480, true],
    [0, 0, true],
  ] as const) {
    const client = fresh()
    t.throws(() => client.restore(offset, size, 2, held), RangeError)
    t.match(client, { state: C.IDLE, offset: 0, size: 0 })
  }
  fresh().restore(480, 480, 2, false)
})
