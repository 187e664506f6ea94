import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import * as C from '#core/ota/client'
import {
  IMAGE_BLOCK_RESPONSE,
  IMAGE_PAGE_REQUEST,
  QUERY_NEXT_IMAGE_RESPONSE,
  UPGRADE_END_REQUEST,
  UPGRADE_END_RESPONSE,
} from '#core/ota/codes'
import { OtaFrame } from '#core/ota/ota-frame'
import * as S from '#core/ota/server'
import { Random } from '#core/time/random'
import { sameStart } from '../../helpers/octets.ts'
import {
  ask,
  CLIENT,
  due,
  frameOf,
  fromServer,
  imageOf,
  pageRequest,
  read,
  SERVER,
  said,
  served,
  UTC,
} from '../../helpers/ota-pair.ts'

const VERSIONS = [1, 2, 3]
const ROOM = 300
const TRUTH = VERSIONS.map(version => imageOf(version, 2 * ROOM))
const truthOf = (version: number) => TRUTH[VERSIONS.indexOf(version)]!

const pick = <T>(random: Random, from: readonly T[]): T => from[random.between(0, from.length - 1)]!

/** Octets without sense, or a frame with sense and any values in it, of either side. */
function anyFrame(random: Random, offset: number): Bytes {
  if (random.chance(0.2)) {
    const octets = new Uint8Array(random.between(0, 40))
    random.fill(octets)
    if (octets.length > 2 && random.chance(0.7)) {
      octets[0] = pick(random, [0x00, 0x01, 0x09, 0x18, 0x19])
      octets[2] = random.between(0, 12)
      // Data that is not the image's would be taken: it is what the server says.
      if (octets[2] === IMAGE_BLOCK_RESPONSE) octets[2] = UPGRADE_END_REQUEST
    }
    return new Bytes(octets)
  }
  const fileVersion = pick(random, VERSIONS)
  const fileOffset = random.chance(0.7) ? offset : random.between(0, ROOM)
  const fromServer = random.chance(0.7)
  const frame = frameOf(
    {
      sequence: random.between(0, 255),
      command: pick(random, fromServer ? [0, 2, 5, 5, 5, 7, 9, 11] : [1, 3, 3, 4, 6, 8, 11]),
      fromServer,
      status: random.chance(0.6) ? 0 : pick(random, [0x7e, 0x80, 0x95, 0x96, 0x97, 0x98, 0xff]),
      answered: pick(random, [1, 3, 4, 6]),
      pageSize: pick(random, [0, 1, 50, 100, 0xffff]),
      responseSpacing: random.between(0, 900),
      fieldControl: random.between(0, 3),
      manufacturerCode: random.chance(0.9) ? CLIENT.manufacturerCode : 0xffff,
      imageType: random.chance(0.9) ? CLIENT.imageType : 0xffff,
      fileVersion,
      hardwareVersion: pick(random, [0, 0x1111, 0x2222]),
      imageSize: pick(random, [0, 1, 100, ROOM, ROOM + 1, 0xffffffff]),
      fileOffset,
      maxDataSize: random.between(0, 255),
      dataSize: pick(random, [0, 1, 20, 21, random.between(0, 255)]),
      dataAt: fileOffset,
      currentTime: pick(random, [0, 10, 0xffffffff]),
      requestTime: pick(random, [0, 11, 0xffffffff]),
      upgradeTime: pick(random, [0, 12, 0xffffffff]),
      minBlockPeriod: random.between(0, 3000),
      payloadType: random.between(0, 4),
    },
    truthOf(fileVersion),
  )
  return random.chance(0.05) ? new Bytes(frame.u8.slice(0, random.between(0, 30))) : frame
}

/** What the client waits for, by its state; without such frames it would never get anywhere. */
function welcome(random: Random, client: C.OtaClient): Bytes {
  const { state, offset, size, fileVersion } = client
  if (state === C.QUERYING) {
    const imageSize = pick(random, [1, 60, ROOM])
    const offer = { command: QUERY_NEXT_IMAGE_RESPONSE, imageSize }
    return fromServer({ ...offer, fileVersion: pick(random, VERSIONS) })
  }
  if (state === C.DOWNLOADING) {
    // Often at the frontier; where pages are asked for, also on their grid ahead of it.
    const ahead = client.config.pageSize > 0 && random.chance(0.5) ? 20 * random.between(1, 5) : 0
    const at = offset + ahead < size ? offset + ahead : offset
    const dataSize = Math.min(20, size - at)
    const block = { command: IMAGE_BLOCK_RESPONSE, dataSize, fileOffset: at, dataAt: at }
    return fromServer({ ...block, fileVersion }, truthOf(fileVersion))
  }
  const end: Partial<OtaFrame> = { command: UPGRADE_END_RESPONSE }
  return fromServer({ ...end, upgradeTime: pick(random, [5, 0xffffffff]) })
}

/** A page request that the server can answer. */
function goodPage(random: Random, { fileVersion }: S.ServedImage): Bytes {
  const pageSize = random.between(1, ROOM)
  const responseSpacing = random.between(0, 900)
  return pageRequest(random.between(0, ROOM - 1), pageSize, { fileVersion, responseSpacing })
}

