// Ends that are no board, or not the one that is meant: each is told apart by every protocol, and nothing of what they say
// is taken for an answer.

import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { Random } from '#core/time/random'
import { Heard } from '#hil/line/heard'
import { AgentTalk } from '#hil/protocol/agent'
import { GeckoTalk } from '#hil/protocol/gecko'
import { MODEM_TIMES } from '#hil/protocol/modem'
import { ProbeTalk } from '#hil/protocol/probe'
import { Counts, type Talk } from '#hil/protocol/talk'
import { xmodemSender } from '#hil/protocol/xmodem'
import { ymodemSender } from '#hil/protocol/ymodem'
import { imageOf } from '../../helpers/flashing.ts'
import { seeded } from '../../helpers/octets.ts'
import { confer, echo, endless, type Peer, piece, receiver } from '../../helpers/odd-peers.ts'

const IMAGE = { octets: new Bytes(seeded(3_000, 1)), name: 'firmware.bin' }
const ERRAND = {
  ...imageOf(3_000),
  image: IMAGE.octets,
  allowDowngrade: false,
  force: false,
  blockSize: undefined,
  activate: true,
  activationMs: 0,
  keepSupply: true,
}

const TALKS: Readonly<Record<string, (counts?: Counts) => Talk>> = {
  xmodem: (counts = new Counts()) => xmodemSender(IMAGE, 'short', counts, 0),
  'xmodem-1k': (counts = new Counts()) => xmodemSender(IMAGE, 'mixed', counts, 0),
  ymodem: (counts = new Counts()) => ymodemSender(IMAGE, counts, 0),
  gecko: (counts = new Counts()) =>
    new GeckoTalk(now => xmodemSender(IMAGE, 'short', counts, now), true, 0),
  agent: (counts = new Counts()) => new AgentTalk(ERRAND, counts, { baudRate: 115_200 }, 0),
  auto: () => new ProbeTalk(0),
}

const nothing: Peer = () => []
const log = endless(i => Buffer.from(`[ ${i}] CRC mismatch, Continue... \r\n`), 50, 70_000)

