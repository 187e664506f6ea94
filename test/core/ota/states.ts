import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import * as C from '#core/ota/client'
import {
  ABORT,
  DEFAULT_RESPONSE,
  IMAGE_BLOCK_RESPONSE,
  IMAGE_PAGE_REQUEST,
  NO_IMAGE_AVAILABLE,
  QUERY_NEXT_IMAGE_REQUEST,
  QUERY_NEXT_IMAGE_RESPONSE,
  UNSUP_CLUSTER_COMMAND,
  UPGRADE_END_REQUEST,
  UPGRADE_END_RESPONSE,
  WAIT_FOR_COMMAND,
  WAIT_FOR_DATA,
} from '#core/ota/codes'
import { MAX_OTA_FRAME, OtaFrame } from '#core/ota/ota-frame'
import * as S from '#core/ota/server'
import {
  ask,
  blockRequest,
  CLIENT,
  fromClient,
  fromServer,
  imageOf,
  pageRequest,
  read,
  SERVER,
  served,
  UTC,
} from '../../helpers/ota-pair.ts'
import { checkRows, rowsByPair } from '../../helpers/state-rows.ts'

const BLOCK = { command: IMAGE_BLOCK_RESPONSE, fileOffset: 20 }
const END = { command: UPGRADE_END_RESPONSE, currentTime: 100 }

/** Brings a client into a state by its public calls: 20 of 40 octets held when downloading. */
function clientIn(state: number, maxTries: number, pageSize = 0): C.OtaClient {
  const config = { ...CLIENT, maxDataSize: 20, maxTries, pageSize }
  const client = new C.OtaClient(config, Bytes.alloc(40))
  const tell = (fields: Partial<OtaFrame>) => fire(client, fields)
  const steps: [number, () => void][] = [
    [C.QUERYING, () => client.start(0)],
    [C.DOWNLOADING, () => tell({ command: QUERY_NEXT_IMAGE_RESPONSE, imageSize: 40 })],
    [C.DOWNLOADING, () => tell({ ...BLOCK, fileOffset: 0, dataSize: 20 })],
    [C.WAITING, () => tell({ ...BLOCK, status: WAIT_FOR_DATA, requestTime: 5 })],
    [C.VERIFYING, () => tell({ ...BLOCK, dataSize: 20 })],
    [C.REJECTING, () => client.verified(false, 0)],
    [C.ENDING, () => client.verified(true, 0)],
    [C.COUNTDOWN, () => tell({ ...END, upgradeTime: 105 })],
    [C.HELD, () => tell({ ...END, upgradeTime: WAIT_FOR_COMMAND })],
    [C.REQUERYING, () => client.start(0)],
  ]
  const before: readonly number[] = [C.QUERYING, C.DOWNLOADING, C.VERIFYING, C.ENDING].concat(
    state === C.REQUERYING ? C.HELD : [],
  )
  for (const [to, step] of steps) {
    if (client.state === state && to !== state) break
    if (to !== state && !before.includes(to)) continue
    step()
    client.transmit(Bytes.alloc(MAX_OTA_FRAME), 0, 0)
  }
  if (client.state !== state) throw new Error(`in ${client.state}, not in ${state}`)
  return client
}

function fire(client: C.OtaClient, fields: Partial<OtaFrame>): number {
  const octets = fromServer(fields, imageOf(2, 60))
  const frame = Object.assign(new OtaFrame(), fields)
  // Data lies where the image has it.
  const data = imageOf(2, 60).subarray(frame.fileOffset)
  if (frame.dataSize > 0) octets.u8.set(data.subarray(0, frame.dataSize), 17)
  return client.receive(octets, 0, octets.length, 0)
}

const CLIENT_EVENTS: Record<number, (client: C.OtaClient) => unknown> = {
  [C.START]: client => client.start(0),
  [C.OFFER]: client => fire(client, { command: QUERY_NEXT_IMAGE_RESPONSE, imageSize: 39 }),
  [C.REFUSAL]: client =>
    fire(client, { command: QUERY_NEXT_IMAGE_RESPONSE, status: NO_IMAGE_AVAILABLE }),
  [C.BLOCK]: client => fire(client, { ...BLOCK, dataSize: 19 }),
  [C.LAST_BLOCK]: client => fire(client, { ...BLOCK, dataSize: 20 }),
  [C.PATIENCE]: client => fire(client, { ...BLOCK, status: WAIT_FOR_DATA, requestTime: 9 }),
  [C.SERVER_ABORT]: client => fire(client, { ...BLOCK, status: ABORT }),
  [C.SILENCE]: client => client.tick(1e9),
  [C.GIVE_UP]: client => client.tick(1e9),
  [C.PROVED]: client => client.verified(true, 0),
  [C.DISPROVED]: client => client.verified(false, 0),
  [C.END_WAIT]: client => fire(client, { ...END, upgradeTime: WAIT_FOR_COMMAND }),
  [C.END_AT]: client => fire(client, { ...END, upgradeTime: 200 }),
  [C.END_NOTED]: client =>
    fire(client, { command: DEFAULT_RESPONSE, answered: UPGRADE_END_REQUEST }),
  [C.ACTIVATED]: client => client.activated(),
  [C.PAGE_BLOCK]: client => fire(client, { ...BLOCK, dataSize: 10 }),
  [C.PAGES_REFUSED]: client =>
    fire(client, {
      command: DEFAULT_RESPONSE,
      answered: IMAGE_PAGE_REQUEST,
      status: UNSUP_CLUSTER_COMMAND,
    }),
  [C.RESUME]: client => {
    client.suspend()
    client.resume(0)
  },
}
const CLIENT_EVENT_COUNT = Object.keys(CLIENT_EVENTS).length
/** Events that only a client that asks for pages can meet. */
const OF_PAGES: readonly number[] = [C.PAGE_BLOCK, C.PAGES_REFUSED]