t.test('whatever is thrown at the client, its octets are the image’s', async t => {
  const states = new Set<number>()
  for (let seed = 0; seed < 12; seed++) {
    const random = new Random(seed, 'fuzz')
    const config = { ...CLIENT, maxDataSize: 20, pageSize: seed % 3 ? 90 : 0, responseSpacing: 50 }
    const client = new C.OtaClient(config, Bytes.alloc(ROOM))
    let ahead = 0
    let now = 0
    for (let step = 0; step < 2000; step++) {
      const kind = random.between(0, 99)
      if (kind < 70) {
        const octets = random.chance(0.5)
          ? welcome(random, client)
          : anyFrame(random, client.offset)
        const report = client.receive(octets, 0, octets.length, now)
        if (report < C.NOTHING || report > C.FELL_BACK) throw new Error(`report ${report}`)
      } else if (kind < 80) {
        now += random.between(0, 4000)
        client.tick(now)
      } else if (kind < 88) client.start(now)
      else if (kind < 94) client.verified(random.chance(0.6), now)
      else if (kind < 96) client.activated()
      else if (kind < 97) client.restart()
      else if (kind < 98) client.suspend()
      else client.resume(now)
      const octets = said(client, now)
      if (octets) {
        const sent = read(octets)
        if (sent.fromServer || ![1, 3, 4, 6].includes(sent.command)) {
          throw new Error('not a request')
        }
        if (sent.command === IMAGE_PAGE_REQUEST) {
          if (sent.fileOffset + sent.pageSize > client.size) throw new Error('not clipped')
          ahead++
        }
        if (client.deadline !== now + CLIENT.answerTimeout) throw new Error('no deadline')
      }
      const { offset, size, state, fileVersion } = client
      states.add(state)
      if (offset > size || size > ROOM || C.CLIENT_STATES[state] === undefined) {
        throw new Error(`offset ${offset} of ${size}, state ${state}`)
      }
      if (offset > 0 && !sameStart(client.memory.u8, truthOf(fileVersion), offset)) {
        throw new Error(`seed ${seed}, step ${step}: octets 0..${offset}`)
      }
      if (Number.isNaN(client.deadline)) throw new Error('no time')
    }
    if (ahead > 0 !== config.pageSize > 0) throw new Error('pages were not asked for as configured')
  }
  t.equal(states.size, C.CLIENT_STATES.length, 'and every state was visited')
})

t.test('whatever is thrown at the server, it sends the image and nothing else', async t => {
  const states = new Set<number>()
  const isBlock = (frame: OtaFrame) => frame.command === IMAGE_BLOCK_RESPONSE && frame.status === 0
  const check = (server: S.OtaServer, octets: Bytes, frame: OtaFrame) => {
    const { fileOffset, dataSize, dataAt, fileVersion } = frame
    const data = truthOf(server.image!.fileVersion).subarray(fileOffset, fileOffset + dataSize)
    if (
      fileVersion !== server.image!.fileVersion ||
      dataSize === 0 ||
      dataSize > 100 ||
      fileOffset + dataSize > server.available ||
      Buffer.compare(octets.u8.subarray(dataAt), data) !== 0
    ) {
      throw new Error(`octets ${fileOffset}+${dataSize} are not the image’s`)
    }
  }
  let fromPages = 0
  for (let seed = 0; seed < 6; seed++) {
    let page = new OtaFrame()
    const random = new Random(seed, 'fuzz')
    const server = new S.OtaServer(
      { ...SERVER, maxDataSize: 100, minBlockPeriod: 500, minPageSpacing: 1 },
      UTC,
    )
    let now = 0
    for (let step = 0; step < 1500; step++) {
      const kind = random.between(0, 99)
      if (kind < 4) server.load(served(pick(random, VERSIONS), ROOM))
      else if (kind < 5) server.discard()
      else if (kind < 8) server.nowHas(random.between(0, ROOM))
      now += random.between(0, 700)
      const octets =
        random.chance(0.2) && server.image
          ? goodPage(random, server.image)
          : anyFrame(random, random.between(0, ROOM))
      const waiting = server.deadline
      const answer = ask(server, octets, now)
      states.add(server.state)
      if (S.SERVER_STATES[server.state] === undefined) throw new Error(`state ${server.state}`)
      if (answer) {
        const frame = read(answer)
        if (!frame.fromServer || frame.sequence !== octets.u8[1]) throw new Error('not an answer')
        if (isBlock(frame)) {
          const request = read(octets)
          if (
            frame.fileOffset !== request.fileOffset ||
            frame.dataSize > request.maxDataSize ||
            (request.command === IMAGE_PAGE_REQUEST && frame.dataSize > request.pageSize)
          ) {
            throw new Error(`seed ${seed}, step ${step}: not what was asked for`)
          }
          if (request.command === IMAGE_PAGE_REQUEST) page = request
          check(server, answer, frame)
        }
      }
      if (server.deadline !== waiting && server.deadline <= now) throw new Error('too early')
      const more = due(server, now)
      if (!more) continue
      const frame = read(more)
      if (frame.sequence !== page.sequence) throw new Error('of another page')
      if (!isBlock(frame)) continue
      fromPages++
      check(server, more, frame)
      const { fileOffset, pageSize, maxDataSize } = page
      if (
        frame.fileOffset <= fileOffset ||
        frame.fileOffset + frame.dataSize > fileOffset + pageSize ||
        frame.dataSize > maxDataSize
      ) {
        throw new Error(`seed ${seed}, step ${step}: outside of its page`)
      }
    }
  }
  t.ok(fromPages > 100, `${fromPages} blocks by themselves`)
  t.equal(states.size, S.SERVER_STATES.length, 'and every state was visited')
})
