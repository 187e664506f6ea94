// The senders against the receivers of lrzsz, which most people have: rx for XMODEM, rb for YMODEM.

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import t, { type Test } from 'tap'
import { Bytes } from '../../core/bytes/bytes.ts'
import { converse } from '../../hil/protocol/converse.ts'
import { MODEM_TIMES } from '../../hil/protocol/modem.ts'
import { Counts } from '../../hil/protocol/talk.ts'
import { xmodemSender } from '../../hil/protocol/xmodem.ts'
import { ymodemSender } from '../../hil/protocol/ymodem.ts'
import { openPort } from '../../hil/serial/open.ts'
import { seeded } from '../helpers/octets.ts'
import { shortDirectory, startOn, ttyPair } from '../helpers/processes.ts'

const SIZE = 40_000
/** On a bare pty and a busy machine rx flushes long after its ACK; each time costs six seconds, at the start twelve. */
const times = { ...MODEM_TIMES, turnaround: 20, settle: 400 }
t.setTimeout(240_000)
const octets = seeded(SIZE, 5)

async function send(
  test: Test,
  dir: string,
  kind: 'xmodem' | 'xmodem-1k' | 'ymodem',
  receiver: string,
): Promise<Counts> {
  const { a, b } = await ttyPair(test, dir)
  // Opening flushes a tty: a receiver that has asked before asks again only after ten seconds.
  const port = await openPort(a)
  const lrzsz = startOn(test, b, dir, receiver)
  const counts = new Counts()
  const image = { octets: new Bytes(octets), name: 'firmware.bin' }
  const now = performance.now()
  const talk =
    kind === 'ymodem'
      ? ymodemSender(image, counts, now, times)
      : xmodemSender(image, kind === 'xmodem-1k', counts, now, times)
  await converse(port, talk)
  await port.close()
  test.equal(await lrzsz.ended, 0)
  return counts
}

for (const [kind, options] of [['xmodem', '']] as const) {
  t.test(
    `${kind} to rx ${options}: the file arrives, filled up to a block`,
    { timeout: 120_000 },
    async t => {
      const dir = shortDirectory(t)
      const counts = await send(t, dir, kind, `rx ${options} -q out.bin`)
      const got = readFileSync(join(dir, 'out.bin'))
      t.equal(Buffer.compare(got.subarray(0, SIZE), octets), 0)
      t.ok(got.subarray(SIZE).every(octet => octet === 0x1a))
      t.equal(counts.doneOctets, SIZE)
      t.comment(JSON.stringify(counts))
    },
  )
}

t.test(
  'ymodem to rb: the file arrives under its name with its size',
  { timeout: 120_000 },
  async t => {
    const dir = shortDirectory(t)
    const counts = await send(t, dir, 'ymodem', 'rb -q')
    t.equal(Buffer.compare(readFileSync(join(dir, 'firmware.bin')), octets), 0)
    t.equal(counts.doneOctets, SIZE)
    t.comment(JSON.stringify(counts))
  },
)

// On a bare pty and a busy machine `rx -c` may lose its first block to its own flush and never ask again (cause not found);
// on pipes it has nothing to flush.
for (const long of [false, true])
  t.test(
    `xmodem${long ? '-1k' : '-crc'} to rx -c on pipes: the file arrives`,
    { timeout: 120_000 },
    async t => {
      const dir = shortDirectory(t)
      const rx = spawn('rx', ['-c', '-q', 'out.bin'], {
        cwd: dir,
        stdio: ['pipe', 'pipe', 'ignore'],
      })
      const ended = new Promise(resolve => rx.on('exit', resolve))
      t.teardown(() => rx.kill('SIGKILL'))
      const stream = Duplex.from({ writable: rx.stdin, readable: rx.stdout })
      stream.on('error', () => {})
      const port = {
        address: 'rx',
        stream,
        setLines: async () => false,
        setBaudRate: async () => false,
        close: async () => {},
      }
      const counts = new Counts()
      const image = { octets: new Bytes(octets), name: 'firmware.bin' }
      await converse(port, xmodemSender(image, long, counts, performance.now(), times))
      t.equal(await ended, 0)
      t.equal(Buffer.compare(readFileSync(join(dir, 'out.bin')).subarray(0, SIZE), octets), 0)
      t.equal(counts.sent, counts.blocks)
    },
  )
