// The question for the notification flags and its answer: what was asked is answered, and nothing else is taken for either.

import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { decodeFlags, encodeFlags, encodeFlagsRead, isFlagsRead } from '#emulators/link/han'

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
  t.equal(told.u8[AT + 1], 77, 'the sequence number of the question')
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
