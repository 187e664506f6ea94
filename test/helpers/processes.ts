// Other programs for a test: started, awaited, ended with the test; never by name, always by their own process.

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'

export interface Started {
  readonly process: ChildProcess
  /** What it has said on stdout and stderr so far. */
  readonly said: () => string
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>
}

/**
 * Starts a program that ends with the test at the latest: Linux kills it with this process, for a test runner that has
 * lost patience kills the test before it could tidy up.
 */
export function start(test: Test, command: string, ...args: string[]): Started {
  const process = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  process.stdout.on('data', chunk => (said += chunk))
  process.stderr.on('data', chunk => (said += chunk))
  const ended = new Promise<number | null>((resolve, reject) => {
    process.on('exit', resolve)
    process.on('error', reject)
  })
  test.teardown(async () => {
    process.kill('SIGKILL')
    await ended
  })
  return { process, said: () => said, ended }
}

/** Waits until `holds`; throws after `ms`. */
export async function until(
  holds: () => boolean,
  ms = 10_000,
  what = 'what was waited for',
): Promise<void> {
  const end = performance.now() + ms
  while (!holds()) {
    if (performance.now() > end) throw new Error(`${what} did not come about within ${ms} ms`)
    await sleep(5)
  }
}

/** A directory with a name that socat's addresses and sockets can hold. */
export function shortDirectory(test: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'hanrig-'))
  test.teardown(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** A tty in the words of socat. */
const pty = (link: string) => `PTY,link=${link},raw,echo=0`

/** Two ttys, a cable between them: what goes into one comes out of the other, whoever opens and closes them. */
export async function ttyPair(
  test: Test,
  dir: string,
): Promise<{ a: string; b: string; cable: Started }> {
  const [a, b] = [join(dir, 'ttyA'), join(dir, 'ttyB')]
  const cable = start(test, 'socat', pty(a), pty(b))
  await until(() => existsSync(a) && existsSync(b), 5_000, 'the ttys of socat')
  return { a, b, cable }
}

/** A tty `a`, and at the cable's other end one tty to read and one to write. */
export async function ttyTriple(
  test: Test,
  dir: string,
): Promise<{ a: string; stdin: string; stdout: string }> {
  const [a, stdin, stdout] = [join(dir, 'ttyA'), join(dir, 'ttyIn'), join(dir, 'ttyOut')]
  start(test, 'socat', pty(a), `${pty(stdout)}!!${pty(stdin)}`)
  await until(() => [a, stdin, stdout].every(tty => existsSync(tty)), 5_000, 'the ttys of socat')
  return { a, stdin, stdout }
}
