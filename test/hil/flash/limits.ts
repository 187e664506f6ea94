// The user's own time limits, in every protocol; a port or a server that is not there yet; servers that have no board.

import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { virtualPorts } from '#hil/board/virtual-ports'
import { Flash, type FlashOptions } from '#hil/flash/flash'
import { agentTimes, geckoTimes, modemTimes, probeTimes } from '#hil/flash/limits'
import { openPort } from '#hil/open/open'
import { AGENT_TIMES } from '#hil/protocol/agent'
import { GeckoTalk } from '#hil/protocol/gecko'
import { MODEM_TIMES } from '#hil/protocol/modem'
import { PROBE_TIMES, ProbeTalk } from '#hil/protocol/probe'
import { Counts } from '#hil/protocol/talk'
import { xmodemSender } from '#hil/protocol/xmodem'
import { ymodemSender } from '#hil/protocol/ymodem'
import { flashed, flashOptions, imageOf } from '../../helpers/flashing.ts'
import { seeded } from '../../helpers/octets.ts'
import { confer, piece, receiver, serverOf } from '../../helpers/odd-peers.ts'

const IMAGE = { octets: new Bytes(seeded(1_000, 1)), name: 'firmware.bin' }

t.test('nothing said: each protocol’s own limits', async t => {
  t.same(modemTimes(), MODEM_TIMES)
  t.same(agentTimes({}), AGENT_TIMES)
  t.same(probeTimes({ tries: 3 }), PROBE_TIMES)
})

t.test('--start-within: until the first word', async t => {
  for (const startWithin of [1_000, 2_000, 20_000, 100_000]) {
    const limits = { startWithin }
    const times = modemTimes(limits)
    const talks = {
      xmodem: xmodemSender(IMAGE, 'short', new Counts(), 0, times),
      ymodem: ymodemSender(IMAGE, new Counts(), 0, times),
      gecko: new GeckoTalk(
        now => xmodemSender(IMAGE, 'short', new Counts(), now),
        true,
        0,
        geckoTimes(limits),
      ),
      auto: new ProbeTalk(0, probeTimes(limits)),
    }
    for (const [name, talk] of Object.entries(talks)) {
      t.equal(
        confer(talk, () => []),
        startWithin,
        name,
      )
      t.match(talk.failure, {
        code: 'HANRIG_BOARD_SILENT',
        message: new RegExp(`within ${startWithin / 1_000} s`),
      })
    }
    t.equal(agentTimes(limits).helloWithin, startWithin)
  }
})

t.test('--answer-within and --tries: until a block is sent again, and how often', async t => {
  for (const [answerWithin, tries] of [
    [3_000, 1],
    [5_000, 3],
    [40_000, 6],
  ] as const) {
    const times = modemTimes({ answerWithin, tries })
    const counts = new Counts()
    const sender = xmodemSender(IMAGE, 'short', counts, 0, times)
    const until = confer(
      sender,
      receiver([piece(100, 'C')], () => []),
    )
    t.equal(counts.sent, tries)
    t.equal(until, 200 + tries * answerWithin + (tries - 1) * MODEM_TIMES.settle)
    t.match(sender.failure?.message, new RegExp(`for ${(tries * answerWithin) / 1_000} s`))

    const refused = new Counts()
    const asked = xmodemSender(IMAGE, 'short', refused, 0, times)
    confer(
      asked,
      receiver([piece(100, 'C')], () => ['\x15']),
    )
    t.equal(refused.sent, tries)
    t.equal(asked.failure?.code, 'HANRIG_TRANSFER_FAILED')
  }
  t.equal(geckoTimes({ answerWithin: 20_000 }).answerWithin, 20_000)
  t.equal(agentTimes({ answerWithin: 2_000 }).silentAfter, 2_000)
  t.equal(agentTimes({ answerWithin: 2_000, tries: 4 }).silentAfter, 8_000)
  t.equal(agentTimes({ tries: 2 }).silentAfter, 2 * AGENT_TIMES.silentAfter)
})

t.test('one try is enough for a receiver of YMODEM that wants no word of the end', async t => {
  const times = modemTimes({ answerWithin: 1_000, tries: 1 })
  const sender = ymodemSender(IMAGE, new Counts(), 0, times)
  confer(
    sender,
    receiver([piece(100, 'C')], number => [number === 1 ? '\x06C' : '\x06']),
  )
  t.equal(sender.failure, undefined)
})

