// XMODEM and YMODEM: their tables and packets, and whole images to a receiver of the tests over damaged and lost octets.

import fc from 'fast-check'
import t, { type Test } from 'tap'
import { Bytes } from '#core/bytes/bytes'
import type { Row } from '#core/state/table'
import { Random } from '#core/time/random'
import { ASK_CRC, CAN, NAK } from '#hil/protocol/controls'
import {
  blockAt,
  ENDING,
  GIVE_UP,
  MODEM_STATES,
  MODEM_TIMES,
  type ModemSender,
} from '#hil/protocol/modem'
import { encodePacket, MAX_PACKET } from '#hil/protocol/modem-packet'
import { Counts } from '#hil/protocol/talk'
import { XMODEM_ROWS, xmodemSender } from '#hil/protocol/xmodem'
import { YMODEM_ROWS, ymodemSender } from '#hil/protocol/ymodem'
import { ModemReceiver } from '../../helpers/modem-receiver.ts'
import { seeded } from '../../helpers/octets.ts'
import { rowsByPair } from '../../helpers/state-rows.ts'

type Kind = 'xmodem' | 'xmodem-1k' | 'ymodem'

function senderOf(kind: Kind, octets: Uint8Array, counts = new Counts()): ModemSender {
  const image = { octets: new Bytes(octets), name: 'firmware.bin' }
  return kind === 'ymodem'
    ? ymodemSender(image, counts, 0)
    : xmodemSender(image, kind === 'xmodem' ? 'short' : 'mixed', counts, 0)
}

/** What happens to an octet on its way: itself, another one, or nothing. */
type Line = (octet: number) => number | undefined
const clean: Line = octet => octet

/** Lets a sender and a receiver talk in virtual time over 1 ms of line; returns when the sender is over. */
function play(sender: ModemSender, receiver: ModemReceiver, there: Line, back: Line): number {
  const out = Bytes.alloc(MAX_PACKET)
  let now = 0
  for (let turns = 0; turns < 100_000 && !sender.over; turns++) {
    receiver.tick(now)
    const length = sender.transmit(out, now)
    if (length > 0) {
      const sent = [...out.u8.subarray(0, length)].map(there).filter(octet => octet !== undefined)
      receiver.receive(Uint8Array.from(sent), now + 1)
    }
    const said = receiver.out.map(back).filter(octet => octet !== undefined)
    receiver.out = []
    sender.receive(Uint8Array.from(said), now + 2)
    if (sender.over) break
    const next = Math.min(
      sender.deadline,
      receiver.done ? Number.POSITIVE_INFINITY : receiver.deadline,
    )
    now = said.length > 0 || length > 0 ? now + 2 : Math.max(now + 1, next)
    sender.tick(now)
  }
  return now
}

/** What the receiver kept is the image and its filling. */
function arrived(receiver: ModemReceiver, octets: Uint8Array): boolean {
  const kept = Uint8Array.from(receiver.octets)
  const filling = kept.subarray(octets.length)
  return (
    Buffer.compare(kept.subarray(0, octets.length), octets) === 0 &&
    filling.length < 1024 &&
    filling.every(octet => octet === 0x1a)
  )
}

function checkTable(test: Test, rows: readonly Row[]): void {
  const pairs = rowsByPair(rows)
  test.equal(pairs.size, rows.length, 'no pair is answered twice')
  for (const state of new Set(rows.map(row => row[0]))) {
    const silence = [5, 6].map(event => pairs.get(`${state},${event}`))
    test.ok(
      silence.some(row => row),
      `${MODEM_STATES[state]} does not wait for ever`,
    )
  }
}

t.test('the tables leave no state without an end to its waiting', async t => {
  checkTable(t, XMODEM_ROWS)
  checkTable(t, YMODEM_ROWS)
  t.equal(GIVE_UP, 6)
})

t.test('a packet is the one that the reference draws', async t => {
  const out = Bytes.alloc(MAX_PACKET)
  const src = new Bytes(Buffer.from('123456789'))
  t.equal(encodePacket(out, 1, src, 0, 9, 128, 1), 132)
  t.same([...out.u8.subarray(0, 4)], [1, 1, 254, 0x31])
  t.equal(out.u8[131], (477 + 119 * 0x1a) & 255, 'the sum of the digits and the filling')
  t.equal(encodePacket(out, 300, src, 0, 9, 1024, 0), 1029)
  t.same([...out.u8.subarray(0, 3)], [2, 44, 211])
})

t.test('long blocks while they are mostly filled, short ones for the rest', async t => {
  t.same(
    [5000, 1024, 897, 896, 128, 1].map(left => blockAt(0, left, 1024)),
    [1024, 1024, 1024, 128, 128, 128],
  )
})

