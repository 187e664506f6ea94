// Calls that are ended by a signal, and scenarios that take long enough for it.

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'
import { MAIN } from './hanrig.ts'
import { Program } from './hosts/process.ts'

export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** Until something is said, and until a call that was told to end has ended, ms: the machine may be slow. */
export const SOON = 60_000
/** Plays for about a minute on virtual time: the hub drops an image after a week that is taken an octet at a time. */
export const LONG = `name: Long
generation: smets2
images:
  big: { size: 15 MB, for: esme, version: 2 }
devices:
  esme: { profile: esme-pre-mp102a, with: { maxDataSize: 1 B } }
  other: { profile: esme-pre-mp102a, with: { maxDataSize: 1 B } }
steps:
${'  - distribute: big\n  - wait: 8 d\n'.repeat(24)}until: 3000 d
`
/** What is sent to it goes nowhere. */
export async function silentPort(t: Test): Promise<string> {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export const POOL = 'leases: leases\nboards:\n  bench-1: { port: virtual:wasm, tags: [esme] }\n'

export const start = (...args: string[]) => new Program(process.execPath, [MAIN, ...args])
export const heard = (program: Program, word: RegExp | string) =>
  program.line(`${word}`, SOON, line => (line.match(word) ? line : undefined))

/** A board that waits for an hour on wall time. */
export function boardScenario(board: string): string {
  const ready = readFileSync(join(MAIN, '../../scenarios/board-virtual.yaml'), 'utf8')
  return ready
    .replace('board: virtual:wasm', `board: ${board}`)
    .replace('  - activate', '  - wait: 1 h\n  - activate')
    .replace('until: 2 min', 'until: 2 h')
}
