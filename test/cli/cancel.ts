// One signal ends a whole call, whichever it is and whatever is being done: nothing further begins, what there is is written,
// locks and leases are given back.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { boardScenario, heard, LONG, POOL, SIGNALS, silentPort, start } from '../helpers/cancel.ts'
import { jsonLines } from '../helpers/hanrig.ts'
import type { Program } from '../helpers/hosts/process.ts'
import { shortDirectory } from '../helpers/processes.ts'

const QUICK = 'program=0&erase=0'

interface Phase {
  readonly args: readonly string[]
  /** The phase has come when this is said. */
  readonly when: RegExp | string
  readonly exit?: number
  /** What is to be seen afterwards. */
  readonly look?: (dir: string, program: Program) => void
}

const exists = (t: Test, dir: string, ...names: string[]) => {
  for (const name of names) t.ok(existsSync(join(dir, name)), name)
}

function phases(t: Test, dir: string, silent: string): Record<string, Phase> {
  const at = (name: string) => join(dir, name)
  const files: Record<string, string | Uint8Array> = {
    'long.yaml': LONG,
    'board.yaml': boardScenario('virtual:wasm'),
    'pooled.yaml': boardScenario('{ tag: esme }'),
    'pool.yaml': POOL,
    'app.bin': new Uint8Array(60_000).fill(7),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text)
  spawnSync('mkfifo', [at('fifo')])
  const slow = `virtual:wasm?${QUICK}&baud=57600&flash=${at('flash')}`
  return {
    'run, no reader yet': {
      args: ['run', 'hcalcs', '--pcap', at('fifo'), '--junit', at('j.xml')],
      when: 'waiting for a reader',
      look: () => t.notOk(existsSync(at('j.xml'))),
    },
    'run, in virtual time': {
      args: [
        ...['run', at('long.yaml'), '--tap', '--junit', at('j.xml'), '--store', at('store')],
        ...['--pcap', at('x.pcapng'), '--report', at('report')],
      ],
      when: /block \d/,
      look: (_, { stdout }) => {
        t.match(stdout, /not ok \d+ - the run is played to its end/)
        t.match(readFileSync(at('j.xml'), 'utf8'), /the run is played to its end.*<\/testsuites>/s)
        exists(t, dir, 'x.pcapng', 'report/report.json', 'report/report.html')
        t.notOk(existsSync(at('store/lock')))
      },
    },
    'run, with a board': {
      args: ['run', at('board.yaml'), '--json', '--junit', at('j.xml'), '--pcap', at('x.pcapng')],
      when: 'transfer-opened',
      look: (_, { stdout }) => {
        t.match(jsonLines(stdout).at(-1), { name: 'verdict', ok: false })
        exists(t, dir, 'j.xml', 'x.pcapng')
      },
    },
    'run, with a board of the pool': {
      args: ['run', at('pooled.yaml'), '--json', '--pool', at('pool.yaml')],
      when: 'board-ready',
      look: () => t.same(readdirSync(at('leases')), []),
    },
    snapshot: {
      args: [
        ...['snapshot', at('long.yaml'), '--at', '30 d'],
        ...['--out', at('snapshot'), '--pcap', at('x.pcapng')],
      ],
      when: /block \d/,
      look: (_, { stderr }) => {
        t.match(stderr, 'HANRIG_INTERRUPTED')
        t.notOk(existsSync(at('snapshot')))
        exists(t, dir, 'x.pcapng')
      },
    },
    flash: {
      args: ['flash', at('app.bin'), '-p', slow, '--json'],
      when: /"blocks":[1-9]/,
      look: (_, { stdout }) => {
        t.match(jsonLines(stdout).at(-2), { ok: false, error: { code: 'HANRIG_INTERRUPTED' } })
      },
    },
    'flash, which waits for a board': {
      args: ['flash', at('app.bin'), '-p', silent, '--json', '--wait', '1 h'],
      when: '"name":"begin"',
    },
    'campaign simulate': {
      args: ['campaign', 'simulate', '--engine', 'events', '--csv', at('csv'), '--workers', '2'],
      when: 'devices,',
      look: () => t.same(readdirSync(at('csv')), []),
    },
    'alerts, made up': {
      args: ['alerts', '--devices', '3000000', '--days', '300', '--out', at('v.csv')],
      when: 'events/s',
      look: () => t.notOk(existsSync(at('v.csv'))),
    },
    'alerts generate': {
      args: ['alerts', 'generate', '--devices', '3000000', '--days', '300', '--out', at('g.csv')],
      when: 'events/s',
      look: () => t.notOk(existsSync(at('g.csv'))),
    },
    stick: {
      args: [
        ...['stick', '--listen', 'tcp:127.0.0.1:0'],
        ...['--record', at('record'), '--state', at('state')],
      ],
      when: 'listening',
      exit: 0,
      look: () => exists(t, dir, 'record', 'state'),
    },
  }
}

t.test('each signal, in each phase', { timeout: 600_000 }, async t => {
  const silent = await silentPort(t)
  const names = Object.keys(phases(t, shortDirectory(t), silent))
  for (const name of names) {
    const each = async (signal: (typeof SIGNALS)[number]) => {
      const dir = shortDirectory(t)
      const { args, when, exit = 130, look } = phases(t, dir, silent)[name]!
      const program = start(...args)
      await heard(program, when)
      t.equal(await program.end(signal), exit, `${name}: ${signal}`)
      t.match(program.stderr, 'stopping; once more ends it at once')
      look?.(dir, program)
      t.same(
        readdirSync(dir).filter(each => each.startsWith('.')),
        [],
      )
    }
    await Promise.all(SIGNALS.map(each))
  }
})
