// lrzsz's XMODEM-1K and ZMODEM over the same paced line: sender and receiver are two processes, their pipes meet in the
// line. On pipes rx does not flush after its ACK as it does on a tty, which is to its advantage.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PacedLine } from '#hil/board/paced-line'
import { parsePath } from '#hil/board/settings'
import type { Line } from '../serial-lines.ts'

export const RIVALS = {
  'XMODEM-1K': { sender: ['sx', '-k', '-q'], receiver: ['rx', '-c', '-q', 'out'] },
  ZMODEM: { sender: ['sz', '-q', '-b'], receiver: ['rz', '-q', '-b', '-y'] },
} as const

export type Rival = keyof typeof RIVALS

/** Octets that wait before the line, as in a driver. */
const AHEAD = 4096

/** Milliseconds from the sender's first octet to its end. @throws when the file does not arrive. */
export async function lrzsz(rival: Rival, { baud, latency, size }: Line): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'hanrig-lrzsz-'))
  const image = randomBytes(size)
  writeFileSync(join(dir, 'image'), image)
  const { sender, receiver } = RIVALS[rival]
  const into = join(dir, 'in')
  mkdirSync(into)
  const start = ([command, ...args]: readonly string[], cwd: string) =>
    spawn(command!, args, { cwd, stdio: ['pipe', 'pipe', 'ignore'] })
  const from = start([...sender, join(dir, 'image')], dir)
  const to = start(receiver, into)
  const ended = Promise.all([once(from, 'exit'), once(to, 'exit')])
  const { settings } = parsePath(`virtual:wasm?baud=${baud}&latency=${latency}`, ['wasm'])
  let begun = 0
  const connect = (a: typeof from, b: typeof from, first: () => void) => {
    const line = new PacedLine('bench', octets => b.stdin.write(Buffer.from(octets)))
    line.configure(settings)
    b.stdin.on('error', () => {})
    a.stdout.on('data', async (chunk: Buffer) => {
      first()
      line.send(chunk)
      a.stdout.pause()
      await line.below(AHEAD)
      a.stdout.resume()
    })
  }
  connect(from, to, () => {
    begun ||= performance.now()
  })
  connect(to, from, () => {})
  await ended
  const ms = performance.now() - begun
  const got = readFileSync(join(into, rival === 'ZMODEM' ? 'image' : 'out')).subarray(0, size)
  rmSync(dir, { recursive: true })
  if (!got.equals(image)) throw new Error(`${rival} did not carry the file`)
  return ms
}
