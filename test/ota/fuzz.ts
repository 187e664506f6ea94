import t from 'tap'
import { Bytes } from '../../core/bytes/bytes.ts'
import * as C from '../../core/ota/client.ts'
import {
  IMAGE_BLOCK_RESPONSE,
  QUERY_NEXT_IMAGE_RESPONSE,
  UPGRADE_END_REQUEST,
  UPGRADE_END_RESPONSE,
} from '../../core/ota/codes.ts'
import { MAX_OTA_FRAME, type OtaFrame } from '../../core/ota/frame.ts'
import * as S from '../../core/ota/server.ts'
import { Random } from '../../core/time/random.ts'
import { sameStart } from '../helpers/octets.ts'
import {
  ask,
  CLIENT,
  frameOf,
  fromServer,
  imageOf,
  read,
  served,
  UTC,
} from '../helpers/ota-pair.ts'

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
      answered: pick(random, [1, 3, 6]),
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
    const dataSize = Math.min(20, size - offset)
    const block = { command: IMAGE_BLOCK_RESPONSE, dataSize, fileOffset: offset, dataAt: offset }
    return fromServer({ ...block, fileVersion }, truthOf(fileVersion))
  }
  const end: Partial<OtaFrame> = { command: UPGRADE_END_RESPONSE }
  return fromServer({ ...end, upgradeTime: pick(random, [5, 0xffffffff]) })
}

t.test('whatever is thrown at the client, its octets are the image’s', async t => {
  const states = new Set<number>()
  for (let seed = 0; seed < 6; seed++) {
    const random = new Random(seed, 'fuzz')
    const client = new C.OtaClient({ ...CLIENT, maxDataSize: 20 }, Bytes.alloc(ROOM))
    const out = Bytes.alloc(MAX_OTA_FRAME)
    let now = 0
    for (let step = 0; step < 2000; step++) {
      const kind = random.between(0, 99)
      if (kind < 70) {
        const octets = random.chance(0.5)
          ? welcome(random, client)
          : anyFrame(random, client.offset)
        const report = client.receive(octets, 0, octets.length, now)
        if (report < C.NOTHING || report > C.RETRYING) throw new Error(`report ${report}`)
      } else if (kind < 80) {
        now += random.between(0, 4000)
        client.tick(now)
      } else if (kind < 88) client.start(now)
      else if (kind < 94) client.verified(random.chance(0.6), now)
      else if (kind < 96) client.activated()
      else if (kind < 97) client.restart()
      const length = client.transmit(out, 0, now)
      if (length > 0) {
        const sent = read(new Bytes(out.u8.slice(0, length)))
        if (sent.fromServer || ![1, 3, 6].includes(sent.command)) throw new Error('not a request')
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
  }
  t.equal(states.size, C.CLIENT_STATES.length, 'and every state was visited')
})

t.test('whatever is thrown at the server, it sends the image and nothing else', async t => {
  const states = new Set<number>()
  for (let seed = 0; seed < 6; seed++) {
    const random = new Random(seed, 'fuzz')
    const server = new S.OtaServer({ maxDataSize: 100, minBlockPeriod: 500 }, UTC)
    let now = 0
    for (let step = 0; step < 1500; step++) {
      const kind = random.between(0, 99)
      if (kind < 4) server.load(served(pick(random, VERSIONS), ROOM))
      else if (kind < 5) server.discard()
      else if (kind < 8) server.available = random.between(0, ROOM)
      now += random.between(0, 700)
      const octets = anyFrame(random, random.between(0, ROOM))
      const answer = ask(server, octets, now)
      states.add(server.state)
      if (S.SERVER_STATES[server.state] === undefined) throw new Error(`state ${server.state}`)
      if (!answer) continue
      const frame = read(answer)
      if (!frame.fromServer || frame.sequence !== octets.u8[1]) throw new Error('not an answer')
      if (frame.command !== IMAGE_BLOCK_RESPONSE || frame.status !== 0) continue
      const request = read(octets)
      const { fileOffset, dataSize, dataAt, fileVersion } = frame
      const data = truthOf(server.image!.fileVersion).subarray(fileOffset, fileOffset + dataSize)
      if (
        fileVersion !== server.image!.fileVersion ||
        fileOffset !== request.fileOffset ||
        dataSize > Math.min(request.maxDataSize, 100) ||
        fileOffset + dataSize > server.available ||
        Buffer.compare(answer.u8.subarray(dataAt), data) !== 0
      ) {
        throw new Error(`seed ${seed}, step ${step}`)
      }
    }
  }
  t.equal(states.size, S.SERVER_STATES.length, 'and every state was visited')
})
