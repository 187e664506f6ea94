// The agent as a process of this machine, under AddressSanitizer and UndefinedBehaviorSanitizer, flashed by the host's
// own sender, killed while it receives, and finished all the same.

import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import t from 'tap'
import { Bytes } from '#core/bytes/bytes'
import { Flash } from '#hil/flash/flash'
import type { Port } from '#hil/line/port'
import { seeded } from '../../helpers/octets.ts'
import { sanitized } from './toolchain.ts'

t.test('flashed through kill -9, and no sanitizer speaks', { timeout: 100_000 }, async t => {
  const dir = t.testdir({})
  const program = sanitized(join(dir, 'agent'), 'address,undefined', 'hal/native.c')
  const flashFile = join(dir, 'flash.bin')
  let board: ChildProcess | undefined
  let said = ''
  const start = () => {
    board = spawn(program, [flashFile], { stdio: ['pipe', 'pipe', 'pipe'] })
    board.stderr!.on('data', octets => {
      said += octets
    })
    // A killed board's input is gone; the port tells.
    board.stdin!.on('error', () => undefined)
  }
  start()
  t.teardown(() => board?.kill('SIGKILL'))
  const open = async (address: string): Promise<Port> => {
    if (board!.signalCode !== null) start()
    const stream = Duplex.from({ writable: board!.stdin!, readable: board!.stdout! })
    stream.on('error', () => undefined)
    const ended = board!
    ended.once('exit', () => stream.destroy())
    return {
      address,
      stream,
      setLines: async () => false,
      setBaudRate: async () => false,
      // Closing its input would end the board; it lives on to be opened again.
      close: async () => undefined,
    }
  }

  const octets = new Bytes(seeded(700_000, 8))
  const sha256 = createHash('sha256').update(octets.u8).digest()
  const flash = new Flash('native', {
    image: {
      ...{ name: 'image', octets, sha256, fileVersion: 5 },
      ...{ hardware: undefined, manufacturerCode: undefined, imageType: undefined },
    },
    ...{ protocol: 'agent', activate: true, activationMs: 50, keepSupply: false },
    ...{
      allowDowngrade: false,
      force: false,
      blockSize: 1024,
      wait: 20_000,
      open,
      times: { silentAfter: 700 },
    },
  })
  let kills = 0
  let last = 0
  const timer = setInterval(() => {
    if (flash.counts.doneBlocks <= last + 100 || kills === 5) return
    last = flash.counts.doneBlocks
    kills++
    board!.kill('SIGKILL')
  }, 1)
  await flash.run(new AbortController().signal)
  clearInterval(timer)
  t.equal(flash.failure, undefined)
  t.ok(flash.running)
  t.ok(kills > 0, `${kills} kills`)
  const kept = readFileSync(flashFile)
  t.ok(kept.includes(Buffer.from(octets.u8)), 'the image is in the flash')
  t.match(said, /supply 0\n(.|\n)*supply 1\n/)
  t.notMatch(said, /Sanitizer|runtime error/)
})
