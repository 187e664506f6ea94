// `hanrig boards`: every port, what is plugged in there, what answered, or why it could not be asked.

import { Command } from 'commander'
import { virtualPorts } from '#hil/board/virtual-ports'
import { survey } from '#hil/flash/survey'
import { type ListedPort, listPorts } from '#hil/serial/list'
import type { Permission } from '#hil/trust/trust'
import { allowOption } from '../options/allow.ts'
import { timeOption, whole } from '../options/options.ts'
import { pluralOption, refuseGiven, texts } from '../options/strict.ts'
import { interruptible } from '../output/interrupt.ts'
import { print, printJson } from '../output/output.ts'
import { boardJson, boardsText, type Surveyed } from './show.ts'

interface BoardsOptions {
  port?: string[]
  baud?: number
  probe: boolean
  timeout: number
  json?: true
  /** A file, or true: where one usually is. */
  pool?: string | true
  /** What a pool that is found may do. */
  allow?: readonly Permission[]
}

/** Milliseconds in which a board that runs answers many times over. */
const DEFAULT_TIMEOUT = 1_000

export function boardsCommand(): Command {
  return new Command('boards')
    .addOption(
      pluralOption('-p, --port <port>', 'ask this port only, of any kind; again for more', texts),
    )
    .option('--no-probe', 'open no port: opening resets some boards')
    .option('--baud <rate>', 'bits a second of the line', whole(50, 20_000_000))
    .addOption(
      timeOption(
        '--timeout <duration>',
        'how long an answer is waited for',
        '2s',
        { from: 100, to: 60_000, bare: 'ms' },
        DEFAULT_TIMEOUT,
      ),
    )
    .option('--pool [file]', 'the boards of a pool instead, and who has each')
    .addOption(allowOption(['writes']))
    .option('--json', 'print JSON Lines, one a port')
    .action(async (options: BoardsOptions, self: Command) => {
      if (!options.probe) refuseGiven(self, ['baud', 'timeout'], 'means nothing beside --no-probe')
      if (options.pool !== undefined) refuseGiven(self, ['port'], 'means nothing beside --pool')
      if (options.pool === undefined) refuseGiven(self, ['allow'], 'means nothing without --pool')
      else {
        const { surveyPool } = await import('./pool.ts')
        const file = options.pool === true ? undefined : options.pool
        const ask = (signal: AbortSignal) => async (path: string) =>
          (await surveyAll({ ...options, port: [path] }, signal))[0]!
        const { allow = [], json = false } = options
        const asked = { allowed: new Set(allow), probe: options.probe, json }
        print(await interruptible(signal => surveyPool(file, ask(signal), asked)))
        return
      }
      const found = await interruptible(signal => surveyAll(options, signal))
      if (options.json) for (const one of found) printJson(boardJson(one))
      else print(boardsText(found))
    })
}

async function surveyAll(options: BoardsOptions, signal: AbortSignal): Promise<Surveyed[]> {
  const { port: named, probe, timeout, baud } = options
  const ports = named ? named.map(path => ({ path })) : await everyPort()
  const line = baud === undefined ? {} : { baudRate: baud }
  return await Promise.all(
    ports.map(async port => ({
      port,
      answer: probe ? await survey(port.path, timeout, line, signal) : undefined,
    })),
  )
}

async function everyPort(): Promise<ListedPort[]> {
  const virtual = await virtualPorts.list()
  return [...(await listPorts()), ...virtual.map(({ path }) => ({ path, vendor: 'hanrig' }))]
}