for (const kind of ['xmodem', 'xmodem-1k', 'ymodem'] as const) {
  t.test(`${kind}: an image arrives; more than 256 blocks, one octet, exact blocks`, async t => {
    for (const size of [1, 127, 128, 129, 1024, 40_000, 300 * 1024]) {
      const octets = seeded(size, size)
      const counts = new Counts()
      const sender = senderOf(kind, octets, counts)
      const receiver = new ModemReceiver(kind === 'ymodem')
      play(sender, receiver, clean, clean)
      t.equal(sender.failure, undefined)
      t.ok(receiver.done && arrived(receiver, octets), `${size} B`)
      t.equal(counts.sent, counts.blocks)
      t.equal(counts.doneOctets, size)
      t.equal(counts.resent, 0)
      if (kind === 'ymodem') t.same([receiver.name, receiver.size], ['firmware.bin', size])
    }
  })

  t.test(`${kind}: damaged and lost octets are asked for again`, async () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.integer({ min: 1, max: 20_000 }), (seed, size) => {
        const random = new Random(seed, 'line')
        const octets = seeded(size, seed)
        const noisy: Line = octet =>
          random.chance(0.0002) ? (random.chance(0.5) ? undefined : octet ^ 0x20) : octet
        const sender = senderOf(kind, octets)
        const receiver = new ModemReceiver(kind === 'ymodem')
        play(sender, receiver, noisy, octet => (random.chance(0.01) ? undefined : octet))
        // An image that is said to have arrived has; a line this bad may also defeat it.
        return sender.failure !== undefined || arrived(receiver, octets)
      }),
      { numRuns: 60 },
    )
  })

  t.test(`${kind}: a receiver that cancels, or never asks, or falls silent ends it`, async t => {
    const cancelling = new ModemReceiver(kind === 'ymodem')
    cancelling.cancelAfter = 3
    const cancelled = senderOf(kind, seeded(20_000, 1))
    play(cancelled, cancelling, clean, clean)
    t.equal(cancelled.failure?.code, 'HANRIG_TRANSFER_CANCELLED')

    const alone = senderOf(kind, seeded(1000, 1))
    const deaf = new ModemReceiver(kind === 'ymodem')
    t.equal(
      play(alone, deaf, clean, () => undefined),
      MODEM_TIMES.startWithin,
    )
    t.equal(alone.failure?.code, 'HANRIG_BOARD_SILENT')

    const left = senderOf(kind, seeded(20_000, 1))
    const dying = new ModemReceiver(kind === 'ymodem')
    let said = 0
    const until = play(left, dying, clean, octet => (++said > 4 ? undefined : octet))
    t.equal(left.failure?.code, 'HANRIG_BOARD_SILENT')
    t.ok(until <= 65_000, `${until} ms`)

    const leaving = new ModemReceiver(kind === 'ymodem')
    const unanswered = senderOf(kind, seeded(1000, 1))
    play(unanswered, leaving, clean, octet => (unanswered.state === ENDING ? undefined : octet))
    t.equal(unanswered.failure?.code, 'HANRIG_END_UNANSWERED')
    t.equal(unanswered.counts.doneOctets, 1000)
  })
}

t.test('a receiver that asks by NAK gets the checksum', async t => {
  const octets = seeded(5000, 3)
  const sender = senderOf('xmodem', octets)
  const receiver = new ModemReceiver(false, false)
  play(sender, receiver, clean, clean)
  t.ok(receiver.done && arrived(receiver, octets))
})

t.test('one CAN is noise; a block asked for ten times is enough', async t => {
  const sender = senderOf('xmodem', seeded(1000, 1))
  const out = Bytes.alloc(MAX_PACKET)
  sender.receive(Uint8Array.of(ASK_CRC), 0)
  for (let now = 1000; sender.failure === undefined && now < 20_000; now += 1000) {
    sender.transmit(out, now)
    sender.receive(Uint8Array.of(CAN, 0), now + 600)
    sender.receive(Uint8Array.of(NAK), now + 700)
  }
  t.equal(sender.failure?.code, 'HANRIG_TRANSFER_FAILED')
  t.equal(sender.transmit(out, 20_000), 8, 'the receiver is told')
  t.ok(sender.over)
})

t.test('an interrupt cancels at the receiver, too', async t => {
  const sender = senderOf('xmodem', seeded(1000, 1))
  sender.receive(Uint8Array.of(ASK_CRC), 0)
  const out = Bytes.alloc(MAX_PACKET)
  sender.transmit(out, 10)
  sender.interrupt(20)
  t.equal(sender.transmit(out, 20), 8)
  t.ok(out.u8.subarray(0, 8).every(octet => octet === CAN))
  t.equal(sender.failure?.code, 'HANRIG_INTERRUPTED')
})