t.test('no report of the client passes for another', async t => {
  const { NOTHING, OFFERED, REFUSED, PROGRESS, STRAY, WHOLE, ABORTED, GAVE_UP, NOW_HELD } = C
  const { NOW_COUNTING, UPGRADE_NOW, TOLD_TO_WAIT, NOTIFIED, REJECTED, IGNORED, RETRYING } = C
  const { FELL_BACK } = C
  const reports = [NOTHING, OFFERED, REFUSED, PROGRESS, STRAY, WHOLE, ABORTED, GAVE_UP, NOW_HELD]
  reports.push(
    NOW_COUNTING,
    UPGRADE_NOW,
    TOLD_TO_WAIT,
    NOTIFIED,
    REJECTED,
    IGNORED,
    RETRYING,
    FELL_BACK,
  )
  t.strictSame(reports, [...reports.keys()])
})

t.test('every state of the client answers every event as its table says', async t => {
  checkRows(t, C.CLIENT_ROWS, C.CLIENT_STATES, CLIENT_EVENT_COUNT)
  const rows = rowsByPair(C.CLIENT_ROWS)
  const out = Bytes.alloc(MAX_OTA_FRAME)
  let fired = 0
  for (let state = 0; state < C.CLIENT_STATES.length; state++) {
    for (let event = 0; event < CLIENT_EVENT_COUNT; event++) {
      // Whoever waits for a time, not for an answer, cannot run out of tries.
      if (event === C.GIVE_UP && (state === C.WAITING || state === C.COUNTDOWN)) continue
      const pageSize = OF_PAGES.includes(event) ? 40 : 0
      const client = clientIn(state, event === C.GIVE_UP ? 1 : 9, pageSize)
      const before = [client.offset, client.deadline, client.size]
      CLIENT_EVENTS[event]!(client)
      const row = rows.get(`${state},${event}`)
      const what = `${C.CLIENT_STATES[state]}, event ${event}`
      t.equal(client.state, row ? row[2] : state, what)
      if (row) fired++
      else {
        t.strictSame([client.offset, client.deadline, client.size], before, what)
        t.equal(client.transmit(out, 0, 2e9), 0, what)
      }
    }
  }
  t.equal(fired, C.CLIENT_ROWS.length, 'every row was tried')
})

/** Brings a server into a state by its public calls. */
function serverIn(state: number): S.OtaServer {
  const server = new S.OtaServer(SERVER, UTC)
  if (state !== S.NOT_AUTHORISED) server.load(served(2, 96))
  if (state === S.SERVING) ask(server, blockRequest(0))
  if (state === S.DELIVERED) SERVER_EVENTS[S.END_OK]!(server)
  if (state === S.FAILED) SERVER_EVENTS[S.END_BAD]!(server)
  if (state === S.DISCARDED) server.discard()
  if (state === S.HARDWARE_MISMATCH) SERVER_EVENTS[S.QUERY_MISFIT]!(server)
  if (server.state !== state) throw new Error(`in ${server.state}, not in ${state}`)
  return server
}

const query = (fields: Partial<OtaFrame>) =>
  fromClient({ command: QUERY_NEXT_IMAGE_REQUEST, fieldControl: 1, ...fields })
const SERVER_EVENTS: Record<number, (server: S.OtaServer) => Bytes | undefined> = {
  [S.LOAD]: server => void server.load(served(2, 96)) as undefined,
  [S.QUERY]: server => ask(server, query({ hardwareVersion: 0x1111 })),
  [S.QUERY_MISFIT]: server => ask(server, query({ hardwareVersion: 0x2222 })),
  [S.BLOCK_REQUEST]: server => ask(server, blockRequest(48)),
  [S.PAGE_REQUEST]: server => ask(server, pageRequest(0, 96)),
  [S.END_OK]: server => ask(server, fromClient({ command: UPGRADE_END_REQUEST })),
  [S.END_OTHER]: server =>
    ask(server, fromClient({ command: UPGRADE_END_REQUEST, fileVersion: 9 })),
  [S.END_BAD]: server => ask(server, fromClient({ command: UPGRADE_END_REQUEST, status: 0x96 })),
  [S.DISCARD]: server => void server.discard() as undefined,
  [S.QUERY_OTHER]: server => ask(server, query({ imageType: 5, hardwareVersion: 0x1111 })),
  [S.QUERY_RUNNING]: server => ask(server, query({ fileVersion: 2, hardwareVersion: 0x1111 })),
}

