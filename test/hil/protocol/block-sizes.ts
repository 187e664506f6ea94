// What is in YMODEM's block 0, and receivers that know blocks of one size only.

import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { ASK_CRC, NAK } from '#hil/protocol/controls'
import type { BlockSizes, ModemImage } from '#hil/protocol/modem'
import { MAX_PACKET, writeHeaderBlock } from '#hil/protocol/modem-packet'
import { Counts } from '#hil/protocol/talk'
import { xmodemSender } from '#hil/protocol/xmodem'
import { ymodemSender } from '#hil/protocol/ymodem'
import { seeded } from '../../helpers/octets.ts'
import { confer, piece, receiver } from '../../helpers/odd-peers.ts'

const STX = 2
const EOT = 4

/** Block 0 as a receiver reads it: name, and the words behind it. */
function header(file: Omit<ModemImage, 'octets'> | undefined, size = 3_000) {
  const out = Bytes.alloc(MAX_PACKET)
  const length = writeHeaderBlock(out, file, size)
  const data = Buffer.from(out.u8.subarray(3, length - 2))
  const name = data.subarray(0, data.indexOf(0))
  const rest = data.subarray(name.length + 1)
  return { length, name, words: rest.toString('latin1', 0, rest.indexOf(0)).split(' ') }
}

t.test('block 0: the name in UTF-8, size in decimal, date and mode in octal', async t => {
  const told = header({ name: 'zähler-№1.bin', modified: 1_700_000_000, mode: 0o100_644 })
  t.equal(told.name.toString('utf8'), 'zähler-№1.bin')
  t.same(told.words, ['3000', '14524770400', '100644'])
  t.equal(told.length, 133)
  t.same(header({ name: 'a.bin' }).words, ['3000', '0', '0'], 'what is not known is 0')
  t.same(header(undefined).words, [''], 'the end of the batch is empty')
})

t.test('block 0: a name has no control octets, and there is one', async t => {
  t.equal(header({ name: 'a\0b\x1b[2J\n.bin' }).name.toString(), 'a_b_[2J_.bin')
  t.equal(header({ name: '' }).name.toString(), 'image')
  for (const letter of ['n', 'ä', '№', '𝟙']) {
    const { length, name, words } = header({ name: letter.repeat(2_000) })
    t.equal(length, 1_029)
    t.equal(name.toString('utf8'), letter.repeat(name.length / Buffer.byteLength(letter)))
    t.equal(words[0], '3000')
  }
})

/** Sends an image of `size` octets to a receiver that refuses packets as `refuses` says. */
function send(kind: 'xmodem' | 'ymodem', size: number, sizes: BlockSizes, refuses: RegExp) {
  const image = { octets: new Bytes(seeded(size, 2)), name: 'firmware.bin' }
  const counts = new Counts()
  const sender =
    kind === 'ymodem'
      ? ymodemSender(image, counts, 0, undefined, sizes)
      : xmodemSender(image, sizes, counts, 0)
  const taken: Buffer[] = []
  const seen: string[] = []
  let ended = false
  const ask = String.fromCharCode(ASK_CRC)
  confer(
    sender,
    receiver([piece(50, ask)], (_, packet) => {
      if (packet[0] === EOT) {
        ended = true
        return kind === 'ymodem' ? [`\x06${ask}`] : ['\x06']
      }
      const isHeader = kind === 'ymodem' && packet[1] === 0 && (ended || seen.length === 0)
      const kindOf = isHeader ? 'header' : packet[0] === STX ? 'long' : 'short'
      seen.push(kindOf)
      if (refuses.test(kindOf)) return [String.fromCharCode(NAK)]
      if (isHeader) return [ended ? '\x06' : `\x06${ask}`]
      taken.push(Buffer.from(packet.subarray(3, -2)))
      return ['\x06']
    }),
  )
  const got = Buffer.concat(taken).subarray(0, size)
  const arrived = got.equals(Buffer.from(image.octets.u8))
  return { sender, counts, arrived, seen }
}

for (const kind of ['xmodem', 'ymodem'] as const) {
  t.test(`${kind}: blocks of 1,024 are refused: 128 from there on, said once`, async t => {
    const { sender, counts, arrived, seen } = send(kind, 5_000, 'mixed', /long/)
    t.equal(sender.failure, undefined)
    t.ok(arrived)
    t.equal(seen.filter(each => each === 'long').length, 3)
    t.equal(sender.note, 'The receiver refuses blocks of 1024 octets and gets 128.')
    t.equal(counts.blocks, 40)
    t.equal(counts.doneBlocks, 40)
  })

  t.test(`${kind}: a receiver that takes 1,024 only gets its rest so, too`, async t => {
    const { sender, counts, arrived } = send(kind, 2_100, 'mixed', /short/)
    t.equal(sender.failure, undefined)
    t.ok(arrived)
    t.equal(sender.note, 'The receiver refuses blocks of 128 octets and gets 1024.')
    t.equal(counts.blocks, 3)
  })

  t.test(`${kind}: sizes that were asked for stay`, async t => {
    const long = send(kind, 2_100, 'long', /short/)
    t.same(
      [long.sender.failure, long.arrived, long.counts.sent, long.sender.note],
      [undefined, true, 3, undefined],
    )
    const short = send(kind, 2_100, 'short', /long/)
    t.same([short.sender.failure, short.arrived, short.counts.sent], [undefined, true, 17])
    t.equal(send(kind, 2_100, 'long', /long/).sender.failure?.code, 'HANRIG_TRANSFER_FAILED')
    t.equal(send(kind, 2_100, 'mixed', /long|short/).sender.failure?.code, 'HANRIG_TRANSFER_FAILED')
  })
}

t.test('a block whose answer may be lost keeps its size', async t => {
  // Taken, and the answer is lost; a time-out asks again; then noise hits the block three times; then it is a repeat.
  const image = { octets: new Bytes(seeded(1_000, 3)), name: 'firmware.bin' }
  const sender = xmodemSender(image, 'mixed', new Counts(), 0)
  const nak = String.fromCharCode(NAK)
  const lengths: number[] = []
  confer(sender, (packet, now) => {
    if (packet.length === 0) return [piece(50, String.fromCharCode(ASK_CRC))]
    if (packet[0] === EOT) return [piece(now + 20, '\x06')]
    lengths.push(packet.length)
    if (lengths.length === 1) return [piece(now + 3_000, nak)]
    return [piece(now + 20, lengths.length < 5 ? nak : '\x06')]
  })
  t.equal(sender.failure, undefined)
  t.same(lengths, Array(5).fill(1_029))
})