for (const [name, talkOf] of Object.entries(TALKS)) {
  t.test(`${name}: silence, an echo, a log, noise, a web server are told apart`, async t => {
    const ending = (peer: Peer, counts?: Counts) => {
      const talk = talkOf(counts)
      confer(talk, peer)
      return talk
    }
    t.equal(ending(nothing).failure?.code, 'HANRIG_BOARD_SILENT')
    t.equal(ending(echo).failure?.code, 'HANRIG_LINE_ECHO')

    const counts = new Counts()
    const logged = ending(log, counts)
    t.equal(logged.failure?.code, 'HANRIG_HEARD_TEXT')
    t.match(logged.failure?.message, /it said ".*CRC mismatch, Continue\.\.\."/)
    t.match(logged.heard.text, /CRC mismatch, Continue/)
    t.ok(logged.heard.text.length <= 200)
    t.equal(counts.sent, 0, 'no C of a log starts it')

    for (const [every, most] of [
      [1_000, 3_000],
      [40, 1],
    ] as const) {
      const random = new Random(7, 'noise')
      const noise = endless(
        () => Uint8Array.from({ length: most }, () => random.between(0, 255)),
        every,
        70_000,
      )
      const heard = new Counts()
      t.equal(ending(noise, heard).failure?.code, 'HANRIG_HEARD_NOISE', `${most} each ${every} ms`)
      t.equal(heard.sent, 0)
    }

    const web: Peer = octets =>
      octets.length > 0 ? [] : [piece(5, 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')]
    t.equal(ending(web).failure?.code, 'HANRIG_HEARD_HTTP')
    const inUse: Peer = octets => (octets.length > 0 ? [] : [piece(5, 'Port already in use\r\n')])
    t.match(ending(inUse).failure, { code: 'HANRIG_PORT_BUSY', kind: 'in-use' })
  })

  t.test(`${name}: receivers of ZMODEM and of YMODEM-g are named`, async t => {
    const zmodem = talkOf()
    confer(
      zmodem,
      endless(() => Buffer.from('rz\r**\x18B0100000023be50\r\x8a\x11', 'latin1'), 10_000, 70_000),
    )
    const named = zmodem.failure?.code
    // The agent and the menu are given up before the first header comes.
    t.equal(named, /agent|gecko/.test(name) ? named : 'HANRIG_HEARD_ZMODEM')
    const streaming = talkOf()
    confer(
      streaming,
      endless(() => Buffer.from('G'), 1_000, 70_000),
    )
    t.equal(streaming.failure?.code, 'HANRIG_HEARD_YMODEM_G')
  })
}

t.test('a letter counts alone: not out of a banner, in one piece or in many', async t => {
  const banner = '\r\n(C)StarFive\r\nCortex-M7 Chip ID 0x450\r\nC ok, CRC ok\r\nCommand> '
  for (const cut of [1, 2, 3, 7, 200]) {
    const counts = new Counts()
    const sender = xmodemSender(IMAGE, 'short', counts, 0)
    const pieces = []
    for (let at = 0; at < banner.length; at += cut) {
      pieces.push(piece(1_000 + at, banner.slice(at, at + cut)))
    }
    confer(sender, receiver([...pieces, piece(9_000, 'C')]), 9_050)
    t.equal(counts.octets, 0, `cut into ${cut}: nothing before the receiver asks`)
    confer(sender, receiver([piece(9_060, 'C')]), 20_000)
    t.ok(counts.sent > 0, 'and then it is sent')
  }
})

t.test('a letter at the end of a text, on a line of its own, is an ask', async t => {
  for (const text of ['## Ready for binary (xmodem) download\r\nC', 'C', '\x15']) {
    const counts = new Counts()
    const sender = xmodemSender(IMAGE, 'short', counts, 0)
    confer(sender, receiver([piece(100, text)]))
    t.equal(sender.failure, undefined)
    t.equal(counts.sent, counts.blocks)
  }
})

t.test('text around answers changes nothing', async t => {
  for (const around of [
    '.\x06',
    'Wrote block 5 OK, CRC ok\r\n\x06',
    '\x06\r\nCopied NAND page\r\n',
  ]) {
    const counts = new Counts()
    const sender = xmodemSender(IMAGE, 'short', counts, 0)
    confer(
      sender,
      receiver([piece(100, 'C')], () => [around]),
    )
    t.equal(sender.failure, undefined, JSON.stringify(around))
    t.same([counts.sent, counts.retries], [counts.blocks, 0])
  }
})

t.test('an answer inside noise is none; one after it is', async t => {
  const counts = new Counts()
  const sender = xmodemSender(IMAGE, 'short', counts, 0)
  confer(
    sender,
    receiver([piece(100, 'C')], number =>
      number === 3 ? ['\xfe\x81\x06\x9c', '\x06\xe5\xb0'] : undefined,
    ),
  )
  t.equal(sender.failure, undefined)
  t.same([counts.sent, counts.resent], [counts.blocks + 1, 1])
  t.equal(counts.doneOctets, 3_000)
})

t.test('the last words of the other end are in the error, wherever they are cut', async t => {
  for (const said of [
    ['\x18\x18\r\nError 0x18: image does not match this chip\r\n'],
    ['\x18', '\x18', '\r\nError 0x18: image ', 'does not match this chip\r\n'],
  ]) {
    const counts = new Counts()
    const sender = xmodemSender(IMAGE, 'short', counts, 0)
    confer(
      sender,
      receiver([piece(100, 'C')], number => (number === 5 ? said : undefined)),
    )
    t.match(sender.failure, {
      code: 'HANRIG_TRANSFER_CANCELLED',
      message:
        'The receiver cancelled the transfer at 512 of 3000 B; ' +
        'it said "Error 0x18: image does not match this chip".',
    })
  }
  const done = xmodemSender(IMAGE, 'short', new Counts(), 0)
  const until = confer(
    done,
    receiver([piece(100, 'C')], (_, packet) =>
      packet[0] === 4 ? ['\x06', '\r\nERROR: signature invalid, image erased\r\n'] : undefined,
    ),
  )
  t.equal(done.failure, undefined)
  t.equal(done.heard.since, 'ERROR: signature invalid, image erased')
  t.ok(
    done.endedAt! < until - MODEM_TIMES.lastWords,
    'what is waited for after the end is no transfer',
  )
})

t.test('Gecko: its reason after CAN CAN, in one piece or in two', async t => {
  const menu = '\r\nGecko Bootloader v1.12.00\r\n1. upload gbl\r\n2. run\r\n3. ebl info\r\nBL > \0'
  const reason = '\r\nSerial upload aborted\r\nfile error 0x0E: not a GBL file\r\n'
  for (const said of [[`\x18\x18${reason}${menu}`], ['\x18', `\x18`, reason, menu]]) {
    const talk = TALKS.gecko!()
    let packets = 0
    confer(talk, (octets, now) => {
      if (octets.length === 0) return []
      if (octets.length === 1) {
        const isChosen = octets[0] === 0x31
        return isChosen
          ? [piece(now + 10, '\r\nbegin upload\r\n\0'), piece(now + 300, 'C')]
          : [piece(now + 10, menu)]
      }
      if (octets.length < 100) return []
      return ++packets === 2
        ? said.map((text, i) => piece(now + 20 + 100 * i, text))
        : [piece(now + 20, '\x06')]
    })
    t.match(talk.failure, {
      code: 'HANRIG_BOARD_FAILED',
      message: 'The bootloader did not take the image (file error 0x0E: not a GBL file).',
    })
  }
})

t.test('what is heard is kept to the last 200 printable octets', async t => {
  const heard = new Heard()
  t.equal(heard.text, '')
  heard.take(Buffer.from(`${'a'.repeat(3_000)}\x01\x02\r\n\r\n${'b'.repeat(150)}\x80`, 'latin1'))
  t.equal(heard.text, `${'a'.repeat(49)} ${'b'.repeat(150)}`)
  heard.mark(3)
  heard.take(Buffer.from('\x1b[1mend\r\n'))
  t.equal(heard.since, 'bb[1mend')
  t.equal(heard.octets, 9)
})

t.test(
  'a line that only echoes is found before the time is up, and a late receiver is not',
  async t => {
    const { startWithin, lastWords } = MODEM_TIMES
    const sender = xmodemSender(IMAGE, 'short', new Counts(), 0)
    t.equal(confer(sender, nothing), startWithin)
    const late = xmodemSender(IMAGE, 'short', new Counts(), 0)
    confer(late, receiver([piece(startWithin - lastWords - 1, 'C')]))
    t.equal(late.failure, undefined)
  },
)