/** An answer in a word. */
function gist(answer: Bytes | undefined): string {
  if (!answer) return ''
  const { command, status } = read(answer)
  const names = { 2: 'query', 5: 'block', 7: 'end', 11: 'default' } as Record<number, string>
  return command === 7 ? 'end' : `${names[command]} ${status.toString(16)}`
}

// What each state says to each question: of queries, a misfit's, another type's, blocks, ends good and bad.
// An end of another image is acknowledged in every state and changes none.
const ANSWERS: Record<number, string[]> = {
  [S.NOT_AUTHORISED]: ['query 7e', 'query 7e', 'query 7e', 'block 95', 'default 0', 'default 0'],
  [S.ON_OFFER]: ['query 0', 'query 98', 'query 98', 'block 0', 'end', 'default 0'],
  [S.SERVING]: ['query 0', 'query 98', 'query 98', 'block 0', 'end', 'default 0'],
  [S.DELIVERED]: ['query 98', 'query 98', 'query 98', 'block 0', 'end', 'default 0'],
  [S.FAILED]: ['query 98', 'query 98', 'query 98', 'block 95', 'default 0', 'default 0'],
  [S.DISCARDED]: ['query 98', 'query 98', 'query 98', 'block 95', 'default 0', 'default 0'],
  [S.HARDWARE_MISMATCH]: ['query 0', 'query 98', 'query 98', 'block 95', 'default 0', 'default 0'],
}
// A page request is answered as a block request is.
const QUESTIONS = [S.QUERY, S.QUERY_MISFIT, S.QUERY_OTHER, S.BLOCK_REQUEST, S.END_OK, S.END_BAD]

t.test('every state of the server answers every event as its table says', async t => {
  checkRows(t, S.SERVER_ROWS, S.SERVER_STATES, 11)
  const rows = rowsByPair(S.SERVER_ROWS)
  for (let state = 0; state < S.SERVER_STATES.length; state++) {
    for (let event = 0; event < 11; event++) {
      const server = serverIn(state)
      const answer = SERVER_EVENTS[event]!(server)
      const what = `${S.SERVER_STATES[state]}, event ${event}`
      t.equal(server.state, rows.get(`${state},${event}`)?.[2] ?? state, what)
      const question = event === S.PAGE_REQUEST ? S.BLOCK_REQUEST : event
      const expected = ANSWERS[state]![QUESTIONS.indexOf(question)]
      if (expected !== undefined) t.equal(gist(answer), expected, what)
      if (event === S.END_OTHER) t.equal(gist(answer), 'default 0', what)
      if (event === S.QUERY_RUNNING && state !== S.NOT_AUTHORISED) {
        t.equal(gist(answer), 'query 98', what)
      }
    }
  }
})

t.test('a held image stays held while another is asked for in vain', async t => {
  for (const event of [C.REFUSAL, C.GIVE_UP]) {
    const client = clientIn(C.HELD, event === C.GIVE_UP ? 1 : 9)
    client.start(0)
    client.transmit(Bytes.alloc(MAX_OTA_FRAME), 0, 0)
    CLIENT_EVENTS[event]!(client)
    t.equal(client.state, C.HELD)
    const { fileVersion } = client
    client.activated()
    t.equal(client.state, C.IDLE)
    t.equal(client.currentFileVersion, fileVersion)
  }
})

t.test('a verified image is held after a loss of power, whatever was under way', async t => {
  for (const state of [C.ENDING, C.HELD, C.COUNTDOWN, C.REQUERYING]) {
    const client = clientIn(state, 9)
    client.restart()
    t.equal(client.state, C.HELD)
    t.equal(client.deadline, Number.POSITIVE_INFINITY)
  }
})

t.test('patience that nobody asked for, and an end of another image, change nothing', async t => {
  const idle = clientIn(C.IDLE, 9)
  const wait = { ...BLOCK, status: WAIT_FOR_DATA, requestTime: 9, minBlockPeriod: 60_000 }
  t.equal(fire(idle, wait), C.IGNORED)
  idle.start(0)
  fire(idle, { command: QUERY_NEXT_IMAGE_RESPONSE, imageSize: 40 })
  idle.transmit(Bytes.alloc(MAX_OTA_FRAME), 0, 0)
  fire(idle, { ...BLOCK, fileOffset: 0, dataSize: 20 })
  t.ok(idle.deadline < 60_000, 'the block period is the client’s own')
  for (const other of [{ manufacturerCode: 9 }, { imageType: 9 }, { fileVersion: 9 }]) {
    const ending = clientIn(C.ENDING, 9)
    t.equal(fire(ending, { ...END, upgradeTime: 0, ...other }), C.IGNORED)
    t.equal(ending.state, C.ENDING)
  }
})

t.test('a default response is never answered, even when it is cut off', async t => {
  const server = serverIn(S.SERVING)
  const out = Bytes.alloc(MAX_OTA_FRAME)
  t.equal(server.answer(new Bytes(Uint8Array.of(0x10, 7, 0x0b, 3)), 0, 4, 0, out, 0), 0)
})
