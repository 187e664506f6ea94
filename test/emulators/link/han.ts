// What travels on the HAN beside the OTA cluster: the question for the notification flags and its answer, for which nothing
// else is taken, and messages in a tunnel.

import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { decodeFlags, encodeFlags, encodeFlagsRead, isFlagsRead, Tunnel } from '#emulators/link/han'

const AT = 2

/** A frame of which one octet, counted from its ZCL header, is another one. */
function changed(frame: Bytes, octet: number): Bytes {
  const other = new Bytes(frame.u8.slice())
  other.u8[AT + octet]! ^= 1
  return other
}

t.test('the flags are asked for and answered', async t => {
  const asked = Bytes.alloc(32)
  const length = encodeFlagsRead(asked, AT, 77)
  t.equal(length, 5)
  t.ok(isFlagsRead(asked, AT, length))
  const told = Bytes.alloc(32)
  const size = encodeFlags(told, AT, asked, AT, 0x8000_0001)
  t.equal(size, 11)
  // ZCL: a profile-wide answer, its number, read attributes response, attribute 0, success, a 32-bit bitmap (0x1b).
  t.same([...told.u8.subarray(AT, AT + size)], [0x10, 77, 1, 0, 0, 0, 0x1b, 1, 0, 0, 0x80])
  t.equal(decodeFlags(told, AT, size), 0x8000_0001)
  t.notOk(isFlagsRead(told, AT, size))
  t.equal(decodeFlags(asked, AT, size), 0)
})

t.test('another attribute, another command or a frame cut short is no question', async t => {
  const asked = Bytes.alloc(32)
  const length = encodeFlagsRead(asked, AT, 77)
  for (const octet of [0, 2, 3, 4]) t.notOk(isFlagsRead(changed(asked, octet), AT, length))
  t.ok(isFlagsRead(changed(asked, 1), AT, length), 'any sequence number')
  t.ok(isFlagsRead(changed(asked, 5), AT, length), 'what follows is another’s')
  t.notOk(isFlagsRead(asked, AT, length - 1))
})

t.test(
  'another command, a status that is no success or a frame cut short tells no flags',
  async t => {
    const told = Bytes.alloc(32)
    const size = encodeFlags(told, AT, Bytes.alloc(8), 0, 6)
    for (const octet of [2, 5]) t.equal(decodeFlags(changed(told, octet), AT, size), 0)
    t.equal(decodeFlags(told, AT, size), 6)
    t.equal(decodeFlags(told, AT, size - 1), 0)
  },
)

t.test('a message is the data of a numbered TransferData, to the server or from it', async t => {
  for (const [fromServer, header] of [
    [false, '0407 11 ## 02 0100 00'],
    [true, '0407 19 ## 01 0100 00'],
  ] as const) {
    const sent: string[] = []
    const link = {
      send: (src: Bytes, at: number, length: number, extraDelay: number): void => {
        t.equal(extraDelay, 7)
        sent.push(Buffer.from(src.u8.subarray(at, at + length)).toString('hex'))
      },
    }
    const tunnel = new Tunnel(link, fromServer)
    const message = new Bytes(Uint8Array.of(9, 0xaa, 0xbb))
    for (let n = 0; n < 257; n++) tunnel.send(message, 1, 2, 7)
    const frame = (sequence: string) => `${header.replace('##', sequence).replaceAll(' ', '')}aabb`
    t.strictSame([sent[0], sent[1], sent[254]], ['01', '02', 'ff'].map(frame))
    t.strictSame(sent.slice(255), ['00', '01'].map(frame), 'round again')
  }
})
