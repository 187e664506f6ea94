// `hanrig alerts`: what a DSP under MP102B would have made of recorded AD1s. The work is loaded when it is wanted, so that
// other commands start fast.

import { Command, InvalidArgumentError } from 'commander'
import { JUDGED_TIMES, RECORDED_TIMES } from '#emulators/dsp-stream/rule-names'
import { durationOf } from '#emulators/language/units'
import { EXIT_OK } from '../errors/exit.ts'
import { oneOf, whole } from '../options/options.ts'
import type { AlertOptions } from './run.ts'

type Done = (exitCode: number) => void

const MOST = 2 ** 31
const MOST_SEED = 2 ** 32 - 1
const MOST_DAYS = 366
const MOST_DEVICES = 30_000_000

export function alertsCommand(done: Done): Command {
  const command = new Command('alerts')
    .description(
      'Judge recorded AD1s by MP102B: which are suppressed, which false ones get through, which genuine outages are hidden. Without files: a made-up estate.',
    )
    .argument('[files...]', 'events in the order of time, CSV or JSON Lines; - for stdin')
    .option('--list <file>', 'EUI-64s of the listed ESMEs, one a line; events may change the list')
    .option('--list-all', 'count every ESME as listed')
    .option('--window <time>', 'window after the recorded activation', duration, 30 * 60_000)
    .option('--windows <times>', 'what if it were these', durations, durations('20,30,45'))
    .option('--thresholds <times>', 'what if AD1 came after these', durations, durations('3,5,10'))
    .option('--early <time>', 'time before the recorded one that counts, too [I]', duration, 0)
    .option('--end-excluded', 'an AD1 at exactly the end of the window is outside [I]')
    .option('--any-activation', 'any activation explains an AD1, not the last only [I]')
    .option('--clear-on-suppressed', 'an activation explains one AD1 and no more [I]')
    .option('--clear-on-failure', 'a failed activation explains none [I]')
    .option('--keep-started', 'a cancellation after its time changes nothing [I]')
    .option('--keep-unlisted', 'who leaves the list is tracked to the end [I]')
    .option(
      '--recorded <when>',
      'recorded time of an immediate SRV 11.3 [I]',
      oneOf(RECORDED_TIMES),
      'processed',
    )
    .option(
      '--judged-by <time>',
      'time by which an AD1 is judged [I]',
      oneOf(JUDGED_TIMES),
      'received',
    )
    .option('--track <n>', 'most activations tracked at a time', whole(1, MOST / 64), 500_000)
    .option('--skip-bad', 'count rows that cannot be read instead of stopping')
    .option('--out <file>', 'write the verdicts there, as CSV; as JSON Lines with --json')
    .option('--json', 'print JSON Lines: the verdicts unless --out takes them, then the summary')
    .option('--report <dir>', 'write alerts.html there: charts and tables')
    .option('--max-false <n>', 'exit 1 when more false AD1s get through', whole(0, MOST))
    .option('--max-hidden <n>', 'exit 1 when more genuine outages are hidden', whole(0, MOST))
    .option('--devices <n>', 'size of the made-up estate', whole(1, MOST_DEVICES), 100_000)
    .option('--days <n>', 'its days', whole(1, MOST_DAYS), 3)
    .option('--seed <n>', 'its seed', whole(0, MOST_SEED), 1)
    .addHelpText('after', NOTE)
    .action(async (files: string[], options: AlertOptions, self: Command) => {
      const { runAlerts } = await import('./run.ts')
      const made = ['devices', 'days', 'seed'].find(
        name => self.getOptionValueSource(name) === 'cli',
      )
      done(await runAlerts(files, options, made))
    })
  return command.addCommand(generateCommand(done))
}

function generateCommand(done: Done): Command {
  return (
    new Command('generate')
      .description(
        'Write a made-up stream of events: a sample of the format, or a load to test with.',
      )
      .option('--devices <n>', 'ESMEs of the estate', whole(1, MOST_DEVICES), 100_000)
      .option('--days <n>', 'days of activations', whole(1, MOST_DAYS), 3)
      .option('--seed <n>', 'seed; the same one gives the same stream', whole(0, MOST_SEED), 1)
      .option('--json', 'as JSON Lines; else CSV')
      .option('--out <file>', 'write there instead of stdout')
      // The command above knows these options, too, and takes them: its values are the ones.
      .action(async (_: unknown, self: Command) => {
        const { generateEvents } = await import('./generate.ts')
        await generateEvents(self.optsWithGlobals())
        done(EXIT_OK)
      })
  )
}

const NOTE = `
Times: "30 min", "1 h 30 min", or a bare number of minutes.
[I]: MP102B leaves this open; the default is inferred (docs/SPEC.md has the table).
Columns of the events: docs/SPEC.md; a sample: hanrig alerts generate --devices 1000 --days 1`

/** A parser for a length of time; a bare number is minutes. */
function duration(text: string): number {
  const ms = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) * 60_000 : durationOf(text.trim())
  if (ms === undefined || !(ms >= 0 && ms <= 365 * 86_400_000 && Number.isInteger(ms))) {
    throw new InvalidArgumentError('It must be a length of time, such as 30 or "1 h 30 min".')
  }
  return ms
}

/** A parser for up to eight of them, apart by commas. */
function durations(text: string): number[] {
  const all = text.split(',').map(duration)
  if (all.length > 8) throw new InvalidArgumentError('At most eight can be asked about at a time.')
  return [...new Set(all)].sort((a, b) => a - b)
}
