// What a board speaks, found out; and the menu of Silicon Labs' Gecko bootloader.

import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { survey } from '#hil/flash/survey'
import { GECKO_ROWS, GECKO_TIMES, GeckoTalk } from '#hil/protocol/gecko'
import { MAX_PACKET } from '#hil/protocol/modem-packet'
import { PROBE_TIMES, ProbeTalk } from '#hil/protocol/probe'
import { Counts } from '#hil/protocol/talk'
import { xmodemSender } from '#hil/protocol/xmodem'
import { ModemReceiver } from '../../helpers/modem-receiver.ts'
import { seeded } from '../../helpers/octets.ts'
import { checkRows } from '../../helpers/state-rows.ts'

const MENU = '\r\nGecko Bootloader v2.04.01\r\n1. upload gbl\r\n2. run\r\n3. ebl info\r\nBL > '

t.test(
  'an agent is found; an empty port, a missing one and a busy one have their reasons',
  async t => {
    const agent = await survey('virtual:wasm#probe', 3_000)
    t.equal(agent.found, 'agent')
    t.equal(agent.board?.name, 'virtual wasm')
    t.equal((await survey('/dev/no-such-tty', 100)).failure?.code, 'HANRIG_PORT_NOT_FOUND')
  },
)

t.test('asks of a bootloader, a menu, and what is neither', async t => {
  const heard = (...chunks: string[]) => {
    const probe = new ProbeTalk(0)
    let now = 0
    for (const chunk of chunks) probe.receive(Buffer.from(chunk, 'latin1'), ++now)
    probe.tick(now + 100)
    return probe.found
  }
  t.equal(heard('C'), 'xmodem')
  t.equal(heard('\r\nU-Boot, Core\r\n', 'CC'), 'xmodem')
  t.equal(heard('\x15'), 'xmodem')
  t.equal(heard('\r\nU-Boot, Core'), undefined)
  t.equal(heard(MENU.slice(0, 30), MENU.slice(30)), 'gecko')
})

t.test('it listens before it greets, and gives up in time', async t => {
  const probe = new ProbeTalk(0)
  const out = Bytes.alloc(MAX_PACKET)
  t.equal(probe.transmit(out, 0), 0)
  let hellos = 0
  let now = 0
  for (; !probe.over; now = probe.deadline) {
    if (probe.transmit(out, now) > 0) hellos++
    probe.tick(now)
  }
  const { listenFirst, helloFor, helloEvery, listenFor } = PROBE_TIMES
  t.equal(hellos, helloFor / helloEvery)
  t.equal(now, listenFirst + helloFor + listenFor)
  t.equal(probe.failure?.code, 'HANRIG_BOARD_SILENT')
})

/** The bootloader: shows its menu when spoken to, takes an image after 1, says `report`, runs after 2. */
function upload(
  report: string,
  mute = 99,
): { talk: GeckoTalk; chosen: string; receiver: ModemReceiver } {
  const image = { octets: new Bytes(seeded(5_000, 1)), name: 'app.gbl' }
  const talk = new GeckoTalk(now => xmodemSender(image, 'short', new Counts(), now), true, 0)
  const receiver = new ModemReceiver(false)
  const out = Bytes.alloc(MAX_PACKET)
  let chosen = ''
  let said = 0
  let loading = false
  for (let now = 0, turns = 0; !talk.over && turns < 2_000; turns++) {
    const length = talk.transmit(out, now)
    let answer = ''
    if (loading) {
      if (length > 0) receiver.receive(out.u8.subarray(0, length), now)
      answer = Buffer.from(receiver.out).toString('latin1')
      receiver.out = []
      if (receiver.done) {
        loading = false
        answer += report
      }
    } else if (length > 0) {
      const key = String.fromCharCode(out.u8[0]!)
      if (key !== '\n') chosen += key
      loading = key === '1'
      answer = loading ? '\r\nbegin upload\r\n\0C' : key === '2' ? '' : MENU
    }
    if (answer !== '' && said++ < mute) talk.receive(Buffer.from(answer, 'latin1'), now + 1)
    now = length > 0 || answer !== '' ? now + 2 : Math.max(now + 1, talk.deadline)
    talk.tick(now)
  }
  return { talk, chosen, receiver }
}

t.test('the menu: upload, the bootloader’s word that it took it, run', async t => {
  checkRows(t, GECKO_ROWS, ['calling', 'choosing', 'uploading', 'reporting', 'done', 'failed'], 6)
  const { talk, chosen, receiver } = upload(`\r\nSerial upload complete\r\n${MENU}`)
  t.equal(talk.failure, undefined)
  t.equal(chosen, '12')
  t.same(receiver.octets.slice(0, 5_000), [...seeded(5_000, 1)])
})

t.test('an image that it does not take, and its silence at any moment', async t => {
  const { talk, chosen } = upload(`\r\nSerial upload aborted\r\nfile error 0x4F\r\n${MENU}`)
  t.match(talk.failure, { code: 'HANRIG_BOARD_FAILED', message: /file error 0x4F/ })
  t.equal(chosen, '1')
  for (const mute of [0, 1, 5, 41]) {
    const ended = upload('', mute).talk
    t.equal(ended.failure?.code, 'HANRIG_BOARD_SILENT', `after ${mute} answers`)
  }
  t.ok(GECKO_TIMES.callFor <= 10_000)
})
