import t from 'tap'
import * as C from '#core/ota/client'
import { IMAGE_BLOCK_REQUEST, IMAGE_BLOCK_RESPONSE, WAIT_FOR_DATA } from '#core/ota/codes'
import { fromServer, Pair, read, served } from '../../helpers/ota-pair.ts'

t.test('a client that announces its period states the one it keeps', async t => {
  const requests: unknown[] = []
  const pair = new Pair({
    client: { announcesBlockPeriod: true, blockPeriod: 100 },
    server: { minBlockPeriod: 1500 },
  })
  pair.drops = (toServer, octets) => {
    const f = read(octets)
    if (toServer && f.command === IMAGE_BLOCK_REQUEST) {
      requests.push([f.fileOffset, f.fieldControl, f.minBlockPeriod])
    }
    return false
  }
  pair.server.load(served(2, 192))
  pair.start()
  t.ok(pair.runTo(C.HELD))
  t.strictSame(requests, [
    [0, 2, 100],
    [48, 2, 100],
    [48, 2, 1500],
    [96, 2, 1500],
    [144, 2, 1500],
  ])
  t.equal(pair.server.waits, 1)
})

t.test('a period that the field cannot hold is stated as the longest', async t => {
  const pair = new Pair({ client: { announcesBlockPeriod: true, blockPeriod: 70_000 } })
  pair.drops = (toServer, octets) => {
    if (toServer && octets.u8[2] === 3) t.equal(read(octets).minBlockPeriod, 0xffff)
    return false
  }
  pair.server.load(served(2, 48))
  pair.start()
  t.ok(pair.runTo(C.HELD))
})

t.test('a client that announces nothing states no period, nor does a page request', async t => {
  for (const client of [{}, { announcesBlockPeriod: true, pageSize: 96 }]) {
    const pair = new Pair({ client })
    pair.drops = (toServer, octets) => {
      const f = read(octets)
      if (toServer && [3, 4].includes(f.command)) t.equal(f.fieldControl, 0)
      return false
    }
    pair.server.load(served(2, 192))
    pair.start()
    t.ok(pair.runTo(C.HELD))
  }
})

t.test('a hub whose image still arrives serves what is here and says when to come', async t => {
  const pair = new Pair()
  pair.server.load(served(2, 480))
  pair.server.nowHas(0)
  pair.start()
  for (let octets = 0; octets < 480; octets += 60) {
    pair.server.nowHas(octets)
    const waits = pair.server.waits + 2
    t.ok(pair.run(() => pair.server.waits === waits))
    t.ok(pair.runTo(C.WAITING))
    t.equal(pair.client.offset, octets - (octets % 48), 'only whole blocks')
    t.equal(pair.client.deadline, pair.now + 1000)
  }
  pair.server.nowHas(480)
  t.ok(pair.runTo(C.HELD))
  t.match(pair.client, { retries: 0, blocks: 10 })
  t.equal(pair.reports.filter(report => report === C.TOLD_TO_WAIT).length, pair.server.waits)
})

t.test('a wait that names no period leaves the client its own', async t => {
  const pair = new Pair({ client: { blockPeriod: 300 } })
  pair.server.load(served(2, 192))
  pair.start()
  t.ok(pair.run(() => pair.client.offset === 48))
  const wait = { command: IMAGE_BLOCK_RESPONSE, status: WAIT_FOR_DATA, minBlockPeriod: 0 }
  t.equal(pair.tell(fromServer({ ...wait, requestTime: 0 })), C.TOLD_TO_WAIT)
  t.ok(pair.runTo(C.HELD))
  const times = pair.sent.get(IMAGE_BLOCK_REQUEST)!
  t.ok(times.every((time, i) => i === 0 || time - times[i - 1]! >= 300))
})
