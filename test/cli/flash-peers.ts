// What `hanrig flash` says of other ends, and its options for time: as a user and a script meet them.

import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hanrig, jsonLines, MAIN } from '../helpers/hanrig.ts'
import { seeded } from '../helpers/octets.ts'
import { serverOf } from '../helpers/odd-peers.ts'

t.setTimeout(120_000)

/** The command while this process goes on. */
async function flash(...args: string[]): Promise<{ exit: number; stdout: string }> {
  const child = spawn(process.execPath, [MAIN, 'flash', ...args])
  let stdout = ''
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  const exit = await new Promise<number>(resolve => child.on('close', resolve))
  return { exit, stdout }
}

t.test('the last words of a receiver: after an ok, in an error, in --json', async t => {
  const file = join(t.testdir(), 'app.bin')
  writeFileSync(file, seeded(200, 1))
  let refuses = false
  const { port } = await serverOf(t, socket => {
    socket.on('data', octets => {
      if (octets[0] === 4) {
        socket.write('\x06')
        setTimeout(() => socket.write('\r\nCRC matches, starting\r\n'), 100)
      } else if (octets[0] !== 0x18) {
        socket.write(refuses ? '\x18\x18\r\nnot for this chip\r\n' : '\x06')
      }
    })
    socket.write('C')
  })
  const args = [file, '-p', `tcp://127.0.0.1:${port}`, '--protocol', 'xmodem']
  const done = await flash(...args)
  t.equal(done.exit, 0)
  t.match(done.stdout, /does not read back; it said "CRC matches, starting"/)
  refuses = true
  const refused = await flash(...args, '--json')
  t.equal(refused.exit, 3)
  t.match(jsonLines(refused.stdout).at(-2), {
    heard: /not for this chip/,
    error: { code: 'HANRIG_TRANSFER_CANCELLED', message: /it said "not for this chip"/ },
  })
})

t.test('limits and sizes are options; what a protocol does not have is refused', async t => {
  const file = join(t.testdir(), 'app.bin')
  writeFileSync(file, seeded(200, 1))
  const { port } = await serverOf(t, socket => socket.write('booting\r\n'))
  const address = `tcp://127.0.0.1:${port}`
  const begun = performance.now()
  const said = await flash(file, '-p', address, '--protocol', 'ymodem', '--start-within', '2')
  t.ok(performance.now() - begun < 30_000)
  t.equal(said.exit, 4)
  t.match(said.stdout, /HANRIG_HEARD_TEXT: .*within 2 s; it said "booting"/)

  const size = (protocol: string, octets: string) =>
    hanrig('flash', file, '-p', address, '--protocol', protocol, '--block-size', octets)
  t.match(size('xmodem', '1024'), {
    exit: 2,
    stderr: /A block has 128 octets with --protocol xmodem/,
  })
  t.match(size('ymodem', '512'), { exit: 2, stderr: /128 or 1024 octets/ })
  t.match(size('agent', '128'), { exit: 2, stderr: /256 to 8192 octets/ })
  const stick = hanrig('flash', file, '--stick', '/dev/x', '--device', '1', '--tries', '3')
  t.equal(stick.exit, 2)
})

t.test('waiting is advised where it would help', async t => {
  const file = join(t.testdir(), 'app.bin')
  writeFileSync(file, seeded(200, 1))
  const missing = hanrig('flash', file, '-p', '/dev/no-such-tty')
  t.match(missing.stdout, /waited for with --wait/)
  // Progress is told after a second: a wait of as much ends before it on one machine and after it on another.
  const waited = hanrig('flash', file, '-p', '/dev/no-such-tty', '--wait', '3')
  t.equal(waited.exit, 2)
  t.match(waited.stdout, /A longer --wait/)
  t.match(waited.stderr, /waiting +There is no port/)
})
