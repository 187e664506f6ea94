// The senders against the receivers of lrzsz, which most people have: rx for XMODEM, rb for YMODEM.
// They flush their line when they leave, in both directions: on a pseudo terminal, which has no wire for octets to be on
// already, their own last answer goes with it as often as not. Here they read from one tty and write to another.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { openPort } from '#hil/open/open'
import { converse } from '#hil/protocol/converse'
import { Counts } from '#hil/protocol/talk'
import { xmodemSender } from '#hil/protocol/xmodem'
import { ymodemSender } from '#hil/protocol/ymodem'
import { seeded } from '../../helpers/octets.ts'
import { shortDirectory, start, ttyTriple } from '../../helpers/processes.ts'

const SIZE = 40_000
t.setTimeout(240_000)
const octets = seeded(SIZE, 5)

async function send(
  test: Test,
  dir: string,
  kind: 'xmodem' | 'xmodem-1k' | 'ymodem',
  receiver: string,
): Promise<Counts> {
  const { a, stdin, stdout } = await ttyTriple(test, dir)
  // Opening flushes a tty: a receiver that has asked before asks again only after ten seconds.
  const port = await openPort(a)
  const lrzsz = start(test, 'sh', '-c', `cd ${dir} && exec ${receiver} <${stdin} >${stdout}`)
  const counts = new Counts()
  const image = { octets: new Bytes(octets), name: 'firmware.bin' }
  const now = performance.now()
  const talk =
    kind === 'ymodem'
      ? ymodemSender(image, counts, now)
      : xmodemSender(image, kind === 'xmodem' ? 'short' : 'mixed', counts, now)
  await converse(port, talk)
  await port.close()
  test.equal(await lrzsz.ended, 0)
  test.equal(counts.doneOctets, SIZE)
  test.comment(JSON.stringify(counts))
  return counts
}

for (const [kind, options] of [
  ['xmodem', ''],
  ['xmodem', ' -c'],
  ['xmodem-1k', ' -c'],
] as const)
  t.test(`${kind} to rx${options}: the file arrives, filled up to a block`, async t => {
    const dir = shortDirectory(t)
    await send(t, dir, kind, `rx${options} -q out.bin`)
    const got = readFileSync(join(dir, 'out.bin'))
    t.equal(Buffer.compare(got.subarray(0, SIZE), octets), 0)
    t.ok(got.subarray(SIZE).every(octet => octet === 0x1a))
  })

t.test('ymodem to rb: the file arrives under its name with its size', async t => {
  const dir = shortDirectory(t)
  await send(t, dir, 'ymodem', 'rb -q')
  t.equal(Buffer.compare(readFileSync(join(dir, 'firmware.bin')), octets), 0)
})