t.test('a server that is not there yet is waited for when that is asked for', async t => {
  const { server, port } = await serverOf(t, () => {})
  await new Promise<void>(resolve => server.close(() => resolve()))
  const address = `tcp://127.0.0.1:${port}`
  const image = imageOf(1_000)
  const options = { protocol: 'xmodem', modemTimes: { ...MODEM_TIMES, lastWords: 1 } } as const

  const unasked = await flashed(address, image, options)
  t.match(unasked, { failure: { code: 'HANRIG_PORT_UNREACHABLE' }, mayWait: 'first' })
  const begun = performance.now()
  const vain = await flashed(address, image, { ...options, waitFirst: 300 })
  t.match(vain, { failure: { code: 'HANRIG_PORT_UNREACHABLE' }, mayWait: 'longer' })
  t.ok(performance.now() - begun >= 300)

  const waiting = new Flash(address, flashOptions(image, { ...options, waitFirst: 30_000 }))
  const ran = waiting.run(new AbortController().signal)
  await sleep(50)
  t.equal(waiting.phase, 'waiting')
  t.equal(waiting.waitsFor?.code, 'HANRIG_PORT_UNREACHABLE')
  const late = createServer(socket => {
    socket.on('data', () => socket.write('\x06'))
    socket.on('error', () => {})
    socket.write('C')
  })
  t.teardown(() => late.close())
  await new Promise<void>(resolve => late.listen(port, '127.0.0.1', resolve))
  await ran
  t.equal(waiting.failure, undefined)
})

t.test('a port that appears later, and a board that was never there', async t => {
  const address = 'virtual:wasm?flashSize=1048576#late'
  const board = await virtualPorts.board(address)
  board.unplug()
  setTimeout(() => board.replug(), 100)
  const later = await flashed(address, imageOf(20_000), { waitFirst: 20_000 })
  t.ok(later.running)
  const never = await flashed('/dev/no-such-tty', imageOf(1_000))
  t.match(never, { failure: { code: 'HANRIG_PORT_NOT_FOUND' }, mayWait: 'first' })
})

t.test('what waiting does not help is not waited for, and nobody is told to', async t => {
  const image = imageOf(1_000)
  const { port } = await serverOf(t, socket => {
    socket.once('data', () => socket.destroy())
    socket.write('C')
  })
  const gone = await flashed(`tcp://127.0.0.1:${port}`, image, {
    protocol: 'xmodem',
    waitFirst: 60_000,
  })
  t.match(gone, { failure: { code: 'HANRIG_PORT_GONE' }, mayWait: undefined })
  t.equal(gone.counts.sent, 1)
})

t.test('servers that have no board: another client, the web', async t => {
  const image = imageOf(1_000)
  const says = async (text: string, after: 'at once' | 'when spoken to'): Promise<number> => {
    const { port } = await serverOf(t, socket => {
      if (after === 'at once') socket.end(text)
      else socket.once('data', () => socket.end(text))
    })
    return port
  }
  const inUse = 'Port already in use\r\n'
  const web = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'
  for (const protocol of ['auto', 'agent', 'xmodem', 'ymodem', 'gecko'] as const) {
    const options: Partial<FlashOptions> = { protocol }
    const port = await says(inUse, 'at once')
    const held = await flashed(`tcp://127.0.0.1:${port}`, image, options)
    t.match(held, {
      failure: { code: 'HANRIG_PORT_BUSY', message: /it said "Port already in use"/ },
      heard: 'Port already in use',
      mayWait: 'first',
    })
    if (protocol === 'xmodem' || protocol === 'ymodem') continue
    const of = await says(web, 'when spoken to')
    const answered = await flashed(`tcp://127.0.0.1:${of}`, image, options)
    t.match(answered, {
      failure: { code: 'HANRIG_HEARD_HTTP', message: /HTTP\/1.1 400 Bad Request/ },
    })
  }
  for (const [text, code] of [
    [inUse, 'HANRIG_PORT_BUSY'],
    [web, 'HANRIG_HEARD_HTTP'],
    ['bye\r\n', 'HANRIG_PORT_UNUSABLE'],
  ] as const) {
    const port = await says(text, 'when spoken to')
    await t.rejects(openPort(`rfc2217://127.0.0.1:${port}`), { code }, text)
  }
  const { port } = await serverOf(t, socket => socket.pipe(socket))
  await t.rejects(openPort(`rfc2217://127.0.0.1:${port}`), { code: 'HANRIG_LINE_ECHO' })
})
