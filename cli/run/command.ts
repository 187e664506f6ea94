// `hanrig run`, `hanrig snapshot` and `hanrig scenarios`: their options. The work is loaded when it is wanted, so that
// other commands start fast.

import { Command, InvalidArgumentError } from 'commander'
import { hanrigError } from '../errors/errors.ts'
import { EXIT_OK } from '../errors/exit.ts'
import { allowOption } from '../options/allow.ts'
import { seedOption, timeOption, whole } from '../options/options.ts'
import { pluralOption, refuseGiven, texts } from '../options/strict.ts'
import { interruptible } from '../output/interrupt.ts'
import { print, printJson } from '../output/output.ts'
import { tableText } from '../output/text-table.ts'
import { DEFAULT_WAIT } from './board-options.ts'
import { describeRun, type RunOptions, refuseBuiltIn, refuseWithoutImage } from './options.ts'

type Done = (exitCode: number) => void

const MAX_JOBS = 64
/** As long as a scenario may last. */
const LATEST_SNAPSHOT = 3_650 * 86_400_000
/** A board must keep up: no more than what a virtual one was seen to (chosen). */
const MAX_SPEED = 10_000

function speedOption(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (!(value > 0 && value <= MAX_SPEED)) {
    throw new InvalidArgumentError(`It must be a number above 0 and at most ${MAX_SPEED}.`)
  }
  return value
}

export function runCommand(done: Done): Command {
  const command = new Command('run').argument(
    '[scenario...]',
    'scenario files (YAML), or names that `hanrig scenarios` lists',
  )
  return describeRun(command)
    .option('--random <seed>', 'play a random scenario with random faults', seedOption)
    .option('--resume <file>', 'go on from a snapshot')
    .option('--jobs <n>', 'scenarios played at a time', whole(1, MAX_JOBS), 1)
    .addOption(
      pluralOption(
        '--board <board>',
        'put a board behind a device: [device=]tag=…, name=… (of the pool) or an address; repeatable',
        texts,
      ),
    )
    .option('--no-boards', 'emulate the boards that a scenario names, on virtual time')
    .option('--pool <file>', 'pool of boards; default: HANRIG_POOL, or hanrig.pool.yaml nearby')
    .addOption(allowOption())
    .addOption(
      timeOption(
        '--wait <duration>',
        'how long to wait for boards that others have',
        '2min',
        { from: 0, to: 86_400_000 },
        DEFAULT_WAIT,
      ),
    )
    .option('--speed <n>', 'times faster than wall time, for virtual boards', speedOption)
    .option('--tap', 'print the expectations as TAP instead of the story')
    .option('--junit <file>', 'write the expectations as JUnit XML')
    .option('--store <dir>', 'keep the DCO’s blocks there; a killed run resumes from it')
    .option(
      '--report <dir>',
      'write report.json and report.html there; of several in a directory each',
    )
    .action(async (files: string[], _, self: Command) => {
      const options = self.opts<RunOptions>()
      const beside = refuseClashes(self, files, options)
      if (beside !== undefined) refuseBuiltIn(self, beside)
      refuseWithoutImage(self)
      done(
        await interruptible(async signal => {
          const { runAll } = await import('./run.ts')
          return await runAll(files, options, self, signal)
        }),
      )
    })
}

/** Refuses what cannot be asked for together; returns what stands in for the built-in scenario, if anything does. */
function refuseClashes(self: Command, files: string[], options: RunOptions): string | undefined {
  const given = [
    files.length > 0 ? 'a scenario' : undefined,
    options.random !== undefined ? '--random' : undefined,
    options.resume !== undefined ? '--resume' : undefined,
  ].filter(what => what !== undefined)
  const clash = (sentence: string): never => {
    throw hanrigError('HANRIG_USAGE', sentence)
  }
  if (given.length > 1) clash(`${given.join(' and ')} cannot be played together.`)
  if (options.json && options.tap) clash('--json and --tap both want stdout: choose one.')
  const isReplayed = options.random !== undefined || options.resume !== undefined
  if (isReplayed && options.seed !== undefined) clash(`--seed means nothing beside ${given[0]}.`)
  if (options.resume !== undefined && options.store !== undefined) {
    clash('A snapshot holds the DCO’s blocks itself: --store means nothing beside --resume.')
  }
  if (options.boards === false) {
    refuseGiven(self, ['speed', 'pool', 'wait'], 'means nothing beside --no-boards')
  }
  if (options.boards === false && options.board !== undefined) {
    clash('--board and --no-boards cannot be asked for together.')
  }
  if (options.resume !== undefined && options.board !== undefined) {
    clash('A snapshot goes on without boards: --board means nothing beside --resume.')
  }
  if (options.resume !== undefined) {
    refuseGiven(self, ['speed', 'pool', 'wait'], 'means nothing beside --resume')
  }
  if (files.length > 1 && options.board !== undefined) {
    clash('--board takes one scenario at a time; a scenario file can name boards itself.')
  }
  if (files.length > 1 && options.pcap !== undefined) clash('--pcap takes one scenario at a time.')
  if (files.length > 1 && options.store !== undefined)
    clash('--store takes one scenario at a time.')
  if (files.length < 2 && self.getOptionValueSource('jobs') === 'cli' && options.jobs! > 1) {
    clash('--jobs is for several scenarios.')
  }
  return given[0]
}

export function snapshotCommand(done: Done): Command {
  const command = new Command('snapshot').argument(
    '[scenario]',
    'scenario file (YAML), or a name that `hanrig scenarios` lists',
  )
  return describeRun(command)
    .option('--random <seed>', 'play a random scenario with random faults', seedOption)
    .option('--no-boards', 'emulate the boards that a scenario names')
    .addOption(
      timeOption('--at <duration>', 'virtual time of the snapshot', '"1 h 30 min"', {
        from: 0,
        to: LATEST_SNAPSHOT,
      }).makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'file to write')
    .action(async (file: string | undefined, _, self: Command) => {
      const options = self.opts<RunOptions & { at: number; out: string }>()
      const files = file === undefined ? [] : [file]
      const beside = refuseClashes(self, files, options)
      if (beside !== undefined) refuseBuiltIn(self, beside)
      refuseWithoutImage(self)
      await interruptible(async signal => {
        const { takeSnapshot } = await import('./snapshot.ts')
        await takeSnapshot(file, options, signal)
      })
      done(EXIT_OK)
    })
}

export function scenariosCommand(done: Done): Command {
  return new Command('scenarios')
    .option('--json', 'print JSON Lines')
    .action(async (options: { json?: true }) => {
      const { readyScenarios, describeReady } = await import('./subject.ts')
      const rows: string[][] = []
      for (const ready of readyScenarios()) {
        const { name, title, description } = await describeReady(ready)
        if (options.json) printJson({ name, title, description, file: ready.path })
        else rows.push([name, title])
      }
      print(tableText({ rows, least: [28], gap: 1 }))
      done(EXIT_OK)
    })
}
